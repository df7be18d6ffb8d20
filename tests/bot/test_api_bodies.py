"""Nothing that a program sends breaks anything."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.web.api import examples
from bot.web.api.schema import problem
from bot.web.api.shapes import CLIP, COMPONENTS
from jobs.model import JobKind
from jobs.opening import Store
from jobs.payloads import RenderWork
from storage.local import LocalStorage
from tests.bot.api_world import Program, api_of, furnished
from tests.bot.test_strangers import ODD

ASSET = json.dumps(examples.ASSET)
NO_JSON = (
    *("", " ", "{", "nul", "null", "[]", '"text"', "7", "{}{}", "{'a': 1}", '{"a": NaN}'),
    *('{"a": Infinity}', '{"a": -Infinity}', '{"a": 1, "a": 2}', "[" * 60_000, '{"a":' * 9_000),
    *('{"a": ' + "9" * 5000 + "}", '{"assetId": "\\x"}'),
)
WRONG = (
    "{}",
    '{"assetId": null}',
    '{"assetId": 7}',
    '{"assetId": true}',
    '{"assetId": ["x"]}',
    '{"assetId": {"$ne": ""}}',
    '{"assetId": ""}',
    '{"assetId": "../../x"}',
    '{"assetId": "x\\n"}',
    '{"assetId": "\\ud800"}',
    f'{{"assetId": {ASSET}, "more": 1}}',
    f'{{"assetId": {ASSET}, "title": "\\udfff"}}',
    f'{{"assetId": {ASSET}, "title": "{"x" * 201}"}}',
    f'{{"assetId": {ASSET}, "look": "Aurora"}}',
    f'{{"assetId": {ASSET}, "shape": "v"}}',
    f'{{"assetId": {ASSET}, "brand": "#FF7A00"}}',
    f'{{"assetId": {ASSET}, "brand": "#ff7a00\\n"}}',
    f'{{"assetId": {ASSET}, "recipe": null}}',
    f'{{"assetId": {ASSET}, "recipe": {{"clips": []}}}}',
    f'{{"assetId": {ASSET}, "recipe": {{"clips": [{{}}]}}}}',
    f'{{"assetId": {ASSET}, "recipe": {{"clips": [{{"startS": "0", "endS": 9}}]}}}}',
    f'{{"assetId": {ASSET}, "recipe": {{"clips": [{{"startS": false, "endS": 9}}]}}}}',
    f'{{"assetId": {ASSET}, "recipe": {{"clips": [{{"startS": 0, "endS": 1e999}}]}}}}',
    f'{{"assetId": {ASSET}, "recipe": {{"clips": [{{"startS": -1e-9, "endS": 9}}]}}}}',
    f'{{"assetId": {ASSET}, "recipe": {{"clips": [{{"startS": 0, "endS": {"9" * 400}}}]}}}}',
    f'{{"assetId": {ASSET}, "recipe": {{"levelLufs": -5}}}}',
    f'{{"assetId": {ASSET}, "recipe": {{"clean": true}}}}',
)


@pytest.fixture
async def program(store: Store, storage: LocalStorage) -> AsyncIterator[Program]:
    key = await furnished(store, storage)
    async with api_of(store, storage) as session:
        yield Program(session, key)


@pytest.mark.parametrize("operation", ["render", "ingest", "upload", "preview"])
async def test_what_is_no_json_object_is_refused(program: Program, operation: str) -> None:
    for text in NO_JSON:
        answer = await program.ask(operation, data=text.encode())
        assert (answer.status, answer.code) == (400, "bad_json"), text[:40]


async def test_what_is_no_text_is_refused(program: Program) -> None:
    for data in (b"\xff\xfe{}", b'{"assetId": "\xff"}', b"\x00", b"\x80" * 100):
        answer = await program.ask("render", data=data)
        assert (answer.status, answer.code) == (400, "bad_json")


async def test_values_of_a_wrong_kind_are_refused_by_name(program: Program) -> None:
    for text in WRONG:
        answer = await program.ask("render", data=text.encode())
        assert (answer.status, answer.code) == (400, "bad_request"), text
    assert answer.body["error"]["message"] == "recipe.clean must be string."


@pytest.mark.parametrize(
    "body",
    [
        {"url": "https://example.com/a.mp3", "uploadKey": examples.UPLOAD_KEY},
        {"url": "https://example.com/" + "a" * 2048},
        {"uploadKey": 1},
        {},
        {"title": "nothing else"},
    ],
)
async def test_a_recording_is_brought_in_from_one_place(
    program: Program, body: dict[str, Any]
) -> None:
    answer = await program.ask("ingest", body=body)
    assert (answer.status, answer.code) == (400, "bad_request")


async def test_an_upload_without_a_name_is_none(program: Program) -> None:
    for key in ("", " ", "uploads/", "assets/x/original.ogg"):
        answer = await program.ask("ingest", body={"uploadKey": key})
        assert (answer.status, answer.code) == (404, "not_found")


async def test_odd_words_are_words(program: Program, store: Store) -> None:
    for words in ODD:
        wish = {"assetId": examples.ASSET, "title": words[:200], "subtitle": words[:200]}
        answer = await program.ask("render", body=wish)
        assert answer.status in (202, 429), words
    answer = await program.ask("ingest", body={"url": "https://x.example/a", "title": ODD[1]})
    assert answer.status == 202
    for project in await store.belongings.cards(2, examples.INGEST_JOB):
        assert project.edit is not None
        assert "\u202e" not in project.edit.title
        assert len(project.edit.title) <= 48


async def test_odd_names_find_nothing(program: Program) -> None:
    for odd in ("%00", "%FF", "..", "%2e%2e%2f", "a" * 2000, "%F0%9F%91%8D", "'--", "{job}", "A"):
        for path in (f"/api/audio/jobs/{odd}", f"/api/audio/assets/{odd}/stream"):
            answer = await program.send("GET", path)
            assert answer.status == 404, path
    for odd in ("%00", "%FF", "../signing.key", "uploads/../x", "renders/", "a/b" * 50):
        answer = await program.send("GET", f"/api/storage/download?key={odd}")
        assert answer.status == 404, odd
    for odd in ("0", "101", "-1", "1.5", "", "x", "9" * 30, "%F0%9F%91%8D", "1%00"):
        answer = await program.send("GET", f"/api/render?limit={odd}")
        assert (answer.status, answer.code) == (400, "bad_request"), odd


async def test_times_are_kept_to_the_millisecond(program: Program, store: Store) -> None:
    clip = {"startS": 1.00049, "endS": 9.9999, "volume": 0.333, "fadeInS": 0.0004}
    body = {"assetId": examples.ASSET, "recipe": {"clips": [clip]}}
    answer = await program.ask("render", body=body)
    job = await store.jobs.get(answer.body["jobId"])
    assert job is not None
    assert job.kind is JobKind.RENDER
    (kept,) = RenderWork.from_json(job.input).edit.recipe.clips
    assert (kept.start_s, kept.end_s, kept.volume, kept.fade_in_s) == (1.0, 10.0, 0.33, 0.0)
    assert (await program.ask("render", body=body)).body == answer.body


async def test_a_slow_sender_holds_nobody_up(store: Store, storage: LocalStorage) -> None:
    key = await furnished(store, storage)
    stop = asyncio.Event()

    async def silence() -> AsyncIterator[bytes]:
        yield b"{"
        await stop.wait()

    async with api_of(store, storage) as session, asyncio.TaskGroup() as group:
        program = Program(session, key)
        slow = [
            group.create_task(program.send("POST", "/api/render", data=silence()))
            for _ in range(50)
        ]
        async with asyncio.timeout(10):
            assert (await program.ask("assets")).status == 200
        assert not any(task.done() for task in slow)
        stop.set()


def test_a_schema_and_what_fits_it_agree() -> None:
    assert problem({"startS": 1, "endS": 2.0, "volume": 0}, CLIP) == ""
    assert problem({"startS": 1}, CLIP) == "endS is missing."
    recipe = COMPONENTS["Recipe"]
    assert problem({"levelLufs": None}, recipe) == ""
    assert problem({"clips": [{"startS": 0, "endS": True}]}, recipe) == (
        "clips[0].endS must be number."
    )
    assert problem({"clips": [{"startS": 0, "endS": 1}] * 51}, recipe) == (
        "clips must hold at most 50."
    )
    assert problem([], recipe) == "The body must be object."
    assert problem({"job": 1}, recipe).startswith("The body may only hold clips, clean,")
