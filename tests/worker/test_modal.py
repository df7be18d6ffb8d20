"""A whole worker whose videos are made on Modal, beside a server that its client talks to."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assembly import run_worker
from bot.redaction import configure_logging, secrets_of
from jobs.model import Job, JobStatus
from jobs.sqlite import SqliteDatabase
from modal_render.dispatch import Ending, assignment_from_json, ending_to_json
from pipelines.modal_calls import ModalCalls
from settings import RenderBackend, Settings
from tests.modal_server import APP, ModalServer, modal_server
from tests.pipelines.bucket_shop import bucket_shop, queued, row
from tests.pipelines.shop import Shop
from tests.planted import MODAL_TOKEN_ID, MODAL_TOKEN_SECRET
from tests.storage.servers import Server
from tests.worker.shop import until

TOKEN_ID, SECRET = MODAL_TOKEN_ID, MODAL_TOKEN_SECRET


class Renders:
    """Calls that end when they may."""

    def __init__(self) -> None:
        self.may_end = threading.Event()
        self.given: list[str] = []

    def render(self, text: str) -> dict[str, Any]:
        self.given.append(text)
        assert self.may_end.wait(30)
        job = assignment_from_json(text)
        ending = Ending(job=job.job, attempt=job.attempt, error_code="source_gone")
        return ending_to_json(ending)


@pytest.fixture
def renders() -> Iterator[Renders]:
    made = Renders()
    yield made
    made.may_end.set()


@pytest.fixture
def server(renders: Renders, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModalServer]:
    with modal_server({"render": renders.render}) as running:
        running.servicer.tokens = {TOKEN_ID: SECRET}
        monkeypatch.setenv("MODAL_SERVER_URL", running.url)
        yield running


@pytest.fixture
async def shop(moto: Server, server: ModalServer, tmp_path: Path) -> AsyncIterator[Shop]:
    async with bucket_shop(
        moto.bucket(),
        tmp_path,
        render_backend=RenderBackend.MODAL,
        modal_token_id=TOKEN_ID,
        modal_token_secret=SECRET,
    ) as opened:
        yield opened


@asynccontextmanager
async def at_work(settings: Settings) -> AsyncIterator[None]:
    """`pocketreel worker`, for as long as the block lasts."""
    stopping = asyncio.Event()
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(run_worker(settings, stopping))
        try:
            yield
        finally:
            stopping.set()


async def became(shop: Shop, status: JobStatus, **more: object) -> Job:
    """The render once it is so."""

    async def is_so() -> bool:
        job = await row(shop)
        return job.status is status and all(getattr(job, name) == v for name, v in more.items())

    await until(is_so)
    return await row(shop)


async def test_a_render_is_handed_on_and_asked_after_by_any_worker(
    shop: Shop, renders: Renders, tmp_path: Path
) -> None:
    await queued(shop, tmp_path)
    async with at_work(shop.settings):
        job = await became(shop, JobStatus.DISPATCHED)
        await until(lambda: _has_call(shop))
    assert (job.progress, len(renders.given)) == (30, 1)
    renders.may_end.set()
    await _long_silent(shop)
    async with at_work(shop.settings):  # another one, which was not there before
        job = await became(shop, JobStatus.FAILED)
    assert (job.error_code, job.attempt) == ("source_gone", 1)


async def test_a_call_that_nobody_waits_for_is_ended(
    shop: Shop, server: ModalServer, tmp_path: Path
) -> None:
    await queued(shop, tmp_path)
    async with at_work(shop.settings):
        await until(lambda: _has_call(shop))
    assert await shop.store.cancel("render")
    (call,) = server.servicer.calls.values()
    assert not call.is_cancelled
    async with at_work(shop.settings):
        await until(lambda: call.is_cancelled)
        await until(lambda: _nothing_strays(shop))


async def test_an_app_that_is_not_deployed_sends_the_job_back(shop: Shop, tmp_path: Path) -> None:
    await queued(shop, tmp_path)
    async with at_work(replace(shop.settings, modal_app="another")):
        job = await became(shop, JobStatus.PENDING, error_code="renderer_away")
    assert job.failures == 0  # whoever is away is waited for, and charges nothing


async def test_a_call_that_came_to_nothing_is_made_again(
    shop: Shop, renders: Renders, tmp_path: Path
) -> None:
    await queued(shop, tmp_path)
    async with at_work(shop.settings):
        await until(lambda: _has_call(shop))
    await _long_silent(shop)
    calls = ModalCalls(APP, TOKEN_ID, SECRET)
    await calls.cancel((await row(shop)).call_id)
    await calls.close()
    async with at_work(shop.settings):
        job = await became(shop, JobStatus.DISPATCHED, attempt=2)
    assert job.failures == 0


async def test_its_secret_is_not_logged(
    shop: Shop, renders: Renders, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_logging("DEBUG", secrets_of(shop.settings))
    try:
        await queued(shop, tmp_path)
        async with at_work(shop.settings):
            await until(lambda: _has_call(shop))
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    written = "".join(capfd.readouterr())
    assert "at work elsewhere, call fc-" in written
    assert SECRET not in written
    (given,) = map(assignment_from_json, renders.given)
    assert given.token not in written
    assert given.audio_url not in written


async def _has_call(shop: Shop) -> bool:
    return bool((await row(shop)).call_id)


async def _nothing_strays(shop: Shop) -> bool:
    return await shop.store.stray_calls(1) == []


async def _long_silent(shop: Shop) -> None:
    """As if two minutes had passed since the render was last heard of."""
    database = SqliteDatabase(shop.settings.database_path)
    await database.execute("UPDATE jobs SET updated_at = updated_at - 120 WHERE id = 'render'")
    await database.close()
