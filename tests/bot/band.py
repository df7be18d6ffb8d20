"""A group with the bot in it: its owner, a guest, and somebody who may not use it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.pace import Spacing
from jobs.model import JobKind, Person, Role
from jobs.opening import Store
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.samples import SAMPLES
from phone.server import Phone
from phone.visitor import ShownMessage, Visitor
from storage.local import LocalStorage
from tests.bot.life import QUICK, Hands, living, settings_for

GROUP = -5_000
NOOR = 7_001_002
EVE = 7_001_003
BOT = "@pocketreel_bot"
SPEECH = SAMPLES["speech"].path


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Everybody's phone, each with the group open."""

    robin: Visitor
    noor: Visitor
    eve: Visitor
    hands: Hands
    store: Store

    async def card(self, whose: Visitor) -> ShownMessage:
        """A card of theirs, ready to be made."""
        asked = await whose.send_voice(SPEECH, caption=BOT)
        return await self.heard(whose, asked)

    async def heard(self, whose: Visitor, answered: ShownMessage) -> ShownMessage:
        """The card that answers the message, once its recording was listened to."""
        await self.hands.do(JobKind.INGEST, JobKind.LOOK)
        is_shown = answers(answered, "Make video")
        return await whose.wait_for(lambda m: m.kind == "photo" and is_shown(m))

    async def video(self, whose: Visitor, card: ShownMessage) -> ShownMessage:
        """The card, made into a video."""
        await whose.press_label(card, "Make video")
        await self.hands.do(JobKind.LOOK, JobKind.SAVE, JobKind.RENDER)
        return await whose.wait_for(lambda m: m.id == card.id and m.kind == "video")


def answers(asked: ShownMessage, label: str = "") -> Callable[[ShownMessage], bool]:
    """A message of the bot in answer to that one, with that button."""

    def does(message: ShownMessage) -> bool:
        is_answer = message.from_bot and message.reply_to == asked.id
        return is_answer and (not label or message.key(label) is not None)

    return does


@asynccontextmanager
async def playing(
    phone: Phone,
    store: Store,
    storage: LocalStorage,
    folder: Path,
    *,
    spacing: Spacing = QUICK,
) -> AsyncIterator[Band]:
    """The bot is there during the block."""
    for user_id, name, role in (
        (PAGE_USER_ID, PAGE_USER_NAME, Role.OWNER),
        (NOOR, "Noor", Role.GUEST),
    ):
        await store.people.put(Person(id=user_id, name=name, language="en", role=role))
    async with AsyncExitStack() as stack:
        robin, noor, eve = [
            await stack.enter_async_context(
                Visitor(phone.url, user_id=user_id, name=name, chat_id=GROUP)
            )
            for user_id, name in ((PAGE_USER_ID, PAGE_USER_NAME), (NOOR, "Noor"), (EVE, "Eve"))
        ]
        settings = settings_for(phone, folder)
        await stack.enter_async_context(living(settings, store, storage, spacing=spacing))
        hands = Hands(store, storage)
        yield Band(robin=robin, noor=noor, eve=eve, hands=hands, store=store)
