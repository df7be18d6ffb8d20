"""What a server, or whatever stands before it, may answer besides rows."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from jobs.errors import StoreUnavailable, StoreUnusable
from jobs.remote import RemoteDatabase
from jobs.turso import HranaWire

ONE = '{"type": "execute", "result": {"cols": [{"name": "n"}], "rows": [[{"type": "null"}]]}}'
ROWS = f'{{"results": [{{"type": "ok", "response": {ONE}}}]}}'
READ, WRITE = "SELECT n FROM t", "UPDATE t SET n = 1 RETURNING n"


class Answering:
    """A server that gives these answers, one to each request, and then rows."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, str]] = []
        self.asked: list[web.BaseRequest] = []

    async def answer(self, request: web.BaseRequest) -> web.Response:
        self.asked.append(request)
        status, text = self.answers.pop(0) if self.answers else (200, ROWS)
        return web.Response(status=status, text=text, headers={"Location": "/elsewhere"})


@pytest.fixture
def server() -> Answering:
    return Answering()


@pytest.fixture
async def database(server: Answering) -> AsyncIterator[RemoteDatabase]:
    runner = web.ServerRunner(web.Server(server.answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/database/"
    opened = RemoteDatabase(HranaWire(url, ""), patience_s=1.0)
    yield opened
    await opened.close()
    await runner.cleanup()


async def test_it_asks_at_the_address_and_without_a_token_when_there_is_none(
    server: Answering, database: RemoteDatabase
) -> None:
    assert await database.execute(READ) == [{"n": None}]
    assert server.asked[0].path == "/database/v2/pipeline"
    assert "Authorization" not in server.asked[0].headers


@pytest.mark.parametrize("statement", [READ, WRITE])
async def test_who_asks_too_often_waits_and_asks_again(
    server: Answering, database: RemoteDatabase, statement: str
) -> None:
    server.answers = [(429, ""), (429, "")]
    assert await database.execute(statement) == [{"n": None}]
    assert len(server.asked) == 3


TROUBLE = [(500, ""), (502, "<h1>"), (503, ""), (307, ""), (200, "<h1>"), (200, "{}"), (200, "[]")]


@pytest.mark.parametrize(("status", "text"), TROUBLE)
async def test_after_trouble_a_read_is_asked_again_and_a_write_is_not(
    server: Answering, database: RemoteDatabase, status: int, text: str
) -> None:
    server.answers = [(status, text), (status, text)]
    with pytest.raises(StoreUnavailable):
        await database.execute(WRITE)
    assert len(server.asked) == 1
    assert await database.execute(READ) == [{"n": None}]
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("status", "variable"),
    [(401, "TURSO_AUTH_TOKEN"), (403, "TURSO_AUTH_TOKEN"), (404, "TURSO_DATABASE_URL")],
)
async def test_what_somebody_must_mend_is_named(
    server: Answering, database: RemoteDatabase, status: int, variable: str
) -> None:
    server.answers = [(status, "")]
    with pytest.raises(StoreUnusable, match=variable):
        await database.execute(READ)
    assert len(server.asked) == 1


async def test_trouble_that_stays_is_told(server: Answering, database: RemoteDatabase) -> None:
    server.answers = [(503, "")] * 100
    with pytest.raises(StoreUnavailable, match="answered 503"):
        await database.execute(READ)
