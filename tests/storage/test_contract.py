"""What every storage promises, whatever it is made of."""

from __future__ import annotations

import asyncio
import random
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from storage import keys
from storage.adapter import (
    CHUNK_BYTES,
    BadKey,
    ObjectMissing,
    ObjectTooLarge,
    StorageAdapter,
)
from storage.bucket import PART_BYTES
from storage.local import LocalStorage

KEY = keys.video("job1", 1)
NOT_KEYS = [
    "",
    "/",
    ".",
    "..",
    "../secret",
    "/etc/passwd",
    "renders/../../etc/passwd",
    "renders/job1/a1/../../../x.mp4",
    "renders/job1/a1/output.mp4/",
    "renders//job1/a1/output.mp4",
    "./renders/job1/a1/output.mp4",
    "renders/job1/a1/output.mp4\n",
    "renders/job1/a1/output.mp4\0",
    "renders\\job1\\a1\\output.mp4",
    "renders/%2e%2e/a1/output.mp4",
    "renders/JOB1/a1/output.mp4",
    "renders/job1/a1/output.exe",
    "renders/-job/a1/output.mp4",
    "renders/job1/a٣/output.mp4",
    "assets/a/original.../x",
    "assets/" + "a" * 65 + "/peaks.json",
    "file:///etc/passwd",
    "con",
]


