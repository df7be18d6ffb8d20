"""Everything a decision or a view may know, read from the store at one moment."""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from urllib.parse import urlsplit

from bot.web.links import VideoLinks
from bot.web.pages.links import NOWHERE, PageLinks
from conversations import remaining
from conversations.model import Facts, Limits
from conversations.words.text import Language, language_of
from jobs import elsewhere_sql
from jobs.ids import new_id
from jobs.kept import kept_clips
from jobs.model import Asset, Edit, Job, JobStatus, Person, Project, Role
from jobs.opening import Store, quotas_of
from jobs.payloads import Rendered, asset_from_json
from jobs.usage import Usage
from settings import MIB, Settings, is_loopback
from storage.adapter import DOWNLOAD_LINK_S, StorageAdapter, StorageError

log = logging.getLogger(__name__)

CLOUD_BYTES = 20 * MIB  # https://core.telegram.org/bots/api#getfile
PEAKS_S = 3.0  # whoever pressed a button waits for no more than this
VIDEO_NAME = "video.mp4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The jobs a project names, None where it names none."""

    ingest: Job | None
    card: Job | None
    save: Job | None
    render: Job | None
    preview: Job | None
    glimpse: Job | None
    cover: Job | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsReader:
    """Collects facts. `clock` says seconds since 1970; peaks are waited for `peaks_s`."""

    store: Store
    storage: StorageAdapter
    links: VideoLinks
    limits: Limits
    pages: PageLinks = NOWHERE
    bot_name: Callable[[], str] = str  # behind the @; empty before the bot knows itself
    clock: Callable[[], float] = time.time
    peaks_s: float = PEAKS_S
    folder: Path | None = None  # on the disk that fills up

    async def of_person(self, person: Person, chat_id: int, message_id: int) -> Facts:
        """What is known when the event is about no project."""
        owner, newest, everybody, habits = await asyncio.gather(
            self.store.people.owner(),
            self.store.projects.newest_open(person.id, chat_id),
            self._everybody_for(person),
            self.store.habits.of(person.id),
        )
        return Facts(
            person=person,
            chat_id=chat_id,
            message_id=message_id,
            now=self.clock(),
            owner_id=owner.id if owner else 0,
            owner_name=owner.name if owner else "",
            owner_language=language_of(owner) if owner else Language.ENGLISH,
            newest=newest,
            people=tuple(everybody),
            habits=habits,
            limits=self.limits,
            api_url=f"{self.links.base}/api" if self.links.base else "",
            bot_name=self.bot_name(),
            new_id=new_id,
        )

    async def of_project(
        self, project: Project, person: Person | None = None, *, message_id: int = 0
    ) -> Facts:
        """What is known about the project; without a person, as its owner sees it."""
        sender, named = await asyncio.gather(self._sender(project), self.named(project))
        facts = await self.of_person(person or sender, project.chat_id, message_id)
        return await self._with_all(facts, project, sender, named)

    async def for_message(self, project: Project, named: Named | None = None) -> Facts:
        """What the project's messages show: who else and what else there is is left out.

        `named` where it was read just now.
        """
        sender = await self._sender(project)
        facts = Facts(
            person=sender,
            chat_id=project.chat_id,
            now=self.clock(),
            limits=self.limits,
            new_id=new_id,
        )
        return await self._with(facts, project, sender, named or await self.named(project))

    async def with_project(self, facts: Facts, project: Project) -> Facts:
        """The facts with all that belongs to the project."""
        sender, named = await asyncio.gather(self._sender(project), self.named(project))
        return await self._with_all(facts, project, sender, named)

    async def _with_all(
        self, facts: Facts, project: Project, sender: Person, named: Named
    ) -> Facts:
        """What its messages show, what the card began with, and what else was made of it."""
        asset = _asset(named.ingest)
        facts, first, twins, earlier = await asyncio.gather(
            self._with(facts, project, sender, named),
            self.store.projects.first_edit(project.id),
            self._twins(project, asset),
            self._earlier(project, asset),
        )
        return replace(facts, first_edit=first, twins=tuple(twins), earlier=earlier)

    async def _with(self, facts: Facts, project: Project, sender: Person, named: Named) -> Facts:
        asset = _asset(named.ingest)
        estimate_s, place, last_edit, link, page_link = await asyncio.gather(
            self._estimate_s(project.edit, asset),
            self.place(named),
            self.store.projects.last_edit(project.id),
            self.link(named.render),
            self._page_link(project, named.render),
        )
        return replace(
            facts,
            ingest=named.ingest,
            card=named.card,
            save=named.save,
            render=named.render,
            preview=named.preview,
            glimpse=named.glimpse,
            cover=named.cover,
            asset=asset,
            queue_place=place,
            eta_s=_eta_s(named, estimate_s, facts.now),
            estimate_s=estimate_s,
            last_edit=last_edit,
            link=link,
            upload_link=self.pages.upload(project.id, project.touched_at),
            page_link=page_link,
            sender_name=sender.name,
        )

    async def with_shelf(self, facts: Facts, page: int, *, without: str = "") -> Facts:
        """With a page of the person's videos; without the one that is about to be deleted."""
        shelf = await self.store.library.shelf(facts.person.id, page, without=without)
        return replace(facts, shelf=shelf)

    async def with_usage(self, facts: Facts) -> Facts:
        """With what everybody used, for the owner."""
        if facts.person.role is not Role.OWNER:
            return facts
        free = await asyncio.to_thread(_free_bytes, self.folder) if self.folder else None
        jobs, shares = self.store.jobs, await self.store.usage.shares()
        usage = Usage(shares=shares, speed=await jobs.render_speed(), free_bytes=free)
        return replace(facts, usage=usage)

    async def peaks(self, asset: Asset | None) -> bytes:
        """The loudness of the recording, 100 a second, 0-255; empty when it cannot be read."""
        if asset is None:
            return b""
        try:
            async with asyncio.timeout(self.peaks_s):
                chunks = [chunk async for chunk in self.storage.get_stream(asset.peaks_key)]
            return bytes(json.loads(b"".join(chunks))["peaks"])
        except (StorageError, TimeoutError, ValueError, KeyError, TypeError) as problem:
            # Without them times still work; they only do not snap to quiet places.
            log.warning("asset %s: no peaks: %s", asset.id, type(problem).__name__)
            return b""

    async def named(self, project: Project) -> Named:
        """The project's jobs as they stand now."""
        ids = {field.name: getattr(project, f"{field.name}_job") for field in fields(Named)}
        jobs = await self.store.jobs.many({job_id for job_id in ids.values() if job_id})
        return Named(**{name: jobs.get(job_id) for name, job_id in ids.items()})

    async def place(self, named: Named) -> int | None:
        """How many are ahead of what the person waits for."""
        for job in (named.render, named.save, named.ingest):
            if job is not None and job.status is JobStatus.PENDING:
                return await self.store.jobs.queue_place(job)
        return None

    async def _everybody_for(self, person: Person) -> list[Person]:
        """All who ever wrote, for the owner."""
        return await self.store.people.all() if person.role is Role.OWNER else []

    async def _twins(self, project: Project, asset: Asset | None) -> list[Project]:
        """The person's cards with a finished video of the same recording."""
        if asset is None:
            return []
        return await self.store.projects.twins(project, asset.digest, self.limits.retention_s / 2)

    async def _earlier(self, project: Project, asset: Asset | None) -> Edit | None:
        """How the recording was set on a card that is gone, for one that nobody has set yet."""
        if asset is None or project.edit is not None:
            return None
        originals_s = self.limits.originals_s
        return await self.store.projects.tidied_edit(project, asset.digest, originals_s)

    async def _sender(self, project: Project) -> Person:
        known = await self.store.people.get(project.owner_id)
        return known or Person(id=project.owner_id, name="", language="", role=Role.STRANGER)

    async def _estimate_s(self, edit: Edit | None, asset: Asset | None) -> float | None:
        """How long a video of the edit takes at the pace of the last ones."""
        if edit is None or asset is None:
            return None
        speed = await self.store.jobs.render_speed()
        if speed is None:
            return None
        clips = kept_clips(edit.recipe, {asset.digest: asset})
        return speed * sum(clip.duration_s for clip in clips)

    async def _page_link(self, project: Project, render: Job | None) -> str:
        """Where the finished video can be watched, while its page is open."""
        if render is None or render.status is not JobStatus.COMPLETE:
            return ""
        page = await self.store.pages.open_of(project.id)
        return self.pages.watch(page.slug) if page else ""

    async def link(self, render: Job | None) -> str:
        """Where its video is; empty when that cannot be told.

        Through our own server where it can be reached, else to the storage itself.
        """
        if render is None or render.status is not JobStatus.COMPLETE:
            return ""
        if stable := self.links.link(render.id, render.updated_at):
            return stable
        # Signed for the moment it was made, a card drawn twice shows the same link.
        return await self.storage.download_link(
            Rendered.from_json(render.result).video_key,
            filename=VIDEO_NAME,
            expires_s=int(self.limits.link_s),
            signed_at=render.updated_at,
        )


