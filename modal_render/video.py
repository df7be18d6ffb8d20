"""The whole job: audio and a scene in, an MP4, its thumbnail and a report out."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

import av

from modal_render.analysis import UnreadableAudio
from modal_render.audio import AudioAhead
from modal_render.contract import (
    AT_POSTER,
    POSTER_EDGE,
    THUMBNAIL_EDGE,
    BadRequest,
    FrameRequest,
    RenderReport,
    RenderRequest,
)
from modal_render.copy import Copied, Finished, write_copy
from modal_render.encode import Coding
from modal_render.film import Film, frame_at, open_film, thumbnail_at
from modal_render.mux import write_mp4
from modal_render.paths import Encoding, Spread, choose_path, encode_here
from modal_render.processor import use_common_instructions
from modal_render.progress import Progress, Stage
from modal_render.segments import Segment, plan

LISTENED, DRAWN, COPIED = 6, 92, 99  # percent of the whole job
_THUMBNAIL_QUALITIES = (88, 75, 60, 40)
_POSTER_QUALITY = 85
_THUMBNAIL_BYTES = 195_000  # Telegram refuses thumbnails of 200 kB


@dataclass(frozen=True, slots=True)
class _Order:
    """A request, who is told how far it is, and who encodes its segments."""

    request: RenderRequest
    progress: Progress
    spread: Spread


def render(
    request: RenderRequest, progress: Progress, spread: Spread | None = None
) -> RenderReport:
    """Write the video, its thumbnail and, if it must be, its copy.

    Its segments are encoded by `spread`, or here on `request.threads`. Raises BadRequest,
    RenderFailed, OSError, and what `spread` raises.
    """
    use_common_instructions()
    threads = max(0, request.threads) or len(os.sched_getaffinity(0))
    order = _Order(request, progress, spread or partial(encode_here, threads))
    progress.say(Stage.LISTENING, 0)

    def heard(share: float) -> None:
        progress.say(Stage.LISTENING, share * LISTENED)

    with _sound_of(request) as audio:
        film = open_film(request.scene, request.audio, heard)
        stretch = _stretch(film, request)
        path = _encode(order, film, stretch, audio)
    progress.say(Stage.PACKING, DRAWN)
    poster_s = film.index_at(AT_POSTER) / film.scene.fps
    save_thumbnail(film, poster_s, Path(request.thumbnail))
    if request.poster:
        _save_poster(film, poster_s, Path(request.poster))
    return _report(order, film, stretch, path, poster_s)


def _report(
    order: _Order, film: Film, stretch: Segment, path: Encoding, poster_s: float
) -> RenderReport:
    """What was made, once a copy was made too where that must be."""
    scene, frames, video = film.scene, stretch.last - stretch.first, Path(order.request.video)
    inline = _inline(
        Finished(path=video, width=scene.width, height=scene.height, fps=scene.fps, frames=frames),
        order,
    )
    size_bytes = video.stat().st_size
    return RenderReport(
        width=scene.width,
        height=scene.height,
        frames=frames,
        duration_s=frames / scene.fps,
        size_bytes=size_bytes,
        poster_s=poster_s,
        inline_width=inline.width,
        inline_height=inline.height,
        inline_bytes=inline.size_bytes,
        has_copy=inline.size_bytes < size_bytes,
        spliced=path.spliced,
        fallbacks=path.fallbacks,
    )


def _encode(order: _Order, film: Film, stretch: Segment, audio: AudioAhead) -> Encoding:
    """Write the video; the path it was encoded by."""
    drawn, frames = count(1), stretch.last - stretch.first

    def one_more() -> None:
        # A segment that falls back is drawn twice.
        share = min(1.0, next(drawn) / frames)
        order.progress.say(Stage.DRAWING, LISTENED + share * (DRAWN - LISTENED))

    path = choose_path(film, order.request.path, one_more)
    parts = plan(stretch.last, path.profile.segment_frames, stretch.first)
    segments = order.spread(film, path, parts, one_more)
    moved = ([one.moved(-stretch.first) for one in coded] for coded in segments)
    size = film.scene.width, film.scene.height
    coding = Coding(size, film.scene.fps, path.profile.options())
    write_mp4(Path(order.request.video), coding, audio, moved)
    return path


def _inline(video: Finished, order: _Order) -> Copied:
    """The copy, where the video is too large; else the video itself."""
    limit_bytes, size_bytes = order.request.inline_limit_bytes, video.path.stat().st_size
    if not limit_bytes or size_bytes <= limit_bytes:
        return Copied(width=video.width, height=video.height, size_bytes=size_bytes)

    def copied(share: float) -> None:
        order.progress.say(Stage.PACKING, DRAWN + share * (COPIED - DRAWN))

    sound = partial(_sound_of, order.request)
    return write_copy(video, Path(order.request.inline), limit_bytes, sound, copied)


def frame(request: FrameRequest) -> None:
    """Write one frame as a PNG. Raises BadRequest, UnreadableAudio, OSError."""
    use_common_instructions()
    film = open_film(request.scene, request.audio)
    frame_at(film, request.at_s).save(request.picture, "PNG")


def _stretch(film: Film, request: RenderRequest) -> Segment:
    """The frames that are asked for. Raises BadRequest."""
    frames, fps = film.sound.frames, film.scene.fps
    if not request.length_s:
        return Segment(0, frames)
    first = round(request.start_s * fps)
    last = min(frames, first + round(request.length_s * fps))
    if not 0 <= first < last:
        raise BadRequest("no frames in that stretch")
    return Segment(first, last)


def save_thumbnail(film: Film, at_s: float, path: Path) -> None:
    """A JPEG of the frame at a time, within Telegram's limits."""
    small = thumbnail_at(film, at_s, THUMBNAIL_EDGE)
    for quality in _THUMBNAIL_QUALITIES:
        small.save(path, "JPEG", quality=quality, optimize=True)
        if path.stat().st_size < _THUMBNAIL_BYTES:
            return


def _save_poster(film: Film, at_s: float, path: Path) -> None:
    edge_px = min(POSTER_EDGE, max(film.scene.width, film.scene.height))
    poster = thumbnail_at(film, at_s, edge_px)
    poster.save(path, "JPEG", quality=_POSTER_QUALITY, optimize=True)


def _sound_of(request: RenderRequest, most_bit_rate: int = sys.maxsize) -> AudioAhead:
    try:
        return AudioAhead(
            request.audio, request.start_s, request.length_s, most_bit_rate=most_bit_rate
        )
    except (av.FFmpegError, OSError, IndexError) as broken:
        raise UnreadableAudio(str(broken)) from broken
