"""The same file sent again costs nothing: it is neither fetched nor made a second time."""

from __future__ import annotations

from pathlib import Path

from phone.demo import is_ready
from phone.visitor import Visitor
from tests import sounds
from tests.whole.product import Product

VIDEO_S = 90.0


async def test_the_same_file_again_is_fetched_once_and_made_once(
    visitor: Visitor, product: Product, tmp_path: Path
) -> None:
    note = sounds.write(tmp_path / "note.ogg", sounds.speech(2.0))
    await visitor.send_voice(note)
    card = await visitor.wait_for(is_ready)
    await visitor.send_voice(note)
    told = await visitor.wait_for(lambda m: m.from_bot and "You have this one open." in m.text)
    assert told.reply_to == card.id
    await visitor.press_label(told, "Make video")
    video = await visitor.wait_for(lambda m: m.id == card.id and m.kind == "video", VIDEO_S)
    third = await visitor.send_voice(note)
    again = await visitor.wait_for(lambda m: m.reply_to == third.id and m.kind == "video")
    assert again.media["file_unique_id"] == video.media["file_unique_id"]
    assert again.key("Change") is not None
    called = [call["method"] for call in await visitor.journal()]
    assert called.count("getFile") == 1
    made = product.rows("SELECT kind, count(*) AS times FROM jobs GROUP BY kind")
    times = {row["kind"]: row["times"] for row in made}
    assert (times["ingest"], times["render"]) == (1, 1)
