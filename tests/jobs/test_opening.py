"""Which database the settings lead to."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from jobs.errors import StoreUnusable
from jobs.opening import build_database, open_store
from jobs.sqlite import SqliteDatabase
from settings import JobStoreBackend, Settings
from tests.jobs.databases import wipe
from tests.jobs.sqld import Sqld


def turso(url: str, token: str = "", folder: Path = Path("nowhere")) -> Settings:
    return Settings(
        job_store_backend=JobStoreBackend.TURSO,
        turso_database_url=url,
        turso_auth_token=token,
        data_dir=folder,
    )


def test_by_default_it_is_a_file(tmp_path: Path) -> None:
    assert isinstance(build_database(Settings(data_dir=tmp_path)), SqliteDatabase)


@pytest.mark.parametrize(
    ("url", "needs_the_extra"),
    [
        ("libsql://reel.turso.io", False),
        ("https://reel.turso.io", False),
        ("http://127.0.0.1:8081", False),
        ("ws://127.0.0.1:8081", True),
        ("wss://reel.example", True),
        ("libsql-client+http://127.0.0.1:8081", True),
    ],
)
def test_only_who_chose_the_extra_needs_it(
    url: str, needs_the_extra: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "libsql_client", None)
    if not needs_the_extra:
        build_database(turso(url))
        return
    with pytest.raises(StoreUnusable, match="pip install --no-deps libsql-client"):
        build_database(turso(url))


@pytest.mark.sqld
@pytest.mark.parametrize("scheme", ["http", "ws", "libsql-client+http"])
async def test_a_store_on_a_server_is_opened(scheme: str, sqld: Sqld, tmp_path: Path) -> None:
    settings = turso(f"{scheme}://127.0.0.1:{sqld.port}", sqld.token, tmp_path)
    database = build_database(settings)
    await wipe(database)
    await database.close()
    store = await open_store(settings)
    assert await store.updates.next_offset() == 0
    await store.close()
    assert not settings.database_path.exists()
