"""A whole bot in a group: when it speaks, who steers, and what is nobody else's business."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from conversations import words
from jobs.model import JobKind, Role
from jobs.opening import Store
from phone.people import PAGE_USER_ID
from phone.server import Phone
from phone.visitor import ShownMessage, Visitor
from storage.local import LocalStorage
from tests.bot.band import BOT, EVE, GROUP, NOOR, SPEECH, Band, answers, playing


@pytest.fixture
async def band(
    phone: Phone, store: Store, storage: LocalStorage, tmp_path: Path
) -> AsyncIterator[Band]:
    async with playing(phone, store, storage, tmp_path) as made:
        yield made


async def said_by_bot(visitor: Visitor) -> list[str]:
    return [message.text for message in await visitor.messages() if message.from_bot]


def shows(card: ShownMessage, label: str) -> Callable[[ShownMessage], bool]:
    return lambda message: message.id == card.id and message.key(label) is not None


async def test_what_is_not_meant_for_the_bot_leads_to_nothing(band: Band) -> None:
    await band.robin.send_text("hello everybody")
    await band.robin.send_voice(SPEECH)
    await band.robin.send_text("/help")
    await band.robin.send_text("/video@another_bot")
    await band.robin.send_text("hey @another_bot")
    last = await band.robin.send_text(f"{BOT}")
    told = await band.robin.wait_for(answers(last))
    assert told.text.startswith("Reply to a recording with /video")
    assert await said_by_bot(band.robin) == [told.text]


async def test_a_recording_that_names_the_bot_becomes_a_video_in_the_group(band: Band) -> None:
    asked = await band.noor.send_voice(SPEECH, caption=f"Our song {BOT}")
    card = await band.heard(band.noor, asked)
    assert card.text.startswith("Our song")
    video = await band.video(band.noor, card)
    ping = await band.noor.wait_for(lambda m: m.from_bot and "ready" in m.text)
    assert (video.reply_to, ping.reply_to) == (asked.id, asked.id)


async def test_only_the_sender_steers_the_card(band: Band) -> None:
    card = await band.card(band.noor)
    before = await band.store.projects.newest_open(NOOR, GROUP)
    for other in (band.robin, band.eve):
        query = await other.press_label(card, "Make video")
        assert (await other.wait_for_toast(query)).startswith("Only Noor can steer this one.")
    asked = await band.robin.send_text("square", reply_to=card.id)
    told = await band.robin.wait_for(answers(asked))
    assert told.text.startswith("Only Noor can steer this one.")
    assert await band.store.projects.newest_open(NOOR, GROUP) == before
    await band.noor.press_label(card, "Trim")
    await band.noor.wait_for(shows(card, "Done"))
    assert await band.store.people.get(EVE) is None


async def test_a_strangers_recording_is_steered_by_who_asked_for_it(band: Band) -> None:
    note = await band.eve.send_voice(SPEECH)
    await band.robin.send_text("/video", reply_to=note.id)
    card = await band.heard(band.robin, note)
    project = await band.store.projects.newest_open(PAGE_USER_ID, GROUP)
    assert project is not None
    assert project.edit is not None
    assert project.edit.subtitle == "Eve"
    assert project.source.portrait_of == 0  # nor is Robin's face shown to her voice
    query = await band.eve.press_label(card, "Make video")
    assert (await band.eve.wait_for_toast(query)).startswith("Only Robin can steer this one.")


async def test_a_members_recording_is_steered_by_them_whoever_asked(band: Band) -> None:
    note = await band.noor.send_voice(SPEECH)
    await band.robin.send_text("/video", reply_to=note.id)
    card = await band.heard(band.noor, note)
    query = await band.robin.press_label(card, "Make video")
    assert (await band.robin.wait_for_toast(query)).startswith("Only Noor can steer this one.")
    project = await band.store.projects.newest_open(NOOR, GROUP)
    assert project is not None
    assert project.edit is not None
    assert project.edit.subtitle == ""
    asked = await band.robin.send_text(f"{BOT} square", reply_to=note.id)
    told = await band.robin.wait_for(answers(asked))
    assert told.text.startswith("Only Noor can steer this one.")
    await band.noor.press_label(card, "Look")
    await band.noor.wait_for(shows(card, "9:16"))


async def test_a_recording_is_also_made_by_naming_the_bot_in_answer_to_it(band: Band) -> None:
    note = await band.noor.send_voice(SPEECH)
    await band.noor.send_text(f"{BOT} please", reply_to=note.id)
    await band.heard(band.noor, note)
    # Now that there is a card, words that answer the recording are about the card.
    asked = await band.noor.send_text(f"{BOT} 0:02-0:09", reply_to=note.id)
    told = await band.noor.wait_for(answers(asked))
    assert "Keeping 0:02" in told.text


async def test_a_link_is_made_by_naming_the_bot_or_by_the_command(band: Band) -> None:
    link = "https://example.com/talk.mp3"
    for words_said in (f"/video {link}", f"{BOT} {link}", f"/video{BOT} {link}"):
        asked = await band.robin.send_text(words_said)
        await band.robin.wait_for(answers(asked))
    shown = await band.robin.send_text(f"look at {link}")
    asked = await band.robin.send_text("/video", reply_to=shown.id)
    await band.robin.wait_for(answers(asked))
    ingests = [await band.hands.claim(JobKind.INGEST) for _ in range(4)]
    assert {str(job.input["url"]) for job in ingests} == {link}


async def test_a_command_alone_tells_how_it_is_meant(band: Band) -> None:
    for command in ("/video", f"/help{BOT}", f"/start{BOT}"):
        asked = await band.robin.send_text(command)
        told = await band.robin.wait_for(answers(asked))
        assert told.text == words.groups.HOW.en.format(bot=BOT[1:])


async def test_what_concerns_a_person_alone_is_for_their_own_chat(band: Band) -> None:
    for name in ("apikey", "people", "usage", "videos", "defaults", "language", "doctor"):
        asked = await band.robin.send_text(f"/{name}{BOT}")
        told = await band.robin.wait_for(answers(asked))
        assert told.text == words.groups.ALONE.en
        assert [key.url for row in told.keys for key in row] == [f"https://t.me/{BOT[1:]}"]
    assert await band.store.api_keys.of_person(PAGE_USER_ID) == ()


async def test_buttons_about_a_person_do_nothing_in_a_group(band: Band) -> None:
    card = await band.card(band.noor)
    for data in ("kn", "dm", "ap:1", "st:follow:0", "lg:de", "hs:0", f"iv:{EVE}:y", "ak"):
        for presser in (band.robin, band.eve):
            await presser.wait_for_toast(await presser.press(card.id, data))
    assert await band.store.api_keys.of_person(PAGE_USER_ID) == ()
    assert not (await band.store.habits.of(PAGE_USER_ID)).autopilot
    assert {person.role for person in await band.store.people.all()} == {Role.OWNER, Role.GUEST}


async def test_who_may_not_use_the_bot_is_told_once(band: Band) -> None:
    card = await band.card(band.noor)
    await band.eve.send_text("that is lovely", reply_to=card.id)
    first = await band.eve.send_voice(SPEECH, caption=BOT)
    told = await band.eve.wait_for(answers(first))
    assert told.text == words.groups.OUTSIDER.en
    assert told.key("Open our chat") is not None
    for again in (BOT, "/video", f"/help{BOT}"):
        await band.eve.send_text(again)
    last = await band.noor.send_text(BOT)
    await band.noor.wait_for(answers(last))
    assert (await said_by_bot(band.noor)).count(told.text) == 1
    assert await band.store.projects.newest_open(EVE, GROUP) is None


async def test_who_was_told_in_a_group_can_still_ask(band: Band, phone: Phone) -> None:
    asked = await band.eve.send_text(BOT)
    await band.eve.wait_for(answers(asked))
    async with Visitor(phone.url, user_id=EVE, name="Eve") as alone:
        await alone.start()
        refused = await alone.wait_for(lambda m: m.key("Ask") is not None)
        await alone.press_label(refused, "Ask")
        async with Visitor(phone.url) as owner:
            await owner.start()
            question = await owner.wait_for(lambda m: m.key("Yes") is not None)
            await owner.press_label(question, "Yes")
        await alone.wait_for(lambda m: m.text.startswith("You're in."))
    note = await band.eve.send_voice(SPEECH, caption=BOT)
    await band.heard(band.eve, note)


async def test_two_senders_have_a_card_each(band: Band) -> None:
    mine = await band.robin.send_voice(SPEECH, caption=BOT)
    theirs = await band.noor.send_voice(SPEECH, caption=BOT)
    await band.hands.do(JobKind.INGEST, JobKind.INGEST, JobKind.LOOK, JobKind.LOOK)
    for sender, asked, other in ((band.robin, mine, band.noor), (band.noor, theirs, band.robin)):
        card = await sender.wait_for(answers(asked, "Make video"))
        query = await other.press_label(card, "Look")
        assert "can steer" in await other.wait_for_toast(query)
        await sender.press_label(card, "Look")
        await sender.wait_for(shows(card, "9:16"))


async def test_words_go_to_the_speakers_own_newest_card(band: Band) -> None:
    await band.card(band.noor)
    await band.card(band.robin)
    asked = await band.noor.send_text(f"{BOT} square")
    await band.noor.wait_for(answers(asked))
    hers = await band.store.projects.newest_open(NOOR, GROUP)
    his = await band.store.projects.newest_open(PAGE_USER_ID, GROUP)
    assert hers is not None
    assert his is not None
    assert hers.edit is not None
    assert his.edit is not None
    assert (hers.edit.shape, his.edit.shape) == ("s", "v")


async def test_nobody_in_particular_is_nobody(band: Band) -> None:
    group = {"id": GROUP, "type": "group", "title": "Group"}
    channel = {"id": -1_000_000_000_777, "type": "channel", "title": "News"}
    named = {"text": BOT, "entities": [{"type": "mention", "offset": 0, "length": len(BOT)}]}
    for sender in (group, channel):
        await band.robin.send_fields(sender_chat=sender, **named)
    await band.robin.send_fields(sender_chat=channel, is_automatic_forward=True, **named)
    last = await band.robin.send_text(BOT)
    await band.robin.wait_for(answers(last))
    assert len(await said_by_bot(band.robin)) == 1


async def test_stickers_in_answer_to_the_bot_are_talk(band: Band) -> None:
    card = await band.card(band.noor)
    replied = {"message_id": card.id, "date": 1, "chat": {"id": GROUP, "type": "group"}}
    await band.noor.send_fields(dice={"emoji": "🎲", "value": 3}, reply_to_message=replied)
    last = await band.noor.send_text(BOT)
    await band.noor.wait_for(answers(last))
    assert len(await said_by_bot(band.noor)) == 2


async def test_a_bot_that_nobody_owns_cannot_be_claimed_in_a_group(
    phone: Phone, store: Store, storage: LocalStorage, tmp_path: Path
) -> None:
    code = await store.people.claim_code()
    async with playing(phone, store, storage, tmp_path) as band:
        await store.database.execute("DELETE FROM people")
        asked = await band.eve.send_text(f"/start{BOT} claim_{code}")
        told = await band.eve.wait_for(answers(asked))
        assert told.text == words.people.UNOWNED.en
        assert await store.people.owner() is None


async def test_a_card_is_forgotten_where_it_is(band: Band) -> None:
    card = await band.card(band.noor)
    await band.noor.send_text(f"/forget{BOT}")
    asked = await band.noor.wait_for(lambda m: m.key("Delete it now") is not None)
    query = await band.robin.press_label(asked, "Delete it now")
    assert "Only Noor can steer" in await band.robin.wait_for_toast(query)
    await band.noor.press_label(asked, "Delete it now")
    await band.noor.wait_for(lambda m: m.id == card.id and not m.keys)
    assert await band.store.projects.newest_open(NOOR, GROUP) is None
