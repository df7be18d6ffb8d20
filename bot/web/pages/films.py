"""What a watch page shows: the video behind its slug, for as long as both are there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from conversations.figures import tidy
from jobs.model import JobStatus, Project, ProjectStatus
from jobs.opening import Store
from jobs.payloads import Rendered
from modal_render.contract import POSTER_EDGE, THUMBNAIL_EDGE
from storage.adapter import ObjectMissing, StorageAdapter


class Why(StrEnum):
    """Why there is nothing to watch."""

    MISSING = "missing"
    TAKEN_BACK = "taken_back"
    TIDIED = "tidied"


class NothingHere(Exception):
    """There is nothing to watch."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """A finished video and the card it belongs to."""

    slug: str
    project: Project
    made: Rendered

    @property
    def title(self) -> str:
        return tidy(self.project.edit.title) if self.project.edit else ""

    @property
    def poster_key(self) -> str:
        """A picture of it; renders from before there were posters have a small one only."""
        return self.made.poster_key or self.made.thumbnail_key

    @property
    def poster_size(self) -> tuple[int, int]:
        """Width and height of that picture in pixels."""
        edge_px = POSTER_EDGE if self.made.poster_key else THUMBNAIL_EDGE
        share = min(1.0, edge_px / max(self.made.width, self.made.height))
        return round(self.made.width * share / 2) * 2, round(self.made.height * share / 2) * 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Films:
    """Finds films by the slugs of their pages."""

    store: Store
    storage: StorageAdapter

    async def open_at(self, slug: str) -> Film:
        """Raises NothingHere."""
        page = await self.store.pages.get(slug)
        if page is None:
            raise NothingHere(Why.MISSING)
        project = await self.store.projects.get(page.project_id)
        if page.is_closed or project is None or project.status is ProjectStatus.DELETED:
            raise NothingHere(Why.TAKEN_BACK)
        job = await self.store.jobs.get(page.job_id)
        if job is None or job.status is not JobStatus.COMPLETE:
            raise NothingHere(Why.TIDIED)
        made = Rendered.from_json(job.result)
        try:
            await self.storage.stat(made.video_key)
        except ObjectMissing:
            raise NothingHere(Why.TIDIED) from None
        return Film(slug=slug, project=project, made=made)
