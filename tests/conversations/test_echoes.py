"""What the bot says it also understands, in every language: answers, examples and buttons."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations import texts, times, vocabulary, words
from conversations.keyboards import Verb
from conversations.times import All, Cut, First, Keep, Last, read
from conversations.words.text import Language, Text
from jobs.model import Edge, Shape
from tests.conversations.samples import OWNER, a_voice_note
from tests.conversations.world import World

every_language = pytest.mark.parametrize("language", Language)
languages = st.sampled_from(Language)
spans = st.tuples(st.integers(0, 20_000), st.integers(1, 20_000)).map(
    lambda span: (span[0], span[0] + span[1])
)
TYPED = [
    *("0:10-1:30", "from 1:05", "until 0:40", "first 30", "last 5", "cut 0:30-0:45", "all"),
    *("ab 1:05", "bis 0:40", "letzte 5", "schneide 0:30-0:45 raus", "alles behalten"),
    *("desde 1:05", "hasta 0:40", "últimos 5", "quita 0:30-0:45", "dejar todo"),
    *("off 3 and 5", "0:01.5-0:06.25", "start +2", "end -1.5"),
]


def speaking(language: Language) -> World:
    """A chat in that language whose card is ready."""
    world = World(person=replace(OWNER, language=language))
    world.send(a_voice_note(world.asset.duration_s))
    world.hear()
    return world


@given(languages, spans)
def test_an_answer_about_times_means_what_was_asked_for(
    language: Language, span: tuple[int, int]
) -> None:
    start, end = span
    length = end - start
    assert read(texts.kept(language, start, end, length)) == Keep(start, end)
    assert read(texts.keeping(language, start, end, length, end + 9)) == Keep(start, end)
    assert read(texts.keeping(language, 0, end, end, end)) == All()
    assert read(texts.kept_first(language, length)) == First(length)
    assert read(texts.kept_last(language, length)) == Last(length)
    assert read(texts.dropped(language, start, end, 60)) == Cut(start, end)
    assert read(texts.moved(language, Edge.START, end, start)) == Keep(start, None)
    assert read(texts.moved(language, Edge.END, start, end)) == Keep(None, end)


@every_language
@pytest.mark.parametrize("typed", TYPED)
def test_an_answer_sent_back_changes_nothing(language: Language, typed: str) -> None:
    world = speaking(language)
    answer = world.type(typed)
    before = [time for span in world.kept for time in span]
    said_again = world.type(answer)
    after = [time for span in world.kept for time in span]
    assert after == pytest.approx(before, abs=0.51), (answer, said_again)  # told in whole seconds
    assert not said_again.startswith(words.answers.TIMES.to(language)), answer


def examples(text: str) -> list[str]:
    """What stands behind the first colon or `like`, as people would type it."""
    listed = re.sub(r"^.*?(?:: | like )(?:this: )?", "", text)
    return [part.strip(" .") for part in re.split(r" · |, (?:or |oder |o )?", listed)]


@every_language
@pytest.mark.parametrize(
    "text",
    [
        *(words.trim.HOW, words.answers.TIMES, words.commands.HELP[3], words.cards.LOOK_HOW),
        *(words.cards.NO_TITLE_YET, words.cards.NO_COLOR_YET),
    ],
    ids=["trim", "times", "help", "look", "title", "color"],
)
def test_every_example_is_understood(text: Text, language: Language) -> None:
    for example in examples(text.to(language)):
        answer = speaking(language).type(example)
        assert answer, example
        assert not answer.startswith(words.answers.TIMES.to(language)), example


@every_language
def test_the_words_that_are_named_are_understood(language: Language) -> None:
    named = re.findall(r"[^\W\d_]+", words.answers.WORDS.to(language))[-4:]
    square, *verbs = (vocabulary.compared(word) for word in named)
    assert vocabulary.SHAPES[square] is Shape.SQUARE
    assert [vocabulary.VERBS[verb] for verb in verbs] == [Verb.UNDO, Verb.MAKE, Verb.STOP]


@every_language
def test_what_stands_on_a_button_can_be_typed(language: Language) -> None:
    world = speaking(language)
    world.type("0:10-1:30")
    for label, kept in (
        (words.buttons.UNDO, [(3.0, 112.0)]),
        (words.buttons.KEEP_ALL, [(0.0, 118.0)]),
    ):
        world.type(label.to(language))
        assert world.kept == kept
    assert world.type(words.buttons.HEAR.to(language)) == words.answers.HEARING.to(language)
    assert world.type(words.buttons.MAKE.to(language)) == words.answers.STARTING.to(language)
    assert world.type(words.buttons.STOP.to(language)) == words.answers.STOPPING.to(language)


@every_language
def test_looks_sizes_and_ways_to_move_can_be_typed_as_they_are_called(language: Language) -> None:
    for look, name in words.names.LOOKS.items():
        assert vocabulary.LOOKS[vocabulary.compared(name.to(language))] == look
    for way, name in words.names.RESPONSES.items():
        assert vocabulary.RESPONSES[vocabulary.compared(name.to(language))] == way
    for shape, name in words.names.SHAPES.items():
        assert vocabulary.SHAPES[vocabulary.compared(name.to(language))] is shape


def test_no_word_means_two_things() -> None:
    tables = (vocabulary.VERBS, vocabulary.SHAPES, vocabulary.LOOKS, vocabulary.RESPONSES)
    kinds = [word for table in tables for word in table] + list(times._WORDS)
    assert sorted({word for word in kinds if kinds.count(word) > 1}) == []
    roles = [word for told in times._ROLES.values() for word in told.split()]
    assert sorted({word for word in roles if roles.count(word) > 1}) == []
    names = [
        name for names in (words.names.LOOKS, words.names.RESPONSES) for name in names.values()
    ]
    spelt = {
        (vocabulary.compared(getattr(name, tongue)), name.en)
        for name in names
        for tongue in Language
    }
    assert len({word for word, _ in spelt}) == len(spelt)


@every_language
def test_a_colour_can_be_taken_back_in_every_language(language: Language) -> None:
    off = {Language.ENGLISH: "off", Language.GERMAN: "aus", Language.SPANISH: "no"}[language]
    world = speaking(language)
    world.type("color: #ff7a00")
    world.type(f"{words.names.COLOR.to(language)}: {off}")
    assert world.edit.brand == ""
