"""What others see in a finished MP4: each takes its path and says what it found.

A frame is known by its digest: the MD5 of its cropped planes, Y then U then V, nothing between.
"""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import IO

import av
import imageio_ffmpeg
import numpy as np
from av.bitstream import BitStreamFilterContext
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from tests.modal_render.h264_look import IDR, nal_units

STRICT = ("-v", "error", "-xerror", "-err_detect", "explode")

Brightness = NDArray[np.int16]  # 0 to 255; signed, so that frames can be subtracted


def complaints(video: Path) -> str:
    """All that a decoder finds wrong with picture and sound; empty when there is nothing."""
    ended = _ffmpeg(*STRICT, "-i", str(video), "-f", "null", "-")
    status = f"exit status {ended.returncode}" if ended.returncode else ""
    return ended.stdout.decode() + ended.stderr.decode() + status


def frames_by_ffmpeg(video: Path) -> list[str]:
    """Digests of all frames as the wheel's ffmpeg program decodes them."""
    # Without `-fps_mode` a hole in the time stamps would be filled with a frame of its own.
    output = ("-map", "0:v", "-fps_mode", "passthrough", "-f", "framemd5", "-")
    ended = _ffmpeg(*STRICT, "-i", str(video), *output)
    assert (ended.returncode, ended.stderr) == (0, b"")
    lines = [line for line in ended.stdout.decode().splitlines() if not line.startswith("#")]
    return [line.split(",")[-1].strip() for line in lines]


def frames_by_pyav(video: Path) -> list[str]:
    """Digests of all frames as PyAV's own copy of the library decodes them, strictly."""
    with av.open(str(video)) as container:
        stream = container.streams.video[0]
        stream.codec_context.options = {"err_detect": "explode"}
        return [_digest(frame.to_ndarray().tobytes()) for frame in container.decode(stream)]


def frames_by_openh264(video: Path, folder: Path) -> list[str]:
    """Digests of all frames as openh264 decodes them, which shares no code with libavcodec.

    Every closed group is given to a decoder of its own: openh264 2.3.1, which Debian has, may
    overwrite a picture that waits to be shown when a new group begins
    (https://github.com/cisco/openh264/pull/3707).
    """
    width, height = size_of(video)
    digests, part = [], folder / "group.h264"
    for group in _groups(video):
        part.write_bytes(group)
        source = ("filesrc", f"location={part}", "!", "h264parse", "!", "openh264dec")
        command = ["gst-launch-1.0", "-q", *source, "!", "fdsink"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as decoder:
            assert decoder.stdout is not None
            digests += [_digest(frame) for frame in _cropped(decoder.stdout, width, height)]
        assert decoder.returncode == 0
    return digests


def access_units(video: Path) -> list[bytes]:
    """The elementary stream in decoding order: Annex B, one item for each picture."""
    with av.open(str(video)) as container:
        stream = container.streams.video[0]
        convert = BitStreamFilterContext("h264_mp4toannexb", stream)
        packets = [packet for packet in container.demux(stream) if packet.size]
        return [bytes(made) for packet in packets for made in convert.filter(packet)]


def through_transport_stream(video: Path, folder: Path) -> Path:
    """The video copied into an MPEG-TS and from there into an MP4 again."""
    there, back = folder / "there.ts", folder / "back.mp4"
    for source, target in pairwise((video, there, back)):
        ended = _ffmpeg(
            "-v", "error", "-xerror", "-y", "-i", str(source), "-c", "copy", str(target)
        )
        assert (ended.returncode, ended.stderr) == (0, b"")
    return back


def frames_near(video: Path, at_s: float, around_s: float = 0.3) -> dict[int, Brightness]:
    """The frames shown within `around_s` of `at_s` by number, as brightness, reached by seeking."""
    found = {}
    with av.open(str(video)) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        assert stream.average_rate is not None
        rate = float(stream.average_rate)
        container.seek(round(max(0.0, at_s - around_s) / stream.time_base), stream=stream)
        for frame in container.decode(stream):
            time_s = _time_s(frame)
            if time_s > at_s + around_s:
                break
            if time_s >= at_s - around_s:
                found[round(time_s * rate)] = np.asarray(frame.to_ndarray(format="gray"), np.int16)
    return found


def size_of(video: Path) -> tuple[int, int]:
    """Width and height as they are shown."""
    with av.open(str(video)) as container:
        return container.streams.video[0].width, container.streams.video[0].height


def _time_s(frame: VideoFrame) -> float:
    assert frame.time is not None
    return frame.time


def _groups(video: Path) -> Iterator[bytes]:
    """The elementary stream cut before every IDR picture."""
    group = b""
    for unit in access_units(video):
        if group and any(nal.kind == IDR for nal in nal_units(unit)):
            yield group
            group = b""
        group += unit
    yield group


def _cropped(raw: IO[bytes], width: int, height: int) -> Iterator[bytes]:
    """Frames out of GStreamer's I420, whose lines are as long as a multiple of four."""
    wide, tall = width // 2, height // 2
    long, short = _up_to_4(width), _up_to_4(wide)
    while data := raw.read((long + short) * height):
        planes = np.frombuffer(data, np.uint8)
        y = planes[: long * height].reshape(height, long)[:, :width]
        chroma = planes[long * height :].reshape(2 * tall, short)[:, :wide]
        yield y.tobytes() + chroma.tobytes()


def _up_to_4(length: int) -> int:
    return -(-length // 4) * 4


def _digest(frame: bytes) -> str:
    return hashlib.md5(frame).hexdigest()


def _ffmpeg(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", *arguments]
    return subprocess.run(command, capture_output=True, check=False)
