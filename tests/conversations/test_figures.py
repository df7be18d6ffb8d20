"""Numbers and people's words in the form they are read."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations import figures
from conversations.words.text import Language

ENGLISH, GERMAN, SPANISH = Language


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0:00"), (5.4, "0:05"), (65, "1:05"), (118.0, "1:58"), (59.6, "1:00"), (4360, "1:12:40")],
)
def test_times_are_told_as_on_a_clock(seconds: float, told: str) -> None:
    assert figures.clock(seconds) == told


def test_two_times_are_told_apart_by_tenths_when_they_must_be() -> None:
    assert figures.clocks(ENGLISH, 3, 8) == ("0:03", "0:08")
    assert figures.clocks(ENGLISH, 3.1, 3.4) == ("0:03.1", "0:03.4")


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (2, "10 s"),
        (38, "40 s"),
        (54, "50 s"),
        (58, "1 min"),
        (75, "1 min"),
        (80, "1 min 30 s"),
        (130, "2 min"),
        (170, "3 min"),
        (400, "7 min"),
    ],
)
def test_estimates_are_no_more_exact_than_anybody_knows(seconds: float, told: str) -> None:
    assert figures.about(seconds) == told


@pytest.mark.parametrize(("seconds", "told"), [(0.2, "1 s"), (38, "38 s"), (125, "2 min 5 s")])
def test_what_was_measured_is_told_exactly(seconds: float, told: str) -> None:
    assert figures.took(seconds) == told


@pytest.mark.parametrize(
    ("number", "told"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (22, "22nd")]
)
def test_places_are_told_as_people_say_them(number: int, told: str) -> None:
    assert figures.ordinal(ENGLISH, number) == told


@pytest.mark.parametrize(
    ("percent", "told"), [(0, "▱" * 10), (68, "▰" * 6 + "▱" * 4), (100, "▰" * 10)]
)
def test_the_bar_has_ten_cells(percent: int, told: str) -> None:
    assert figures.bar(percent) == told


def test_sizes_are_told_in_megabytes() -> None:
    assert figures.data_size(ENGLISH, 62 * 2**20) == "62 MB"
    assert figures.data_size(ENGLISH, 3.25 * 2**20) == "3.2 MB"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(7 * 86400, "7 days"), (86400, "1 day"), (129600, "1.5 days"), (43200, "12 hours")],
)
def test_how_long_something_is_kept_is_told_in_days(seconds: float, told: str) -> None:
    assert figures.days(ENGLISH, seconds) == told


def test_dates_have_no_zero_in_front() -> None:
    assert figures.date(ENGLISH, 1_800_000_000) == "15 January"


def test_titles_end_at_a_word() -> None:
    title = figures.tidy("So the thing about mornings is that they come before noon")
    assert title == "So the thing about mornings is that they come…"


def test_marks_of_direction_and_control_characters_are_dropped() -> None:
    assert figures.tidy("a\u202egnp.exe\u2066\x07\nb\ud800") == "agnp.exe b"


def test_joined_emoji_stay_joined() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert figures.tidy(family) == family


@given(st.text(max_size=300))
def test_no_title_is_too_long_or_turns_the_line(text: str) -> None:
    title = figures.tidy(text)
    assert len(title) <= figures.TITLE_CHARACTERS
    assert "\n" not in title
    shown = set(title) - {"\u200c", "\u200d"}
    assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cf", "Cs"}


@given(st.text(max_size=400), st.lists(st.text(max_size=700), max_size=4))
def test_no_page_is_longer_than_a_caption_may_be(heading: str, lines: list[str]) -> None:
    text = figures.page(*lines, heading=figures.tidy(heading))
    assert figures.units(text) <= figures.CAPTION_UNITS


def test_a_page_escapes_what_people_wrote() -> None:
    told = figures.page("1 < 2 & 3", heading="<b>x</b>", beside=" · 1:49")
    assert told == "<b>&lt;b&gt;x&lt;/b&gt;</b> · 1:49\n1 &lt; 2 &amp; 3"


def test_numbers_are_told_as_each_language_writes_them() -> None:
    told = [
        [
            figures.data_size(language, 3.25 * 2**20),
            figures.clocks(language, 3.1, 3.4)[1],
            figures.days(language, 129600),
            figures.days(language, 86400),
            figures.ordinal(language, 2),
            figures.date(language, 1_800_000_000),
        ]
        for language in Language
    ]
    assert told == [
        ["3.2 MB", "0:03.4", "1.5 days", "1 day", "2nd", "15 January"],
        ["3,2 MB", "0:03,4", "1,5 Tage", "1 Tag", "2.", "15. Januar"],
        ["3,2 MB", "0:03,4", "1,5 días", "1 día", "2.º", "15 de enero"],
    ]


@pytest.mark.parametrize("language", Language)
def test_every_month_has_its_name(language: Language) -> None:
    middles = [1_800_000_000 + round(month * 30.44 * 86400) for month in range(12)]
    assert len({figures.date(language, at).split()[-1] for at in middles}) == 12


def test_a_heading_that_runs_from_right_to_left_stays_where_it_is() -> None:
    told = figures.page(heading="\u0645\u0631\u062d\u0628\u0627", beside=" · 1:49")
    assert told == "<b>\u2068\u0645\u0631\u062d\u0628\u0627\u2069</b> · 1:49"
