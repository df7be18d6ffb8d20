"""Who speaks too often is told how long to wait, and refused until then."""

from __future__ import annotations

import asyncio

import pytest
from telegram import Bot
from telegram.error import RetryAfter

from phone.floods import Floods
from phone.limits import Limits
from phone.people import PAGE_USER_ID
from phone.refusals import Refusal
from phone.visitor import Visitor
from tests.phone.wire import Wire

CHAT = PAGE_USER_ID


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limits() -> Limits:
    """Telegram's."""
    return Limits()


@pytest.fixture
def floods(clock: Clock, limits: Limits) -> Floods:
    return Floods(limits, clock)


def flood_wait(floods: Floods, chat_id: int, count: int = 1) -> int:
    """How long the bot is told to wait; 0 when its message is taken."""
    try:
        floods.spend(chat_id, count)
    except Refusal as refused:
        return refused.retry_after
    return 0


def test_one_message_a_second_is_no_flood(floods: Floods, clock: Clock) -> None:
    for _ in range(100):
        assert flood_wait(floods, 1) == 0
        clock.now += 1.0


def test_a_flooded_chat_is_shut_until_the_time_is_over(floods: Floods, clock: Clock) -> None:
    waits = [flood_wait(floods, 1) for _ in range(7)]
    assert waits == [0, 0, 0, 0, 0, 3, 3]
    assert flood_wait(floods, 2) == 0  # another chat is not
    clock.now += 1.5
    assert flood_wait(floods, 1) == 2
    clock.now += 1.5
    assert flood_wait(floods, 1) == 0


def test_thirty_a_second_are_taken_overall(floods: Floods, clock: Clock) -> None:
    assert [flood_wait(floods, chat) for chat in range(1, 31)] == [0] * 30
    assert flood_wait(floods, 31) > 0
    clock.now += 10.0
    assert flood_wait(floods, 31) == 0


def test_a_group_takes_twenty_a_minute(floods: Floods, clock: Clock) -> None:
    for _ in range(20):
        assert flood_wait(floods, -1) == 0
        clock.now += 1.0
    assert flood_wait(floods, -1) == 40  # the first leaves the minute then
    clock.now += 40.0
    assert flood_wait(floods, -1) == 0


def test_an_album_counts_as_its_messages(floods: Floods) -> None:
    assert flood_wait(floods, 1, 10) == 0
    assert flood_wait(floods, 1) > 5


async def test_edits_count_and_other_calls_do_not(wire: Wire, visitor: Visitor) -> None:
    sent = await wire.call("sendMessage", chat_id=CHAT, text="0")
    message_id = sent.result["message_id"]
    for number in range(1, 5):
        answer = await wire.call(
            "editMessageText", chat_id=CHAT, message_id=message_id, text=str(number)
        )
        assert answer.body["ok"]
    flooded = await wire.call("editMessageText", chat_id=CHAT, message_id=message_id, text="5")
    assert flooded.refusal == (429, "Too Many Requests: retry after 3")
    assert flooded.body["parameters"] == {"retry_after": 3}
    for method in ("sendChatAction", "deleteMessage"):
        answer = await wire.call(method, chat_id=CHAT, message_id=message_id, action="typing")
        assert answer.body["ok"]


# The library's error warns of its own attribute whenever it is made.
@pytest.mark.filterwarnings("ignore:.*retry_after")
async def test_the_bot_library_hears_how_long_to_wait(bot: Bot, visitor: Visitor) -> None:
    with pytest.raises(RetryAfter) as caught:
        await asyncio.gather(*(bot.send_message(CHAT, str(number)) for number in range(8)))
    # Whether the attribute is a number or a timedelta depends on the environment.
    assert caught.value.__reduce__()[1] == (3,)
