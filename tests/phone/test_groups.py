"""A group as the Bot API shows it: who hears what, and what is refused once it is another chat."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from telegram import Bot
from telegram.error import ChatMigrated

from phone.visitor import PhoneRefused, Visitor
from tests.phone.wire import Wire

GROUP = -5_000
SUPERGROUP = -1_000_000_005_000


@pytest.fixture
async def group(wire: Wire, visitor: Visitor) -> AsyncIterator[Visitor]:
    async with Visitor(wire.phone.url, chat_id=GROUP) as made:
        await made.send_text("hello both")
        yield made


async def test_a_command_for_another_bot_is_not_heard(wire: Wire, group: Visitor) -> None:
    for words in ("/video@another_bot", "/video@Pocketreel_bot now", "/video"):
        await group.send_text(words)
    updates = (await wire.call("getUpdates")).result
    heard = [update["message"]["text"] for update in updates if "message" in update]
    assert heard[1:] == ["/video@Pocketreel_bot now", "/video"]


async def test_a_bot_that_was_put_out_is_refused_in_telegrams_words(
    wire: Wire, group: Visitor
) -> None:
    await group.block()
    sent = await wire.call("sendMessage", chat_id=GROUP, text="hello?")
    assert sent.refusal == (403, "Forbidden: bot was kicked from the group chat")
    await group.block(blocked=False)
    assert (await wire.call("sendMessage", chat_id=GROUP, text="hello!")).result


async def test_a_group_that_became_a_supergroup_says_where_it_is(
    wire: Wire, bot: Bot, group: Visitor
) -> None:
    assert await group.upgrade() == SUPERGROUP
    sent = await wire.call("sendMessage", chat_id=GROUP, text="hello?")
    assert sent.refusal == (400, "Bad Request: group chat was upgraded to a supergroup chat")
    assert sent.body["parameters"] == {"migrate_to_chat_id": SUPERGROUP}
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(GROUP, "hello?")
    assert moved.value.new_chat_id == SUPERGROUP
    message = await bot.send_message(SUPERGROUP, "hello!")
    assert message.chat.type == "supergroup"
    *_, leaving, coming = (await wire.call("getUpdates")).result
    assert leaving["message"]["migrate_to_chat_id"] == SUPERGROUP
    assert coming["message"]["migrate_from_chat_id"] == GROUP


async def test_only_a_basic_group_becomes_a_supergroup(group: Visitor, visitor: Visitor) -> None:
    await group.upgrade()
    for chat in (group, visitor):
        with pytest.raises(PhoneRefused, match="no basic group"):
            await chat.upgrade()
