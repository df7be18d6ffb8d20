"""Processes at one database take turns, and somebody frozen in its turn is no end of everything."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jobs.errors import StoreUnavailable
from jobs.turnstile import turn
from tests.jobs.databases import OpenAt

INSIDE = """
import sys, time
from pathlib import Path
from jobs.turnstile import turn
with turn(Path(sys.argv[1])):
    print("inside", flush=True)
    time.sleep(60)
"""
WAITING = """
import asyncio, sys
from pathlib import Path
from jobs.errors import StoreUnavailable
from jobs.sqlite import SqliteDatabase

async def main():
    database = SqliteDatabase(Path(sys.argv[1]), patience_s=0.3)
    try:
        await database.execute("SELECT 1")
    except StoreUnavailable:
        print("given up")
    await database.close()

asyncio.run(main())
"""


@contextmanager
def somebody_inside(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has its turn and does not end it."""
    argv = (sys.executable, "-c", INSIDE, str(folder))
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "inside\n"
            yield process
        finally:
            process.kill()


async def test_whoever_dies_inside_lets_the_next_one_through(open_at: OpenAt, path: Path) -> None:
    database = open_at(path)
    await database.execute("CREATE TABLE things (n INTEGER)")
    with somebody_inside(path.parent) as process:
        waiting = asyncio.create_task(database.execute("INSERT INTO things VALUES (1)"))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        process.kill()
        await waiting
    assert await database.execute("SELECT n FROM things") == [{"n": 1}]


async def test_what_was_given_up_is_not_applied_later(open_at: OpenAt, path: Path) -> None:
    database = open_at(path, patience_s=0.3)
    await database.execute("CREATE TABLE things (n INTEGER)")
    with somebody_inside(path.parent) as process:
        os.kill(process.pid, signal.SIGSTOP)
        with pytest.raises(StoreUnavailable):
            await database.execute("INSERT INTO things VALUES (1)")
        os.kill(process.pid, signal.SIGKILL)
        await database.execute("INSERT INTO things VALUES (2)")
    assert await database.execute("SELECT n FROM things") == [{"n": 2}]


def test_a_process_ends_though_somebody_is_frozen_inside(path: Path) -> None:
    with somebody_inside(path.parent) as process:
        os.kill(process.pid, signal.SIGSTOP)
        argv = (sys.executable, "-c", WAITING, str(path))
        ended = subprocess.run(argv, capture_output=True, text=True, timeout=30, check=True)
    assert ended.stdout == "given up\n"


def test_a_folder_that_cannot_be_locked_lets_everybody_through(tmp_path: Path) -> None:
    with turn(tmp_path / "nowhere"), turn(tmp_path / "nowhere"):
        pass
