"""What is being worked on, for whoever writes a line about it.

Set around one unit of work; everything that is called or begun inside of it knows it too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from jobs.model import Job
from jobs.outgoing import Outgoing

Told = str | int

_ABOUT: ContextVar[Mapping[str, Told]] = ContextVar("about")


@contextmanager
def about(**told: Told) -> Iterator[None]:
    """During the block, lines are about this as well; what is empty says nothing."""
    token = _ABOUT.set({**told_now(), **{name: value for name, value in told.items() if value}})
    try:
        yield
    finally:
        _ABOUT.reset(token)


def told_now() -> Mapping[str, Told]:
    """What lines are about at this moment."""
    return _ABOUT.get({})


@contextmanager
def about_job(job: Job) -> Iterator[None]:
    """Lines are about the job, and about this attempt at it."""
    with about(job=job.id, attempt=job.attempt, project=job.project_id, chat=job.chat_id):
        yield


@contextmanager
def about_outgoing(row: Outgoing) -> Iterator[None]:
    """Lines are about what the bot owes a chat."""
    with about(outbox=row.id, job=row.job_id, project=row.project_id, chat=row.chat_id):
        yield
