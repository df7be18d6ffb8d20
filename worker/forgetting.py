"""What was deleted goes at once: the files of deleted cards, then their rows.

The round that tidies would find the files too, but it looks through all that is stored; here only
what belonged to those cards is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator

from jobs.model import Job, JobKind
from storage import keys
from worker.house import House

SETTLE_S = 60.0  # by then whoever was stopped has stopped writing


async def forget(house: House, *, settle_s: float = SETTLE_S) -> int:
    """Delete what belonged to deleted cards and forgotten people; how many files that were."""
    deleted = await _forget_uploads(house) + await _forget_portraits(house)
    cards = await house.projects.deleted(settle_s)
    for card in cards:
        for job in await house.jobs.of_project(card):
            deleted += await _forget_files(house, job)
    # Rows go after their files, which nobody would know any more.
    await house.projects.forget([card for card, is_settled in cards.items() if is_settled])
    return deleted


async def _forget_files(house: House, job: Job) -> int:
    standing = (await house.projects.standings([job.id], house.originals_s))[job.id]
    if standing.is_used:
        return 0  # another card shows the same recording, or the same video
    return sum([await house.storage.delete_prefix(prefix) for prefix in _prefixes(job)])


def _prefixes(job: Job) -> Iterator[str]:
    """Where the attempts at the job wrote; other kinds write beside the recording."""
    for attempt in range(1, job.attempt + 1):
        if job.kind is JobKind.INGEST:
            yield keys.asset_prefix(keys.asset_id(job.id, attempt))
        if job.kind is JobKind.RENDER:
            yield f"{keys.render_prefix(job.id)}a{attempt}/"


async def _forget_portraits(house: House) -> int:
    """Profile photos of whom nobody was asked about; in a shared bucket they may be another's."""
    if not house.owns_storage:
        return 0
    kept = {keys.portrait(person_id) for person_id in await house.jobs.portraits()}
    gone = [found.key async for found in house.storage.list(keys.PORTRAITS)]
    gone = [key for key in gone if key not in kept]
    for key in gone:
        await house.storage.delete(key)
    return len(gone)


async def _forget_uploads(house: House) -> int:
    forgotten = await house.uploads.forgotten()
    for key in forgotten:
        await house.storage.delete(key)
        await house.uploads.drop(key)
    return len(forgotten)
