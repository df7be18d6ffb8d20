"""What `pocketreel doctor` says of a database that is somewhere else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from conversations.model import Finding
from doctor import PATIENCE_S, examine
from settings import JobStoreBackend, Settings
from tests.jobs.databases import swift_folder
from tests.jobs.sqld import Sqld
from tests.planted import TURSO_TOKEN

TOKEN = TURSO_TOKEN


@pytest.fixture
def sqld() -> Iterator[Sqld]:
    with swift_folder() as folder:
        server = Sqld(folder)
        server.start()
        yield server
        server.stop()


async def job_store(url: str, token: str, folder: Path, patience_s: float = PATIENCE_S) -> Finding:
    settings = Settings(
        data_dir=folder,
        job_store_backend=JobStoreBackend.TURSO,
        turso_database_url=url,
        turso_auth_token=token,
    )
    findings = await examine(settings, patience_s=patience_s)
    return next(found for found in findings if found.name == "job store")


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


async def test_a_server_that_is_not_there_is_named(tmp_path: Path, unused_tcp_port: int) -> None:
    where = f"127.0.0.1:{unused_tcp_port}"
    found = await job_store(f"http://{where}", TOKEN, tmp_path, patience_s=0.5)
    assert not found.is_well
    assert found.words == (
        f"turso at {where}: it does not answer; see TURSO_DATABASE_URL, or try again in a minute"
    )
    assert not (tmp_path / "pocketreel.sqlite3").exists()


@pytest.mark.parametrize(
    ("status", "said", "variable"),
    [
        (404, "knows no such database", "TURSO_DATABASE_URL"),
        (200, "is not Hrana", "TURSO_DATABASE_URL"),
        (401, "refuses the token", "TURSO_AUTH_TOKEN"),
    ],
)
async def test_a_wrong_address_and_a_wrong_token_are_told_apart(
    tmp_path: Path, status: int, said: str, variable: str
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, text=f"<html>{TOKEN}</html>")

    app = web.Application()
    app.router.add_post("/{path:.*}", answer)
    async with TestServer(app) as server:
        url = f"http://127.0.0.1:{server.port}"
        found = await job_store(url, TOKEN, tmp_path, patience_s=0.5)
    assert not found.is_well
    assert variable in found.words
    assert said in found.words or "does not answer" in found.words
    assert TOKEN not in found.words
