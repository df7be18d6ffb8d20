"""The storage port: few verbs, and what each promises.

No reader ever sees half an object: an object appears whole under its key, or not at all.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

DOWNLOAD_LINK_S = 7 * 24 * 3600
UPLOAD_LINK_S = 3600
UNFINISHED_S = 3600.0  # a write silent for so long is dead
CHUNK_BYTES = 256 * 1024


class StorageError(Exception):
    """Storage could not do what was asked."""


class ObjectMissing(StorageError):
    """There is no object under that key."""


class ObjectTooLarge(StorageError):
    """More bytes came than the caller allowed; nothing was stored."""


class StorageUnavailable(StorageError):
    """The backend did not answer, or has no room; trying later may help."""


class StorageFull(StorageUnavailable):
    """The disk is full."""


class StorageRefused(StorageUnavailable):
    """The backend will not do it until somebody mends the settings; `code` is its word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class BadKey(StorageError):
    """The key is not one that keys.py could have made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectInfo:
    """What is known about an object without reading it. `etag` changes when the bytes do."""

    key: str
    size_bytes: int
    etag: str
    modified_at: float


class StorageAdapter(Protocol):
    """Objects by key. Every method raises BadKey for a key of the wrong form."""

    async def put_file(self, key: str, path: Path) -> ObjectInfo:
        """Store the file's bytes; an object already there is replaced as a whole."""

    async def put_stream(
        self, key: str, chunks: AsyncIterator[bytes], *, max_bytes: int | None = None
    ) -> ObjectInfo:
        """Store what the stream yields. Raises ObjectTooLarge past `max_bytes`."""

    async def get_file(self, key: str, path: Path) -> None:
        """Write the object to `path`, which is whole or not there. Raises ObjectMissing."""

    def get_stream(
        self, key: str, *, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        """Bytes `start` to `end` (exclusive; None: to the last). Raises ObjectMissing."""

    async def stat(self, key: str) -> ObjectInfo:
        """Raises ObjectMissing."""

    def list(self, prefix: str) -> AsyncIterator[ObjectInfo]:
        """Objects whose keys begin with `prefix`, in key order."""

    async def delete(self, key: str) -> None:
        """Afterwards there is no such object; deleting a missing one is fine."""

    async def delete_prefix(self, prefix: str) -> int:
        """Delete every object under the prefix; how many there were.

        Raises BadKey for a prefix wider than one asset, render or upload.
        """

    async def sweep_unfinished(self, *, older_than_s: float = UNFINISHED_S) -> int:
        """Throw away what writers that died left behind; how many that were."""

    async def download_link(
        self,
        key: str,
        *,
        filename: str = "",
        expires_s: int = DOWNLOAD_LINK_S,
        signed_at: float | None = None,
    ) -> str:
        """A link anyone holding it can read until it expires; empty when none can be given.

        `expires_s` counts from `signed_at` (seconds since 1970; None: from now), and is 7 days at
        most. Two links that are signed for the same moment are the same text.
        """

    async def upload_link(self, key: str, *, max_bytes: int, expires_s: int = UPLOAD_LINK_S) -> str:
        """A link for a PUT of at most `max_bytes` with the content type of the key (headers.py).

        Empty when none can be given. A backend that cannot cap the size takes more, so what came
        is to go through `uploads.accepted`.
        """

    async def close(self) -> None:
        """Let go of connections."""
