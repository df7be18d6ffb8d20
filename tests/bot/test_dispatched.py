"""A video that is made elsewhere, as the person with the phone sees it."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from jobs.model import Job, JobKind, JobStatus, Person, Role
from jobs.opening import Store
from modal_render.dispatch import Ending, Made
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.server import Phone
from phone.visitor import ShownMessage, Visitor
from settings import Settings
from storage.local import LocalStorage
from tests.bot.life import SECRET, Hands, living, settings_for
from tests.bot.reporting import Renderer
from tests.jobs.samples import LIMIT_S, the_job
from tests.worker.shop import until


@pytest.fixture
def settings(phone: Phone, tmp_path: Path) -> Settings:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return settings_for(phone, tmp_path, port=port, public_url=f"http://127.0.0.1:{port}")


@pytest.fixture
async def session(
    settings: Settings, store: Store, storage: LocalStorage
) -> AsyncIterator[aiohttp.ClientSession]:
    """Whoever renders elsewhere, while the bot is at work."""
    owner = Person(id=PAGE_USER_ID, name=PAGE_USER_NAME, language="en", role=Role.OWNER)
    await store.people.put(owner)
    async with (
        living(settings, store, storage),
        aiohttp.ClientSession(settings.public_url, trust_env=False) as made,
    ):
        yield made


@pytest.fixture
async def owner(phone: Phone, session: aiohttp.ClientSession) -> AsyncIterator[Visitor]:
    async with Visitor(phone.url) as visitor:
        yield visitor


@pytest.fixture
async def render(owner: Visitor, store: Store, storage: LocalStorage) -> Job:
    """Somebody pressed Make video, and a worker handed the render on."""
    hands = Hands(store, storage)
    await owner.send_sample("speech")
    await hands.do(JobKind.INGEST, JobKind.LOOK)
    card = await owner.wait_for(lambda message: message.key("Make video") is not None)
    await owner.press_label(card, "Make video")
    await hands.do(JobKind.SAVE)
    job = await hands.claim(JobKind.RENDER)
    assert await store.jobs.dispatch(job, limit_s=LIMIT_S)
    assert await store.jobs.note_call(job, "call1")
    return job


@pytest.fixture
def renderer(session: aiohttp.ClientSession, render: Job) -> Renderer:
    return Renderer(session, render.id, key=SECRET.encode())


async def stored_ending(store: Store, storage: LocalStorage, job: Job) -> Ending:
    """The video is in its place, and this says so."""
    made = Made(**await Hands(store, storage).result(job))
    return Ending(job=job.id, attempt=job.attempt, made=made)


async def test_the_card_shows_how_far_it_is_and_becomes_the_video(
    owner: Visitor, renderer: Renderer, render: Job, store: Store, storage: LocalStorage
) -> None:
    # The sound is 30 % of the bar; a render that was handed on stands at 30 % of the rest.
    await owner.wait_for(lambda message: "51" in message.text and is_making(message))
    assert (await renderer.tell(60)).outcome == "recorded"
    await owner.wait_for(lambda message: "72" in message.text and is_making(message))
    assert (await renderer.tell(40)).outcome == "recorded"
    assert (await renderer.tell(90, "packing")).outcome == "recorded"
    await owner.wait_for(lambda message: "93" in message.text and is_making(message))
    assert (await renderer.end(await stored_ending(store, storage, render))).outcome == "recorded"
    await owner.wait_for(lambda message: message.kind == "video")


async def test_stop_ends_it_and_what_is_reported_later_changes_nothing(
    owner: Visitor, renderer: Renderer, render: Job, store: Store, storage: LocalStorage
) -> None:
    card = await owner.wait_for(is_making)
    await owner.press_label(card, "Stop")
    stopped = await owner.wait_for(lambda message: "Stopped" in message.text)
    assert stopped.kind == "photo"
    assert await store.jobs.stray_calls(10) == ["call1"]
    ending = await stored_ending(store, storage, render)
    for answer in (await renderer.tell(99), await renderer.end(ending)):
        assert (answer.status, answer.outcome) == (200, "stale")
    assert (await the_job(store, render.id)).status is JobStatus.CANCELLED
    await until(lambda: nothing_is_due(store))
    messages = [message for message in await owner.messages() if message.from_bot]
    assert [(message.id, message.kind) for message in messages] == [(stopped.id, "photo")]
    assert "Stopped" in messages[0].text


async def test_an_end_that_failed_is_told_in_the_card(
    owner: Visitor, renderer: Renderer, render: Job, store: Store
) -> None:
    ending = Ending(job=render.id, attempt=1, error_code="source_silent")
    await renderer.end(ending)
    failed = await owner.wait_for(lambda message: "can't hear anything" in message.text)
    assert failed.kind == "photo"


def is_making(message: ShownMessage) -> bool:
    return message.key("Stop") is not None and "Making" in message.text


async def nothing_is_due(store: Store) -> bool:
    return await store.outbox.due() == []
