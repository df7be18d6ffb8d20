"""A tube's core is drawn on the video's own pixels, every one of them, wherever it bends."""

from __future__ import annotations

import numpy as np
import pytest

from modal_render.layout import field_layout
from modal_render.sound import sketched
from modal_render.tubes import Bend, Glass, Tube
from tests.modal_render.conftest import scene

BENDS = (
    Bend(lobes=3, rest=0.02, most=0.10, low=0, high=9, pace=0.1, start=0.2),
    Bend(lobes=14, rest=0.0, most=0.05, low=9, high=32, pace=-0.1, start=0.7),
)


@pytest.mark.parametrize("side", [1080, 2160])
@pytest.mark.parametrize("loudness", [0, 120, 255])
def test_a_tube_has_no_holes(loudness: int, side: int) -> None:
    shown = scene(width=side, height=side)
    layout = field_layout(shown)
    tube = Tube(BENDS, 200, 270, sketched([loudness] * 2), [0.0, 1.0])
    luma = np.zeros((side, side), np.uint8)
    Glass(layout).draw(tube, 1, luma)
    turns = np.arange(40_000, dtype=np.float32) / np.float32(40_000)
    out = (tube.bent(1, turns)[0] + tube.radius) * np.float32(layout.unit)
    x = np.floor(layout.stage.middle[0] + out * np.sin(turns * np.float32(np.pi * 2)))
    y = np.floor(layout.stage.middle[1] - out * np.cos(turns * np.float32(np.pi * 2)))
    assert luma[y.astype(int), x.astype(int)].min() > 220


def test_a_voice_bends_a_tube() -> None:
    turns = np.arange(256, dtype=np.float32) / np.float32(256)
    quiet, loud = (
        np.abs(Tube(BENDS, 200, 270, sketched([level] * 2), [0.0, 1.0]).bent(1, turns)[0]).max()
        for level in (0, 255)
    )
    assert loud > 3 * quiet
