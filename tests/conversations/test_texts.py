"""Every sentence is there, fits where it is shown, and carries the way out."""

from __future__ import annotations

import ast
import inspect
import re
from dataclasses import replace
from pathlib import Path

import pytest

from conversations import api_texts, names, texts
from conversations.making import WORTH_TRYING
from conversations.model import Facts
from jobs import errors, recipe
from jobs.errors import ErrorClass, JobError
from jobs.model import Edge, Quotas, Role, Shape, Stage
from jobs.recipe import Clean, TrimSilence
from tests.conversations.samples import GUEST, OWNER

QUOTAS = Quotas.__slots__
PARAMS = {"size_bytes": 64 * 2**20, "limit_bytes": 100 * 2**20, "duration_s": 4360, "limit_s": 1800}
# A refusal says what to do: something to send, press, type, try, choose, ask or wait for.
WAY_OUT = re.compile(
    r"send|sending|try|press|choose|type|trim|check|record it|ask|more at|raise|again|way"
    r"|little longer|like 0:10|undo",
    re.IGNORECASE,
)
SENTENCE = re.compile(r" .*[a-z][.?!]$|^[^\W\d_][\w']*,?( [\w'…]+,?){3}")
CODES = sorted(
    kind.code
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, JobError)
)
RECIPE_CODES = sorted(set(re.findall(r'RecipeError\("(\w+)"\)', inspect.getsource(recipe))))


@pytest.mark.parametrize("code", sorted(set(CODES)))
def test_every_error_has_a_sentence_with_the_way_out(code: str) -> None:
    told = texts.error(code, PARAMS, "abcdef")
    assert told == texts.error("internal", PARAMS, "abcdef") or code != "internal"
    assert WAY_OUT.search(told), told
    assert "{" not in told


def test_no_error_borrows_the_sentence_of_another() -> None:
    told = {code: texts.error(code, PARAMS, "abcdef") for code in set(CODES)}
    internal = told.pop("internal")
    assert internal not in told.values()


@pytest.mark.parametrize("code", sorted(set(CODES)))
def test_an_error_without_parameters_is_a_sentence_all_the_same(code: str) -> None:
    assert "{" not in texts.error(code, {})
    assert texts.error(code, {"size_bytes": "large", "duration_s": None})


def test_an_unknown_code_is_told_as_an_internal_one() -> None:
    assert texts.error("what", {}, "abcdef") == texts.error("internal", {}, "abcdef")


def test_numbers_of_an_error_are_told() -> None:
    assert texts.error("source_too_large", PARAMS).startswith("That's 64 MB. I take up to 100 MB.")
    assert texts.error("source_too_long", PARAMS).startswith("1:12:40 is more than the 30 min")
    assert "(code R-ABCD)" in texts.error("render_failed", {}, "abcdef")
    assert "code" not in texts.error("render_failed", {})


@pytest.mark.parametrize("code", RECIPE_CODES)
def test_every_fault_of_a_recipe_has_a_sentence_with_the_way_out(code: str) -> None:
    assert WAY_OUT.search(texts.recipe_error(code)), texts.recipe_error(code)
    assert code in texts._RECIPES


def test_the_faults_of_a_recipe_are_all_known() -> None:
    assert {"range", "too_short", "clip_count", "fade", "malformed"} <= set(RECIPE_CODES)


@pytest.mark.parametrize("person", [OWNER, GUEST])
@pytest.mark.parametrize("quota", QUOTAS)
def test_every_quota_has_a_sentence_that_fits_a_toast(quota: str, person: object) -> None:
    assert person in (OWNER, GUEST)
    facts = Facts(person=OWNER if person is OWNER else GUEST, owner_name="A" * 500)
    told = texts.quota(quota, facts)
    assert quota in texts._QUOTAS
    assert WAY_OUT.search(told)
    assert len(told) <= 200
    assert "{" not in told


def test_the_owner_is_not_sent_to_ask_themself() -> None:
    facts = Facts(person=GUEST, owner_name="Ada")
    assert "ask Ada" in texts.quota("videos_per_day", facts)
    assert "ask" not in texts.quota("videos_per_day", replace(facts, person=OWNER))


def test_everything_with_a_name_has_one() -> None:
    told = [
        *(texts.stage(stage) for stage in Stage),
        *(names.shape(shape) for shape in Shape),
        *(names.clean(clean) for clean in Clean),
        *(names.silence(silence) for silence in TrimSilence),
        *(names.edge(edge) for edge in Edge),
        *(texts.listed("Bob", role) for role in Role),
    ]
    assert all(told)


def test_all_that_is_tried_again_by_the_queue_may_be_tried_again_by_hand() -> None:
    by_itself = {
        kind.code
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, JobError) and kind.error_class is not ErrorClass.BAD_INPUT
    }
    assert by_itself <= set(CODES) & WORTH_TRYING
    assert set(CODES) >= WORTH_TRYING


@pytest.mark.parametrize(
    "sentence",
    [
        value
        for room in (texts, api_texts)
        for name, value in vars(room).items()
        if name.isupper() and isinstance(value, str)
    ],
)
def test_every_sentence_is_short_and_fits_a_toast(sentence: str) -> None:
    assert len(sentence) <= 200
    assert "oops" not in sentence.lower()


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


def test_sentences_are_in_texts_and_nowhere_else() -> None:
    room = Path(texts.__file__).parent
    typed = {"texts.py", "api_texts.py", "typed.py", "times.py"}  # the last two read sentences
    strays = [
        f"{path.name}: {text}"
        for path in room.glob("*.py")
        if path.name not in typed
        for text in strings(path.read_text())
        if SENTENCE.search(text)
    ]
    assert strays == []


def test_commands_are_what_telegram_takes() -> None:
    for name, about in (*texts.COMMANDS, *texts.OWNER_COMMANDS):
        assert re.fullmatch(r"[a-z_]{1,32}", name)
        assert 1 <= len(about) <= 256
    assert len(texts.DESCRIPTION) <= 512
    assert len(texts.SHORT_DESCRIPTION) <= 120
