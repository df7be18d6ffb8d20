"""The whole job: audio and a scene in, an MP4, its thumbnail and a report out."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path

from PIL import Image

from modal_render import yuv
from modal_render.analysis import listen
from modal_render.contract import THUMBNAIL_EDGE, FrameRequest, RenderReport, RenderRequest, Scene
from modal_render.encode import Enlarger, picture
from modal_render.looks import Look, open_look
from modal_render.mux import write_mp4
from modal_render.progress import Progress, Stage
from modal_render.scene import check_scene, open_cover
from modal_render.segments import encode_all
from modal_render.sound import Sound

LISTENED, DRAWN = 6, 98  # percent of the whole job
_THUMBNAIL_QUALITIES = (88, 75, 60, 40)
_THUMBNAIL_BYTES = 195_000  # Telegram refuses thumbnails of 200 kB


def render(request: RenderRequest, progress: Progress) -> RenderReport:
    """Write the video and the thumbnail. Raises BadRequest, UnreadableAudio, OSError."""
    scene = request.scene
    check_scene(scene)
    cover = open_cover(scene.cover)
    progress.say(Stage.LISTENING, 0)
    sound = listen(
        request.audio, scene.fps, lambda share: progress.say(Stage.LISTENING, share * LISTENED)
    )
    look = open_look(scene, sound, cover, Enlarger)
    poster = sound.poster_frame()
    save_thumbnail(frame_image(look, scene, poster), Path(request.thumbnail))
    threads = max(0, request.threads) or len(os.sched_getaffinity(0))
    drawn = count(1)

    def one_more() -> None:
        share = next(drawn) / sound.frames
        progress.say(Stage.DRAWING, LISTENED + share * (DRAWN - LISTENED))

    video = Path(request.video)
    write_mp4(video, scene, request.audio, encode_all(look, scene, sound.frames, threads, one_more))
    progress.say(Stage.PACKING, 99)
    return RenderReport(
        width=scene.width,
        height=scene.height,
        frames=sound.frames,
        duration_s=sound.duration_s,
        size_bytes=video.stat().st_size,
        poster_s=poster / scene.fps,
    )


def frame(request: FrameRequest) -> None:
    """Write one frame as a PNG. Raises BadRequest, UnreadableAudio, OSError."""
    scene = request.scene
    check_scene(scene)
    cover = open_cover(scene.cover)
    sound = listen(request.audio, scene.fps)
    look = open_look(scene, sound, cover, Enlarger)
    frame_image(look, scene, _index(sound, request.at_s)).save(request.picture, "PNG")


def frame_image(look: Look, scene: Scene, index: int) -> Image.Image:
    """Frame `index` as RGB, through the planes the video is made of."""
    canvas = picture(scene.width, scene.height)
    look.painter(canvas.planes).paint(index)
    return yuv.to_image(canvas.planes)


def save_thumbnail(image: Image.Image, path: Path) -> None:
    """A JPEG within Telegram's limits."""
    small = image.copy()
    small.thumbnail((THUMBNAIL_EDGE, THUMBNAIL_EDGE), Image.Resampling.LANCZOS)
    for quality in _THUMBNAIL_QUALITIES:
        small.save(path, "JPEG", quality=quality, optimize=True)
        if path.stat().st_size < _THUMBNAIL_BYTES:
            return


def _index(sound: Sound, at_s: float) -> int:
    return min(max(0, round(at_s * sound.fps)), sound.frames - 1)
