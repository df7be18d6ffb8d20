"""Stop means stop: the children are dead within seconds, and the settings are safe."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from phone.demo import is_ready
from phone.visitor import Visitor
from tests import sounds
from tests.whole.product import Product

PATIENCE_S = 60.0
STOP_S = 5.0


def children(product: Product) -> list[int]:
    """Processes that work below the product's scratch folder."""
    root = str(product.data_dir.resolve() / "scratch")
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if str((folder / "cwd").readlink()).startswith(root):
                found.append(int(folder.name))
        except OSError:
            continue
    return found


@pytest.mark.parametrize("how", ["button", "word"])
async def test_a_render_that_is_stopped_is_dead_within_seconds(
    visitor: Visitor, product: Product, tmp_path: Path, how: str
) -> None:
    await visitor.send_voice(sounds.write(tmp_path / "note.ogg", sounds.speech(20.0)))
    card = await visitor.wait_for(is_ready, PATIENCE_S)
    await visitor.press_label(card, "Make video")
    drawing = "SELECT 1 FROM jobs WHERE kind = 'render' AND progress > 5"
    async with asyncio.timeout(PATIENCE_S):
        while not product.rows(drawing):
            await asyncio.sleep(0.05)
    assert children(product)
    card = await visitor.wait_for(lambda m: m.id == card.id and m.key("Stop") is not None)
    if how == "button":
        await visitor.press_label(card, "Stop")
    else:
        await visitor.send_text("stop")
    pressed = time.monotonic()
    while children(product):
        assert time.monotonic() - pressed < STOP_S
        await asyncio.sleep(0.02)
    stopped = await visitor.wait_for(lambda m: m.id == card.id and "Stopped" in m.text, PATIENCE_S)
    assert stopped.kind == "photo"
    await visitor.press_label(stopped, "Make video")
    await visitor.wait_for(lambda m: m.id == card.id and m.key("Stop") is not None, PATIENCE_S)
