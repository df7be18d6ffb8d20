"""What came of a run: held against what the database and the phone say."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chaos.bot import job_id
from chaos.phone import Seen, Transport
from jobs.model import Job, JobStatus
from jobs.opening import Store
from storage import keys

ORPHANS_S = 5.0  # whoever lives on for so long is one
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """All zero is what is promised; `poisoned` jobs lost three workers in a row and were told."""

    jobs: int
    lost: int
    duplicate_results: int
    duplicate_pings: int
    stale_accepted: int
    orphans: int
    poisoned: int
    seconds: float

    @property
    def is_clean(self) -> bool:
        wrong = self.lost + self.duplicate_results + self.duplicate_pings
        return wrong + self.stale_accepted + self.orphans == 0


async def count(
    store: Store, transport: Transport, folder: Path, jobs: int, seconds: float
) -> Tally:
    """Look at everything, once all workers have ended."""
    rows: dict[str, Job] = {}
    for first in range(0, jobs, _AT_ONCE):
        ids = [job_id(number) for number in range(first, min(jobs, first + _AT_ONCE))]
        rows |= await store.jobs.many(ids)
    chats = [transport.chats.get(number + 1, Seen()) for number in range(jobs)]
    ended = [rows.get(job_id(number)) for number in range(jobs)]
    return Tally(
        jobs=jobs,
        lost=sum(_is_lost(job, seen) for job, seen in zip(ended, chats, strict=True)),
        duplicate_results=sum(max(0, len(seen.cards) - 1) for seen in chats),
        duplicate_pings=sum(max(0, len(seen.pings) - 1) for seen in chats),
        stale_accepted=sum(_is_stale(job) for job in rows.values()),
        orphans=await _orphans(folder),
        poisoned=sum(job.status is JobStatus.FAILED for job in rows.values()),
        seconds=round(seconds, 1),
    )


def _is_lost(job: Job | None, seen: Seen) -> bool:
    """Not ended, or ended and its person was shown something else."""
    if job is None or not job.status.is_terminal or not seen.cards:
        return True
    return (job.status is JobStatus.COMPLETE) != bool(seen.videos)


def _is_stale(job: Job) -> bool:
    """Whether the result is not that of the attempt which the row is at."""
    if job.status is not JobStatus.COMPLETE:
        return False
    return bool(job.result["video_key"] != keys.video(job.id, job.attempt))


async def _orphans(folder: Path) -> int:
    loop = asyncio.get_running_loop()
    until = loop.time() + ORPHANS_S
    while (left := sum(1 for _ in _at_work(folder))) and loop.time() < until:
        await asyncio.sleep(0.1)
    return left


def _at_work(folder: Path) -> Iterator[Path]:
    """Processes whose working directory is there: only children of renders have that."""
    place = folder.resolve()
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and (process / "cwd").readlink() == place:
                yield process
        except OSError:
            continue  # it has just ended
