"""The rooms put together: what runs in one process, opened once and closed in order."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import os
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

from bot.app import run_bot
from bot.redaction import Redactor, secrets_of
from conversations.checkup import Examine
from conversations.model import Finding
from doctor import examine
from jobs.errors import StoreUnavailable, StoreUnusable
from jobs.opening import Store, open_store
from pipelines import build_pipelines
from pipelines.child import sweep_orphans
from pipelines.elsewhere import Elsewhere
from pipelines.opening import opened_elsewhere
from pipelines.sandbox import Sandbox, find_sandbox
from settings import JobStoreBackend, Settings, SettingsError, StorageBackend
from storage.adapter import StorageAdapter
from storage.opening import build_storage
from worker.house import House
from worker.reconcile import Abroad
from worker.run import DRAIN_S, SWEEP_S, Room, Worker

log = logging.getLogger(__name__)

AGAIN_S = 3.0  # until a store that did not answer at the start is asked again

Announce = Callable[[str], None]


async def run(
    settings: Settings, stopping: asyncio.Event, announce: Announce, *, drain_s: float = DRAIN_S
) -> None:
    """The bot and a worker beside it, until `stopping`. Raises SettingsError, StoreUnusable."""
    async with opened(settings, stopping) as (store, storage), asyncio.TaskGroup() as group:
        await store.jobs.set_quotas()  # the bot's word counts, not that of a worker elsewhere
        group.create_task(work(settings, store, storage, stopping, drain_s=drain_s))
        group.create_task(
            run_bot(
                settings, store, storage, stopping, announce=announce, examine=examiner(settings)
            )
        )


def examiner(settings: Settings) -> Examine:
    """Looks at what the settings ask for; what it says holds none of their secrets."""
    redact = Redactor(secrets_of(settings))

    async def look() -> list[Finding]:
        found = await examine(settings)
        return [dataclasses.replace(each, words=redact(each.words)) for each in found]

    return look


async def run_worker(settings: Settings, stopping: asyncio.Event) -> None:
    """A worker alone, until `stopping`. Raises SettingsError, StoreUnusable."""
    is_elsewhere = settings.job_store_backend is JobStoreBackend.TURSO
    if is_elsewhere and settings.storage_backend is StorageBackend.LOCAL:
        raise SettingsError(
            "STORAGE_BACKEND: a worker that shares a database by its address shares files by r2"
        )
    async with opened(settings, stopping) as (store, storage):
        await work(settings, store, storage, stopping)


@asynccontextmanager
async def opened(
    settings: Settings, stopping: asyncio.Event | None = None
) -> AsyncIterator[tuple[Store, StorageAdapter]]:
    """The store and the storage that the settings ask for.

    With `stopping` a store that does not answer is waited for until then: whoever starts us again
    and again would do no better. Raises StoreUnusable, StoreUnavailable.
    """
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    storage = build_storage(settings)
    try:
        store = await (open_store(settings) if stopping is None else _waited(settings, stopping))
        try:
            yield store, storage
        finally:
            await store.close()
    finally:
        await storage.close()


async def _waited(settings: Settings, stopping: asyncio.Event) -> Store:
    is_told = False
    while True:
        try:
            return await open_store(settings)
        except StoreUnusable:
            raise
        except StoreUnavailable as away:
            if stopping.is_set():
                raise
            if not is_told:
                log.warning("nothing begins before the job store answers: %s", away)
            is_told = True
        with suppress(TimeoutError):
            async with asyncio.timeout(AGAIN_S):
                await stopping.wait()


@contextmanager
def stop_on_signals() -> Iterator[asyncio.Event]:
    """An event that SIGINT and SIGTERM set; a second SIGINT ends the process at once."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop(number: int) -> None:
        stopping.set()
        loop.remove_signal_handler(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop, number)
    try:
        yield stopping
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def work(
    settings: Settings,
    store: Store,
    storage: StorageAdapter,
    stopping: asyncio.Event,
    *,
    drain_s: float = DRAIN_S,
) -> None:
    """Be a worker until `stopping`; what is not finished `drain_s` later goes back to the queue."""
    settings.scratch_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    sweep_orphans(settings.scratch_dir)
    async with opened_elsewhere(settings) as elsewhere:
        worker = await _worker(settings, store, storage, elsewhere, drain_s)
        await worker.run(stopping)


async def _sandbox() -> Sandbox:
    """What children are shut in by, said once."""
    found = await find_sandbox()
    log.log(logging.INFO if found.is_whole else logging.WARNING, "%s", found.words)
    return found


async def _worker(
    settings: Settings,
    store: Store,
    storage: StorageAdapter,
    elsewhere: Elsewhere | None,
    drain_s: float,
) -> Worker:
    return Worker(
        store.jobs,
        build_pipelines(settings, storage, elsewhere=elsewhere),
        light=settings.worker_concurrency,
        heavy=settings.render_concurrency,
        lease_s=settings.lease_s,
        drain_s=drain_s,
        sweep_s=min(SWEEP_S, settings.lease_s),
        name=f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}",
        room=Room(folder=settings.data_dir),
        house=House(
            jobs=store.jobs,
            projects=store.projects,
            uploads=store.uploads,
            alerts=store.alerts,
            storage=storage,
            scratch_dir=settings.scratch_dir,
            originals_s=settings.originals_s,
            retention_s=settings.retention_s,
            owns_storage=settings.storage_backend is StorageBackend.LOCAL,
        ),
        abroad=(
            Abroad(jobs=store.jobs, storage=storage, elsewhere=elsewhere, alerts=store.alerts)
            if elsewhere is not None
            else None
        ),
        alerts=store.alerts,
        sandbox=await _sandbox(),
    )
