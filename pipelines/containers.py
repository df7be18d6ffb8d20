"""Opening a file that a stranger sent: which kinds are let in, and how far they are believed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer

from jobs.errors import NoSound, NotMedia, SourceBroken
from pipelines.formats import FORMATS, PROTOCOLS

MIN_RATE_HZ, MAX_RATE_HZ = 4_000, 384_000
MAX_CHANNELS = 16
_MAX_STREAMS = "64"
# Pictures are never decoded by libav; without this it would try one while it looks for streams.
_MAX_PIXELS = str(16 * 1024 * 1024)
_OPTIONS = {
    "protocol_whitelist": PROTOCOLS,
    "format_whitelist": FORMATS,
    "max_streams": _MAX_STREAMS,
    "max_pixels": _MAX_PIXELS,
}
# fmt: off
_FIRST_BYTES: tuple[bytes, ...] = (
    b"RIFF", b"RF64", b"OggS", b"fLaC", b"ID3", b"\xff\xfb", b"\xff\xf1", b"FORM", b"caff",
    b"FLV", b"#!AMR", b"\x1a\x45\xdf\xa3", b"\x30\x26\xb2\x75", b"wvpk", b"MAC ", b"TTA",
)
# fmt: on
_EXTENSIONS: Mapping[str, str] = {"matroska": "webm", "mpegts": "ts", "mov": "m4a"}


@contextmanager
def opened(path: Path) -> Iterator[InputContainer]:
    """The container, its first sound stream checked. Raises NotMedia, NoSound, SourceBroken."""
    try:
        container = av.open(f"file:{path}", options=_OPTIONS, metadata_errors="replace")
    except (av.FFmpegError, ValueError) as wrong:
        raise (SourceBroken if _looks_like_media(path) else NotMedia)(str(wrong)) from wrong
    with container:
        if not container.streams.audio:
            raise NoSound()
        sound = container.streams.audio[0].codec_context
        if sound is None:
            raise SourceBroken("no decoder for its sound")
        check_sound(sound.sample_rate, sound.channels)
        yield container


def check_sound(rate_hz: int, channels: int) -> None:
    """Raise SourceBroken for what no microphone makes; a rate of 1 Hz would swell 48,000 times."""
    if not (MIN_RATE_HZ <= rate_hz <= MAX_RATE_HZ and 1 <= channels <= MAX_CHANNELS):
        raise SourceBroken(f"{rate_hz} Hz, {channels} channels")


def packets(container: InputContainer, *streams: Any) -> Iterator[av.Packet[Any]]:
    """The streams' packets to the end, or to where the file breaks off."""
    while True:
        try:
            yield from container.demux(*streams)
        except IndexError:
            continue  # a stream that appeared on the way: PyAV does not know it, we do not want it
        except (av.FFmpegError, ValueError):
            return
        return


def decoded(container: InputContainer) -> Iterator[AudioFrame]:
    """The first sound stream's frames; what cannot be decoded is left out, as the analysis does."""
    sound = container.streams.audio[0]
    use_one_thread(sound)
    for packet in packets(container, sound):
        try:
            yield from packet.decode()  # type: ignore[misc]  # a sound holds sound
        except (av.FFmpegError, ValueError):
            continue


def use_one_thread(sound: AudioStream) -> None:
    """Decode one frame after the other, which takes a second for half an hour of FLAC.

    With threads the decoder of a damaged WavPack file waits for one of them for ever.
    """
    sound.codec_context.thread_count = 1


def extension(format_name: str, *, has_video: bool) -> str:
    """What to call a file of this format, without the dot."""
    name = format_name.partition(",")[0]
    if name == "mov" and has_video:
        return "mp4"
    return _EXTENSIONS.get(name, name)[:5]


def _looks_like_media(path: Path) -> bool:
    with path.open("rb") as file:
        start = file.read(16)
    return start.startswith(_FIRST_BYTES) or start[4:8] == b"ftyp"
