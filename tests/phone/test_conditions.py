"""What is switched on behind the chat goes wrong for the bot, and stops when it is switched off."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot
from telegram.error import BadRequest, RetryAfter

from phone.limits import MIB
from phone.people import PAGE_USER_ID
from phone.visitor import Visitor
from tests.phone.standin import keys
from tests.phone.wire import Wire
from tests.sounds import tone, write

CHAT = PAGE_USER_ID
BACKSTAGE = "/phone/backstage"


async def switch(wire: Wire, **conditions: Any) -> int:
    url = f"{wire.phone.url}{BACKSTAGE}/conditions"
    async with wire.session.post(url, json=conditions) as answer:
        return answer.status


async def strike(wire: Wire, what: str, **more: Any) -> dict[str, Any]:
    async with wire.session.post(f"{wire.phone.url}{BACKSTAGE}/{what}", json=more) as answer:
        return dict(await answer.json())


async def seen(wire: Wire) -> dict[str, Any]:
    async with wire.session.get(f"{wire.phone.url}{BACKSTAGE}") as answer:
        return dict(await answer.json())


async def test_a_slow_line_makes_every_call_late(wire: Wire) -> None:
    await switch(wire, slow=True)
    started = time.monotonic()
    await wire.call("getMe")
    assert time.monotonic() - started > 1.4
    await switch(wire, slow=False)
    started = time.monotonic()
    await wire.call("getMe")
    assert time.monotonic() - started < 1.4


async def test_a_person_can_forbid_voice_notes(bot: Bot, wire: Wire, visitor: Visitor) -> None:
    await visitor.send_sample("speech")
    note = (await visitor.messages())[-1]
    await switch(wire, no_voices=True)
    with pytest.raises(BadRequest, match="Voice_messages_forbidden"):
        await bot.send_voice(CHAT, note.file_id)
    await switch(wire, no_voices=False)
    assert (await bot.send_voice(CHAT, note.file_id)).voice


async def test_a_late_press_arrives_and_cannot_be_answered(
    bot: Bot, wire: Wire, visitor: Visitor
) -> None:
    await switch(wire, late_presses=True)
    card = await bot.send_message(CHAT, "Card", reply_markup=keys([("Trim", "vw:1")]))
    await visitor.press(card.message_id, "vw:1")
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    assert query.data == "vw:1"
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(query.id)


@pytest.mark.parametrize("wrong", [{"earthquake": True}, {"slow": "very"}, {"slow": 1}])
async def test_a_condition_of_no_known_kind_is_refused(wire: Wire, wrong: dict[str, Any]) -> None:
    assert await switch(wire, **wrong) == 400
    assert not any((await seen(wire))["conditions"].values())


# The library's error warns of its own attribute whenever it is made.
@pytest.mark.filterwarnings("ignore:.*retry_after")
async def test_a_flood_shuts_one_chat_for_as_long_as_it_lasts(
    bot: Bot, wire: Wire, visitor: Visitor
) -> None:
    async with Visitor(wire.phone.url, user_id=5, name="Sam") as other:
        await other.start()
    await strike(wire, "flood", seconds=60)
    assert 59 < (await seen(wire))["shut_s"] <= 60
    with pytest.raises(RetryAfter):
        await bot.send_message(CHAT, "one")
    await bot.send_message(5, "two")
    await strike(wire, "flood", seconds=0)
    await bot.send_message(CHAT, "three")


async def test_a_button_that_an_edit_took_away_can_still_be_pressed(
    bot: Bot, wire: Wire, visitor: Visitor
) -> None:
    card = await bot.send_message(CHAT, "Listening", reply_markup=keys([("Stop", "jx:1")]))
    assert "no button has gone yet" in (await strike(wire, "gone"))["description"]
    new = keys([("Make video", "mk:1"), ("Trim", "vw:1")])
    await bot.edit_message_text("Card", CHAT, card.message_id, reply_markup=new)
    assert await strike(wire, "gone") == {"label": "Stop"}
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    assert query.data == "jx:1"
    fewer = keys([("Make video", "mk:1")])
    await bot.edit_message_text("Card", CHAT, card.message_id, reply_markup=fewer)
    assert await strike(wire, "gone") == {"label": "Trim"}
    back = keys([("Make video", "mk:1"), ("Trim", "vw:1")])
    await bot.edit_message_text("Card", CHAT, card.message_id, reply_markup=back)
    assert await strike(wire, "gone") == {"label": "Stop"}


async def test_a_file_of_64_mb_is_more_than_a_bot_may_fetch(
    bot: Bot, wire: Wire, visitor: Visitor, tmp_path: Path
) -> None:
    await strike(wire, "large")
    song = (await visitor.messages())[-1]
    assert (song.kind, song.media["file_size"], song.media["duration"]) == ("audio", 64 * MIB, 350)
    with pytest.raises(BadRequest, match="File is too big"):
        await bot.get_file(song.file_id)
    kept = next((tmp_path / "phone" / "files" / "music").iterdir())
    assert kept.stat().st_blocks * 512 < MIB  # nearly all of it is a hole


async def test_calls_are_told_with_their_sizes_and_times(
    bot: Bot, wire: Wire, visitor: Visitor, tmp_path: Path
) -> None:
    sound = write(tmp_path / "tone.mp3", tone(1.0)).read_bytes()
    await bot.send_audio(CHAT, sound)
    now = await seen(wire)
    call = now["calls"][-1]
    assert (call["method"], call["code"], call["chat_id"]) == ("sendAudio", 200, str(CHAT))
    assert call["sent_bytes"] >= len(sound)
    assert call["answer_bytes"] > 100
    assert call["took_s"] > 0
    assert now["per_minute"] == 60
    assert now["home"] is None


async def test_only_a_home_can_be_asked_for_what_only_a_home_can_do(wire: Wire) -> None:
    for what in ("restart", "kill"):
        assert (await strike(wire, what))["error_code"] == 404


async def test_the_claim_is_offered_to_the_owners_phone_alone(wire: Wire) -> None:
    wire.phone.start_parameter = "claim_abc"
    async with wire.session.get(f"{wire.phone.url}/phone/state") as answer:
        assert (await answer.json())["start_parameter"] == "claim_abc"
    async with wire.session.get(f"{wire.phone.url}/phone/state?user=5") as answer:
        assert (await answer.json())["start_parameter"] == ""