async def _stream(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def _read(storage: StorageAdapter, key: str, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([chunk async for chunk in storage.get_stream(key, start=start, end=end)])


def _tree(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


@pytest.mark.parametrize("size_bytes", [0, 1, CHUNK_BYTES, 3 * CHUNK_BYTES + 1])
async def test_what_is_stored_comes_back(
    storage: StorageAdapter, tmp_path: Path, size_bytes: int
) -> None:
    content = random.Random(size_bytes).randbytes(size_bytes)
    source, copy = tmp_path / "source", tmp_path / "copy"
    source.write_bytes(content)
    stored = await storage.put_file(KEY, source)
    await storage.get_file(KEY, copy)
    assert copy.read_bytes() == await _read(storage, KEY) == content
    assert stored == await storage.stat(KEY)
    assert (stored.key, stored.size_bytes) == (KEY, size_bytes)


async def test_a_stream_is_stored_as_it_comes(storage: StorageAdapter) -> None:
    stored = await storage.put_stream(KEY, _stream(b"one ", b"", b"two"), max_bytes=7)
    assert stored.size_bytes == 7
    assert await _read(storage, KEY) == b"one two"


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(0, 4, b"0123"), (3, 7, b"3456"), (8, None, b"89"), (9, 99, b"9"), (4, 4, b""), (10, 20, b"")],
)
async def test_a_part_can_be_read(
    storage: StorageAdapter, start: int, end: int | None, expected: bytes
) -> None:
    await storage.put_stream(KEY, _stream(b"0123456789"))
    assert await _read(storage, KEY, start, end) == expected


async def test_the_etag_changes_when_the_bytes_do_and_only_then(storage: StorageAdapter) -> None:
    first = await storage.put_stream(KEY, _stream(b"same size"))
    assert (await storage.stat(KEY)).etag == first.etag
    second = await storage.put_stream(KEY, _stream(b"size same"))
    assert second.etag != first.etag
    assert second.modified_at >= first.modified_at


async def test_a_missing_object_is_said_to_be_missing(
    storage: StorageAdapter, tmp_path: Path
) -> None:
    with pytest.raises(ObjectMissing):
        await storage.stat(KEY)
    with pytest.raises(ObjectMissing):
        await storage.get_file(KEY, tmp_path / "copy")
    with pytest.raises(ObjectMissing):
        await _read(storage, KEY)
    assert not (tmp_path / "copy").exists()


async def test_keys_are_listed_in_order_below_their_prefix(storage: StorageAdapter) -> None:
    wanted = [keys.peaks("a"), keys.original("a", "ogg"), keys.peaks("a-1"), keys.peaks("b")]
    for key in [*wanted, KEY]:
        await storage.put_stream(key, _stream(b"x"))
    assert [found.key async for found in storage.list("")] == sorted([*wanted, KEY])
    assert [found.key async for found in storage.list("assets/")] == sorted(wanted)
    assert [found.key async for found in storage.list("assets/a")] == sorted(wanted[:3])
    assert [found.key async for found in storage.list("assets/a/")] == sorted(wanted[:2])
    assert [found.key async for found in storage.list("assets/a/pea")] == [keys.peaks("a")]
    assert [found.key async for found in storage.list("uploads/")] == []


async def test_deleting_twice_is_fine(storage: StorageAdapter) -> None:
    await storage.put_stream(KEY, _stream(b"x"))
    await storage.delete(KEY)
    await storage.delete(KEY)
    with pytest.raises(ObjectMissing):
        await storage.stat(KEY)


async def test_a_prefix_is_deleted_and_nothing_beside_it(storage: StorageAdapter) -> None:
    kept = [keys.video("job2", 1), keys.video("job11", 1)]
    for key in [*kept, keys.video("job1", 1), keys.video("job1", 2), keys.thumbnail("job1", 2)]:
        await storage.put_stream(key, _stream(b"x"))
    assert await storage.delete_prefix(keys.render_prefix("job1")) == 3
    assert await storage.delete_prefix(keys.render_prefix("job1")) == 0
    assert [found.key async for found in storage.list("")] == sorted(kept)


@pytest.mark.parametrize(
    "prefix", ["", "renders/", "renders", "renders/job1", "../", "renders/../"]
)
async def test_a_wide_or_crooked_prefix_deletes_nothing(
    storage: StorageAdapter, prefix: str
) -> None:
    await storage.put_stream(KEY, _stream(b"x"))
    with pytest.raises(BadKey):
        await storage.delete_prefix(prefix)
    assert await _read(storage, KEY) == b"x"


@pytest.mark.parametrize("key", NOT_KEYS)
async def test_no_verb_takes_what_is_not_a_key(
    storage: StorageAdapter, tmp_path: Path, key: str
) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x")
    before = _tree(tmp_path)
    for call in (
        storage.put_file(key, source),
        storage.put_stream(key, _stream(b"x")),
        storage.get_file(key, tmp_path / "copy"),
        _read(storage, key),
        storage.stat(key),
        storage.delete(key),
        storage.download_link(key),
        storage.upload_link(key, max_bytes=1),
    ):
        with pytest.raises(BadKey):
            await call
    assert _tree(tmp_path) == before


async def test_too_many_bytes_store_nothing(storage: StorageAdapter) -> None:
    with pytest.raises(ObjectTooLarge):
        await storage.put_stream(KEY, _stream(b"12345", b"6"), max_bytes=5)
    with pytest.raises(ObjectMissing):
        await storage.stat(KEY)


async def test_a_stream_that_breaks_leaves_the_old_object(storage: StorageAdapter) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield b"new but"
        raise ConnectionError

    await storage.put_stream(KEY, _stream(b"old"))
    with pytest.raises(ConnectionError):
        await storage.put_stream(KEY, breaking())
    assert await _read(storage, KEY) == b"old"
    assert await storage.sweep_unfinished(older_than_s=-1) == 0


async def test_nobody_sees_an_object_before_it_is_whole(storage: StorageAdapter) -> None:
    writing, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"half"
        writing.set()
        await go_on.wait()
        yield b" and half"

    async with asyncio.TaskGroup() as group:
        group.create_task(storage.put_stream(KEY, slow()))
        await writing.wait()
        with pytest.raises(ObjectMissing):
            await storage.stat(KEY)
        assert [found async for found in storage.list("")] == []
        go_on.set()
    assert await _read(storage, KEY) == b"half and half"


async def test_a_cancelled_write_leaves_nothing(storage: StorageAdapter) -> None:
    writing = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * CHUNK_BYTES
            writing.set()

    async with asyncio.TaskGroup() as group:
        write = group.create_task(storage.put_stream(KEY, endless()))
        await writing.wait()
        write.cancel()
    assert [found async for found in storage.list("")] == []
    assert await storage.sweep_unfinished(older_than_s=-1) == 0


async def test_writes_to_one_key_at_once_leave_one_of_them_whole(storage: StorageAdapter) -> None:
    contents = [bytes([letter]) * 3 * CHUNK_BYTES for letter in b"abcdef"]
    async with asyncio.TaskGroup() as group:
        for content in contents:
            group.create_task(
                storage.put_stream(KEY, _stream(content[:CHUNK_BYTES], content[CHUNK_BYTES:]))
            )
    assert await _read(storage, KEY) in contents


async def test_a_reader_keeps_the_object_it_opened(storage: StorageAdapter) -> None:
    old, new = b"o" * 3 * CHUNK_BYTES, b"n" * 3 * CHUNK_BYTES
    await storage.put_stream(KEY, _stream(old))
    async with aclosing(storage.get_stream(KEY)) as reader:  # type: ignore[type-var]
        read = [await anext(reader)]
        await storage.put_stream(KEY, _stream(new))
        read += [chunk async for chunk in reader]
    assert b"".join(read) == old
    assert await _read(storage, KEY) == new


async def test_a_reader_may_leave_early(storage: StorageAdapter) -> None:
    await storage.put_stream(KEY, _stream(b"x" * 3 * CHUNK_BYTES))
    async for chunk in storage.get_stream(KEY):
        assert len(chunk) == CHUNK_BYTES
        break


async def test_large_objects_never_fill_the_memory(storage: StorageAdapter, tmp_path: Path) -> None:
    async def large() -> AsyncIterator[bytes]:
        for number in range(256):
            yield bytes([number]) * CHUNK_BYTES

    tracemalloc.start()
    try:
        await storage.put_stream(KEY, large())
        await storage.get_file(KEY, tmp_path / "copy")
        await storage.put_file(KEY, tmp_path / "copy")
        async for _ in storage.get_stream(KEY):
            pass
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (await storage.stat(KEY)).size_bytes == 256 * CHUNK_BYTES
    # Of what goes up in parts, a few are held.
    part_bytes = CHUNK_BYTES if isinstance(storage, LocalStorage) else PART_BYTES
    assert peak_bytes < 4 * max(part_bytes, 4 * CHUNK_BYTES)
