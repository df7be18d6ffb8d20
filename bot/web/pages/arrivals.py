"""What a link to send a file is good for, and what follows when the file is there."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bot import gate
from bot.decisions import STALE_TRIES
from bot.facts import FactsReader
from bot.web.pages.links import PageLinks
from conversations import flow
from conversations.model import Facts
from conversations.phases import Phase, phase
from jobs.errors import QuotaExceeded, StaleProject
from jobs.model import Person, Project, ProjectStatus
from jobs.opening import Store
from storage.adapter import ObjectInfo
from storage.links import LinkExpired, LinkForged


class Why(StrEnum):
    """Why a link leads nowhere."""

    FORGED = "forged"
    EXPIRED = "expired"
    USED = "used"
    GONE = "gone"


STATUSES: Mapping[Why, int] = {Why.FORGED: 403, Why.EXPIRED: 410, Why.USED: 410, Why.GONE: 410}


class Closed(Exception):
    """The link leads nowhere any more; `person` is whose it was, where that is known."""

    def __init__(self, why: Why, person: Person | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.person = person


class OverQuota(Exception):
    """The file is here, and the person's share is used up; the message says so to them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A card that waits for its file, until `until` (seconds since 1970)."""

    project: Project
    person: Person
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """Reads links, and lets the conversation decide what a file that arrived leads to."""

    store: Store
    facts: FactsReader
    links: PageLinks

    async def expected(self, token: str, *, going_on: bool = False) -> Expected:
        """What the link is good for; what is `going_on` has more time. Raises Closed."""
        try:
            project_id, until = self.links.project_of(token, now=time.time(), going_on=going_on)
        except LinkForged:
            raise Closed(Why.FORGED) from None
        except LinkExpired as late:
            raise Closed(Why.EXPIRED, await self._person(str(late))) from None
        project = await self.store.projects.get(project_id)
        if project is None or project.status is not ProjectStatus.OPEN:
            raise Closed(Why.GONE, await self._person(project_id))
        person = await self.store.people.get(project.owner_id)
        if person is None or not gate.may_use(person):
            raise Closed(Why.GONE, person)
        if phase(project, Facts(person=person)) is not Phase.UNSENT:
            raise Closed(Why.USED, person)
        return Expected(project=project, person=person, until=until)

    async def begin(self, expected: Expected) -> None:
        """A file is about to come; until it is listened to it counts as waiting. Raises OverQuota.

        From now on it is known whose the object will be, should nobody finish it.
        """
        key, person = expected.project.source.key, expected.person
        if await self.store.uploads.owner(key) is not None:
            return
        try:
            await self.store.uploads.promise(key, person.id)
        except QuotaExceeded as exceeded:
            if await self.store.uploads.owner(key) is not None:
                return  # another request for this very file was quicker, and took the last place
            facts = await self.facts.of_project(expected.project)
            raise OverQuota(_refusal(exceeded, facts)) from None

    async def arrived(self, project_id: str, name: str, found: ObjectInfo) -> None:
        """The file is in storage: its card moves on. Raises OverQuota, StaleProject."""
        for _ in range(STALE_TRIES):
            project = await self.store.projects.get(project_id)
            if project is None:
                return
            facts = await self.facts.of_project(project)
            source = replace(
                project.source,
                name=name,
                size_bytes=found.size_bytes,
                etag=found.etag,
                duration_s=0.0,
            )
            decision = flow.uploaded(project, source, facts)
            try:
                await self.store.projects.accept(None, decision.changes)
            except StaleProject:
                continue
            except QuotaExceeded as exceeded:
                raise OverQuota(_refusal(exceeded, facts)) from None
            return
        raise StaleProject

    async def _person(self, project_id: str) -> Person | None:
        project = await self.store.projects.get(project_id)
        return await self.store.people.get(project.owner_id) if project else None


def _refusal(exceeded: QuotaExceeded, facts: Facts) -> str:
    return flow.over_quota(exceeded.quota, facts, pressed=True).toast
