"""The whole way gone by nobody: a sample goes in, a video comes out, all is written down."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from phone.visitor import ShownMessage, Visitor

SAMPLE = "speech"
SPAN = "0:01-0:06"
KEPT = "0:01–0:06"  # as the card echoes it
CARD_S = 20.0
VIDEO_S = 120.0

Say = Callable[[str], None]


async def play(url: str, folder: Path, say: Say, *, parameter: str = "") -> Path:
    """Go the way on the phone at `url`; the video.

    Writes video.mp4, card.png and transcript.json into `folder`, the transcript also when the
    way is not gone to its end. Raises NothingCame, PhoneRefused.
    """
    async with Visitor(url) as visitor:
        try:
            return await _play(visitor, folder, say, parameter)
        finally:
            told = json.dumps(await visitor.transcript(), indent=1, ensure_ascii=False)
            await asyncio.to_thread((folder / "transcript.json").write_text, told + "\n")


async def _play(visitor: Visitor, folder: Path, say: Say, parameter: str) -> Path:
    await visitor.start(parameter)
    await visitor.wait_for(lambda message: message.from_bot, CARD_S)
    say("sending a voice note")
    await visitor.send_sample(SAMPLE)
    card = await visitor.wait_for(lambda message: is_ready(message), CARD_S)
    say("the card is there; trimming by typing " + SPAN)
    seen = card.file_id
    await visitor.send_text(SPAN)
    card = await visitor.wait_for(
        lambda message: is_ready(message) and KEPT in message.text and message.file_id != seen,
        CARD_S,
    )
    await _download_png(visitor, card.file_id, folder / "card.png")
    say("hearing it")
    await visitor.press_label(card, "Hear it")
    await visitor.wait_for(lambda message: message.from_bot and message.kind == "audio", CARD_S)
    say("making the video")
    await visitor.press_label(card, "Make video")
    video = await visitor.wait_for(
        lambda message: message.id == card.id and message.kind == "video", VIDEO_S
    )
    await visitor.download(str(video.media["file_id"]), folder / "video.mp4")
    await visitor.wait_for(
        lambda message: message.kind == "text" and message.reply_to == video.id, CARD_S
    )
    return folder / "video.mp4"


def is_ready(message: ShownMessage) -> bool:
    """Whether it is a card with its picture, whose video can be made."""
    return message.kind == "photo" and message.key("Make video") is not None


async def _download_png(visitor: Visitor, file_id: str, target: Path) -> None:
    """Chats keep photos as JPEG, whatever was sent."""
    await visitor.download(file_id, target)
    await asyncio.to_thread(_as_png, target)


def _as_png(path: Path) -> None:
    with Image.open(path) as picture:
        picture.load()
    picture.save(path, format="PNG")
