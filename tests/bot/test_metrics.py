"""What is told about the bot to whoever watches it, over a real server."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.web.health import Condition
from bot.web.metrics import Metrics
from bot.web.server import serving
from jobs.model import JobKind, NewJob
from jobs.opening import Store
from tests.planted import METRICS_TOKEN

TOKEN = METRICS_TOKEN


@pytest.fixture
async def session(store: Store) -> AsyncIterator[aiohttp.ClientSession]:
    routes = Metrics(store, Condition(floods=3), TOKEN).routes()
    async with (
        serving("127.0.0.1", 0, routes) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}", trust_env=False) as made,
    ):
        yield made


async def _read(session: aiohttp.ClientSession, authorization: str) -> tuple[int, str]:
    async with session.get("/metrics", headers={"Authorization": authorization}) as answer:
        return answer.status, await answer.text()


async def test_who_shows_the_token_is_told_how_it_goes(
    session: aiohttp.ClientSession, store: Store
) -> None:
    for name in ("one", "two"):
        await store.jobs.create(
            NewJob(id=name, kind=JobKind.RENDER, project_id="p", owner_id=1, chat_id=1, input={})
        )
    job = await store.jobs.claim_next_pending("worker", [JobKind.RENDER], 30)
    assert job is not None
    assert not await store.jobs.complete(job.id, job.attempt + 1, {})
    status, text = await _read(session, f"Bearer {TOKEN}")
    assert status == 200
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert values['pocketreel_jobs{status="pending"}'] == "1"
    assert values['pocketreel_jobs{status="processing"}'] == "1"
    assert values["pocketreel_stale_writes_total"] == "1"
    assert values["pocketreel_telegram_429_total"] == "3"
    assert float(values["pocketreel_oldest_pending_seconds"]) >= 0
    assert text.count("# TYPE") == len({name.partition("{")[0] for name in values})


@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer x", f"Basic {TOKEN}", f"Bearer {TOKEN}x"])
async def test_nobody_else_is_told_anything(session: aiohttp.ClientSession, shown: str) -> None:
    status, text = await _read(session, shown)
    assert status == 401
    assert "pocketreel_" not in text


def test_without_a_token_nothing_is_served(store: Store) -> None:
    assert Metrics(store, Condition(), "").routes() == []
