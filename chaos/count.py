"""What came of a run: held against what the database and the phone say."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from chaos.bot import job_id
from chaos.ground import Ground
from chaos.phone import Seen, Transport
from chaos.stops import files_left
from jobs.model import Job, JobStatus
from jobs.opening import Store
from storage import keys

ORPHANS_S = 5.0  # whoever lives on for so long is one
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """All zero is what is promised, down to `orphans`.

    `poisoned` jobs lost three workers in a row and were told. `charged` counts how often a job was
    held to have lost its worker or to have failed: never where workers are only restarted.
    `handed_back` counts further attempts. Stopped jobs' children were dead after `death_s_p99`.
    """

    jobs: int
    lost: int
    duplicate_results: int
    duplicate_pings: int
    stale_accepted: int
    told_twice: int
    files_left: int
    orphans: int
    poisoned: int
    charged: int
    handed_back: int
    stopped: int
    death_s_p99: float
    slowest_stop_s: float
    seconds: float

    @property
    def is_clean(self) -> bool:
        wrong = self.lost + self.duplicate_results + self.duplicate_pings + self.told_twice
        return wrong + self.stale_accepted + self.files_left + self.orphans == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What only those know who did it."""

    death_s: Sequence[float]
    slowest_stop_s: float
    seconds: float


async def count(ground: Ground, store: Store, transport: Transport, jobs: int, told: Told) -> Tally:
    """Look at everything, once all workers have ended."""
    rows: dict[str, Job] = {}
    for first in range(0, jobs, _AT_ONCE):
        ids = [job_id(number) for number in range(first, min(jobs, first + _AT_ONCE))]
        rows |= await store.jobs.many(ids)
    chats = [transport.chats.get(number + 1, Seen()) for number in range(jobs)]
    ended = [rows.get(job_id(number)) for number in range(jobs)]
    stopped = [job.id for job in rows.values() if job.status is JobStatus.CANCELLED]
    return Tally(
        jobs=jobs,
        lost=sum(_is_lost(job, seen) for job, seen in zip(ended, chats, strict=True)),
        duplicate_results=sum(max(0, len(seen.cards) - 1) for seen in chats),
        duplicate_pings=sum(max(0, len(seen.pings) - 1) for seen in chats),
        stale_accepted=sum(_is_stale(job) for job in rows.values()),
        told_twice=sum(map(_is_told_twice, ended, chats)),
        files_left=await files_left(ground, store, stopped),
        orphans=await _orphans(ground.folder),
        poisoned=sum(job.status is JobStatus.FAILED for job in rows.values()),
        charged=ground.rescued() + sum(job.failures for job in rows.values()),
        handed_back=sum(max(0, job.attempt - 1) for job in rows.values()),
        stopped=len(stopped),
        death_s_p99=round(_p99(told.death_s), 2),
        slowest_stop_s=round(told.slowest_stop_s, 2),
        seconds=round(told.seconds, 1),
    )


def _p99(values: Sequence[float]) -> float:
    return sorted(values)[int((len(values) - 1) * 0.99)] if values else 0.0


def _is_told_twice(job: Job | None, seen: Seen) -> bool:
    """Whether the chat of a stopped job heard of it more than once, or of anything after it."""
    if job is None or job.status is not JobStatus.CANCELLED:
        return False
    return bool(seen.pings) or any(seen.told.count(last) > 1 for last in seen.told[-1:])


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
    """Processes whose working directory is below: only children of renders have that."""
    place = folder.resolve()
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and place in (process / "cwd").readlink().parents:
                yield process
        except OSError:
            continue  # it has just ended
