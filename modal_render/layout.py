"""Where things stand in each shape. Lengths are pixels; one `unit` is 1/1080 of the short side.

In the vertical shape nothing that matters stands where Shorts, Reels and TikTok lay their own
words and buttons: the top 250, the bottom 400 and the outer 120 units.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from modal_render.contract import Scene
from modal_render.letters import printable
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

    `words` holds title and subtitle: hung from its top, or centred in its height. `round_cover`
    cuts the cover to a disc.
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
    round_cover: bool = False


_Forms = Mapping[Form, Layout]
_Bare = Mapping[tuple[Form, bool], tuple[Box, Box | None]]


def form_of(width: int, height: int) -> Form:
    """Which of the three shapes a size is composed as."""
    if height > width * 1.2:
        return Form.VERTICAL
    return Form.WIDE if width > height * 1.2 else Form.SQUARE


def band_layout(scene: Scene) -> Layout:
    """For looks whose sound is a band: words above it, progress below it."""
    return _chosen(scene, _BAND, _BAND_COVER, _BAND_BARE)


def strip_layout(scene: Scene) -> Layout:
    """For looks whose sound runs across the picture from edge to edge."""
    layout = _chosen(scene, _STRIP, _STRIP_COVER, _STRIP_BARE)
    # To the very edges in sizes of other proportions too.
    return replace(layout, stage=replace(layout.stage, x=0, width=scene.width))


def ring_layout(scene: Scene) -> Layout:
    """For looks around a round cover, which is there always: words below or beside it."""
    return _chosen(scene, _RING, _RING, _RING_BARE)


def field_layout(scene: Scene) -> Layout:
    """For looks that fill the picture around one centre: words below or beside it."""
    return _chosen(scene, _FIELD, _FIELD_COVER, _FIELD_BARE)


def _chosen(scene: Scene, plain: _Forms, cover: _Forms, bare: _Bare) -> Layout:
    """The scene's form, with its cover if it has one, filled up if it has no words."""
    form = form_of(scene.width, scene.height)
    layout = (cover if scene.cover else plain)[form]
    if not printable(scene.title + scene.subtitle):
        stage, box = bare[form, bool(scene.cover)]
        layout = replace(layout, stage=stage, cover=box)
    return _scaled(layout, scene)


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


