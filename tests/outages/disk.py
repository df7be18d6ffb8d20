"""A small disk that can be filled to the last byte."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SIZE_BYTES = 64 * 1024**2
# One that CI's container was given; elsewhere root makes one.
GIVEN = Path("/mnt/small")
_CHUNK = b"\0" * 64 * 1024


class SmallDisk:
    """Its folder, and what fills it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self, free_bytes: int = 0) -> None:
        """Leave so much, or nothing at all."""
        with self._filler.open("ab", buffering=0) as filler:
            for size in (len(_CHUNK), 4096):
                while self.free_bytes > free_bytes + size or not free_bytes:
                    try:
                        filler.write(_CHUNK[:size])
                    except OSError:
                        break

    def clear(self) -> None:
        self._filler.unlink()

    @property
    def free_bytes(self) -> int:
        found = os.statvfs(self.folder)
        return found.f_bavail * found.f_frsize


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    """Skips where there is none and none may be made."""
    if GIVEN.is_mount():
        with _emptied(GIVEN):
            yield SmallDisk(GIVEN)
        return
    size = f"size={SIZE_BYTES}"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip(f"without a disk at {GIVEN}, and without leave to mount one")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def _emptied(folder: Path) -> Iterator[None]:
    try:
        yield
    finally:
        for entry in folder.iterdir():
            subprocess.run(["rm", "-rf", str(entry)], check=True)
