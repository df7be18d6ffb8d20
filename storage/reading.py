"""Reading an object of a bucket to its end although connections break."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import Any

from storage import disk
from storage.adapter import CHUNK_BYTES, StorageUnavailable
from storage.bucket import Bucket
from storage.tries import FOREIGN, PastTheEnd, Tries, meaning

_CONTENT_RANGE = re.compile(r"bytes (\d+)-")


class ObjectChanged(StorageUnavailable):
    """Another object is there now than the one whose first bytes were read."""


class Reader:
    """The bytes of one object from `start` to `end` (exclusive; None: to the last).

    Where a connection breaks, the next one goes on. Reading belongs in a thread, closing does not:
    a read that is under way then ends the connection itself.
    """

    def __init__(self, bucket: Bucket, key: str, start: int = 0, end: int | None = None) -> None:
        self._bucket = bucket
        self._key = key
        self._at = start
        self._end = end
        self._etag = ""
        self._body: Any = None
        self._lock = threading.Lock()
        self._closed = False

    def read(self, stop: threading.Event, size_bytes: int) -> bytes:
        """The next bytes, at most that many; none at the end.

        Raises ObjectMissing, ObjectChanged, StorageUnavailable.
        """
        with self._lock:
            try:
                return self._read(self._bucket.tries(stop), size_bytes)
            finally:
                if self._closed:
                    self._drop()

    def close(self) -> None:
        """Let go of the connection."""
        self._closed = True
        if self._lock.acquire(blocking=False):
            try:
                self._drop()
            finally:
                self._lock.release()

    def _read(self, tries: Tries, size_bytes: int) -> bytes:
        wanted = size_bytes if self._end is None else min(size_bytes, self._end - self._at)
        while True:
            tries.check()
            try:
                if self._body is None:
                    self._open(tries.stop)
                chunk: bytes = self._body.read(max(0, wanted))
            except PastTheEnd:
                return b""
            except FOREIGN as broken:
                self._drop()
                told = meaning(broken, self._key)
                told.__cause__ = broken
                tries.pause(told)
            else:
                self._at += len(chunk)
                return chunk

    def _open(self, stop: threading.Event) -> None:
        end = None if self._end is None else max(self._end, self._at + 1)
        answer = self._bucket.get(stop, self._key, self._at, end)
        self._body = answer["Body"]
        if self._etag and answer["ETag"] != self._etag:
            self._drop()
            raise ObjectChanged(self._key)
        self._etag = answer["ETag"]
        # Not every S3 heeds a Range, and one that does need not say so by its status.
        said = _CONTENT_RANGE.match(answer.get("ContentRange") or "bytes 0-")
        assert said is not None
        self._skip(self._at - int(said[1]))

    def _skip(self, size_bytes: int) -> None:
        while size_bytes > 0 and (chunk := self._body.read(min(size_bytes, CHUNK_BYTES))):
            size_bytes -= len(chunk)

    def _drop(self) -> None:
        if self._body is not None:
            self._body.close()
            self._body = None


def fetch(stop: threading.Event, bucket: Bucket, key: str, path: Path) -> None:
    """Make `path` the object, whole. Raises ObjectMissing and what the disk says."""
    with disk.disk_errors(path.name), disk.appearing(path) as file:
        while True:
            reader = Reader(bucket, key)
            try:
                while chunk := reader.read(stop, CHUNK_BYTES):
                    file.write(chunk)
                return
            except ObjectChanged:
                file.seek(0)
                file.truncate()
            finally:
                reader.close()
