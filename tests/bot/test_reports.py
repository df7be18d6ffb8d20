"""Renders made elsewhere are reported: who is believed, and what a report changes."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.web.server import serving
from bot.web.webhook import Reports
from jobs.errors import ErrorClass
from jobs.model import JobKind, JobStatus, Stage
from jobs.opening import Store
from jobs.payloads import Rendered
from jobs.store import TRIES
from modal_render.dispatch import Ending, ending_to_json, token
from storage import keys
from storage.adapter import ObjectInfo, StorageUnavailable
from storage.local import LocalStorage
from tests.bot.media import put
from tests.bot.reporting import Renderer
from tests.jobs.samples import LIMIT_S, claim, new_job, send_away, the_job
from tests.worker.faraway import KEY, VIDEO, broken, made, store_video
from tests.worker.shop import Watched


class Hesitant(LocalStorage):
    """Does not always say what it holds."""

    is_away = False

    async def stat(self, key: str) -> ObjectInfo:
        if self.is_away:
            raise StorageUnavailable(key)
        return await super().stat(key)


@pytest.fixture
def storage(tmp_path: Path) -> Hesitant:
    return Hesitant(tmp_path / "storage", secret=KEY, link_base="http://reel.example")


@pytest.fixture
async def session(store: Store, storage: LocalStorage) -> AsyncIterator[aiohttp.ClientSession]:
    routes = Reports(store.jobs, storage, KEY).routes()
    async with (
        serving("127.0.0.1", 0, routes) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}", trust_env=False) as made_,
    ):
        yield made_


@pytest.fixture
async def renderer(session: aiohttp.ClientSession, store: Store, storage: LocalStorage) -> Renderer:
    """At work on the first attempt at a video, which is stored already."""
    await send_away(store)
    await store_video(storage, "video")
    return Renderer(session)


async def test_a_good_end_makes_the_job_complete_once(renderer: Renderer, store: Store) -> None:
    answer = await renderer.end(made("video"))
    assert (answer.status, answer.outcome) == (200, "recorded")
    job = await the_job(store, "video")
    assert (job.status, job.progress) == (JobStatus.COMPLETE, 100)
    rendered = Rendered.from_json(job.result)
    assert (rendered.video_key, rendered.frames) == (keys.video("video", 1), 10)
    for _ in range(4):
        repeated = await renderer.end(made("video", frames=11))
        assert (repeated.status, repeated.outcome) == (200, "stale")
    assert await the_job(store, "video") == job


async def test_sizes_are_what_the_storage_says(renderer: Renderer, store: Store) -> None:
    ending = made("video")
    assert ending.made is not None
    claimed = dataclasses.replace(ending.made, size_bytes=5_000_000, inline_bytes=1)
    await renderer.end(dataclasses.replace(ending, made=claimed))
    rendered = Rendered.from_json((await the_job(store, "video")).result)
    assert (rendered.size_bytes, rendered.inline_bytes) == (len(VIDEO), len(VIDEO))


async def test_bad_input_fails_at_once(renderer: Renderer, store: Store) -> None:
    answer = await renderer.end(broken("video", code="source_silent"))
    assert (answer.status, answer.outcome) == (200, "recorded")
    job = await the_job(store, "video")
    assert (job.status, job.error_code) == (JobStatus.FAILED, "source_silent")
    assert (await renderer.end(made("video"))).outcome == "stale"
    assert await the_job(store, "video") == job


async def test_what_may_pass_is_tried_again_by_the_next_claim(
    renderer: Renderer, store: Store
) -> None:
    for _ in range(3):
        await renderer.end(broken("video", code="render_failed"))
    job = await the_job(store, "video")
    assert (job.status, job.failures, job.attempt) == (JobStatus.PENDING, 1, 1)
    await store.database.execute("UPDATE jobs SET run_after = 0")
    assert (await claim(store)).attempt == 2


async def test_a_code_nobody_knows_is_our_own_fault(renderer: Renderer, store: Store) -> None:
    await renderer.end(broken("video", code="<b>never heard of</b>"))
    job = await the_job(store, "video")
    assert (job.status, job.error_code) == (JobStatus.PENDING, "internal")


async def test_what_a_late_attempt_says_changes_nothing(
    renderer: Renderer, session: aiohttp.ClientSession, store: Store
) -> None:
    await store.jobs.redispatch(await the_job(store, "video"))
    assert (await renderer.end(made("video"))).outcome == "stale"
    again = await claim(store)
    await store.jobs.dispatch(again, limit_s=LIMIT_S)
    before = await the_job(store, "video")
    for answer in (
        await renderer.end(made("video")),
        await renderer.end(broken("video", code="source_silent")),
        await renderer.tell(90),
    ):
        assert (answer.status, answer.outcome) == (200, "stale")
    assert await the_job(store, "video") == before
    assert (await Renderer(session, attempt=2).tell(50)).outcome == "recorded"


async def test_what_comes_after_a_cancel_changes_nothing(renderer: Renderer, store: Store) -> None:
    await store.jobs.cancel("video")
    before = await the_job(store, "video")
    for answer in (await renderer.end(made("video")), await renderer.tell(90)):
        assert (answer.status, answer.outcome) == (200, "stale")
    assert await the_job(store, "video") == before


async def test_a_video_that_is_not_there_is_made_again_and_then_given_up(
    session: aiohttp.ClientSession, store: Store
) -> None:
    await send_away(store)
    for attempt in range(1, TRIES[ErrorClass.BROKEN] + 1):
        answer = await Renderer(session, attempt=attempt).end(made("video", attempt))
        assert (answer.status, answer.outcome) == (200, "recorded")
        job = await the_job(store, "video")
        assert job.error_code == "video_missing"
        if job.status is JobStatus.PENDING:
            await store.database.execute("UPDATE jobs SET run_after = 0")
            await store.jobs.dispatch(await claim(store), limit_s=LIMIT_S)
    assert job.status is JobStatus.FAILED


@pytest.mark.parametrize(
    "lost", [keys.video("video", 1), keys.thumbnail("video", 1), keys.poster("video", 1)]
)
async def test_a_video_without_a_part_of_it_is_not_there(
    renderer: Renderer, store: Store, storage: LocalStorage, lost: str
) -> None:
    await put(storage, keys.poster("video", 1), b"a poster")
    await storage.delete(lost)
    ending = made("video")
    assert ending.made is not None
    whole = dataclasses.replace(ending.made, poster_key=keys.poster("video", 1))
    await renderer.end(dataclasses.replace(ending, made=whole))
    assert (await the_job(store, "video")).error_code == "video_missing"


async def test_while_the_storage_is_away_the_end_is_to_be_told_again(
    renderer: Renderer, store: Store, storage: Hesitant
) -> None:
    storage.is_away = True
    answer = await renderer.end(made("video"))
    assert answer.status == 503
    assert answer.headers["Retry-After"]
    assert (await the_job(store, "video")).status is JobStatus.DISPATCHED
    storage.is_away = False
    assert (await renderer.end(made("video"))).outcome == "recorded"


async def test_while_the_store_is_away_everything_is_to_be_told_again(
    renderer: Renderer, store: Store, database: Watched
) -> None:
    database.is_away = True
    for answer in (await renderer.end(made("video")), await renderer.tell(50)):
        assert (answer.status, bool(answer.headers["Retry-After"])) == (503, True)
    database.is_away = False
    assert (await renderer.tell(50)).outcome == "recorded"


async def test_progress_rises_in_the_row_and_never_falls(renderer: Renderer, store: Store) -> None:
    seen = []
    for told in (10, 31, 60.7, 45, 100):
        assert (await renderer.tell(told)).outcome == "recorded"
        seen.append((await the_job(store, "video")).progress)
    assert seen == [30, 31, 60, 60, 99]
    await renderer.tell(99, "storing")
    assert (await the_job(store, "video")).stage is Stage.STORING


async def test_a_job_that_is_not_there_is_said_to_be_missing(
    session: aiohttp.ClientSession, store: Store
) -> None:
    nobodys = Renderer(session, "never-was")
    for answer in (await nobodys.end(made("never-was")), await nobodys.tell(50)):
        assert (answer.status, answer.body["error"]["code"]) == (404, "no_such_job")
    await store.jobs.create(new_job("look", JobKind.LOOK))
    assert (await Renderer(session, "look").end(made("look"))).status == 404


def _of_others() -> list[Ending]:
    ending = made("video")
    assert ending.made is not None

    good = ending.made

    def naming(**changes: Any) -> Ending:
        return dataclasses.replace(ending, made=dataclasses.replace(good, **changes))

    return [
        made("other"),
        made("video", 2),
        broken("other"),
        broken("video", 2),
        naming(video_key=keys.video("video", 2)),
        naming(video_key=keys.inline_video("video", 1)),
        naming(inline_key=keys.video("other", 1)),
        naming(thumbnail_key=keys.poster("video", 1)),
        naming(poster_key=keys.poster("other", 1)),
        naming(video_key="../../etc/passwd"),
    ]


@pytest.mark.parametrize("ending", _of_others())
async def test_a_report_speaks_of_its_own_attempt_only(
    renderer: Renderer, store: Store, ending: Ending
) -> None:
    before = await the_job(store, "video")
    answer = await renderer.end(ending)
    assert (answer.status, answer.body["error"]["code"]) == (400, "of_another")
    assert await the_job(store, "video") == before


async def test_progress_is_of_the_tokens_own_attempt(renderer: Renderer, store: Store) -> None:
    assert (await renderer.tell(50, attempt=2)).status == 400
    answer = await renderer.send(
        "PATCH", "/api/render/other", json={"attempt": 1, "progress": 50, "stage": "drawing"}
    )
    assert answer.status == 401
    assert (await the_job(store, "video")).progress == 30


def _forged() -> list[str]:
    good = token(KEY, "video", 1)
    mac = good.rpartition(".")[2]
    return [
        "",
        good,
        "Bearer",
        "Bearer ",
        f"Basic {good}",
        f"Bearer {good[:-1]}",
        f"Bearer {good}0",
        f"Bearer  {good}",
        f"Bearer video.2.{mac}",
        f"Bearer other.1.{mac}",
        f"Bearer video.1.{mac.upper()}",
        f"Bearer {token(b'another key', 'video', 1)}",
        "Bearer \u00e4.1." + "\u00df" * 64,
        "Bearer " + "9" * 5000,
    ]


@pytest.mark.parametrize("shown", _forged())
async def test_who_shows_another_token_is_told_nothing(
    renderer: Renderer, store: Store, shown: str
) -> None:
    renderer.bearer = shown
    before = await the_job(store, "video")
    for answer in (await renderer.end(made("video")), await renderer.tell(50)):
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert answer.body == {
            "error": {"code": "unauthorized", "message": "The token is not for this."}
        }
    assert await the_job(store, "video") == before


async def test_the_scheme_may_be_spelt_in_any_case(renderer: Renderer) -> None:
    renderer.bearer = renderer.bearer.replace("Bearer", "bEARER")
    assert (await renderer.tell(50)).status == 200


async def test_no_token_and_no_link_is_logged(
    renderer: Renderer, storage: LocalStorage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    mine = token(KEY, "video", 1)
    link = "https://files.example/sound?X-Amz-Signature=0123"
    detail = f"no answer from {link} with {mine} in {'x' * 60_000}"
    await renderer.end(Ending(job="video", attempt=1, error_code="internal", error_detail=detail))
    assert "job video: failed elsewhere, internal (broken): no answer from" in caplog.text
    for secret in (mine, mine.rpartition(".")[2], "X-Amz", "files.example", "x" * 300):
        assert secret not in caplog.text


async def test_a_body_is_never_echoed(renderer: Renderer) -> None:
    for body in ('{"canary": 1}', '["canary"', '{"jobId": "canary", "status": "failed"}'):
        answer = await renderer.post(data=body)
        assert answer.status == 400
        assert "canary" not in str(answer.body)
    stale = {**ending_to_json(made("video")), "status": "canary"}
    assert "canary" not in str((await renderer.post(json=stale)).body)
