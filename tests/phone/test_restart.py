"""What was said on the phone survives any death of its process."""

from __future__ import annotations

import asyncio
import resource
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from phone.chats import Chats
from phone.people import PAGE_USER_ID
from phone.record import Happened, Record
from phone.server import LOCAL_TOKEN, start_phone
from phone.visitor import Visitor

ROOT = Path(__file__).parents[2]
CHAT = PAGE_USER_ID
KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("Make", callback_data="mk:p")]])


@asynccontextmanager
async def phone_process(folder: Path, port: int = 0) -> AsyncIterator[str]:
    """The address of a phone that is killed without warning when the context is left."""
    command = [sys.executable, "-m", "tests.phone.process", str(folder), str(port)]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(20):
            yield (await process.stdout.readline()).decode().strip()
    finally:
        process.send_signal(signal.SIGKILL)
        await process.wait()


@contextmanager
def room_for(path: Path, *, more_bytes: int) -> Iterator[None]:
    """Files may not grow beyond what `path` has now and a little more."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + more_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def bot_at(url: str) -> Bot:
    return Bot(LOCAL_TOKEN, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot")


async def test_a_killed_phone_knows_everything_again(tmp_path: Path) -> None:
    async with phone_process(tmp_path) as url, Visitor(url) as visitor, bot_at(url) as bot:
        await visitor.start("claim_x")
        note = await visitor.send_sample("speech")
        card = await bot.send_message(CHAT, "card", reply_markup=KEYBOARD)
        await bot.edit_message_text("edited", CHAT, card.message_id, reply_markup=KEYBOARD)
        await bot.set_message_reaction(CHAT, note.id, "👀")
        await bot.set_my_commands([("help", "How it works")])
        query_id = await visitor.press(card.message_id, "mk:p")
        updates = await bot.get_updates()
        await bot.get_updates(offset=updates[0].update_id + 1, timeout=0)
        before = [message.raw for message in await visitor.messages()]

    async with phone_process(tmp_path) as url, Visitor(url) as visitor, bot_at(url) as bot:
        assert [message.raw for message in await visitor.messages()] == before
        assert await visitor.reactions(note.id) == ["👀"]
        assert (await bot.get_my_commands())[0].command == "help"
        again = await bot.get_updates()
        assert [update.update_id for update in again] == [
            update.update_id for update in updates[1:]
        ]
        assert await bot.answer_callback_query(query_id, "On it")
        assert await visitor.wait_for_toast(query_id) == "On it"
        saved = tmp_path / "saved.ogg"
        await visitor.download(note.file_id, saved)
        file = await bot.get_file(note.file_id)
        assert bytes(await file.download_as_bytearray()) == saved.read_bytes()
        fresh = await visitor.send_text("still here?")
        assert fresh.id > before[-1]["message_id"]
        assert (await bot.get_updates())[-1].update_id > updates[-1].update_id


async def test_somebody_who_waits_outlives_a_restart(tmp_path: Path) -> None:
    async with phone_process(tmp_path) as url, Visitor(url) as visitor:
        await visitor.start()
        port = int(url.rpartition(":")[2])
    async with Visitor(url) as visitor:
        waiting = asyncio.create_task(visitor.wait_for(lambda message: message.from_bot, 15.0))
        await asyncio.sleep(0.1)
        async with phone_process(tmp_path, port) as url, bot_at(url) as bot:
            await bot.send_message(CHAT, "back")
            assert (await waiting).text == "back"


async def test_two_phones_do_not_share_a_record(tmp_path: Path) -> None:
    first = await start_phone(tmp_path)
    with pytest.raises(BlockingIOError):
        await start_phone(tmp_path)
    await first.stop()
    await (await start_phone(tmp_path)).stop()


async def test_a_port_that_is_taken_leaves_the_record_free(tmp_path: Path) -> None:
    first = await start_phone(tmp_path / "one")
    port = int(first.url.rpartition(":")[2])
    with pytest.raises(OSError, match="address already in use"):
        await start_phone(tmp_path / "two", port=port)
    await first.stop()
    await (await start_phone(tmp_path / "two", port=port)).stop()


def test_a_torn_line_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "record.jsonl"
    record = Record(path)
    record.open()
    record.append(Happened.PROFILE, {"field": "name:", "value": "one"}, 1.0)
    record.close()
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"number":2,"at":2.0,"ki')
    assert len(record.open()) == 1
    record.append(Happened.PROFILE, {"field": "name:", "value": "two"}, 3.0)
    record.close()
    chats = Chats(Record(path))
    chats.open()
    assert chats.profile == {"name:": "two"}
    assert [event.number for event in chats.events] == [1, 2]
    chats.close()


def test_a_full_disk_leaves_no_torn_line(tmp_path: Path) -> None:
    record = Record(tmp_path / "record.jsonl")
    record.open()
    record.append(Happened.PROFILE, {"field": "name:", "value": "one"}, 1.0)
    with room_for(tmp_path / "record.jsonl", more_bytes=40), pytest.raises(OSError, match="room"):
        record.append(Happened.PROFILE, {"field": "name:", "value": "x" * 500}, 2.0)
    record.append(Happened.PROFILE, {"field": "name:", "value": "two"}, 3.0)
    record.close()
    assert [event.number for event in record.open()] == [1, 2]
    record.close()
