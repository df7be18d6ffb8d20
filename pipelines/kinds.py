"""Which pipeline serves which kind of job."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from jobs.model import JobKind
from pipelines import Pipeline
from pipelines.addresses import Endpoint
from pipelines.bench import Bench
from pipelines.ingest import ingest
from pipelines.look import look
from pipelines.preview import preview
from pipelines.render import render
from pipelines.save import save
from settings import Settings
from storage.adapter import StorageAdapter


def build(
    settings: Settings, storage: StorageAdapter, allow: frozenset[Endpoint]
) -> Mapping[JobKind, Pipeline]:
    bench = Bench(settings=settings, storage=storage, allow=allow)
    return {
        JobKind.INGEST: partial(ingest, bench),
        JobKind.PREVIEW: partial(preview, bench),
        JobKind.SAVE: partial(save, bench),
        JobKind.LOOK: partial(look, bench),
        JobKind.RENDER: partial(render, bench),
    }
