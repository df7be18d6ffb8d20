"""A render that is handed on: what is written when, and what whoever makes it is given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.request import urlopen

import pytest

from jobs.errors import RendererAway, SourceGone
from jobs.model import Job, JobKind, JobStatus
from jobs.payloads import RenderWork
from modal_render.dispatch import Assignment, Ending, read_token
from pipelines import build_pipelines
from pipelines.child import ChildRef
from pipelines.elsewhere import ElsewhereAway, NotBegun
from settings import RenderPath, signing_key
from storage import keys
from tests.pipelines.bucket_shop import BASE, bucket_shop, queued, row
from tests.pipelines.shop import Shop
from tests.storage.servers import Server


@dataclass
class Place:
    """An Elsewhere that notes what it is asked; `when_asked` runs in the middle of a spawn."""

    when_asked: Callable[[Assignment], Awaitable[None]] | None = None
    problem: Exception | None = None
    given: list[Assignment] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)

    async def spawn(self, assignment: Assignment) -> str:
        self.given.append(assignment)
        if self.when_asked is not None:
            await self.when_asked(assignment)
        if self.problem is not None:
            raise self.problem
        return "call-1"

    async def look(self, call_id: str) -> Ending | None:
        return None

    async def cancel(self, call_id: str) -> None:
        self.cancelled.append(call_id)


@pytest.fixture
async def shop(moto: Server, tmp_path: Path) -> AsyncIterator[Shop]:
    async with bucket_shop(moto.bucket(), tmp_path, render_path=RenderPath.WHOLE) as opened:
        yield opened


async def claimed(shop: Shop, folder: Path) -> tuple[Job, RenderWork]:
    """A render that a worker holds, of a recording with a cover."""
    work = await queued(shop, folder)
    job = await shop.store.claim_next_pending("shop", [JobKind.RENDER], 60.0)
    assert job is not None
    return job, work


async def handed_on(shop: Shop, place: Place, job: Job) -> Job:
    """The row afterwards."""
    pipelines = build_pipelines(shop.settings, shop.storage, elsewhere=place)
    assert await pipelines[JobKind.RENDER](shop.store, job, ChildRef()) is None
    return await row(shop)


def behind(link: str) -> bytes:
    with urlopen(link, timeout=20) as answer:
        content: bytes = answer.read()
        return content


async def test_the_job_goes_on_elsewhere_and_the_worker_is_free(shop: Shop, tmp_path: Path) -> None:
    job, _ = await claimed(shop, tmp_path)
    after = await handed_on(shop, Place(), job)
    assert (after.status, after.progress, after.call_id) == (JobStatus.DISPATCHED, 30, "call-1")
    assert after.lease_until is None


async def test_whoever_makes_it_is_given_all_that_it_takes(shop: Shop, tmp_path: Path) -> None:
    job, work = await claimed(shop, tmp_path)
    place = Place()
    await handed_on(shop, place, job)
    (given,) = place.given
    save = await shop.store.get(work.save_job)
    assert save is not None
    sound = await shop.file(save.result["key"], tmp_path / "sound")
    assert await asyncio.to_thread(behind, given.audio_url) == sound.read_bytes()
    cover = await shop.file(work.edit.cover_key, tmp_path / "cover")
    assert await asyncio.to_thread(behind, given.cover_url) == cover.read_bytes()
    for link in (given.audio_url, given.cover_url):
        assert "X-Amz-Expires=3600&" in link
    assert read_token(signing_key(shop.settings), given.token.encode()) == ("render", 1)
    assert (given.job, given.attempt, given.base_url) == ("render", 1, BASE)
    assert (given.scene.title, given.scene.cover, given.path) == ("Hello", "", "whole")
    assert (given.scene.width, given.duration_s) == (1080, 1.5)
    own = (
        given.video_key, given.inline_key, given.thumbnail_key, given.poster_key,
        given.levels_key, given.part_key.format(first=0),
    )  # fmt: skip
    assert len(set(own)) == len(own)
    for key in own:
        assert keys.is_key(key)
        assert key.startswith("renders/render/a1/")


async def test_the_row_says_so_before_anybody_is_asked(shop: Shop, tmp_path: Path) -> None:
    job, _ = await claimed(shop, tmp_path)
    seen: list[JobStatus] = []

    async def look(_: Assignment) -> None:
        seen.append((await row(shop)).status)

    await handed_on(shop, Place(when_asked=look), job)
    assert seen == [JobStatus.DISPATCHED]


async def test_a_ghost_asks_nobody(shop: Shop, tmp_path: Path) -> None:
    job, _ = await claimed(shop, tmp_path)
    assert await shop.store.cancel(job.id)
    place = Place()
    await handed_on(shop, place, job)
    assert place.given == []


async def test_what_was_certainly_not_begun_is_tried_again(shop: Shop, tmp_path: Path) -> None:
    job, _ = await claimed(shop, tmp_path)
    with pytest.raises(RendererAway) as away:
        await handed_on(shop, Place(problem=NotBegun("not deployed")), job)
    assert await shop.store.fail(
        job.id, job.attempt, away.value.code, away.value.error_class, away.value.params
    )
    assert (await row(shop)).status is JobStatus.PENDING


async def test_what_may_have_been_begun_is_asked_after(shop: Shop, tmp_path: Path) -> None:
    job, _ = await claimed(shop, tmp_path)
    after = await handed_on(shop, Place(problem=ElsewhereAway("no answer")), job)
    assert (after.status, after.call_id) == (JobStatus.DISPATCHED, "")
    assert [silent.job.id for silent in await shop.store.silent(0.0)] == ["render"]


async def test_a_render_stopped_while_it_is_begun_is_ended_there(
    shop: Shop, tmp_path: Path
) -> None:
    job, _ = await claimed(shop, tmp_path)

    async def stop(_: Assignment) -> None:
        assert await shop.store.cancel("render")

    place = Place(when_asked=stop)
    after = await handed_on(shop, place, job)
    assert after.status is JobStatus.CANCELLED
    assert place.cancelled == ["call-1"]


@pytest.mark.parametrize("missing", ["sound", "cover"])
async def test_nothing_is_begun_without_what_it_is_made_of(
    shop: Shop, tmp_path: Path, missing: str
) -> None:
    job, work = await claimed(shop, tmp_path)
    save = await shop.store.get(work.save_job)
    assert save is not None
    await shop.storage.delete(save.result["key"] if missing == "sound" else work.edit.cover_key)
    place = Place()
    with pytest.raises(SourceGone):
        await handed_on(shop, place, job)
    assert place.given == []
    assert (await row(shop)).status is JobStatus.PROCESSING


async def test_what_is_to_be_made_here_is_made_here(shop: Shop, tmp_path: Path) -> None:
    job, work = await claimed(shop, tmp_path)
    place = Place(problem=NotBegun("away"))
    here = replace(job, input=replace(work, here=True).to_json())
    pipelines = build_pipelines(shop.settings, shop.storage, elsewhere=place)
    result = await pipelines[JobKind.RENDER](shop.store, here, ChildRef())
    assert result is not None
    assert place.given == []
    video = await shop.file(str(result["video_key"]), tmp_path / "v.mp4")
    assert video.stat().st_size == result["size_bytes"]
