"""Files beyond Telegram's 20 MB, through a Bot API server with --local on the same disk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from phone.demo import is_ready
from phone.limits import Limits
from phone.server import Phone, start_phone
from phone.visitor import Visitor
from tests import sounds
from tests.whole.product import LEASE_S, Product

MIB = 1024 * 1024
CARD_S = 30.0


@pytest.fixture
async def phone(tmp_path: Path) -> AsyncIterator[Phone]:
    running = await start_phone(tmp_path / "phone", limits=Limits(is_local=True))
    yield running
    await running.stop()


@pytest.fixture
async def product(phone: Phone, tmp_path: Path) -> AsyncIterator[Product]:
    running = Product(
        phone,
        tmp_path,
        LEASE_S=LEASE_S,
        TELEGRAM_FILES_DIR=str(tmp_path / "phone" / "files"),
        MAX_SOURCE_BYTES=str(24 * MIB),
    )
    await running.start()
    yield running
    await running.kill()
    print(running.log()[-6000:])


def tone(path: Path, duration_s: int) -> Path:
    """192,000 bytes a second."""
    source = f"sine=440:r=48000:d={duration_s}"
    sounds.ffmpeg(["-f", "lavfi", "-i", source, "-ac", "2", "-c:a", "pcm_s16le", str(path)])
    return path


async def test_a_large_file_is_taken_from_the_disk_up_to_our_own_limit(
    visitor: Visitor, product: Product, tmp_path: Path
) -> None:
    large = tone(tmp_path / "large.wav", 115)
    assert 20 * MIB < large.stat().st_size < 24 * MIB
    sent = await visitor.send_document(large)
    card = await visitor.wait_for(is_ready, CARD_S)
    assert card.reply_to == sent.id

    larger = await visitor.send_document(tone(tmp_path / "larger.wav", 135))
    refusal = await visitor.wait_for(
        lambda message: message.from_bot and message.reply_to == larger.id, CARD_S
    )
    assert "24 MB" in refusal.text
    assert product.log().count("Traceback") == 0
