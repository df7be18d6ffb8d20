"""Asks after renders made elsewhere that fell silent, and ends the calls nobody waits for.

A report that never came is found here: what a call says of its end goes the same way as a report.
Every write is fenced by the attempt, so any number of workers may ask at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial

from jobs.about import about_job
from jobs.alerts import Alerts, Cause
from jobs.errors import StoreUnavailable
from jobs.model import Job
from jobs.store import JobStore, SilentJob
from modal_render.dispatch import Ending
from pipelines.elsewhere import CallGone, Elsewhere, ElsewhereAway
from pipelines.ended import PATIENCE_S, NotItsOwn, record_ending
from storage.adapter import StorageAdapter, StorageUnavailable

log = logging.getLogger(__name__)

# With the storage's own five seconds a lost report is made up for within 85 s of the last word.
SILENT_S = 60.0
RECONCILE_S = 15.0
LOOK_S = 5.0
AT_ONCE = 20
MOST_STRAYS = 100  # in one round


@dataclass(frozen=True, slots=True, kw_only=True)
class Abroad:
    """Where renders are made that are not made here, and how patiently it is asked after them."""

    jobs: JobStore
    storage: StorageAdapter
    elsewhere: Elsewhere
    alerts: Alerts | None = None
    silent_s: float = SILENT_S
    every_s: float = RECONCILE_S
    look_s: float = LOOK_S
    patience_s: float = PATIENCE_S
    at_once: int = AT_ONCE


class _Answer(Enum):
    """Who answered in one turn."""

    ALL = auto()
    NOT_ELSEWHERE = auto()
    NOT_STORAGE = auto()
    BROKE = auto()


class _Fate(Enum):
    """What a look at a call showed, when that was not its end."""

    ALIVE = auto()
    GONE = auto()
    AWAY = auto()


async def reconcile(abroad: Abroad) -> bool:
    """One round: look after every silent job, end every stray call; whether all answered.

    Raises StoreUnavailable.
    """
    silent = await abroad.jobs.silent(abroad.silent_s)
    strays = await abroad.jobs.stray_calls(MOST_STRAYS)
    gate = asyncio.Semaphore(abroad.at_once)
    looks = [partial(_look_after, abroad, one) for one in silent]
    ends = [partial(_end_stray, abroad, call_id) for call_id in strays]
    turns = [_through(gate, turn) for turn in (*looks, *ends)]
    outcomes = await asyncio.gather(*turns, return_exceptions=True)
    answers = {_answer(outcome) for outcome in outcomes}
    if abroad.alerts is not None and answers:
        is_away = answers == {_Answer.NOT_ELSEWHERE}
        await abroad.alerts.note(Cause.RENDERER_AWAY, is_so=is_away)
    return answers <= {_Answer.ALL}


async def _through(gate: asyncio.Semaphore, turn: Callable[[], Awaitable[_Answer]]) -> _Answer:
    async with gate:
        return await turn()


def _answer(outcome: _Answer | BaseException) -> _Answer:
    """One turn that broke is no reason to leave the others."""
    if isinstance(outcome, StoreUnavailable):
        raise outcome
    if isinstance(outcome, BaseException):
        log.error("a look at what is rendered elsewhere broke", exc_info=outcome)
        return _Answer.BROKE
    return outcome


async def _look_after(abroad: Abroad, silent: SilentJob) -> _Answer:
    with about_job(silent.job):
        return await _look_after_it(abroad, silent)


async def _look_after_it(abroad: Abroad, silent: SilentJob) -> _Answer:
    job = silent.job
    found = await _look(abroad, job)
    try:
        if isinstance(found, Ending):
            await record_ending(
                abroad.jobs,
                abroad.storage,
                job,
                job.attempt,
                found,
                patience_s=abroad.patience_s,
            )
            return _Answer.ALL
    except StorageUnavailable:
        return _Answer.NOT_STORAGE
    except NotItsOwn:
        log.warning("job %s: its call ended as another's", job.id)
        found = _Fate.GONE
    if found is _Fate.GONE or silent.is_overdue:
        await _give_up_call(abroad.jobs, job)
    return _Answer.NOT_ELSEWHERE if found is _Fate.AWAY else _Answer.ALL


async def _look(abroad: Abroad, job: Job) -> Ending | _Fate:
    if not job.call_id:
        return _Fate.GONE  # nobody can ask after it; it may yet report by itself, and too late
    try:
        async with asyncio.timeout(abroad.look_s):
            ending = await abroad.elsewhere.look(job.call_id)
    except CallGone:
        return _Fate.GONE
    except (ElsewhereAway, TimeoutError):
        return _Fate.AWAY
    return _Fate.ALIVE if ending is None else ending


async def _give_up_call(jobs: JobStore, job: Job) -> None:
    """A call that may still be at work is a stray one from now on: a trigger sees to it."""
    status = await jobs.redispatch(job)
    if status is not None:
        log.warning("job %s: lost elsewhere, attempt %d: %s now", job.id, job.attempt, status)


async def _end_stray(abroad: Abroad, call_id: str) -> _Answer:
    try:
        async with asyncio.timeout(abroad.look_s):
            await abroad.elsewhere.cancel(call_id)
    except (ElsewhereAway, TimeoutError):
        return _Answer.NOT_ELSEWHERE
    await abroad.jobs.forget_call(call_id)
    return _Answer.ALL
