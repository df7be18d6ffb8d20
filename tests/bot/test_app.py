"""The whole bot beside a phone: from the owner's link to the video in the chat."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from conversations.words.text import Language
from jobs.model import JobKind, Stage
from jobs.opening import Store
from phone.server import Phone
from phone.visitor import Visitor
from storage.local import LocalStorage
from tests.bot.life import Hands, claim_parameter, living, settings_for
from tests.worker.shop import until

GUEST = 7_001_002
LANGUAGES = len(Language)


@pytest.fixture
def hands(store: Store, storage: LocalStorage) -> Hands:
    return Hands(store, storage)


@pytest.fixture
async def announced(
    phone: Phone, store: Store, storage: LocalStorage, tmp_path: Path
) -> AsyncIterator[list[str]]:
    async with living(settings_for(phone, tmp_path), store, storage) as lines:
        yield lines


@pytest.fixture
async def owner(phone: Phone, announced: list[str]) -> AsyncIterator[Visitor]:
    """Somebody who opened the announced link."""
    await until(lambda: any("start=" in line for line in announced))
    async with Visitor(phone.url) as visitor:
        await visitor.start(claim_parameter(announced))
        await visitor.wait_for(lambda message: "yours now" in message.text)
        yield visitor


async def test_from_a_voice_note_to_the_video_in_two_taps(
    owner: Visitor, hands: Hands, store: Store
) -> None:
    note = await owner.send_sample("speech")
    greeting = await owner.wait_for(lambda message: "Listening" in message.text)
    assert greeting.reply_to == note.id
    await hands.do(JobKind.INGEST, JobKind.LOOK)
    card = await owner.wait_for(
        lambda message: message.kind == "photo" and message.key("Make video") is not None
    )
    assert card.id == greeting.id
    assert await owner.reactions(note.id) == ["👀"]
    query = await owner.press_label(card, "Make video")
    assert await owner.wait_for_toast(query)
    save = await hands.claim(JobKind.SAVE)
    await hands.finish(save)
    render = await hands.claim(JobKind.RENDER)
    await hands.tell(render, Stage.DRAWING, 50)
    await owner.wait_for(lambda message: "65%" in message.text)
    await hands.finish(render)
    video = await owner.wait_for(lambda message: message.kind == "video")
    assert video.id == greeting.id
    assert video.media["width"] == 108
    full = video.key("Full quality")
    assert full is not None
    assert full.url.startswith(f"http://reel.example/renders/{render.id}/output.mp4?")
    ping = await owner.wait_for(lambda message: "ready" in message.text)
    assert ping.reply_to == video.id
    journal = await owner.journal()
    assert [call for call in journal if call["code"] not in (200,)] == []
    assert "record_video" in [call["params"].get("action") for call in journal]
    assert "upload_video" in [call["params"].get("action") for call in journal]


async def test_a_typed_time_changes_the_card_and_undo_brings_it_back(
    owner: Visitor, hands: Hands
) -> None:
    await owner.send_sample("speech")
    await hands.do(JobKind.INGEST, JobKind.LOOK)
    await owner.wait_for(lambda message: message.key("Make video") is not None)
    await owner.send_text("0:02-0:08")
    await owner.wait_for(lambda message: "0:02" in message.text and message.kind == "photo")
    answer = await owner.wait_for(lambda message: message.key("Undo") is not None)
    await owner.press_label(answer, "Undo")
    await owner.wait_for(
        lambda message: message.kind == "photo" and "0:01" in message.text, after=await owner.now()
    )


async def test_a_preview_comes_as_audio(owner: Visitor, hands: Hands) -> None:
    await owner.send_sample("speech")
    await hands.do(JobKind.INGEST, JobKind.LOOK)
    card = await owner.wait_for(lambda message: message.key("Hear it") is not None)
    await owner.press_label(card, "Hear it")
    await hands.do(JobKind.PREVIEW)
    await owner.wait_for(lambda message: message.kind == "audio")


async def test_a_stopped_job_is_cancelled_and_told(
    owner: Visitor, hands: Hands, store: Store
) -> None:
    await owner.send_sample("speech")
    job = await hands.claim(JobKind.INGEST)
    card = await owner.wait_for(lambda message: message.key("Stop") is not None)
    await owner.press_label(card, "Stop")
    await owner.wait_for(lambda message: "Stopped" in message.text)
    assert await store.jobs.lost({job.id: job.attempt}) == [job.id]


async def test_a_used_up_share_answers_the_press(
    owner: Visitor, hands: Hands, store: Store
) -> None:
    await owner.send_sample("speech")
    await hands.do(JobKind.INGEST, JobKind.LOOK)
    card = await owner.wait_for(lambda message: message.key("Make video") is not None)
    await store.database.execute("UPDATE limits SET value = 0 WHERE name = 'active_renders'")
    query = await owner.press_label(card, "Make video")
    assert "already" in await owner.wait_for_toast(query)
    assert await store.database.execute("SELECT 1 FROM jobs WHERE kind = 'render'") == []


async def test_a_stranger_is_refused_and_can_be_let_in(
    phone: Phone, owner: Visitor, hands: Hands
) -> None:
    async with Visitor(phone.url, user_id=GUEST, name="Kim <b>") as guest:
        await guest.send_sample("speech")
        refusal = await guest.wait_for(lambda message: "private" in message.text)
        query = await guest.press_label(refusal, "Ask for access")
        assert "asked" in await guest.wait_for_toast(query)
        question = await owner.wait_for(lambda message: "Kim <b>" in message.text)
        await owner.press_label(question, "Yes")
        await guest.wait_for(lambda message: "You're in" in message.text)
        await guest.send_sample("speech")
        await guest.wait_for(lambda message: "Listening" in message.text)
    assert await store_jobs(hands) == 1


async def test_a_wrong_code_does_not_make_an_owner(
    phone: Phone, announced: list[str], store: Store
) -> None:
    async with Visitor(phone.url, user_id=GUEST, name="Kim") as guest:
        await guest.start("claim_guessed")
        await guest.wait_for(lambda message: "Nobody owns" in message.text)
    assert await store.people.owner() is None


async def test_what_has_no_sound_is_refused_with_the_way_out(owner: Visitor) -> None:
    await owner.send_fields(contact={"phone_number": "1", "first_name": "Kim"})
    await owner.wait_for(lambda message: "I work with sound" in message.text)


async def test_commands_and_texts_are_set_by_the_bot_itself(
    phone: Phone, owner: Visitor, store: Store, storage: LocalStorage, tmp_path: Path
) -> None:
    methods = [call["method"] for call in await owner.journal()]
    assert {"setMyCommands", "setMyDescription", "setMyShortDescription"} <= set(methods)


async def test_what_is_right_already_is_not_set_again(
    phone: Phone, store: Store, storage: LocalStorage, tmp_path: Path
) -> None:
    def methods() -> list[str]:
        return [call["method"] for call in phone.api.journal.after(0)]

    async with living(settings_for(phone, tmp_path), store, storage):
        await until(lambda: methods().count("setMyShortDescription") == LANGUAGES)
    async with living(settings_for(phone, tmp_path), store, storage):
        await until(lambda: methods().count("getMyShortDescription") == 2 * LANGUAGES)
    for what in ("setMyDescription", "setMyShortDescription"):
        assert methods().count(what) == LANGUAGES
    assert methods().count("setMyCommands") == 2 * LANGUAGES  # for everybody, and for groups


async def store_jobs(hands: Hands) -> int:
    job = await hands.claim(JobKind.INGEST)
    assert job.owner_id == GUEST
    return 1


async def test_a_sample_can_be_tried_before_anything_is_sent(owner: Visitor, hands: Hands) -> None:
    hello = await owner.wait_for(lambda message: message.key("15-second sample") is not None)
    await owner.press_label(hello, "15-second sample")
    await hands.do(JobKind.INGEST, JobKind.LOOK)
    card = await owner.wait_for(lambda message: message.key("Make video") is not None)
    assert card.reply_to == hello.id
