"""Grounds to draw on: gradients and glows as float RGB, and the noise that keeps them smooth."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from modal_render.palette import Rgb

Floats = NDArray[np.float32]


def bell(length: int, middle: float, spread: float) -> Floats:
    """A Gaussian bump, float32[length] in 0..1; made by `math`, whose rounding is one for all."""
    return np.array(
        [math.exp(-(((i + 0.5 - middle) / spread) ** 2)) for i in range(length)], np.float32
    )


def gradient(width: int, height: int, top: Rgb, bottom: Rgb) -> Floats:
    """Top to bottom, float32[height, width, 3]."""
    share = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    column = np.array(top, np.float32) * (1 - share) + np.array(bottom, np.float32) * share
    return np.repeat(column[:, None, :], width, axis=1)


def add_glow(
    rgb: Floats,
    middle: tuple[float, float],
    spread: tuple[float, float],
    color: Rgb,
    strength: float,
) -> None:
    """Mix a soft oval of `color` into `rgb`, in place."""
    height, width = rgb.shape[:2]
    across = bell(width, middle[0], spread[0])
    down = bell(height, middle[1], spread[1]) * np.float32(strength)
    amount = (down[:, None] * across[None, :])[..., None]
    rgb += (np.array(color, np.float32) - rgb) * amount


def noise(seed: int, side: int = 256) -> Floats:
    """Triangular noise float32[side, side] in -1..1, for dither."""
    generator = np.random.default_rng(seed)
    one = generator.random((side, side), np.float32)
    other = generator.random((side, side), np.float32)
    return one - other


def cloud(seed: int, side: int, cells: int, octaves: int) -> Floats:
    """Seamless smooth noise float32[side, side] in 0..1: `cells` bumps across, finer ones over."""
    generator = np.random.default_rng(seed)
    total = np.zeros((side, side), np.float32)
    for octave in range(octaves):
        count = cells << octave
        # Wrapped around, so that the resampling finds at each edge what the other edge holds.
        grid = np.pad(generator.random((count, count), np.float32), 2, mode="wrap")
        large = Image.fromarray(grid).resize(
            (side, side), Image.Resampling.BICUBIC, (2, 2, count + 2, count + 2)
        )
        total += np.asarray(large) * np.float32(0.5**octave)
    total -= total.min()
    total /= total.max()
    return total
