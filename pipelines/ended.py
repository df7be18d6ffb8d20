"""A render that was made elsewhere has ended: the one way from its report to the job's row.

Whoever hears of the end, the webhook or a worker that asked, brings it here; a repeat, or a report
of an attempt that nobody waits for, changes nothing.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import re

from jobs.errors import ErrorClass, Internal, VideoMissing, error_class_of
from jobs.model import Job, JobStatus
from jobs.payloads import Rendered
from jobs.store import JobStore
from modal_render.dispatch import Ending, Made
from storage import keys
from storage.adapter import ObjectMissing, StorageAdapter, StorageUnavailable

log = logging.getLogger(__name__)

PATIENCE_S = 5.0  # for the storage to say what it holds
_IN_HAND = (JobStatus.PROCESSING, JobStatus.DISPATCHED)
_MAX_DETAIL = 200
# Links and tokens open doors; what went wrong can be told without them.
_SECRET = re.compile(r"://|[0-9a-f]{32}")


class NotItsOwn(Exception):
    """The report speaks of another job, another attempt, or objects that are not the attempt's."""


async def record_ending(
    store: JobStore,
    storage: StorageAdapter,
    job: Job,
    attempt: int,
    ending: Ending,
    *,
    patience_s: float = PATIENCE_S,
) -> bool:
    """Complete or fail the job as the report of `attempt` says; whether that changed anything.

    Raises NotItsOwn, StorageUnavailable, StoreUnavailable.
    """
    check_ownership(ending, job.id, attempt)
    if job.attempt != attempt or job.status not in _IN_HAND:
        return False
    if ending.made is None:
        return await _fail(store, ending)
    try:
        made = await _as_stored(storage, ending.made, patience_s)
    except ObjectMissing as missing:
        log.warning("job %s: attempt %d left no object %s", job.id, attempt, missing)
        lost = VideoMissing()
        return await store.fail(job.id, attempt, lost.code, lost.error_class, {})
    return await _complete(store, ending, made)


def check_ownership(ending: Ending, job_id: str, attempt: int) -> None:
    """Raises NotItsOwn unless all that the report names is that attempt's."""
    if (ending.job, ending.attempt) != (job_id, attempt):
        raise NotItsOwn("another job or attempt")
    made = ending.made
    if made is None:
        return
    video = keys.video(job_id, attempt)
    is_own = (
        made.video_key == video
        and made.inline_key in (video, keys.inline_video(job_id, attempt))
        and made.thumbnail_key == keys.thumbnail(job_id, attempt)
        and made.poster_key in ("", keys.poster(job_id, attempt))
    )
    if not is_own:
        raise NotItsOwn("an object of somebody else")


async def _as_stored(storage: StorageAdapter, made: Made, patience_s: float) -> Made:
    """What was made, with the sizes of what is there. Raises ObjectMissing, StorageUnavailable."""
    named = {made.video_key, made.inline_key, made.thumbnail_key, made.poster_key} - {""}
    try:
        async with asyncio.timeout(patience_s):
            sizes = {key: (await storage.stat(key)).size_bytes for key in sorted(named)}
    except TimeoutError as late:
        raise StorageUnavailable(made.video_key) from late
    if not all(sizes.values()):
        raise ObjectMissing(made.video_key)
    return dataclasses.replace(
        made, size_bytes=sizes[made.video_key], inline_bytes=sizes[made.inline_key]
    )


async def _complete(store: JobStore, ending: Ending, made: Made) -> bool:
    result = Rendered(**dataclasses.asdict(made)).to_json()
    is_news = await store.complete(ending.job, ending.attempt, result)
    if is_news:
        log.info("job %s: finished elsewhere, attempt %d", ending.job, ending.attempt)
    return is_news


async def _fail(store: JobStore, ending: Ending) -> bool:
    """A code that we do not know is of a renderer that is newer than we are, or broken."""
    code, error_class = ending.error_code, error_class_of(ending.error_code)
    if error_class is None:
        code, error_class = Internal.code, Internal.error_class
    is_news = await store.fail(ending.job, ending.attempt, code, error_class, {})
    if is_news:
        level = logging.INFO if error_class is ErrorClass.BAD_INPUT else logging.WARNING
        log.log(
            level,
            "job %s: failed elsewhere, %s (%s): %s",
            ending.job,
            code,
            error_class,
            _harmless(ending.error_detail),
        )
    return is_news


def _harmless(detail: str) -> str:
    words = ("[redacted]" if _SECRET.search(word) else word for word in detail.split())
    return " ".join(words)[:_MAX_DETAIL]
