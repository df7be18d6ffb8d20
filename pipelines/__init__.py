"""What is done for each kind of job: one readable story per kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from jobs.model import Job, JobKind, Json
    from jobs.store import JobStore
    from pipelines.child import ChildRef
    from pipelines.elsewhere import Elsewhere
    from settings import Settings
    from storage.adapter import StorageAdapter

# The result for complete(), None when the job was dispatched elsewhere. Raises JobError.
Pipeline: TypeAlias = "Callable[[JobStore, Job, ChildRef], Awaitable[Json | None]]"


def build_pipelines(
    settings: Settings,
    storage: StorageAdapter,
    *,
    allow: frozenset[tuple[str, int]] = frozenset(),
    elsewhere: Elsewhere | None = None,
) -> Mapping[JobKind, Pipeline]:
    """What to do for each kind of job.

    `allow` are (address, port) that may be dialled for a link although they are not public;
    `elsewhere` is where videos are made when that is not here.
    """
    # Not above: children are modules of this package too, and start in a moment only while it
    # imports nothing.
    from functools import partial

    from jobs.model import JobKind
    from pipelines.bench import Bench
    from pipelines.ingest import ingest
    from pipelines.look import look
    from pipelines.preview import preview
    from pipelines.render import render
    from pipelines.render_elsewhere import render_elsewhere
    from pipelines.save import save

    bench = Bench(settings=settings, storage=storage, allow=allow)
    return {
        JobKind.INGEST: partial(ingest, bench),
        JobKind.PREVIEW: partial(preview, bench),
        JobKind.SAVE: partial(save, bench),
        JobKind.LOOK: partial(look, bench),
        JobKind.RENDER: (
            partial(render, bench)
            if elsewhere is None
            else partial(render_elsewhere, bench, elsewhere)
        ),
    }
