"""The document of the API says what is so: every example is sent, and answered like that."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.web.api import document, errors, examples, serve, shapes
from bot.web.api.operations import OPERATIONS, Operation
from bot.web.api.schema import KEYWORDS, problem
from conversations import api_texts
from jobs.opening import Store
from jobs.quotas import Quotas
from storage.local import LocalStorage
from tests.bot.api_world import NAMED, Answer, Program, api_of, furnished
from tests.bot.conftest import LINK_BASE

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
ID = re.compile("[a-z2-7]{26}")
EXAMPLES = [
    (operation.name, name)
    for operation in OPERATIONS
    for name in examples.BODIES.get(operation.name, {"": {}})
]
REFUSALS = [(operation.name, code) for operation in OPERATIONS for code in operation.codes]
DESCRIBED = document.described("https://reel.example")


@pytest.fixture
async def program(store: Store, storage: LocalStorage) -> AsyncIterator[Program]:
    """Of the owner of everything in the examples."""
    key = await furnished(store, storage)
    async with api_of(store, storage) as session:
        yield Program(session, key)


def is_alike(example: Any, answer: Any) -> bool:
    """Whether the answer is the example, up to what is different each time."""
    if isinstance(example, Mapping):
        return example.keys() == answer.keys() and all(
            is_alike(example[name], answer[name]) for name in example
        )
    if isinstance(example, list):
        return len(example) == len(answer) and all(map(is_alike, example, answer))
    if not isinstance(example, str):
        return bool(example == answer and type(example) is type(answer))
    if example == examples.NEW_JOB:
        return ID.fullmatch(answer) is not None
    if MOMENT.fullmatch(example):
        return MOMENT.fullmatch(answer) is not None
    if examples.UPLOAD_KEY in example or example.startswith("https://"):
        return is_alike_address(example, answer)
    return bool(example == answer)


def is_alike_address(example: str, answer: str) -> bool:
    """The same but for the host, the token of an upload and the signature."""
    wanted, found = urlsplit(example), urlsplit(answer)
    token = r"uploads/[a-z2-7]{26}/"
    ours = re.sub(token, "uploads/x/", found.path)
    return (
        re.sub(token, "uploads/x/", wanted.path) == ours
        and parse_qs(wanted.query).keys() == parse_qs(found.query).keys()
        and answer.startswith((LINK_BASE, "uploads/"))
    )


async def ask(program: Program, operation: Operation, name: str = "") -> Answer:
    """Send the example of that name."""
    given = dict(examples.PARAMETERS.get(operation.name, {}))
    bodies = examples.BODIES.get(operation.name, {})
    body = bodies[name] if name else next(iter(bodies.values()), None)
    return await program.ask(operation.name, body=body, **given)


@pytest.mark.parametrize(("operation", "name"), EXAMPLES)
async def test_every_example_is_answered_as_it_says(
    program: Program, operation: str, name: str
) -> None:
    answer = await ask(program, NAMED[operation], name)
    assert answer.status == NAMED[operation].status
    if operation in examples.ANSWERS:
        assert is_alike(examples.ANSWERS[operation], answer.body), answer.body
        assert problem(answer.body, shapes.COMPONENTS[NAMED[operation].answer]) == ""


def test_nothing_is_described_that_is_not_there_and_the_other_way_round() -> None:
    assert serve.HANDLERS.keys() == NAMED.keys()
    described = {(method.upper(), path) for path, at in DESCRIBED["paths"].items() for method in at}
    assert described == {(operation.method, operation.path) for operation in document.DESCRIBED}
    assert examples.ANSWERS.keys() == {o.name for o in OPERATIONS if o.answer}
    assert examples.BODIES.keys() == {o.name for o in OPERATIONS if o.body}


def test_every_code_has_a_status_and_a_sentence() -> None:
    quotas = set(Quotas.__slots__) - {"api_keys", "waiting_glimpses"}  # are no program's
    assert set(errors.STATUS) == set(api_texts.ERRORS) | quotas
    known = {code for operation in OPERATIONS for code in operation.codes}
    of_the_server = {"method_not_allowed"}
    assert known | of_the_server == set(errors.STATUS)


def test_schemas_use_no_more_of_the_standard_than_is_checked() -> None:
    def keywords(schema: Any) -> set[str]:
        if isinstance(schema, list):
            return set().union(*map(keywords, schema))
        if not isinstance(schema, Mapping):
            return set()
        inner = {name: part for name, part in schema.items() if name != "properties"}
        parts = [*inner.values(), *schema.get("properties", {}).values()]
        return set(inner) | {"properties"} | set().union(*map(keywords, parts))

    every = [*shapes.COMPONENTS.values(), *shapes.LISTING.values(), *shapes.STREAM.values()]
    assert set().union(*map(keywords, every)) <= KEYWORDS


def test_the_page_about_the_api_names_every_request_and_every_code() -> None:
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
    for operation in OPERATIONS:
        assert f"`{operation.method} {operation.path}" in page or operation.name == "openapi"
    codes = set(re.findall(r"`([a-z_]+)`", page.partition("## Errors")[2]))
    assert set(errors.STATUS) <= codes
    assert "GET /api/openapi.json" in page


async def test_the_document_is_open_to_all_and_names_this_bot(
    store: Store, storage: LocalStorage
) -> None:
    async with api_of(store, storage) as session:
        answer = await Program(session, "").ask("openapi")
    assert answer.status == 200
    assert answer.body["openapi"] == "3.1.0"
    assert answer.body["servers"] == [{"url": LINK_BASE}]
    assert json.loads(json.dumps(document.described(LINK_BASE))) == answer.body
