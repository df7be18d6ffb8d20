"""Aurora: veils of light over dark water, which sway slowly and flare with the voice."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from modal_render import backdrop, yuv
from modal_render.contract import Scene
from modal_render.field import Dress, Echo, Field, drift, shares
from modal_render.grid import Grid, Sheet, Texture
from modal_render.looks import Brief
from modal_render.palette import Rgb, hue_of, oklch, palette_of
from modal_render.shades import Hues, Stop
from modal_render.sound import BANDS, Sound, follow
from modal_render.sparks import Dots, sine
from modal_render.veils import COLUMN, FINER, Drape, Veil
from modal_render.yuv import U8, Floats, Planes

# Degrees: the hue of a veil's edge and the turn to its top, where neither cover nor brand has one.
_GREEN, _TO_VIOLET = 158.0, 120.0
_SHORE = 0.75  # of the picture's height: the water begins here, or where the stage ends
_ZENITH = 2.6  # sky heights above the shore, where all rays point to
_VEILS = (
    Drape(hangs=0.13, sways=0.05, high=0.26, strength=0.55, folds=300, rays=30, turned=0.26),
    Drape(hangs=0.24, sways=0.13, high=0.46, strength=1.65, folds=420, rays=44, turned=0.0),
    Drape(hangs=0.46, sways=0.12, high=0.62, strength=0.60, folds=560, rays=64, turned=0.20),
)
_SWELL_ATTACK_S, _SWELL_RELEASE_S = 0.015, 0.30
_RUN = 1500  # units a second that the voice runs along the veils
_HALO = 70  # units that the glow around a cover is wide
_HILLS = 0.11  # of the sky's height, that the highest hill stands over the shore
_HILL = 750  # units that hills are wide
_WAVE, _GROWS = 10.0, 0.03  # units that a wave is tall at the shore, and more for each below it
_FLAT = 6  # times that a wave is as wide as tall
_BUMP = 40  # units of the water's texture that a wave takes
_STARS = 110
_LIMIT = 3.2  # times that light behind words stays below the brightest


class Look(Field):
    def __init__(self, brief: Brief) -> None:
        scene, sound, cover = brief.scene, brief.sound, brief.cover
        hue, turn = _GREEN, _TO_VIOLET
        if hue_of(cover, scene.brand) is not None:
            palette = palette_of(scene.seed, cover, scene.brand)
            hue, turn = palette.hue, palette.turn
        super().__init__(brief, _dress(hue, turn))
        grid, layout = self.grid, self.layout
        self._hues = Hues(_kinds(hue, turn), grid, scene.seed)
        shore_px = round(min(layout.stage.bottom, scene.height * _SHORE) / 2) * 2
        shore = (shore_px - layout.stage.middle[1]) / layout.unit
        hidden = None if layout.cover is None else layout.cover.width / 2 / layout.unit
        self._sky = _Sky(grid, scene.seed, shore, sound, hidden)
        self._land = _Land(grid, scene, shore_px, oklch(0.085, 0.02, hue + turn * 0.85))
        self._water = _Water(grid, scene.seed, shore)
        self._stars = _Stars(self, scene, shore_px)
        # Behind words there is less light, and none above a limit. Water is dark already.
        least = np.where(grid.y < shore, np.float32(0.20), np.float32(0.55))
        self._strength: Floats = self.calm * (1 - least) + least
        self._shoulder: Floats = 1 + (1 - self.calm) * np.float32(_LIMIT - 1)
        self._moved = drift(sound, 0.6, 0.5)

    def fill(self, index: int, small: Planes) -> None:
        moved, rows = self._moved[index], self._sky.rows
        light, kind = np.empty_like(self.calm), np.empty_like(self.calm)
        self._sky.paint(index, moved, light[:rows], kind[:rows])
        self._land.hide(light[:rows])
        self._water.mirror(moved, light, kind)
        light *= self._strength
        light /= light * self._shoulder + np.float32(1)
        self._hues.paint(light, kind, small)

    def sparkle(self, index: int, planes: Planes) -> None:
        self._stars.draw(planes[0], index)
        self._land.draw(planes)


class _Sky:
    """The veils over one another and a glow over the shore, in the grid's upper `rows`."""

    def __init__(
        self, grid: Grid, seed: int, shore: float, sound: Sound, hidden: float | None
    ) -> None:
        self.rows = rows = grid.rows_to(shore) // 2 * 2
        above = np.float32(shore) - grid.y[:rows]
        tall = float(above[0, 0])
        # Rays are straight up from us, so they lean together towards the zenith.
        across = grid.x / (1 - above / np.float32(tall * _ZENITH))
        first = across.min()
        self._ray = ((across - first) * np.float32(FINER / COLUMN)).astype(np.intp)
        count = int(self._ray.max()) // FINER + 2
        columns = np.arange(count, dtype=np.float32) * np.float32(COLUMN) + first
        self._veils = [Veil(seed + 10 * i, count, above, drape) for i, drape in enumerate(_VEILS)]
        self._voice = _Voice(np.abs(columns), sound)
        self._haze = Sheet(grid, seed + 5, bump=380, octaves=3, size=(rows, grid.width))
        self._low = grid.curve(lambda d: 0.05 + 0.42 * math.exp(-d / (0.13 * tall)), above)
        self._halo: Floats | None = None
        if hidden is not None:
            beyond = np.maximum(grid.away[:rows] - np.float32(hidden), 0)
            self._halo = grid.curve(lambda d: 0.5 * math.exp(-d / _HALO), beyond)

    def paint(self, index: int, moved: float, light: Floats, kind: Floats) -> None:
        """Fill `light` and `kind` [rows, w]."""
        bright, heard = self._voice.bright(index), self._voice.heard(index)
        np.multiply(self._haze.at(0, moved * 12), self._low, out=light)
        light *= np.float32(0.8 + 0.5 * bright)
        if self._halo is not None:
            light += self._halo * np.float32(0.6 + 0.6 * bright)
        np.multiply(light, np.float32(0.45), out=kind)
        for veil in self._veils:
            columns = veil.columns(moved, bright, heard)
            veil.draw(columns, self._ray[veil.rows], light[veil.rows], kind[veil.rows])
        kind /= light + np.float32(1e-4)


