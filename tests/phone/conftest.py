"""A running phone, a real bot library beside it and somebody who holds the phone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from telegram import Bot

from bot.line import PlainRequest
from phone.limits import Limits
from phone.server import Phone, start_phone
from phone.visitor import Visitor
from tests.phone.wire import Wire
from tests.planted import BOT_TOKEN


def bot_of(phone: Phone, token: str = "") -> Bot:
    """The bot library's own client for that phone, which reads no certificates of its own."""
    return Bot(
        token or phone.token,
        base_url=f"{phone.url}/bot",
        base_file_url=f"{phone.url}/file/bot",
        request=PlainRequest(),
        get_updates_request=PlainRequest(),
    )


@pytest.fixture
def limits() -> Limits:
    """Telegram's, except that nothing is a flood: the tests of floods bring their own."""
    return Limits(chat_burst=10_000, overall_burst=10_000, group_per_min=10_000)


@pytest.fixture
async def phone(tmp_path: Path, limits: Limits) -> AsyncIterator[Phone]:
    running = await start_phone(tmp_path / "phone", token=BOT_TOKEN, limits=limits)
    yield running
    await running.stop()


@pytest.fixture
async def bot(phone: Phone) -> AsyncIterator[Bot]:
    async with bot_of(phone) as made:
        yield made


@pytest.fixture
async def visitor(phone: Phone) -> AsyncIterator[Visitor]:
    """Somebody who has started the bot."""
    async with Visitor(phone.url) as made:
        await made.start()
        yield made


@pytest.fixture
async def wire(phone: Phone) -> AsyncIterator[Wire]:
    async with aiohttp.ClientSession(trust_env=False) as session:
        yield Wire(session, phone)
