"""The API on a real server, and what the examples of its document speak of."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from yarl import URL

from bot.facts import FactsReader
from bot.web.api import examples
from bot.web.api.desk import Desk
from bot.web.api.operations import OPERATIONS, Operation
from bot.web.api.serve import Api
from bot.web.files import Files
from bot.web.incoming import Incoming
from bot.web.links import VideoLinks
from bot.web.server import serving
from bot.web.videos import Videos
from bot.web.webhook import Reports
from conversations.intake import first_edit
from conversations.model import Limits
from jobs.model import (
    Asset,
    Changes,
    Habits,
    JobKind,
    Json,
    NewJob,
    Person,
    Project,
    Role,
    Source,
    SourceKind,
)
from jobs.opening import Store
from jobs.payloads import EditWork, Prepared, Preview, Rendered, RenderWork, asset_to_json
from storage import keys
from storage.adapter import StorageAdapter
from storage.local import LocalStorage
from tests.bot.conftest import LINK_BASE, SECRET
from tests.bot.media import film, put
from tests.jobs import samples

ADA = Person(id=1, name="Ada", language="en", role=Role.OWNER)
KIM = Person(id=2, name="Kim", language="en", role=Role.GUEST)
NAMED: Mapping[str, Operation] = {operation.name: operation for operation in OPERATIONS}
LINKS = VideoLinks(LINK_BASE, SECRET, 7 * 86400.0)
TALK = Source(kind=SourceKind.TELEGRAM, media="voice", file_id="file", title="Monday thoughts")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def code(self) -> str:
        """Of a refusal, which has no other form than this."""
        assert self.body.keys() == {"error"}
        assert self.body["error"].keys() == {"code", "message"}
        return str(self.body["error"]["code"])


@dataclass(frozen=True, slots=True)
class Program:
    """Somebody's program, with a key."""

    session: aiohttp.ClientSession
    key: str

    async def ask(
        self, name: str, *, body: object = None, data: bytes | None = None, **given: Any
    ) -> Answer:
        """Ask for the operation; `given` stands in its path, the rest of it behind the `?`."""
        operation = NAMED[name]
        path = operation.path
        for part in operation.parameters:
            path = path.replace(f"{{{part}}}", str(given.pop(part)))
        if body is not None:
            data = json.dumps(body).encode()
        return await self.send(operation.method, str(URL(path).with_query(given)), data=data)

    async def send(self, method: str, address: str, **more: Any) -> Answer:
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        async with self.session.request(
            method, URL(address, encoded=True), headers=headers, allow_redirects=False, **more
        ) as answer:
            said = await answer.read()
            is_json = answer.content_type == "application/json" and said
            return Answer(answer.status, answer.headers, json.loads(said) if is_json else said)

    async def fetch(self, link: str) -> bytes:
        """What a link of ours gives to whoever follows it, without a key."""
        async with self.session.get(URL(path_of(link), encoded=True)) as answer:
            assert answer.status == 200, answer.status
            return await answer.read()


def path_of(link: str) -> str:
    assert link.startswith(LINK_BASE)
    return link.removeprefix(LINK_BASE)


def api_facts(store: Store, storage: StorageAdapter, **limits: Any) -> FactsReader:
    return FactsReader(store=store, storage=storage, links=LINKS, limits=Limits(**limits))


@asynccontextmanager
async def api_of(
    store: Store, storage: StorageAdapter, *, body_s: float = 10.0, **limits: Any
) -> AsyncIterator[aiohttp.ClientSession]:
    """The routes of the bot's server that programs use."""
    facts = api_facts(store, storage, **limits)
    routes = [
        *Api(Desk(facts=facts), body_s=body_s).routes(),
        *Videos(store.jobs, storage, LINKS).routes(),
        *Reports(store.jobs, storage, SECRET).routes(),
    ]
    if isinstance(storage, LocalStorage):
        routes += [*Files(storage).routes(), *Incoming(storage).routes()]
    async with (
        serving("127.0.0.1", 0, routes) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}", trust_env=False) as session,
    ):
        yield session


async def keyed(store: Store, person: Person) -> str:
    """A key of that person's, who may use the bot."""
    await store.people.put(person)
    return await samples.keyed(store, person.id)