def _free_bytes(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def limits_of(settings: Settings) -> Limits:
    retention_s = settings.retention_s
    return Limits(
        source_bytes=settings.max_source_bytes,
        telegram_bytes=fetchable_bytes(settings),
        audio_s=settings.max_audio_s,
        active_renders=settings.active_renders,
        videos_per_day=settings.videos_per_day,
        bytes_per_day=settings.bytes_per_day,
        queued_ingests=settings.queued_ingests,
        edits_per_day=quotas_of(settings).edits_per_day,
        originals_s=settings.originals_s,
        retention_s=retention_s,
        link_s=retention_s if settings.link_base else min(retention_s, DOWNLOAD_LINK_S),
        pages=bool(settings.page_base),
        sharing=not is_loopback(urlsplit(settings.page_base).hostname or "localhost"),
    )


def fetchable_bytes(settings: Settings) -> int:
    """How large a file may be that Telegram hands to this bot.

    Telegram's own servers give 20 MB, and so does the phone of `make try`. A Bot API server of
    one's own that runs with --local gives whatever we take.
    """
    return settings.max_source_bytes if settings.telegram_files_dir else CLOUD_BYTES


def _asset(ingest: Job | None) -> Asset | None:
    if ingest is None or ingest.status is not JobStatus.COMPLETE:
        return None
    return asset_from_json(ingest.result)


def _eta_s(named: Named, estimate_s: float | None, now: float) -> float | None:
    """How long until the video is there; None while nobody knows."""
    render = named.render
    if render is None or render.status.is_terminal:
        return None
    if render.status is JobStatus.PENDING:
        # Who stands in line waits for videos whose length we do not look up.
        is_begun = named.save is not None and named.save.status is JobStatus.PROCESSING
        return estimate_s if is_begun else None
    worked_s = max(0.0, now - (render.started_at or now))
    return remaining.expected_s(estimate_s, worked_s, _done(render))


def _done(render: Job) -> float:
    """Percent of the work; what was handed on had this much before anything was drawn."""
    if render.status is not JobStatus.DISPATCHED:
        return render.progress
    started = elsewhere_sql.STARTED
    return max(0, render.progress - started) * 100 / (100 - started)
