"""A whole bot begins by itself, across a restart, unless it is stopped."""

from __future__ import annotations

import time
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from conversations.autopilot import START_S
from jobs.model import Changes, Habits, JobKind, Person, Role
from jobs.opening import Store
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.server import Phone
from phone.visitor import ShownMessage, Visitor
from storage.local import LocalStorage
from tests.bot.life import Hands, living, settings_for
from tests.jobs.databases import Clock


class Chat:
    """Somebody with autopilot; the bot can be started and stopped."""

    def __init__(self, phone: Phone, store: Store, storage: LocalStorage, folder: Path) -> None:
        self.visitor = Visitor(phone.url)
        self.hands = Hands(store, storage)
        self.store = store
        self._settings = settings_for(phone, folder)
        self._storage = storage

    def bot(self) -> AbstractAsyncContextManager[list[str]]:
        return living(self._settings, self.store, self._storage)

    async def hear(self, then: str) -> ShownMessage:
        """A recording is heard; its card says that."""
        await self.visitor.send_sample("speech")
        await self.hands.do(JobKind.INGEST, JobKind.LOOK)
        return await self.visitor.wait_for(
            lambda message: message.kind == "photo" and then in message.text
        )


@pytest.fixture
async def chat(phone: Phone, store: Store, storage: LocalStorage, tmp_path: Path) -> Chat:
    await store.people.put(
        Person(id=PAGE_USER_ID, name=PAGE_USER_NAME, language="en", role=Role.OWNER)
    )
    habits = Habits(person_id=PAGE_USER_ID, autopilot=True)
    await store.projects.accept(None, Changes(habits=habits))
    return Chat(phone, store, storage, tmp_path)


async def test_the_wait_survives_a_restart_and_ends_in_a_video(chat: Chat) -> None:
    clock = Clock(chat.store.database)
    clock.now_s = time.time()
    await clock.install()
    async with chat.visitor:
        async with chat.bot():
            card = await chat.hear("Starting in 8 s")
            assert [[key.label for key in row] for row in card.keys] == [["Wait, let me trim"]]
            kinds = [JobKind.SAVE, JobKind.RENDER]
            assert await chat.store.jobs.claim_next_pending("early", kinds, 60.0) is None
        await clock.advance(START_S)
        async with chat.bot():
            await chat.hands.do(JobKind.SAVE, JobKind.RENDER)
            await chat.visitor.wait_for(
                lambda message: message.id == card.id and message.kind == "video"
            )


async def test_one_press_stops_it(chat: Chat) -> None:
    async with chat.visitor, chat.bot():
        card = await chat.hear("Starting in 8 s")
        query = await chat.visitor.press_label(card, "Wait, let me trim")
        assert "I wait" in await chat.visitor.wait_for_toast(query)
        await chat.visitor.wait_for(
            lambda message: message.id == card.id and message.key("Keep all") is not None
        )
        jobs = await chat.store.database.execute(
            "SELECT DISTINCT status FROM jobs WHERE kind IN ('save', 'render')"
        )
        assert [job["status"] for job in jobs] == ["cancelled"]


async def test_a_used_up_quota_costs_the_video_and_not_the_card(chat: Chat) -> None:
    await chat.store.database.execute("UPDATE limits SET value = 0 WHERE name = 'videos_per_day'")
    async with chat.visitor, chat.bot():
        card = await chat.hear("Keeping")
        assert card.key("Make video") is not None
        await chat.visitor.wait_for(lambda message: "today's" in message.text)
