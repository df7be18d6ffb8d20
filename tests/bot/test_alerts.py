"""A whole bot tells its owner what needs them, once, whatever happens in between."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram import Bot

from bot.actions import Actions
from bot.lateness import PUT_OFF_S, QUIET_S, Lateness
from bot.pace import Pace
from bot.web.health import OLDEST_OUTBOX_S, Condition
from bot.webhook_watch import WebhookWatch
from conversations import words
from conversations.model import View, view_to_json
from jobs.alerts import CALM_S, Cause
from jobs.model import Changes, Notice, Person, Role
from jobs.opening import Store
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.server import Phone
from phone.visitor import Visitor
from settings import Settings
from storage import keys
from storage.adapter import StorageRefused
from storage.local import LocalStorage
from tests.bot.life import living, settings_for
from tests.worker.shop import until

BEGUN = words.alerts.BEGUN[Cause.DISK_FULL].de.partition("{")[0]
HELLO = words.commands.DESCRIPTION.de.split("\n")[0]
OVER = words.alerts.OVER[Cause.DISK_FULL].de


@pytest.fixture
def settings(phone: Phone, tmp_path: Path) -> Settings:
    return settings_for(phone, tmp_path)


@pytest.fixture
async def owner(store: Store, phone: Phone) -> AsyncIterator[Visitor]:
    await store.people.put(
        Person(
            id=PAGE_USER_ID,
            name=PAGE_USER_NAME,
            language="en",
            role=Role.OWNER,
            chosen_language="de",
        )
    )
    async with Visitor(phone.url) as visitor:
        await visitor.start()  # nobody is written to who never wrote
        yield visitor


async def _alerts(owner: Visitor) -> list[str]:
    """What the owner was told, without the greeting."""
    told = [message.text for message in await owner.messages() if message.from_bot]
    return [text for text in told if not text.startswith(HELLO)]


async def test_the_owner_is_told_once_over_restarts_and_once_that_it_is_over(
    owner: Visitor, settings: Settings, store: Store, storage: LocalStorage
) -> None:
    async with living(settings, store, storage):
        await store.alerts.note(Cause.DISK_FULL, is_so=True)
        await owner.wait_for(lambda message: message.text.startswith(BEGUN))
    async with living(settings, store, storage):
        await store.alerts.note(Cause.DISK_FULL, is_so=True)
        await store.alerts.note(Cause.DISK_FULL, is_so=False)
        await _skip(store, CALM_S)
        await owner.wait_for(lambda message: message.text == OVER)
    told = await _alerts(owner)
    assert [text.startswith(BEGUN) for text in told] == [True, False]


async def _skip(store: Store, seconds: float) -> None:
    """As if so much time had passed for what waits."""
    await store.database.execute(
        "UPDATE outbox SET not_before = not_before - :seconds WHERE kind = 'alert'",
        {"seconds": seconds},
    )
    store.bells.outbox.ring()


async def test_another_poller_is_noted_until_it_is_gone(
    owner: Visitor, settings: Settings, store: Store, storage: LocalStorage
) -> None:
    conflict = "Conflict: terminated by other getUpdates request"
    await owner.add_fault("getUpdates", "refuse", times=1, code=409, description=conflict)
    async with living(settings, store, storage):
        await until(lambda: _is(store, Cause.UPDATES_TAKEN))
    assert await _alerts(owner) == [], "a new version begins before the old one has ended"


async def test_a_webhook_that_leads_elsewhere_is_noted_until_it_is_ours_again(
    store: Store, bot: Bot, owner: Visitor
) -> None:
    ours, theirs = "https://reel.example/telegram", "https://other.example/telegram"
    watch = WebhookWatch(bot, store.alerts, ours)
    for url, is_taken in ((ours, False), (theirs, True), (ours, False)):
        await bot.set_webhook(url)
        await watch.look()
        assert await _is(store, Cause.UPDATES_TAKEN) is is_taken
    await bot.delete_webhook()
    await owner.add_fault("getWebhookInfo", "refuse", code=502, description="Bad Gateway")
    await watch.look()
    assert await _is(store), "nobody knows"
    await watch.look()
    assert await _is(store, Cause.UPDATES_TAKEN)


async def _is(store: Store, *causes: Cause) -> bool:
    return await store.alerts.current() == sorted(causes)


class Barred(LocalStorage):
    """Storage that lets nobody in."""

    async def get_stream(
        self, key: str, *, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        raise StorageRefused("AccessDenied")
        yield b""


async def test_a_storage_that_refuses_the_sender_is_told(
    owner: Visitor, settings: Settings, store: Store, tmp_path: Path
) -> None:
    barred = Barred(tmp_path / "barred", secret=b"s" * 32, link_base="")
    picture = View(text="look", picture_key=keys.card("a-1", "0011223344556677"))
    await store.projects.accept(None, _notices(picture))
    refused = words.alerts.BEGUN[Cause.STORAGE_REFUSED].de.partition("{")[0]
    async with living(settings, store, barred):
        await owner.wait_for(lambda message: message.text.startswith(refused), timeout_s=20.0)


def _notices(view: View) -> Changes:
    return Changes(notices=(Notice(chat_id=PAGE_USER_ID, view=view_to_json(view)),))


class Watch:
    """Somebody who looks how long messages wait, and a clock that tests move."""

    def __init__(self, store: Store, bot: Bot) -> None:
        self.now = 1000.0
        self.condition = Condition(introduced=True)
        self.actions = Actions(bot, Pace())
        self._store = store
        self._lateness = Lateness(
            store.outbox, store.alerts, self.condition, self.actions, clock=lambda: self.now
        )

    async def finds_late(self) -> bool:
        await self._lateness.look()
        return await _is(self._store, Cause.OUTBOX_LATE)


@pytest.fixture
async def watch(store: Store, bot: Bot) -> Watch:
    """A message has waited for a little longer than any should."""
    await store.projects.accept(None, _notices(View(text="late")))
    await store.database.execute(
        "UPDATE outbox SET since = since - :late_s", {"late_s": OLDEST_OUTBOX_S + 1}
    )
    return Watch(store, bot)


async def test_messages_that_wait_for_us_are_noted_until_they_are_sent(
    watch: Watch, store: Store
) -> None:
    assert await watch.finds_late()
    await store.database.execute("UPDATE outbox SET state = 'sent' WHERE kind = 'notice'")
    assert not await watch.finds_late()


async def test_many_messages_that_wait_for_their_turn_are_not(watch: Watch) -> None:
    watch.condition.settled_at = watch.now
    watch.now += QUIET_S
    assert not await watch.finds_late()
    watch.now += 1
    assert await watch.finds_late()


async def test_an_end_that_breaks_again_and_again_is_noted_until_it_does_not(
    watch: Watch, store: Store
) -> None:
    await store.database.execute("UPDATE outbox SET state = 'sent' WHERE kind = 'notice'")
    watch.condition.stuck_at = watch.condition.telegram_failed_at = watch.now
    watch.now += PUT_OFF_S - 1
    assert await watch.finds_late()
    watch.now += 1
    assert not await watch.finds_late()


async def test_messages_that_wait_for_telegram_are_not(watch: Watch) -> None:
    watch.condition.telegram_failed_at = watch.now
    assert not await watch.finds_late()
    with watch.actions.uploading(1):
        watch.now += PUT_OFF_S
        assert not await watch.finds_late()
    watch.condition.introduced = False
    assert not await watch.finds_late()
    watch.condition.introduced = True
    assert await watch.finds_late()
