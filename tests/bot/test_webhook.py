"""Webhook mode: only Telegram's updates are taken, and only committed ones are answered."""

from __future__ import annotations

import dataclasses
import io
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.web.telegram import webhook_secret
from jobs.model import Person, Role
from jobs.opening import Store
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.server import Phone
from phone.visitor import Visitor
from settings import Settings, UpdatesMode
from storage.local import LocalStorage
from tests.bot.life import SECRET, living, settings_for
from tests.bot.test_reading import has_ingests, ingests, voice
from tests.worker.shop import Watched, until

HEADER = "X-Telegram-Bot-Api-Secret-Token"
GOOD = {HEADER: webhook_secret(SECRET.encode())}


@pytest.fixture
def settings(phone: Phone, tmp_path: Path) -> Settings:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return settings_for(
        phone,
        tmp_path,
        port=port,
        public_url=f"http://127.0.0.1:{port}",
        telegram_updates=UpdatesMode.WEBHOOK,
    )


@pytest.fixture
async def session(
    settings: Settings, store: Store, storage: LocalStorage, phone: Phone
) -> AsyncIterator[aiohttp.ClientSession]:
    """Somebody on the internet, while the bot is at work."""
    owner = Person(id=PAGE_USER_ID, name=PAGE_USER_NAME, language="en", role=Role.OWNER)
    await store.people.put(owner)
    async with (
        living(settings, store, storage),
        aiohttp.ClientSession(settings.public_url, trust_env=False) as made,
    ):
        await until(lambda: "setWebhook" in [call["method"] for call in phone.api.journal.after(0)])
        yield made


async def test_updates_come_through_the_webhook(
    session: aiohttp.ClientSession, phone: Phone, store: Store
) -> None:
    async with Visitor(phone.url) as visitor:
        await visitor.send_sample("speech")
        await visitor.wait_for(lambda message: "Listening" in message.text)
    assert await ingests(store) == 1


async def test_an_update_delivered_again_counts_once(
    session: aiohttp.ClientSession, store: Store
) -> None:
    for _ in range(5):
        async with session.post("/telegram", json=voice(900), headers=GOOD) as answer:
            assert answer.status == 200
    assert await ingests(store) == 1


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "wrong",
        GOOD[HEADER][:-1],
        GOOD[HEADER] + "0",
        GOOD[HEADER].upper(),
        SECRET.replace(" ", "-"),
        "\u00e4" * 64,
    ],
)
async def test_a_forged_update_is_not_taken(
    session: aiohttp.ClientSession, store: Store, secret: str
) -> None:
    async with session.post("/telegram", json=voice(900), headers={HEADER: secret}) as answer:
        assert answer.status == 401
        assert "900" not in await answer.text()
    async with session.post("/telegram", json=voice(900)) as answer:
        assert answer.status == 401
    assert await ingests(store) == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"update_id": "7"}',
        b'{"update_id": 7, "update_id": 8}',
        b'{"update_id": 7, "message": NaN}',
        b"\xff\xfe",
        b"[" * 100_000,
        json.dumps({"update_id": True}).encode(),
        json.dumps({"update_id": 2**64}).encode(),
    ],
)
async def test_what_is_no_update_is_refused(session: aiohttp.ClientSession, body: bytes) -> None:
    async with session.post("/telegram", data=body, headers=GOOD) as answer:
        assert answer.status == 400


async def test_a_huge_body_is_refused(session: aiohttp.ClientSession) -> None:
    async with session.post("/telegram", data=io.BytesIO(b" " * 2_000_000), headers=GOOD) as answer:
        assert answer.status == 413


async def test_an_update_is_not_confirmed_while_the_store_is_away(
    session: aiohttp.ClientSession, store: Store, database: Watched
) -> None:
    database.is_away = True
    async with session.post("/telegram", json=voice(900), headers=GOOD) as answer:
        assert answer.status == 503
        assert answer.headers["Retry-After"]
    database.is_away = False
    async with session.post("/telegram", json=voice(900), headers=GOOD) as answer:
        assert answer.status == 200
    await until(has_ingests(store, 1))


async def test_a_bot_that_polls_has_no_such_door(
    settings: Settings, store: Store, storage: LocalStorage, phone: Phone, tmp_path: Path
) -> None:
    polling = settings_for(phone, tmp_path, port=settings.port)
    async with (
        living(polling, store, storage),
        aiohttp.ClientSession(settings.public_url, trust_env=False) as session,
    ):
        await until(
            lambda: "deleteWebhook" in [call["method"] for call in phone.api.journal.after(0)]
        )
        async with session.post("/telegram", json=voice(900), headers=GOOD) as answer:
            assert answer.status == 404


async def test_nothing_is_taken_before_the_bot_knows_itself(
    settings: Settings, store: Store, storage: LocalStorage, phone: Phone
) -> None:
    await phone.stop()
    async with (
        living(settings, store, storage),
        aiohttp.ClientSession(settings.public_url, trust_env=False) as session,
    ):
        await until(lambda: is_up(session))
        async with session.post("/telegram", json=voice(900), headers=GOOD) as answer:
            assert answer.status == 503


async def test_a_webhook_telegram_refuses_is_told_with_the_way_out(
    settings: Settings, store: Store, storage: LocalStorage, phone: Phone
) -> None:
    plain = dataclasses.replace(settings, public_url="http://reel.example")
    async with (
        living(plain, store, storage) as announced,
        aiohttp.ClientSession(settings.public_url, trust_env=False) as session,
    ):
        await until(lambda: bool(announced))
        assert "an https url must be provided" in announced[0]
        assert "PUBLIC_URL" in announced[0]
        async with session.get("/ready") as answer:
            assert answer.status == 503
            (trouble,) = (await answer.json())["troubles"]
    assert "an https url must be provided" in trouble
    assert [call["method"] for call in phone.api.journal.after(0)].count("setWebhook") == 1


async def test_a_bot_that_is_at_work_says_so(session: aiohttp.ClientSession) -> None:
    await until(lambda: is_ready(session))


async def is_ready(session: aiohttp.ClientSession) -> bool:
    async with session.get("/ready") as answer:
        return answer.status == 200


async def is_up(session: aiohttp.ClientSession) -> bool:
    try:
        async with session.get("/health") as answer:
            return answer.status == 200
    except aiohttp.ClientConnectorError:
        return False
