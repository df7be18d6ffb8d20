"""The line below a chat's name is repeated as often as it must be, and not with every other's."""

from __future__ import annotations

import asyncio

from telegram import Bot

from bot.actions import Actions
from bot.pace import Pace
from phone.server import Phone
from phone.visitor import Visitor
from tests.worker.shop import until

EVERY_S = 30.0
CHATS = range(1, 7)


async def test_what_begins_in_one_chat_is_not_repeated_in_all_others(
    bot: Bot, phone: Phone
) -> None:
    now = 1000.0
    actions = Actions(bot, Pace(), every_s=EVERY_S, clock=lambda: now)
    for chat_id in CHATS:
        async with Visitor(phone.url, user_id=chat_id, name="Kim") as visitor:
            await visitor.start()

    def shown() -> list[int]:
        calls = phone.api.journal.after(0)
        chats = [int(call["chat_id"]) for call in calls if call["method"] == "sendChatAction"]
        return [chats.count(chat_id) for chat_id in CHATS]

    running = asyncio.create_task(actions.run())
    for begun in range(5):
        actions.making(f"project{begun}", begun + 1, is_so=True)
        await until(lambda most=begun + 1: sum(shown()) == most)  # type: ignore[misc]
    assert shown() == [1, 1, 1, 1, 1, 0]
    actions.making("project0", 1, is_so=False)
    now += EVERY_S + 1.0
    actions.making("project5", 6, is_so=True)
    await until(lambda: sum(shown()) == 10)
    assert shown() == [1, 2, 2, 2, 2, 1]
    running.cancel()
