"""What comes back instead of an answer, from the library and the phone as they are."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Bot

from bot.refusals import (
    Away,
    CallFailed,
    OtherPoller,
    Rejected,
    TokenRefused,
    TooOld,
    Unsure,
    calling,
)
from phone.people import PAGE_USER_ID
from phone.server import Phone
from phone.visitor import Visitor


@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        ({"trouble": "500"}, Away),
        ({"trouble": "refuse", "code": 502, "description": "Bad Gateway"}, Away),
        ({"trouble": "drop"}, Unsure),
        ({"trouble": "disconnect"}, Unsure),
        ({"trouble": "refuse", "code": 409, "description": "Conflict: x"}, OtherPoller),
        ({"trouble": "refuse", "code": 401, "description": "Unauthorized"}, TokenRefused),
        ({"trouble": "refuse", "code": 400, "description": "Bad Request: nonsense"}, Rejected),
        ({"trouble": "refuse", "code": 413, "description": "Request Entity Too Large"}, Rejected),
    ],
)
async def test_every_refusal_has_a_meaning(
    bot: Bot, visitor: Visitor, fault: dict[str, Any], meaning: type[CallFailed]
) -> None:
    await visitor.add_fault("sendMessage", **fault)
    with pytest.raises(CallFailed) as refused, calling():
        await bot.send_message(PAGE_USER_ID, "hello")
    assert type(refused.value) is meaning


async def test_silence_leaves_us_unsure(bot: Bot, visitor: Visitor) -> None:
    await visitor.add_fault("sendMessage", "timeout", seconds=5.0)
    with pytest.raises(Unsure), calling():
        await bot.send_message(PAGE_USER_ID, "hello", read_timeout=0.2)


async def test_a_server_that_is_not_there_did_nothing(bot: Bot, phone: Phone) -> None:
    await phone.stop()
    with pytest.raises(Away), calling():
        await bot.send_message(PAGE_USER_ID, "hello")


async def test_an_old_press_is_too_old(bot: Bot) -> None:
    with pytest.raises(TooOld), calling():
        await bot.answer_callback_query("4711")


async def test_a_refused_token_is_not_repeated_in_the_message(phone: Phone) -> None:
    wrong = "7000000001:another-token-that-opens-nothing"
    bot = Bot(wrong, base_url=f"{phone.url}/bot")
    with pytest.raises(TokenRefused) as refused, calling():
        await bot.initialize()
    assert wrong not in str(refused.value)
    await bot.shutdown()
