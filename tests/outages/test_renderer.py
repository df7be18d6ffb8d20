"""Whoever renders elsewhere is away: new videos wait, those at work there are not given up, and
what is done here goes on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from jobs.model import JobKind, JobStatus, NewJob
from jobs.payloads import source_to_json
from jobs.sqlite import SqliteDatabase
from jobs.store import WAITS, JobStore
from modal_render.dispatch import Ending, assignment_from_json, ending_to_json
from pipelines import build_pipelines
from pipelines.modal_calls import WAIT_S, ModalCalls
from settings import RenderBackend
from tests import sounds
from tests.jobs.proxy import Proxy
from tests.modal_server import APP, ModalServer, modal_server
from tests.outages.ground import IS_LONG, LEASE_S, OUTAGE_S, RECOVERY_S, SHORT_WAITS, alerts
from tests.pipelines.bucket_shop import bucket_shop, queued
from tests.pipelines.shop import Shop, source
from tests.storage.servers import Server
from tests.worker.shop import became, row, until
from worker.reconcile import RECONCILE_S, Abroad
from worker.run import Worker


@pytest.fixture
def may_end() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def server(may_end: threading.Event) -> Iterator[ModalServer]:
    """Every call ends when it may, and says that the sound was gone."""

    def render(text: str) -> dict[str, Any]:
        assert may_end.wait(OUTAGE_S + 60.0)
        job = assignment_from_json(text)
        return ending_to_json(Ending(job=job.job, attempt=job.attempt, error_code="source_gone"))

    with modal_server({"render": render}) as running:
        yield running


@pytest.fixture
async def way(server: ModalServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Proxy]:
    proxy = Proxy(server.port)
    await proxy.open()
    monkeypatch.setenv("MODAL_SERVER_URL", f"http://127.0.0.1:{proxy.port}")
    yield proxy
    proxy.thaw()
    await proxy.close()


@pytest.mark.parametrize("hears", [False, True], ids=["nobody is there", "nobody answers"])
async def test_videos_wait_for_those_who_make_them(
    moto: Server,
    way: Proxy,
    may_end: threading.Event,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    hears: bool,
) -> None:
    settings = {"render_backend": RenderBackend.MODAL, "modal_token_id": "ak-1"}
    async with (
        bucket_shop(moto.bucket(), tmp_path, modal_token_secret="as-1", **settings) as shop,
        _at_work(shop) as store,
    ):
        work = await queued(shop, tmp_path)
        await until(lambda: _has_call(store))
        if hears:
            way.freeze()
        else:
            await way.close()
        await _long_silent(shop)
        await store.create(_job("second", JobKind.RENDER, work.to_json()))
        note = source(sounds.write(tmp_path / "note.wav", sounds.tone(1.0)))
        await store.create(_job("note", JobKind.INGEST, source_to_json(note)))
        await became(store, JobStatus.COMPLETE, "note")
        await asyncio.sleep(OUTAGE_S)
        assert (await row(store, "second")).status is not JobStatus.FAILED
        if hears:
            way.thaw()
        else:
            await way.open()
        healed_at = asyncio.get_running_loop().time()
        await until(lambda: _has_call(store, "second"))
        took_s = asyncio.get_running_loop().time() - healed_at
        print(f"recovered in {took_s:.1f} s after {OUTAGE_S:.0f} s")
        first, second = await row(store, "render"), await row(store, "second")
        assert (first.status, first.attempt) == (JobStatus.DISPATCHED, 1)
        assert (second.status, second.failures) == (JobStatus.DISPATCHED, 0)
        may_end.set()
        await _long_silent(shop)
        assert (await became(store, JobStatus.FAILED, "render")).error_code == "source_gone"
    assert took_s <= RECOVERY_S
    told = alerts(caplog)
    assert told.count("worker here: nobody renders elsewhere, jobs wait for it") == 1
    assert max(map(told.count, told)) == 1, told
    assert len(told) <= 3, told


@asynccontextmanager
async def _at_work(shop: Shop) -> AsyncIterator[JobStore]:
    """A worker as assembly.py puts it together, with waits that suit a test."""
    database = SqliteDatabase(shop.settings.database_path)
    store = JobStore(database, waits=WAITS if IS_LONG else SHORT_WAITS)
    calls = ModalCalls(APP, "ak-1", "as-1", wait_s=WAIT_S if IS_LONG else 1.0)
    worker = Worker(
        store,
        build_pipelines(shop.settings, shop.storage, elsewhere=calls),
        light=2,
        heavy=2,
        lease_s=LEASE_S,
        drain_s=0.1,
        name="here",
        abroad=Abroad(
            jobs=store,
            storage=shop.storage,
            elsewhere=calls,
            every_s=RECONCILE_S if IS_LONG else 0.5,
        ),
    )
    stopping = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(worker.run(stopping))
        try:
            yield store
        finally:
            stopping.set()
    await calls.close()
    await database.close()


async def _has_call(store: JobStore, job_id: str = "render") -> bool:
    return bool((await row(store, job_id)).call_id)


async def _long_silent(shop: Shop) -> None:
    """As if two minutes had passed since the first render was last heard of."""
    database = SqliteDatabase(shop.settings.database_path)
    await database.execute("UPDATE jobs SET updated_at = updated_at - 120 WHERE id = 'render'")
    await database.close()


def _job(job_id: str, kind: JobKind, work: Any) -> NewJob:
    return NewJob(id=job_id, kind=kind, project_id="p", owner_id=1, chat_id=1, input=work)
