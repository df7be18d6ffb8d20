"""What a program has made arrives in its person's chat, as if buttons had been pressed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.web.api import examples
from jobs.model import JobKind, Person, Role
from jobs.opening import Store
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.server import Phone
from phone.visitor import Visitor
from storage.local import LocalStorage
from tests.bot.api_world import Program, keyed
from tests.bot.life import Hands, living, settings_for
from tests.bot.media import put
from tests.whole.product import free_port

OWNER = Person(id=PAGE_USER_ID, name=PAGE_USER_NAME, language="en", role=Role.OWNER)


@pytest.fixture
async def program(
    phone: Phone, store: Store, storage: LocalStorage, tmp_path: Path
) -> AsyncIterator[Program]:
    """Of the owner, who has started the bot; and a whole bot."""
    key = await keyed(store, OWNER)
    port = free_port()
    async with (
        living(settings_for(phone, tmp_path, port=port), store, storage),
        aiohttp.ClientSession(f"http://127.0.0.1:{port}", trust_env=False) as session,
    ):
        yield Program(session, key)


@pytest.fixture
async def visitor(phone: Phone, program: Program) -> AsyncIterator[Visitor]:
    async with Visitor(phone.url) as made:
        await made.start()
        await made.wait_for(lambda message: message.from_bot)
        yield made


async def brought(program: Program, store: Store, storage: LocalStorage) -> str:
    """The job of a recording that a program brought in."""
    await store.uploads.promise(examples.UPLOAD_KEY, PAGE_USER_ID)
    await put(storage, examples.UPLOAD_KEY, b"a recording")
    body = {"uploadKey": examples.UPLOAD_KEY, "title": "From my watch"}
    answer = await program.ask("ingest", body=body)
    assert answer.status == 202
    return str(answer.body["jobId"])


async def test_a_programs_video_arrives_in_the_chat(
    program: Program, visitor: Visitor, store: Store, storage: LocalStorage
) -> None:
    hands = Hands(store, storage)
    ingest = await brought(program, store, storage)
    card = await visitor.wait_for(lambda message: "Got your file" in message.text)
    await hands.do(JobKind.INGEST)
    asset = (await program.ask("job", job=ingest)).body["result"]["assetId"]
    await hands.do(JobKind.LOOK)
    await visitor.wait_for(
        lambda message: message.id == card.id and message.key("Make video") is not None
    )
    answer = await program.ask("render", body={"assetId": asset, "shape": "square"})
    await visitor.wait_for(lambda message: message.key("Stop") is not None)
    await hands.do(JobKind.SAVE, JobKind.RENDER)
    video = await visitor.wait_for(
        lambda message: message.id == card.id and message.kind == "video"
    )
    assert "From my watch" in video.text
    await visitor.wait_for(lambda message: message.reply_to == card.id and "ready" in message.text)
    job = (await program.ask("job", job=answer.body["jobId"])).body
    assert job["status"] == "complete"
    assert job["downloadUrl"].startswith("http://reel.example/renders/")


async def test_the_chat_can_stop_what_a_program_began(
    program: Program, visitor: Visitor, store: Store, storage: LocalStorage
) -> None:
    hands = Hands(store, storage)
    ingest = await brought(program, store, storage)
    await hands.do(JobKind.INGEST)
    # Asked for at once, perhaps before the bot has dealt with the end of the ingest.
    asset = (await program.ask("job", job=ingest)).body["result"]["assetId"]
    answer = await program.ask("render", body={"assetId": asset})
    assert answer.status == 202
    card = await visitor.wait_for(lambda message: message.key("Stop") is not None)
    await visitor.press_label(card, "Stop")
    await visitor.wait_for(
        lambda message: message.id == card.id and message.key("Make video") is not None
    )
    job = (await program.ask("job", job=answer.body["jobId"])).body
    assert job["status"] == "cancelled"


async def test_an_edit_to_hear_is_no_message(
    program: Program, visitor: Visitor, store: Store, storage: LocalStorage
) -> None:
    hands = Hands(store, storage)
    ingest = await brought(program, store, storage)
    await hands.do(JobKind.INGEST, JobKind.LOOK)
    await visitor.wait_for(lambda message: message.key("Make video") is not None)
    before = [message.id for message in await visitor.messages()]
    asset = (await program.ask("job", job=ingest)).body["result"]["assetId"]
    answer = await program.ask("preview", body={"assetId": asset})
    await hands.do(JobKind.PREVIEW)
    link = (await program.ask("previewAudio", job=answer.body["jobId"])).body["signedUrl"]
    assert len(await program.fetch(link)) > 100
    last = await visitor.send_text("hello")
    await visitor.wait_for(lambda message: message.reply_to == last.id)
    messages = [message.id for message in await visitor.messages()]
    assert len(messages) == len(before) + 2
