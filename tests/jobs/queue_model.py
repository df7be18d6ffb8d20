"""The queue as it should be: a dictionary, and the rules of the state machine written out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from jobs.errors import ErrorClass
from jobs.model import Changes, JobKind, NewJob
from jobs.quotas import Quotas
from jobs.store import MAX_LOSSES, MAX_REDISPATCHES, TRIES, WAITS, Wait
from tests.jobs.samples import LEASE_S, LIMIT_S

TURN_S = 3600.0
DAY_S = 86400.0
DESERTED_S = 3600.0  # beyond its deadline
STARTED, FINISHED = 30, 99  # percent that whoever works elsewhere may tell
ASTRAY_S = 600.0  # a time further off is from before the clock was set back
ENDED = ("complete", "failed", "cancelled")
IN_HAND = ("processing", "dispatched")
# (before, after) of every way there is; "" is where a job comes from.
TRANSITIONS = {
    ("", "pending"),
    ("pending", "processing"),
    ("pending", "failed"),
    ("pending", "cancelled"),
    ("processing", "dispatched"),
    ("processing", "pending"),
    ("processing", "complete"),
    ("processing", "failed"),
    ("processing", "cancelled"),
    ("dispatched", "pending"),
    ("dispatched", "complete"),
    ("dispatched", "failed"),
    ("dispatched", "cancelled"),
}


class Step(StrEnum):
    """What a holder may write, beside the classes of errors."""

    BEAT = "beat"
    DISPATCH = "dispatch"
    CALL = "call"
    REPORT = "report"
    REDISPATCH = "redispatch"
    COMPLETE = "complete"
    RELEASE = "release"


# What a job must be for a write; for all others it is to be in hand.
WRITABLE: Mapping[Step | ErrorClass, tuple[str, ...]] = {
    Step.DISPATCH: ("processing",),
    Step.CALL: ("dispatched",),
    Step.REPORT: ("dispatched",),
    Step.REDISPATCH: ("dispatched",),
}


class Refused(Exception):
    """Nothing is written, for one of these quotas, or for an older revision, or as a repeat."""

    def __init__(self, quotas: Collection[str] = (), *, is_stale: bool = False) -> None:
        super().__init__(quotas, is_stale)
        self.quotas = quotas
        self.is_stale = is_stale
        self.is_repeat = not quotas and not is_stale


@dataclass(slots=True, kw_only=True)
class ModelJob:
    """What the row of the job should hold; names are those of the columns."""

    id: str
    kind: JobKind
    owner_id: int
    project_id: str
    dedupe_key: str
    after_job: str
    created_at: float
    turn: float
    run_after: float
    waits: bool
    status: str = "pending"
    progress: int = 0
    attempt: int = 0
    failures: int = 0
    losses: int = 0
    shortages: int = 0
    redispatches: int = 0
    call_id: str = ""
    deadline: float | None = None
    heard_at: float = 0.0  # what was last written while it was dispatched
    lease_owner: str = ""
    lease_until: float | None = None
    error_code: str = ""
    run_after_latest: float = 0.0  # a wait after a failure is random, up to here

    def let_go(self) -> None:
        self.lease_owner, self.lease_until = "", None


@dataclass(slots=True)
class QueueModel:
    quotas: Quotas
    now_s: float
    jobs: dict[str, ModelJob] = field(default_factory=dict)
    updates: set[int] = field(default_factory=set)
    strays: set[str] = field(default_factory=set)  # calls

    def copied(self) -> QueueModel:
        jobs = {job_id: replace(job) for job_id, job in self.jobs.items()}
        return replace(self, jobs=jobs, updates=set(self.updates), strays=set(self.strays))

    def refusal(self, change: Callable[[QueueModel], None]) -> Refused | None:
        """Make the change; when it is refused, why, and the model is to be thrown away."""
        try:
            change(self)
        except Refused as refused:
            return refused
        return None

    def create(self, new: NewJob) -> None:
        """Raises Refused, also for a job whose dedupe key is known."""
        if exceeded := self._exceeded(new):
            raise Refused(exceeded)
        if new.dedupe_key and any(job.dedupe_key == new.dedupe_key for job in self.jobs.values()):
            raise Refused
        leader = self.jobs.get(new.after_job)
        ahead = sum(
            job.status == "pending" for job in self.jobs.values() if self._is_alike(job, new)
        )
        job = ModelJob(
            id=new.id,
            kind=new.kind,
            owner_id=new.owner_id,
            project_id=new.project_id,
            dedupe_key=new.dedupe_key,
            after_job=new.after_job,
            created_at=self.now_s,
            turn=self.now_s + TURN_S * ahead,
            run_after=self.now_s,
            run_after_latest=self.now_s,
            waits=bool(new.after_job) and (leader is None or leader.status != "complete"),
        )
        self.jobs[job.id] = job
        if job.waits and leader is None:
            self._end(job, "failed", "internal")
        elif job.waits and leader is not None and leader.status in ENDED:
            self._end(job, leader.status, leader.error_code)

    def accept(self, update_id: int, changes: Changes, *, is_stale: bool) -> None:
        """Raises Refused; what it did until then is to be thrown away."""
        if update_id in self.updates:
            raise Refused
        self.updates.add(update_id)
        for job_id in changes.cancels:
            self.cancel(self.jobs[job_id])
        if changes.project is not None:
            self.supersede(changes.project.id, changes.supersede)
        if is_stale:
            raise Refused(is_stale=True)
        for job in changes.jobs:
            self.create(job)

    def has(self, status: str) -> bool:
        return any(job.status == status for job in self.jobs.values())

    def next_pending(self, kinds: Collection[JobKind]) -> ModelJob | None:
        waiting = [
            job
            for job in self.jobs.values()
            if job.status == "pending"
            and not job.waits
            and not self._is_to_come(job.run_after)
            and job.kind in kinds
        ]
        return min(waiting, key=lambda job: (job.turn, job.id), default=None)

    def claim(self, job: ModelJob, owner: str, lease_s: float) -> None:
        job.status, job.attempt, job.progress = "processing", job.attempt + 1, 0
        job.lease_owner, job.lease_until = owner, self.now_s + lease_s
        job.call_id, job.deadline = "", None

    def is_held(self, job_id: str, attempt: int) -> bool:
        """Whether whoever claimed this attempt is the one holder."""
        job = self.jobs[job_id]
        return job.attempt == attempt and job.status in IN_HAND

    def can_write(self, job_id: str, attempt: int, step: Step | ErrorClass) -> bool:
        """Whether the row would change by it."""
        needed = WRITABLE.get(step, IN_HAND)
        return self.is_held(job_id, attempt) and self.jobs[job_id].status in needed

    def write(self, job_id: str, step: Step | ErrorClass, progress: int) -> None:
        job = self.jobs[job_id]
        job.heard_at = self.now_s
        match step:
            case Step.BEAT:
                self.beat(job, progress)
            case Step.DISPATCH:
                job.status, job.progress = "dispatched", max(job.progress, STARTED)
                job.deadline = self.now_s + LIMIT_S
                job.let_go()
            case Step.CALL:
                job.call_id = f"{job.id}-{job.attempt}"
            case Step.REPORT:
                job.progress = max(job.progress, min(progress, FINISHED))
            case Step.REDISPATCH:
                self.redispatch(job)
            case Step.COMPLETE:
                job.progress, job.losses = 100, 0
                self._end(job, "complete", "")
            case Step.RELEASE:
                self.release(job)
            case ErrorClass():
                self.fail(job, step.value, step)

    def beat(self, job: ModelJob, progress: int) -> None:
        if job.status == "processing":
            job.progress = min(100, max(job.progress, progress))
            job.lease_until = self.now_s + LEASE_S

    def fail(self, job: ModelJob, code: str, error_class: ErrorClass) -> None:
        if error_class in WAITS:
            self.run_short(job, code, WAITS[error_class])
            return
        longest_s = min(300.0, 5.0 * 2**job.failures)
        job.failures, job.losses = job.failures + 1, 0
        job.run_after, job.run_after_latest = self.now_s, self.now_s + longest_s
        if job.failures < TRIES[error_class]:
            self._requeue(job)
            job.error_code = code
        else:
            self._end(job, "failed", code)

    def run_short(self, job: ModelJob, code: str, wait: Wait) -> None:
        job.shortages, job.losses = job.shortages + 1, 0
        job.run_after = self.now_s + wait.wait_s
        job.run_after_latest = job.run_after + wait.spread_s
        if job.shortages < wait.most:
            self._requeue(job)
            job.error_code = code
        else:
            self._end(job, "failed", code)

    def redispatch(self, job: ModelJob) -> None:
        job.redispatches, job.losses = job.redispatches + 1, 0
        job.run_after = job.run_after_latest = self.now_s
        if job.redispatches <= MAX_REDISPATCHES:
            self._requeue(job)
        else:
            self._end(job, "failed", "render_lost")

    def silent(self, silent_s: float) -> dict[str, bool]:
        """Dispatched jobs that say nothing or are overdue, and whether they are that."""
        return {
            job.id: self.now_s >= (job.deadline or 0.0)
            for job in self.jobs.values()
            if job.status == "dispatched"
            and (abs(self.now_s - job.heard_at) > silent_s or self.now_s >= (job.deadline or 0.0))
        }

    def release(self, job: ModelJob) -> None:
        job.losses = 0
        job.run_after = job.run_after_latest = self.now_s
        self._requeue(job)

    def cancel(self, job: ModelJob) -> bool:
        if job.status in ENDED:
            return False
        self._end(job, "cancelled", "")
        return True

    def supersede(self, project_id: str, kinds: Collection[JobKind]) -> None:
        for job in list(self.jobs.values()):
            if job.project_id == project_id and job.kind in kinds and job.status == "pending":
                self._end(job, "cancelled", "")

    def sweep(self) -> int:
        for job in (deserted := [job for job in self.jobs.values() if self._is_deserted(job)]):
            job.losses += 1
            if job.losses < MAX_LOSSES:
                self._requeue(job)
            else:
                self._end(job, "failed", "worker_lost")
        return len(deserted)

    def _is_deserted(self, job: ModelJob) -> bool:
        if job.status == "dispatched":
            return self.now_s >= (job.deadline or 0.0) + DESERTED_S
        return job.status == "processing" and not self._holds(job.lease_until or 0.0)

    def _is_to_come(self, at: float) -> bool:
        return self.now_s < at <= self.now_s + ASTRAY_S

    def _holds(self, until: float) -> bool:
        return self.now_s <= until <= self.now_s + ASTRAY_S

    def _leave(self, job: ModelJob) -> None:
        if job.status == "dispatched" and job.call_id:
            self.strays.add(job.call_id)

    def _requeue(self, job: ModelJob) -> None:
        self._leave(job)
        job.status, job.progress = "pending", 0
        job.let_go()

    def _end(self, job: ModelJob, status: str, error_code: str) -> None:
        if status != "complete":
            self._leave(job)
        job.status, job.error_code = status, error_code
        job.let_go()
        for follower in self._followers(job.id):
            if status != "complete":
                self._end(follower, status, error_code)
            else:
                follower.waits = False
                follower.run_after = follower.run_after_latest = self.now_s

    def _followers(self, job_id: str) -> list[ModelJob]:
        return [
            job
            for job in self.jobs.values()
            if job.after_job == job_id and job.waits and job.status == "pending"
        ]

    def _exceeded(self, new: NewJob) -> set[str]:
        mine = [job for job in self.jobs.values() if self._is_alike(job, new)]
        today = [job for job in mine if job.created_at >= self.now_s - self.now_s % DAY_S]
        active = _count(mine, ("pending", *IN_HAND))
        made = sum(job.attempt > 0 or job.status not in ENDED for job in today)
        exceeded = set()
        if new.kind is JobKind.RENDER and active >= self.quotas.active_renders:
            exceeded.add("active_renders")
        if new.kind is JobKind.RENDER and made >= self.quotas.videos_per_day:
            exceeded.add("videos_per_day")
        if new.kind is JobKind.INGEST and _count(mine, ("pending",)) >= self.quotas.queued_ingests:
            exceeded.add("queued_ingests")
        return exceeded

    def _is_alike(self, job: ModelJob, new: NewJob) -> bool:
        return job.owner_id == new.owner_id and job.kind is new.kind


def _count(jobs: Iterable[ModelJob], statuses: Collection[str]) -> int:
    return sum(job.status in statuses for job in jobs)
