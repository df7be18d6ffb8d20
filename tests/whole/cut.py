"""A way to the product that breaks: what goes up it is noted, and cut off where a test says."""

from __future__ import annotations

import asyncio
import re
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.worker.shop import until

CHUNK_BYTES = 16 * 1024
_START = re.compile(rb"\r\nContent-Range: bytes (\d+)-", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """So many bytes go up a line; once what they were for `has_arrived` it is cut."""

    after_bytes: int
    has_arrived: Callable[[], bool]


@dataclass(slots=True)
class Way:
    """Leads from `url` to the server at `server_port`. `starts` are where pieces began.

    Each of `cuts` happens once, on the first line that carries so much.
    """

    server_port: int
    url: str = ""
    starts: list[int] = field(default_factory=list)
    cuts: list[Cut] = field(default_factory=list)
    lines: set[asyncio.Task[None]] = field(default_factory=set)

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        line = asyncio.current_task()
        assert line is not None
        self.lines.add(line)
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self.server_port)
        try:
            async with asyncio.TaskGroup() as both:
                down = both.create_task(_copy(server_reader, writer))
                await self._up(reader, server_writer)
                down.cancel()
        except* OSError:
            pass
        finally:
            self.lines.discard(line)
            writer.transport.abort()
            server_writer.close()  # what went up before the cut arrives, as it does on a long way

    async def _up(self, reader: StreamReader, server: StreamWriter) -> None:
        gone = 0
        while chunk := await reader.read(CHUNK_BYTES):
            server.write(chunk)
            await server.drain()
            gone += len(chunk)
            self.starts += [int(start) for start in _START.findall(chunk)]
            if self.cuts and gone >= self.cuts[0].after_bytes:
                cut = self.cuts.pop(0)
                await until(cut.has_arrived)
                return


@asynccontextmanager
async def breaking_way(server_port: int) -> AsyncIterator[Way]:
    way = Way(server_port)
    listener = await asyncio.start_server(way.serve, "127.0.0.1", 0)
    way.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    try:
        yield way
    finally:
        listener.close()
        for line in way.lines:
            line.cancel()
        await asyncio.gather(*way.lines, return_exceptions=True)


async def _copy(reader: StreamReader, writer: StreamWriter) -> None:
    while chunk := await reader.read(CHUNK_BYTES):
        writer.write(chunk)
        await writer.drain()
    writer.close()
