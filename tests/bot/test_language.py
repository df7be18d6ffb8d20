"""A whole bot speaks to everybody as their Telegram does, or as they chose."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from telegram import Bot, BotCommandScopeChat

from conversations import words
from conversations.words.text import Language
from jobs.errors import ErrorClass
from jobs.model import JobKind, Person, Role
from jobs.opening import Store
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.server import Phone
from phone.visitor import Visitor
from storage.local import LocalStorage
from tests.bot.life import Hands, living, settings_for
from tests.worker.shop import until

GUEST = 7_001_002
GROUP = -5_000


@pytest.fixture
async def guest(
    phone: Phone, store: Store, storage: LocalStorage, tmp_path: Path
) -> AsyncIterator[Visitor]:
    """Kim, whose Telegram speaks German, and who was let in by an owner who speaks Spanish."""
    for user_id, name, language, role in (
        (PAGE_USER_ID, PAGE_USER_NAME, "es", Role.OWNER),
        (GUEST, "Kim", "de", Role.GUEST),
    ):
        await store.people.put(Person(id=user_id, name=name, language=language, role=role))
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(living(settings_for(phone, tmp_path), store, storage))
        kim = Visitor(phone.url, user_id=GUEST, name="Kim", language="de-CH")
        yield await stack.enter_async_context(kim)


async def chose(store: Store, language: str) -> bool:
    kim = await store.people.get(GUEST)
    return kim is not None and kim.chosen_language == language


async def offers(bot: Bot, chat_id: int, about: str) -> bool:
    """Whether the chat's own list of commands has one that is described like that."""
    offered = await bot.get_my_commands(scope=BotCommandScopeChat(chat_id))
    return about in [command.description for command in offered]


async def speaks(bot: Bot, code: str, language: Language) -> bool:
    """Whether somebody whose app asks with that code is told everything in the language."""
    offered = await bot.get_my_commands(language_code=code)
    told = {command.command: command.description for command in offered}
    long, short = await bot.get_my_description(code), await bot.get_my_short_description(code)
    return (
        told == {name: about.to(language) for name, about in words.commands.COMMANDS.items()}
        and long.description == words.commands.DESCRIPTION.to(language)
        and short.short_description == words.commands.SHORT_DESCRIPTION.to(language)
    )


async def test_a_card_its_failure_and_its_ping_are_in_the_language_of_its_owner(
    guest: Visitor, store: Store, storage: LocalStorage
) -> None:
    hands = Hands(store, storage)
    await guest.send_sample("speech")
    await guest.wait_for(lambda m: "ist da" in m.text and m.key("Stopp") is not None)
    await hands.do(JobKind.INGEST, JobKind.LOOK)
    card = await guest.wait_for(lambda m: m.key("Video machen") is not None)
    await guest.press_label(card, "Video machen")
    job = await hands.claim(JobKind.SAVE)
    await store.jobs.fail(job.id, job.attempt, "edit_silent", ErrorClass.BAD_INPUT, {})
    await guest.wait_for(lambda m: "was du behältst, ist nichts zu hören." in m.text)
    await guest.wait_for(lambda m: "ist nicht fertig geworden" in m.text)
    await guest.send_text("nochmal")
    await hands.do(JobKind.SAVE, JobKind.RENDER)
    await guest.wait_for(lambda m: m.text == words.cards.PING.de)


async def test_what_was_chosen_outlives_what_telegram_says(
    guest: Visitor, bot: Bot, store: Store
) -> None:
    await guest.send_text("/language")
    question = await guest.wait_for(lambda m: m.text == words.people.LANGUAGE.de)
    await guest.press_label(question, "Español")
    await until(lambda: chose(store, "es"))
    await guest.send_text("hola")  # an update that says de-CH once more
    await guest.wait_for(lambda m: m.text == words.answers.NO_CARD.es)
    kim = await store.people.get(GUEST)
    assert kim is not None
    assert (kim.language, kim.chosen_language) == ("de-CH", "es")
    await until(lambda: offers(bot, GUEST, words.commands.COMMANDS["new"].es))


async def test_commands_and_profile_speak_every_language(guest: Visitor, bot: Bot) -> None:
    await until(lambda: offers(bot, PAGE_USER_ID, words.commands.OWNER_COMMANDS["people"].es))
    assert await speaks(bot, "", Language.ENGLISH)
    assert await speaks(bot, "de", Language.GERMAN)
    assert await speaks(bot, "es", Language.SPANISH)


async def test_whoever_asks_and_whoever_answers_each_read_their_own_language(
    guest: Visitor, phone: Phone
) -> None:
    async with (
        Visitor(phone.url, user_id=GUEST + 1, name="Eva", language="de") as eva,
        Visitor(phone.url, language="es") as owner,
    ):
        await owner.start()
        await eva.send_text("hallo")
        refused = await eva.wait_for(lambda m: m.text == words.people.PRIVATE.de)
        await eva.press_label(refused, words.buttons.ASK_FOR_ACCESS.de)
        asked = await owner.wait_for(
            lambda m: m.text == "Eva quiere usar este bot. ¿Le dejas entrar?"
        )
        await owner.press_label(asked, "Sí")
        await eva.wait_for(lambda m: m.text.startswith(words.people.LET_IN.de))


async def test_a_group_is_answered_in_the_language_of_whoever_spoke(
    phone: Phone, guest: Visitor
) -> None:
    async with Visitor(phone.url, user_id=GUEST, chat_id=GROUP, language="de") as kim:
        await kim.send_text("/help@pocketreel_bot")
        await kim.wait_for(lambda m: m.text == words.groups.HOW.de.format(bot="pocketreel_bot"))
