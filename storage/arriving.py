"""An object that arrives in pieces, over lines that break: a file that grows until it is whole.

One piece at a time: whoever takes them sees to that. What nobody adds to is thrown away by
`sweep_unfinished`, like every write that was never finished.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

from storage import disk
from storage.adapter import ObjectTooLarge, StorageError

_DIGITS = 16


class WrongPlace(StorageError):
    """The piece does not begin where what is there ends."""


class Arriving:
    """What arrives for `target`; `claim` tells one file from another that could arrive there.

    `name` is the same for all that may arrive there, and there is room for one: beginning with
    another forgets the one before.
    """

    def __init__(self, folder: Path, name: str, claim: str, target: Path) -> None:
        self._folder = folder
        self._name = name
        self._target = target
        digest = hashlib.sha256(claim.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
        self._path = folder / f"{name}.{digest}"

    async def size_bytes(self) -> int:
        """How much has arrived."""
        return await asyncio.to_thread(disk.size_bytes, self._path)

    async def add(self, offset: int, chunks: AsyncIterator[bytes], *, max_bytes: int) -> int:
        """Add a piece; how much is there then. What came stays there when the rest does not come.

        Raises WrongPlace; ObjectTooLarge, and then nothing stays.
        """
        if offset == 0:
            await self._forget_others()
        growing = disk.Growing(self._path)
        try:
            if await asyncio.to_thread(growing.open) != offset:
                raise WrongPlace(self._target.name)
            async for chunk in chunks:
                offset += len(chunk)
                if offset > max_bytes:
                    await asyncio.to_thread(self._path.unlink)
                    raise ObjectTooLarge(self._target.name)
                await asyncio.to_thread(growing.write, chunk)
            return offset
        finally:
            await asyncio.to_thread(growing.close)

    async def publish(self) -> None:
        """It is whole: the object is there now."""
        await asyncio.to_thread(disk.publish, self._path, self._target)

    async def _forget_others(self) -> None:
        for path in await asyncio.to_thread(lambda: list(self._folder.glob(f"{self._name}.*"))):
            if path != self._path:
                await asyncio.to_thread(path.unlink, missing_ok=True)