class _Voice:
    """What each column hears, `far` units from the middle."""

    def __init__(self, far: Floats, sound: Sound) -> None:
        self._light = shares(sound.light)
        swell = follow(sound.loudness[:, None], sound.fps, _SWELL_ATTACK_S, _SWELL_RELEASE_S)
        self._swell = shares(swell[:, 0])
        self._bands = follow(sound.bands, sound.fps, _SWELL_ATTACK_S, _SWELL_RELEASE_S)
        self._echo = Echo(far / np.float32(_RUN), sound.fps)
        # From low in the middle to high at both sides.
        place = far * np.float32((BANDS - 1.001) / float(far.max()))
        self._band = place.astype(np.intp)
        self._to_next: Floats = place - self._band.astype(np.float32)

    def bright(self, index: int) -> float:
        return float(self._light[index])

    def heard(self, index: int) -> Floats:
        """The voice as it was when it left the middle, and the column's own band as it is."""
        bands = shares(self._bands[index])
        own = bands[self._band]
        own += (bands[self._band + 1] - own) * self._to_next
        heard: Floats = self._echo.of(self._swell, index) * np.float32(0.5) + own * np.float32(0.6)
        return heard


class _Land:
    """Hills before the sky: sharp in the picture, and dark on the grid for the water to mirror."""

    def __init__(self, grid: Grid, scene: Scene, shore_px: int, color: Rgb) -> None:
        tall = round(_HILLS * shore_px / 2) * 2
        high = self._line(scene) * np.float32(tall)
        up = tall - np.arange(tall, dtype=np.float32)[:, None] - np.float32(0.5)
        cover = np.clip(high - up + np.float32(0.5), 0, 1)
        land = Image.new("RGBA", (scene.width, tall), (*color, 0))
        land.putalpha(Image.fromarray(np.rint(cover * 255).astype(np.uint8)))
        picture = Image.new("RGBA", (scene.width, scene.height), (0, 0, 0, 0))
        picture.paste(land, (0, shore_px - tall))
        self._overlays = yuv.overlays(picture)
        size = (grid.width, max(1, round(tall / grid.pixels)))
        small = Image.fromarray(cover).resize(size, Image.Resampling.BOX)
        self._open: Floats = 1 - np.asarray(small)

    def _line(self, scene: Scene) -> Floats:
        """How high the land is at each column of the picture, 0 to 1; wide plains, few hills."""
        noise = backdrop.cloud(scene.seed + 60, 1024, 4, 7)[0]
        noise = (noise - noise.min()) / (noise.max() - noise.min())
        step = 256 / _HILL * 1080 / min(scene.width, scene.height)
        high = noise[[int(x * step) % 1024 for x in range(scene.width)]]
        line: Floats = np.float32(0.06) + high * high * np.float32(0.92)
        return line

    def hide(self, light: Floats) -> None:
        """Darken what of a sky's `light` is behind the hills."""
        light[-len(self._open) :] *= self._open

    def draw(self, planes: Planes) -> None:
        for overlay in self._overlays:
            overlay.blend(planes)


