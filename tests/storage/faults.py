"""A way to a server on which things go wrong as asked: refused, cut, lost, stuck."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from urllib.parse import urlsplit

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_EXPECT = re.compile(rb"\r\nexpect: *100-continue", re.IGNORECASE)
_RANGE = re.compile(rb"\r\nrange: [^\r]*", re.IGNORECASE)
_BUSY = b"<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>"
_CHUNK_BYTES = 64 * 1024


class Harm(Enum):
    REFUSE = auto()  # 503 SlowDown; the server hears nothing
    CUT = auto()  # the answer ends after `after_bytes` of its body
    LOSE = auto()  # the server does it, and nobody hears its answer
    STALL = auto()  # the server does it, and the answer never comes
    DRIP = auto()  # the request is taken in a little at a time
    DEAFEN = auto()  # the server is not told which range is wanted


@dataclass(slots=True)
class Fault:
    """What happens to the next `times` requests whose first line is like `where`, a pattern."""

    harm: Harm
    where: str
    times: int = 1
    after_bytes: int = 0


@dataclass(slots=True)
class Way:
    """What was asked on it, head by head, and the faults still to come."""

    url: str = ""
    heads: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    stalled: asyncio.Event = field(default_factory=asyncio.Event)
    dripping: asyncio.Event = field(default_factory=asyncio.Event)
    travellers: set[asyncio.Task[None]] = field(default_factory=set)

    def add(self, harm: Harm, where: str, *, times: int = 1, after_bytes: int = 0) -> None:
        self.faults.append(Fault(harm, where, times, after_bytes))

    def asked(self, where: str) -> list[str]:
        """The heads of the requests whose first line is like that."""
        return [head for head in self.heads if re.match(where, head)]

    def next_fault(self, head: str) -> Fault | None:
        for fault in self.faults:
            if fault.times and re.match(fault.where, head):
                fault.times -= 1
                return fault
        return None


@asynccontextmanager
async def way_to(server_url: str) -> AsyncIterator[Way]:
    """A proxy on loopback that takes one request a connection."""
    way = Way()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        travelling = asyncio.current_task()
        assert travelling is not None
        way.travellers.add(travelling)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await _pass_on(way, server_url, reader, writer)
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            writer.close()
            way.travellers.discard(travelling)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    way.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        async with server:
            yield way
    finally:
        for travelling in tuple(way.travellers):
            travelling.cancel()
        if way.travellers:
            await asyncio.wait(way.travellers)


async def _pass_on(
    way: Way, server_url: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    way.heads.append(head.decode())
    fault = way.next_fault(head.decode())
    length = _LENGTH.search(head)
    if fault and fault.harm is Harm.REFUSE:
        await _refuse(head, int(length[1]) if length else 0, reader, writer)
        return
    if _EXPECT.search(head):
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    where = urlsplit(server_url)
    answer, request = await asyncio.open_connection(where.hostname, where.port)
    try:
        if fault and fault.harm is Harm.DEAFEN:
            head, fault = _RANGE.sub(b"", head), None
        request.write(_EXPECT.sub(b"", head)[:-2] + b"Connection: close\r\n\r\n")
        if fault and fault.harm is Harm.DRIP:
            await _drip(way, reader)
        await _copy(reader, request, int(length[1]) if length else 0)
        if fault is None:
            await _copy(answer, writer)
        elif fault.harm is Harm.CUT:
            writer.write(await answer.readuntil(b"\r\n\r\n"))
            await _copy(answer, writer, fault.after_bytes)
        else:
            await answer.read()
            if fault.harm is Harm.STALL:
                way.stalled.set()
                await reader.read()
    finally:
        request.close()


async def _refuse(
    head: bytes, length: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    if not _EXPECT.search(head):
        await reader.readexactly(length)
    said = f"HTTP/1.1 503 Slow Down\r\nContent-Length: {len(_BUSY)}\r\nConnection: close\r\n\r\n"
    writer.write(said.encode() + (b"" if head.startswith(b"HEAD") else _BUSY))
    await writer.drain()


async def _drip(way: Way, reader: asyncio.StreamReader) -> None:
    """Take what comes, slowly, until nothing more does."""
    while await reader.read(_CHUNK_BYTES):
        way.dripping.set()
        await asyncio.sleep(0.2)


async def _copy(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, size_bytes: int | None = None
) -> None:
    """Copy so many bytes, or all there are."""
    left = size_bytes
    while left is None or left > 0:
        chunk = await reader.read(_CHUNK_BYTES if left is None else min(left, _CHUNK_BYTES))
        if not chunk:
            break
        writer.write(chunk)
        await writer.drain()
        left = None if left is None else left - len(chunk)
    await writer.drain()
