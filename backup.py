"""`pocketreel backup`: what a bot cannot do without, copied while it is at work."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from pathlib import Path

from settings import JobStoreBackend, Refused, Settings

BUSY_S = 60.0  # a writer is waited for so long


class BackupRefused(Refused):
    """Why nothing was copied, with the way out."""


async def backup(settings: Settings, folder: Path) -> list[Path]:
    """Copy the database and the key that signs links to `folder`; the files that were written.

    The database is copied by itself, as of one moment, whoever is writing meanwhile. Raises
    BackupRefused, OSError.
    """
    return await asyncio.to_thread(_backup, settings, folder)


def _backup(settings: Settings, folder: Path) -> list[Path]:
    if settings.job_store_backend is not JobStoreBackend.SQLITE:
        raise BackupRefused("JOB_STORE_BACKEND: the database is elsewhere, and is backed up there")
    source = settings.database_path
    if not source.is_file():
        raise BackupRefused(f"DATA_DIR: there is no {source.name} in {source.parent}")
    folder.mkdir(parents=True, exist_ok=True)
    copy, unfinished = folder / source.name, folder / f".{source.name}"
    if copy.exists():
        raise BackupRefused(f"{copy} is there already; name another folder")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    try:
        _copy_database(source, unfinished)
    except sqlite3.Error as broken:
        unfinished.unlink(missing_ok=True)
        raise BackupRefused(f"{source} cannot be copied: {broken}") from broken
    unfinished.replace(copy)
    return [copy, *_copy_key(settings, folder)]


def _copy_database(source: Path, target: Path) -> None:
    connection = sqlite3.connect(source, timeout=BUSY_S, isolation_level=None)
    try:
        connection.execute("VACUUM INTO ?", (str(target),))
    finally:
        connection.close()
    with target.open("rb") as written:
        os.fsync(written.fileno())


def _copy_key(settings: Settings, folder: Path) -> list[Path]:
    key = settings.data_dir / "signing.key"
    if not key.is_file():
        return []  # it is SIGNING_SECRET, which is not ours to keep
    copy = folder / key.name
    copy.touch(mode=0o600)
    shutil.copyfile(key, copy)
    return [copy]
