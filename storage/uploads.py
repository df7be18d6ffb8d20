"""What came through an upload link."""

from __future__ import annotations

from storage.adapter import ObjectInfo, ObjectTooLarge, StorageAdapter


async def accepted(storage: StorageAdapter, key: str, *, max_bytes: int) -> ObjectInfo:
    """What was put under the key. Raises ObjectMissing; ObjectTooLarge, and then it is deleted.

    The link may be used again until it expires: whoever reads the object checks its etag.
    """
    found = await storage.stat(key)
    if found.size_bytes > max_bytes:
        await storage.delete(key)
        raise ObjectTooLarge(key)
    return found
