"""Clients that hold their connections open and say next to nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

DRIP_S = 0.2


@asynccontextmanager
async def dripping(port: int, requests: Sequence[bytes]) -> AsyncIterator[None]:
    """One client for each request, which has a body of a length that it never reaches.

    Every other one does not even finish its head.
    """
    ends = await asyncio.gather(*(asyncio.open_connection("127.0.0.1", port) for _ in requests))
    writers = [writer for _, writer in ends]
    for number, (writer, whole) in enumerate(zip(writers, requests, strict=True)):
        writer.write(whole if number % 2 else whole[: whole.index(b"Content-Length")])
    drops = asyncio.create_task(_drip(writers))
    try:
        yield
    finally:
        drops.cancel()
        for writer in writers:
            writer.close()
        await asyncio.gather(drops, return_exceptions=True)


async def _drip(writers: Sequence[asyncio.StreamWriter]) -> None:
    while True:
        for writer in writers:
            if not writer.is_closing():
                writer.write(b"x")
        await asyncio.sleep(DRIP_S)
