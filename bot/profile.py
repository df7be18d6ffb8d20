"""The bot's own commands and profile texts, set by itself in every language.

Telegram shuts a bot out for hours that sets them with every start, so they are read first. It
shows everybody the language their app speaks; who chose another here is offered the commands in
that one, in their own chat.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)

from bot.refusals import CallFailed, calling
from conversations import words
from conversations.words.text import Language, Text, language_of
from jobs.model import Person, Role

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Heard:
    """A language, and the code Telegram knows it by: empty for whoever gets no other."""

    language: Language
    code: str


_EVERYBODY = _Heard(Language.ENGLISH, "")
_HEARD = (_EVERYBODY, *(_Heard(language, language.value) for language in tuple(Language)[1:]))


async def set_profile(bot: Bot, owner: Person | None) -> None:
    """Make commands and texts what they should be; None: nobody owns the bot yet."""
    try:
        for heard in _HEARD:
            await _set_commands(bot, BotCommandScopeDefault(), words.commands.COMMANDS, heard)
            in_groups = BotCommandScopeAllGroupChats()
            await _set_commands(bot, in_groups, words.groups.COMMANDS, heard)
            await _set_texts(bot, heard)
        if owner is not None:
            await offer_commands(bot, owner)
    except CallFailed as failed:
        log.warning("commands and profile texts were not set: %s", type(failed).__name__)


async def offer_commands(bot: Bot, person: Person) -> None:
    """All that this person can do, in their language, in their chat. Raises CallFailed."""
    wanted = words.commands.COMMANDS
    if person.role is Role.OWNER:
        wanted = {**wanted, **words.commands.OWNER_COMMANDS}
    heard = _Heard(language_of(person), "")
    await _set_commands(bot, BotCommandScopeChat(person.id), wanted, heard)


async def _set_commands(
    bot: Bot, scope: BotCommandScope, wanted: Mapping[str, Text], heard: _Heard
) -> None:
    commands = tuple(BotCommand(name, about.to(heard.language)) for name, about in wanted.items())
    with calling():
        if await bot.get_my_commands(scope=scope, language_code=heard.code) != commands:
            await bot.set_my_commands(commands, scope=scope, language_code=heard.code)


async def _set_texts(bot: Bot, heard: _Heard) -> None:
    long = words.commands.DESCRIPTION.to(heard.language)
    short = words.commands.SHORT_DESCRIPTION.to(heard.language)
    with calling():
        if (await bot.get_my_description(heard.code)).description != long:
            await bot.set_my_description(long, heard.code)
        if (await bot.get_my_short_description(heard.code)).short_description != short:
            await bot.set_my_short_description(short, heard.code)
