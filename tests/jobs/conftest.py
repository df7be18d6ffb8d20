"""A store on every database that keeps the contract, with a clock that tests move."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from jobs.database import Database
from jobs.opening import Store, build_store
from jobs.sqlite import SqliteDatabase
from tests.jobs.databases import DATABASES, REMOTE, Clock, OpenAt, swift_folder, wipe
from tests.jobs.sqld import Sqld


@pytest.fixture
def path(folder: Path) -> Path:
    return folder / "jobs.sqlite3"


@pytest.fixture
def folder() -> Iterator[Path]:
    with swift_folder() as made:
        yield made


@pytest.fixture(scope="session")
def sqld() -> Iterator[Sqld]:
    """One server for all tests; each finds it empty."""
    with swift_folder() as made:
        server = Sqld(made)
        server.start()
        yield server
        server.stop()


@pytest.fixture(
    params=[pytest.param(name, marks=[pytest.mark.sqld] * (name in REMOTE)) for name in DATABASES]
)
def backend(request: pytest.FixtureRequest, folder: Path) -> str:
    name = str(request.param)
    if name in REMOTE:
        request.getfixturevalue("sqld").tell_address(folder)
    return name


@pytest.fixture
async def connect(backend: str, folder: Path) -> AsyncIterator[Callable[[], Database]]:
    """Another connection to the test's database, as another process would have it."""
    opened: list[Database] = []

    def another() -> Database:
        opened.append(DATABASES[backend](folder))
        return opened[-1]

    if backend in REMOTE:
        await wipe(another())
    yield another
    for database in opened:
        await database.close()


@pytest.fixture
def database(connect: Callable[[], Database]) -> Database:
    return connect()


@pytest.fixture
async def store(database: Database) -> Store:
    made = build_store(database)
    await made.jobs.setup()
    return made


@pytest.fixture
async def clock(store: Store) -> Clock:
    standing = Clock(store.database)
    await standing.install()
    return standing


@pytest.fixture
async def open_at() -> AsyncIterator[OpenAt]:
    """Opens databases that are closed at the end, also of a test that fails.

    A connection left open keeps the process from ending.
    """
    opened: list[SqliteDatabase] = []

    def another(path: Path, **limits: float) -> SqliteDatabase:
        opened.append(SqliteDatabase(path, **limits))
        return opened[-1]

    yield another
    for database in opened:
        await database.close()
