"""Steps that hypothesis takes on a queue and on its model, in any order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any, ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from jobs.database import Row, Statement
from jobs.errors import ErrorClass, QuotaExceeded, StaleProject, StoreUnavailable
from jobs.model import Changes, Job, JobKind, JobStatus, NewJob, Stage
from jobs.opening import build_store
from tests.jobs.databases import Clock
from tests.jobs.faults import Fault, Faulty
from tests.jobs.grounds import PROJECTS, QUOTAS, Ground
from tests.jobs.queue_model import ENDED, TRANSITIONS, ModelJob, QueueModel, Step
from tests.jobs.queue_moves import (
    Outcome,
    Write,
    faults,
    jumps_s,
    keys,
    kinds,
    lanes,
    openings,
    owners,
    picks,
    writes,
)
from tests.jobs.samples import EVERY_KIND, LEASE_S, LIMIT_S, SILENT_S

_Answer = TypeVar("_Answer")
COMPARED = (
    "status",
    "progress",
    "attempt",
    "failures",
    "losses",
    "shortages",
    "redispatches",
    "lease_owner",
    "lease_until",
    "call_id",
    "deadline",
    "error_code",
    "turn",
    "waits",
)
seen_transitions: set[tuple[str, str]] = set()


class QueueMachine(RuleBasedStateMachine):
    """One database, its model, and a look at every row after every step."""

    ground: ClassVar[Ground]
    jobs: Bundle[str] = Bundle("jobs")

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._game = self.ground.begin()
        self._model = QueueModel(QUOTAS, Clock.START_S)
        self._held: list[Job] = []
        self._ended: dict[str, Row] = {}
        self._witnessed = 0
        self._created = 0
        self._open()

    def teardown(self) -> None:
        self._run(self._store.close())
        self._game.end()
        self._runner.close()

    def _open(self) -> None:
        self._database = Faulty(self._game.open())
        self._store = build_store(self._database)

    def _run(self, work: Coroutine[Any, Any, _Answer]) -> _Answer:
        return self._runner.run(work)

    def _look(self, sql: str, **parameters: object) -> list[Row]:
        return self._game.look(Statement(sql, parameters))[0]

    def _ask(self, work: Coroutine[Any, Any, object], fault: Fault = Fault.NONE) -> Outcome:
        self._database.fault = fault
        try:
            return Outcome(True, self._run(work))
        except StoreUnavailable:
            assert fault is not Fault.NONE
            return Outcome(fault is Fault.AFTER, None)
        except (QuotaExceeded, StaleProject) as refused:
            return Outcome(False, refused)

    def _new_job(self, kind: JobKind, owner_id: int, key: str = "", leader: str = "") -> NewJob:
        self._created += 1
        return NewJob(
            id=f"job{self._created:04}",
            kind=kind,
            project_id=PROJECTS[owner_id],
            owner_id=owner_id,
            chat_id=owner_id,
            input={},
            dedupe_key=key,
            after_job=leader,
        )

    def _create(self, new: NewJob, fault: Fault) -> MultipleResults[str]:
        outcome = self._ask(self._store.jobs.create(new), fault)
        if self._follows(lambda model: model.create(new), outcome):
            return multiple(new.id)
        return multiple()

    def _follows(self, change: Callable[[QueueModel], None], outcome: Outcome) -> bool:
        """Whether the model was changed; refused and changed, it agrees with the store."""
        after = self._model.copied()
        refused = after.refusal(change)
        if refused is not None:
            assert outcome.answer is None or outcome.is_refusal(refused)
            return False
        if outcome.is_written:
            assert outcome.answer in (True, None)
            self._model = after
        return outcome.is_written

    @initialize(
        target=jobs,
        owner_id=owners,
        others=st.lists(kinds, max_size=3),
        opening=openings,
        is_given_up=st.booleans(),
    )
    def begin(
        self,
        owner_id: int,
        others: list[JobKind],
        opening: list[Step | ErrorClass],
        is_given_up: bool,
    ) -> MultipleResults[str]:
        """A video is asked for, and what else there is to do; somebody works on the first."""
        save = self._new_job(JobKind.SAVE, owner_id)
        render = self._new_job(JobKind.RENDER, owner_id, leader=save.id)
        for new in (save, render, *(self._new_job(kind, owner_id) for kind in others)):
            self._create(new, Fault.NONE)
        self.claim(EVERY_KIND, Fault.NONE)
        for step in opening:
            self._write(self._held[0], step, 0, Fault.NONE)
        if is_given_up:
            self.cancel(self._held[0].id, Fault.NONE)
        return multiple(*self._model.jobs)

    @rule(
        target=jobs,
        kind=kinds,
        owner_id=owners,
        key=keys,
        leader=st.lists(jobs, max_size=1),
        fault=faults,
    )
    def create(
        self, kind: JobKind, owner_id: int, key: str, leader: list[str], fault: Fault
    ) -> MultipleResults[str]:
        return self._create(self._new_job(kind, owner_id, key, "".join(leader)), fault)

    @precondition(lambda self: self._model.has("pending"))
    @rule(wanted=lanes, fault=faults)
    def claim(self, wanted: frozenset[JobKind], fault: Fault) -> None:
        outcome = self._ask(self._store.jobs.claim_next_pending("w", wanted, LEASE_S), fault)
        due = self._model.next_pending(wanted)
        if due is None or not outcome.is_written:
            assert outcome.answer is None
            return
        self._model.claim(due, "w", LEASE_S)
        if outcome.answer is None:
            assert fault is Fault.AFTER  # held by nobody until its lease runs out
            return
        assert isinstance(outcome.answer, Job)
        self._held.append(outcome.answer)
        claims = [(job.id, job.attempt) for job in self._held]
        assert claims[-1] == (due.id, due.attempt)
        assert claims.count(claims[-1]) == 1, "two hold one attempt"

    @precondition(lambda self: self._holders())
    @rule(pick=picks, work=st.lists(writes, min_size=1, max_size=4))
    def work_as_holder(self, pick: int, work: list[Write]) -> None:
        """Somebody who holds a job works on it; any step may be the last that counts."""
        holders = self._holders()
        for write in work:
            self._write(holders[pick % len(holders)], *write)

    @precondition(lambda self: len(self._holders()) < len(self._held))
    @rule(pick=picks, write=writes)
    def write_as_ghost(self, pick: int, write: Write) -> None:
        ghosts = [job for job in self._held if job not in self._holders()]
        self._write(ghosts[pick % len(ghosts)], *write)

    def _holders(self) -> list[Job]:
        return [job for job in self._held if self._model.is_held(job.id, job.attempt)]

    def _write(self, job: Job, step: Step | ErrorClass, progress: int, fault: Fault) -> None:
        is_held = self._model.is_held(job.id, job.attempt)
        assert (self._ask(self._store.jobs.lost({job.id: job.attempt})).answer == []) == is_held
        can_write = self._model.can_write(job.id, job.attempt, step)
        outcome = self._ask(self._work(job, step, progress), fault)
        assert outcome.answer in (can_write, None)
        if can_write and outcome.is_written:
            self._model.write(job.id, step, progress)

    def _work(self, job: Job, step: Step | ErrorClass, progress: int) -> Coroutine[Any, Any, bool]:
        jobs = self._store.jobs
        match step:
            case Step.BEAT:
                return jobs.beat(job, stage=Stage.CUTTING, progress=progress, lease_s=LEASE_S)
            case Step.DISPATCH:
                return jobs.dispatch(job, limit_s=LIMIT_S)
            case Step.CALL:
                return jobs.note_call(job, f"{job.id}-{job.attempt}")
            case Step.REPORT:
                return jobs.report(job.id, job.attempt, stage=Stage.DRAWING, progress=progress)
            case Step.REDISPATCH:
                return self._redispatch(job)
            case Step.COMPLETE:
                return jobs.complete(job.id, job.attempt, {"progress": progress})
            case Step.RELEASE:
                return jobs.release(job)
            case ErrorClass():
                return jobs.fail(job.id, job.attempt, step.value, step, {})

    async def _redispatch(self, job: Job) -> bool:
        return await self._store.jobs.redispatch(job) is not None

    @precondition(lambda self: self._model.has("dispatched"))
    @rule()
    def listen(self) -> None:
        """Whoever asks after silent jobs is told of all of them."""
        silent = self._run(self._store.jobs.silent(SILENT_S))
        found = {one.job.id: one.is_overdue for one in silent}
        assert found == self._model.silent(SILENT_S)

    @precondition(lambda self: self._model.strays)
    @rule(fault=faults)
    def end_a_stray_call(self, fault: Fault) -> None:
        (call_id,) = self._run(self._store.jobs.stray_calls(1))
        if self._ask(self._store.jobs.forget_call(call_id), fault).is_written:
            self._model.strays.remove(call_id)

    @rule(job_id=jobs, fault=faults)
    def cancel(self, job_id: str, fault: Fault) -> None:
        outcome = self._ask(self._store.jobs.cancel(job_id), fault)
        if outcome.is_written:
            assert outcome.answer in (self._model.cancel(self._model.jobs[job_id]), None)

    @precondition(lambda self: self._model.has("processing") or self._model.has("dispatched"))
    @rule(fault=faults)
    def sweep(self, fault: Fault) -> None:
        outcome = self._ask(self._store.jobs.sweep(), fault)
        if outcome.is_written:
            assert outcome.answer in (self._model.sweep(), None)

    @rule(
        update_id=st.integers(0, 9),
        kind=kinds,
        owner_id=owners,
        key=keys,
        cancelled=st.lists(jobs, max_size=1),
        superseded=st.sampled_from([(), (), (JobKind.LOOK,)]),
        is_stale=st.sampled_from([False, False, False, True]),
        fault=faults,
        statements=st.integers(0, 6),
    )
    def decide(
        self,
        update_id: int,
        kind: JobKind,
        owner_id: int,
        key: str,
        cancelled: list[str],
        superseded: tuple[JobKind, ...],
        is_stale: bool,
        fault: Fault,
        statements: int,
    ) -> None:
        """A press, or a message: everything it leads to is written, or nothing is."""
        project = self._run(self._store.projects.get(PROJECTS[owner_id]))
        assert project is not None
        if is_stale:
            project = replace(project, revision=project.revision + 1)
        changes = Changes(
            project=project,
            jobs=(self._new_job(kind, owner_id, key),),
            cancels=tuple(cancelled),
            supersede=superseded,
        )
        self._database.after_statements = statements
        outcome = self._ask(self._store.projects.accept(update_id, changes), fault)
        self._follows(lambda model: model.accept(update_id, changes, is_stale=is_stale), outcome)

    @rule(fault=faults)
    def settle(self, fault: Fault) -> None:
        """The bot deals with the end of a job, once."""
        rows = self._look(
            "SELECT id FROM outbox WHERE kind = 'final' AND state = 'waiting' LIMIT 1"
        )
        if not rows:
            return
        row = rows[0]
        outcome = self._ask(self._store.projects.accept(None, Changes(), settles=row["id"]), fault)
        assert outcome.answer in (True, None)
        again = self._ask(self._store.projects.accept(None, Changes(), settles=row["id"]))
        assert again.answer is not outcome.is_written

    @rule(status=st.sampled_from(JobStatus))
    def forget_the_rules(self, status: JobStatus) -> None:
        """SQL that asks for nothing, as somebody might type it, changes no job that ended."""
        ended = "('complete', 'failed', 'cancelled')"
        command = f"UPDATE jobs SET status = :status, progress = 1 WHERE status IN {ended}"
        self._look(command, status=status.value)

    @rule(seconds=jumps_s, restarts=st.booleans())
    def pass_time(self, seconds: float, restarts: bool) -> None:
        self._model.now_s += seconds
        self._look("UPDATE clock SET t = :t", t=self._model.now_s)
        if restarts:
            self._run(self._store.close())
            self._open()

    @invariant()
    def everything_is_as_the_rules_say(self) -> None:
        jobs, strays, finals, witnessed = self._game.look(
            Statement("SELECT * FROM jobs", {}),
            Statement("SELECT id FROM stray_calls", {}),
            Statement("SELECT job_id FROM outbox WHERE kind = 'final'", {}),
            Statement(
                "SELECT rowid AS number, before, after FROM witness WHERE rowid > :witnessed",
                {"witnessed": self._witnessed},
            ),
        )
        self._rows_are_the_models(jobs)
        assert {row["id"] for row in strays} == self._model.strays
        self._what_ended_never_changes(jobs)
        assert sorted(row["job_id"] for row in finals) == sorted(self._ended)  # told once
        self._only_declared_ways_are_taken(witnessed)

    def _rows_are_the_models(self, rows: Sequence[Row]) -> None:
        assert {row["id"] for row in rows} == self._model.jobs.keys()
        for row in rows:
            job = self._model.jobs[row["id"]]
            for name in COMPARED:
                assert row[name] == getattr(job, name), (row["id"], name)
            assert job.run_after <= row["run_after"] <= job.run_after_latest
            if job.run_after < job.run_after_latest and job.status == "pending":
                self._wait_longest(job)

    def _wait_longest(self, job: ModelJob) -> None:
        # Chance in the database would make a run impossible to repeat.
        job.run_after = job.run_after_latest
        named = {"id": job.id, "run_after": job.run_after}
        self._look("UPDATE jobs SET run_after = :run_after WHERE id = :id", **named)

    def _what_ended_never_changes(self, rows: Sequence[Row]) -> None:
        for row in rows:
            if row["status"] in ENDED:
                assert self._ended.setdefault(row["id"], row) == row

    def _only_declared_ways_are_taken(self, witnessed: Sequence[Row]) -> None:
        for row in witnessed:
            self._witnessed = row["number"]
            assert (row["before"], row["after"]) in TRANSITIONS
            seen_transitions.add((row["before"], row["after"]))
