"""Bot, sender and worker under steady small jobs: nothing grows that is not kept on purpose.

`make soak` goes on for half an hour, `make test` for 20 seconds.
"""

from __future__ import annotations

import asyncio
import os
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from jobs.model import Person, Role
from jobs.opening import Store, build_store
from jobs.sqlite import SqliteDatabase
from phone.server import Phone
from phone.visitor import ShownMessage, Visitor
from tests.bot.media import another
from tests.bot.soaking import soaking
from tests.jobs.databases import swift_folder

SOAK_S = float(os.environ.get("SOAK_S", "20"))
EVERY_S = 0.4
PATIENCE_S = 60.0
CARDS_OF_ONE = 10  # then it is somebody else's turn, whose chat is short
MEMORY_MB = 20.0
# What stays of a card for ever or for weeks: the update's number, the person, the line in /videos.
KEPT_BYTES = 1_500
MIB = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What the process holds, and the database on the disk, after so many cards."""

    cards: int
    memory_mb: float
    descriptors: int
    database_bytes: int


@pytest.fixture
def folder() -> Iterator[Path]:
    with swift_folder() as made:
        yield made


async def test_nothing_grows_under_steady_work(phone: Phone, folder: Path) -> None:
    store = build_store(SqliteDatabase(folder / "pocketreel.sqlite3"))
    await store.jobs.setup()
    try:
        with soaking(phone.url, folder) as process:
            assert process.pid is not None
            sizes = await _soaked(phone, store, folder, process.pid)
            warm = sizes[len(sizes) // 3 : 2 * len(sizes) // 3]
            late = sizes[2 * len(sizes) // 3 :]
            await _as_few_descriptors(process.pid, min(size.descriptors for size in warm))
    finally:
        await store.close()
    print("warm", warm[0], "late", late[-1])  # noqa: T201 - what `make soak` is run for
    grown_mb = _median_mb(late) - _median_mb(warm)
    assert grown_mb <= MEMORY_MB
    cards = late[-1].cards - warm[0].cards
    assert late[-1].database_bytes - warm[0].database_bytes <= MIB / 4 + KEPT_BYTES * cards


async def _soaked(phone: Phone, store: Store, folder: Path, pid: int) -> list[Size]:
    sizes = []
    loop = asyncio.get_running_loop()
    until, cards = loop.time() + SOAK_S, 0
    while loop.time() < until:
        person = 1000 + cards // CARDS_OF_ONE
        await store.people.put(Person(id=person, name="Ada", language="en", role=Role.GUEST))
        async with Visitor(phone.url, user_id=person) as visitor:
            for _ in range(CARDS_OF_ONE):
                next_at = loop.time() + EVERY_S
                await _make_one(visitor, another(folder, cards))
                cards += 1
                sizes.append(_size(cards, folder, pid))
                await asyncio.sleep(next_at - loop.time())
    return sizes


async def _make_one(visitor: Visitor, note: Path) -> None:
    """A recording becomes a card, and the card a video."""
    sent = await visitor.send_document(note)

    def is_mine(message: ShownMessage) -> bool:
        return message.from_bot and message.reply_to == sent.id

    card = await visitor.wait_for(
        lambda m: is_mine(m) and (m.key("Make video") is not None or _is_tidied(m)), PATIENCE_S
    )
    if not _is_tidied(card):
        await visitor.press_label(card, "Make video")
        await visitor.wait_for(
            lambda m: m.id == card.id and (m.kind == "video" or _is_tidied(m)), PATIENCE_S
        )


def _is_tidied(message: ShownMessage) -> bool:
    """Whether its three seconds were over: a machine with other work may be that slow."""
    return "tidied this one away" in message.text


def _size(cards: int, folder: Path, pid: int) -> Size:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return Size(
        cards=cards,
        memory_mb=pages * os.sysconf("SC_PAGE_SIZE") / 1e6,
        descriptors=_descriptors(pid),
        database_bytes=sum(path.stat().st_size for path in folder.glob("pocketreel.sqlite3*")),
    )


def _descriptors(pid: int) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


async def _as_few_descriptors(pid: int, before: int) -> None:
    """Connections to Telegram are kept for some seconds; what leaked stays, and this never ends."""
    async with asyncio.timeout(PATIENCE_S):
        while _descriptors(pid) > before:  # noqa: ASYNC110 - it rings no bell
            await asyncio.sleep(0.1)


def _median_mb(sizes: list[Size]) -> float:
    return statistics.median(size.memory_mb for size in sizes)
