"""With Telegram's own limits and the pace the bot really keeps, nobody is ever told to wait."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.pace import Spacing
from jobs.model import JobKind, Person, Role, Stage
from jobs.opening import Store
from phone.limits import Limits
from phone.samples import SAMPLES
from phone.server import Phone
from phone.visitor import Visitor
from storage.local import LocalStorage
from tests.bot.life import Hands, living, settings_for

PEOPLE = 3
RECORDINGS = 2
RESULT_S = 5.0  # from a job's end to the chat


@pytest.fixture
def limits() -> Limits:
    return Limits()


async def test_busy_chats_are_never_flooded(
    phone: Phone, store: Store, storage: LocalStorage, tmp_path: Path
) -> None:
    hands = Hands(store, storage)
    settings = settings_for(phone, tmp_path)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(living(settings, store, storage, spacing=Spacing()))
        visitors = [await member(stack, phone, store, 9000 + who) for who in range(PEOPLE)]
        for visitor in visitors * RECORDINGS:
            await visitor.send_document(SAMPLES["music"].path)
        for _ in range(PEOPLE * RECORDINGS):
            await make_slowly(hands, JobKind.INGEST)
        ended = time.time()
        for visitor in visitors:
            await ready(visitor)
        assert time.time() - ended < RECORDINGS * RESULT_S
    journal = phone.api.journal.after(0)
    assert [call for call in journal if call["code"] == 429] == []


async def member(stack: AsyncExitStack, phone: Phone, store: Store, user_id: int) -> Visitor:
    role = Role.GUEST
    await store.people.put(Person(id=user_id, name="Kim", language="en", role=role))
    return await stack.enter_async_context(Visitor(phone.url, user_id=user_id, name="Kim"))


async def make_slowly(hands: Hands, kind: JobKind) -> None:
    """A job whose progress is told far more often than a chat may be spoken to."""
    job = await hands.claim(kind)
    for percent in range(0, 100, 10):
        await hands.tell(job, Stage.FETCHING, percent)
        await asyncio.sleep(0.05)
    await hands.finish(job)


async def ready(visitor: Visitor) -> None:
    """All recordings have their buttons."""

    async with asyncio.timeout(30.0):
        while True:
            messages = await visitor.messages()
            if sum(message.key("Make video") is not None for message in messages) == RECORDINGS:
                return
            await visitor.wait_for(lambda _: True, 5.0, after=await visitor.now())
