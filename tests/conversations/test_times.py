"""What people type for times, and what it means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations import times
from conversations.times import All, Cut, First, Keep, Last, Nudge, Off, Wish, read
from jobs.model import Edge

SPANS: list[tuple[str, Wish]] = [
    ("0:10-1:30", Keep(10, 90)),
    ("0:10 to 1:30", Keep(10, 90)),
    ("10\u201390", Keep(10, 90)),
    ("0:10 \u2212 1:30", Keep(10, 90)),
    ("0:10\u20141:30", Keep(10, 90)),
    ("10s-1m30", Keep(10, 90)),
    ("10 s - 1 m 30 s", Keep(10, 90)),
    ("from 0:10 to 1:30", Keep(10, 90)),
    ("keep 0:10-1:30", Keep(10, 90)),
    ("KEEP 0:10 - 1:30!", Keep(10, 90)),
    ("trim 10-90", Keep(10, 90)),
    ("0.10-1,30", Keep(10, 90)),
    ("0:10 1:30", Keep(10, 90)),
    ("0:01-0:06", Keep(1, 6)),
    ("0:01.5-0:06.25", Keep(1.5, 6.25)),
    ("0,5-3,5", Keep(0.5, 3.5)),
    ("1:02:03-1:02:10", Keep(3723, 3730)),
    ("1h05-1h06m30", Keep(3900, 3990)),
    ("2:00-1:00", Keep(60, 120)),
    ("von 0:10 bis 1:30", Keep(10, 90)),
    ("de 0:10 à 1:30", Keep(10, 90)),
    ("desde 0:10 hasta 1:30", Keep(10, 90)),
    ("del 0:10 al 1:30", Keep(10, 90)),
    ("entre 0:10 y 1:30", Keep(10, 90)),
    ("zwischen 0:10 und 1:30", Keep(10, 90)),
    ("between 10 and 90", Keep(10, 90)),
    ("von 10 s bis 1 min 30 s", Keep(10, 90)),
]
EDGES: list[tuple[str, Wish]] = [
    ("from 1:05", Keep(65, None)),
    ("1:05-", Keep(65, None)),
    ("skip 5", Keep(5, None)),
    ("skip the first 5", Keep(5, None)),
    ("start 1:05", Keep(65, None)),
    ("from 1:05 to the end", Keep(65, None)),
    ("ab 1:05", Keep(65, None)),
    ("à partir de 1:05", Keep(65, None)),
    ("desde 1:05", Keep(65, None)),
    ("until 2:00", Keep(None, 120)),
    ("-2:00", Keep(None, 120)),
    ("\u22122:00", Keep(None, 120)),
    ("-1m30", Keep(None, 90)),
    ("end 2:00", Keep(None, 120)),
    ("up to 2:00", Keep(None, 120)),
    ("bis 2:00", Keep(None, 120)),
    ("jusqu\u2019à 2:00", Keep(None, 120)),
    ("hasta 2:00", Keep(None, 120)),
    ("first 30", First(30)),
    ("30s", First(30)),
    ("90 sec", First(90)),
    ("1:30", First(90)),
    ("1.5 min", First(90)),
    ("die ersten 30 Sekunden", First(30)),
    ("les 30 premières secondes", First(30)),
    ("primeros 30", First(30)),
    ("last 30 seconds", Last(30)),
    ("last 30", Last(30)),
    ("letzte 30", Last(30)),
    ("les dernières 30", Last(30)),
    ("los últimos 30 segundos", Last(30)),
    ("behalte nur die ersten 1,5 Minuten", First(90)),
    ("die letzten 30 Sekunden behalten", Last(30)),
    ("erste 2 min 5 sek", First(125)),
    ("von 1:05 bis zum Ende", Keep(65, None)),
    ("vom Anfang bis 2:00", Keep(None, 120)),
    ("a partir de 1:05", Keep(65, None)),
    ("desde 1:05 hasta el final", Keep(65, None)),
    ("desde el principio hasta 2:00", Keep(None, 120)),
    ("solo los últimos 1,5 minutos", Last(90)),
]
OTHERS: list[tuple[str, Wish]] = [
    ("cut 0:30-0:45", Cut(30, 45)),
    ("drop 0:30 to 0:45", Cut(30, 45)),
    ("remove 45-30", Cut(30, 45)),
    ("schneide 0:30-0:45 raus", Cut(30, 45)),
    ("0:30-0:45 weg", Cut(30, 45)),
    ("coupe 0:30-0:45", Cut(30, 45)),
    ("quita de 0:30 a 0:45", Cut(30, 45)),
    ("+2", Nudge(None, 2)),
    ("-1", Nudge(None, -1)),
    ("+0.5", Nudge(None, 0.5)),
    ("start +2", Nudge(Edge.START, 2)),
    ("end -1", Nudge(Edge.END, -1)),
    ("Ende -1", Nudge(Edge.END, -1)),
    ("off 3 and 5", Off(3, 5)),
    ("trim 3 5", Off(3, 5)),
    ("cut the last 10", Off(0, 10)),
    ("5 off the end", Off(0, 5)),
    ("all", All()),
    ("reset", All()),
    ("keep all", All()),
    ("alles", All()),
    ("die letzten 10 Sekunden weg", Off(0, 10)),
    ("nimm 0:30 bis 0:45 heraus", Cut(30, 45)),
    ("alles behalten", All()),
    ("saca de 0:30 a 0:45", Cut(30, 45)),
    ("quita los primeros 10 segundos", Off(10, 0)),
    ("Inicio +2", Nudge(Edge.START, 2)),
    ("final -1,5", Nudge(Edge.END, -1.5)),
    ("dejar todo", All()),
]
DIGITS = [
    ("\u0660:\u0661\u0660-\u0661:\u0663\u0660", "Arabic"),
    ("\u06f0:\u06f1\u06f0-\u06f1:\u06f3\u06f0", "Persian"),
    ("\u0966:\u0967\u0966-\u0967:\u0969\u0966", "Devanagari"),
    ("\u09e6:\u09e7\u09e6-\u09e7:\u09e9\u09e6", "Bengali"),
    ("\u0e50:\u0e51\u0e50-\u0e51:\u0e53\u0e50", "Thai"),
    ("\uff10\uff1a\uff11\uff10\uff0d\uff11\uff1a\uff13\uff10", "fullwidth"),
]
NONSENSE = [
    "",
    "  ",
    "hello",
    "thanks!",
    "30",
    "3 5",
    "1:90",
    "0:10-1:75",
    "12:34:56:78",
    "1:05:",
    "to",
    "from",
    "until",
    "first",
    "from 0:10 to",
    "30%",
    "99999999-3",
    "\U0001f600",
    "0:10 0:20 0:30",
]


@pytest.mark.parametrize(("text", "wish"), SPANS + EDGES + OTHERS)
def test_a_time_is_read_as_it_was_meant(text: str, wish: Wish) -> None:
    assert read(text) == wish


@pytest.mark.parametrize("text", [text for text, _ in DIGITS], ids=[name for _, name in DIGITS])
def test_digits_of_any_script_are_digits(text: str) -> None:
    assert read(text) == Keep(10, 90)


@pytest.mark.parametrize("text", NONSENSE)
def test_what_makes_no_sense_as_a_time_is_asked_about(text: str) -> None:
    assert read(text) is None


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    read(text)


WORDS = [
    "from",
    "until",
    "cut",
    "first",
    "last",
    "-",
    "+",
    "0:10",
    "1:30",
    "5",
    "30s",
    "off",
    "all",
]


@given(st.lists(st.sampled_from(WORDS), max_size=7).map(" ".join))
def test_no_mixture_of_known_words_breaks_the_reading(text: str) -> None:
    wish = read(text)
    if isinstance(wish, Keep) and wish.start_s is not None and wish.end_s is not None:
        assert wish.start_s <= wish.end_s


def test_texts_are_compared_without_case_accents_and_marks_of_direction() -> None:
    assert times.plain("\u202eÀ Partir\u202c DE") == "a partir de"
