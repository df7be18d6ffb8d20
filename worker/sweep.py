"""Throw away files nobody will ask for again: leavings of the dead, losers, and what grew old.

What a file was for is looked up in the job store each time, so it does no harm who sweeps, how
often, or whether two do at once; but it costs, so of all workers one does it.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jobs.alerts import Cause
from jobs.model import Job, JobKind, ProjectStatus
from jobs.projects import Standing
from storage import keys
from storage.adapter import StorageAdapter, StorageRefused
from worker.forgetting import forget
from worker.house import House

log = logging.getLogger(__name__)

LOSERS_S = 24 * 3600.0  # until then a late reader of a lost attempt's files still finds them
STRAYS_S = 3600.0
AT_ONCE = 500  # a question for each of a thousand people's files would take an hour


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the database says of some writers' jobs and their cards."""

    jobs: Mapping[str, Job]
    standings: Mapping[str, Standing]


async def tidy(house: House, *, every_s: float = 0.0) -> int:
    """Expire quiet cards and delete all files that are of no use; how many those were.

    What is everybody's is left alone when one of the workers saw to it within `every_s`.
    """
    deleted = await _tidy_scratch(house)
    if await house.projects.claim_tidying(every_s):
        await house.alerts.forget_silent()
        try:
            deleted += await _tidy_together(house)
        except StorageRefused as refused:
            log.warning("the storage refuses to be tidied: %s", refused.code)
            await house.alerts.note(Cause.STORAGE_REFUSED, is_so=True)
        else:
            await house.alerts.note(Cause.STORAGE_REFUSED, is_so=False)
    if deleted:
        log.info("deleted %d files that were of no more use", deleted)
    return deleted


async def _tidy_together(house: House) -> int:
    await house.projects.expire(house.retention_s, house.originals_s)
    deleted = await forget(house)
    deleted += await house.storage.sweep_unfinished()
    deleted += await _tidy_storage(house)
    deleted += await _tidy_portraits(house.storage)
    return deleted + await _tidy_uploads(house)


async def _tidy_storage(house: House) -> int:
    deleted = 0
    ages_s = await _ages_s(house.storage)
    writers = list(ages_s)
    for start in range(0, len(writers), AT_ONCE):
        some = writers[start : start + AT_ONCE]
        known = await _known(house, *some)
        for writer in some:
            if not _is_waste(house, known, writer, ages_s[writer]):
                continue
            # Somebody may have come to use it since so many were asked for at once.
            if _is_waste(house, await _known(house, writer), writer, ages_s[writer]):
                deleted += await house.storage.delete_prefix(writer.prefix)
    return deleted


async def _ages_s(storage: StorageAdapter) -> dict[keys.Writer, float]:
    """For every attempt that stored something, how long ago it last did."""
    ages_s: dict[keys.Writer, float] = {}
    now = time.time()
    async for found in storage.list(""):
        if (writer := keys.writer(found.key)) is not None:
            age_s = now - found.modified_at
            ages_s[writer] = min(age_s, ages_s.get(writer, age_s))
    return ages_s


async def _known(house: House, *writers: keys.Writer) -> _Known:
    job_ids = {writer.job for writer in writers}
    return _Known(
        jobs=await house.jobs.many(job_ids),
        standings=await house.projects.standings(job_ids, house.originals_s),
    )


def _is_waste(house: House, known: _Known, writer: keys.Writer, age_s: float) -> bool:
    job, standing = known.jobs.get(writer.job), known.standings[writer.job]
    if job is not None and not _won(job, writer):
        return age_s > LOSERS_S and not _is_at_work(job, writer.attempt)
    # Another card may show the same recording: "change" and "square too" make one.
    if standing.is_used:
        return False
    if job is None:
        return house.owns_storage and age_s > LOSERS_S
    if standing.project is ProjectStatus.DELETED:
        return True
    if standing.project is not None and job.kind is JobKind.INGEST:
        return standing.project is not ProjectStatus.OPEN or age_s > house.originals_s
    return age_s > house.retention_s


def _won(job: Job, writer: keys.Writer) -> bool:
    """Whether the job's result names this attempt's files."""
    return any(
        isinstance(value, str) and value.startswith(writer.prefix) for value in job.result.values()
    )


def _is_at_work(job: Job | None, attempt: int) -> bool:
    return job is not None and not job.status.is_terminal and job.attempt == attempt


async def _tidy_uploads(house: House) -> int:
    """What was brought goes after a day, used or not; by then its recording is kept elsewhere."""
    deleted = 0
    now = time.time()
    async for found in house.storage.list(keys.upload_prefix()):
        if now - found.modified_at > LOSERS_S and await _is_left(house, found.key):
            await house.storage.delete(found.key)
            deleted += 1
    # Later than their objects, which otherwise nobody would know any more.
    await house.uploads.forget(2 * LOSERS_S)
    return deleted


async def _tidy_portraits(storage: StorageAdapter) -> int:
    """Profile photos older than a day: whoever needs one asks for it anew."""
    now = time.time()
    old = [
        found.key
        async for found in storage.list(keys.PORTRAITS)
        if now - found.modified_at > LOSERS_S
    ]
    for key in old:
        await storage.delete(key)
    return len(old)


async def _is_left(house: House, key: str) -> bool:
    if await house.uploads.owner(key) is None:
        return house.owns_storage
    job = await house.uploads.job(key)
    return job is None or job.status.is_terminal


async def _tidy_scratch(house: House) -> int:
    deleted = 0
    for folder in await asyncio.to_thread(_folders_in, house.scratch_dir):
        if await _is_abandoned(house, folder):
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
            deleted += 1
    return deleted


async def _is_abandoned(house: House, folder: Path) -> bool:
    # The folder was there before we ask, so an attempt that is not at work now never will be.
    job_id, _, attempt = folder.name.rpartition("-")
    if not job_id or not attempt.isdigit():
        return await asyncio.to_thread(_age_s, folder) > STRAYS_S
    return not _is_at_work(await house.jobs.get(job_id), int(attempt))


def _folders_in(folder: Path) -> list[Path]:
    return [entry for entry in folder.iterdir() if entry.is_dir()] if folder.is_dir() else []


def _age_s(folder: Path) -> float:
    try:
        return time.time() - folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0  # somebody else tidied it away
