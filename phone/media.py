"""What Telegram finds out about a file by looking into it: sound, film and picture facts."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import av
import av.error
from PIL import Image, ImageOps, UnidentifiedImageError

from phone.limits import PHOTO_RATIO, PHOTO_SIDES_PX, THUMBNAIL_BYTES, THUMBNAIL_PX
from phone.refusals import bad_request

PHOTO_BOUNDS_PX = (90, 320, 800, 1280)  # the sizes Telegram keeps of a photo
JPEG_QUALITY = 87
VOICE_RATE_HZ = 48_000
VOICE_BITS_PER_S = 48_000  # a second encoding at the usual 32,000 can be heard


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """Facts of a media file; zeros and empty text where it has none."""

    container: str
    duration_s: float
    audio_codec: str = ""
    video_codec: str = ""
    width: int = 0
    height: int = 0
    title: str = ""
    performer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One JPEG size of a photo."""

    jpeg: bytes
    width: int
    height: int


def probe(path: Path) -> Probe | None:
    """Facts of the file, None when it is not media."""
    try:
        with av.open(str(path), metadata_errors="replace") as container:
            audio = next(iter(container.streams.audio), None)
            video = next((found for found in container.streams.video if not _is_cover(found)), None)
            return Probe(
                container=container.format.name,
                duration_s=container.duration / av.time_base if container.duration else 0.0,
                audio_codec=audio.codec_context.name if audio else "",
                video_codec=video.codec_context.name if video else "",
                width=video.width if video else 0,
                height=video.height if video else 0,
                title=container.metadata.get("title", ""),
                performer=container.metadata.get("artist", ""),
            )
    except (av.error.FFmpegError, ValueError):
        return None


def _is_cover(stream: av.VideoStream) -> bool:
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def as_voice_note(source: Path, target: Path) -> bool:
    """Write what a phone sends for a voice note: Opus in Ogg, mono. False: there is no sound."""
    try:
        with (
            av.open(str(source)) as heard,
            av.open(str(target), "w", format="ogg") as note,
        ):
            if not heard.streams.audio:
                return False
            stream = note.add_stream("libopus", rate=VOICE_RATE_HZ, layout="mono")
            stream.bit_rate = VOICE_BITS_PER_S
            resampler = av.AudioResampler(format="s16", layout="mono", rate=VOICE_RATE_HZ)
            for frame in heard.decode(audio=0):
                for piece in resampler.resample(frame):
                    piece.pts = None  # a recorder's gaps in time would be refused
                    note.mux(stream.encode(piece))
            note.mux(stream.encode(None))
    except (av.error.FFmpegError, ValueError):
        return False
    return True


def photo_sizes(path: Path) -> list[Picture]:
    """The photo as Telegram stores it, smallest first. Raises Refusal 400 when it takes it not."""
    try:
        with Image.open(path) as opened:
            if sum(opened.size) > PHOTO_SIDES_PX or _ratio(opened) > PHOTO_RATIO:
                raise bad_request("PHOTO_INVALID_DIMENSIONS")
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        raise bad_request("IMAGE_PROCESS_FAILED") from None
    longest = max(picture.size)
    bounds = [bound for bound in PHOTO_BOUNDS_PX if bound < longest]
    largest = min(longest, PHOTO_BOUNDS_PX[-1])
    return [_shrunk(picture, bound) for bound in dict.fromkeys([*bounds, largest])]


def thumbnail(content: bytes) -> Picture | None:
    """The thumbnail, or None where Telegram ignores it: not JPEG, over 320 px or 200 kB."""
    if len(content) >= THUMBNAIL_BYTES:
        return None
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.format != "JPEG" or max(picture.size) > THUMBNAIL_PX:
                return None
            return Picture(jpeg=content, width=picture.width, height=picture.height)
    except (UnidentifiedImageError, OSError):
        return None


def _ratio(picture: Image.Image) -> float:
    return max(picture.size) / max(1, min(picture.size))


def _shrunk(picture: Image.Image, bound: int) -> Picture:
    small = picture.copy()
    small.thumbnail((bound, bound), Image.Resampling.LANCZOS)
    content = io.BytesIO()
    small.save(content, "JPEG", quality=JPEG_QUALITY)
    return Picture(jpeg=content.getvalue(), width=small.width, height=small.height)
