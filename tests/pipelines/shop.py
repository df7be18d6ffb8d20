"""Pipelines as a worker runs them: a real queue, real storage, real children."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jobs.model import Asset, Edit, JobKind, Json, NewJob, Shape, Source, SourceKind
from jobs.payloads import asset_from_json, source_to_json
from jobs.recipe import Clean, Clip, Recipe
from jobs.store import JobStore
from pipelines import build_pipelines
from pipelines.child import ChildRef
from settings import Settings
from storage.adapter import StorageAdapter

ALL = frozenset(JobKind)


@dataclass
class Shop:
    """Runs one job at a time; `said` are stage and percent at each change."""

    settings: Settings
    storage: StorageAdapter
    store: JobStore
    allow: frozenset[tuple[str, int]] = frozenset()
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    async def run(
        self, kind: JobKind, work: Mapping[str, Any], *, project: str = "p"
    ) -> tuple[str, Json]:
        """The job's id and result. What the pipeline raises is raised, the job is failed."""
        job_id = f"job{next(self.numbers)}"
        new = NewJob(
            id=job_id, kind=kind, project_id=project, owner_id=1, chat_id=1, input=dict(work)
        )
        assert await self.store.create(new)
        job = await self.store.claim_next_pending("shop", ALL, 60.0)
        assert job is not None
        assert job.id == job_id
        pipelines = build_pipelines(self.settings, self.storage, allow=self.allow)
        try:
            result = await pipelines[kind](self.store, job, ChildRef())
        except BaseException:
            await self.store.cancel(job_id)
            raise
        finally:
            assert not list(self.settings.scratch_dir.glob("*"))
        assert result is not None
        assert await self.store.complete(job_id, job.attempt, result)
        return job_id, result

    async def ingest(self, path: Path) -> tuple[str, Asset]:
        return await self.ingest_source(source(path))

    async def ingest_source(self, wanted: Source) -> tuple[str, Asset]:
        job_id, result = await self.run(JobKind.INGEST, source_to_json(wanted))
        return job_id, asset_from_json(result)

    async def file(self, key: str, path: Path) -> Path:
        """A copy of what is stored under the key."""
        await self.storage.get_file(key, path)
        return path


def source(path: Path) -> Source:
    return Source(kind=SourceKind.FILE, media="audio", url=str(path))


def link(url: str) -> Source:
    return Source(kind=SourceKind.LINK, media="link", url=url)


def recipe(asset: Asset, start_s: float, end_s: float, **more: Any) -> Recipe:
    """One clip of the asset, not cleaned unless `more` says so."""
    clip = Clip(source=asset.digest, start_s=start_s, end_s=end_s)
    return Recipe(**{"clips": (clip,), "clean": Clean.OFF, **more})


def edit_of(wanted: Recipe, **more: Any) -> Edit:
    return Edit(**{"recipe": wanted, "look": "pulse", "shape": Shape.SQUARE, **more})
