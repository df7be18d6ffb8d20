"""The bucket answers nobody: recordings are still taken, and what is to be kept waits for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from jobs.sqlite import SqliteDatabase
from storage.bucket import Bucket
from storage.r2 import R2Storage
from storage.tries import PATIENCE_S
from tests.outages.ground import IS_LONG, RECOVERY_S, alerts, ground, lived_through, send_more
from tests.storage.faults import Fault, Harm, way_to
from tests.storage.servers import Server

_EVERYTHING = r".*"


async def test_what_is_to_be_kept_waits_for_the_bucket(
    tmp_path: Path, moto: Server, caplog: pytest.LogCaptureFixture
) -> None:
    own = moto.bucket()
    async with way_to(moto.url) as way:
        place = moto.place(own.bucket, url=way.url)
        patience_s = PATIENCE_S if IS_LONG else 0.5
        storage = R2Storage(place, Bucket(place, patience_s=patience_s, pause_s=0.1))
        database = SqliteDatabase(tmp_path / "jobs.sqlite3")

        @asynccontextmanager
        async def busy() -> AsyncIterator[None]:
            """503 SlowDown to every request."""
            fault = Fault(Harm.REFUSE, _EVERYTHING, times=10**6)
            way.faults.append(fault)
            yield
            fault.times = 0

        async with ground(tmp_path, database, storage) as here:
            took_s = await lived_through(here, busy, partial(send_more, here))
        await storage.close()
    assert took_s <= RECOVERY_S
    told = alerts(caplog)
    assert told.count("worker here: the storage does not answer, jobs wait for it") == 1
    assert len(told) == 1, told
