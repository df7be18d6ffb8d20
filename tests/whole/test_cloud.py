"""Everything elsewhere, and one of two workers killed in the middle: the video comes, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from phone.demo import is_ready
from phone.visitor import ShownMessage, Visitor
from tests import sounds
from tests.whole.cloud import CloudProduct
from tests.whole.conftest import IN_THE_CLOUD
from tests.whole.film import watch

pytestmark = [
    pytest.mark.sqld,
    pytest.mark.parametrize("product", [IN_THE_CLOUD], indirect=True),
]
CARD_S = 30.0
VIDEO_S = 120.0
SAVING = "SELECT lease_owner FROM jobs WHERE kind = 'save' AND status = 'processing'"
UNDER_WAY = """
SELECT * FROM jobs WHERE kind = 'render' AND status = 'dispatched' AND progress > 30
    AND call_id <> ''
"""
MADE = "SELECT * FROM jobs WHERE kind = 'render' AND status = 'complete'"


async def asked_for(visitor: Visitor, path: Path) -> ShownMessage:
    """The card of a voice note, after Make video was pressed."""
    await visitor.send_voice(sounds.write(path, sounds.speech(4.0)))
    card = await visitor.wait_for(is_ready, CARD_S)
    await visitor.press_label(card, "Make video")
    return card


async def delivered(visitor: Visitor, card: ShownMessage, folder: Path) -> None:
    """The card has become a whole video, and there is no other."""
    video = await visitor.wait_for(lambda m: m.id == card.id and m.kind == "video", VIDEO_S)
    await visitor.wait_for(lambda m: m.from_bot and m.reply_to == video.id, CARD_S)
    await visitor.download(str(video.media["file_id"]), folder / "video.mp4")
    assert watch(folder / "video.mp4").frames == 120
    videos = [message.id for message in await visitor.messages() if message.kind == "video"]
    assert videos == [card.id]


async def test_the_worker_that_made_the_sound_is_killed_and_the_other_goes_on(
    visitor: Visitor, product: CloudProduct, tmp_path: Path
) -> None:
    card = await asked_for(visitor, tmp_path / "note.ogg")
    victim = product.holder((await product.found(SAVING))["lease_owner"])
    await victim.kill()
    if victim is product.bot:  # the chat needs one
        await victim.start()
    under_way = await product.found(UNDER_WAY)
    assert under_way["call_id"].startswith("fc-")
    # Now nobody here has anything to do with it.
    await product.worker.kill()
    await delivered(visitor, card, tmp_path)
    made = await product.found(MADE)
    assert (made["progress"], made["attempt"]) == (100, 1)


async def test_a_bot_that_is_killed_while_a_video_is_made_elsewhere_still_gets_it(
    visitor: Visitor, product: CloudProduct, tmp_path: Path
) -> None:
    card = await asked_for(visitor, tmp_path / "note.ogg")
    await product.found(UNDER_WAY)
    await product.bot.kill()
    await product.bot.start()
    await delivered(visitor, card, tmp_path)
