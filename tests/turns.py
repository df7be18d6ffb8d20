"""Whose turn it is: tests of several processes run side by side, one that is `alone` does not.

The locks are on files that are there anyway, so nothing is left behind, whoever dies.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DOOR = Path(__file__)
ROOM = Path(__file__).with_name("__init__.py")


@contextmanager
def turn(*, alone: bool, door: Path = DOOR, room: Path = ROOM) -> Iterator[None]:
    """Begins when nobody is in the room who is alone, nor anybody if we are to be."""
    with door.open() as at_the_door, room.open() as in_the_room:
        # Whoever waits to be alone waits in the door: nobody slips past.
        fcntl.flock(at_the_door, fcntl.LOCK_EX)
        fcntl.flock(in_the_room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(at_the_door, fcntl.LOCK_UN)
        yield
