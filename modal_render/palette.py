"""Colours that belong together, from a seed or from a cover.

Chosen in OKLCH (Björn Ottosson, "A perceptual color space for image processing", 2020), where
equal lightness looks equally light at every hue; so one recipe makes every palette.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from PIL import Image

Rgb = tuple[int, int, int]

_GREY = 0.03  # chroma below which a colour has no hue worth speaking of
_LEAST_ACCENT = 0.62  # lightness
_BRAND_TURN = 0.15  # of a scheme's turn: light of another hue beside a brand's looks like a mistake

# Hue of the ground and turn to the accent, in degrees: pairs that were looked at and kept.
SCHEMES = ((300, 95), (262, -70), (340, 60), (196, -60), (24, 40), (275, 130))


@dataclass(frozen=True, slots=True)
class Palette:
    """`ground` to `depth` is the dark background, `glow` its light, `warm` to `cool` the sound."""

    ground: Rgb
    depth: Rgb
    glow: Rgb
    warm: Rgb
    cool: Rgb
    text: Rgb
    muted: Rgb
    hue: float
    turn: float


def hue_of(cover: Image.Image | None, brand: str) -> float | None:
    """The hue of the brand or else of the cover; None without either or where it is grey."""
    if brand:
        _, chroma, hue = to_oklch(_parts(brand))
        return None if chroma < _GREY else hue
    return None if cover is None else _strongest_hue(cover)


def palette_of(seed: int, cover: Image.Image | None = None, brand: str = "") -> Palette:
    """The palette of a recording: its brand ("#rrggbb"), its cover's strongest colour or its seed.

    A brand's own colour is the accent, made lighter only where a dark ground would swallow it.
    """
    hue, turn = SCHEMES[seed % len(SCHEMES)]
    if brand:
        return _branded(brand, turn)
    found = None if cover is None else _strongest_hue(cover)
    return palette_at(hue if found is None else found, turn)


def _branded(brand: str, turn: float) -> Palette:
    lightness, chroma, hue = to_oklch(_parts(brand))
    accent = oklch(max(lightness, _LEAST_ACCENT), chroma, hue)
    grey = chroma < _GREY
    return replace(
        palette_at(hue, turn * (0 if grey else _BRAND_TURN), muted_by=0.25 if grey else 1.0),
        warm=accent,
        cool=oklch(max(lightness, _LEAST_ACCENT) - 0.08, chroma, hue + turn * 0.2),
    )


def _parts(brand: str) -> Rgb:
    red, green, blue = (int(brand[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue


def palette_at(hue: float, turn: float, muted_by: float = 1.0) -> Palette:
    """The palette around a ground hue, its accents `turn` degrees away.

    `muted_by` scales the colourfulness of the ground.
    """
    return Palette(
        ground=oklch(0.235, 0.062 * muted_by, hue),
        depth=oklch(0.145, 0.040 * muted_by, hue + turn * 0.25),
        glow=oklch(0.46, 0.15 * muted_by, hue + turn * 0.45),
        warm=oklch(0.88, 0.115, hue + turn * 1.25),
        cool=oklch(0.69, 0.185, hue + turn * 0.55),
        text=oklch(0.975, 0.012, hue + turn),
        muted=oklch(0.80, 0.040, hue + turn * 0.6),
        hue=hue,
        turn=turn,
    )


def oklch(lightness: float, chroma: float, hue: float) -> Rgb:
    """An sRGB colour; chroma is reduced until the colour exists."""
    red, green, blue = srgb(lightness, existing(lightness, chroma, hue), hue)
    return round(red), round(green), round(blue)


def existing(lightness: float, chroma: float, hue: float) -> float:
    """The chroma, reduced until sRGB has the colour."""
    while chroma >= 0.002:
        if all(-0.0005 <= part <= 1.0005 for part in _linear_rgb(lightness, chroma, hue)):
            break
        chroma *= 0.96
    return chroma


def srgb(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    """The colour in parts of 0 to 255, not rounded, what sRGB has not cut off."""
    red, green, blue = (_gamma(part) for part in _linear_rgb(lightness, chroma, hue))
    return red, green, blue


def mixed(first: Rgb, second: Rgb, share: float) -> Rgb:
    """`share` of the way from the first colour to the second."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def _linear_rgb(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _gamma(linear: float) -> float:
    linear = min(1.0, max(0.0, linear))
    value = 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055
    return float(255 * value)


def _strongest_hue(cover: Image.Image) -> float | None:
    """The OKLCH hue that most of the cover's colourfulness has; None for a grey cover."""
    small = cover.convert("RGB").resize((24, 24), Image.Resampling.BOX)
    weights = [0.0] * 36
    pixels: list[Rgb] = list(small.get_flattened_data())  # type: ignore[arg-type]  # RGB triples
    for pixel in pixels:
        _, chroma, hue = to_oklch(pixel)
        weights[int(hue // 10) % 36] += chroma**2
    soft = [weights[i - 1] + 2 * weights[i] + weights[(i + 1) % 36] for i in range(36)]
    best = max(range(36), key=lambda i: (soft[i], -i))
    return None if soft[best] < 0.02 else best * 10.0 + 5


def to_oklch(rgb: Rgb) -> tuple[float, float, float]:
    """Lightness 0 to 1, chroma, and hue in degrees of an sRGB colour."""
    red, green, blue = (_ungamma(part / 255) for part in rgb)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def _ungamma(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)
