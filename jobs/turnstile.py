"""Processes that write to one database go through one after the other, asleep until their turn."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def turn(folder: Path) -> Iterator[None]:
    """Alone among those who take turns at this folder; for a thread, which may wait for long.

    SQLite's own lock has no line: all who wait ask again and again, mostly in vain, and any of them
    may come last. A lock on the folder is handed on by the kernel, and let go of whoever dies.
    SQLite's still keeps the data whole and this one is a courtesy: where there is none to be had,
    as on NFS, everybody goes through.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        yield
        return
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
