"""What every pipeline works with: settings, storage, a folder of its own, the recording."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from jobs.errors import SourceGone
from jobs.model import Asset, Job, JobStatus
from jobs.payloads import asset_from_json
from jobs.store import JobStore
from pipelines.child import QUIET_S
from pipelines.media import PROBE_S
from pipelines.youtube import COMMAND
from settings import Settings
from storage.adapter import ObjectInfo, ObjectMissing, StorageAdapter

Endpoint = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """`allow` are (address, port) that may be dialled although they are not public.

    `youtube` starts youtube_child. Listening may take `probe_s`, and a renderer that tells no
    progress for `quiet_s` is stopped.
    """

    settings: Settings
    storage: StorageAdapter
    allow: frozenset[Endpoint] = frozenset()
    youtube: Sequence[str] = COMMAND
    probe_s: float = PROBE_S
    quiet_s: float = QUIET_S

    @asynccontextmanager
    async def scratch(self, job: Job) -> AsyncIterator[Path]:
        """A folder for this attempt; gone afterwards, whatever happens."""
        folder = scratch_folder(self.settings.scratch_dir, job)
        await asyncio.to_thread(folder.mkdir, mode=0o700, parents=True, exist_ok=True)
        try:
            yield folder
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def recording(self, store: JobStore, ingest_job: str) -> Asset:
        """What that job brought in. Raises SourceGone."""
        job = await store.get(ingest_job)
        if job is None or job.status is not JobStatus.COMPLETE:
            raise SourceGone(ingest_job)
        return asset_from_json(job.result)

    async def bring(self, key: str, path: Path) -> Path:
        """Copy an object to `path`. Raises SourceGone."""
        try:
            await self.storage.get_file(key, path)
        except ObjectMissing as gone:
            raise SourceGone(key) from gone
        return path

    async def cover(self, key: str, folder: Path) -> str:
        """Where the cover is now; empty where there is none. Raises SourceGone."""
        return str(await self.bring(key, folder / "cover.jpg")) if key else ""

    async def stored(self, key: str) -> ObjectInfo | None:
        """What is known of the object; None when there is none."""
        try:
            return await self.storage.stat(key)
        except ObjectMissing:
            return None


def scratch_folder(scratch_dir: Path, job: Job) -> Path:
    """Where this attempt at the job works."""
    return (scratch_dir / f"{job.id}-{job.attempt}").resolve()
