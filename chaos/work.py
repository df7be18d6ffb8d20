"""A worker of its own process, whose renders take a moment and mean nothing."""

from __future__ import annotations

import asyncio
import logging
import random
import signal
from pathlib import Path

from chaos.ground import SHARED_THUMBNAIL, SHARED_VIDEO, Ground
from jobs.model import Job, JobKind, Json, Stage
from jobs.payloads import Rendered
from jobs.store import JobStore
from pipelines.child import ChildRef, run_child
from storage import keys
from worker.run import Worker

AT_ONCE = 4  # renders of one worker
CHILDREN = 40  # one render in so many has children
MOST_S = 0.04
_SIZE = 19
# The grandchild outlives everything but the end of its group.
_FAMILY = ("/bin/sh", "-c", "sleep 3600 & sleep 0.2")


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
        {JobKind.RENDER: _Render(ground.folder)},
        light=0,
        heavy=AT_ONCE,
        lease_s=ground.lease_s,
        poll_s=0.1,
        sweep_s=ground.lease_s / 4,
        drain_s=1.0,
        name=name,
    )
    try:
        await worker.run(stopping)
    finally:
        await store.close()


class _Render:
    """A pipeline: a moment of nothing, now and then with a child and a grandchild."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def __call__(self, _: JobStore, job: Job, child_ref: ChildRef) -> Json:
        child_ref.say(Stage.DRAWING, 50)
        if int(job.input["number"]) % CHILDREN == 0:
            await run_child(_FAMILY, child_ref=child_ref, cwd=self._folder, wall_s=60.0)
        else:
            await asyncio.sleep(random.uniform(0.0, MOST_S))  # noqa: S311  # chance is all it is
        return _made(job).to_json()


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
