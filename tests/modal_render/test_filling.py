"""The pictures of progress: one card that fills up, with a number and three steps."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from modal_render.contract import CARD_SIZE, LEFT_OUT, BadRequest, CardRequest
from modal_render.filling import fill
from modal_render.preview import WAVE_BOTTOM, WAVE_TOP
from modal_render.steps import STEP_PX
from modal_render.wave import THEMES, scale_of
from tests.modal_render.conftest import Run

PERCENTS, STEPS = (0, 30, 60, 95), (30, 95, 100)


@pytest.fixture
def request_(tmp_path: Path) -> CardRequest:
    peaks = tmp_path / "peaks.json"
    peaks.write_text(json.dumps({"rate_hz": 100, "peaks": [200] * 2000}))
    return CardRequest(
        peaks=str(peaks),
        picture=str(tmp_path / "fill-{percent}.png"),
        duration_s=20.0,
        kept=((2.0, 8.0), (14.0, 18.0)),
        title="Monday thoughts",
        percents=PERCENTS,
        steps=STEPS,
    )


def drawn(request: CardRequest) -> dict[int, np.ndarray]:
    fill(request)
    pictures = {}
    for percent in request.percents:
        with Image.open(request.picture.format(percent=percent)) as picture:
            assert picture.size == CARD_SIZE
            pictures[percent] = np.asarray(picture.convert("RGB"), np.int32)
    return pictures


def lit(picture: np.ndarray, request: CardRequest) -> np.ndarray:
    """Which columns of the waveform are coloured."""
    box = scale_of(request).box
    rows = picture[(WAVE_TOP + WAVE_BOTTOM) // 2, box.x : box.right]
    theme = THEMES[request.theme]
    # Red runs through the fill in both themes; neither panel nor what is dim has so much of it.
    return np.flatnonzero(rows[:, 0] - rows[:, 2] > (theme.dropped[0] - theme.dropped[2]) + 30)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("shape", ["v", "s", "w"])
def test_the_kept_part_fills_up_in_its_own_time(
    request_: CardRequest, theme: str, shape: str
) -> None:
    request = replace(request_, theme=theme, shape=shape)
    pictures, scale = drawn(request), scale_of(request)
    reached_s = {30: 5.0, 60: 8.0, 95: 17.5}
    assert len(lit(pictures[0], request)) == 0
    for percent, at_s in reached_s.items():
        columns = lit(pictures[percent], request)
        assert columns.max() == pytest.approx(scale.x(at_s) - scale.box.x, abs=14)
        dropped = (scale.x(9.0) - scale.box.x, scale.x(13.0) - scale.box.x)
        assert not ((columns > dropped[0]) & (columns < dropped[1])).any()


def test_a_step_that_is_over_is_a_full_disc(request_: CardRequest) -> None:
    pictures, box = drawn(request_), scale_of(request_).box
    over = THEMES["dark"].start
    middle = (box.x + (box.width - STEP_PX) // 2, box.right - STEP_PX)
    for percent, ticks in {0: 0, 30: 1, 60: 1, 95: 2}.items():
        found = 0
        for left in (box.x, *middle):
            disc = pictures[percent][640 - 30 : 640 + 30, left + 6 : left + STEP_PX - 6]
            found += int((np.abs(disc - over).max(axis=2) < 12).mean() > 0.4)
        assert found == ticks


def test_only_fill_number_and_steps_change(request_: CardRequest) -> None:
    pictures = drawn(request_)
    changed = (pictures[30] != pictures[60]).any(axis=2)
    box = scale_of(request_).box
    assert not changed[:, box.right + 8 :].any()
    assert not changed[:140].any()


def test_the_pictures_say_what_they_left_out(request_: CardRequest) -> None:
    fill(replace(request_, title="Sphinx \U00013080", percents=(40,)))
    with Image.open(request_.picture.format(percent=40)) as picture:
        assert picture.info[LEFT_OUT] == "\U00013080"


@pytest.mark.parametrize(
    "wrong", [{"percents": ()}, {"percents": (101,)}, {"steps": ()}, {"picture": "one.png"}]
)
def test_what_cannot_be_filled_is_refused(request_: CardRequest, wrong: dict[str, object]) -> None:
    with pytest.raises(BadRequest):
        fill(replace(request_, **wrong))  # type: ignore[arg-type]


def test_the_program_writes_them_all(request_: CardRequest, run: Run) -> None:
    assert run("fill", request_).status == 0
    for percent in PERCENTS:
        assert Path(request_.picture.format(percent=percent)).stat().st_size < 300_000
