"""A bucket behind a way that can be spoilt, and somebody who watches it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from storage import keys
from storage.adapter import StorageAdapter
from storage.bucket import PART_BYTES, Bucket
from storage.presigned import Place
from storage.r2 import R2Storage
from tests.storage.faults import Way, way_to
from tests.storage.servers import Server

KEY = keys.video("job1", 1)
LARGE = random.Random(1).randbytes(2 * PART_BYTES + 12_345)  # three parts
SMALL = b"a few bytes"
QUICK_S = 0.01


async def stream(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def read(storage: StorageAdapter, key: str = KEY) -> bytes:
    return b"".join([chunk async for chunk in storage.get_stream(key)])


def hasty(place: Place, *, patience_s: float = 30.0, grace_s: float = 0.5) -> R2Storage:
    """An adapter that makes short pauses."""
    bucket = Bucket(place, patience_s=patience_s, pause_s=QUICK_S)
    return R2Storage(place, bucket, grace_s=grace_s)


class Scene:
    """A bucket reached by a way that can be spoilt, and by another that is always good."""

    def __init__(self, place: Place, way: Way, spoilt: R2Storage, good: R2Storage) -> None:
        self.place = place
        self.way = way
        self.spoilt = spoilt
        self.good = good
        self.seen: set[int] = set()

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Somebody looks at the key all through the block; `seen` are the sizes found there."""

        async def look() -> None:
            self.seen.update([info.size_bytes async for info in self.good.list("renders/")])

        async def watch() -> None:
            while True:
                await look()

        await look()
        watching = asyncio.create_task(watch())
        try:
            yield
        finally:
            watching.cancel()
            await asyncio.wait([watching])
            assert watching.cancelled(), "the watcher fell asleep"
            await look()


@asynccontextmanager
async def spoilable(server: Server, *, patience_s: float = 30.0) -> AsyncIterator[Scene]:
    place = server.bucket()
    async with way_to(server.url) as way:
        spoilt = hasty(server.place(place.bucket, url=way.url), patience_s=patience_s)
        good = hasty(place)
        yield Scene(place, way, spoilt, good)
        await spoilt.close()
        await good.close()
