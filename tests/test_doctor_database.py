"""What `pocketreel doctor` says of a database that is somewhere else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from doctor import Finding, examine
from settings import JobStoreBackend, Settings
from tests.jobs.databases import swift_folder
from tests.jobs.sqld import Sqld

TOKEN = "not.the.token"


@pytest.fixture
def sqld() -> Iterator[Sqld]:
    with swift_folder() as folder:
        server = Sqld(folder)
        server.start()
        yield server
        server.stop()


async def job_store(url: str, token: str, folder: Path) -> Finding:
    settings = Settings(
        data_dir=folder,
        job_store_backend=JobStoreBackend.TURSO,
        turso_database_url=url,
        turso_auth_token=token,
    )
    return next(found for found in await examine(settings) if found.name == "job store")


@pytest.mark.sqld
async def test_a_server_that_answers_is_well(sqld: Sqld, tmp_path: Path) -> None:
    where = f"127.0.0.1:{sqld.port}"
    found = await job_store(f"http://{where}", sqld.token, tmp_path)
    assert (found.is_well, found.words) == (True, f"turso at {where}")


@pytest.mark.sqld
async def test_a_token_that_is_refused_is_to_be_renewed(sqld: Sqld, tmp_path: Path) -> None:
    found = await job_store(f"http://127.0.0.1:{sqld.port}", TOKEN, tmp_path)
    assert not found.is_well
    assert "renew TURSO_AUTH_TOKEN" in found.words
    assert TOKEN not in found.words
