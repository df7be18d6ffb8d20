"""Jobs, lists and sounds as programs see them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from yarl import URL

from bot.web.api import examples
from bot.web.links import StreamLinks
from jobs.errors import ErrorClass
from jobs.model import JobKind, JobStatus, Person, Project, Stage
from jobs.opening import Store
from storage import keys
from storage.local import LocalStorage
from tests.bot.api_world import KIM, Program, api_of, furnished, job_of, path_of, talk
from tests.bot.conftest import LINK_BASE, SECRET
from tests.bot.media import film, put


@pytest.fixture
async def program(store: Store, storage: LocalStorage) -> AsyncIterator[Program]:
    key = await furnished(store, storage)
    async with api_of(store, storage) as session:
        yield Program(session, key)


@pytest.fixture
async def project(store: Store, program: Program) -> Project:
    found = await store.projects.get("examplec")
    assert found is not None
    return found


async def test_a_job_tells_how_far_it_is(program: Program, store: Store, project: Project) -> None:
    for number in range(2):
        await store.jobs.create(job_of(project, f"render{number}", JobKind.RENDER))
    second = (await program.ask("job", job="render1")).body
    assert (second["status"], second["queuePosition"], second["progress"]) == ("pending", 1, 0)
    claimed = await store.jobs.claim_next_pending("worker", [JobKind.RENDER], 60.0)
    assert claimed is not None
    await store.jobs.beat(claimed, stage=Stage.DRAWING, progress=40, lease_s=60.0)
    first = (await program.ask("job", job="render0")).body
    assert (first["status"], first["stage"], first["progress"]) == ("processing", "drawing", 40)
    assert first["queuePosition"] is None
    assert (first["result"], first["error"], first["downloadUrl"]) == (None, None, None)


async def test_why_a_job_failed_is_told_in_its_persons_language(
    program: Program, store: Store, project: Project
) -> None:
    await store.jobs.create(job_of(project, "silent", JobKind.RENDER))
    await store.jobs.claim_next_pending("worker", [JobKind.RENDER], 60.0)
    await store.jobs.fail("silent", 1, "edit_silent", ErrorClass.BAD_INPUT, {})
    failed = (await program.ask("job", job="silent")).body
    assert failed["status"] == "failed"
    assert failed["error"]["code"] == "edit_silent"
    assert failed["error"]["message"].startswith("There's nothing to hear")
    german = Person(id=KIM.id, name=KIM.name, language="de", role=KIM.role)
    await store.people.put(german)
    assert "Nothing" not in (await program.ask("job", job="silent")).body["error"]["message"]


async def test_every_kind_of_result_can_be_fetched(program: Program) -> None:
    for job_id, content in (
        (examples.PREVIEW_JOB, b"the preview"),
        (examples.SAVE_JOB, b"the sound"),
    ):
        job = (await program.ask("job", job=job_id)).body
        assert await program.fetch(job["downloadUrl"]) == content
    video = (await program.ask("job", job=examples.RENDER_JOB)).body
    assert urlsplit(video["downloadUrl"]).path == f"/renders/{examples.RENDER_JOB}/output.mp4"
    answer = await program.send("GET", path_of(video["downloadUrl"]))
    assert await program.fetch(answer.headers["Location"]) == film()
    ingest = (await program.ask("job", job=examples.INGEST_JOB)).body
    assert ingest["result"]["assetId"] == examples.ASSET
    keyless = Program(program.session, "")
    answer = await keyless.send("GET", path_of(ingest["downloadUrl"]))
    assert await program.fetch(answer.headers["Location"]) == b"the talk"


async def test_where_no_link_can_be_given_a_job_is_told_all_the_same(
    store: Store, storage: LocalStorage, tmp_path: object
) -> None:
    key = await furnished(store, storage)
    linkless = LocalStorage(storage._objects.parent, secret=SECRET, link_base="")
    async with api_of(store, linkless) as session:
        job = await Program(session, key).ask("job", job=examples.PREVIEW_JOB)
    assert (job.status, job.body["status"], job.body["downloadUrl"]) == (200, "complete", None)


async def test_cancelling_a_video_ends_the_sound_made_for_it(
    program: Program, store: Store, project: Project
) -> None:
    answer = await program.ask("render", body={"assetId": examples.ASSET})
    job = await store.jobs.get(answer.body["jobId"])
    assert job is not None
    assert job.after_job
    cancelled = await program.ask("cancel", job=job.id)
    assert (cancelled.status, cancelled.body["status"]) == (200, "cancelled")
    sound = await store.jobs.get(job.after_job)
    assert sound is not None
    assert sound.status is JobStatus.CANCELLED
    again = await program.ask("cancel", job=job.id)
    assert (again.status, again.code) == (409, "already_ended")


async def test_the_same_video_asked_for_at_once_is_made_once(
    program: Program, store: Store, project: Project
) -> None:
    upright = {"assetId": examples.ASSET}
    square = {**upright, "shape": "square"}
    for body in (upright, square):  # on the recording's own card, then on one more
        answers = await asyncio.gather(*(program.ask("render", body=body) for _ in range(6)))
        assert {answer.status for answer in answers} == {202}
        assert len({answer.body["jobId"] for answer in answers}) == 1
    cards = await store.belongings.cards(KIM.id, examples.INGEST_JOB)
    assert len(cards) == 2


async def test_lists_go_on_where_a_page_ended(
    program: Program, store: Store, project: Project
) -> None:
    for number in range(4):
        await store.jobs.create(job_of(project, f"render{number}", JobKind.RENDER))
        await store.jobs.cancel(f"render{number}")
    seen: list[str] = []
    before: dict[str, Any] = {}
    while True:
        page = (await program.ask("renders", limit=2, **before)).body
        seen += [job["jobId"] for job in page["renders"]]
        if page["next"] is None:
            break
        assert len(page["renders"]) == 2
        before = {"before": page["next"]}
    assert seen == [*(f"render{number}" for number in (3, 2, 1, 0)), examples.RENDER_JOB]


async def test_a_recording_is_there_for_as_long_as_a_card_shows_it(
    program: Program, store: Store
) -> None:
    await store.database.execute("UPDATE projects SET status = 'expired'")
    assert (await program.ask("assets")).body["assets"] == []
    for name in ("asset", "stream"):
        assert (await program.ask(name, asset=examples.ASSET)).status == 404
    answer = await program.ask("render", body={"assetId": examples.ASSET})
    assert (answer.status, answer.code) == (404, "not_found")
    # What came of its jobs can still be seen.
    assert (await program.ask("job", job=examples.RENDER_JOB)).status == 200


async def test_the_sound_is_given_as_it_came_and_as_it_was_prepared(program: Program) -> None:
    for variant, content in (("original", b"the talk"), ("prepared", b"the sound")):
        answer = await program.ask("stream", asset=examples.ASSET, variant=variant)
        assert (answer.status, answer.body) == (302, b"")
        assert answer.headers["Cache-Control"] == "private, max-age=3600"
        location = answer.headers["Location"]
        assert await program.fetch(location) == content
        # Whoever remembered the redirection for an hour still gets there.
        expires = int(parse_qs(urlsplit(location).query)["expires"][0])
        assert expires > time.time() + 3600


async def test_the_newest_prepared_sound_is_given(
    program: Program, store: Store, storage: LocalStorage, project: Project
) -> None:
    newer = keys.prepared(examples.ASSET, "f" * 16, "wav")
    await put(storage, newer, b"better")
    await store.jobs.create(job_of(project, "newer", JobKind.SAVE))
    await store.jobs.claim_next_pending("worker", [JobKind.SAVE], 60.0)
    result = {"key": newer, "duration_s": 1.0, "size_bytes": 6}
    await store.jobs.complete("newer", 1, {**result, "loudness_lufs": -14, "true_peak_db": -1})
    answer = await program.ask("stream", asset=examples.ASSET, variant="prepared")
    assert await program.fetch(answer.headers["Location"]) == b"better"


async def test_a_sound_that_was_never_prepared_is_not_there(program: Program, store: Store) -> None:
    await store.database.execute("DELETE FROM jobs WHERE id = :id", {"id": examples.SAVE_JOB})
    answer = await program.ask("stream", asset=examples.ASSET, variant="prepared")
    assert (answer.status, answer.code) == (404, "not_found")


async def test_a_signed_address_opens_its_own_sound_and_nothing_else(program: Program) -> None:
    links = StreamLinks(LINK_BASE, SECRET)
    link = path_of(links.link(examples.ASSET, "original", int(time.time()) + 60))
    nobody = Program(program.session, "")
    assert (await nobody.send("GET", link)).status == 302
    for forged in (
        link.replace("original", "prepared"),
        link.replace("expires=1", "expires=2"),
        link.replace(talk().id, "another-1"),
        link[:-1] + ("0" if link[-1] != "0" else "1"),
        str(URL(link).update_query({"sig": ""})),
        str(URL(link).update_query({"sig": "\u00e4"})),
        str(URL(link).update_query({"expires": "-1"})),
        str(URL(link).update_query({"expires": "9" * 400})),
    ):
        answer = await nobody.send("GET", forged)
        assert (answer.status, answer.code) == (403, "link_not_valid"), forged


def test_without_an_address_there_is_no_link_to_a_sound() -> None:
    assert StreamLinks("", SECRET).link(examples.ASSET, "original", 1) == ""
