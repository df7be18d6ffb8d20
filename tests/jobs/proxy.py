"""A wire that tests can freeze, or let swallow an answer."""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter

CHUNK = 65536
SWALLOW_S = 0.2  # long enough for a server to do what it was asked


class Proxy:
    """Hands bytes on between whoever connects to `port` and the server at `server_port`."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._listener: asyncio.Server | None = None
        self._streams: set[asyncio.Task[None]] = set()
        self.lost_answers = 0  # how many exchanges from now on are done and never answered
        self.port = 0

    async def open(self) -> None:
        """Listen, at the same port as before if there was one."""
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Nobody gets through, and nobody listens."""
        assert self._listener is not None
        self._listener.close()
        for stream in self._streams:
            stream.cancel()
        await asyncio.gather(*self._streams, return_exceptions=True)

    def freeze(self) -> None:
        """Take what comes and hand nothing on, until `thaw`."""
        self._flowing.clear()

    def thaw(self) -> None:
        self._flowing.set()

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        stream = asyncio.current_task()
        assert stream is not None
        self._streams.add(stream)
        try:
            await self._join(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass  # the loop would take the end of a connection for an error of its own
        finally:
            self._streams.discard(stream)
            writer.close()

    async def _join(self, reader: StreamReader, writer: StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self._server_port)
        try:
            async with asyncio.TaskGroup() as group:
                asking = group.create_task(self._ask(reader, server_writer))
                await self._answer(server_reader, writer)
                asking.cancel()
        except* OSError:
            pass
        finally:
            server_writer.close()

    async def _ask(self, reader: StreamReader, server: StreamWriter) -> None:
        # What a client sent before it left still arrives, as it may on a long way.
        while chunk := await reader.read(CHUNK):
            await self._flowing.wait()
            server.write(chunk)
            await server.drain()

    async def _answer(self, server: StreamReader, writer: StreamWriter) -> None:
        while chunk := await server.read(CHUNK):
            await self._flowing.wait()
            if self.lost_answers:
                self.lost_answers -= 1
                await asyncio.sleep(SWALLOW_S)
                return
            writer.write(chunk)
            await writer.drain()
