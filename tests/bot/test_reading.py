"""No update is lost, and none counts twice."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot

from bot.answers import Answers
from bot.decisions import Decisions
from bot.facts import FactsReader
from bot.pace import Pace
from bot.reading import TRIES, Poller, Receiver
from bot.sending import Post
from bot.updates import Incoming, Press
from bot.web.health import Condition
from bot.web.links import VideoLinks
from conversations.intake import first_edit
from conversations.model import Decision, Limits
from jobs import sql
from jobs.database import Database, Parameters, Row, Statement
from jobs.model import Changes, Habits, JobKind, Person, Role
from jobs.opening import Store, build_store
from jobs.payloads import asset_from_json
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.samples import SAMPLES
from phone.server import Phone
from phone.visitor import Visitor
from storage.local import LocalStorage
from tests.bot.life import SECRET, Hands, living, settings_for
from tests.worker.shop import Watched, row, until


@pytest.fixture
async def owner(store: Store, phone: Phone) -> AsyncIterator[Visitor]:
    """Somebody who owns the bot already."""
    await store.people.put(
        Person(id=PAGE_USER_ID, name=PAGE_USER_NAME, language="en", role=Role.OWNER)
    )
    async with Visitor(phone.url) as visitor:
        yield visitor


async def ingests(store: Store) -> int:
    rows = await store.database.execute("SELECT count(*) AS n FROM jobs WHERE kind = 'ingest'")
    return int(rows[0]["n"])


async def was_refused(database: Watched) -> bool:
    return database.not_taken > 0


def has_ingests(store: Store, count: int) -> Any:
    async def has() -> bool:
        return await ingests(store) == count

    return has


async def test_what_was_sent_while_the_bot_was_away_is_dealt_with(
    owner: Visitor, phone: Phone, store: Store, storage: LocalStorage, tmp_path: Path
) -> None:
    for number in range(3):
        await owner.send_text(f"https://example.com/{number}.mp3")
    async with living(settings_for(phone, tmp_path), store, storage):
        await until(has_ingests(store, 3))


async def test_an_update_committed_and_not_confirmed_counts_once(
    owner: Visitor,
    phone: Phone,
    bot: Bot,
    receiver: Receiver,
    store: Store,
    storage: LocalStorage,
    tmp_path: Path,
) -> None:
    await owner.send_sample("speech")
    for raw in await bot.do_api_request("GetUpdates", {"offset": 0}):
        await receiver.receive(raw)
    # Here a bot died that had committed and could not ask for later updates any more.
    assert (await bot.get_webhook_info()).pending_update_count == 1
    async with living(settings_for(phone, tmp_path), store, storage):
        sent = await owner.send_document(SAMPLES["music"].path)
        await until(has_ingests(store, 2))
        await owner.wait_for(lambda message: message.reply_to == sent.id)
    greetings = [message for message in await owner.messages() if "Listening" in message.text]
    assert [message.reply_to for message in greetings] == [1, sent.id]


async def test_a_repeated_update_changes_nothing(receiver: Receiver, store: Store) -> None:
    update = voice(1)
    await receiver.receive(update)
    await receiver.receive(update)
    await receiver.receive({**voice(1), "update_id": 99})  # the same message, numbered anew
    assert await ingests(store) == 1
    assert await store.updates.next_offset() == 100


async def test_a_press_told_twice_is_not_answered_with_nothing(
    store: Store, storage: LocalStorage, owner: Visitor
) -> None:
    facts = FactsReader(
        store=store, storage=storage, links=VideoLinks("", SECRET.encode(), 1.0), limits=Limits()
    )
    press = Incoming(
        update_id=1,
        user_id=PAGE_USER_ID,
        name=PAGE_USER_NAME,
        language="en",
        chat_id=PAGE_USER_ID,
        message_id=5,
        event=Press(query_id="q", data="ap:1"),
    )
    first, second = [await Decisions(store, facts).take(press) for _ in range(2)]
    assert first.decision.toast.startswith("From now on")
    assert second.decision == Decision(toast="Already on it.")


async def test_an_edited_message_makes_no_second_job(receiver: Receiver, store: Store) -> None:
    update = voice(1)
    await receiver.receive(update)
    await receiver.receive({"update_id": 2, "edited_message": update["message"]})
    assert await ingests(store) == 1
    assert await store.updates.next_offset() == 3


async def test_a_poison_update_is_skipped_after_three_tries(
    receiver: Receiver, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    poison = voice(7)
    poison["message"]["voice"] = {"nothing": "of a voice note"}
    await receiver.receive(poison)
    rows = await store.database.execute("SELECT tries, dealt, reason FROM updates WHERE id = 7")
    assert (rows[0]["tries"], rows[0]["dealt"]) == (TRIES, 1)
    assert rows[0]["reason"]
    await receiver.receive(voice(8))
    assert await ingests(store) == 1
    due = await store.outbox.due()
    assert "Something went wrong" in str([row.view for row in due])


async def test_a_poison_update_from_nowhere_is_skipped_too(
    receiver: Receiver, store: Store
) -> None:
    poison = voice(7)
    poison["message"]["chat"]["id"] = 10**30
    await receiver.receive(poison)
    assert await store.updates.next_offset() == 8


async def test_kinds_of_update_that_nobody_asked_for_are_not_even_read(
    receiver: Receiver, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    kinds = ("edited_message", "channel_post", "poll", "message_reaction", "chat_join_request")
    for number, kind in enumerate(kinds, start=1):
        await receiver.receive({"update_id": number, kind: {"nothing": "that it should have"}})
    await receiver.receive({"update_id": 6, "of another age": []})
    assert await store.updates.next_offset() == 7
    assert "could not be dealt with" not in caplog.text


async def test_a_poison_update_does_not_hold_up_those_behind_it(
    owner: Visitor, phone: Phone, store: Store, storage: LocalStorage, tmp_path: Path
) -> None:
    async with living(settings_for(phone, tmp_path), store, storage):
        await owner.send_fields(voice={"nothing": "of a voice note"})
        await owner.send_sample("speech")
        await until(has_ingests(store, 1))


async def test_an_update_waits_for_a_store_that_does_not_take_it(
    poller: Poller, owner: Visitor, store: Store, database: Watched
) -> None:
    await owner.send_sample("speech")
    async with polling(poller):
        await until(has_ingests(store, 1))
        database.is_full = True
        await owner.send_document(SAMPLES["music"].path)
        await until(lambda: was_refused(database))
        database.is_full = False
        await until(has_ingests(store, 2))
    rows = await store.database.execute("SELECT count(*) AS n FROM updates WHERE tries > 0")
    assert rows[0]["n"] == 0


async def test_a_conflict_is_waited_out_with_one_line(
    poller: Poller, owner: Visitor, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    conflict = "Conflict: terminated by other getUpdates request"
    await owner.add_fault("getUpdates", "refuse", times=4, code=409, description=conflict)
    await owner.send_sample("speech")
    async with polling(poller):
        await until(has_ingests(store, 1))
    assert caplog.text.count("somebody else fetches") == 1


async def test_a_revoked_token_stops_the_polling(
    poller: Poller, condition: Condition, owner: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    await owner.add_fault("getUpdates", "refuse", times=99, code=401, description="Unauthorized")
    async with asyncio.timeout(5.0):
        await poller.run()
    assert condition.token_refused
    assert caplog.text.count("refuses the token") == 1


async def test_telegram_being_away_is_waited_out_without_a_word_of_its_own(
    poller: Poller, owner: Visitor, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    await owner.add_fault("getUpdates", "500", times=4)
    await owner.send_sample("speech")
    async with polling(poller):
        await until(has_ingests(store, 1))
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_too_many_recordings_are_refused_with_the_reason(
    receiver: Receiver, store: Store
) -> None:
    await store.database.execute("UPDATE limits SET value = 1 WHERE name = 'queued_ingests'")
    await receiver.receive(voice(1))
    await receiver.receive(voice(2))
    assert await ingests(store) == 1
    assert "are waiting already" in str([row.view for row in await store.outbox.due()])
    assert await store.updates.next_offset() == 3


async def test_somebody_who_comes_back_has_not_blocked_us(receiver: Receiver, store: Store) -> None:
    member = {"user": {"id": 7000000001, "is_bot": True, "first_name": "bot"}, "status": "member"}
    kicked = {**member, "status": "kicked", "until_date": 0}
    update = {
        "update_id": 1,
        "my_chat_member": {
            "chat": voice(1)["message"]["chat"],
            "from": voice(1)["message"]["from"],
            "date": 1,
            "old_chat_member": member,
            "new_chat_member": kicked,
        },
    }
    await receiver.receive(update)
    known = await store.people.get(PAGE_USER_ID)
    assert known is not None
    assert known.blocked
    assert known.role is Role.OWNER
    await receiver.receive(voice(2))
    known = await store.people.get(PAGE_USER_ID)
    assert known is not None
    assert not known.blocked


class Meddling:
    """A database in which somebody else changes every project just before we do."""

    def __init__(self, inner: Database, times: int) -> None:
        self._inner = inner
        self._times = times

    async def execute(self, statement: str, parameters: Parameters | None = None) -> list[Row]:
        return await self._inner.execute(statement, parameters)

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        if self._times and any(one.sql == sql.UPDATE_PROJECT for one in statements):
            self._times -= 1
            await self._inner.execute("UPDATE projects SET revision = revision + 1")
        return await self._inner.batch(statements)

    async def close(self) -> None:
        await self._inner.close()


@pytest.mark.parametrize("times", [1, 4])
async def test_a_decision_is_made_anew_when_the_project_changed_meanwhile(
    bot: Bot, database: Watched, store: Store, storage: LocalStorage, owner: Visitor, times: int
) -> None:
    hands = Hands(store, storage)
    async with receiving(bot, store, storage) as first:
        await first.receive(voice(1))
    project = await store.projects.newest_open(PAGE_USER_ID, PAGE_USER_ID)
    assert project is not None
    job = await hands.claim(JobKind.INGEST)
    await hands.finish(job)
    edit = first_edit(
        asset_from_json((await row(store.jobs, job.id)).result), project.source, Habits()
    )
    await store.projects.accept(None, Changes(project=replace(project, edit=edit)))
    contested = build_store(Meddling(database, times))
    async with receiving(bot, contested, storage) as second:
        await second.receive(words(2, "0:02-0:05"))
    changed = await store.projects.get(project.id)
    assert changed is not None
    assert changed.edit is not None
    assert [clip.start_s for clip in changed.edit.recipe.clips] == [2.0]


def words(number: int, text: str) -> dict[str, Any]:
    update = voice(number)
    del update["message"]["voice"]
    update["message"]["text"] = text
    return update


@asynccontextmanager
async def receiving(bot: Bot, store: Store, storage: LocalStorage) -> AsyncIterator[Receiver]:
    facts = FactsReader(
        store=store, storage=storage, links=VideoLinks("", SECRET.encode(), 1.0), limits=Limits()
    )
    async with asyncio.TaskGroup() as group:
        answers = Answers(Post(bot, storage), Pace(), group)
        yield Receiver(bot, store.updates, Decisions(store, facts), answers, retry_s=0.01)
        answers.stop()


@asynccontextmanager
async def polling(poller: Poller) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        running = group.create_task(poller.run())
        yield
        running.cancel()


def voice(number: int) -> dict[str, Any]:
    """An update with a voice note, as Telegram sends it."""
    user = {"id": PAGE_USER_ID, "is_bot": False, "first_name": "Robin", "language_code": "en"}
    return {
        "update_id": number,
        "message": {
            "message_id": 1000 + number,
            "date": 1_700_000_000 + 60 * number,
            "chat": {"id": PAGE_USER_ID, "type": "private", "first_name": "Robin"},
            "from": user,
            "voice": {
                "file_id": f"file-{number}",
                "file_unique_id": f"unique-{number}",
                "duration": 12,
                "mime_type": "audio/ogg",
                "file_size": 30_000,
            },
        },
    }


@pytest.fixture
def condition() -> Condition:
    return Condition()


@pytest.fixture
async def receiver(
    bot: Bot, store: Store, storage: LocalStorage, owner: Visitor
) -> AsyncIterator[Receiver]:
    async with receiving(bot, store, storage) as made:
        yield made


@pytest.fixture
def poller(bot: Bot, store: Store, receiver: Receiver, condition: Condition) -> Poller:
    return Poller(
        bot,
        store.updates,
        receiver,
        condition,
        store.alerts,
        poll_s=1,
        conflict_s=(0.01, 0.05),
        away_s=(0.01, 0.05),
    )
