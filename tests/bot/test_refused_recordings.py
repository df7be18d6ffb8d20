"""Recordings and pictures that cannot be had or opened: what the chat then says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio

from jobs.model import JobKind
from phone.samples import SAMPLES
from phone.visitor import ShownMessage
from pipelines.ingest import ingest
from tests.bot.refusing import Ground, at_work, bench, by_hand, ground, press_first, told

pytestmark = pytest.mark.asyncio(loop_scope="module")
SPEECH, MUSIC, NOISY = (SAMPLES[name].path for name in ("speech", "music", "noisy"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def on(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    async with ground(tmp_path_factory.mktemp("recordings")) as made:
        yield made


async def test_a_file_that_telegram_no_longer_has_is_told_with_its_buttons(on: Ground) -> None:
    asked = await on.noor.send_voice(SPEECH)
    files = await asyncio.to_thread(list, (on.folder / "phone" / "files").glob("voice/*"))
    for kept in files:
        kept.unlink()
    async with at_work(on, {JobKind.INGEST: partial(ingest, bench(on))}):
        await press_first(on.noor, await told(on.noor, asked, "source_gone"))


async def test_a_telegram_that_does_not_answer_is_told_with_its_buttons(on: Ground) -> None:
    await on.owner.add_fault("getFile", "500", times=2)
    async with at_work(on, {JobKind.INGEST: partial(ingest, bench(on))}):
        asked = await on.owner.send_voice(MUSIC)
        await press_first(on.owner, await told(on.owner, asked, "telegram_away"))
        await on.owner.wait_for(lambda m: m.reply_to == asked.id and "Listening" in m.text)


async def card(on: Ground) -> ShownMessage:
    asked = await on.noor.send_voice(SPEECH)
    return await on.noor.wait_for(
        lambda m: m.reply_to == asked.id and m.key("Make video") is not None
    )


async def test_a_cover_that_is_no_picture_and_a_photo_nobody_wears_are_told(
    on: Ground, tmp_path: Path
) -> None:
    broken = tmp_path / "cover.png"
    broken.write_bytes(b"no picture in here\n" * 100)
    async with at_work(on, by_hand(on)):
        shown = await card(on)
    async with at_work(on, {JobKind.INGEST: partial(ingest, bench(on))}):
        await on.noor.send_document(broken)
        assert (await told(on.noor, shown, "not_a_picture")).keys == ()
        await on.noor.press_label(shown, "Look")
        looks = await on.noor.wait_for(lambda m: m.id == shown.id and m.key("Cover") is not None)
        await on.noor.press_label(looks, "Cover")
        ways = await on.noor.wait_for(lambda m: m.key("Use my profile photo") is not None)
        await on.noor.press_label(ways, "profile photo")
        assert (await told(on.noor, shown, "no_profile_photo")).keys == ()


async def test_a_recording_that_takes_too_long_to_look_into_is_told_with_its_buttons(
    on: Ground,
) -> None:
    async with at_work(on, {JobKind.INGEST: partial(ingest, bench(on, probe_s=0.01))}):
        asked = await on.noor.send_voice(NOISY)
        await press_first(on.noor, await told(on.noor, asked, "probe_timed_out"))


async def test_a_sticker_is_told_with_its_buttons(on: Ground) -> None:
    sticker = {
        **{"file_id": "sticker", "file_unique_id": "s", "type": "regular", "width": 512},
        **{"height": 512, "is_animated": False, "is_video": False},
    }
    asked = await on.owner.send_fields(sticker=sticker)
    await press_first(on.owner, await told(on.owner, asked, "errors.UNUSABLE[sticker]"))


async def test_a_file_too_large_where_there_is_no_page_is_told_with_its_limits(
    tmp_path: Path,
) -> None:
    large = tmp_path / "long.wav"
    large.write_bytes(b"RIFF" + bytes(21 * 1024 * 1024))
    async with ground(tmp_path, link_base="", public_url="") as on:
        asked = await on.noor.send_document(large)
        answer = await told(on.noor, asked, "errors.TOO_LARGE_FOR_TELEGRAM")
        assert answer.keys == ()
