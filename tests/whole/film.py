"""What is in a finished video, told by decoders that had no part in making it."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import av
import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray

_LOUDNESS = re.compile(r"I:\s+(-?[\d.]+) LUFS")
_PEAK = re.compile(r"Peak:\s+(-?[\d.]+) dBFS")


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """Codecs by name, sizes in pixels, lengths in seconds; `light` is float[frames], mean luma."""

    video_codec: str
    audio_codec: str
    width: int
    height: int
    frames: int
    fps: float
    audio_s: float
    light: NDArray[np.float64]
    sound: NDArray[np.float32]
    rate_hz: int

    @property
    def video_s(self) -> float:
        return self.frames / self.fps


def watch(path: Path) -> Film:
    """Decode every frame and every sample of the file."""
    light: list[float] = []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "FRAME"
        for frame in container.decode(stream):
            plane = frame.planes[0]
            rows = np.frombuffer(bytes(plane), np.uint8).reshape(frame.height, plane.line_size)
            light.append(float(rows[:, : frame.width].mean()))
        codec, fps = stream.codec_context.name, float(stream.average_rate or 0)
        width, height = stream.width, stream.height
    with av.open(str(path)) as container:
        audio = container.streams.audio[0]
        blocks = [frame.to_ndarray() for frame in container.decode(audio)]
        rate_hz = audio.rate
    sound = np.concatenate(blocks, axis=1).mean(axis=0).astype(np.float32)
    return Film(
        video_codec=codec,
        audio_codec=audio.codec_context.name,
        width=width,
        height=height,
        frames=len(light),
        fps=fps,
        audio_s=len(sound) / rate_hz,
        light=np.array(light),
        sound=sound,
        rate_hz=rate_hz,
    )


def loudness(path: Path) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBFS, measured by ffmpeg."""
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-hide_banner", "-i", str(path)]
    argv += ["-map", "0:a:0", "-af", "ebur128=peak=true", "-f", "null", "-"]
    told = subprocess.run(argv, capture_output=True, text=True, check=True).stderr
    return float(_LOUDNESS.findall(told)[-1]), float(_PEAK.findall(told)[-1])
