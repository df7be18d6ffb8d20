"""What stands beside the cards, through the whole product: /videos, /defaults, notes in a row."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from phone.demo import is_ready
from phone.visitor import ShownMessage, Visitor
from tests import sounds
from tests.whole.product import Product

WAIT_S = 20.0
VIDEO_S = 90.0
# Six more of the video that was made, as if they had been made on days before.
_OLDER = """
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 6)
INSERT INTO videos (id, owner_id, project_id, title, media, result, file_id, made_at)
SELECT 'older' || n, owner_id, 'older' || n, 'Older ' || n, media, result, file_id, made_at - n
FROM videos, numbers
"""


async def in_place(visitor: Visitor, message: ShownMessage, label: str, then: str) -> ShownMessage:
    """Press a button, and see the same message say something else."""
    await visitor.press_label(message, label)
    return await visitor.wait_for(lambda m: m.id == message.id and then in m.text, WAIT_S)


async def test_what_was_made_is_listed_in_pages_sent_again_and_deleted(
    visitor: Visitor, product: Product, tmp_path: Path
) -> None:
    note = sounds.write(tmp_path / "note.mp3", sounds.speech(1.2))
    await visitor.send_audio(note, title="Newest")
    card = await visitor.wait_for(is_ready, WAIT_S)
    await visitor.press_label(card, "Make video")
    video = await visitor.wait_for(lambda m: m.id == card.id and m.kind == "video", VIDEO_S)
    await asyncio.to_thread(_add_older, product)

    asked = await visitor.send_text("/videos")
    shelf = await visitor.wait_for(lambda m: m.from_bot and m.reply_to == asked.id, WAIT_S)
    assert shelf.text.startswith("Your videos · 1/2\n1. Newest · 0:01 · ")
    last = await in_place(visitor, shelf, "Older", "Your videos · 2/2\n6. Older 5")
    first = await in_place(visitor, last, "Newer", "Your videos · 1/2")
    await visitor.press_label(first, "Send 1 again")
    again = await visitor.wait_for(lambda m: m.reply_to == shelf.id and m.kind == "video", WAIT_S)
    assert again.media["file_unique_id"] == video.media["file_unique_id"]
    sure = await in_place(visitor, first, "Delete 1", "Take it off the list?")
    gone = await in_place(visitor, sure, "Delete it now", "1. Older 1")
    assert "Newest" not in gone.text
    await visitor.wait_for(lambda m: m.id == card.id and "stays in this chat" in m.text, WAIT_S)


def _add_older(product: Product) -> None:
    with sqlite3.connect(product.data_dir / "pocketreel.sqlite3", timeout=WAIT_S) as database:
        database.execute(_OLDER)
    database.close()


async def test_defaults_are_how_a_card_begins_and_notes_in_a_row_become_one(
    visitor: Visitor, product: Product, tmp_path: Path
) -> None:
    asked = await visitor.send_text("/defaults")
    face = await visitor.wait_for(lambda m: m.from_bot and m.reply_to == asked.id, WAIT_S)
    assert "Size: vertical" in face.text
    sizes = await in_place(visitor, face, "Size", "Which size?")
    face = await in_place(visitor, sizes, "square", "Size: square")
    face = await in_place(visitor, face, "My photo as cover", "My photo as cover: off")
    await in_place(visitor, face, "Even volume", "Even volume: off")

    for name, level in (("one", 0.3), ("two", 0.2)):
        note = sounds.write(tmp_path / f"{name}.ogg", sounds.speech(1.5, level=level))
        await visitor.send_voice(note)
    several = await visitor.wait_for(lambda m: m.key("Join into one") is not None, WAIT_S)
    assert several.text.startswith("2 recordings, ")
    await visitor.press_label(several, "Join into one")
    card = await visitor.wait_for(lambda m: m.id == several.id and is_ready(m), WAIT_S)
    assert "(0:03)" in card.text, "both, as one recording"
    assert "· square ·" in card.text
    called = [call["method"] for call in await visitor.journal()]
    assert "getUserProfilePhotos" not in called