def talk() -> Asset:
    """The recording of the examples."""
    return Asset(
        id=examples.ASSET,
        digest=examples.DIGEST,
        original_key=keys.original(examples.ASSET, "m4a"),
        peaks_key=keys.peaks(examples.ASSET),
        size_bytes=983_040,
        duration_s=120.0,
        codec="aac",
        rate_hz=48_000,
        channels=1,
        has_video=False,
        loudness_lufs=-21.5,
        true_peak_db=-3.2,
        sound_start_s=1.0,
        sound_end_s=118.0,
        pauses=((4.2, 5.4),),
        character="speech",
        title="Monday thoughts",
    )


async def recorded(store: Store, owner: Person = KIM, *, heard: bool = True) -> Project:
    """A card with the talk; `heard` unless its end was not dealt with yet."""
    project = Project(
        id="examplec",
        owner_id=owner.id,
        chat_id=owner.id,
        source=TALK,
        source_message_id=0,
        ingest_job=examples.INGEST_JOB,
        edit=first_edit(talk(), TALK, Habits()) if heard else None,
    )
    job = job_of(project, examples.INGEST_JOB, JobKind.INGEST)
    await store.projects.accept(None, Changes(project=project, jobs=(job,)))
    await complete(store, job, asset_to_json(talk()))
    found = await store.projects.get(project.id)
    assert found is not None
    return found


async def furnished(store: Store, storage: StorageAdapter) -> str:
    """All that the examples speak of is Kim's, a guest of Ada's; gives Kim's key."""
    await store.people.put(ADA)
    key = await keyed(store, KIM)
    project = await recorded(store)
    await put(storage, talk().original_key, b"the talk")
    recipe = first_edit(talk(), TALK, Habits()).recipe
    work = EditWork(ingest_job=examples.INGEST_JOB, recipe=recipe)
    heard = keys.preview(examples.ASSET, examples.DIGEST)
    await put(storage, heard, b"the preview")
    await _done(
        store,
        job_of(project, examples.PREVIEW_JOB, JobKind.PREVIEW, work.to_json()),
        Preview(key=heard, duration_s=10.25, size_bytes=11).to_json(),
    )
    saved = keys.prepared(examples.ASSET, examples.DIGEST, "wav")
    await put(storage, saved, b"the sound")
    await _done(
        store,
        job_of(project, examples.SAVE_JOB, JobKind.SAVE, work.to_json()),
        Prepared(
            key=saved, duration_s=10.25, size_bytes=9, loudness_lufs=-14.0, true_peak_db=-1.0
        ).to_json(),
    )
    await put(storage, examples.VIDEO_KEY, film())
    rendering = RenderWork(
        ingest_job=examples.INGEST_JOB,
        save_job=examples.SAVE_JOB,
        edit=first_edit(talk(), TALK, Habits()),
    )
    await _done(
        store,
        job_of(project, examples.RENDER_JOB, JobKind.RENDER, rendering.to_json()),
        rendered(),
    )
    await store.jobs.create(job_of(project, examples.WAITING_JOB, JobKind.INGEST))
    await store.uploads.promise(examples.UPLOAD_KEY, KIM.id)
    await put(storage, examples.UPLOAD_KEY, b"a recording")
    return key


def rendered() -> Json:
    return Rendered(
        video_key=examples.VIDEO_KEY,
        inline_key=examples.VIDEO_KEY,
        thumbnail_key=keys.thumbnail(examples.RENDER_JOB, 1),
        width=1080,
        height=1920,
        frames=3518,
        duration_s=117.25,
        size_bytes=15_728_640,
        inline_width=1080,
        inline_height=1920,
        inline_bytes=15_728_640,
    ).to_json()


async def complete(store: Store, job: NewJob, result: Json) -> None:
    """As a worker does it."""
    claimed = await store.jobs.claim_next_pending("worker", [job.kind], 60.0)
    assert claimed is not None
    assert claimed.id == job.id
    assert await store.jobs.complete(claimed.id, claimed.attempt, result)


async def _done(store: Store, job: NewJob, result: Json) -> None:
    await store.jobs.create(job)
    await complete(store, job, result)


def job_of(project: Project, job_id: str, kind: JobKind, given: Json | None = None) -> NewJob:
    return NewJob(
        id=job_id,
        kind=kind,
        project_id=project.id,
        owner_id=project.owner_id,
        chat_id=project.chat_id,
        input=given or {},
    )
