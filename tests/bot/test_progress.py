"""What the outbox owes is sent in order, as often as it may be, whatever Telegram answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram import Bot

from bot.pace import Spacing
from conversations.model import View, view_to_json
from jobs.model import Changes, JobKind, Notice, Person, Role, Stage
from jobs.opening import Store
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.samples import SAMPLES
from phone.server import Phone
from phone.visitor import ShownMessage, Visitor
from settings import Settings
from storage.local import LocalStorage
from tests.bot.life import QUICK, Hands, living, settings_for
from tests.worker.shop import until

GUEST = 7_001_002


@pytest.fixture
def settings(phone: Phone, tmp_path: Path) -> Settings:
    return settings_for(phone, tmp_path)


@pytest.fixture
def hands(store: Store, storage: LocalStorage) -> Hands:
    return Hands(store, storage)


@pytest.fixture
async def owner(store: Store, phone: Phone) -> AsyncIterator[Visitor]:
    await store.people.put(
        Person(id=PAGE_USER_ID, name=PAGE_USER_NAME, language="en", role=Role.OWNER)
    )
    async with Visitor(phone.url) as visitor:
        yield visitor


@pytest.fixture
def spacing() -> Spacing:
    return QUICK


@pytest.fixture
async def alive(
    settings: Settings, store: Store, storage: LocalStorage, spacing: Spacing
) -> AsyncIterator[None]:
    async with living(settings, store, storage, spacing=spacing):
        yield


def is_greeting(message: ShownMessage) -> bool:
    return "Listening" in message.text


def is_card(message: ShownMessage) -> bool:
    return message.key("Make video") is not None


async def from_bot(visitor: Visitor) -> list[ShownMessage]:
    return [message for message in await visitor.messages() if message.from_bot]


async def calls(visitor: Visitor, *names: str) -> list[dict[str, object]]:
    return [call for call in await visitor.journal() if call["method"] in names]


async def states(store: Store, kind: str) -> list[str]:
    rows = await store.database.execute(
        "SELECT state FROM outbox WHERE kind = :kind ORDER BY id", {"kind": kind}
    )
    return [row["state"] for row in rows]


async def test_a_flood_is_waited_out_and_then_the_newest_is_shown(
    owner: Visitor, hands: Hands, alive: None
) -> None:
    await owner.send_sample("speech")
    await owner.wait_for(is_greeting)
    await owner.add_fault("editMessageText", "429", retry_after=2)
    await hands.do(JobKind.INGEST)
    await until(lambda: has_failed(owner, 429))
    await hands.do(JobKind.LOOK)
    await owner.wait_for(lambda message: is_card(message) and message.kind == "photo")
    edits = await calls(owner, "editMessageText", "editMessageMedia", "editMessageCaption")
    assert [call["code"] for call in edits] == [429, 200]
    refused_at, edited_at = (float(str(call["at"])) for call in edits)
    assert edited_at - refused_at >= 2.0


async def test_a_chat_told_to_wait_waits_as_a_whole_and_over_a_restart(
    owner: Visitor, settings: Settings, store: Store, storage: LocalStorage
) -> None:
    await owner.add_fault("sendMessage", "429", retry_after=300)
    async with living(settings, store, storage):
        await store.projects.accept(None, notice("one"))
        await store.projects.accept(None, notice("two"))
        await until(lambda: has_failed(owner, 429))
        await owner.send_sample("speech")
        await until(lambda: greets(store))
        await until(lambda: nothing_is_due(store))
    async with living(settings, store, storage):
        await asyncio.sleep(0.3)
    assert len(await calls(owner, "sendMessage")) == 1
    assert await states(store, "notice") == ["waiting", "waiting"]
    assert await store.outbox.oldest_due_s() is None  # waiting as told is no trouble


async def test_a_deleted_card_comes_back_as_one_new_message(
    owner: Visitor, hands: Hands, bot: Bot, alive: None
) -> None:
    await owner.send_sample("speech")
    greeting = await owner.wait_for(is_greeting)
    await bot.delete_message(PAGE_USER_ID, greeting.id)
    await hands.do(JobKind.INGEST, JobKind.LOOK)
    card = await owner.wait_for(lambda message: is_card(message) and message.kind == "photo")
    assert card.id != greeting.id
    assert [message.id for message in await from_bot(owner)] == [card.id]


async def test_a_chat_that_blocked_us_is_left_alone_until_it_comes_back(
    owner: Visitor, hands: Hands, store: Store, alive: None
) -> None:
    await owner.send_sample("speech")
    await owner.wait_for(is_greeting)
    blocked = "Forbidden: bot was blocked by the user"
    for method in ("editMessageText", "editMessageMedia"):
        await owner.add_fault(method, "refuse", times=50, code=403, description=blocked)
    await hands.do(JobKind.INGEST, JobKind.LOOK)
    await until(lambda: is_blocked(store))
    tried = len(await calls(owner, "editMessageText", "editMessageMedia"))
    await store.projects.accept(None, notice("hello?"))
    await until(lambda: settled(store, "notice"))
    assert await states(store, "notice") == ["undeliverable"]
    assert len(await calls(owner, "editMessageText", "editMessageMedia")) == tried
    await owner.send_document(SAMPLES["music"].path)
    await owner.wait_for(lambda message: is_greeting(message) and message.reply_to > 2)


async def test_a_greeting_nobody_knows_about_is_not_repeated(
    owner: Visitor, hands: Hands, alive: None, store: Store
) -> None:
    await owner.add_fault("sendMessage", "drop")  # it arrives, the answer does not
    await owner.send_sample("speech")
    await owner.wait_for(is_greeting)
    await until(lambda: settled(store, "greeting"))
    await asyncio.sleep(0.2)
    assert len(await from_bot(owner)) == 1
    await hands.do(JobKind.INGEST, JobKind.LOOK)
    await owner.wait_for(is_card)
    assert len(await from_bot(owner)) == 2  # the stale greeting and a card that can be edited


async def test_a_greeting_telegram_will_never_take_is_settled(
    owner: Visitor, hands: Hands, alive: None, store: Store
) -> None:
    await owner.add_fault("sendMessage", "refuse", description="Bad Request: no")
    await owner.send_sample("speech")
    await until(lambda: settled_greeting(store))
    await store.projects.accept(None, notice("behind it"))
    await owner.wait_for(lambda message: message.text == "behind it", timeout_s=1.0)
    await hands.do(JobKind.INGEST, JobKind.LOOK)
    await owner.wait_for(is_card)


async def test_a_card_telegram_will_never_take_waits_for_news(
    owner: Visitor, hands: Hands, phone: Phone, alive: None, store: Store
) -> None:
    await owner.add_fault("sendMessage", "refuse", times=100, description="Bad Request: no")
    await owner.send_sample("speech")
    await until(lambda: settled_greeting(store))
    await hands.do(JobKind.INGEST)
    await until(lambda: settled(store, "final"))
    await until(lambda: refused(owner, 2))
    await until(lambda: card_rests(store))
    tried = len(await calls(owner, "sendMessage"))
    await asyncio.sleep(0.2)
    assert len(await calls(owner, "sendMessage")) == tried
    phone.api.faults.clear()
    await hands.do(JobKind.LOOK)
    await owner.wait_for(is_card)


async def test_a_row_left_in_sending_is_not_sent_again(
    owner: Visitor, hands: Hands, settings: Settings, store: Store, storage: LocalStorage
) -> None:
    await store.projects.accept(None, notice("once"))
    async with living(settings, store, storage):
        await owner.send_sample("speech")
        await owner.wait_for(is_greeting)
    # A bot that died between the send and its record:
    await store.projects.accept(None, notice("twice"))
    left_open = (await store.outbox.due())[-1]
    assert await store.outbox.sending(left_open)
    async with living(settings, store, storage):
        await hands.do(JobKind.INGEST, JobKind.LOOK)
        await owner.wait_for(is_card)
    texts = [message.text for message in await from_bot(owner)]
    assert texts.count("once") == 1
    assert "twice" not in texts
    assert await states(store, "notice") == ["sent", "unknown"]


async def test_a_greeting_left_in_sending_leads_to_one_fresh_card(
    owner: Visitor, phone: Phone, settings: Settings, store: Store, storage: LocalStorage
) -> None:
    await owner.add_fault("sendMessage", "500", times=1000)
    async with living(settings, store, storage):
        await owner.send_sample("speech")
        await until(lambda: has_failed(owner, 500))
    phone.api.faults.clear()
    # A bot that died after it had sent the greeting, before it could write that down:
    await store.database.execute("UPDATE outbox SET state = 'sending' WHERE kind = 'greeting'")
    async with living(settings, store, storage):
        await owner.wait_for(is_greeting)
        await asyncio.sleep(0.2)
    assert len(await from_bot(owner)) == 1
    assert await states(store, "greeting") == ["unknown"]


@pytest.mark.alone
async def test_progress_waits_and_an_answer_does_not(
    owner: Visitor, hands: Hands, settings: Settings, store: Store, storage: LocalStorage
) -> None:
    slow = Spacing(progress_s=2.0, answer_s=0.1, send_s=0.0)
    async with living(settings, store, storage, spacing=slow):
        await owner.send_sample("speech")
        await hands.do(JobKind.INGEST, JobKind.LOOK)
        card = await owner.wait_for(lambda message: is_card(message) and message.kind == "photo")
        await owner.press_label(card, "Make video")
        await hands.do(JobKind.SAVE)
        render = await hands.claim(JobKind.RENDER)
        before = await owner.now()
        for percent in range(5, 100, 5):
            await hands.tell(render, Stage.DRAWING, percent)
            await asyncio.sleep(0.1)
        await hands.finish(render)
        await owner.wait_for(lambda message: message.kind == "video", 1.5, after=before)
    edits = [call for call in await calls(owner, "editMessageCaption") if call["code"] == 200]
    assert len(edits) <= 4  # about two seconds of progress, not nineteen edits


async def test_the_same_words_are_never_sent_twice(
    owner: Visitor, hands: Hands, store: Store, alive: None
) -> None:
    await owner.send_sample("speech")
    await owner.wait_for(is_greeting)
    job = await hands.claim(JobKind.INGEST)
    for percent in (10, 20, 30):
        await hands.tell(job, Stage.LISTENING, percent)
        await asyncio.sleep(0.1)
    await hands.finish(job)
    await hands.do(JobKind.LOOK)
    await owner.wait_for(lambda message: is_card(message) and message.kind == "photo")
    await until(lambda: settled(store, "final"))
    described = [call["description"] for call in await owner.journal()]
    assert not [words for words in described if "not modified" in str(words)]


async def test_a_video_telegram_refuses_leaves_words_and_link(
    owner: Visitor, hands: Hands, alive: None
) -> None:
    await owner.send_sample("speech")
    await hands.do(JobKind.INGEST, JobKind.LOOK)
    card = await owner.wait_for(lambda message: is_card(message) and message.kind == "photo")
    await owner.press_label(card, "Make video")
    await owner.add_fault(
        "editMessageMedia", "refuse", code=413, description="Request Entity Too Large"
    )
    await hands.do(JobKind.SAVE, JobKind.RENDER)
    done = await owner.wait_for(lambda message: message.key("Full quality") is not None)
    assert done.id == card.id
    assert "Telegram refused the upload, so here's the link." in done.text


async def test_a_link_telegram_refuses_does_not_cost_the_video(
    owner: Visitor, hands: Hands, alive: None
) -> None:
    await owner.send_sample("speech")
    await hands.do(JobKind.INGEST, JobKind.LOOK)
    card = await owner.wait_for(lambda message: is_card(message) and message.kind == "photo")
    await owner.press_label(card, "Make video")
    for method, times in (("editMessageMedia", 1), ("editMessageCaption", 20)):
        wrong = "Bad Request: BUTTON_URL_INVALID"
        await owner.add_fault(method, "refuse", times=times, description=wrong)
    await hands.do(JobKind.SAVE, JobKind.RENDER)
    done = await owner.wait_for(lambda message: message.kind == "video")
    assert done.id == card.id
    assert done.key("Full quality") is None


async def test_a_turn_that_breaks_stops_nobody_else(
    owner: Visitor, store: Store, alive: None, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Notice(chat_id=GUEST, view={"nothing": "of a view"})
    await store.projects.accept(None, Changes(notices=(broken,)))
    await owner.start()
    await store.projects.accept(None, notice("after it"))
    await owner.wait_for(lambda message: message.text == "after it")
    assert "a turn broke" in caplog.text


async def test_what_waits_survives_telegram_being_away(
    owner: Visitor, hands: Hands, store: Store, alive: None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await owner.start()
    await owner.add_fault("sendMessage", "500", times=2)
    await owner.send_sample("speech")
    await owner.wait_for(is_greeting, timeout_s=15)
    await until(lambda: settled(store, "greeting"))
    assert await states(store, "greeting") == ["sent"]


async def test_a_bot_with_an_upload_on_its_way_stops_in_time(
    owner: Visitor, hands: Hands, settings: Settings, store: Store, storage: LocalStorage
) -> None:
    async with living(settings, store, storage):
        await owner.send_sample("speech")
        await hands.do(JobKind.INGEST)
        await owner.wait_for(is_card)
        await owner.add_fault("editMessageMedia", "slow", seconds=30.0)
        await hands.do(JobKind.LOOK)
        await asyncio.sleep(0.3)
        began = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - began < 5.0
    async with living(settings, store, storage):
        await owner.wait_for(lambda message: is_card(message) and message.kind == "photo")
    assert len(await from_bot(owner)) == 1


async def test_a_bot_that_cannot_reach_telegram_stops_in_time(
    phone: Phone, settings: Settings, store: Store, storage: LocalStorage
) -> None:
    await phone.stop()
    async with living(settings, store, storage):
        await asyncio.sleep(0.2)


def notice(text: str) -> Changes:

    told = Notice(chat_id=PAGE_USER_ID, view=view_to_json(View(text=text)))
    return Changes(notices=(told,))


async def settled(store: Store, kind: str) -> bool:
    return "waiting" not in await states(store, kind)


async def is_blocked(store: Store) -> bool:
    person = await store.people.get(PAGE_USER_ID)
    return person is not None and person.blocked


async def has_failed(visitor: Visitor, code: int) -> bool:
    return any(call["code"] == code for call in await visitor.journal())


async def refused(visitor: Visitor, times: int) -> bool:
    return [call["code"] for call in await visitor.journal()].count(400) >= times


async def settled_greeting(store: Store) -> bool:
    return await states(store, "greeting") == ["sent"]


async def greets(store: Store) -> bool:
    return bool(await states(store, "greeting"))


async def card_rests(store: Store) -> bool:
    rows = await store.database.execute(
        "SELECT 1 FROM outbox WHERE kind = 'card' AND state = 'waiting' AND done = wanted"
    )
    return bool(rows)


async def nothing_is_due(store: Store) -> bool:
    return not await store.outbox.due()
