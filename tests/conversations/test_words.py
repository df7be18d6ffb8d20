"""Every sentence is there in every language, is said somewhere, and stands nowhere else."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

from conversations import words
from conversations.figures import TOAST_CHARACTERS, units
from conversations.words.text import Language, Text, isolated, language_of, spoken
from modal_render.contract import LOOKS, RESPONSES
from tests.conversations import catalogue
from tests.conversations.samples import GUEST

TEXTS = catalogue.texts()
SENTENCE = re.compile(r" .*[^\W\d_][.?!]$|^[^\W\d_][\w']*,?( [\w'…]+,?){3}")
# What is the same in another language, and right that way.
ALIKE = re.compile(
    r"names\.(LOOKS|RESPONSES|SHAPES)\[\w+\]|people\.LISTED|buttons\.NO|figures\.DECIMAL_MARK"
    r"|autopilot\.AUTOPILOT|cards\.STAGES\[.*\]|names\.COLOR|names\.CLEANS\[off\]|cards\.LENGTH"
)
NO_TOAST = re.compile(r"commands\.(DESCRIPTION|HELP.*|PRIVACY_\w+)|figures\.MONTHS")
ELSEWHERE = {
    *("vocabulary.py", "times.py"),  # what people type
    "api_texts.py",  # for programs, which read English
}


def test_every_text_is_there_in_every_language() -> None:
    missing = [
        f"{name}.{language}"
        for name, text in TEXTS.items()
        for language, told in catalogue.written(text).items()
        if not told.strip()
    ]
    assert missing == []


def test_every_text_is_another_one_in_another_language() -> None:
    alike = [
        name
        for name, text in TEXTS.items()
        if len(set(catalogue.written(text).values())) < len(Language)
    ]
    assert [name for name in alike if not ALIKE.fullmatch(name)] == []


def test_every_text_is_filled_with_the_same_in_every_language() -> None:
    wrong = [
        f"{name}.{language}: {told}"
        for name, text in TEXTS.items()
        for language, told in catalogue.written(text).items()
        if catalogue.placeholders(told) != catalogue.placeholders(text.en)
    ]
    assert wrong == []


def test_whoever_says_a_text_fills_in_what_it_needs() -> None:
    wrong = [
        f"{said.where}: {said.name} needs {sorted(needs)}, gets {sorted(said.filled)}"
        for said in catalogue.said()
        if said.name in TEXTS
        if (needs := catalogue.placeholders(TEXTS[said.name].en)) != said.filled
    ]
    assert wrong == []
    assert len(catalogue.said()) > 100


def test_no_text_is_missing_or_unused() -> None:
    known = {name.partition("[")[0] for name in TEXTS} | set(catalogue.counted())
    assert known - catalogue.used() == set(), "nobody says these"
    assert catalogue.used() - known == set(), "these are said and are not there"


def test_every_text_is_short_and_fits_a_toast() -> None:
    long = [
        f"{name}.{language}: {units(told)}"
        for name, text in TEXTS.items()
        for language, told in catalogue.written(text).items()
        if units(told) > TOAST_CHARACTERS and not NO_TOAST.fullmatch(name)
    ]
    assert long == []


def test_no_text_is_sorry_for_itself() -> None:
    sorry = re.compile(r"\b(oops|ups|hoppla|sorry|leider|lo siento)\b", re.IGNORECASE)
    told = [text for name in TEXTS for text in catalogue.written(TEXTS[name]).values()]
    assert [text for text in told if sorry.search(text)] == []


@pytest.mark.parametrize("name", catalogue.counted())
def test_what_is_counted_tells_its_number(name: str) -> None:
    for language in Language:
        one, more = (catalogue.counted()[name].to(language, number) for number in ("1", "2"))
        assert one.startswith("1 ")
        assert more.startswith("2 ")
        assert one[2:] != more[2:]


def strings(source: str) -> list[str]:
    """All strings but docstrings, with … for what is filled in."""
    tree = ast.parse(source)
    filled = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    skipped = {part for node in filled for part in node.values}
    skipped |= {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    plain = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in skipped
    ]
    return plain + [
        "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
        for node in filled
    ]


def test_sentences_are_in_the_catalogue_and_nowhere_else() -> None:
    room = Path(words.__file__).parents[1]
    strays = [
        f"{path.name}: {text}"
        for path in room.glob("*.py")
        if path.name not in ELSEWHERE
        for text in strings(path.read_text())
        if SENTENCE.search(text)
    ]
    assert strays == []


def test_nothing_is_shown_that_is_not_from_the_catalogue() -> None:
    assert [stray for path in catalogue.sources() for stray in shown_in(path.read_text())] == []
    assert shown_in('page("Send it", x)\nView(text=f"{x} again")') == ["Send it", "… again"]
    assert shown_in('Button(label=f"{x} ✓", data="mk:abc")\nsaid(facts, told)') == []


def shown_in(source: str) -> list[str]:
    """Words in quotes that are given straight to what shows them."""
    shows = {"page": "", "said": "", "View": "text", "Button": "label", "Decision": "toast"}
    return [
        text
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in shows
        for given in (
            *call.args,
            *(known.value for known in call.keywords if known.arg == shows[call.func.id]),
        )
        if isinstance(given, ast.Constant | ast.JoinedStr)
        for text in strings(f"x = {ast.unparse(given)}")
        if re.search(r"[^\W\d_]{3,}", text)
    ]


def test_a_stray_sentence_would_be_found() -> None:
    assert SENTENCE.search("Send it again.")
    assert SENTENCE.search("Schick es noch einmal.")
    assert SENTENCE.search("…, está así.")


def test_looks_and_ways_to_move_are_called_as_the_renderer_calls_them() -> None:
    assert {look: text.en for look, text in words.names.LOOKS.items()} == LOOKS
    assert {way: text.en for way, text in words.names.RESPONSES.items()} == RESPONSES


@pytest.mark.parametrize("language", Language)
def test_commands_are_what_telegram_takes(language: Language) -> None:
    for name, about in {**words.commands.COMMANDS, **words.commands.OWNER_COMMANDS}.items():
        assert re.fullmatch(r"[a-z_]{1,32}", name)
        assert 1 <= units(about.to(language)) <= 256
    assert units(words.commands.DESCRIPTION.to(language)) <= 512
    assert units(words.commands.SHORT_DESCRIPTION.to(language)) <= 120


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("", Language.ENGLISH),
        ("en", Language.ENGLISH),
        ("de", Language.GERMAN),
        ("de-AT", Language.GERMAN),
        ("es_419", Language.SPANISH),
        ("ES-mx", Language.SPANISH),
        ("pt-br", Language.ENGLISH),
        ("desk", Language.ENGLISH),
    ],
)
def test_a_person_is_spoken_to_as_their_telegram_speaks(code: str, language: Language) -> None:
    assert spoken(code) is language


def test_what_a_person_chose_counts_more_than_what_their_telegram_speaks() -> None:
    person = replace(GUEST, language="de", chosen_language="es")
    assert language_of(person) is Language.SPANISH
    assert language_of(replace(person, chosen_language="")) is Language.GERMAN


def test_what_runs_from_right_to_left_is_kept_to_itself() -> None:
    text = Text(en="{name}: {role}", de="", es="")
    arabic, hebrew = "\u0645\u0631\u062d\u0628\u0627", "\u05e9\u05dc\u05d5\u05dd"
    assert text.to(Language.ENGLISH, name=arabic, role="x") == f"\u2068{arabic}\u2069: x"
    assert isolated(f"a {hebrew} b") == f"\u2068a {hebrew} b\u2069"
    assert isolated("plain, ñ, 日本語, 1:30") == "plain, ñ, 日本語, 1:30"
