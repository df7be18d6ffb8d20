"""Claim jobs, hold them while their pipelines work, and record how each ended."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import shutil
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass

from jobs.about import about_job
from jobs.alerts import Alerts, Cause
from jobs.errors import ErrorClass, Internal, StoreUnavailable
from jobs.model import Job, JobKind, Json
from jobs.store import JobStore
from pipelines import Pipeline
from pipelines.child import ChildRef
from pipelines.sandbox import BY_WARDENS, Sandbox
from worker.endings import gravest, job_error
from worker.forgetting import SETTLE_S, forget
from worker.house import House
from worker.lease import HandedBack, Hold, LeaseLost, keep_lease
from worker.outages import Outages
from worker.reconcile import Abroad, reconcile
from worker.sweep import tidy
from worker.troubles import Outcome, is_ytdlp_old, shown_by

log = logging.getLogger(__name__)

SHORT = frozenset({JobKind.INGEST, JobKind.PREVIEW, JobKind.LOOK})
SAVES = frozenset({JobKind.SAVE})
RENDERS = frozenset({JobKind.RENDER})
POLL_S = 3.0
WATCH_S = 2.0
SWEEP_S = 5.0
TIDY_S = 600.0
DRAIN_S = 25.0
PAUSE_S = 10.0
RETRY_S = 0.5
CALM_S = 30.0
UNHEARD_S = 60.0  # for how long after an outage claims may turn up that nobody heard of
MIN_FREE_BYTES = 512 * 1024**2
_STORE_AWAY = "the job store does not answer"
_ELSEWHERE_AWAY = "renders elsewhere cannot be asked after: there, or the storage, nobody answers"
_NO_SPACE = "too little room on the disk, claiming nothing"
# A file that cannot be used is nobody's trouble but its sender's; who is away is told once.
_EXPECTED = (ErrorClass.BAD_INPUT, ErrorClass.AWAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """The disk that work needs: nothing is claimed while `folder` has less than this free."""

    folder: os.PathLike[str]
    min_free_bytes: int = MIN_FREE_BYTES

    async def is_short(self) -> bool:
        # A disk that hangs must not take the heartbeats of all jobs with it.
        usage = await asyncio.to_thread(shutil.disk_usage, self.folder)
        return usage.free < self.min_free_bytes


class Worker:
    """Works on at most `light` short jobs, `heavy` saves and `heavy` renders at once.

    Each has a lane of its own, so that minutes of saving hold up no card and no recording.
    `name` must be this worker's alone. Woken by the store's bells when they are in this process,
    it asks every `poll_s` or so in any case.
    """

    def __init__(
        self,
        store: JobStore,
        pipelines: Mapping[JobKind, Pipeline],
        *,
        light: int,
        heavy: int,
        lease_s: float,
        poll_s: float = POLL_S,
        drain_s: float = DRAIN_S,
        pause_s: float = PAUSE_S,
        sweep_s: float = SWEEP_S,
        name: str,
        room: Room | None = None,
        house: House | None = None,
        abroad: Abroad | None = None,
        alerts: Alerts | None = None,
        sandbox: Sandbox = BY_WARDENS,
    ) -> None:
        self._store = store
        self._pipelines = pipelines
        self._lanes = ((SHORT, light), (SAVES, heavy), (RENDERS, heavy))
        self._lease_s = lease_s
        self._poll_s = poll_s
        self._drain_s = drain_s
        self._pause_s = pause_s
        self._sweep_s = sweep_s
        self._name = name
        self._room = room
        self._house = house
        self._abroad = abroad
        self._alerts = alerts
        self._sandbox = sandbox
        self._holds: dict[Hold, asyncio.Task[None]] = {}
        self._paused_until = 0.0
        self._unheard_until = 0.0
        self._complaints: dict[str, float] = {}
        self._outages = Outages(name)

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping`, then let jobs finish for `drain_s` and hand back the rest."""
        async with asyncio.TaskGroup() as group:
            rounds = [
                group.create_task(self._watch()),
                group.create_task(self._sweep()),
                group.create_task(self._tidy()),
                group.create_task(self._reconcile()),
                group.create_task(self._wake_when(stopping)),
            ]
            async with asyncio.TaskGroup() as jobs:
                await self._claim(jobs, stopping)
                await self._drain()
            for task in rounds:
                task.cancel()

    async def _claim(self, jobs: asyncio.TaskGroup, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            if not await self._survive(self._claim_and_hear(jobs)):
                await self._store.bells.claimable.wait(_about(self._poll_s))

    async def _claim_and_hear(self, jobs: asyncio.TaskGroup) -> bool:
        try:
            return await self._claim_one(jobs)
        except StoreUnavailable:
            # It may have been given to us, now or once the store works through what it was asked.
            self._unheard_until = asyncio.get_running_loop().time() + UNHEARD_S
            raise

    async def _claim_one(self, jobs: asyncio.TaskGroup) -> bool:
        kinds = await self._wanted_kinds()
        since = asyncio.get_running_loop().time()
        if since < self._unheard_until:
            held = {hold.job.id for hold in self._holds}
            await self._store.give_back_unheard(self._name, held)
        if not kinds:
            return False
        job = await self._store.claim_next_pending(self._name, kinds, self._lease_s)
        self._complain(_STORE_AWAY, is_so=False)
        if job is None:
            return False
        with about_job(job):
            log.info("job %s: claimed, %s, attempt %d", job.id, job.kind, job.attempt)
        for older in self._holds:
            if older.job.id == job.id:
                older.interrupt(LeaseLost("it came back as a new attempt"))
        hold = Hold(job, since, ChildRef(self._sandbox))
        self._holds[hold] = jobs.create_task(self._work(hold))
        return True

    async def _wanted_kinds(self) -> frozenset[JobKind]:
        is_paused = asyncio.get_running_loop().time() < self._paused_until
        is_short = self._room is not None and await self._room.is_short()
        self._complain(_NO_SPACE, is_so=is_short)
        await self._note(Cause.DISK_FULL, is_so=is_short or is_paused)
        if is_short or is_paused:
            return frozenset()
        free = [
            kinds
            for kinds, size in self._lanes
            if sum(hold.job.kind in kinds and not hold.is_done for hold in self._holds) < size
        ]
        return frozenset().union(*free) & self._pipelines.keys()

    async def _work(self, hold: Hold) -> None:
        try:
            pipeline = self._pipelines[hold.job.kind]
            with about_job(hold.job):
                outcome = await run_job(self._store, hold, pipeline, lease_s=self._lease_s)
            if outcome.problem is not None:
                error = job_error(outcome.problem)
                self._outages.note(error)
                if error.error_class is ErrorClass.RESOURCE:
                    self._paused_until = asyncio.get_running_loop().time() + self._pause_s
            for cause, is_so in shown_by(hold.job, outcome):
                await self._note(cause, is_so=is_so)
        finally:
            del self._holds[hold]
            self._store.bells.claimable.ring()  # there is a free place now

    async def _watch(self) -> None:
        while True:
            await self._store.bells.cancelled.wait(WATCH_S)
            await self._survive(self._drop_lost())

    async def _drop_lost(self) -> bool:
        holds = {hold.job.id: hold for hold in self._holds if not hold.is_interrupted}
        if holds:
            held = {job_id: hold.job.attempt for job_id, hold in holds.items()}
            for job_id in await self._store.lost(held):
                holds[job_id].interrupt(LeaseLost("the row is not ours any more"))
        return True

    async def _sweep(self) -> None:
        while True:
            await self._survive(self._rescue())
            await asyncio.sleep(_about(self._sweep_s))

    async def _rescue(self) -> bool:
        self._outages.look()
        rescued = await self._store.sweep()
        if rescued:
            log.info("worker %s: took %d jobs from dead workers", self._name, rescued)
            self._store.bells.claimable.ring()
        return True

    async def _tidy(self) -> None:
        deleted = self._store.bells.deleted
        while self._house is not None:
            await self._survive(self._tidy_house(self._house))
            if await deleted.wait(_about(TIDY_S)):
                await self._survive(self._forget(self._house))
                # Their rows go once whoever was stopped has stopped writing.
                await deleted.wait(2 * SETTLE_S)
                await self._survive(self._forget(self._house))

    async def _tidy_house(self, house: House) -> bool:
        if not is_ytdlp_old():
            await self._note(Cause.YTDLP_OLD, is_so=False)
        return await tidy(house, every_s=TIDY_S / 2) > 0

    async def _forget(self, house: House) -> bool:
        return await forget(house) > 0

    async def _reconcile(self) -> None:
        clock = asyncio.get_running_loop().time
        while self._abroad is not None:
            next_at = clock() + self._abroad.every_s
            await self._survive(self._ask_elsewhere(self._abroad))
            await asyncio.sleep(next_at - clock())

    async def _ask_elsewhere(self, abroad: Abroad) -> bool:
        answered = await reconcile(abroad)
        self._complain(_ELSEWHERE_AWAY, is_so=not answered)
        return answered

    async def _wake_when(self, stopping: asyncio.Event) -> None:
        await stopping.wait()
        self._store.bells.claimable.ring()

    async def _drain(self) -> None:
        if self._holds:
            log.info("worker %s: %d jobs to finish before it stops", self._name, len(self._holds))
            await asyncio.wait(self._holds.values(), timeout=self._drain_s)
        for hold in self._holds:
            hold.interrupt(HandedBack("the worker is stopping"))

    async def _survive(self, turn: Awaitable[bool]) -> bool:
        """What the turn says, False when it broke; a round outlives its turns."""
        try:
            return await turn
        except StoreUnavailable:
            self._complain(_STORE_AWAY, is_so=True)
        except Exception:
            log.exception("worker %s: a turn broke", self._name)
        return False

    async def _note(self, cause: Cause, *, is_so: bool) -> None:
        if self._alerts is not None:
            await self._alerts.note(cause, is_so=is_so)

    def _complain(self, complaint: str, *, is_so: bool) -> None:
        # Said when it begins, not with every turn; a store on a full disk still answers now and
        # then, so it is over when nothing was to complain of for a while.
        now = asyncio.get_running_loop().time()
        if is_so:
            if complaint not in self._complaints:
                log.warning("worker %s: %s", self._name, complaint)
            self._complaints[complaint] = now
        elif now - self._complaints.get(complaint, now) > CALM_S:
            del self._complaints[complaint]


async def run_job(store: JobStore, hold: Hold, pipeline: Pipeline, *, lease_s: float) -> Outcome:
    """Run one job to its end, whatever that end is. Only cancellation escapes."""
    outcome = Outcome()
    try:
        outcome = Outcome(is_handed_on=await _work(store, hold, pipeline, lease_s))
    except* Exception as problems:  # noqa: BLE001
        outcome = Outcome(problem=gravest(problems))
    if outcome.problem is None:
        return outcome
    try:
        await _surely_record(store, hold.job, outcome.problem, lease_s)
    except StoreUnavailable:
        log.info("job %s: its end could not be written, its lease has run out", hold.job.id)
    except Exception:
        log.exception("job %s: its end could not be written", hold.job.id)
    return outcome


async def _work(store: JobStore, hold: Hold, pipeline: Pipeline, lease_s: float) -> bool:
    """Whether the job was handed on, and goes on elsewhere."""
    job = hold.job
    try:
        async with asyncio.TaskGroup() as group:
            guards = [
                group.create_task(keep_lease(store, hold, lease_s=lease_s)),
                group.create_task(hold.interruption()),
            ]
            result = await pipeline(store, job, hold.child_ref)
            if result is not None:
                hold.is_done = True
                store.bells.claimable.ring()  # the next claim can share a commit with the result
                await _complete(store, job, result)
            took_s = asyncio.get_running_loop().time() - hold.since
            how = "handed on" if result is None else "finished"
            log.info("job %s: %s in %.1f s", job.id, how, took_s)
            for guard in guards:
                guard.cancel()
        return result is None
    finally:
        await hold.child_ref.stop()


async def _complete(store: JobStore, job: Job, result: Json) -> None:
    """Write the result. A store that is away is asked until the lease is lost."""
    while True:
        try:
            if await store.complete(job.id, job.attempt, result):
                return
        except StoreUnavailable:
            await asyncio.sleep(_about(RETRY_S))
        else:
            raise LeaseLost("it ended elsewhere first")


async def _surely_record(store: JobStore, job: Job, problem: Exception, lease_s: float) -> None:
    """Write how it ended. A store that is away is asked until the lease is over."""
    is_lost, is_stopping = isinstance(problem, LeaseLost), isinstance(problem, HandedBack)
    if not is_lost and not is_stopping and isinstance(job_error(problem), Internal):
        log.error("job %s: broke", job.id, exc_info=problem)
    clock = asyncio.get_running_loop().time
    until = clock() if is_stopping else clock() + lease_s
    while True:
        try:
            return await _record(store, job, problem)
        except StoreUnavailable:
            if clock() >= until:
                raise
        await asyncio.sleep(_about(RETRY_S))


async def _record(store: JobStore, job: Job, problem: Exception) -> None:
    if isinstance(problem, LeaseLost):
        log.info("job %s: lost, attempt %d: %s", job.id, job.attempt, problem)
        return
    if isinstance(problem, HandedBack):
        released = await store.release(job)
        log.info("job %s: %s", job.id, "released" if released else "lost")
        return
    error = job_error(problem)
    if await store.fail(job.id, job.attempt, error.code, error.error_class, error.params):
        level = logging.INFO if error.error_class in _EXPECTED else logging.WARNING
        log.log(
            level, "job %s: failed, %s (%s): %s", job.id, error.code, error.error_class, problem
        )
    else:
        log.info("job %s: lost, attempt %d", job.id, job.attempt)


def _about(seconds: float) -> float:
    # Workers that started together must not go on asking together.
    return seconds * random.uniform(0.75, 1.25)  # noqa: S311
