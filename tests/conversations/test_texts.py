"""Whatever happens has a sentence in every language, with its numbers and the way out."""

from __future__ import annotations

import inspect
import re
from dataclasses import replace

import pytest

from conversations import texts, words
from conversations.failures import WORTH_TRYING
from conversations.model import Facts
from conversations.words.text import Language
from jobs import errors, recipe
from jobs.errors import ErrorClass, JobError
from jobs.model import Edge, Person, Role, Shape, Stage
from jobs.quotas import Quotas
from jobs.recipe import Clean, TrimSilence
from tests.conversations.samples import GUEST, OWNER

ENGLISH, GERMAN, SPANISH = Language
QUOTAS = Quotas.__slots__
PARAMS = {"size_bytes": 64 * 2**20, "limit_bytes": 100 * 2**20, "duration_s": 4360, "limit_s": 1800}
# A refusal says what to do: something to send, press, type, try, choose, ask or wait for.
WAYS_OUT = {
    ENGLISH: r"send|sending|try|press|choose|type|trim|check|record it|ask|more at|raise|again|way"
    r"|little longer|like 0:10|undo",
    GERMAN: r"schick|versuch|drück|wähl|tipp|schneide|prüf|nimm|frag|mehr um|setz|noch einmal"
    r"|länger gedrückt|so: 0:10|rückgängig",
    SPANISH: r"manda|mánda|prueba|inténtalo|pulsa|elige|escribe|recórtalo|revisa|grábalo"
    r"|pide|más a las|sube|mantienes|así: 0:10|deshaz",
}
CODES = sorted(
    {
        kind.code
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, JobError)
    }
)
RECIPE_CODES = sorted(set(re.findall(r'RecipeError\("(\w+)"\)', inspect.getsource(recipe))))

every_language = pytest.mark.parametrize("language", Language)


def tells_the_way_out(language: Language, told: str) -> bool:
    return re.search(WAYS_OUT[language], told, re.IGNORECASE) is not None


@every_language
@pytest.mark.parametrize("code", CODES)
def test_every_error_has_a_sentence_with_the_way_out(code: str, language: Language) -> None:
    told = texts.error(language, code, PARAMS, "abcdef")
    assert code in words.errors.JOBS
    assert tells_the_way_out(language, told), told
    assert "{" not in told


@every_language
def test_no_error_borrows_the_sentence_of_another(language: Language) -> None:
    told = [texts.error(language, code, PARAMS, "abcdef") for code in CODES]
    assert len(set(told)) == len(CODES)


@pytest.mark.parametrize("code", CODES)
def test_an_error_without_parameters_is_a_sentence_all_the_same(code: str) -> None:
    assert "{" not in texts.error(ENGLISH, code, {})
    assert texts.error(ENGLISH, code, {"size_bytes": "large", "duration_s": None})


def test_an_unknown_code_is_told_as_an_internal_one() -> None:
    told = texts.error(ENGLISH, "internal", {}, "abcdef")
    assert texts.error(ENGLISH, "what", {}, "abcdef") == told


def test_numbers_of_an_error_are_told() -> None:
    told = texts.error(ENGLISH, "source_too_large", PARAMS)
    assert told.startswith("That's 64 MB. I take up to 100 MB.")
    told = texts.error(ENGLISH, "source_too_long", PARAMS)
    assert told.startswith("1:12:40 is more than the 30 min")
    assert "(code R-ABCD)" in texts.error(ENGLISH, "render_failed", {}, "abcdef")
    assert "(Code R-ABCD)" in texts.error(GERMAN, "render_failed", {}, "abcdef")
    assert "code" not in texts.error(ENGLISH, "render_failed", {})


@every_language
@pytest.mark.parametrize("code", RECIPE_CODES)
def test_every_fault_of_a_recipe_has_a_sentence_with_the_way_out(
    code: str, language: Language
) -> None:
    assert code in words.errors.RECIPES
    told = texts.recipe_error(language, code)
    assert tells_the_way_out(language, told), told


def test_the_faults_of_a_recipe_are_all_known() -> None:
    assert {"range", "too_short", "clip_count", "fade", "malformed"} <= set(RECIPE_CODES)


@every_language
@pytest.mark.parametrize("person", [OWNER, GUEST], ids=["owner", "guest"])
@pytest.mark.parametrize("quota", QUOTAS)
def test_every_quota_has_a_sentence_that_fits_a_toast(
    quota: str, person: Person, language: Language
) -> None:
    facts = Facts(person=replace(person, language=language), owner_name="A" * 500)
    told = texts.quota(quota, facts)
    assert quota in words.errors.QUOTAS
    assert tells_the_way_out(language, told), told
    assert len(told) <= 200
    assert "{" not in told


def test_the_owner_is_not_sent_to_ask_themself() -> None:
    facts = Facts(person=GUEST, owner_name="Ada")
    assert "ask Ada" in texts.quota("videos_per_day", facts)
    assert "ask" not in texts.quota("videos_per_day", replace(facts, person=OWNER))


def test_everything_with_a_name_has_one() -> None:
    assert words.cards.STAGES.keys() == set(Stage)
    assert words.names.SHAPES.keys() == words.buttons.OTHER_SHAPES.keys() == set(Shape)
    assert words.names.CLEANS.keys() == words.buttons.CLEANS.keys() == set(Clean)
    assert words.names.SILENCES.keys() == words.buttons.SILENCES.keys() == set(TrimSilence)
    assert words.names.EDGES.keys() == words.trim.MOVING.keys() == set(Edge)
    assert words.people.ROLES.keys() == set(Role)


@every_language
def test_what_has_no_name_here_is_still_called_something(language: Language) -> None:
    assert texts.untitled(language, "hologram") == words.cards.UNTITLED_SOMETHING.to(language)
    assert texts.look(language, "fog") == "Fog"
    assert texts.response(language, "jazz") == "Jazz"
    assert texts.unusable(language, "dice") == words.errors.JOBS["not_media"].to(language)


def test_all_that_is_tried_again_by_the_queue_may_be_tried_again_by_hand() -> None:
    by_itself = {
        kind.code
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, JobError) and kind.error_class is not ErrorClass.BAD_INPUT
    }
    assert by_itself <= set(CODES) & WORTH_TRYING
    assert set(CODES) >= WORTH_TRYING
