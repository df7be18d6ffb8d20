"""The bot's own commands and profile texts, set by itself.

Telegram shuts a bot out for hours that sets them with every start, so they are read first.
"""

from __future__ import annotations

import logging

from telegram import Bot, BotCommand, BotCommandScope, BotCommandScopeChat, BotCommandScopeDefault

from bot.refusals import CallFailed, calling
from conversations import texts

log = logging.getLogger(__name__)


async def set_profile(bot: Bot, owner_id: int) -> None:
    """Make commands and texts what they should be; 0: nobody owns the bot yet."""
    try:
        await _set_commands(bot, BotCommandScopeDefault(), texts.COMMANDS)
        if owner_id:
            await offer_owner_commands(bot, owner_id)
        await _set_texts(bot)
    except CallFailed as failed:
        log.warning("commands and profile texts were not set: %s", type(failed).__name__)


async def offer_owner_commands(bot: Bot, owner_id: int) -> None:
    """Raises CallFailed."""
    scope = BotCommandScopeChat(owner_id)
    await _set_commands(bot, scope, (*texts.COMMANDS, *texts.OWNER_COMMANDS))


async def _set_commands(
    bot: Bot, scope: BotCommandScope, wanted: tuple[tuple[str, str], ...]
) -> None:
    commands = tuple(BotCommand(name, about) for name, about in wanted)
    with calling():
        if await bot.get_my_commands(scope=scope) != commands:
            await bot.set_my_commands(commands, scope=scope)


async def _set_texts(bot: Bot) -> None:
    with calling():
        if (await bot.get_my_description()).description != texts.DESCRIPTION:
            await bot.set_my_description(texts.DESCRIPTION)
        short = await bot.get_my_short_description()
        if short.short_description != texts.SHORT_DESCRIPTION:
            await bot.set_my_short_description(texts.SHORT_DESCRIPTION)
