"""The card says with pixels what is kept, where it starts and ends, and how it will look."""

from __future__ import annotations

import json
import resource
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from modal_render.card import LABEL_PX, RULER_GAP, card, clock
from modal_render.contract import CARD_SIZE, LOOKS, BadRequest, CardRequest
from modal_render.letters import Weight, line_mask
from modal_render.palette import Rgb
from modal_render.preview import MARGIN, WAVE_BOTTOM, WAVE_TOP, preview_box
from modal_render.wave import THEMES
from tests import sounds
from tests.modal_render.conftest import Run

DURATION_S = 120.0
KEPT = ((20.0, 60.0), (80.0, 110.0))
Pixels = NDArray[np.int16]


def test_the_kept_part_is_solid_and_the_rest_is_hatched(tmp_path: Path) -> None:
    for theme in THEMES:
        pixels = _drawn(tmp_path, theme=theme)
        for at_s in (30, 50, 90, 105):
            assert _share(_around(pixels, at_s), THEMES[theme].panel) > 0.2
        for at_s in (8, 70, 116):
            assert _share(_around(pixels, at_s), THEMES[theme].panel) == 0
        kept, dropped = _colourful(_around(pixels, 40)), _colourful(_around(pixels, 70))
        assert kept > 2 * dropped


def test_moving_an_edge_moves_what_is_solid(tmp_path: Path) -> None:
    before = _drawn(tmp_path, kept=((20.0, 110.0),))
    after = _drawn(tmp_path, kept=((35.0, 110.0),))
    panel = THEMES["dark"].panel
    assert _share(_around(before, 28), panel) > 0.2
    assert _share(_around(after, 28), panel) == 0
    assert _share(_around(after, 60), panel) == _share(_around(before, 60), panel)


def test_start_end_length_and_ruler_are_there_to_read(tmp_path: Path) -> None:
    for theme in THEMES:
        picture = _drawn(tmp_path, theme=theme)
        pills = picture[WAVE_TOP - 80 : WAVE_TOP - 10]
        ruler = picture[WAVE_BOTTOM + 30 : WAVE_BOTTOM + 90]
        light, dark = THEMES[theme].text, THEMES[theme].ground
        for label in ("0:20", "1:50"):
            assert _reads(pills, label, Weight.EXTRABOLD, dark, light)
        for label in ("0:30", "1:00", "1:30"):
            assert _reads(ruler, label, Weight.SEMIBOLD, THEMES[theme].muted, dark)
        assert not _reads(pills, "0:37", Weight.EXTRABOLD, dark, light)


@pytest.mark.parametrize("shape", ["v", "s", "w"])
def test_labels_of_the_ruler_stand_clear_of_each_other(shape: str, tmp_path: Path) -> None:
    for duration_s in (1.4, 4.2, 5.0, 10.0, 22.0, 45.0, 75.0, 150.0, 300.0, 599.0, 3700.0):
        kept = ((0.0, duration_s),)
        picture = _drawn(tmp_path, shape=shape, duration_s=duration_s, kept=kept)
        labels = picture[WAVE_BOTTOM + 38 : WAVE_BOTTOM + 90, : preview_box(shape).x - 10]
        inked = np.flatnonzero((np.abs(labels - labels[0, 0]).max(axis=2) > 40).any(axis=0))
        gaps = np.diff(inked)
        words = gaps[gaps > 20]  # what is nearer belongs to one label
        assert len(words) >= 1
        assert words.min() >= RULER_GAP


def test_the_edge_being_moved_stands_out(tmp_path: Path) -> None:
    chosen = THEMES["dark"].chosen
    start, end = _drawn(tmp_path, edge="s"), _drawn(tmp_path, edge="e")
    middle = (preview_box("v").x - MARGIN) // 2
    for pixels, side in ((start, np.s_[:, :middle]), (end, np.s_[:, middle:])):
        assert _share(pixels[side][WAVE_TOP - 80 : WAVE_BOTTOM], chosen) > 0.005
    assert _share(_drawn(tmp_path, edge=""), chosen) == 0


@pytest.mark.parametrize("shape", ["v", "s", "w"])
def test_the_small_frame_shows_the_chosen_look(shape: str, tmp_path: Path) -> None:
    box = preview_box(shape)
    cut = np.s_[box.y : box.bottom, box.x : box.right]
    frames = [_drawn(tmp_path, shape=shape, look=look)[cut] for look in LOOKS]
    for one, other in combinations(frames, 2):
        assert np.abs(one - other).mean() > 2
    for frame in frames:
        assert frame.std() > 8


def test_colours_are_those_the_seed_picks_in_the_video(tmp_path: Path) -> None:
    assert np.abs(_drawn(tmp_path, seed=0) - _drawn(tmp_path, seed=1)).max() > 20


def test_a_title_in_any_script_is_drawn_and_emoji_leave_no_box(tmp_path: Path) -> None:
    empty = _drawn(tmp_path, title="")[:110]
    for title in ("Überraschung", "Привет", "שלום", "مرحبا"):
        assert np.abs(_drawn(tmp_path, title=title)[:110] - empty).mean() > 1
    plain, dressed = _drawn(tmp_path, title="Party"), _drawn(tmp_path, title="🎉 Party 日本 🎧")
    assert np.array_equal(plain, dressed)


