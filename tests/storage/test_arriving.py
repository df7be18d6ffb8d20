"""An upload that comes in pieces: what came stays, whatever happens to the rest."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage import keys
from storage.adapter import BadKey, ObjectMissing, ObjectTooLarge
from storage.arriving import Arriving, WrongPlace
from storage.local import LocalStorage

KEY = keys.upload("token", "source", "bin")
OTHER = keys.upload("another", "source", "bin")
MOST = 1000


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path, secret=b"s" * 32, link_base="")


@pytest.fixture
def arriving(storage: LocalStorage) -> Arriving:
    return storage.arriving(KEY, "talk.wav")


async def pieces(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def broken(chunk: bytes) -> AsyncIterator[bytes]:
    yield chunk
    raise ConnectionResetError


async def read(storage: LocalStorage, key: str = KEY) -> bytes:
    return b"".join([chunk async for chunk in storage.get_stream(key)])


async def test_pieces_become_the_object_only_when_it_is_whole(
    storage: LocalStorage, arriving: Arriving
) -> None:
    assert await arriving.size_bytes() == 0
    assert await arriving.add(0, pieces(b"ab", b"cd"), max_bytes=MOST) == 4
    with pytest.raises(ObjectMissing):
        await storage.stat(KEY)
    assert await arriving.add(4, pieces(b"ef"), max_bytes=MOST) == 6
    await arriving.publish()
    assert await read(storage) == b"abcdef"
    assert await arriving.size_bytes() == 0


async def test_what_came_before_the_line_broke_stays(
    storage: LocalStorage, arriving: Arriving
) -> None:
    with pytest.raises(ConnectionResetError):
        await arriving.add(0, broken(b"half"), max_bytes=MOST)
    again = storage.arriving(KEY, "talk.wav")
    assert await again.size_bytes() == 4
    await again.add(4, pieces(b" and half"), max_bytes=MOST)
    await again.publish()
    assert await read(storage) == b"half and half"


async def test_a_piece_that_begins_elsewhere_changes_nothing(arriving: Arriving) -> None:
    await arriving.add(0, pieces(b"abcd"), max_bytes=MOST)
    for offset in (0, 3, 5, MOST):
        with pytest.raises(WrongPlace):
            await arriving.add(offset, pieces(b"xy"), max_bytes=MOST)
    assert await arriving.size_bytes() == 4


async def test_too_much_leaves_nothing(arriving: Arriving) -> None:
    await arriving.add(0, pieces(b"x" * 600), max_bytes=MOST)
    with pytest.raises(ObjectTooLarge):
        await arriving.add(600, pieces(b"x" * 300, b"x" * 101), max_bytes=MOST)
    assert await arriving.size_bytes() == 0


async def test_beginning_with_another_file_forgets_the_one_before(
    storage: LocalStorage, arriving: Arriving
) -> None:
    neighbour = storage.arriving(OTHER, "talk.wav")
    await neighbour.add(0, pieces(b"neighbour"), max_bytes=MOST)
    await arriving.add(0, pieces(b"first"), max_bytes=MOST)
    other = storage.arriving(KEY, "song.mp3")
    assert await other.size_bytes() == 0
    await other.add(0, pieces(b"second"), max_bytes=MOST)
    assert await arriving.size_bytes() == 0
    assert await neighbour.size_bytes() == len(b"neighbour")
    await other.publish()
    assert await read(storage) == b"second"


async def test_a_cancelled_piece_can_be_gone_on_with(
    storage: LocalStorage, arriving: Arriving
) -> None:
    stuck = asyncio.Event()

    async def stuck_after_some() -> AsyncIterator[bytes]:
        yield b"some"
        stuck.set()
        await asyncio.Event().wait()

    adding = asyncio.create_task(arriving.add(0, stuck_after_some(), max_bytes=MOST))
    await stuck.wait()
    adding.cancel()
    await asyncio.wait([adding])
    assert await arriving.add(4, pieces(b"more"), max_bytes=MOST) == 8


async def test_what_nobody_goes_on_with_is_swept(
    storage: LocalStorage, arriving: Arriving, tmp_path: Path
) -> None:
    await arriving.add(0, pieces(b"half"), max_bytes=MOST)
    assert await storage.sweep_unfinished() == 0
    (half,) = (tmp_path / "incoming").iterdir()
    os.utime(half, (time.time() - 3700,) * 2)
    assert await storage.sweep_unfinished() == 1
    assert await arriving.size_bytes() == 0


def test_only_keys_can_be_uploaded_to(storage: LocalStorage) -> None:
    with pytest.raises(BadKey):
        storage.arriving("../../etc/passwd", "passwd")
