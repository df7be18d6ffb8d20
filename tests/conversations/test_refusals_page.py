"""docs/refusals.md: what can go wrong, what the chat then says, and which test shows it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from conversations import flow, words
from conversations.model import View
from jobs.model import PHOTO, JobKind, Source, SourceKind
from tests.conversations import catalogue
from tests.conversations.world import World, ready

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "refusals.md").read_text()
TEXTS = catalogue.texts()
COVERS = {"not_a_picture", "no_profile_photo"}
SAVES = {"edit_failed", "edit_silent"}
RENDERS = {
    *("render_failed", "renderer_away", "render_lost", "video_missing", "took_too_long"),
    *("disk_full", "worker_lost", "storage_away", "internal"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`what` is a job's error code, or the name of a sentence."""

    what: str
    case: str
    sentence: str
    buttons: tuple[str, ...]
    tests: tuple[tuple[str, str], ...]


def read_rows() -> list[Row]:
    found = []
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 5 and re.fullmatch(r"`[\w.\[\]]+`", cells[1]):
            case, what, sentence, buttons, tests = cells
            named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", tests)
            labels = tuple(label.strip() for label in buttons.split("·") if label.strip())
            row = Row(what=what.strip("`"), case=case, sentence=sentence, buttons=labels,
                      tests=tuple(named))  # fmt: skip
            found.append(row)
    return found


ROWS = read_rows()
CODED = [row for row in ROWS if row.what in words.errors.JOBS]
SAID = [row for row in ROWS if row.what not in words.errors.JOBS]


def shown_when(code: str) -> View:
    """What the chat shows when a job has ended like that."""
    if code in COVERS:
        world = ready()
        photo = Source(kind=SourceKind.TELEGRAM, media=PHOTO, file_id="f")
        facts = world.facts(world.project)
        world.apply(flow.photo(world.project, photo, facts, answers=True))
        world.fail(JobKind.INGEST, code)
        return world.notices[-1]
    world = World() if code not in SAVES | RENDERS else ready()
    if code in SAVES | RENDERS:
        world.press("Make video")
        world.fail(JobKind.SAVE if code in SAVES else JobKind.RENDER, code)
        return world.view()
    world.send()
    world.fail(JobKind.INGEST, code)
    return world.view()


def labels(view: View) -> list[str]:
    return [button.label for row in view.keyboard for button in row]


@pytest.mark.parametrize("row", CODED, ids=lambda row: row.what)
def test_a_job_that_ends_like_that_is_told_like_that(row: Row) -> None:
    view = shown_when(row.what)
    assert row.sentence in html.unescape(view.text)
    assert set(row.buttons) <= set(labels(view))


@pytest.mark.parametrize("row", SAID, ids=lambda row: row.what)
def test_every_other_sentence_is_the_one_that_is_said(row: Row) -> None:
    assert row.sentence == TEXTS[row.what].en


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
def test_every_row_names_the_tests_that_show_it(row: Row) -> None:
    assert row.tests
    for file, name in row.tests:
        assert f"def {name}(" in (ROOT / file).read_text(), f"{file}::{name}"


def test_no_refusal_is_missing() -> None:
    told = {row.what for row in ROWS}
    assert words.errors.JOBS.keys() - told == set()
    assert {f"errors.QUOTAS[{name}]" for name in words.errors.QUOTAS} - told == set()
    assert {f"errors.UNUSABLE[{name}]" for name in words.errors.UNUSABLE} - told <= {
        "errors.UNUSABLE[animation]"  # says what `no_sound` says
    }


def test_no_refusal_is_without_a_way_out() -> None:
    """A button, or words that tell what to do; nothing is to be done about a second press."""
    ask = re.compile(
        r"\b(send|hold|record|press|ask|try|trim|check|type|write|revoke|again|later|more at)\b",
        re.IGNORECASE,
    )
    stuck = {row.what for row in ROWS if not row.buttons and not ask.search(row.sentence)}
    assert stuck == {"answers.ALREADY"}
