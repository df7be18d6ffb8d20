"""BT.709 pictures in three planes, and drawing into them with integers.

Planes are (Y, U, V): uint8[h, w], uint8[h/2, w/2] twice, limited range. Conversion is ours because
swscale and others default to BT.601, and because a dither here keeps dark gradients from banding.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

U8 = NDArray[np.uint8]
U16 = NDArray[np.uint16]
Floats = NDArray[np.float32]
Planes = tuple[U8, U8, U8]

_KR, _KG, _KB = np.float32(0.2126), np.float32(0.7152), np.float32(0.0722)
_LUMA = np.float32(219 / 255)
_CHROMA_B, _CHROMA_R = np.float32(224 / 255 / 1.8556), np.float32(224 / 255 / 1.5748)


def to_planes(rgb: Floats, noise: Floats | None = None) -> Planes:
    """Planes of an RGB picture float32[h, w, 3] in 0..255 with even sides.

    `noise` float32[n, n] in -0.5..0.5 is tiled over the picture before rounding.
    """
    y, u, v = _convert(rgb)
    if noise is not None:
        y += tiled(noise, y.shape[0], y.shape[1])
    return _rounded(y), _rounded(u), _rounded(v)


def blank(width: int, height: int) -> Planes:
    """Black planes of an even size."""
    half = (height // 2, width // 2)
    return (
        np.full((height, width), 16, np.uint8),
        np.full(half, 128, np.uint8),
        np.full(half, 128, np.uint8),
    )


def to_image(planes: Planes) -> Image.Image:
    """The planes as an RGB picture."""
    y, u, v = (plane.astype(np.float32) for plane in planes)
    u, v = (plane.repeat(2, axis=0).repeat(2, axis=1) - np.float32(128) for plane in (u, v))
    luma = (y - np.float32(16)) / _LUMA
    red, blue = luma + v / _CHROMA_R, luma + u / _CHROMA_B
    green = (luma - red * _KR - blue * _KB) / _KG
    return Image.fromarray(_rounded(np.stack([red, green, blue], axis=-1)))


def color(rgb: tuple[int, int, int]) -> tuple[int, int, int]:
    """One colour as (Y, U, V)."""
    y, u, v = _convert(np.full((2, 2, 3), rgb, np.float32))
    return round(float(y[0, 0])), round(float(u[0, 0])), round(float(v[0, 0]))


def exact(rgb: Floats) -> tuple[Floats, Floats, Floats]:
    """Single colours float32[n, 3] in 0..255 as (Y, U, V), not rounded."""
    y, u, v = _convert(rgb.repeat(2, axis=0)[None].repeat(2, axis=0))
    return y[0, ::2], u[0], v[0]


def tiled(noise: Floats, height: int, width: int) -> Floats:
    """`noise` repeated over height x width."""
    rows, columns = -(-height // noise.shape[0]), -(-width // noise.shape[1])
    return np.tile(noise, (rows, columns))[:height, :width]


def cut(planes: Planes, y0: int, y1: int, x0: int = 0, x1: int | None = None) -> Planes:
    """Views of a rectangle whose corners are even."""
    y, u, v = planes
    half = None if x1 is None else x1 // 2
    box = np.s_[y0 // 2 : y1 // 2, x0 // 2 : half]
    return y[y0:y1, x0:x1], u[box], v[box]


@dataclass(frozen=True, slots=True)
class Overlay:
    """A half transparent picture over (y, x): `planes * keep / 256 + ink / 256`, all uint16."""

    y: int
    x: int
    keep: tuple[U16, U16, U16]
    ink: tuple[U16, U16, U16]

    def blend(
        self, planes: Planes, *, x: int | None = None, columns: tuple[int, int] | None = None
    ) -> None:
        """Lay it, or its `columns` from a first up to a last, over `planes` in place.

        Its own first column comes at `x` if given. All are even.
        """
        left, (first, last) = self.x if x is None else x, columns or (0, self.keep[0].shape[1])
        for plane, keep, ink, step in zip(planes, self.keep, self.ink, (1, 2, 2), strict=True):
            top, across = self.y // step, np.s_[:, first // step : last // step]
            at = (left + first) // step
            view = plane[top : top + len(keep), at : at + (last - first) // step]
            mixed = view * keep[across]
            mixed += ink[across]
            mixed >>= 8
            view[:] = mixed


def tint(mask: Image.Image, rgb: tuple[int, int, int], y: int, x: int) -> Overlay:
    """What to blend to see `rgb` through an "L" mask of even sides at (y, x), even as well."""
    colored = Image.new("RGBA", mask.size, (*rgb, 0))
    colored.putalpha(mask)
    return _over(np.asarray(colored, np.float32), y // 2 * 2, x // 2 * 2)


def overlays(picture: Image.Image, band_px: int = 16) -> list[Overlay]:
    """What to blend to lay an RGBA picture over planes of the same size, empty parts left out."""
    alpha = np.asarray(picture.getchannel("A"))
    used: NDArray[np.bool_] = np.asarray(alpha.reshape(alpha.shape[0] // 2, -1).any(axis=1))
    found, start = [], None
    for row in range(len(used) + 1):
        filled = row < len(used) and used[row : row + band_px // 2].any()
        if filled and start is None:
            start = row
        elif not filled and start is not None:
            found.append(_overlay(picture, start * 2, row * 2))
            start = None
    return found


def _overlay(picture: Image.Image, top: int, bottom: int) -> Overlay:
    columns = np.flatnonzero(np.asarray(picture.getchannel("A"))[top:bottom].any(axis=0))
    left, right = int(columns[0]) // 2 * 2, (int(columns[-1]) + 2) // 2 * 2
    return _over(np.asarray(picture.crop((left, top, right, bottom)), np.float32), top, left)


def _over(rgba: Floats, top: int, left: int) -> Overlay:
    alpha = rgba[..., 3] * np.float32(1 / 255)
    y, _, _ = _convert(rgba[..., :3])
    # Chroma covers 2 x 2 pixels: its ink is weighted by how much each of them is covered.
    soft = halved(alpha)
    flat = rgba[..., :3] * alpha[..., None]
    _, flat_u, flat_v = _convert(flat)
    keep_y, keep_c = _weights(1 - alpha), _weights(1 - soft)
    ink_y = _inks(y * alpha, keep_y)
    neutral = np.float32(128)
    ink_u = _inks(flat_u - neutral + neutral * soft, keep_c)
    ink_v = _inks(flat_v - neutral + neutral * soft, keep_c)
    return Overlay(top, left, (keep_y, keep_c, keep_c), (ink_y, ink_u, ink_v))


def _weights(share: Floats) -> U16:
    weights: U16 = np.rint(share * np.float32(256)).astype(np.uint16)
    return weights


def _inks(value: Floats, keep: U16) -> U16:
    """256 times the ink, plus the half that makes the later shift round, never past 16 bits."""
    room = np.float32(65535) - keep.astype(np.float32) * 255
    inks: U16 = np.minimum(np.rint(value * np.float32(256)) + 128, room).astype(np.uint16)
    return inks


def _convert(rgb: Floats) -> tuple[Floats, Floats, Floats]:
    red, green, blue = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    luma = red * _KR
    luma += green * _KG
    luma += blue * _KB
    u = halved(blue - luma) * _CHROMA_B + np.float32(128)
    v = halved(red - luma) * _CHROMA_R + np.float32(128)
    return luma * _LUMA + np.float32(16), u, v


def halved(plane: Floats) -> Floats:
    """Each 2 x 2 block's mean: how chroma sees a plane."""
    total = plane[::2, ::2] + plane[1::2, ::2] + plane[::2, 1::2] + plane[1::2, 1::2]
    return total * np.float32(0.25)


def _rounded(plane: Floats) -> U8:
    whole = np.rint(plane)
    np.clip(whole, 0, 255, out=whole)
    return whole.astype(np.uint8)
