"""Holding a job: the beats that keep it ours, and the words from outside that end it.

Lease arithmetic is the database's. Here only the monotonic clock counts: it decides when we have
been silent for so long that somebody else may already have the job.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field

from jobs.errors import StoreUnavailable
from jobs.model import Job, Stage
from jobs.store import JobStore
from pipelines.child import ChildRef

log = logging.getLogger(__name__)

BEATS_PER_LEASE = 3
STOP_AFTER = 22 / 30  # of a lease without a beat: what is left is the time to stop the children
EARLY_S = 1.0  # news is written at most this often between two beats
EARLY_PERCENT = 2
_LOOKS_PER_LEASE = 24


class LeaseLost(Exception):
    """The job is not ours any more: cancelled, or taken for dead and given to another."""


class HandedBack(Exception):
    """This worker is going away; the job returns to the queue."""


@dataclass(eq=False, slots=True)
class Hold:
    """One job in this worker's hands. `since` is the monotonic time just before the claim.

    Once its work `is_done` only the result is to be written, and it takes up no place.
    """

    job: Job
    since: float
    child_ref: ChildRef = field(default_factory=ChildRef)
    is_done: bool = False
    _ending: Exception | None = None
    _interrupted: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def is_interrupted(self) -> bool:
        return self._ending is not None

    def interrupt(self, ending: Exception) -> None:
        """Make `interruption` raise `ending`; a second word changes nothing."""
        if self._ending is None:
            self._ending = ending
            self._interrupted.set()

    async def interruption(self) -> None:
        """Wait for word that the work must end now, and raise it."""
        await self._interrupted.wait()
        if self._ending is not None:
            raise self._ending


@dataclass(slots=True)
class _Told:
    """What the row says as far as we know, and when (monotonic) it was last made to."""

    stage: Stage
    progress: int
    at: float

    def is_due(self, child_ref: ChildRef, now: float, beat_s: float) -> bool:
        silent_s = now - self.at
        is_news = (
            child_ref.stage is not self.stage or child_ref.progress >= self.progress + EARLY_PERCENT
        )
        return silent_s >= beat_s or (is_news and silent_s >= min(EARLY_S, beat_s))


async def keep_lease(store: JobStore, hold: Hold, *, lease_s: float) -> None:
    """Beat until cancelled, carrying stage and progress.

    Raises LeaseLost when the store says so, or when no beat got through for 22/30 of the lease.
    """
    clock = asyncio.get_running_loop().time
    look_s = min(EARLY_S / 4, lease_s / _LOOKS_PER_LEASE)
    told = _Told(stage=hold.job.stage, progress=hold.job.progress, at=hold.since)
    seen = told.stage
    while True:
        await asyncio.sleep(look_s)
        if clock() - told.at >= lease_s * STOP_AFTER:
            raise LeaseLost("no beat got through in time")
        if hold.child_ref.stage is not seen:
            seen = hold.child_ref.stage
            log.info("job %s: %s", hold.job.id, seen)
        if told.is_due(hold.child_ref, clock(), lease_s / BEATS_PER_LEASE):
            told = await _beat(store, hold, told, lease_s)


async def _beat(store: JobStore, hold: Hold, told: _Told, lease_s: float) -> _Told:
    # The lease counts from before the beat was sent: its answer may have been long on the way.
    telling = _Told(hold.child_ref.stage, hold.child_ref.progress, _now())
    try:
        async with asyncio.timeout_at(told.at + lease_s * STOP_AFTER):
            kept = await store.beat(
                hold.job, stage=telling.stage, progress=telling.progress, lease_s=lease_s
            )
    except (StoreUnavailable, TimeoutError):
        return told
    if not kept:
        raise LeaseLost("the store gave it to somebody else")
    return telling


def _now() -> float:
    return asyncio.get_running_loop().time()