@pytest.mark.parametrize(
    "change",
    [
        {"duration_s": 0.4, "kept": ((0.0, 0.4),)},
        {"duration_s": 10800.0, "kept": ((5.0, 10000.0),)},
        {"kept": ((0.0, 0.0),)},
        {"kept": ((119.9, 120.0),)},
        {"kept": ((-3.0, 500.0),)},
        {"kept": tuple((float(i), i + 0.5) for i in range(100))},
        {"title": "word " * 300},
        {"title": "\u0000\u202e\ufeff"},
    ],
    ids=lambda change: str(change)[:40],
)
def test_odd_recordings_still_have_a_card(change: dict[str, Any], tmp_path: Path) -> None:
    assert _drawn(tmp_path, **change).shape == (CARD_SIZE[1], CARD_SIZE[0], 3)


@pytest.mark.parametrize(
    "change",
    [
        {"look": "nebula"},
        {"shape": "x"},
        {"theme": "sepia"},
        {"edge": "m"},
        {"duration_s": 0.0},
        {"kept": ()},
        {"kept": ((5.0, 2.0),)},
        {"peaks": "/nowhere/peaks.json"},
        {"seed": -1},
    ],
    ids=str,
)
def test_a_card_that_cannot_be_drawn_is_refused(change: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(BadRequest):
        _drawn(tmp_path, **change)


@pytest.mark.parametrize(
    "content", ["", "[]", '{"peaks": 3}', '{"peaks": [[1]]}', '{"peaks": "a"}']
)
def test_peaks_that_are_none_are_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "odd.json").write_text(content)
    with pytest.raises(BadRequest):
        _drawn(tmp_path, peaks=str(tmp_path / "odd.json"))


@pytest.mark.alone
@pytest.mark.parametrize("look", list(LOOKS))
def test_a_card_is_small_and_is_drawn_at_once(look: str, tmp_path: Path, run: Run) -> None:
    wanted = card_request(tmp_path, look=look)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert run("card", wanted).status == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # The processor's time, imports included: others may be using the machine.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1.2
    assert Path(wanted.picture).stat().st_size < 200_000


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0:00"), (59.4, "0:59"), (59.6, "1:00"), (3599.9, "1:00:00"), (3725, "1:02:05")],
)
def test_clocks_read_as_people_write_them(seconds: float, said: str) -> None:
    assert clock(seconds) == said


def card_request(folder: Path, **change: Any) -> CardRequest:
    """A card of two minutes of speech-like peaks, drawn into `folder`."""
    peaks = folder / "peaks.json"
    peaks.write_text(_peaks())
    values: dict[str, Any] = {
        "peaks": str(peaks),
        "picture": str(folder / "card.png"),
        "duration_s": DURATION_S,
        "kept": KEPT,
        "title": "What the river taught me",
    }
    return CardRequest(**{**values, **change})


@cache
def _peaks() -> str:
    samples = np.abs(sounds.speech(DURATION_S)).reshape(-1, sounds.RATE_HZ // 100)
    levels = np.rint(samples.max(axis=1) * 255).astype(int).tolist()
    return json.dumps({"rate_hz": 100, "peaks": levels})


def _drawn(folder: Path, **change: Any) -> Pixels:
    wanted = card_request(folder, **change)
    card(wanted)
    with Image.open(wanted.picture) as picture:
        return np.asarray(picture.convert("RGB")).astype(np.int16)


def _around(pixels: Pixels, at_s: float) -> Pixels:
    """A second and a half of the waveform."""
    width = preview_box("v").x - 40 - MARGIN
    x = MARGIN + round(at_s / DURATION_S * width)
    return pixels[WAVE_TOP:WAVE_BOTTOM, x - 4 : x + 5]


def _share(pixels: Pixels, color: Rgb) -> float:
    """How much of the pixels is exactly of this colour."""
    return float((pixels == np.array(color)).all(axis=-1).mean())


def _colourful(pixels: Pixels) -> float:
    return float((pixels.max(axis=-1) - pixels.min(axis=-1)).mean())


def _reads(strip: Pixels, label: str, weight: Weight, ink: Rgb, ground: Rgb) -> bool:
    """Whether the label stands somewhere in the strip in this ink."""
    mask = np.asarray(line_mask(label, weight, LABEL_PX)[0], np.float32) / 255
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    mask = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    span = np.array(ink, np.float32) - np.array(ground, np.float32)
    shown = ((strip - np.array(ground)) @ span) / float(span @ span)
    # The mean squared difference at every place, by way of the Fourier transform.
    size = [a + b for a, b in zip(shown.shape, mask.shape, strict=True)]
    seen, squares = np.fft.rfft2(shown, size), np.fft.rfft2(shown**2, size)
    here, there = np.fft.rfft2(mask, size), np.fft.rfft2(np.ones_like(mask), size)
    apart = np.fft.irfft2(squares * there.conj() - 2 * seen * here.conj(), size) + (mask**2).sum()
    inside = apart[: shown.shape[0] - mask.shape[0] + 1, : shown.shape[1] - mask.shape[1] + 1]
    return float(inside.min()) / mask.size < 0.02
