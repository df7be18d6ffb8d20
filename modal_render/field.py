"""What field looks share: a small picture of each frame, enlarged, under words and progress.

A look of light subclasses `Lit`: it gives its colours as stops and answers `light(index)`. Any
thread may ask for any frame, so an answer depends on the index and on nothing drawn before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from modal_render import yuv
from modal_render.contract import Scene
from modal_render.grid import Grid
from modal_render.hud import Hud, HudColors
from modal_render.layout import Form, field_layout
from modal_render.letters import printable
from modal_render.looks import Brief, Enlarge
from modal_render.palette import Rgb
from modal_render.scene import Ink, still
from modal_render.shades import Shades, Stop
from modal_render.sound import U8, Sound
from modal_render.yuv import Floats, Planes

_CALM_SOFT = 150  # units around the words that light comes back in
_APPS = 0.82  # of a vertical video's height, where the apps' own words begin


@dataclass(frozen=True, slots=True, kw_only=True)
class Dress:
    """The colours of a field's light, of the words over it and, in `accent`, of the progress."""

    title: Rgb
    subtitle: Rgb
    accent: Rgb
    shadow: tuple[int, int, int, int] = (0, 0, 0, 150)
    track_share: float = 0.22
    stops: Sequence[Stop] = ()


class Field:
    """A FieldLook whose frames are computed small, by `fill`, and enlarged.

    `calm` float32[h, w] of the grid is 0 behind words, behind progress and below it, 1 elsewhere;
    multiplied into light, or into a mask that light is multiplied by, it keeps them readable.
    """

    def __init__(self, brief: Brief, dress: Dress) -> None:
        scene, sound, cover = brief.scene, brief.sound, brief.cover
        self.layout = field_layout(scene)
        self.grid = Grid(scene, self.layout)
        self.sound = sound
        self.calm = self._calm(scene)
        self._make_enlarge = brief.make_enlarge
        colors = HudColors(dress.accent, dress.title, dress.track_share)
        self._hud = Hud(self.layout, colors, sound.frames, sound.fps)
        ink = Ink(title=(*dress.title, 255), subtitle=(*dress.subtitle, 255), shadow=dress.shadow)
        picture = still(scene, self.layout, ink, cover)
        self._hud.draw_still(picture)
        self._overlays = yuv.overlays(picture)

    def _calm(self, scene: Scene) -> Floats:
        progress = self.layout.progress
        # Light that came back below the bar would seem to be its reflection.
        below = replace(progress, height=scene.height - progress.y)
        calm = self.grid.beside(below, _CALM_SOFT / 2)
        if printable(scene.title + scene.subtitle):
            calm *= self.grid.beside(self.layout.words, _CALM_SOFT)
        return calm

    def calm_at(self, x_px: Floats, y_px: Floats) -> Floats:
        """`calm` for dots at pixels of the video [n]; 0 too where apps lay their own words."""
        grid = self.grid
        column = np.clip(x_px / np.float32(grid.pixels), 0, grid.width - 1).astype(np.intp)
        row = np.clip(y_px / np.float32(grid.pixels), 0, grid.height - 1).astype(np.intp)
        calm: Floats = self.calm[row, column]
        if self.layout.form is Form.VERTICAL:
            above = np.float32(_APPS) - row.astype(np.float32) / np.float32(grid.height)
            calm *= np.clip(above * np.float32(12), 0, 1)
        return calm

    def fill(self, index: int, small: Planes) -> None:
        """Make `small`, planes of the grid's size that hold anything, show frame `index`."""
        raise NotImplementedError

    def sparkle(self, index: int, planes: Planes) -> None:
        """Draw what is too fine for the grid over frame `index`, under the words."""

    def painter(self, planes: Planes) -> _Painter:
        return _Painter(self, planes, self._make_enlarge())

    def finish(self, index: int, planes: Planes) -> None:
        """Lay words, cover and progress over frame `index`."""
        for overlay in self._overlays:
            overlay.blend(planes)
        self._hud.lay(planes, index)


class Lit(Field):
    """A Field of light: `light` says how much there is, the dress' stops what colour it has."""

    def __init__(self, brief: Brief, dress: Dress) -> None:
        scene = brief.scene
        super().__init__(brief, dress)
        self._shades = Shades(dress.stops, self.grid, scene.seed)

    def light(self, index: int) -> Floats:
        """Light at frame `index`, float32[h, w] of the grid, 0 or more; 1 becomes half of all.

        A new array each time, which the caller changes.
        """
        raise NotImplementedError

    def fill(self, index: int, small: Planes) -> None:
        light = self.light(index)
        # A soft shoulder: brightest places keep their shape.
        light /= light + np.float32(1)
        self._shades.paint(light, small)


class _Painter:
    def __init__(self, field: Field, planes: Planes, enlarge: Enlarge) -> None:
        self._field, self._planes, self._enlarge = field, planes, enlarge
        self._small = yuv.blank(field.grid.width, field.grid.height)

    def paint(self, index: int) -> None:
        self._field.fill(index, self._small)
        self._enlarge(self._small, self._planes)
        self._field.sparkle(index, self._planes)
        self._field.finish(index, self._planes)


def shares(levels: U8) -> Floats:
    """Levels of 0 to 255 as 0 to 1."""
    part: Floats = levels.astype(np.float32) / np.float32(255)
    return part


class Echo:
    """What a level was a while ago, at each of `delays_s` float32[n]; at most its first frame."""

    def __init__(self, delays_s: Floats, fps: int) -> None:
        frames = delays_s * np.float32(fps)
        self._whole = frames.astype(np.intp)
        self._rest: Floats = frames - self._whole.astype(np.float32)

    def of(self, levels: Floats, index: int) -> Floats:
        """`levels` [frames] as frame `index` sees them, float32[n]."""
        late = levels[np.maximum(index - self._whole, 0)]
        early = levels[np.maximum(index - self._whole - 1, 0)]
        seen: Floats = late + (early - late) * self._rest
        return seen


def drift(sound: Sound, rest: float, with_voice: float) -> list[float]:
    """Units that have gone by at each frame: `rest` a second, and that much more in full voice."""
    pace = round(rest * 255) + sound.light.astype(np.int64) * round(with_voice)
    # From the middle of one frame to the middle of the next, so 60 a second go as far as 30.
    gone: list[int] = (2 * np.cumsum(pace) - pace - pace[0]).tolist()
    return [units / 510 / sound.fps for units in gone]
