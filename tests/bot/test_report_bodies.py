"""Bodies of reports that are too large, too slow, compressed, broken, or not what they seem."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.web.bodies import MAX_BODY_BYTES
from bot.web.server import serving
from bot.web.webhook import Reports
from jobs.model import JobStatus
from jobs.opening import Store
from modal_render.dispatch import ending_to_json
from storage.local import LocalStorage
from tests.bot.reporting import Renderer, head, raw
from tests.jobs.samples import send_away, the_job
from tests.worker.faraway import KEY, made, store_video

BODY_S = 0.3
GOOD = ending_to_json(made("video"))


@pytest.fixture
async def port(store: Store, storage: LocalStorage) -> AsyncIterator[int]:
    async with serving(
        "127.0.0.1", 0, Reports(store.jobs, storage, KEY, body_s=BODY_S).routes()
    ) as bound:
        yield bound


@pytest.fixture
async def renderer(port: int, store: Store, storage: LocalStorage) -> AsyncIterator[Renderer]:
    await send_away(store)
    await store_video(storage, "video")
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", trust_env=False) as session:
        yield Renderer(session)


async def in_pieces(body: bytes, size: int = 1000) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


async def test_a_body_of_64_kb_is_taken_and_one_byte_more_is_not(renderer: Renderer) -> None:
    text = json.dumps(GOOD)
    whole = text + " " * (MAX_BODY_BYTES - len(text))
    assert (await renderer.post(data=whole + " ")).status == 413
    assert (await renderer.post(data=in_pieces((whole + " ").encode()))).status == 413
    assert (await renderer.post(data=in_pieces(whole.encode()))).outcome == "recorded"


@pytest.mark.alone
async def test_a_body_said_to_be_too_large_is_not_waited_for(port: int, renderer: Renderer) -> None:
    begun = time.monotonic()
    lines = head(renderer.bearer, f"Content-Length: {MAX_BODY_BYTES + 1}")
    assert await raw(port, lines) == "HTTP/1.1 413 Request Entity Too Large"
    assert time.monotonic() - begun < BODY_S


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "GZip", "gzip, gzip"])
async def test_a_compressed_body_is_not_taken(
    renderer: Renderer, store: Store, coding: str
) -> None:
    bomb = gzip.compress(b" " * 20_000_000)
    assert len(bomb) < MAX_BODY_BYTES
    for body in (bomb, gzip.compress(json.dumps(GOOD).encode())):
        answer = await renderer.post(data=body, headers={"Content-Encoding": coding})
        assert answer.status == 413
    assert (await the_job(store, "video")).status is JobStatus.DISPATCHED


@pytest.mark.parametrize("more", [["Content-Length: 100"], ["Transfer-Encoding: chunked"]])
async def test_a_body_that_does_not_come_is_waited_for_only_so_long(
    port: int, renderer: Renderer, more: list[str]
) -> None:
    begun = time.monotonic()
    assert await raw(port, head(renderer.bearer, *more)) == "HTTP/1.1 408 Request Timeout"
    assert BODY_S <= time.monotonic() - begun < 5


async def test_a_body_that_drips_is_waited_for_only_so_long(port: int, renderer: Renderer) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = head(renderer.bearer, "Content-Length: 60000")
    writer.write("\r\n".join([*lines, "", ""]).encode())
    dripping = asyncio.create_task(drip(writer))
    async with asyncio.timeout(5):
        assert await reader.readuntil(b"\r\n") == b"HTTP/1.1 408 Request Timeout\r\n"
    dripping.cancel()
    writer.close()


async def drip(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b" ")
        await asyncio.sleep(0.02)


@pytest.mark.alone
async def test_without_a_token_no_body_is_waited_for(port: int, renderer: Renderer) -> None:
    begun = time.monotonic()
    for more in (["Content-Length: 100"], ["Transfer-Encoding: chunked"]):
        assert await raw(port, head("Bearer forged", *more)) == "HTTP/1.1 401 Unauthorized"
    assert time.monotonic() - begun < BODY_S


@pytest.mark.parametrize("body", [b"zz\r\nnot a chunk\r\n", b"5\r\nabcdefgh\r\n0\r\n\r\n"])
async def test_chunks_that_are_none_are_refused(port: int, renderer: Renderer, body: bytes) -> None:
    lines = head(renderer.bearer, "Transfer-Encoding: chunked")
    assert (await raw(port, lines, body)).endswith(" 400 Bad Request")


async def test_a_renderer_that_hangs_up_is_no_error_of_ours(
    port: int, renderer: Renderer, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        lines = head(renderer.bearer, "Content-Length: 100")
        writer.write("\r\n".join([*lines, "", "{"]).encode())
        await writer.drain()
        await asyncio.sleep(0.02)
        writer.transport.abort()
    assert (await renderer.tell(50)).status == 200
    assert [line for line in caplog.records if line.levelno >= logging.WARNING] == []


WRONG = [
    b"",
    b"null",
    b"[]",
    b'"text"',
    b"{}",
    b"\xff\xfe\x00",
    b"\x00" * 100,
    b"{" * 30_000,
    b"[" * 60_000,
    b'{"a":' * 10_000,
    b'{"status": "complete"}',
    json.dumps({**GOOD, "status": "done"}).encode(),
    json.dumps({**GOOD, "jobId": 5}).encode(),
    json.dumps({**GOOD, "attempt": "1"}).encode(),
    json.dumps({**GOOD, "attempt": True}).encode(),
    json.dumps({**GOOD, "attempt": 1.0}).encode(),
    json.dumps({**GOOD, "result": None}).encode(),
    json.dumps({**GOOD, "result": {**GOOD["result"], "frames": float("nan")}}).encode(),
    json.dumps({**GOOD, "result": {**GOOD["result"], "frames": -1}}).encode(),
    json.dumps({**GOOD, "result": {**GOOD["result"], "duration_s": 1e300}}).encode(),
    json.dumps({**GOOD, "result": {**GOOD["result"], "more": 1}}).encode(),
    json.dumps(GOOD).replace('"duration_s": 1.0', '"duration_s": 1e999').encode(),
    json.dumps(GOOD).replace('"frames": 10', '"frames": ' + "9" * 5000).encode(),
    json.dumps(GOOD).replace('"frames": 10', '"frames": Infinity').encode(),
    json.dumps(GOOD)[:-1].encode() + b', "attempt": 1}',
    json.dumps(GOOD).replace('"frames": 10', '"frames": 10, "frames": 11').encode(),
    json.dumps(GOOD).encode() + b"{}",
    json.dumps({"jobId": "video", "attempt": 1, "status": "failed"}).encode(),
    json.dumps({"jobId": "video", "attempt": 1, "status": "failed", "error": "no"}).encode(),
]


@pytest.mark.parametrize("body", WRONG)
async def test_what_is_no_report_is_refused(renderer: Renderer, store: Store, body: bytes) -> None:
    before = await the_job(store, "video")
    answer = await renderer.post(data=body)
    assert answer.status == 400
    assert set(answer.body["error"]) == {"code", "message"}
    assert await the_job(store, "video") == before


@pytest.mark.parametrize("progress", ["50", None, True, -1, [50], float("nan"), 10**12])
async def test_progress_that_is_no_number_is_refused(
    renderer: Renderer, store: Store, progress: object
) -> None:
    assert (await renderer.tell(progress)).status == 400
    assert (await the_job(store, "video")).progress == 30


@pytest.mark.parametrize("stage", ["", "dancing", "DRAWING", None, 5, ["drawing"]])
async def test_a_stage_there_is_not_is_refused(renderer: Renderer, stage: object) -> None:
    assert (await renderer.tell(50, stage)).status == 400  # type: ignore[arg-type]