class _Water:
    """The sky once more, in waves that are small at the shore and large near us."""

    def __init__(self, grid: Grid, seed: int, shore: float) -> None:
        self._rows = rows = grid.rows_to(shore) // 2 * 2
        below = np.maximum(grid.y[rows:] - np.float32(shore), 0)
        wave = below * np.float32(_GROWS) + np.float32(_WAVE)
        self._x: Floats = grid.x * (np.float32(_BUMP / _FLAT) / wave)
        near = grid.curve(lambda d: _BUMP / _GROWS * math.log(1 + d * _GROWS / _WAVE), below)
        self._y = np.broadcast_to(near, self._x.shape)
        self._waves = Texture(seed + 40, size=400, cells=10, octaves=3)
        self._swing = (below * np.float32(0.55) + np.float32(2)) * np.float32(grid.points)
        up = below * np.float32(1.05 * grid.points)
        self._up: Floats = up - self._swing * np.float32(0.5)
        self._across = np.arange(grid.width, dtype=np.intp)[None]
        self._fade = grid.curve(lambda d: 0.22 + 0.68 * math.exp(-d / 420), below)

    def mirror(self, moved: float, light: Floats, kind: Floats) -> None:
        """Fill `light` and `kind` below the shore with what is above it."""
        rows = self._rows
        waves = self._waves.of(self._x, self._y, (moved * 5, moved * 26))
        waves += self._waves.of(self._x, self._y, (133 - moved * 9, moved * 38))
        waves *= np.float32(0.5)
        up = waves * self._swing
        up += self._up
        np.clip(up, 0, rows - 1, out=up)
        at = up.astype(np.intp)
        np.subtract(rows - 1, at, out=at)
        at *= light.shape[1]
        at += self._across
        # The side of a wave that leans towards us shows more of the sky.
        waves *= waves
        waves *= np.float32(2.4)
        waves += np.float32(0.25)
        waves *= self._fade
        np.multiply(light[:rows].reshape(-1).take(at), waves, out=light[rows:])
        kind[rows:] = kind[:rows].reshape(-1).take(at)


class _Stars:
    """Few stars, which stand still and hardly twinkle; fewer towards the shore."""

    def __init__(self, look: Look, scene: Scene, shore_px: int) -> None:
        chance = np.random.default_rng(scene.seed + 3)
        across, down, shine, self._phase = chance.random((4, _STARS), np.float32)
        self._x: Floats = across * np.float32(scene.width)
        self._y: Floats = down * np.float32(shore_px * 0.9)
        level = (40 + shine * shine * shine * 190) * (1 - down * np.float32(0.7))
        self._level: Floats = level * look.calm_at(self._x, self._y)
        self._small, self._large = Dots(1.3 * look.layout.unit), Dots(2.1 * look.layout.unit)
        self._fps = scene.fps

    def draw(self, luma: U8, index: int) -> None:
        twinkle = sine(self._phase + np.float32(index / self._fps * 0.21 % 1))
        level = self._level * (np.float32(0.82) + np.float32(0.18) * twinkle)
        few = _STARS // 5
        for dots, part in ((self._large, slice(few)), (self._small, slice(few, None))):
            dots.draw(luma, self._x[part], self._y[part], level[part].astype(np.uint16))


def _kinds(hue: float, turn: float) -> list[list[Stop]]:
    """The colours of a veil's edge, of its middle and of its top."""
    night = hue + turn * 0.85
    return [
        [
            (0.0, 0.115, 0.035, night),
            (0.08, 0.17, 0.05, night - turn * 0.1),
            (0.28, 0.40, 0.110, color),
            (0.52, 0.66, 0.170, color),
            (0.75, 0.86, 0.150, color),
            (1.0, 0.97, 0.05, color),
        ]
        for color in (hue, hue + turn * 0.33, hue + turn * 1.1)
    ]


def _dress(hue: float, turn: float) -> Dress:
    return Dress(
        title=oklch(0.98, 0.012, hue + turn * 0.3),
        subtitle=oklch(0.86, 0.05, hue + turn * 0.3),
        accent=oklch(0.82, 0.15, hue + turn * 0.1),
    )