# Progress stands where its 30 rows and the 8 that filters reach lie in three rows of macroblocks.
_LOW: Mapping[Form, Box] = {  # where there is much above it
    Form.VERTICAL: Box(120, 1394, 840, 10),
    Form.SQUARE: Box(92, 916, 896, 10),
    Form.WIDE: Box(140, 916, 1640, 10),
}
_BAND: _Forms = {
    Form.VERTICAL: Layout(
        unit=1, form=Form.VERTICAL, align=Align.LEFT, centred=False,
        words=Box(120, 310, 840, 520), stage=Box(120, 888, 840, 400), cover=None,
        progress=Box(120, 1348, 840, 10), title_px=(60, 116), title_lines=5,
    ),
    Form.SQUARE: Layout(
        unit=1, form=Form.SQUARE, align=Align.LEFT, centred=False,
        words=Box(92, 88, 896, 340), stage=Box(92, 478, 896, 344), cover=None,
        progress=Box(92, 884, 896, 10), title_px=(52, 104), title_lines=3,
    ),
    Form.WIDE: Layout(
        unit=1, form=Form.WIDE, align=Align.LEFT, centred=False,
        words=Box(140, 120, 1640, 300), stage=Box(140, 484, 1640, 330), cover=None,
        progress=Box(140, 884, 1640, 10), title_px=(60, 116), title_lines=2,
    ),
}  # fmt: skip
_BAND_COVER: _Forms = {
    Form.VERTICAL: replace(
        _BAND[Form.VERTICAL], progress=_LOW[Form.VERTICAL],
        align=Align.CENTER, cover=Box(260, 270, 560, 560),
        words=Box(120, 872, 840, 220), stage=Box(120, 1104, 840, 240),
        title_px=(48, 80), title_lines=2,
    ),
    Form.SQUARE: replace(
        _BAND[Form.SQUARE], progress=_LOW[Form.SQUARE],
        centred=True, cover=Box(92, 92, 380, 380),
        words=Box(520, 92, 468, 380), stage=Box(92, 520, 896, 360),
        title_px=(44, 76), title_lines=4,
    ),
    Form.WIDE: replace(
        _BAND[Form.WIDE], cover=Box(140, 180, 660, 660), words=Box(880, 190, 900, 340),
        stage=Box(880, 540, 900, 300), title_px=(52, 92), title_lines=3,
    ),
}  # fmt: skip
_BAND_BARE: _Bare = {
    (Form.VERTICAL, False): (Box(120, 600, 840, 560), None),
    (Form.SQUARE, False): (Box(92, 220, 896, 540), None),
    (Form.WIDE, False): (Box(140, 210, 1640, 560), None),
    (Form.VERTICAL, True): (Box(120, 1010, 840, 320), Box(220, 290, 640, 640)),
    (Form.SQUARE, True): (Box(92, 580, 896, 300), Box(310, 80, 460, 460)),
    (Form.WIDE, True): (Box(880, 330, 900, 360), Box(140, 180, 660, 660)),
}
_STRIP: _Forms = {
    Form.VERTICAL: replace(_BAND[Form.VERTICAL], stage=Box(0, 888, 1080, 400)),
    Form.SQUARE: replace(_BAND[Form.SQUARE], stage=Box(0, 480, 1080, 350)),
    Form.WIDE: replace(_BAND[Form.WIDE], stage=Box(0, 460, 1920, 370)),
}
_STRIP_COVER: _Forms = {
    Form.VERTICAL: replace(
        _BAND_COVER[Form.VERTICAL], cover=Box(280, 270, 520, 520),
        words=Box(120, 832, 840, 230), stage=Box(0, 1096, 1080, 250),
    ),
    Form.SQUARE: replace(_BAND_COVER[Form.SQUARE], stage=Box(0, 540, 1080, 310)),
    Form.WIDE: replace(
        _BAND[Form.WIDE], centred=True, cover=Box(140, 100, 400, 400),
        words=Box(604, 100, 1176, 400), stage=Box(0, 560, 1920, 290),
        title_px=(56, 104), title_lines=3,
    ),
}  # fmt: skip
_STRIP_BARE: _Bare = {
    (Form.VERTICAL, False): (Box(0, 620, 1080, 520), None),
    (Form.SQUARE, False): (Box(0, 240, 1080, 480), None),
    (Form.WIDE, False): (Box(0, 240, 1920, 480), None),
    (Form.VERTICAL, True): (Box(0, 1000, 1080, 330), Box(220, 290, 640, 640)),
    (Form.SQUARE, True): (Box(0, 570, 1080, 290), Box(310, 80, 460, 460)),
    (Form.WIDE, True): (Box(0, 570, 1920, 290), Box(730, 84, 460, 460)),
}
_RING: _Forms = {
    Form.VERTICAL: replace(
        _BAND[Form.VERTICAL], progress=_LOW[Form.VERTICAL],
        align=Align.CENTER, centred=True, stage=Box(190, 276, 700, 700),
        cover=Box(322, 408, 436, 436), words=Box(120, 1044, 840, 270), title_px=(52, 92),
        title_lines=3, round_cover=True,
    ),
    Form.SQUARE: replace(
        _BAND[Form.SQUARE], progress=_LOW[Form.SQUARE],
        align=Align.CENTER, centred=True, stage=Box(274, 56, 532, 532),
        cover=Box(378, 160, 324, 324), words=Box(92, 640, 896, 240), title_px=(46, 80),
        title_lines=2, round_cover=True,
    ),
    Form.WIDE: replace(
        _BAND[Form.WIDE], progress=_LOW[Form.WIDE],
        centred=True, stage=Box(150, 180, 620, 620),
        cover=Box(270, 300, 380, 380), words=Box(880, 230, 900, 520), title_px=(56, 104),
        title_lines=4, round_cover=True,
    ),
}  # fmt: skip
_RING_BARE: _Bare = {
    (form, covered): boxes
    for covered in (False, True)
    for form, boxes in {
        Form.VERTICAL: (Box(120, 400, 840, 840), Box(276, 556, 528, 528)),
        Form.SQUARE: (Box(190, 100, 700, 700), Box(324, 234, 432, 432)),
        Form.WIDE: (Box(610, 100, 700, 700), Box(744, 234, 432, 432)),
    }.items()
}
_FIELD: _Forms = {
    Form.VERTICAL: replace(
        _BAND[Form.VERTICAL], progress=_LOW[Form.VERTICAL],
        align=Align.CENTER, centred=True, stage=Box(150, 270, 780, 780),
        words=Box(120, 1076, 840, 252), title_px=(52, 88), title_lines=3,
    ),
    Form.SQUARE: replace(
        _BAND[Form.SQUARE], progress=_LOW[Form.SQUARE],
        align=Align.CENTER, centred=True, stage=Box(270, 76, 540, 540),
        words=Box(92, 646, 896, 244), title_px=(46, 80), title_lines=2,
    ),
    Form.WIDE: replace(
        _BAND[Form.WIDE], progress=_LOW[Form.WIDE],
        centred=True, stage=Box(130, 150, 740, 740),
        words=Box(980, 250, 800, 540), title_px=(56, 104), title_lines=4,
    ),
}  # fmt: skip
_FIELD_COVER: _Forms = {
    Form.VERTICAL: replace(_FIELD[Form.VERTICAL], cover=Box(306, 426, 468, 468), round_cover=True),
    Form.SQUARE: replace(_FIELD[Form.SQUARE], cover=Box(376, 182, 328, 328), round_cover=True),
    Form.WIDE: replace(_FIELD[Form.WIDE], cover=Box(276, 296, 448, 448), round_cover=True),
}
_FIELD_BARE: _Bare = {
    (Form.VERTICAL, False): (Box(120, 400, 840, 840), None),
    (Form.SQUARE, False): (Box(190, 120, 700, 700), None),
    (Form.WIDE, False): (Box(600, 110, 720, 720), None),
    (Form.VERTICAL, True): (Box(120, 400, 840, 840), Box(288, 568, 504, 504)),
    (Form.SQUARE, True): (Box(190, 120, 700, 700), Box(330, 260, 420, 420)),
    (Form.WIDE, True): (Box(600, 110, 720, 720), Box(744, 254, 432, 432)),
}
