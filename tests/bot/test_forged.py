"""Links changed in ten thousand ways, followed over a real socket: none is served.

`make links` follows a hundred thousand.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import parse_qsl, unquote

import pytest

from jobs.opening import Store
from phone.server import Phone
from storage.links import Grant, LinkForged, read_link, signed_link
from storage.local import LocalStorage
from tests.bot.doors import Door, House, house
from tests.forging import mutated

FORGED = 100_000 if os.environ.get("LINKS") == "long" else 10_000
AT_ONCE = 8
SIGNED = ("file", "file sent", "video", "upload page", "watch page", "stream link")
EXACT = ("file", "file sent")  # of these not even another spelling is taken
SECRET = b"a secret of this test's own"


@pytest.fixture
async def home(
    phone: Phone, store: Store, storage: LocalStorage, tmp_path: Path
) -> AsyncIterator[House]:
    async with house(phone, store, storage, tmp_path) as made:
        yield made


class Line:
    """One connection on which one request after the other is sent, as browsers do."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def status(self, sent: bytes) -> int:
        """Of the answer; 0 when there was none."""
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            self._writer.write(sent)
            head = await self._reader.readuntil(b"\r\n\r\n")
            lower = head.lower()
            length = lower.partition(b"content-length: ")[2].partition(b"\r\n")[0]
            if not sent.startswith(b"HEAD"):
                await self._reader.readexactly(int(length or 0))
            if b"connection: close" in lower or head.startswith(b"HTTP/1.0"):
                self.close()
            return int(head.split()[1])
        except (ConnectionError, asyncio.IncompleteReadError):
            self.close()
            return 0

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None


def forgeries(door: Door, count: int, seed: int) -> Iterator[bytes]:
    dice = random.Random(seed)
    while count:
        path = mutated(door.path, dice)
        # What a parser leaves out of a request's first line.
        is_same = path.partition("#")[0].strip() == door.path
        if not is_same and (door.name in EXACT or meaning(path) != meaning(door.path)):
            count -= 1
            yield door.head("Content-Length: 0", path=path)


def meaning(link: str) -> tuple[object, ...]:
    """What a link asks for and by what right, however it is spelt."""
    path, _, query = link.partition("#")[0].strip().partition("?")
    said = {"variant": "original"} | dict(reversed(parse_qsl(query, keep_blank_values=True)))
    return (unquote(path), *(said.get(name) for name in ("variant", "expires", "sig")))


async def followed(home: House, door: Door, count: int, seed: int) -> Counter[int]:
    """How often each status was the answer to a forgery of what opens this door."""
    statuses: Counter[int] = Counter()
    sent = forgeries(door, count, seed)

    async def follow_some() -> None:
        line = Line(home.port)
        for request in sent:
            async with asyncio.timeout(30):
                statuses[await line.status(request)] += 1
        line.close()

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(follow_some())
    return statuses


async def test_no_forged_link_is_served(home: House) -> None:
    doors = [door for door in home.doors if door.name in SIGNED]
    assert len(doors) == len(SIGNED)
    for number, door in enumerate(doors):
        statuses = await followed(home, door, FORGED // len(doors) + 1, number)
        served = {status: count for status, count in statuses.items() if not is_refusal(status)}
        assert served == {}, door.name
        assert await home.knock(door.request()) in (200, 201, 302, 400, 409), door.name


def is_refusal(status: int) -> bool:
    return status == 0 or 400 <= status < 500


def test_where_a_signature_is_wrong_cannot_be_told_by_the_clock() -> None:
    grant = Grant(method="GET", key="renders/a/a1/output.mp4", expires_at=2**40)
    link = signed_link(grant, SECRET)
    start = link.index("sig=") + 4
    first, last = (
        link[:at] + ("0" if link[at] != "0" else "1") + link[at + 1 :]
        for at in (start, len(link) - 1)
    )
    took: dict[str, list[int]] = {first: [], last: []}
    for _ in range(3000):
        for forged, times in took.items():
            begun = time.perf_counter_ns()
            with pytest.raises(LinkForged):
                read_link(forged, "GET", SECRET, now=0.0)
            times.append(time.perf_counter_ns() - begun)
    early, late = (statistics.median(times) for times in took.values())
    assert abs(early - late) < 0.1 * max(early, late)
