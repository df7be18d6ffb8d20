"""What every answer is made from, and what every request has said by the time it is answered."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from aiohttp import web

from bot.decisions import STALE_TRIES
from bot.facts import FactsReader
from bot.web.links import StreamLinks
from conversations import texts
from conversations.model import Facts
from conversations.orders import Card, Ordered, Refused
from conversations.words.text import Language, language_of
from conversations.work import is_cover
from jobs.errors import QuotaExceeded, StaleProject, StoreUnavailable
from jobs.model import Asset, Job, JobKind, JobStatus, Person
from jobs.opening import Store
from jobs.payloads import Part, asset_from_json, part_of
from storage import keys
from storage.adapter import ObjectInfo, ObjectMissing, StorageAdapter, StorageUnavailable

PATIENCE_S = 5.0  # a storage that is away is said to be away


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """`patience_s` is how long storage is waited for.

    Of two requests of one person that write, the second sees what the first decided; `turns` are
    by person. Everything that only one of several bots may do is the database's to see to.
    """

    facts: FactsReader
    patience_s: float = PATIENCE_S
    turns: defaultdict[int, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    @property
    def store(self) -> Store:
        return self.facts.store

    @property
    def storage(self) -> StorageAdapter:
        return self.facts.storage

    @property
    def streams(self) -> StreamLinks:
        """Signed like the links to videos."""
        return StreamLinks(self.facts.links.base, self.facts.links.secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request whose form is right. `person` is None where a signed address stands for a key."""

    person: Person | None
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Mapping[str, Any]

    @property
    def caller(self) -> Person:
        assert self.person is not None
        return self.person

    @property
    def language(self) -> Language:
        """In which the caller is told what concerns them."""
        return language_of(self.caller)


Handler = Callable[[Desk, Call], Awaitable[web.Response]]


async def own_job(desk: Desk, person: Person, job_id: str) -> Job:
    """The caller's job; what is somebody else's is not there. Raises Refused."""
    job = await desk.store.jobs.get(job_id)
    if job is None or job.owner_id != person.id or _is_the_chats(job):
        raise Refused("not_found")
    return job


def _is_the_chats(job: Job) -> bool:
    """Whether it makes something that only a card shows: its picture, a cover, a glimpse."""
    if job.kind is JobKind.PREVIEW:
        return part_of(job.input) is Part.GLIMPSE
    return job.kind is JobKind.LOOK or is_cover(job)


async def own_asset(desk: Desk, person: Person, asset_id: str) -> tuple[Job, Asset]:
    """The caller's recording, with the ingest that brought it. Raises Refused."""
    job, asset = await asset_of(desk, asset_id)
    if job.owner_id != person.id:
        raise Refused("not_found")
    return job, asset


async def asset_of(desk: Desk, asset_id: str) -> tuple[Job, Asset]:
    """The recording, whosever it is, while an open card shows it. Raises Refused."""
    job_id, _, _ = asset_id.rpartition("-")
    job = await desk.store.jobs.get(job_id)
    if job is None or job.kind is not JobKind.INGEST or is_cover(job):
        raise Refused("not_found")
    if job.status is not JobStatus.COMPLETE:
        raise Refused("not_found")
    asset = asset_from_json(job.result)
    if asset.id != asset_id or not await desk.store.projects.is_used(job.id):
        raise Refused("not_found")
    return job, asset


async def own_object(desk: Desk, person: Person, key: str) -> ObjectInfo:
    """What is stored under a key of the caller's. Raises Refused."""
    if not keys.is_key(key):
        raise Refused("not_found")
    writer = keys.writer(key)
    if writer is None:
        owner_id = await desk.store.uploads.owner(key)
    else:
        job = await desk.store.jobs.get(writer.job)
        owner_id = None if job is None else job.owner_id
    if owner_id != person.id:
        raise Refused("not_found")
    return await stored(desk, key)


async def stored(desk: Desk, key: str) -> ObjectInfo:
    """Raises Refused where there is nothing, StorageUnavailable."""
    try:
        async with asyncio.timeout(desk.patience_s):
            return await desk.storage.stat(key)
    except TimeoutError as late:
        raise StorageUnavailable(key) from late
    except ObjectMissing:
        raise Refused("not_found") from None


async def link_to(desk: Desk, key: str, *, expires_s: int) -> str:
    """A signed link. Raises Refused where none can be given."""
    link = await desk.storage.download_link(key, expires_s=expires_s)
    if not link:
        raise Refused("no_links")
    return link


async def cards_of(desk: Desk, person: Person, ingest_job: str) -> list[Card]:
    """The open cards that show the caller's recording, at least one. Raises Refused."""
    projects = await desk.store.belongings.cards(person.id, ingest_job)
    if not projects:
        raise Refused("not_found")
    first, *others = projects
    facts = await desk.facts.of_project(first, person)
    # Of the others only their videos matter, and there may be many of them.
    renders = await desk.store.jobs.many({other.render_job for other in others} - {""})
    return [
        Card(project=first, facts=facts),
        *(
            Card(project=other, facts=replace(facts, render=renders.get(other.render_job)))
            for other in others
        ),
    ]


async def facts_of(desk: Desk, person: Person) -> Facts:
    return await desk.facts.of_person(person, person.id, 0)


async def commit(
    desk: Desk, person: Person, decide: Callable[[], Awaitable[Ordered]]
) -> tuple[Ordered, bool]:
    """What was decided, and whether it is news. Decides again when a card changed meanwhile.

    Raises Refused, also for a quota that is used up; StoreUnavailable.
    """
    async with desk.turns[person.id]:
        for _ in range(STALE_TRIES):
            ordered = await decide()
            try:
                return ordered, await desk.store.projects.accept(None, ordered.changes)
            except StaleProject:
                continue
            except QuotaExceeded as exceeded:
                told = texts.quota(exceeded.quota, await facts_of(desk, person))
                raise Refused(exceeded.quota, told) from exceeded
    raise StoreUnavailable("the card changes all the time")
