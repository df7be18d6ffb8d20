"""What a job that did not finish ended with: which of several problems counts, and as what."""

from __future__ import annotations

import errno

from jobs.errors import DiskFull, Internal, JobError, StorageAway, StoreUnavailable
from storage.adapter import StorageFull, StorageUnavailable
from worker.lease import HandedBack, LeaseLost

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
# Whoever lost the job may not speak of it, and work that was stopped also breaks elsewhere.
_GRAVEST_FIRST = (LeaseLost, HandedBack, JobError, Exception)


def gravest(problems: BaseExceptionGroup[Exception]) -> Exception:
    """The one problem of all that came at once which decides how the job ends."""
    for kind in _GRAVEST_FIRST:
        if (found := problems.subgroup(kind)) is not None:
            return _first_leaf(found)
    raise AssertionError("an exception group is never empty")


def _first_leaf(group: BaseExceptionGroup[Exception]) -> Exception:
    first = group.exceptions[0]
    return _first_leaf(first) if isinstance(first, BaseExceptionGroup) else first


def job_error(problem: Exception) -> JobError:
    """What the queue should know of it; what nobody foresaw is internal and may pass."""
    if isinstance(problem, JobError):
        return problem
    if isinstance(problem, StorageFull) or (
        isinstance(problem, OSError) and problem.errno in _NO_ROOM
    ):
        return DiskFull()
    # To the person a database is storage too; the log keeps the problem itself.
    if isinstance(problem, StorageUnavailable | StoreUnavailable):
        return StorageAway()
    return Internal()
