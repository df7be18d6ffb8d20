"""How gain and ceiling are chosen, and chosen anew when the result was not what was wanted."""

from __future__ import annotations

from pipelines.aim import FIRST_CEILING_DB, MAX_GAIN_DB, Aim, first_aim, next_aim
from pipelines.media import Measured


def sound(lufs: float, true_peak_db: float) -> Measured:
    return Measured(lufs=lufs, true_peak_db=true_peak_db)


def test_a_sound_with_room_above_it_is_only_raised() -> None:
    aim = first_aim(-14.0, sound(-20.0, -10.0))
    assert (aim.gain_db, aim.ceiling_db) == (6.0, None)


def test_a_sound_without_room_is_raised_and_its_peaks_are_held() -> None:
    aim = first_aim(-14.0, sound(-20.0, -3.0))
    assert (aim.gain_db, aim.ceiling_db) == (6.0, FIRST_CEILING_DB)


def test_a_sound_too_loud_is_lowered() -> None:
    assert first_aim(-14.0, sound(-9.0, 0.5)).gain_db == -5.0


def test_an_empty_room_is_not_raised_without_end() -> None:
    assert first_aim(-14.0, sound(-69.0, -58.0)).gain_db == MAX_GAIN_DB


def test_without_a_target_only_what_would_clip_is_held() -> None:
    assert first_aim(None, sound(-9.0, -0.2)) == Aim(0.0, None, 0.0)
    assert first_aim(None, sound(-9.0, 2.0)) == Aim(0.0, FIRST_CEILING_DB, 0.0)


def test_a_hit_is_left_alone() -> None:
    aim = first_aim(-14.0, sound(-20.0, -3.0))
    assert next_aim(-14.0, aim, sound(-14.3, -1.3)) == aim


def test_loudness_that_the_limiter_took_is_given_back_within_reason() -> None:
    aim = first_aim(-14.0, sound(-20.0, -3.0))
    assert next_aim(-14.0, aim, sound(-15.0, -1.3)).gain_db == 7.0
    assert next_aim(-14.0, aim, sound(-29.0, -1.3)).gain_db == 12.0


def test_a_peak_that_came_back_is_held_lower() -> None:
    aim = first_aim(-14.0, sound(-20.0, -3.0))
    nearer = next_aim(-14.0, aim, sound(-14.0, -0.7))
    assert nearer.ceiling_db is not None
    assert nearer.ceiling_db < FIRST_CEILING_DB - 0.3
