"""How the tests themselves are run: side by side, some alone, and none skipped where CI is set."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.turns import turn

ROOT = Path(__file__).parents[1]
PATIENCE_S = 60.0
A_MOMENT_S = 0.1
SKIPPED = """
import pytest

def test_one(): pass

def test_other(): pytest.skip("nothing to see")
"""


class Visitor:
    """Goes into the room, by way of locks of its own, and stays until `may_leave`."""

    def __init__(self, doors: Path, *, alone: bool) -> None:
        self.is_in, self.may_leave = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._visit, args=(doors, alone))
        self._thread.start()

    def _visit(self, doors: Path, alone: bool) -> None:
        with turn(alone=alone, door=doors / "door", room=doors / "room"):
            self.is_in.set()
            self.may_leave.wait(PATIENCE_S)

    def leave(self) -> None:
        self.may_leave.set()
        self._thread.join()


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[Visit]:
    for name in ("door", "room"):
        (tmp_path / name).touch()
    visitors: list[Visitor] = []

    def another(*, alone: bool) -> Visitor:
        visitors.append(Visitor(tmp_path, alone=alone))
        return visitors[-1]

    yield another
    for visitor in visitors:
        visitor.leave()


def test_who_is_not_alone_shares_the_room(visit: Visit) -> None:
    one, other = visit(alone=False), visit(alone=False)
    assert one.is_in.wait(PATIENCE_S)
    assert other.is_in.wait(PATIENCE_S)


@pytest.mark.parametrize("first_is_alone", [True, False])
def test_who_is_alone_has_nobody_beside(visit: Visit, first_is_alone: bool) -> None:
    first = visit(alone=first_is_alone)
    assert first.is_in.wait(PATIENCE_S)
    second = visit(alone=not first_is_alone)
    assert not second.is_in.wait(A_MOMENT_S)
    first.leave()
    assert second.is_in.wait(PATIENCE_S)


def test_nobody_slips_past_who_waits_to_be_alone(visit: Visit, tmp_path: Path) -> None:
    first = visit(alone=False)
    assert first.is_in.wait(PATIENCE_S)
    second = visit(alone=True)
    while not _is_taken(tmp_path / "door"):
        time.sleep(0.001)
    third = visit(alone=False)
    first.leave()
    assert second.is_in.wait(PATIENCE_S)
    assert not third.is_in.wait(A_MOMENT_S)
    second.leave()
    assert third.is_in.wait(PATIENCE_S)


@pytest.mark.parametrize("processes", ["0", "2"])
def test_where_ci_is_set_a_skipped_test_fails(tmp_path: Path, processes: str) -> None:
    (tmp_path / "test_it.py").write_text(SKIPPED)
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-n", processes]
    ended = {
        value: subprocess.run(
            [*command, "-p", "no:cacheprovider", "--rootdir", tmp_path, tmp_path],
            cwd=ROOT,
            env={**os.environ, "CI": value},
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        for value in ("", "true")
    }
    assert "1 passed, 1 skipped" in ended[""].stdout.splitlines()[-1]
    assert "1 failed, 1 passed" in ended["true"].stdout.splitlines()[-1]
    assert "nothing to see" in ended["true"].stdout


def _is_taken(door: Path) -> bool:
    with door.open() as ours:
        try:
            fcntl.flock(ours, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
