"""What comes in over the wire and is no HTTP."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from aiohttp import web

from bot.web.server import serving
from jobs.opening import Store
from storage.local import LocalStorage
from tests.bot.api_world import api_of

NO_HTTP = (
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"BREW /api/render HTTP/1.1\r\n\r\n",
    b"GET /api/render\r\n\r\n",
    b"GET /api/render HTTP/9.9\r\n\r\n",
    b"GET /api/render HTTP/1.1\r\nHost: x\r\nX: \x00\r\n\r\n",
    b"GET /api/render HTTP/1.1\r\nX y: z\r\n\r\n",
    b"GET " + b"/x" * 10_000 + b" HTTP/1.1\r\n\r\n",
    b"POST /api/render HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    b"POST /api/render HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    b"POST /api/render HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET http://[/ HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /api/%zz%00 HTTP/1.1\r\nHost: x\r\n\r\n",
)


async def answer_to(port: int, sent: bytes) -> bytes:
    """The first line of what comes back; empty when the line is only cut."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(sent)
        writer.write_eof()
        async with asyncio.timeout(10):
            return await reader.readline()
    finally:
        writer.close()


async def test_what_is_no_http_is_refused_without_a_word_in_the_log(
    store: Store, storage: LocalStorage, caplog: pytest.LogCaptureFixture
) -> None:
    async with api_of(store, storage) as session:
        async with session.get("/api/openapi.json") as answer:
            assert answer.url.port is not None
            port = answer.url.port
        for sent in NO_HTTP:
            said = await answer_to(port, sent)
            assert said == b"" or said.split()[1] in (b"400", b"401", b"404", b"505"), sent
        async with session.get("/api/openapi.json") as answer:
            assert answer.status == 200
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
    assert "Traceback" not in caplog.text


async def test_a_fault_of_ours_is_still_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def broken(_: web.Request) -> web.Response:
        raise RuntimeError("nobody foresaw this")

    async with (
        serving("127.0.0.1", 0, [web.get("/broken", broken)]) as port,
        aiohttp.ClientSession(trust_env=False) as session,
        session.get(f"http://127.0.0.1:{port}/broken") as answer,
    ):
        assert answer.status == 500
        assert "foresaw" not in await answer.text()
    assert "nobody foresaw this" in caplog.text
