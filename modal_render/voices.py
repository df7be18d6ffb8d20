"""What is heard, low to high, in as many steps as a look has room for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from modal_render.sound import BANDS, Sound

_FLOOR = 34  # levels below this are a pause

Levels = NDArray[np.int32]


class Voices:
    """The bands of a sound as `steps` levels a frame, at least two."""

    def __init__(self, sound: Sound, steps: int) -> None:
        self._sound = sound
        step = np.arange(steps, dtype=np.int32)
        place = step * ((BANDS - 2) * 256) // (steps - 1)
        self._band, self._share = place >> 8, place & 255
        # However pure a sound, its loudness lifts all steps a little, the lowest most.
        self._body = 96 - step * 80 // (steps - 1)

    def at(self, index: int) -> Levels:
        """int32[steps], 0 to 255."""
        heard: Levels = self.over(slice(index, index + 1))[0]
        return heard

    def over(self, frames: slice) -> Levels:
        """int32[frames, steps], 0 to 255."""
        levels = _joined(self._sound.bands[frames].astype(np.int32))
        low, high = levels[:, self._band], levels[:, self._band + 1]
        voices = _opened((low * (256 - self._share) + high * self._share) >> 8)
        voices = voices * (150 + voices * 105 // 255) // 255
        loudness = self._sound.loudness[frames, None].astype(np.int32)
        heard: Levels = np.maximum(voices, _opened(loudness) * self._body >> 8)
        return heard


def _joined(levels: Levels) -> Levels:
    """Each of BANDS bands with a little of its neighbours: hills instead of needles."""
    wide = np.concatenate((levels[:, :1], levels, levels[:, -1:]), axis=1)
    mean = (wide[:, :-2] + 2 * levels + wide[:, 2:]) >> 2
    joined: Levels = np.maximum(mean, levels * 7 >> 3)
    return joined


def _opened(levels: Levels) -> Levels:
    """0 up to where a pause ends, 255 at 255."""
    opened: Levels = np.maximum(levels - _FLOOR, 0) * 255 // (255 - _FLOOR)
    return opened
