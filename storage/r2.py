"""Objects in a bucket of Cloudflare R2, or of another S3.

boto3 blocks, so all of it runs on threads of our own. Nothing holds a whole object in memory: one
goes up in parts of 8 MiB and comes down in small chunks.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from storage import keys, links
from storage.adapter import (
    CHUNK_BYTES,
    DOWNLOAD_LINK_S,
    UNFINISHED_S,
    UPLOAD_LINK_S,
    BadKey,
    ObjectInfo,
    ObjectTooLarge,
)
from storage.bucket import PART_BYTES, THREADS, Bucket, Upload
from storage.headers import content_type, disposition
from storage.presigned import Place, Signing, presigned_url
from storage.reading import Reader, fetch

GRACE_S = 3.0  # whoever was told to stop has five seconds in all

P = ParamSpec("P")
T = TypeVar("T")


class R2Storage:
    """Storage in the bucket. `clock` says seconds since 1970.

    Whoever is cancelled waits `grace_s` at most for the thread at work.
    """

    def __init__(
        self,
        place: Place,
        bucket: Bucket,
        *,
        clock: Callable[[], float] = time.time,
        grace_s: float = GRACE_S,
    ) -> None:
        self._place = place
        self._bucket = bucket
        self._clock = clock
        self._grace_s = grace_s
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="r2")
        self._running: set[threading.Event] = set()

    async def put_file(self, key: str, path: Path) -> ObjectInfo:
        """Store the file's bytes; an object already there is replaced as a whole."""
        return await self._put(_checked(key), _parts_of_file(path))

    async def put_stream(
        self, key: str, chunks: AsyncIterator[bytes], *, max_bytes: int | None = None
    ) -> ObjectInfo:
        """Store what the stream yields. Raises ObjectTooLarge past `max_bytes`."""
        return await self._put(_checked(key), _parts_of_stream(key, chunks, max_bytes))

    async def get_file(self, key: str, path: Path) -> None:
        """Write the object to `path`, which is whole or not there. Raises ObjectMissing."""
        await self._run(fetch, self._bucket, _checked(key), path)

    async def get_stream(
        self, key: str, *, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        """Bytes `start` to `end` (exclusive; None: to the last). Raises ObjectMissing."""
        reader = Reader(self._bucket, _checked(key), start, end)
        try:
            while chunk := await self._run(reader.read, CHUNK_BYTES):
                yield chunk
        finally:
            reader.close()

    async def stat(self, key: str) -> ObjectInfo:
        """Raises ObjectMissing."""
        return await self._run(self._bucket.stat, _checked(key))

    async def list(self, prefix: str) -> AsyncIterator[ObjectInfo]:
        """Objects whose keys begin with `prefix`, in key order."""
        if not keys.is_prefix(prefix):
            raise BadKey(prefix)
        token = ""
        while True:
            page = await self._run(self._bucket.page, prefix, token)
            for found in page.objects:
                yield found
            if not (token := page.token):
                return

    async def delete(self, key: str) -> None:
        """Afterwards there is no such object; deleting a missing one is fine."""
        await self._run(self._bucket.delete, _checked(key))

    async def delete_prefix(self, prefix: str) -> int:
        """Delete every object under the prefix; how many there were.

        Raises BadKey for a prefix wider than one asset, render or upload.
        """
        if prefix.count("/") < 2:
            raise BadKey(prefix)
        found = [info.key async for info in self.list(prefix)]
        await self._run(self._bucket.delete, *found)
        return len(found)

    async def sweep_unfinished(self, *, older_than_s: float = UNFINISHED_S) -> int:
        """Throw away what writers that died left behind; how many that were."""
        return await self._run(self._bucket.sweep, time.time() - older_than_s)

    async def download_link(
        self,
        key: str,
        *,
        filename: str = "",
        expires_s: int = DOWNLOAD_LINK_S,
        signed_at: float | None = None,
    ) -> str:
        """A link anyone holding it can read until it expires, seven days after it was signed."""
        return presigned_url(
            self._place,
            Signing(
                method="GET",
                key=_checked(key),
                at=self._clock() if signed_at is None else signed_at,
                expires_s=expires_s,
                query={"response-content-disposition": disposition(links.clean_filename(filename))},
            ),
        )

    async def upload_link(self, key: str, *, max_bytes: int, expires_s: int = UPLOAD_LINK_S) -> str:
        """A link that takes a PUT with the key's own content type.

        S3 does not cap its size: what came is to go through `uploads.accepted`.
        """
        del max_bytes
        return presigned_url(
            self._place,
            Signing(
                method="PUT",
                key=_checked(key),
                at=self._clock(),
                expires_s=expires_s,
                headers={"content-type": content_type(key)},
            ),
        )

    async def close(self) -> None:
        """Let go of connections; what still runs is given up."""
        for stop in self._running:
            stop.set()
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._bucket.close()

    async def _put(self, key: str, parts: AsyncGenerator[bytes]) -> ObjectInfo:
        """Store the parts, all but the last of PART_BYTES; never more than two are held."""
        async with aclosing(parts):
            part = await anext(parts, b"")
            if len(part) < PART_BYTES:
                await self._run(self._bucket.put, key, part)
                return await self.stat(key)
            upload = Upload(key)
            try:
                await self._run(self._bucket.begin, upload)
                while part:
                    await self._run(self._bucket.add, upload, part)
                    part = b""  # this one can go before the next one comes
                    part = await anext(parts, b"")
                await self._run(self._bucket.complete, upload)
            except BaseException:
                # On a thread of its own: the one that sends a part may be stuck.
                aborting = asyncio.wrap_future(self._threads.submit(self._bucket.abort, upload))
                aborting.add_done_callback(_noticed)
                await asyncio.wait([aborting], timeout=self._grace_s)
                raise
        return await self.stat(key)

    async def _run(
        self,
        call: Callable[Concatenate[threading.Event, P], T],
        *arguments: P.args,
        **named: P.kwargs,
    ) -> T:
        """Call in a thread, which learns of a cancellation and is waited for a while."""
        stop = threading.Event()
        self._running.add(stop)
        job = self._threads.submit(call, stop, *arguments, **named)
        running = asyncio.wrap_future(job)
        running.add_done_callback(_noticed)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            stop.set()
            if not job.cancel():
                await asyncio.wait([running], timeout=self._grace_s)
            raise
        finally:
            self._running.discard(stop)


def _noticed(ended: asyncio.Future[T]) -> None:
    """How it ended is known, although whoever waited for it may have gone."""
    if not ended.cancelled():
        ended.exception()


def _checked(key: str) -> str:
    if not keys.is_key(key):
        raise BadKey(key)
    return key


async def _parts_of_file(path: Path) -> AsyncGenerator[bytes]:
    """The file in parts of PART_BYTES; the last may be empty."""
    file = await asyncio.to_thread(path.open, "rb")
    try:
        while True:
            yield await asyncio.to_thread(file.read, PART_BYTES)
    finally:
        file.close()


async def _parts_of_stream(
    key: str, chunks: AsyncIterator[bytes], max_bytes: int | None
) -> AsyncGenerator[bytes]:
    """The stream in parts of PART_BYTES; the last may be empty."""
    waiting = bytearray()
    size_bytes = 0
    async for chunk in chunks:
        size_bytes += len(chunk)
        if max_bytes is not None and size_bytes > max_bytes:
            raise ObjectTooLarge(key)
        waiting += chunk
        while len(waiting) >= PART_BYTES:
            yield _taken(waiting)
    yield _taken(waiting)


def _taken(waiting: bytearray) -> bytes:
    part = bytes(memoryview(waiting)[:PART_BYTES])
    del waiting[:PART_BYTES]
    return part
