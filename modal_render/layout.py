"""Where things stand in each shape. Lengths are pixels; one `unit` is 1/1080 of the short side.

In the vertical shape nothing that matters stands where Shorts, Reels and TikTok lay their own
words and buttons: the top 250, the bottom 400 and the outer 120 units.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from modal_render.contract import Scene
from modal_render.typeset import Align


class Form(StrEnum):
    VERTICAL = "v"
    SQUARE = "s"
    WIDE = "w"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels."""

    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> tuple[int, int]:
        return self.x + self.width // 2, self.y + self.height // 2

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """`stage` is where the sound is drawn; `cover` is None without one.

    `words` holds title and subtitle: hung from its top, or centred in its height.
    """

    unit: float
    form: Form
    words: Box
    align: Align
    centred: bool
    stage: Box
    cover: Box | None
    progress: Box
    title_px: tuple[int, int]
    title_lines: int


def form_of(width: int, height: int) -> Form:
    """Which of the three shapes a size is composed as."""
    if height > width * 1.2:
        return Form.VERTICAL
    return Form.WIDE if width > height * 1.2 else Form.SQUARE


def band_layout(scene: Scene) -> Layout:
    """For looks whose sound is a band: words above it, progress below it."""
    form = form_of(scene.width, scene.height)
    plain = _BAND[form]
    return _scaled(_BAND_COVER[form] if scene.cover else plain, scene)


def field_layout(scene: Scene) -> Layout:
    """For looks that fill the picture around one centre: words below or beside it."""
    form = form_of(scene.width, scene.height)
    return _scaled(_FIELD[form] if not scene.cover else _FIELD_COVER[form], scene)


def _scaled(layout: Layout, scene: Scene) -> Layout:
    """The layout for the scene's own size: drawn for a short side of 1080, kept even."""
    unit = min(scene.width, scene.height) / 1080
    # Whatever the exact proportions, what was centred stays centred.
    wide, tall = {Form.VERTICAL: (1080, 1920), Form.SQUARE: (1080, 1080)}.get(
        layout.form, (1920, 1080)
    )
    shift_x, shift_y = (scene.width - wide * unit) / 2, (scene.height - tall * unit) / 2

    def moved(box: Box) -> Box:
        left, top = _even(box.x * unit + shift_x), _even(box.y * unit + shift_y)
        return Box(left, top, _even(box.width * unit), _even(box.height * unit))

    return replace(
        layout,
        unit=unit,
        words=moved(layout.words),
        stage=moved(layout.stage),
        cover=None if layout.cover is None else moved(layout.cover),
        progress=moved(layout.progress),
    )


def _even(value: float) -> int:
    return round(value / 2) * 2


_BAND = {
    Form.VERTICAL: Layout(
        unit=1, form=Form.VERTICAL, align=Align.LEFT, centred=False,
        words=Box(120, 290, 840, 520), stage=Box(120, 860, 840, 480), cover=None,
        progress=Box(120, 1424, 840, 10), title_px=(60, 116), title_lines=4,
    ),
    Form.SQUARE: Layout(
        unit=1, form=Form.SQUARE, align=Align.LEFT, centred=False,
        words=Box(92, 92, 896, 340), stage=Box(92, 470, 896, 380), cover=None,
        progress=Box(92, 926, 896, 10), title_px=(52, 104), title_lines=3,
    ),
    Form.WIDE: Layout(
        unit=1, form=Form.WIDE, align=Align.LEFT, centred=False,
        words=Box(140, 110, 1640, 300), stage=Box(140, 430, 1640, 420), cover=None,
        progress=Box(140, 930, 1640, 10), title_px=(56, 112), title_lines=2,
    ),
}  # fmt: skip
_BAND_COVER = {
    Form.VERTICAL: replace(
        _BAND[Form.VERTICAL], align=Align.CENTER, cover=Box(270, 270, 540, 540),
        words=Box(120, 850, 840, 270), stage=Box(120, 1130, 840, 260),
        title_px=(44, 76), title_lines=2,
    ),
    Form.SQUARE: replace(
        _BAND[Form.SQUARE], centred=True, cover=Box(92, 92, 340, 340),
        words=Box(480, 92, 508, 340), title_px=(40, 72), title_lines=4,
    ),
    Form.WIDE: replace(
        _BAND[Form.WIDE], cover=Box(140, 200, 620, 620), words=Box(850, 200, 930, 300),
        stage=Box(850, 500, 930, 320), title_px=(48, 88), title_lines=3,
    ),
}  # fmt: skip
_FIELD = {
    Form.VERTICAL: replace(
        _BAND[Form.VERTICAL], align=Align.CENTER, centred=True, stage=Box(160, 280, 760, 760),
        words=Box(120, 1090, 840, 300), title_px=(48, 84), title_lines=3,
    ),
    Form.SQUARE: replace(
        _BAND[Form.SQUARE], align=Align.CENTER, centred=True, stage=Box(280, 90, 520, 520),
        words=Box(92, 640, 896, 250), title_px=(44, 76), title_lines=2,
    ),
    Form.WIDE: replace(
        _BAND[Form.WIDE], centred=True, stage=Box(150, 190, 700, 700),
        words=Box(960, 260, 820, 560), title_px=(52, 100), title_lines=4,
    ),
}  # fmt: skip
_FIELD_COVER = {
    Form.VERTICAL: replace(_FIELD[Form.VERTICAL], cover=Box(350, 490, 380, 380)),
    Form.SQUARE: replace(_FIELD[Form.SQUARE], cover=Box(410, 220, 260, 260)),
    Form.WIDE: replace(_FIELD[Form.WIDE], cover=Box(310, 350, 380, 380)),
}
