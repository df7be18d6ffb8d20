"""A living bot, a worker beside it that does its real work, and what the chat then says."""

from __future__ import annotations

import dataclasses
import re
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conversations import words
from jobs.errors import ErrorClass
from jobs.model import Job, JobKind, Json, Person, Role
from jobs.opening import Store, build_store, quotas_of
from jobs.quotas import Quotas
from jobs.sqlite import SqliteDatabase
from jobs.store import JobStore, Wait
from phone.limits import Limits
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.server import Phone, start_phone
from phone.visitor import ShownMessage, Visitor
from pipelines import Pipeline
from pipelines.bench import Bench
from pipelines.child import ChildRef
from storage.local import LocalStorage
from tests.bot.conftest import LINK_BASE, SECRET
from tests.bot.hostile import Hostile, hostile
from tests.bot.life import Hands, living, settings_for
from tests.bot.media import put
from tests.conversations.test_refusals_page import ROWS, Row
from tests.planted import BOT_TOKEN
from tests.worker.shop import working

NOOR = 7_001_002
ANSWER_S = 30.0
BLOCK_S = 600.0
TUBE = Path(__file__).with_name("tube.py")
PEOPLE = ((PAGE_USER_ID, PAGE_USER_NAME, Role.OWNER), (NOOR, "Noor", Role.GUEST))
# Whoever is away is asked twice here, not for ten minutes.
WAITS = {ErrorClass.AWAY: Wait(most=2, wait_s=0.0), ErrorClass.RESOURCE: Wait(most=2, wait_s=0.0)}
# The waits between tries grow to minutes; here they are over as soon as they begin.
NO_WAITING = """
CREATE TRIGGER no_waiting AFTER UPDATE OF run_after ON jobs
WHEN NEW.status = 'pending' AND NEW.run_after > 0
BEGIN UPDATE jobs SET run_after = 0 WHERE id = NEW.id; END
"""
ROW_OF: Mapping[str, Row] = {row.what: row for row in ROWS}


@dataclass(frozen=True, slots=True)
class Ground:
    """`owner` runs the bot, `noor` is a guest of theirs."""

    owner: Visitor
    noor: Visitor
    phone: Phone
    store: Store
    storage: LocalStorage
    web: Hostile
    folder: Path


@asynccontextmanager
async def ground(
    folder: Path, *, link_base: str = LINK_BASE, **changes: Any
) -> AsyncIterator[Ground]:
    """Everything runs during the block but a worker; `changes` are of the settings."""
    async with AsyncExitStack() as stack:
        phone = await start_phone(folder / "phone", token=BOT_TOKEN, limits=_no_floods())
        stack.push_async_callback(phone.stop)
        settings = settings_for(phone, folder, **changes)
        store = await _opened(folder, quotas_of(settings))
        stack.push_async_callback(store.close)
        storage = LocalStorage(folder / "storage", secret=SECRET, link_base=link_base)
        await stack.enter_async_context(living(settings, store, storage))
        owner, noor = [
            await stack.enter_async_context(Visitor(phone.url, user_id=user_id, name=name))
            for user_id, name, _ in PEOPLE
        ]
        web = await stack.enter_async_context(hostile(folder))
        yield Ground(owner, noor, phone, store, storage, web, folder)


def bench(on: Ground, **changes: Any) -> Bench:
    """What real pipelines work with; they may fetch from the hostile server."""
    usual: dict[str, Any] = {
        "settings": settings_for(on.phone, on.folder),
        "storage": on.storage,
        "allow": on.web.allow,
        "youtube": (sys.executable, "-I", str(TUBE), on.web.plain_url),
    }
    return Bench(**{**usual, **changes})


def by_hand(on: Ground) -> dict[JobKind, Pipeline]:
    """Pipelines that do no media work and store what they should have made."""
    hands = Hands(on.store, on.storage)

    async def done(store: JobStore, job: Job, child_ref: ChildRef) -> Json | None:
        result = await hands.result(job)
        if job.kind is JobKind.SAVE:
            await put(on.storage, str(result["key"]), b"sound")
        return result

    return dict.fromkeys(JobKind, done)


@asynccontextmanager
async def at_work(
    on: Ground, pipelines: Mapping[JobKind, Pipeline], **instead: Any
) -> AsyncIterator[None]:
    """A worker beside the bot; `instead` are of its parameters."""
    usual: dict[str, Any] = {
        **{"lease_s": 60.0, "pause_s": 0.0, "limit_s": BLOCK_S},
        "alerts": on.store.alerts,
    }
    async with working(on.store.jobs, pipelines, **{**usual, **instead}):
        yield


async def told(visitor: Visitor, about: ShownMessage, code: str) -> ShownMessage:
    """The message, or the answer to it, that says what docs/refusals.md says, with its buttons."""
    row = ROW_OF[code]
    sentence = _sentence(row)

    def is_it(message: ShownMessage) -> bool:
        is_about = message.from_bot and about.id in (message.id, message.reply_to)
        is_said = sentence.search(message.text) is not None
        shown = labels(message)
        has_buttons = all(any(label in each for each in shown) for label in row.buttons)
        return is_about and is_said and has_buttons

    return await visitor.wait_for(is_it, ANSWER_S)


def labels(message: ShownMessage) -> list[str]:
    return [key.label for row in message.keys for key in row]


async def press_first(visitor: Visitor, message: ShownMessage) -> None:
    """The first button does what stands on it."""
    first, after = labels(message)[0], await visitor.now()
    query = await visitor.press_label(message, first)
    if first == words.buttons.DELETE.en:
        asks = await visitor.wait_for(lambda m: m.reply_to == message.id, after=after)
        assert labels(asks) == [words.buttons.DELETE_NOW.en]
    else:
        assert await visitor.wait_for_toast(query) in _BEGUN


def _sentence(row: Row) -> re.Pattern[str]:
    """The sentence with anything in its gaps, and with every code and every length."""
    fixed = row.sentence.replace("R-0000", "{code}").replace("1:58 is", "{length} is")
    return re.compile(".+".join(map(re.escape, re.split(r"\{\w+\}", fixed))))


_BEGUN = {words.answers.AGAIN.en, words.answers.STARTING.en, words.answers.SAMPLE_COMING.en}


def _no_floods() -> Limits:
    return Limits(chat_burst=10_000, overall_burst=10_000, group_per_min=10_000)


async def _opened(folder: Path, quotas: Quotas) -> Store:
    store = build_store(SqliteDatabase(folder / "jobs.sqlite3"))
    jobs = JobStore(store.database, bells=store.bells, quotas=quotas, waits=WAITS)
    await jobs.setup()
    await store.database.execute(NO_WAITING)
    for user_id, name, role in PEOPLE:
        known = Person(id=user_id, name=name, language="en", role=role, attested=True)
        await store.people.put(known)
    return dataclasses.replace(store, jobs=jobs)
