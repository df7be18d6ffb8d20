"""Files from Telegram's side of the wire: a small server that answers as a Bot API does."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from jobs import errors
from pipelines.link import Download, Limits
from pipelines.telegram import fetch_telegram
from settings import Settings

TOKEN = "123456:AAtestSECRETtoken"
BODY = b"voice" * 1000


class Telegram:
    """`answer` is what getFile says next; a file may stop in the middle, or come in drips."""

    def __init__(self) -> None:
        self.answer: object = {"ok": True, "result": {"file_path": "voice/file_1.oga"}}
        self.status = 200
        self.broken = False
        self.drips = False
        self.ponders_s = 0.0
        self.asked: list[str] = []
        app = web.Application()
        app.router.add_post("/bot{token}/getFile", self._get_file)
        app.router.add_get("/file/bot{token}/{path:.*}", self._file)
        self.server = TestServer(app)

    @property
    def settings(self) -> Settings:
        url = f"http://127.0.0.1:{self.server.port}"
        return Settings(telegram_bot_token=TOKEN, telegram_api_url=url)

    async def _get_file(self, request: web.Request) -> web.StreamResponse:
        assert request.match_info["token"] == TOKEN
        self.asked.append((await request.json())["file_id"])
        await asyncio.sleep(self.ponders_s)
        return web.json_response(self.answer, status=self.status)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["path"] != "voice/file_1.oga":
            raise web.HTTPNotFound
        if not self.broken and not self.drips:
            return web.Response(body=BODY)
        response = web.StreamResponse(headers={"Content-Length": "100000"})
        await response.prepare(request)
        await response.write(BODY)
        while self.drips:
            await asyncio.sleep(0.05)
            await response.write(b"x")
        assert request.transport is not None
        request.transport.close()
        return response


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    made = Telegram()
    await made.server.start_server()
    yield made
    await made.server.close()


async def fetched(
    settings: Settings,
    folder: Path,
    max_bytes: int = 1_000_000,
    patience_s: float = 10.0,
    read_s: float = 10.0,
) -> bytes:
    download = Download(
        path=folder / "source",
        limits=Limits(max_bytes=max_bytes, total_s=10.0, patience_s=patience_s, read_s=read_s),
        on_bytes=lambda so_far, of: None,
    )
    await fetch_telegram(settings, "the-file-id", download)
    return download.path.read_bytes()


def refusing(code: int, description: str) -> dict[str, object]:
    return {"ok": False, "error_code": code, "description": description}


async def test_a_file_is_fetched_by_its_id(telegram: Telegram, tmp_path: Path) -> None:
    assert await fetched(telegram.settings, tmp_path) == BODY
    assert telegram.asked == ["the-file-id"]


ANSWERS: list[tuple[object, type[errors.JobError]]] = [
    (refusing(400, "Bad Request: file is too big"), errors.SourceTooLarge),
    (refusing(400, "Bad Request: wrong file_id or the file is temporarily unavailable"),
     errors.TelegramAway),
    (refusing(400, "Bad Request: invalid file_id"), errors.SourceGone),
    (refusing(400, "Bad Request: wrong file id"), errors.SourceGone),
    (refusing(401, "Unauthorized"), errors.TelegramAway),
    (refusing(404, "Not Found"), errors.TelegramAway),
    (refusing(429, "Too Many Requests: retry after 30"), errors.TelegramAway),
    (refusing(502, "Bad Gateway"), errors.TelegramAway),
    ({"ok": True, "result": {"file_path": "voice/other.oga"}}, errors.SourceGone),
    ({"ok": True, "result": {}}, errors.SourceGone),
    ({"ok": True, "result": {"file_path": "voice/file_1.oga", "file_size": 2_000_000}},
     errors.SourceTooLarge),
    ([], errors.TelegramAway),
    ("nonsense", errors.TelegramAway),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "refusal"), ANSWERS)
async def test_what_telegram_refuses_is_told_apart(
    telegram: Telegram, tmp_path: Path, answer: object, refusal: type[errors.JobError]
) -> None:
    telegram.answer = answer
    with pytest.raises(refusal):
        await fetched(telegram.settings, tmp_path)


async def test_more_bytes_than_allowed_are_not_taken(telegram: Telegram, tmp_path: Path) -> None:
    with pytest.raises(errors.SourceTooLarge):
        await fetched(telegram.settings, tmp_path, max_bytes=100)


async def test_a_file_that_comes_in_drips_may_come_faster_later(
    telegram: Telegram, tmp_path: Path
) -> None:
    telegram.drips = True
    with pytest.raises(errors.TelegramAway):
        await fetched(telegram.settings, tmp_path, patience_s=0.5)
    telegram.drips = False


async def test_the_token_is_in_no_error(telegram: Telegram, tmp_path: Path) -> None:
    gone = replace(telegram.settings, telegram_api_url="http://127.0.0.1:1")
    nowhere = replace(telegram.settings, telegram_api_url="http://nowhere.invalid")
    telegram.broken = True
    for settings in (telegram.settings, gone, nowhere):
        with pytest.raises(errors.TelegramAway) as refused:
            await fetched(settings, tmp_path)
        assert TOKEN not in "".join(traceback.format_exception(refused.value))
        assert "SECRET" not in str(refused.value)
