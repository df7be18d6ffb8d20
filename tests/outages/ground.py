"""A bot and a worker that lose something they need in the middle of their work, and get it back.

The media work is left out; all that is between people, Telegram, storage and database is real.
`make outages` is the long form: five minutes without, and all waits as they are.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    suppress,
)
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from jobs.database import Database
from jobs.errors import ErrorClass
from jobs.model import Job, JobKind, JobStatus, Json, Person, Role
from jobs.opening import Store, build_store
from jobs.payloads import source_from_json
from jobs.store import WAITS, JobStore, Wait
from phone.demo import is_ready
from phone.limits import Limits
from phone.samples import SAMPLES
from phone.server import Phone, start_phone
from phone.visitor import NothingCame, Visitor
from pipelines import Pipeline
from pipelines.child import ChildRef
from pipelines.link import Download
from pipelines.link import Limits as FetchLimits
from pipelines.telegram import fetch_telegram
from settings import Settings
from storage.adapter import StorageAdapter
from tests.bot.life import Hands, living, settings_for
from tests.worker.shop import until
from worker import run as worker_run
from worker.run import Worker

IS_LONG = os.environ.get("OUTAGES") == "long"
OUTAGE_S = 300.0 if IS_LONG else 1.5
RECOVERY_S = 30.0
PATIENCE_S = 120.0
PEOPLE = 2
LEASE_S = 30.0
# A job waits for ten seconds and more, unless that is what a test would spend its time with.
SHORT_WAITS = {
    **WAITS,
    ErrorClass.AWAY: Wait(most=60, wait_s=1.0, spread_s=0.5),
    ErrorClass.RESOURCE: Wait(most=30, wait_s=1.0),
}
PAUSE_S = worker_run.PAUSE_S if IS_LONG else 1.0

Outage = Callable[[], AbstractAsyncContextManager[None]]
Meanwhile = Callable[[], Awaitable[None]]


async def nothing() -> None:
    """What can be seen of people whose work stands still."""


@dataclass
class Ground:
    """Who is there, and work that stands at the gate until something is missing."""

    folder: Path
    phone: Phone
    settings: Settings
    store: Store
    storage: StorageAdapter
    visitors: list[Visitor] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    at_the_gate: int = 0

    async def stop_phone(self) -> None:
        await self.phone.stop()

    async def start_phone(self) -> None:
        """The same one again, at its address, with all it knew."""
        port = int(self.phone.url.rpartition(":")[2])
        self.phone = await start_phone(self.folder / "phone", port=port, limits=_UNFLOODED)

    def pipelines(self) -> dict[JobKind, Pipeline]:
        """They fetch from Telegram and keep in storage; nothing is decoded or drawn."""
        hands = Hands(self.store, self.storage)

        async def work(_: JobStore, job: Job, __: ChildRef) -> Json:
            if job.kind in (JobKind.INGEST, JobKind.RENDER):
                await self._pass_the_gate()
            if job.kind is JobKind.INGEST:
                await self._fetch(job)
            return {**await hands.result(job), **_own_digest(job)}

        return dict.fromkeys(JobKind, work)

    async def _pass_the_gate(self) -> None:
        self.at_the_gate += 1
        await self.gate.wait()

    async def _fetch(self, job: Job) -> None:
        with TemporaryDirectory() as folder:
            limits = FetchLimits(max_bytes=self.settings.max_source_bytes)
            download = Download(
                path=Path(folder) / "source", limits=limits, on_bytes=lambda *_: None
            )
            await fetch_telegram(self.settings, source_from_json(job.input).file_id, download)


_UNFLOODED = Limits(chat_burst=10_000, overall_burst=10_000)


@asynccontextmanager
async def ground(
    folder: Path, database: Database, storage: StorageAdapter
) -> AsyncIterator[Ground]:
    """A bot and a worker beside it, with people who may use them."""
    store = build_store(database)
    if not IS_LONG:
        jobs = JobStore(database, bells=store.bells, waits=SHORT_WAITS)
        store = replace(store, jobs=jobs)
    await store.jobs.setup()
    phone = await start_phone(folder / "phone", limits=_UNFLOODED)
    made = Ground(folder, phone, settings_for(phone, folder), store, storage)
    made.gate.set()
    worker = Worker(
        store.jobs,
        made.pipelines(),
        light=6,
        heavy=6,
        lease_s=LEASE_S,
        drain_s=1.0,
        pause_s=PAUSE_S,
        name="here",
        alerts=store.alerts,
    )
    stopping = asyncio.Event()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(store.close)
        stack.push_async_callback(made.stop_phone)
        for number in range(PEOPLE):
            person = Person(id=9_000 + number, name="Kim", language="en", role=Role.GUEST)
            await store.people.put(person)
            visitor = Visitor(phone.url, user_id=person.id, name=person.name)
            made.visitors.append(await stack.enter_async_context(visitor))
        group = await stack.enter_async_context(asyncio.TaskGroup())
        group.create_task(worker.run(stopping))
        stack.callback(stopping.set)
        await stack.enter_async_context(living(made.settings, store, storage))
        yield made


async def lived_through(here: Ground, outage: Outage, meanwhile: Meanwhile = nothing) -> float:
    """Seconds from its end until everybody has all they asked for; no job failed.

    Everybody has a video at work and one more recording that is to be fetched when it begins.
    """
    cards = []
    for visitor in here.visitors:
        await visitor.send_document(SAMPLES["music"].path)
        cards.append(await visitor.wait_for(is_ready, PATIENCE_S))
    here.gate.clear()
    for visitor, card in zip(here.visitors, cards, strict=True):
        await visitor.press_label(card, "Make video")
        await visitor.send_document(SAMPLES["speech"].path)
    await until(lambda: here.at_the_gate == 3 * PEOPLE)
    loop = asyncio.get_running_loop()
    async with outage():
        here.gate.set()
        until_s = loop.time() + OUTAGE_S
        await meanwhile()
        await asyncio.sleep(max(0.0, until_s - loop.time()))
    healed_at = loop.time()
    await asyncio.gather(*map(_has_everything, here.visitors))
    took_s = loop.time() - healed_at
    print(f"recovered in {took_s:.1f} s after {OUTAGE_S:.0f} s")
    counts = await here.store.jobs.counts()
    assert JobStatus.FAILED not in counts
    assert JobStatus.CANCELLED not in counts
    return took_s


async def send_more(here: Ground) -> None:
    """One more recording from everybody."""
    for visitor in here.visitors:
        await visitor.send_document(SAMPLES["noisy"].path)


async def _has_everything(visitor: Visitor) -> None:
    """The video, and a card for every other recording."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            since, shown = await visitor.now(), await visitor.messages()
            sent = [message for message in shown if message.kind == "document"]
            videos = [message for message in shown if message.kind == "video"]
            if videos and len(videos) + sum(map(is_ready, shown)) == len(sent):
                return
            with suppress(NothingCame):
                await visitor.wait_for(lambda _: True, 2.0, after=since)


def alerts(caplog: pytest.LogCaptureFixture) -> Sequence[str]:
    """What the log tells somebody who only reads warnings."""
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def _own_digest(job: Job) -> Json:
    """No two recordings are the same."""
    return {"digest": job.id[:16]} if job.kind is JobKind.INGEST else {}
