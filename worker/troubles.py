"""What a worker sees of the troubles that a person has to mend."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from jobs.alerts import Cause
from jobs.errors import LinkRefused, RendererAway
from jobs.model import Job, SourceKind
from storage.adapter import StorageRefused

OLD_DAYS = 120  # YouTube breaks an older yt-dlp sooner or later
_DATED = re.compile(r"(\d{4})\.(\d{1,2})\.(\d{1,2})\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a job left this worker's hands: finished, handed on, or ended by `problem`."""

    problem: Exception | None = None
    is_handed_on: bool = False


def shown_by(job: Job, outcome: Outcome) -> Iterator[tuple[Cause, bool]]:
    """What the end of a job shows: causes, and whether each is so."""
    problem = outcome.problem
    if problem is None:
        # Each of them reads or writes something there.
        yield Cause.STORAGE_REFUSED, False
    if _is(problem, StorageRefused):
        yield Cause.STORAGE_REFUSED, True
    if outcome.is_handed_on or isinstance(problem, RendererAway):
        yield Cause.RENDERER_AWAY, problem is not None
    if job.input.get("kind") != SourceKind.YOUTUBE:
        return
    # Who sends no such links need not hear of it.
    yield Cause.YTDLP_OLD, is_ytdlp_old()
    if problem is None or isinstance(problem, LinkRefused):
        yield Cause.YOUTUBE_REFUSES, problem is not None


def is_ytdlp_old(version: str = "", today: date | None = None) -> bool:
    """Whether yt-dlp, which is named by its day, is older than OLD_DAYS."""
    named = _DATED.match(version or importlib.metadata.version("yt-dlp"))
    if named is None:
        return False
    made = date(*(int(part) for part in named.groups()))
    return ((today or datetime.now(UTC).date()) - made).days > OLD_DAYS


def _is(problem: BaseException | None, kind: type[Exception]) -> bool:
    """Whether it is of the kind, or comes of one that is."""
    while problem is not None and not isinstance(problem, kind):
        problem = problem.__cause__
    return problem is not None
