"""What is seen and heard beside and in the card: the pictures of progress, glimpses, voices."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jobs.model import JobKind, Person, Role, Stage
from jobs.opening import Store
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.server import Phone
from phone.visitor import ShownMessage, Visitor
from storage.local import LocalStorage
from tests.bot.life import Hands, living, settings_for


@pytest.fixture
async def hands(
    phone: Phone, store: Store, storage: LocalStorage, tmp_path: Path
) -> AsyncIterator[Hands]:
    """The bot is alive, and its owner known."""
    owner = Person(id=PAGE_USER_ID, name=PAGE_USER_NAME, language="en", role=Role.OWNER)
    await store.people.put(owner)
    async with living(settings_for(phone, tmp_path), store, storage):
        yield Hands(store, storage)


async def card_of(visitor: Visitor, hands: Hands) -> ShownMessage:
    await visitor.send_sample("speech")
    await hands.do(JobKind.INGEST, JobKind.LOOK)
    return await visitor.wait_for(
        lambda message: message.key("Make video") is not None and message.kind == "photo"
    )


async def edits(visitor: Visitor) -> list[str]:
    journal = await visitor.journal()
    return [call["method"] for call in journal if call["method"].startswith("editMessage")]


async def test_words_wait_for_a_picture_that_is_nearly_there(
    visitor: Visitor, hands: Hands
) -> None:
    await card_of(visitor, hands)
    # An edit is not free: the next one has to wait.
    assert await edits(visitor) == ["editMessageMedia"]


async def test_words_do_not_wait_long_for_a_picture(visitor: Visitor, hands: Hands) -> None:
    await visitor.send_sample("speech")
    await hands.do(JobKind.INGEST)
    card = await visitor.wait_for(lambda message: message.key("Make video") is not None)
    assert card.kind == "text"
    await hands.do(JobKind.LOOK)
    await visitor.wait_for(lambda message: message.id == card.id and message.kind == "photo")


async def test_the_picture_fills_up_every_ten_percent_with_captions_between(
    visitor: Visitor, hands: Hands
) -> None:
    card = await card_of(visitor, hands)
    await visitor.press_label(card, "Make video")
    await hands.do(JobKind.LOOK, JobKind.SAVE)
    render = await hands.claim(JobKind.RENDER)
    shown: list[str] = []

    async def tell(stage: Stage, progress: int, told: str) -> None:
        await hands.tell(render, stage, progress)
        found = await visitor.wait_for(lambda m: m.id == card.id and told in m.text)
        assert found.kind == "photo"
        shown.append(found.media["file_unique_id"])

    before = len(await edits(visitor))
    for progress, told in ((15, "40%"), (30, "50%"), (44, "60%")):
        await tell(Stage.DRAWING, progress, told)
    await tell(Stage.PACKING, 95, "95%")
    assert len(set(shown)) == 4
    made = (await edits(visitor))[before:]
    assert made.count("editMessageMedia") <= 5
    await hands.finish(render)
    await visitor.wait_for(lambda message: message.id == card.id and message.kind == "video")


async def test_a_glimpse_is_a_video_that_answers_the_card(visitor: Visitor, hands: Hands) -> None:
    card = await card_of(visitor, hands)
    await visitor.press_label(card, "5-second look")
    await hands.do(JobKind.PREVIEW)
    glimpse = await visitor.wait_for(lambda message: message.kind == "video")
    assert (glimpse.reply_to, glimpse.id != card.id) == (card.id, True)
    assert (glimpse.media["width"], glimpse.media["height"]) == (108, 192)
    assert "smaller than the video will be" in glimpse.text


@pytest.mark.parametrize(("forbidden", "kind"), [(False, "voice"), (True, "audio")])
async def test_the_edges_are_a_voice_message_or_a_sound_file(
    visitor: Visitor, hands: Hands, phone: Phone, forbidden: bool, kind: str
) -> None:
    phone.api.conditions.no_voices = forbidden
    card = await card_of(visitor, hands)
    await visitor.press_label(card, "Trim")
    card = await visitor.wait_for(
        lambda message: message.id == card.id and message.key("Hear the edges") is not None
    )
    await visitor.press_label(card, "Hear the edges")
    await hands.do(JobKind.LOOK, JobKind.PREVIEW)
    heard = await visitor.wait_for(
        lambda message: message.from_bot and message.kind in ("voice", "audio")
    )
    assert (heard.kind, heard.reply_to) == (kind, card.id)
