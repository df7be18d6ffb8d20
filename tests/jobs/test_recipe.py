"""The edit recipe: its canonical form, its name, and what can be made of it."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.recipe import (
    MAX_CLIPS,
    Clean,
    Clip,
    Recipe,
    RecipeError,
    TrimSilence,
    check,
    from_json,
    to_json,
)
from tests.jobs.samples import DIGEST
from tests.jobs.strategies import recipes

LENGTHS_S = {DIGEST: 60.0, "f" * 16: 3600.0}


def clip(start_s: float = 0.0, end_s: float = 10.0, **changes: Any) -> Clip:
    return replace(Clip(source=DIGEST, start_s=start_s, end_s=end_s), **changes)


def recipe(*clips: Clip, **changes: Any) -> Recipe:
    return replace(Recipe(clips=clips or (clip(),)), **changes)


def refusal(refused: Recipe) -> str:
    with pytest.raises(RecipeError) as error:
        check(refused, LENGTHS_S)
    assert str(error.value) == error.value.code
    return error.value.code


@given(recipes)
def test_a_recipe_reads_as_it_was_written(wanted: Recipe) -> None:
    assert from_json(to_json(wanted)) == wanted
    assert from_json(json.loads(json.dumps(to_json(wanted)))) == wanted


@given(recipes)
def test_the_canonical_form_is_the_same_twice(wanted: Recipe) -> None:
    again = from_json(to_json(wanted))
    assert to_json(again) == to_json(wanted)
    assert again.digest == wanted.digest


@given(recipes, recipes)
def test_two_recipes_have_one_name_only_if_they_sound_the_same(one: Recipe, two: Recipe) -> None:
    assert (one.digest == two.digest) == (one == two)


def test_the_name_is_sixteen_hex_digits_and_never_changes() -> None:
    """It is in the keys of files kept for days, so a new version must give the same."""
    named = recipe(clip(0.1, 9.9), clip(20, 30, volume=0.5, fade_in_s=1), level_lufs=-16)
    assert named.digest == "5836da7291a7d2e0"


def test_what_nobody_can_hear_does_not_change_the_name() -> None:
    assert recipe(clip(0.1, 9.9)).digest == recipe(clip(0.1000001, 9.8999999)).digest
    assert recipe(clip(0.1 + 0.2, 10)).digest == recipe(clip(0.3, 10)).digest


@pytest.mark.parametrize(
    "change",
    [
        {"clean": Clean.OFF},
        {"level_lufs": None},
        {"level_lufs": -16.0},
        {"trim_silence": TrimSilence.EDGES},
        {"clips": (clip(), clip())},
        {"clips": (clip(end_s=9.999),)},
        {"clips": (clip(volume=0.99),)},
        {"clips": (clip(fade_out_s=0.001),)},
        {"clips": (clip(source="f" * 16),)},
    ],
)
def test_what_can_be_heard_changes_the_name(change: dict[str, Any]) -> None:
    assert recipe(**change).digest != recipe().digest


@pytest.mark.parametrize("key", ["clips", "clean", "level_centilufs", "trim_silence"])
def test_a_missing_field_is_malformed(key: str) -> None:
    data = {name: value for name, value in to_json(recipe()).items() if name != key}
    with pytest.raises(RecipeError, match="malformed"):
        from_json(data)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
)


@given(st.data())
def test_a_recipe_with_junk_in_it_is_read_or_malformed_and_nothing_else(
    data: st.DataObject,
) -> None:
    spoilt = to_json(recipe(clip(), clip()))
    place = data.draw(st.sampled_from([spoilt, *spoilt["clips"]]))
    place[data.draw(st.sampled_from(sorted(place)))] = data.draw(junk)
    try:
        from_json(spoilt)
    except RecipeError as refused:
        code = refused.code
    else:
        code = "malformed"
    assert code == "malformed"


@pytest.mark.parametrize(
    "fine",
    [
        recipe(),
        recipe(clip(0, 60)),
        recipe(clip(0, 60.001)),
        recipe(clip(5, 5.1), clip(0, 0.9)),
        recipe(*[clip(0, 1)] * MAX_CLIPS),
        recipe(clip(volume=0)),
        recipe(clip(volume=2)),
        recipe(clip(0, 10, fade_in_s=5, fade_out_s=5)),
        recipe(clip(0, 1800, source="f" * 16)),
        recipe(level_lufs=None),
        recipe(level_lufs=-30),
        recipe(level_lufs=-6),
    ],
)
def test_what_can_be_made_is_let_through(fine: Recipe) -> None:
    check(fine, LENGTHS_S)


@pytest.mark.parametrize(
    ("code", "refused"),
    [
        ("clip_count", Recipe(clips=())),
        ("clip_count", recipe(*[clip(0, 1)] * (MAX_CLIPS + 1))),
        ("unknown_source", recipe(clip(source="0" * 16))),
        ("range", recipe(clip(-0.1, 5))),
        ("range", recipe(clip(5, 5))),
        ("range", recipe(clip(6, 5))),
        ("range", recipe(clip(0, 60.1))),
        ("range", recipe(clip(math.nan, 5))),
        ("range", recipe(clip(0, math.nan))),
        ("range", recipe(clip(0, math.inf))),
        ("clip_too_short", recipe(clip(0, 0.05), clip())),
        ("volume", recipe(clip(volume=-0.1))),
        ("volume", recipe(clip(volume=2.1))),
        ("volume", recipe(clip(volume=math.nan))),
        ("fade", recipe(clip(fade_in_s=-1))),
        ("fade", recipe(clip(fade_out_s=-1))),
        ("fade", recipe(clip(0, 10, fade_in_s=6, fade_out_s=5))),
        ("fade", recipe(clip(fade_in_s=math.nan))),
        ("too_short", recipe(clip(0, 0.5))),
        ("too_long", recipe(clip(0, 1801, source="f" * 16))),
        ("level", recipe(level_lufs=-31)),
        ("level", recipe(level_lufs=-5)),
        ("level", recipe(level_lufs=math.nan)),
    ],
)
def test_what_cannot_be_made_is_refused_with_its_reason(code: str, refused: Recipe) -> None:
    assert refusal(refused) == code


@given(recipes)
def test_checking_either_passes_or_refuses(wanted: Recipe) -> None:
    lengths_s = {clip.source: 1800.0 for clip in wanted.clips}
    try:
        check(wanted, lengths_s)
    except RecipeError:
        return
    assert 1 <= wanted.duration_s <= 1800
    assert all(0 <= clip.start_s < clip.end_s <= 1800 for clip in wanted.clips)
