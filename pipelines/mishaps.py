"""How a child that did not do its work is told to the queue.

What may pass when the same is tried once more, a crash or a standstill, is a class of its own here.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from jobs.errors import DiskFull, EditFailed, ErrorClass, JobError, SourceBroken, TookTooLong
from pipelines.child import ChildError, ChildOverMemory, ChildResult, ChildWentQuiet

_NO_ROOM = "No space left on device"


class ListeningBroke(SourceBroken):
    """Listening to the file crashed."""

    error_class = ErrorClass.BROKEN


class EditBroke(EditFailed):
    """A program that edits crashed."""

    error_class = ErrorClass.BROKEN


class Stalled(TookTooLong):
    """A program made no progress."""

    error_class = ErrorClass.BROKEN


@contextmanager
def told_as(greedy: type[JobError]) -> Iterator[None]:
    """Turn what `run_child` raises into what a job raises; `greedy` is for too much memory."""
    try:
        yield
    except ChildOverMemory as over:
        raise greedy("over memory") from over
    except ChildWentQuiet as quiet:
        raise Stalled(str(quiet)) from quiet
    except ChildError as slow:
        raise TookTooLong(str(slow)) from slow


def check_end(ended: ChildResult, failure: type[JobError]) -> None:
    """Raise DiskFull or `failure` unless the child ended well."""
    if ended.exit_code == 0:
        return
    if ended.exit_code == -signal.SIGXFSZ:  # the limit of one file, not of the disk
        raise failure("it wrote more than it may")
    if _NO_ROOM in ended.stderr:
        raise DiskFull()
    raise failure(f"exit status {ended.exit_code}: {ended.stderr[-300:]}")


def refused(detail: str, failure: type[JobError]) -> JobError:
    """The error for a refusal in words."""
    return DiskFull() if _NO_ROOM in detail else failure(detail)
