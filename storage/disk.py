"""Files that are whole or not there: written aside, flushed to the disk, then renamed.

Everything here blocks and belongs in a thread. A thread cannot be cancelled: whoever awaited it
goes on, and so each open file has a lock and knows when it is no longer wanted.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from storage.adapter import CHUNK_BYTES, ObjectMissing, StorageFull, StorageUnavailable

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NOT_THERE = (errno.ENOENT, errno.ENOTDIR, errno.EISDIR)
_PUBLISH_TRIES = 20


class Incoming:
    """A file being written in `folder`, under a name of its own until it is published."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / secrets.token_hex(16)
        self._lock = threading.Lock()
        self._file: BinaryIO | None = None
        self._discarded = False

    def write(self, chunk: bytes) -> None:
        """Add to the end. Raises StorageFull or StorageUnavailable."""
        with self._lock, disk_errors("incoming"):
            self._open().write(chunk)

    def copy_from(self, source: BinaryIO) -> None:
        """Add all that is left of `source`. Raises StorageFull or StorageUnavailable."""
        with self._lock, disk_errors("incoming"):
            shutil.copyfileobj(source, self._open(), CHUNK_BYTES)

    def publish(self, target: Path) -> os.stat_result:
        """Become `target`, whole and surely on the disk, replacing what was there."""
        with self._lock, disk_errors(target.name):
            file = self._open()
            file.flush()
            os.fsync(file.fileno())
            found = os.fstat(file.fileno())
            file.close()
            _rename(self._path, target)
            return found

    def discard(self) -> None:
        """Leave nothing behind; after publishing there is nothing to leave."""
        with self._lock, suppress(OSError):
            self._discarded = True
            if self._file is not None:
                try:
                    self._file.close()
                finally:
                    self._path.unlink(missing_ok=True)

    def _open(self) -> BinaryIO:
        if self._discarded:
            raise StorageUnavailable("the write was given up")
        if self._file is None:
            make_folder(self._path.parent)
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._file = os.fdopen(handle, "wb")
        return self._file


class Growing:
    """A file that is added to over many openings; what was written stays, whatever comes after."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._file: BinaryIO | None = None
        self._closed = False

    def open(self) -> int:
        """Where it ends, and adding begins. Raises StorageFull or StorageUnavailable."""
        with self._lock, disk_errors(self._path.name):
            if self._closed:
                raise StorageUnavailable("the write was given up")
            make_folder(self._path.parent)
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            self._file = os.fdopen(handle, "wb", buffering=0)
            return os.fstat(handle).st_size

    def write(self, chunk: bytes) -> None:
        """Add to the end. Raises StorageFull or StorageUnavailable."""
        with self._lock, disk_errors(self._path.name):
            if self._file is None or self._closed:
                raise StorageUnavailable("the write was given up")
            left = memoryview(chunk)
            while left:
                left = left[self._file.write(left) :]

    def close(self) -> None:
        with self._lock, suppress(OSError):
            self._closed = True
            if self._file is not None:
                self._file.close()


class Outgoing:
    """A file being read from byte `start` on; one opened stays whole although it is replaced."""

    def __init__(self, path: Path, start: int) -> None:
        self._path = path
        self._start = start
        self._lock = threading.Lock()
        self._file: BinaryIO | None = None
        self._closed = False

    def read(self, size_bytes: int) -> bytes:
        """The next bytes, at most that many; none at the end. Raises ObjectMissing."""
        with self._lock, disk_errors(self._path.name):
            if self._closed:
                return b""
            if self._file is None:
                self._file = self._path.open("rb")
                self._file.seek(self._start)
            return self._file.read(size_bytes)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._closed = True
            if self._file is not None:
                self._file.close()


def size_bytes(path: Path) -> int:
    """How large the file is; 0 when there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def publish(path: Path, target: Path) -> None:
    """Make a written file `target`, whole and surely on the disk, replacing what was there."""
    with disk_errors(target.name):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        _rename(path, target)


@contextmanager
def appearing(path: Path) -> Iterator[BinaryIO]:
    """A file to write that is `path` once the block ends well, and nothing when it does not.

    It need not outlast a power cut. What `path` was before stays until then.
    """
    if path.exists() and not path.is_file():
        with path.open("wb") as device:  # such as /dev/stdout; a rename would take its place
            yield device
        return
    target = path.resolve()
    partial = target.with_name(f".{secrets.token_hex(8)}")
    try:
        with partial.open("xb") as file:
            yield file
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def disk_errors(name: str) -> Iterator[None]:
    """Turn what the disk says into what storage promises to raise."""
    try:
        yield
    except OSError as wrong:
        if wrong.errno in _NO_ROOM:
            raise StorageFull(name) from wrong
        if wrong.errno in _NOT_THERE:
            raise ObjectMissing(name) from wrong
        raise StorageUnavailable(f"{name}: {wrong.strerror}") from wrong


def make_folder(folder: Path) -> None:
    """Make the folder and those above it so that they outlast a power cut."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        _sync_folder(folder.parent)


def files_below(folder: Path) -> Iterator[Path]:
    """Every file in the folder and below, in the order of their paths' text."""
    try:
        entries = [(entry.name, entry.is_dir(), entry) for entry in folder.iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        return
    # The text "a-b/x" sorts before "a/x", so a folder sorts by its name with the slash.
    for _, is_folder, entry in sorted(entries, key=lambda e: e[0] + "/" if e[1] else e[0]):
        if is_folder:
            yield from files_below(entry)
        else:
            yield entry


def remove(path: Path, root: Path) -> bool:
    """Delete the file and the folders below `root` it leaves empty; False when it was not there."""
    with disk_errors(path.name):
        try:
            path.unlink()
        except (FileNotFoundError, NotADirectoryError):
            return False
        with suppress(OSError):
            for folder in path.parents:
                if folder == root:
                    break
                folder.rmdir()
        return True


def sweep(folder: Path, older_than_s: float) -> int:
    """Delete the folder's files that nobody wrote to for that long; how many."""
    swept = 0
    for path in list(files_below(folder)):
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > older_than_s:
                path.unlink()
                swept += 1
    return swept


def _rename(path: Path, target: Path) -> None:
    for _ in range(_PUBLISH_TRIES):
        try:
            make_folder(target.parent)
            path.replace(target)
        except FileNotFoundError:
            # A delete took the folder away, empty, between our two steps.
            continue
        _sync_folder(target.parent)
        return
    raise StorageUnavailable(target.name)


def _sync_folder(folder: Path) -> None:
    # Without this a power cut may forget the name of a file whose bytes are safe.
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
