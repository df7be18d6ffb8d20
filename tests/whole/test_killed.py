"""Killed with -9 at every station of the way: nothing is lost and no video comes twice."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from conversations import words
from phone.demo import is_ready
from phone.visitor import ShownMessage, Visitor
from tests import sounds
from tests.whole.film import watch
from tests.whole.product import Product

PATIENCE_S = 60.0
LOOK_S = 0.01
_JOB = "SELECT 1 FROM jobs WHERE kind = '{}' AND ({})"
# Each is looked for in the database from outside; a station that was passed counts as reached.
# Two rounds, because a job that kills three workers is rightly taken for the cause.
STATIONS = {
    "the note is accepted": "SELECT 1 FROM projects",
    "it is being fetched": _JOB.format("ingest", "status <> 'pending'"),
    "it was listened to": _JOB.format("ingest", "status = 'complete'"),
    "its card is being drawn": _JOB.format("look", "status <> 'pending'"),
    "its card was drawn": _JOB.format("look", "status = 'complete'"),
    "a video is asked for": _JOB.format("render", "1"),
    "its sound is being made": _JOB.format("save", "status <> 'pending'"),
    "its sound was made": _JOB.format("save", "status = 'complete'"),
    "it is being drawn": _JOB.format("render", "progress > 20"),
    "it is nearly drawn": _JOB.format("render", "progress > 60"),
    "it was made": _JOB.format("render", "status = 'complete'"),
}
ROUNDS = (
    (
        ("the note is accepted", "its card is being drawn", "its card was drawn"),
        ("a video is asked for", "it is being drawn", "it was made"),
    ),
    (
        ("it is being fetched", "it was listened to"),
        ("its sound is being made", "its sound was made", "it is nearly drawn"),
    ),
)


@pytest.mark.parametrize(("to_the_card", "to_the_video"), ROUNDS, ids=["first", "second"])
async def test_killed_at_every_station_the_video_comes_once(
    visitor: Visitor,
    product: Product,
    tmp_path: Path,
    to_the_card: tuple[str, ...],
    to_the_video: tuple[str, ...],
) -> None:
    note = sounds.write(tmp_path / "note.ogg", sounds.speech(4.0))
    await product.kill()
    sent = await visitor.send_voice(note)  # while nobody is there to take it
    await product.start()
    await _killed_at(product, to_the_card)
    card = await visitor.wait_for(is_ready, PATIENCE_S)
    await visitor.press_label(card, "Make video")
    await _killed_at(product, to_the_video)
    video = await visitor.wait_for(lambda message: message.kind == "video", PATIENCE_S)
    await visitor.download(str(video.media["file_id"]), tmp_path / "video.mp4")
    assert watch(tmp_path / "video.mp4").frames > 100

    await product.quiet()
    told = [message for message in await visitor.messages() if message.from_bot]
    videos = [message for message in told if message.kind == "video"]
    assert len(videos) == 1
    assert videos[0].reply_to == sent.id
    # A kill between a send and its record may leave one stale greeting, and lose the ping.
    assert len(_replying_to(told, sent.id)) <= 2
    assert len(_replying_to(told, video.id)) <= 1
    assert len(product.rows("SELECT 1 FROM projects")) == 1


async def test_killed_while_it_delivers_the_video_comes_once(
    visitor: Visitor, product: Product, tmp_path: Path
) -> None:
    await visitor.send_voice(sounds.write(tmp_path / "note.ogg", sounds.speech(4.0)))
    card = await visitor.wait_for(is_ready, PATIENCE_S)
    # Telegram takes the video, and its answer is long on the way.
    await visitor.press_label(card, "Make video")
    await visitor.wait_for(lambda m: m.id == card.id and m.key("Stop") is not None, PATIENCE_S)
    await visitor.add_fault("editMessageMedia", "slow", seconds=5.0)
    video = await visitor.wait_for(lambda message: message.kind == "video", PATIENCE_S)
    await product.kill()
    await product.start()
    ping = await visitor.wait_for(
        lambda message: message.from_bot and message.reply_to == video.id, PATIENCE_S
    )
    assert ping.kind == "text"
    await product.quiet()
    told = [message for message in await visitor.messages() if message.from_bot]
    assert [message.id for message in told if message.kind == "video"] == [card.id]
    assert len(_replying_to(told, video.id)) == 1


async def test_a_card_is_alive_after_a_restart(
    visitor: Visitor, product: Product, tmp_path: Path
) -> None:
    await visitor.send_voice(sounds.write(tmp_path / "note.ogg", sounds.speech(6.0)))
    card = await visitor.wait_for(is_ready, PATIENCE_S)
    await product.kill()
    await product.start()
    await visitor.press_label(card, "Trim")
    await visitor.wait_for(lambda m: m.id == card.id and m.key("+1 s") is not None, PATIENCE_S)


async def test_a_card_that_was_worked_on_says_that_it_goes_on(
    visitor: Visitor, product: Product, tmp_path: Path
) -> None:
    await visitor.send_voice(sounds.write(tmp_path / "note.ogg", sounds.speech(20.0)))
    card = await visitor.wait_for(is_ready, PATIENCE_S)
    await visitor.press_label(card, "Make video")
    await _killed_at(product, ("it is being drawn",))
    told = await visitor.wait_for(
        lambda m: m.id == card.id and words.cards.RESTARTED.en in m.text, PATIENCE_S
    )
    await visitor.press_label(told, "Stop")  # that it is made all the same is shown above
    await visitor.wait_for(lambda m: m.id == card.id and m.key("Make video") is not None)


async def _killed_at(product: Product, stations: tuple[str, ...]) -> None:
    for station in stations:
        async with asyncio.timeout(PATIENCE_S):
            while not product.rows(STATIONS[station]):
                await asyncio.sleep(LOOK_S)
        await product.kill()
        print("killed when", station)
        await product.start()


def _replying_to(messages: list[ShownMessage], message_id: int) -> list[ShownMessage]:
    return [message for message in messages if message.reply_to == message_id]
