"""What the document says of reports is so, and the document leaves out nothing that is there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest
from telegram import Bot

from bot import app
from bot.pace import Spacing
from bot.web.api import document, reports
from bot.web.api.operations import Operation
from bot.web.server import serving
from bot.web.telegram import Webhook
from bot.web.webhook import Reports
from jobs.opening import Store
from modal_render.dispatch import token
from phone.server import Phone
from storage.local import LocalStorage
from tests.bot.api_world import api_facts
from tests.bot.life import settings_for
from tests.jobs.samples import send_away
from tests.worker.faraway import KEY, store_video
from tests.worker.shop import Watched

NAMED = {operation.name: operation for operation in reports.REPORTS}
EXAMPLES = [(name, which) for name, bodies in reports.BODIES.items() for which in bodies]
REFUSALS = [(name, code) for name in NAMED for code in reports.REFUSALS]


@pytest.fixture
async def session(store: Store, storage: LocalStorage) -> AsyncIterator[aiohttp.ClientSession]:
    """Whoever renders the job of the examples, which was sent away."""
    await send_away(store, reports.JOB)
    await store_video(storage, reports.JOB)
    routes = Reports(store.jobs, storage, KEY, body_s=0.3).routes()
    async with (
        serving("127.0.0.1", 0, routes) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}", trust_env=False) as made,
    ):
        yield made


async def tell(
    session: aiohttp.ClientSession, operation: Operation, data: Any, *, job: str = reports.JOB
) -> tuple[int, Any]:
    path = operation.path.format(job=job)
    headers = {"Authorization": f"Bearer {token(KEY, job, 1)}"}
    async with session.request(operation.method, path, data=data, headers=headers) as answer:
        return answer.status, await answer.json()


@pytest.mark.parametrize(("name", "which"), EXAMPLES)
async def test_every_report_is_answered_as_it_says(
    session: aiohttp.ClientSession, name: str, which: str
) -> None:
    body = json.dumps(reports.BODIES[name][which])
    assert await tell(session, NAMED[name], body) == (200, reports.ANSWERS[name])


@pytest.mark.parametrize(("name", "code"), REFUSALS)
async def test_every_report_is_refused_as_it_says(
    session: aiohttp.ClientSession, database: Watched, name: str, code: str
) -> None:
    operation = NAMED[name]
    told = await refused(session, operation, code, database)
    described = document.described("")["paths"][operation.path][operation.method.lower()]
    status, _ = reports.told(operation, code)
    content = described["responses"][str(status.value)]["content"]["application/json"]
    assert told == (status, content["examples"][code]["value"])


async def refused(
    session: aiohttp.ClientSession, operation: Operation, code: str, database: Watched
) -> tuple[int, Any]:
    body = dict(next(iter(reports.BODIES[operation.name].values())))
    if code == "unauthorized":
        path = operation.path.format(job=reports.JOB)
        async with session.request(operation.method, path, json=body) as answer:
            return answer.status, await answer.json()
    if code == "no_such_job":
        data = json.dumps(body).replace(reports.JOB, "unknown")
        return await tell(session, operation, data, job="unknown")
    if code == "unavailable":
        database.is_away = True
    ways: dict[str, Any] = {
        "bad_json": "{",
        "bad_report": "{}",
        "of_another": json.dumps({**body, "attempt": 2}),
        "slow_body": drops(),
        "too_large": " " * 70_000,
        "unavailable": json.dumps(body),
    }
    told = await tell(session, operation, ways[code])
    database.is_away = False
    return told


async def drops() -> AsyncIterator[bytes]:
    while True:
        yield b" "
        await asyncio.sleep(0.05)


async def test_every_route_of_the_bots_server_below_api_is_described(
    phone: Phone, bot: Bot, store: Store, storage: LocalStorage, tmp_path: Path
) -> None:
    parts = app._Parts(settings_for(phone, tmp_path), store, storage, bot, print, Spacing())
    unused = cast(Webhook, None)  # this bot polls
    routes = app._routes(parts, api_facts(store, storage), unused)
    served = {(route.method, route.path) for route in routes if route.path.startswith("/api")}
    assert served == {(known.method, known.path) for known in document.DESCRIBED}
