"""The sound as a look sees it: levels per frame, smoothed so that pictures move well.

Attack and release are given in seconds, so 60 frames a second move like 30. All arithmetic is
integer: a level is 0 to 255, held in 1/256 while it is smoothed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from modal_render.response import Response

BANDS = 32
# What lights more than a quarter of the picture may fall by this share of its range a second. A
# flash needs a fall of a tenth of full luminance (WCAG 2.3.1); looks give their light a range of
# at most 0.3, so a large fall takes a third of a second and no second holds more than three.
LIGHT_FALL_PER_S = 0.95

U8 = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Sound:
    """uint8 levels: `bands` [frames, BANDS] low to high, `loudness` and `light` [frames].

    `loudness` follows the sound closely; `light` is safe to light the whole picture with.
    """

    fps: int
    bands: U8
    loudness: U8
    light: U8

    @property
    def frames(self) -> int:
        return len(self.loudness)

    @property
    def duration_s(self) -> float:
        return self.frames / self.fps

    def poster_frame(self) -> int:
        """The frame that shows the sound at its fullest: loud now and around now."""
        spread = self.bands.sum(axis=1, dtype=np.int64) + 8 * self.loudness.astype(np.int64)
        wide = np.convolve(spread, np.ones(self.fps, np.int64), mode="same")
        best = int(np.argmax(wide))
        near = slice(max(0, best - self.fps // 2), best + self.fps // 2 + 1)
        return near.start + int(np.argmax(spread[near]))


def smoothed(bands: U8, loudness: U8, fps: int, response: Response) -> Sound:
    """A Sound from raw levels of each frame."""
    both = np.concatenate([bands, loudness[:, None]], axis=1)
    lifted = np.array([round(255 * (i / 255) ** response.lift) for i in range(256)], np.uint8)
    moved = follow(lifted[both], fps, response.attack_s, response.release_s)
    light = safe_light(moved[:, -1], fps, response.light_attack_s)
    return Sound(fps, np.ascontiguousarray(moved[:, :-1]), moved[:, -1].copy(), light)


def follow(levels: U8, fps: int, attack_s: float, release_s: float) -> U8:
    """Each column of `levels` [frames, n], rising within `attack_s`, falling within `release_s`."""
    rise, fall = _share(fps, attack_s), _share(fps, release_s)
    state = np.zeros(levels.shape[1], np.int32)
    moved = np.empty_like(levels)
    targets = levels.astype(np.int32) << 8
    for i, target in enumerate(targets):
        step = target - state
        state += np.where(step > 0, step * rise, step * fall) >> 8
        moved[i] = state >> 8
    return moved


def safe_light(levels: U8, fps: int, attack_s: float) -> U8:
    """`levels` [frames] with a soft rise and a fall too slow to flash (LIGHT_FALL_PER_S)."""
    rise = _share(fps, attack_s)
    fall = int(LIGHT_FALL_PER_S * 255 * 256 / fps)
    state, light = 0, np.empty_like(levels)
    for i, level in enumerate(levels.tolist()):
        step = (level << 8) - state
        state += step * rise >> 8 if step > 0 else max(step * rise >> 8, -fall)
        light[i] = state >> 8
    return light


def _share(fps: int, time_s: float) -> int:
    """How much of the way a frame goes, in 1/256, to arrive with time constant `time_s`."""
    return round(256 * (1 - math.exp(-1 / (fps * time_s))))


# The bands of a spoken vowel, low to high, as `analysis` hears them.
_VOWEL = (
    150, 172, 196, 214, 190, 168, 196, 232, 240, 212, 226, 246, 240, 222, 190, 172,
    190, 214, 222, 196, 164, 142, 150, 178, 204, 186, 150, 128, 112, 96, 84, 70,
)  # fmt: skip


def sketched(peaks: list[int]) -> Sound:
    """A second of each of `peaks` (0-255) as one frame: enough to show how a look will look."""
    loudest = max(*peaks, 1)
    levels = np.array([240 * peak // loudest for peak in peaks], np.int32)
    bands = np.array(_VOWEL, np.int32) * levels[:, None] // 240
    level = levels.astype(np.uint8)
    return Sound(1, bands.astype(np.uint8), level, level)
