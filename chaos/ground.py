"""What a run stands on: a database, a storage, one small video that all renders share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from jobs.opening import Store, build_database, build_store
from jobs.quotas import Quotas
from settings import JobStoreBackend, Settings
from storage import keys
from storage.local import LocalStorage
from storage.opening import build_storage

SHARED_VIDEO = keys.inline_video("shared", 1)
SHARED_THUMBNAIL = keys.thumbnail("shared", 1)
# Each chat has one video; nobody is to be refused here.
_QUOTAS = Quotas(active_renders=10**6, videos_per_day=10**6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """`folder` holds everything; `database_url` is empty for SQLite in there."""

    folder: Path
    lease_s: float
    database_url: str = ""

    @property
    def settings(self) -> Settings:
        remote = {
            "job_store_backend": JobStoreBackend.TURSO,
            "turso_database_url": self.database_url,
        }
        return Settings(
            data_dir=self.folder,
            signing_secret="x" * 32,
            **(remote if self.database_url else {}),  # type: ignore[arg-type]  # each field's own type
        )

    def scratch(self, job_id: str, attempt: int) -> Path:
        """Where an attempt's children work."""
        return self.settings.scratch_dir / f"{job_id}-{attempt}"

    def note_rescued(self, worker: str, jobs: int) -> None:
        """A worker that ends in order says how many jobs it took from others."""
        (self.folder / f"{worker}.rescued").write_text(str(jobs))

    def rescued(self) -> int:
        """How many jobs were taken from workers, as far as those say that ended in order."""
        return sum(int(path.read_text()) for path in self.folder.glob("*.rescued"))

    def store(self) -> Store:
        return build_store(build_database(self.settings), _QUOTAS)

    def storage(self) -> LocalStorage:
        storage = build_storage(self.settings)
        assert isinstance(storage, LocalStorage)
        return storage


async def lay(ground: Ground) -> Store:
    """The store, set up, with the shared video beside it."""
    storage = ground.storage()
    for key in (SHARED_VIDEO, SHARED_THUMBNAIL):
        await storage.put_stream(key, a_little())
    store = ground.store()
    await store.jobs.setup()
    await store.jobs.set_quotas()
    return store


async def a_little() -> AsyncIterator[bytes]:
    """The bytes of every video."""
    yield b"not much of a video"
