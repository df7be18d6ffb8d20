"""Every button that lets see or hear something before the video is made, pressed on the phone."""

from __future__ import annotations

from pathlib import Path

from phone.visitor import ShownMessage, Visitor
from tests import sounds
from tests.whole.film import watch
from tests.whole.product import Product
from tests.whole.test_way import downloaded, offering, ready

PICTURE_S = 40.0


async def picture_after(visitor: Visitor, card: ShownMessage, label: str) -> ShownMessage:
    """Press it, and wait until the card has another picture."""
    await visitor.press_label(card, label)
    return await visitor.wait_for(
        lambda m: (
            m.id == card.id
            and m.kind == "photo"
            and m.media["file_unique_id"] != card.media["file_unique_id"]
        ),
        PICTURE_S,
    )


async def answer_after(visitor: Visitor, card: ShownMessage, label: str, kind: str) -> ShownMessage:
    """Press it, and wait for the message that it sends beside the card."""
    after = await visitor.now()
    await visitor.press_label(card, label)
    return await visitor.wait_for(
        lambda m: m.from_bot and m.kind == kind and m.reply_to == card.id, PICTURE_S, after=after
    )


async def test_looks_glimpse_edges_and_progress_are_seen_and_heard(
    visitor: Visitor, product: Product, tmp_path: Path
) -> None:
    await visitor.send_voice(sounds.write(tmp_path / "note.ogg", sounds.speech(9.0)))
    card = await ready(visitor)
    sheet = await picture_after(visitor, card, "Look")
    assert (sheet.key("7 Mist") or sheet.key("1 Pulse")) is not None
    sheet = await picture_after(visitor, sheet, "More looks")
    sheet = await picture_after(visitor, sheet, "Surprise me")
    assert sheet.key("Undo") is not None

    glimpse = await answer_after(visitor, sheet, "5-second look", "video")
    film = watch(await downloaded(visitor, glimpse, tmp_path / "glimpse.mp4"))
    assert (film.width, film.height) == (540, 960)
    assert abs(film.video_s - 5.0) <= 0.1

    card = await picture_after(visitor, sheet, "Back")
    await visitor.press_label(card, "Trim")
    card = await offering(visitor, card.id, "Hear the edges")
    edges = await answer_after(visitor, card, "Hear the edges", "voice")
    assert 8 <= edges.media["duration"] <= 9
    await visitor.press_label(card, "Done")
    card = await offering(visitor, card.id, "Sound")
    await visitor.press_label(card, "Sound")
    card = await offering(visitor, card.id, "Before / after")
    compared = await answer_after(visitor, card, "Before / after", "voice")
    assert 10 <= compared.media["duration"] <= 11
    await visitor.press_label(card, "Back")
    card = await offering(visitor, card.id, "Make video")

    filling = await picture_after(visitor, card, "Make video")
    assert "%" in filling.text
    card = await picture_after(visitor, filling, "Stop")
    assert "Stopped." in card.text
    edits = [call for call in await visitor.journal() if call["method"] == "editMessageMedia"]
    assert [call["code"] for call in edits] == [200] * len(edits)
