"""What is done for each kind of job: one readable story per kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    # Children are modules of this package too, and start in a moment only while it imports nothing.
    from collections.abc import Awaitable, Callable

    from jobs.model import Job, Json
    from jobs.store import JobStore
    from pipelines.child import ChildRef

# The result for complete(), None when the job was dispatched elsewhere. Raises JobError.
Pipeline: TypeAlias = "Callable[[JobStore, Job, ChildRef], Awaitable[Json | None]]"
