"""Every rule of the queue, once: who works on what, who may still write, how a job ends.

`attempt` is the fence. A claim raises it; every later write names it and the status it expects,
and when no row answers, the writer is a ghost: somebody else has the job, or nobody needs it.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass

from jobs import elsewhere_sql, gauges_sql, habits_sql, held_sql, schema, sql, upgrades
from jobs.bells import Bells
from jobs.database import ConstraintViolated, Database, Statement
from jobs.errors import ErrorClass, QuotaExceeded, StoreUnusable
from jobs.model import Job, JobKind, JobStatus, Json, NewJob, Stage
from jobs.quotas import Quotas
from jobs.rows import job_from_row, json_from_text, new_job_to_row, to_text

MAX_LOSSES = 3  # workers that may die over one job before it is taken for the cause
MAX_REDISPATCHES = 2  # after calls elsewhere that came to nothing
TRIES: Mapping[ErrorClass, int] = {
    ErrorClass.BAD_INPUT: 1,
    ErrorClass.BROKEN: 2,
    ErrorClass.TRANSIENT: 5,
}
_QUOTA = re.compile(r"quota:(\w+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """For how long, and how many times, a job waits for what is nobody's failure.

    Up to `spread_s` more at random, so that a crowd that waited together comes apart.
    """

    most: int
    wait_s: float
    spread_s: float = 0.0


WAITS: Mapping[ErrorClass, Wait] = {
    ErrorClass.RESOURCE: Wait(most=30, wait_s=10.0),  # five minutes at least
    ErrorClass.AWAY: Wait(most=60, wait_s=10.0, spread_s=5.0),  # ten minutes at least
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentJob:
    """A dispatched job that says nothing, or has had all the time it was given."""

    job: Job
    is_overdue: bool


class JobStore:
    """The queue in the database. Any number of processes may use it at once."""

    def __init__(
        self,
        database: Database,
        *,
        bells: Bells | None = None,
        quotas: Quotas | None = None,
        waits: Mapping[ErrorClass, Wait] = WAITS,
    ) -> None:
        self._database = database
        self._quotas = quotas or Quotas()
        self._waits = waits
        self.bells = bells or Bells()
        self.rescued = 0  # jobs that were taken from dead workers, as far as this store saw
        self.stale_writes = 0  # what ghosts wanted to write

    async def setup(self) -> None:
        """Make what is missing, bring what is older up to date. Raises StoreUnusable."""
        while True:
            found = await self._found_version()
            try:
                await self._database.batch(list(self._setting_up(found)))
            except ConstraintViolated as refused:
                if not is_outrun(refused):
                    raise
            else:
                return

    async def set_quotas(self) -> None:
        """From now on the quotas are this store's; whoever else sets up leaves them alone."""
        await self._database.batch([Statement(sql.SET_LIMIT, limit) for limit in self._limits()])

    def _limits(self) -> list[Json]:
        return [{"name": name, "value": getattr(self._quotas, name)} for name in Quotas.__slots__]

    async def _found_version(self) -> int:
        """The version of the tables, today's when there are none. Raises StoreUnusable."""
        # Asked before anything is made: a newer database must stay as it is.
        if not await self._database.execute(sql.HAS_META):
            return schema.VERSION
        rows = await self._database.execute(sql.SCHEMA_VERSION)
        found = int(rows[0]["value"]) if rows else schema.VERSION
        if found > schema.VERSION:
            raise StoreUnusable(
                "the database was written by a newer Pocketreel: update, or use another one"
            )
        return found

    def _setting_up(self, found: int) -> Iterator[Statement]:
        version = {"name": "schema", "value": str(schema.VERSION)}
        if found < schema.VERSION:
            yield Statement(sql.EXPECT_VERSION, {"version": str(found)})
        for text in upgrades.statements(found):
            yield Statement(text, {})
        yield Statement(sql.ADD_META, version)
        yield Statement(sql.SET_META, version)
        for limit in self._limits():
            yield Statement(sql.ADD_LIMIT, limit)

    async def create(self, job: NewJob) -> bool:
        """Queue the job; False when one with its dedupe key exists. Raises QuotaExceeded."""
        try:
            await self._database.execute(sql.CREATE_JOB, new_job_to_row(job))
        except ConstraintViolated as refused:
            if is_repeat(refused):
                return False
            raise quota_or(refused) from refused
        self._ring()
        return True

    async def get(self, job_id: str) -> Job | None:
        rows = await self._database.execute(sql.GET_JOB, {"id": job_id})
        return job_from_row(rows[0]) if rows else None

    async def many(self, ids: Collection[str]) -> dict[str, Job]:
        """The jobs by their ids; those there are none of are left out."""
        rows = await self._database.execute(sql.GET_JOBS, {"ids": to_text(sorted(ids))})
        return {row["id"]: job_from_row(row) for row in rows}

    async def of_project(self, project_id: str) -> list[Job]:
        """The project's jobs, newest first."""
        rows = await self._database.execute(sql.JOBS_OF_PROJECT, {"project_id": project_id})
        return [job_from_row(row) for row in rows]

    async def saved(self, key: str) -> Json | None:
        """What a save said that made this object, whichever card asked for it."""
        rows = await self._database.execute(sql.FIND_SAVE, {"key": key})
        return json_from_text(rows[0]["result"]) if rows else None

    async def claim_next_pending(
        self, owner: str, kinds: Collection[JobKind], lease_s: float
    ) -> Job | None:
        """Take the next job of these kinds for `lease_s`; the attempt it returns is the fence."""
        wanted = to_text(sorted(kinds))
        parameters = {"owner": owner, "kinds": wanted, "lease_s": lease_s}
        rows = await self._database.execute(sql.CLAIM_JOB, parameters)
        if not rows:
            return None
        self.bells.outbox.ring()
        return job_from_row(rows[0])

    async def beat(self, job: Job, *, stage: Stage, progress: int, lease_s: float) -> bool:
        """Keep the lease and tell how far it is; False: the job is not ours any more."""
        rows = await self._database.execute(
            sql.BEAT_JOB,
            {
                "id": job.id,
                "attempt": job.attempt,
                "stage": stage.value,
                "progress": progress,
                "lease_s": lease_s,
            },
        )
        self.bells.outbox.ring()
        return bool(rows)

    async def lost(self, held: Mapping[str, int]) -> list[str]:
        """Which of the held jobs (id to attempt) are not the holder's any more."""
        rows = await self._database.execute(held_sql.HELD_JOBS, {"held": to_text(dict(held))})
        return [row["id"] for row in rows]

    async def give_back_unheard(self, owner: str, held: Collection[str]) -> int:
        """Back to the queue goes what the owner was given and never heard of; how many.

        Nobody else may claim in the owner's name meanwhile.
        """
        parameters = {"owner": owner, "held": to_text(sorted(held))}
        rows = await self._database.execute(held_sql.GIVE_BACK_UNHEARD, parameters)
        if rows:
            self._ring()
        return len(rows)

    async def dispatch(self, job: Job, *, limit_s: float) -> bool:
        """The job goes on elsewhere, without a lease, and is to be done in `limit_s`."""
        return await self._write(elsewhere_sql.DISPATCH_JOB, job.id, job.attempt, limit_s=limit_s)

    async def note_call(self, job: Job, call_id: str) -> bool:
        """By which id the work is known elsewhere; False: nobody waits for it any more."""
        return await self._write(elsewhere_sql.NOTE_CALL, job.id, job.attempt, call_id=call_id)

    async def report(self, job_id: str, attempt: int, *, stage: Stage, progress: int) -> bool:
        """How far a dispatched job is; False: nobody waits for that attempt any more."""
        told = {"stage": stage.value, "progress": progress}
        return await self._write(elsewhere_sql.REPORT_PROGRESS, job_id, attempt, **told)

    async def silent(self, silent_s: float) -> list[SilentJob]:
        """Dispatched jobs of which nothing was heard for so long, and all that are overdue."""
        rows = await self._database.execute(elsewhere_sql.SILENT_JOBS, {"silent_s": silent_s})
        return [SilentJob(job=job_from_row(row), is_overdue=bool(row["overdue"])) for row in rows]

    async def redispatch(self, job: Job) -> JobStatus | None:
        """Nothing will come of the attempt: what the job is now, None if that changed nothing.

        It is pending again twice at most; then it has failed.
        """
        parameters = {"id": job.id, "attempt": job.attempt, "most": MAX_REDISPATCHES}
        rows = await self._database.execute(elsewhere_sql.REDISPATCH_JOB, parameters)
        self._ring()
        return JobStatus(rows[0]["status"]) if rows else None

    async def stray_calls(self, limit: int) -> list[str]:
        """Calls elsewhere that nobody waits for, the oldest first; each is to be ended."""
        rows = await self._database.execute(elsewhere_sql.STRAY_CALLS, {"limit": limit})
        return [row["id"] for row in rows]

    async def forget_call(self, call_id: str) -> None:
        """The stray call was told to end."""
        await self._database.execute(elsewhere_sql.FORGET_CALL, {"id": call_id})

    async def complete(self, job_id: str, attempt: int, result: Json) -> bool:
        """The one way to a result; a repeat or a stale one changes nothing."""
        return await self._write(sql.COMPLETE_JOB, job_id, attempt, result=to_text(dict(result)))

    async def fail(
        self, job_id: str, attempt: int, code: str, error_class: ErrorClass, params: Json
    ) -> bool:
        """The attempt failed: the job waits for another one, or is over. See ErrorClass."""
        written = {"code": code, "params": to_text(dict(params))}
        if (wait := self._waits.get(error_class)) is not None:
            return await self._write(sql.RUN_SHORT, job_id, attempt, **written, **asdict(wait))
        tries = TRIES[error_class]
        return await self._write(sql.FAIL_JOB, job_id, attempt, **written, tries=tries)

    async def release(self, job: Job) -> bool:
        """Back to the queue at once; nothing is charged."""
        return await self._write(sql.RELEASE_JOB, job.id, job.attempt, wait_s=0.0)

    async def cancel(self, job_id: str) -> bool:
        """End the job now, whoever works on it; False when it had ended."""
        rows = await self._database.execute(sql.CANCEL_JOB, {"id": job_id})
        self._ring()
        self.bells.cancelled.ring()
        return bool(rows)

    async def sweep(self) -> int:
        """Take jobs from workers that fell silent; how many. Any number may sweep at once."""
        rows = await self._database.execute(sql.RESCUE_JOBS, {"losses": MAX_LOSSES})
        if rows:
            self._ring()
        self.rescued += len(rows)
        return len(rows)

    async def queue_place(self, job: Job) -> int | None:
        """How many of its lane (renders, saves, or all the others) go first.

        None unless it is pending.
        """
        if job.status is not JobStatus.PENDING:
            return None
        parameters = {"id": job.id, "kind": job.kind.value}
        rows = await self._database.execute(sql.QUEUE_PLACE, parameters)
        return int(rows[0]["ahead"])

    async def counts(self) -> dict[JobStatus, int]:
        """How many jobs there are of each status; of those there are none of, nothing is said."""
        rows = await self._database.execute(gauges_sql.COUNT_JOBS)
        return {JobStatus(row["status"]): int(row["jobs"]) for row in rows}

    async def oldest_pending_s(self) -> float | None:
        """How long the job that has waited longest could have been worked on; None without any."""
        rows = await self._database.execute(gauges_sql.OLDEST_PENDING)
        age_s = rows[0]["age_s"]
        return None if age_s is None else float(age_s)

    async def render_speed(self) -> float | None:
        """Seconds of work for a second of video: the median of the last ten; None before any."""
        rows = await self._database.execute(gauges_sql.RECENT_RENDERS)
        speeds = [
            row["took_s"] / row["duration_s"]
            for row in rows
            if row["duration_s"] and row["took_s"] is not None
        ]
        return statistics.median(speeds) if speeds else None

    async def may_ask_for_portrait(self, person_id: int, every_s: float) -> bool:
        """Whether the caller is to ask Telegram for the person's photo: one each `every_s`."""
        asked = {"person_id": person_id, "every_s": every_s}
        return bool(await self._database.execute(habits_sql.ASK_FOR_PORTRAIT, asked))

    async def portraits(self) -> set[int]:
        """Whose photo Telegram was asked for of late, of all who are not forgotten."""
        rows = await self._database.execute(habits_sql.PORTRAITS)
        return {int(row["person_id"]) for row in rows}

    async def _write(self, statement: str, job_id: str, attempt: int, **values: object) -> bool:
        parameters = {"id": job_id, "attempt": attempt, **values}
        rows = await self._database.execute(statement, parameters)
        self._ring()
        self.stale_writes += not rows
        return bool(rows)

    def _ring(self) -> None:
        self.bells.claimable.ring()
        self.bells.outbox.ring()


def is_repeat(refused: ConstraintViolated) -> bool:
    """Whether the write was refused because the same had been written before."""
    said = str(refused)
    return "dedupe_key" in said or said in ("dealt", "settled")


def is_outrun(refused: ConstraintViolated) -> bool:
    """Whether somebody else had brought the tables up to date since they were looked at."""
    return "meta.name" in str(refused)


def quota_or(refused: ConstraintViolated) -> Exception:
    """QuotaExceeded when a quota refused the write, else the refusal itself."""
    found = _QUOTA.search(str(refused))
    return QuotaExceeded(found[1]) if found else refused
