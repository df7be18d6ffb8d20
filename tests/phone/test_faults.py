"""Trouble that was ordered comes, in the form that was ordered, and then it is over."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import aiohttp
import pytest
from telegram import Bot
from telegram.error import BadRequest, NetworkError, RetryAfter, TimedOut

from phone.people import PAGE_USER_ID
from phone.visitor import PhoneRefused, Visitor
from tests.phone.wire import Wire

CHAT = PAGE_USER_ID


async def bot_texts(visitor: Visitor) -> list[str]:
    return [message.text for message in await visitor.messages() if message.from_bot]


# The library's error warns of its own attribute whenever it is made.
@pytest.mark.filterwarnings("ignore:.*retry_after")
@pytest.mark.parametrize(
    ("trouble", "more", "error"),
    [
        ("429", {"retry_after": 7}, RetryAfter),
        ("500", {}, NetworkError),
        ("refuse", {"description": "Bad Request: VOICE_MESSAGES_FORBIDDEN"}, BadRequest),
        ("disconnect", {}, NetworkError),
        ("timeout", {"seconds": 0.1}, NetworkError),
    ],
)
async def test_trouble_before_the_answer_leaves_nothing_behind(
    bot: Bot, visitor: Visitor, trouble: str, more: Mapping[str, Any], error: type[Exception]
) -> None:
    await visitor.add_fault("sendMessage", trouble, **more)
    with pytest.raises(error):
        await bot.send_message(CHAT, "first")
    await bot.send_message(CHAT, "second")
    assert await bot_texts(visitor) == ["second"]


async def test_a_dropped_answer_was_applied(bot: Bot, visitor: Visitor) -> None:
    await visitor.add_fault("sendMessage", "drop")
    with pytest.raises(NetworkError):
        await bot.send_message(CHAT, "first")
    assert await bot_texts(visitor) == ["first"]


async def test_a_slow_answer_comes_late(bot: Bot, visitor: Visitor) -> None:
    await visitor.add_fault("sendMessage", "slow", seconds=0.3)
    started = time.monotonic()
    await bot.send_message(CHAT, "first")
    assert time.monotonic() - started > 0.25


async def test_a_slow_answer_can_be_too_slow(bot: Bot, visitor: Visitor) -> None:
    await visitor.add_fault("sendMessage", "slow", seconds=5)
    with pytest.raises(TimedOut):
        await bot.send_message(CHAT, "first", read_timeout=0.2)


async def test_trouble_waits_for_its_method_and_its_turns(wire: Wire, visitor: Visitor) -> None:
    await visitor.add_fault("sendMessage", "500", times=2)
    assert (await wire.call("getMe")).body["ok"]
    statuses = [(await wire.call("SENDMESSAGE", chat_id=CHAT, text="a")).status for _ in range(3)]
    assert statuses == [500, 500, 200]


async def test_trouble_can_meet_any_method_and_downloads(
    bot: Bot, wire: Wire, visitor: Visitor
) -> None:
    await visitor.send_sample("speech")
    message = (await bot.get_updates())[-1].message
    assert message is not None
    assert message.voice is not None
    file = await bot.get_file(message.voice.file_id)
    await visitor.add_fault("file", "500")
    with pytest.raises(NetworkError):
        await file.download_as_bytearray()
    assert len(await file.download_as_bytearray()) == message.voice.file_size
    await visitor.add_fault("*", "500")
    assert (await wire.call("getMe")).status == 500


async def test_trouble_can_be_called_off(wire: Wire, visitor: Visitor) -> None:
    await visitor.add_fault("getMe", "500", times=5)
    async with wire.session.delete(f"{wire.phone.url}/phone/faults") as answer:
        assert await answer.json() == []
    assert (await wire.call("getMe")).body["ok"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"trouble": "earthquake"},
        {"trouble": "500", "times": 0},
        {"trouble": "500", "times": "many"},
        {"trouble": "slow", "seconds": float(10**9)},
        {"trouble": "500", "colour": "red"},
    ],
)
async def test_trouble_of_no_known_kind_is_refused(
    visitor: Visitor, wrong: Mapping[str, Any]
) -> None:
    with pytest.raises(PhoneRefused, match="that is no fault"):
        await visitor.add_fault("getMe", **wrong)


async def test_the_journal_tells_each_call_and_its_trouble(wire: Wire, visitor: Visitor) -> None:
    await visitor.add_fault("sendMessage", "429", retry_after=4)
    await wire.call("sendMessage", chat_id=CHAT, text="a" * 300)
    await wire.call("getMe")
    flooded, me = await visitor.journal()
    assert (flooded["method"], flooded["code"], flooded["trouble"]) == ("sendMessage", 429, "429")
    assert flooded["chat_id"] == str(CHAT)
    assert flooded["sent_bytes"] > 300
    assert len(flooded["params"]["text"]) == 121
    assert (me["method"], me["code"], me["trouble"]) == ("getMe", 200, "")
    assert await visitor.journal(after=flooded["number"]) == [me]


async def test_the_line_is_cut_without_a_word(wire: Wire, visitor: Visitor) -> None:
    await visitor.add_fault("getMe", "disconnect")
    with pytest.raises(aiohttp.ClientError):
        await wire.call("getMe")
