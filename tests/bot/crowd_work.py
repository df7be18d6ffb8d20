"""Pipelines that stand in for media work: results at once, and renders that take their time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping

from jobs.model import Job, JobKind, Json, Stage
from jobs.opening import Store
from jobs.store import JobStore
from pipelines import Pipeline
from pipelines.child import ChildRef
from storage.adapter import StorageAdapter
from tests.bot.life import Hands

_STEP = 5  # percent between two words about a render


def crowd_pipelines(
    store: Store, storage: StorageAdapter, *, render_s: tuple[float, float]
) -> Mapping[JobKind, Pipeline]:
    """For every kind of job; a render takes between these."""
    hands = Hands(store, storage)

    async def work(_: JobStore, job: Job, __: ChildRef) -> Json:
        result = dict(await hands.result(job))
        if job.kind is JobKind.INGEST:
            result["digest"] = job.id[:16]  # no two recordings are the same
        return result

    async def render(_: JobStore, job: Job, child_ref: ChildRef) -> Json:
        step_s = random.uniform(*render_s) * _STEP / 100
        for percent in range(0, 100, _STEP):
            child_ref.say(Stage.DRAWING, percent)
            await asyncio.sleep(step_s)
        return await hands.result(job)

    return {kind: render if kind is JobKind.RENDER else work for kind in JobKind}
