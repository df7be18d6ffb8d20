"""The worker beside the bot asks after renders elsewhere, when there is no other worker."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from assembly import opened, run
from jobs.model import Job, JobKind, JobStatus
from jobs.opening import Store
from modal_render.dispatch import Assignment, assignment_from_json, ending_to_json
from phone.server import Phone
from pipelines.opening import opened_elsewhere
from settings import RenderBackend, Settings, StorageBackend
from tests.bot.life import settings_for
from tests.jobs.samples import send_away, the_job
from tests.modal_server import modal_server
from tests.planted import MODAL_TOKEN_ID, MODAL_TOKEN_SECRET
from tests.storage.servers import Server
from tests.worker.faraway import assignment, made, store_video
from tests.worker.shop import became, until

SILENT_S = 61.0


class Renders:
    """A place elsewhere whose calls end well, once they may, and report to nobody."""

    def __init__(self) -> None:
        self.may_end = threading.Event()
        self.given: list[Assignment] = []

    def render(self, text: str) -> dict[str, object]:
        given = assignment_from_json(text)
        self.given.append(given)
        assert self.may_end.wait(20)
        return ending_to_json(made(given.job, given.attempt))


@pytest.fixture
def renders(monkeypatch: pytest.MonkeyPatch) -> Iterator[Renders]:
    place = Renders()
    with modal_server({"render": place.render, "render_segment": place.render}) as server:
        monkeypatch.setenv("MODAL_SERVER_URL", server.url)
        yield place
        place.may_end.set()


@pytest.fixture
def settings(phone: Phone, tmp_path: Path, moto: Server) -> Settings:
    place = moto.bucket()
    return dataclasses.replace(
        settings_for(phone, tmp_path),
        render_backend=RenderBackend.MODAL,
        modal_token_id=MODAL_TOKEN_ID,
        modal_token_secret=MODAL_TOKEN_SECRET,
        storage_backend=StorageBackend.R2,
        r2_endpoint_url=place.endpoint_url,
        r2_bucket=place.bucket,
        r2_access_key_id=place.access_key_id,
        r2_secret_access_key=place.secret_access_key,
    )


async def silent_call(settings: Settings, store: Store, job_id: str) -> Job:
    """A render that a worker handed on before it died; it has said nothing for a minute."""
    job = await send_away(store, job_id)
    async with opened_elsewhere(settings) as elsewhere:
        assert elsewhere is not None
        call_id = await elsewhere.spawn(assignment(job.id, job.attempt))
    assert await store.jobs.note_call(job, call_id)
    aged = "UPDATE jobs SET updated_at = updated_at - :silent_s WHERE id = :id"
    await store.database.execute(aged, {"silent_s": SILENT_S, "id": job_id})
    return job


async def test_a_bot_that_runs_alone_finds_the_end_of_a_render_and_ends_what_was_stopped(
    settings: Settings, renders: Renders
) -> None:
    stopping = asyncio.Event()
    async with opened(settings) as (store, storage), asyncio.timeout(60):
        await silent_call(settings, store, "made")
        await silent_call(settings, store, "stopped")
        await until(lambda: len(renders.given) == 2)
        await store.jobs.cancel("stopped")
        assert len(await store.jobs.stray_calls(10)) == 1
        await store_video(storage, "made")
        renders.may_end.set()
        async with asyncio.TaskGroup() as group:
            group.create_task(run(settings, stopping, lambda _: None, drain_s=0.1))
            job = await became(store.jobs, JobStatus.COMPLETE, "made")
            assert (job.kind, job.result["frames"]) == (JobKind.RENDER, 10)
            await until(lambda: no_strays(store))
            stopping.set()
        assert (await the_job(store, "stopped")).status is JobStatus.CANCELLED


async def no_strays(store: Store) -> bool:
    return await store.jobs.stray_calls(10) == []
