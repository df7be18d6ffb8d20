"""Restarted under load, as a deploy does it, again and again: nobody notices.

`make rolling` restarts 50 times, `make test` three times.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from itertools import count, cycle
from pathlib import Path

import pytest

from conversations import words
from phone.demo import is_ready
from phone.server import Phone
from phone.visitor import Visitor
from tests import sounds
from tests.whole import hasty
from tests.whole.product import COMMAND, Product

RESTARTS = int(os.environ.get("RESTARTS", "3"))
HANDS = 2  # notes that somebody waits for at once
NOTES_S = (1.5, 1.0, 5.0)
UP_S = 2.0  # at most, from when it serves
UNBORN = 5  # of so many one is stopped while it starts
STOP_S = 30.0
PATIENCE_S = 60.0 + 30.0 * RESTARTS
# In turn: by somebody who has no time, so that work is handed back, and as everybody has it.
WAYS: Sequence[Sequence[str | Path]] = ((sys.executable, "-I", hasty.__file__), (COMMAND, "run"))
SETTINGS = {
    **{"VIDEOS_PER_DAY": "10000", "QUEUED_INGESTS": "1000"},
    # What is begun and forgotten, or left open, is told.
    **{"PYTHONASYNCIODEBUG": "1", "PYTHONWARNINGS": "default"},
}
WRONG = (
    *("Traceback", " ERROR ", "from dead workers", "may or may not have arrived"),
    *("was never retrieved", "was never awaited", "but it is pending", "unclosed "),
    *("Non-thread-safe operation", "DeprecationWarning"),
)
AT_WORK = "SELECT id FROM jobs WHERE status = 'processing'"
# How a sentence about a failure begins, up to what it is filled in with, unless that is "That's".
FAILURES = tuple(
    begins
    for text in (*words.errors.JOBS.values(), words.cards.RESTARTED, words.buttons.AGAIN)
    if len(begins := text.en.partition("{")[0]) > len("That's ")
)


@pytest.fixture
async def product(phone: Phone, tmp_path: Path) -> AsyncIterator[Product]:
    """With everybody's lease: one that was not given back would be waited for."""
    running = Product(phone, tmp_path, command=WAYS[0], **SETTINGS)
    await running.start()
    yield running
    await running.kill()
    print(running.log()[-6000:])  # pytest shows it when the test failed


async def test_restarts_under_load_lose_fail_and_charge_nothing(
    visitor: Visitor, product: Product, tmp_path: Path
) -> None:
    over, numbers = asyncio.Event(), count()
    notes: list[int] = []
    async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as group:
        for _ in range(HANDS):
            group.create_task(_one_after_another(visitor, tmp_path, numbers, notes, over))
        stops_s = await _restarted(product)
        over.set()
    await product.quiet()
    handed_back = _handed_back(product)
    print(f"{len(notes)} notes, {RESTARTS} restarts, {handed_back.total()} handed back,"
          f" slowest stop {max(stops_s):.1f} s")  # fmt: skip
    assert max(stops_s) <= STOP_S
    assert handed_back.total() > 0, "some were not finished in time"
    await _all_is_told_once(visitor, notes)
    _nothing_is_charged(product, handed_back, len(notes))


async def _one_after_another(
    visitor: Visitor, folder: Path, numbers: count[int], notes: list[int], over: asyncio.Event
) -> None:
    """Send a note, press *Make video* on its card, wait for the video; and again until `over`."""
    while not over.is_set():
        number = next(numbers)
        samples = sounds.speech(NOTES_S[number % len(NOTES_S)], seed=number + 1)
        # A document: voice notes that come in a row would be asked about.
        note = await visitor.send_document(sounds.write(folder / f"{number}.ogg", samples))
        notes.append(note.id)
        await _made(visitor, note.id)


async def _made(visitor: Visitor, note: int) -> None:
    card = await visitor.wait_for(lambda m: m.reply_to == note and is_ready(m), PATIENCE_S)
    await visitor.press_label(card, "Make video")
    await visitor.wait_for(lambda m: m.id == card.id and m.kind == "video", PATIENCE_S)


async def _restarted(product: Product) -> list[float]:
    """How long each stop took, in seconds."""
    chance, took_s = random.Random(RESTARTS), []
    begun = 0  # where in the log this process begins
    for number, way in zip(range(1, RESTARTS + 1), cycle(WAYS[::-1]), strict=False):
        if number % UNBORN:
            await _serves(product, begun)
        await asyncio.sleep(chance.uniform(0.0, UP_S))
        if number % UNBORN:
            await _is_at_work(product)
        took_s.append(await _stopped(product, begun))
        begun, product.command = len(product.log()), way
        await product.start()
    return took_s


async def _serves(product: Product, begun: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while "serving on port" not in product.log()[begun:]:
            await asyncio.sleep(0.02)


async def _is_at_work(product: Product) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not product.rows(AT_WORK):
            await asyncio.sleep(0.02)


async def _stopped(product: Product, begun: int) -> float:
    """How long it took; nothing is left in the hands of who is gone."""
    started = time.monotonic()
    status = await product.stop()
    took_s = time.monotonic() - started
    # Before it listens to signals it has not begun anything either.
    is_unborn = status == -signal.SIGTERM and len(product.log()) == begun
    assert status == 0 or is_unborn, product.log()[begun:]
    assert product.rows(AT_WORK) == []
    return took_s


async def _all_is_told_once(visitor: Visitor, notes: list[int]) -> None:
    told = [message for message in await visitor.messages() if message.from_bot]
    answers = Counter(message.reply_to for message in told)
    for note in notes:
        (card,) = [message for message in told if message.reply_to == note]
        assert card.kind == "video"
        assert answers[card.id] == 1, "one ping"
    assert sum(message.kind == "video" for message in told) == len(notes)
    entries = [entry for entry in await visitor.transcript() if entry["who"] == "bot"]
    said = [json.dumps(entry, ensure_ascii=False) for entry in entries]  # buttons too
    assert [text for text in said if any(failure in text for failure in FAILURES)] == []


def _nothing_is_charged(product: Product, handed_back: Counter[str], notes: int) -> None:
    jobs = product.rows("SELECT * FROM jobs")
    assert len({job["project_id"] for job in jobs}) == notes
    assert [job for job in jobs if job["status"] == "failed"] == []
    charged = ("failures", "losses", "shortages")
    assert [job for job in jobs if any(job[each] for each in charged)] == []
    # Whatever was begun again was handed back before: nobody died over it.
    assert [job for job in jobs if job["attempt"] - 1 > handed_back[job["id"]]] == []
    log = product.log()
    assert [wrong for wrong in WRONG if wrong in log] == []


def _handed_back(product: Product) -> Counter[str]:
    """How often each job was."""
    return Counter(re.findall(r"job (\w+): released", product.log()))
