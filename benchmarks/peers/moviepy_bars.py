"""An audiogram as a user of moviepy writes it: a still, bars drawn by numpy for each frame.

`python moviepy_bars.py STILL.png SPEECH.wav OUT.mp4 X Y WIDTH HEIGHT`, in the peers' environment.
It imports nothing of ours. All levels are computed before the first frame, and a frame is one
copy of the still and one filled rectangle for each bar, with no CompositeVideoClip on top.
"""

from __future__ import annotations

import sys
import wave

import numpy as np
from moviepy import AudioFileClip, ImageClip, VideoClip
from numpy.typing import NDArray

FPS = 30
BARS = 48
WINDOW = 2048  # samples
COLOR = (250, 170, 140)

Floats = NDArray[np.float64]


def main(still: str, speech: str, video: str, box: list[int]) -> None:
    background = ImageClip(still).get_frame(0).astype(np.uint8)
    audio = AudioFileClip(speech)
    levels = _levels(speech)
    left, top, width, height = box
    pitch = width // BARS

    def frame_at(time_s: float) -> NDArray[np.uint8]:
        frame: NDArray[np.uint8] = background.copy()
        for bar, level in enumerate(levels[min(int(time_s * FPS + 0.5), len(levels) - 1)]):
            tall = max(8, int(level * height))
            x, y = left + bar * pitch, top + (height - tall) // 2
            frame[y : y + tall, x : x + pitch * 6 // 10] = COLOR
        return frame

    clip = VideoClip(frame_at, duration=audio.duration).with_audio(audio)
    clip.write_videofile(
        video,
        fps=FPS,
        codec="libx264",
        preset="veryfast",
        threads=2,
        audio_codec="aac",
        logger=None,
    )


def _levels(path: str) -> Floats:
    """Heights of bars, 0 to 1: float64[frames, BARS]."""
    with wave.open(path) as opened:
        rate_hz = opened.getframerate()
        samples = np.frombuffer(opened.readframes(opened.getnframes()), "<i2") / 32_768
    hop = rate_hz // FPS
    padded = np.pad(samples, (WINDOW // 2, WINDOW))
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::hop]
    power = np.abs(np.fft.rfft(windows * np.hanning(WINDOW), axis=1)) ** 2
    edges = np.geomspace(4, 320, BARS + 1).astype(int) + np.arange(BARS + 1)
    bands = np.add.reduceat(power, edges, axis=1)[:, :-1]
    loud: Floats = np.clip((10 * np.log10(bands + 1e-9) + 10) / 50, 0, 1)
    return loud


if __name__ == "__main__":
    still, speech, video, *sides = sys.argv[1:]
    main(still, speech, video, [int(side) for side in sides])
