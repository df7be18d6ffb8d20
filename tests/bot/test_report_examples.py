"""Every example of docs/renders-elsewhere.md, sent to a real server in the order of the page."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bot.web.server import serving
from bot.web.webhook import Reports
from jobs.model import JobStatus, Stage
from jobs.opening import Store
from modal_render.dispatch import token
from storage import keys
from storage.local import LocalStorage
from tests.bot.media import put
from tests.jobs.samples import send_away, the_job
from tests.worker.faraway import KEY, store_video

PAGE = (Path(__file__).parents[2] / "docs" / "renders-elsewhere.md").read_text()
MADE, BROKEN = "q6ptkgbz2sxvhyozkmf4l5ws2e", "xw3tzjv5zq7lq2c6i7yq4ra3gm"


@dataclass(frozen=True, slots=True)
class Message:
    first: str
    headers: dict[str, str]
    body: str


def messages() -> list[Message]:
    """What is sent and what is answered, in turn."""
    found = []
    for block in re.findall(r"```http\n(.*?)```", PAGE, re.DOTALL):
        head, _, body = block.partition("\n\n")
        first, *lines = head.splitlines()
        found.append(Message(first, dict(line.split(": ", 1) for line in lines), body))
    return found


async def test_every_example_is_answered_as_the_page_says(
    store: Store, storage: LocalStorage
) -> None:
    for job_id in (MADE, BROKEN):
        await send_away(store, job_id)
    await store_video(storage, MADE)
    await put(storage, keys.poster(MADE, 1), b"a poster")
    told = messages()
    async with (
        serving("127.0.0.1", 0, Reports(store.jobs, storage, KEY).routes()) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}", trust_env=False) as session,
    ):
        for sent, answered in zip(told[::2], told[1::2], strict=True):
            await _is_answered(session, sent, answered)
    assert len(told) >= 12
    assert (await the_job(store, MADE)).status is JobStatus.COMPLETE
    assert (await the_job(store, BROKEN)).status is JobStatus.PENDING


async def _is_answered(session: aiohttp.ClientSession, sent: Message, answered: Message) -> None:
    method, path, _ = sent.first.split()
    job_id = BROKEN if BROKEN in sent.body else MADE
    bearer = sent.headers["Authorization"].format(token=token(KEY, job_id, 1))
    headers = {**sent.headers, "Authorization": bearer}
    async with session.request(method, path, data=sent.body, headers=headers) as answer:
        assert f"HTTP/1.1 {answer.status} {answer.reason}" == answered.first
        assert await answer.json() == json.loads(answered.body)
        for name, value in answered.headers.items():
            assert answer.headers[name].startswith(value)


def test_the_page_knows_every_stage() -> None:
    assert f"`{' '.join(Stage)}`" in PAGE


def test_the_page_names_tests_that_are_there() -> None:
    tests = Path(__file__).parents[1]
    for name in set(re.findall(r"(\w+\.py)`", PAGE)) - {"dispatch.py", "errors.py"}:
        assert list(tests.rglob(name)), name
