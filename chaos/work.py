"""A worker of its own process, whose renders take a moment and mean nothing."""

from __future__ import annotations

import asyncio
import logging
import random
import signal
from collections.abc import Sequence
from enum import StrEnum

from chaos.ground import SHARED_THUMBNAIL, SHARED_VIDEO, Ground, a_little
from jobs.model import Job, JobKind, Json, Stage
from jobs.payloads import Rendered
from jobs.store import JobStore
from pipelines.child import ChildRef, run_child
from storage import keys
from worker.run import Worker

AT_ONCE = 4  # renders of one worker
CHILDREN = 40  # one render in so many has children
MOST_S = 0.04
DRAIN_S = 1.0
LONG_S = 2.0  # longer than a worker that stops waits for
_SIZE = 19
# The grandchild outlives everything but the end of its group.
_FAMILY = ("/bin/sh", "-c", "sleep 3600 & sleep 0.2")
_LONG_FAMILY = ("/bin/sh", "-c", "sleep 3600 & sleep 3")


class Pace(StrEnum):
    """How a render goes: usual ones are over in a moment."""

    USUAL = "usual"
    LONG = "long"
    STOPPABLE = "stoppable"


def serve(ground: Ground, name: str) -> None:
    """Be a worker until SIGTERM."""
    logging.disable(logging.WARNING)
    asyncio.run(_serve(ground, name))


async def _serve(ground: Ground, name: str) -> None:
    store = ground.store()
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    worker = Worker(
        store.jobs,
        {JobKind.RENDER: _Render(ground)},
        light=0,
        heavy=AT_ONCE,
        lease_s=ground.lease_s,
        poll_s=0.1,
        sweep_s=ground.lease_s / 4,
        drain_s=DRAIN_S,
        name=name,
    )
    try:
        await worker.run(stopping)
    finally:
        ground.note_rescued(name, store.jobs.rescued)
        await store.close()


class _Render:
    """A pipeline: a moment of nothing, now and then with a child and a grandchild."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._storage = ground.storage()

    async def __call__(self, _: JobStore, job: Job, child_ref: ChildRef) -> Json:
        child_ref.say(Stage.DRAWING, 50)
        match job.input["pace"]:
            case Pace.STOPPABLE:
                await self._leave_something(job)
                await self._with_children(_LONG_FAMILY, job, child_ref)
            case Pace.LONG:
                await asyncio.sleep(LONG_S)
            case _ if int(job.input["number"]) % CHILDREN == 0:
                await self._with_children(_FAMILY, job, child_ref)
            case _:
                await asyncio.sleep(random.uniform(0.0, MOST_S))  # noqa: S311  # all it is
        return _made(job).to_json()

    async def _leave_something(self, job: Job) -> None:
        """As a render does that is stopped after its upload began."""
        await self._storage.put_stream(keys.video(job.id, job.attempt), a_little())

    async def _with_children(self, argv: Sequence[str], job: Job, child_ref: ChildRef) -> None:
        folder = self._ground.scratch(job.id, job.attempt)
        folder.mkdir(parents=True, exist_ok=True)
        await run_child(argv, child_ref=child_ref, cwd=folder, wall_s=60.0)
        folder.rmdir()


def _made(job: Job) -> Rendered:
    """Its key tells which attempt it was."""
    return Rendered(
        video_key=keys.video(job.id, job.attempt),
        inline_key=SHARED_VIDEO,
        thumbnail_key=SHARED_THUMBNAIL,
        width=1080,
        height=1920,
        frames=30,
        duration_s=1.0,
        size_bytes=_SIZE,
        inline_width=1080,
        inline_height=1920,
        inline_bytes=_SIZE,
    )
