"""Objects as files under one root.

`objects/` holds what is whole, by key; `incoming/` what is still being written.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

from storage import disk, keys, links
from storage.adapter import (
    CHUNK_BYTES,
    DOWNLOAD_LINK_S,
    UNFINISHED_S,
    UPLOAD_LINK_S,
    BadKey,
    ObjectInfo,
    ObjectMissing,
    ObjectTooLarge,
)
from storage.arriving import Arriving


class LocalStorage:
    """Storage on this machine's disk, safe beside other processes on the same root.

    `secret` signs links. `link_base` is where the bot's server is reached from outside, without a
    slash at its end; when it is empty no links are given. `clock` says seconds since 1970.
    """

    def __init__(
        self,
        root: Path,
        *,
        secret: bytes,
        link_base: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._objects = root / "objects"
        self._incoming = root / "incoming"
        self._secret = secret
        self._link_base = link_base
        self._clock = clock

    async def put_file(self, key: str, path: Path) -> ObjectInfo:
        """Store the file's bytes; an object already there is replaced as a whole."""
        return await asyncio.to_thread(self._put_file, key, path)

    async def put_stream(
        self, key: str, chunks: AsyncIterator[bytes], *, max_bytes: int | None = None
    ) -> ObjectInfo:
        """Store what the stream yields. Raises ObjectTooLarge past `max_bytes`."""
        target = self._path(key)
        incoming = disk.Incoming(self._incoming)
        size_bytes = 0
        try:
            async for chunk in chunks:
                size_bytes += len(chunk)
                if max_bytes is not None and size_bytes > max_bytes:
                    raise ObjectTooLarge(key)
                await asyncio.to_thread(incoming.write, chunk)
            return _info(key, await asyncio.to_thread(incoming.publish, target))
        finally:
            await asyncio.to_thread(incoming.discard)

    async def get_file(self, key: str, path: Path) -> None:
        """Write the object to `path`, which is whole or not there. Raises ObjectMissing."""
        await asyncio.to_thread(self._get_file, key, path)

    async def get_stream(
        self, key: str, *, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        """Bytes `start` to `end` (exclusive; None: to the last). Raises ObjectMissing."""
        outgoing = disk.Outgoing(self._path(key), start)
        left = None if end is None else max(0, end - start)
        try:
            while chunk := await asyncio.to_thread(outgoing.read, _next_size(left)):
                left = None if left is None else left - len(chunk)
                yield chunk
        finally:
            # Not in a thread: a generator that is thrown away has nobody to wait for one.
            outgoing.close()

    async def stat(self, key: str) -> ObjectInfo:
        """Raises ObjectMissing."""
        return await asyncio.to_thread(self._stat, key)

    async def list(self, prefix: str) -> AsyncIterator[ObjectInfo]:
        """Objects whose keys begin with `prefix`, in key order."""
        for key in await asyncio.to_thread(self._keys, prefix):
            try:
                info = await self.stat(key)
            except ObjectMissing:
                continue  # deleted since the names were read
            yield info

    async def delete(self, key: str) -> None:
        """Afterwards there is no such object; deleting a missing one is fine."""
        await asyncio.to_thread(disk.remove, self._path(key), self._objects)

    async def delete_prefix(self, prefix: str) -> int:
        """Delete every object under the prefix; how many there were.

        Raises BadKey for a prefix wider than one asset, render or upload.
        """
        if prefix.count("/") < 2:
            raise BadKey(prefix)
        return await asyncio.to_thread(self._delete_prefix, prefix)

    async def sweep_unfinished(self, *, older_than_s: float = UNFINISHED_S) -> int:
        """Throw away what writers that died left behind; how many that were."""
        return await asyncio.to_thread(disk.sweep, self._incoming, older_than_s)

    async def download_link(
        self,
        key: str,
        *,
        filename: str = "",
        expires_s: int = DOWNLOAD_LINK_S,
        signed_at: float | None = None,
    ) -> str:
        """A link anyone holding it can read until it expires; empty when none can be given."""
        at = self._clock() if signed_at is None else signed_at
        return self._link(
            links.Grant(
                method="GET",
                key=key,
                expires_at=int(at) + expires_s,
                filename=links.clean_filename(filename),
            )
        )

    async def upload_link(self, key: str, *, max_bytes: int, expires_s: int = UPLOAD_LINK_S) -> str:
        """A link that takes one PUT of at most `max_bytes`; empty when none can be given."""
        expires_at = int(self._clock()) + expires_s
        return self._link(
            links.Grant(method="PUT", key=key, expires_at=expires_at, max_bytes=max_bytes)
        )

    def verify_download(self, link: str) -> links.Grant:
        """What a GET or HEAD of `link` may read; `link` is the path and query as received.

        Raises LinkForged or LinkExpired.
        """
        return links.read_link(link, "GET", self._secret, now=self._clock())

    def verify_upload(self, link: str) -> links.Grant:
        """What a PUT to `link` may write, and how much. Raises LinkForged or LinkExpired."""
        return links.read_link(link, "PUT", self._secret, now=self._clock())

    def arriving(self, key: str, claim: str) -> Arriving:
        """An upload to the key in pieces; `claim` tells the files apart that may come there."""
        name = key.replace("/", "_")
        return Arriving(self._incoming, name, claim, self._path(key))

    async def close(self) -> None:
        """Nothing is held between calls."""

    def _link(self, grant: links.Grant) -> str:
        if not keys.is_key(grant.key):
            raise BadKey(grant.key)
        return self._link_base + links.signed_link(grant, self._secret) if self._link_base else ""

    def _path(self, key: str) -> Path:
        if not keys.is_key(key):
            raise BadKey(key)
        path = self._objects / key
        # A symbolic link among the folders would lead out although the key is well formed.
        if not path.resolve().is_relative_to(self._objects.resolve()):
            raise BadKey(key)
        return path

    def _put_file(self, key: str, path: Path) -> ObjectInfo:
        target = self._path(key)
        incoming = disk.Incoming(self._incoming)
        try:
            with path.open("rb") as source:
                incoming.copy_from(source)
            return _info(key, incoming.publish(target))
        finally:
            incoming.discard()

    def _get_file(self, key: str, path: Path) -> None:
        outgoing = disk.Outgoing(self._path(key), 0)
        try:
            with disk.disk_errors(key), disk.appearing(path) as copy:
                while chunk := outgoing.read(CHUNK_BYTES):
                    copy.write(chunk)
        finally:
            outgoing.close()

    def _stat(self, key: str) -> ObjectInfo:
        with disk.disk_errors(key):
            return _info(key, self._path(key).stat())

    def _keys(self, prefix: str) -> Sequence[str]:
        if not keys.is_prefix(prefix):
            raise BadKey(prefix)
        folder = self._objects / prefix[: prefix.rfind("/") + 1]
        with disk.disk_errors(prefix):
            found = [str(path.relative_to(self._objects)) for path in disk.files_below(folder)]
        return [key for key in found if key.startswith(prefix) and keys.is_key(key)]

    def _delete_prefix(self, prefix: str) -> int:
        return sum(disk.remove(self._path(key), self._objects) for key in self._keys(prefix))


def _info(key: str, found: os.stat_result) -> ObjectInfo:
    # A replaced object is another file, so the inode tells two writes of one instant apart.
    etag = f"{found.st_mtime_ns:x}-{found.st_ino:x}-{found.st_size:x}"
    return ObjectInfo(
        key=key, size_bytes=found.st_size, etag=etag, modified_at=found.st_mtime_ns / 1e9
    )


def _next_size(left: int | None) -> int:
    return CHUNK_BYTES if left is None else min(CHUNK_BYTES, left)
