"""A database that cannot be used is refused with a sentence, and never touched."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs import schema
from jobs.database import Statement
from jobs.errors import StoreUnavailable, StoreUnusable
from jobs.opening import build_store
from tests.jobs.databases import OpenAt, connections_left

NOBODY = 65534
PAGE = 4096
NOISE = b"\xa5"


async def set_up(open_at: OpenAt, path: Path) -> None:
    """Make the database at `path` a store with rows on many pages, and let go of it."""
    database = open_at(path)
    await build_store(database).jobs.setup()
    statement = "INSERT INTO updates (id, reason, at) VALUES (:n, :reason, 0)"
    rows = [Statement(statement, {"n": n, "reason": "x" * 500}) for n in range(200)]
    await database.batch(rows)
    await database.close()


async def refusal(open_at: OpenAt, path: Path) -> str:
    """What somebody reads who starts with this database."""
    database = open_at(path, patience_s=0.3)
    with pytest.raises(StoreUnusable) as refused:
        await build_store(database).jobs.setup()
    await database.close()
    await connections_left(0)
    return str(refused.value)


def spoil(path: Path, start: int, end: int) -> bytes:
    """Overwrite those bytes; what the file then holds."""
    whole = path.read_bytes()
    spoilt = whole[:start] + NOISE * (end - start) + whole[end:]
    path.write_bytes(spoilt)
    return spoilt


@pytest.fixture
async def whole(open_at: OpenAt, path: Path) -> bytes:
    await set_up(open_at, path)
    return path.read_bytes()  # noqa: ASYNC240 - 200 kB in memory


@pytest.fixture
def as_somebody_without_rights() -> Iterator[None]:
    """The super-user may write anywhere, so be somebody else for a while."""
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(NOBODY)
    yield
    if was_root:
        os.seteuid(0)


@pytest.fixture
def diary(path: Path) -> bytes:
    path.write_bytes(b"my precious diary, " * 1000)
    return path.read_bytes()


async def test_a_file_that_is_no_database_is_refused_and_kept(
    diary: bytes, open_at: OpenAt, path: Path
) -> None:
    said = await refusal(open_at, path)
    assert str(path) in said
    assert "damaged" in said
    assert spoil(path, 0, 0) == diary


async def test_a_database_with_a_torn_middle_is_refused_and_kept(
    whole: bytes, open_at: OpenAt, path: Path
) -> None:
    middle = len(whole) // 2 // PAGE * PAGE
    torn = spoil(path, middle, middle + PAGE)
    assert "damaged" in await refusal(open_at, path)
    assert spoil(path, 0, 0) == torn


async def test_a_database_cut_short_is_refused_and_kept(
    whole: bytes, open_at: OpenAt, path: Path
) -> None:
    os.truncate(path, len(whole) // 2)
    assert "damaged" in await refusal(open_at, path)
    assert spoil(path, 0, 0) == whole[: len(whole) // 2]


async def test_a_database_of_a_newer_version_is_refused_and_kept(
    open_at: OpenAt, path: Path
) -> None:
    newer = open_at(path)
    await newer.execute("CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
    version = {"version": str(schema.VERSION + 1)}
    await newer.execute("INSERT INTO meta VALUES ('schema', :version)", version)
    await newer.close()
    assert "newer Pocketreel" in await refusal(open_at, path)
    tables = await open_at(path).execute("SELECT name FROM sqlite_master WHERE sql <> ''")
    assert [row["name"] for row in tables] == ["meta"]


@pytest.fixture
def read_only_file(whole: bytes, path: Path) -> None:
    path.chmod(0o444)
    path.parent.chmod(0o755)


@pytest.fixture
def read_only_folder(folder: Path) -> None:
    folder.chmod(0o555)


async def test_a_read_only_database_is_refused(
    read_only_file: None, as_somebody_without_rights: None, open_at: OpenAt, path: Path
) -> None:
    said = await refusal(open_at, path)
    assert str(path) in said
    assert "writing" in said
    assert "readonly" in said


async def test_a_database_in_a_read_only_folder_is_refused(
    read_only_file: None,
    read_only_folder: None,
    as_somebody_without_rights: None,
    open_at: OpenAt,
    path: Path,
) -> None:
    assert "writing" in await refusal(open_at, path)


async def test_a_folder_that_cannot_be_made_is_refused(
    read_only_folder: None, as_somebody_without_rights: None, open_at: OpenAt, folder: Path
) -> None:
    said = await refusal(open_at, folder / "new" / "jobs.sqlite3")
    assert str(folder) in said


async def test_a_folder_in_the_files_place_is_refused(open_at: OpenAt, folder: Path) -> None:
    assert str(folder) in await refusal(open_at, folder)


@pytest.fixture
def empty(path: Path) -> Path:
    path.touch()
    return path


async def test_an_empty_file_is_a_new_database(empty: Path, open_at: OpenAt) -> None:
    await set_up(open_at, empty)


async def test_damage_met_later_makes_the_store_unavailable(
    whole: bytes, open_at: OpenAt, path: Path
) -> None:
    database = open_at(path)
    await database.execute("SELECT 1")
    spoil(path, 24, 28)  # the counter that says "somebody wrote: read it all again"
    spoil(path, PAGE, len(whole))
    with pytest.raises(StoreUnavailable):
        await database.execute("SELECT max(reason) FROM updates")
