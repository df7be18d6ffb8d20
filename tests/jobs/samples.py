"""Jobs, projects and edits to write into a store."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

from jobs import api_keys
from jobs.database import Database, Row
from jobs.ids import new_id
from jobs.model import (
    Asset,
    Changes,
    Edit,
    Job,
    JobKind,
    NewApiKey,
    NewJob,
    Person,
    Project,
    Role,
    Shape,
    Source,
    SourceKind,
)
from jobs.opening import Store
from jobs.recipe import Clip, Recipe

DIGEST = "0123456789abcdef"
EVERY_KIND = frozenset(JobKind)
LEASE_S = 30.0
LIMIT_S = 600.0  # what a job may take elsewhere
SILENT_S = 60.0
_numbers = itertools.count(1)


def new_job(job_id: str = "", kind: JobKind = JobKind.INGEST, **changes: Any) -> NewJob:
    job = NewJob(
        id=job_id or f"job{next(_numbers):06}",
        kind=kind,
        project_id="project1",
        owner_id=1,
        chat_id=1,
        input={},
    )
    return replace(job, **changes)


def a_render(job_id: str = "", **changes: Any) -> NewJob:
    return new_job(job_id, JobKind.RENDER, **changes)


def a_save(job_id: str = "", **changes: Any) -> NewJob:
    return new_job(job_id, JobKind.SAVE, **changes)


async def claim(store: Store, *kinds: JobKind, owner: str = "worker1") -> Job:
    """The next job of these kinds, or of any; there must be one."""
    job = await store.jobs.claim_next_pending(owner, kinds or EVERY_KIND, LEASE_S)
    assert job is not None
    return job


async def send_away(store: Store, job_id: str = "video", owner_id: int = 1) -> Job:
    """A new render, claimed and dispatched."""
    await store.jobs.create(a_render(job_id, owner_id=owner_id))
    job = await claim(store, JobKind.RENDER)
    assert await store.jobs.dispatch(job, limit_s=LIMIT_S)
    return job


async def nothing_to_claim(store: Store) -> bool:
    return await store.jobs.claim_next_pending("worker1", EVERY_KIND, LEASE_S) is None


async def the_job(store: Store, job_id: str) -> Job:
    job = await store.jobs.get(job_id)
    assert job is not None
    return job


async def the_project(store: Store, project_id: str = "project1") -> Project:
    project = await store.projects.get(project_id)
    assert project is not None
    return project


async def outbox_rows(database: Database, kind: str) -> list[Row]:
    """Everything of that kind that was ever owed, the oldest first."""
    return await database.execute(
        "SELECT * FROM outbox WHERE kind = :kind ORDER BY id", {"kind": kind}
    )


def source(**changes: Any) -> Source:
    return replace(Source(kind=SourceKind.TELEGRAM, media="voice", file_id="file1"), **changes)


def project(project_id: str = "project1", **changes: Any) -> Project:
    fresh = Project(
        id=project_id,
        owner_id=1,
        chat_id=1,
        source=source(),
        source_message_id=7,
        ingest_job=f"{project_id}-ingest",
    )
    return replace(fresh, **changes)


def edit(title: str = "", end_s: float = 10.0) -> Edit:
    recipe = Recipe(clips=(Clip(source=DIGEST, start_s=0.0, end_s=end_s),))
    return Edit(recipe=recipe, look="pulse", shape=Shape.VERTICAL, title=title)


def asset() -> Asset:
    return Asset(
        id="ingest-1",
        digest=DIGEST,
        original_key="assets/ingest-1/original.ogg",
        peaks_key="assets/ingest-1/peaks.json",
        size_bytes=1000,
        duration_s=60.0,
        codec="opus",
        rate_hz=48000,
        channels=1,
        has_video=False,
        loudness_lufs=-20.0,
        true_peak_db=-1.0,
        sound_start_s=1.0,
        sound_end_s=59.0,
        pauses=((10.0, 11.0),),
        character="speech",
    )


def person(person_id: int = 1, role: Role = Role.GUEST, **changes: Any) -> Person:
    return replace(Person(id=person_id, name="Ada", language="en", role=role), **changes)


async def keyed(store: Store, person_id: int = 1) -> str:
    """A new key of that person's to the API."""
    key = api_keys.spelt(new_id() + new_id())
    made = NewApiKey(id=api_keys.id_of(key), owner_id=person_id, digest=api_keys.digest_of(key))
    assert await store.projects.accept(None, Changes(new_key=made))
    return key


async def begin(store: Store, project_id: str = "project1", **changes: Any) -> Project:
    """A project as the first update makes it, with its recording's job."""
    fresh = project(project_id, **changes)
    job = new_job(
        fresh.ingest_job,
        project_id=project_id,
        owner_id=fresh.owner_id,
        chat_id=fresh.chat_id,
    )
    assert await store.projects.accept(None, Changes(project=fresh, jobs=(job,)))
    return await the_project(store, project_id)
