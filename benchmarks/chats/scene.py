"""A whole product beside a phone with Telegram's limits, and somebody who owns it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from phone.limits import Limits
from phone.record import Event, Happened
from phone.server import Phone, start_phone
from phone.visitor import Visitor
from tests.whole.conftest import claim
from tests.whole.product import Product

PATIENCE_S = 600.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured. Only a whole run is `judged`: a quick one shows that it works."""

    folder: Path
    judged: bool

    def much(self, whole: int, quick: int) -> int:
        """So many in a whole run, or in a quick one."""
        return whole if self.judged else quick

    def new_folder(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir(parents=True)
        return folder


@dataclass(frozen=True, slots=True)
class Scene:
    phone: Phone
    product: Product
    visitor: Visitor

    @property
    def now(self) -> int:
        """How much has happened on the phone."""
        return len(self.phone.desk.chats.events)

    async def happened(self, wanted: Callable[[Event], bool], after: int) -> Event:
        """The first such event after so many. Raises TimeoutError."""
        chats = self.phone.desk.chats
        async with asyncio.timeout(PATIENCE_S):
            while True:
                for event in chats.events[after:]:
                    if wanted(event):
                        return event
                after = len(chats.events)
                await chats.wait_past(after, PATIENCE_S)

    async def quiet(self, patience_s: float) -> None:
        """Until nothing is left to do. Raises TimeoutError."""
        left = "SELECT 1 FROM jobs WHERE status IN ('pending', 'processing') LIMIT 1"
        async with asyncio.timeout(patience_s):
            while self.product.rows(left):  # noqa: ASYNC110  # another process rings no bell
                await asyncio.sleep(0.1)


@asynccontextmanager
async def at_work(folder: Path, **environment: str) -> AsyncIterator[Scene]:
    """The bot is started and owned."""
    phone = await start_phone(folder / "phone", limits=Limits())
    product = Product(phone, folder, **environment)
    try:
        await product.start()
        async with Visitor(phone.url) as visitor:
            await visitor.start(await claim(product))
            await visitor.wait_for(lambda message: message.from_bot, PATIENCE_S)
            yield Scene(phone, product, visitor)
    except BaseException:
        print(product.log()[-4_000:], file=sys.stderr)
        raise
    finally:
        await product.kill()
        await phone.stop()


def is_message(event: Event, message_id: int) -> bool:
    """Whether that message was sent."""
    return event.kind is Happened.MESSAGE and event.body["message"]["message_id"] == message_id


def is_video(event: Event, message_id: int) -> bool:
    """Whether that message became a video."""
    if event.kind not in (Happened.MESSAGE, Happened.EDIT):
        return False
    message = event.body["message"]
    return message["message_id"] == message_id and "video" in message


def is_making_possible(event: Event, note_id: int) -> bool:
    """Whether the card that answers that note can be made a video of now."""
    if event.kind not in (Happened.MESSAGE, Happened.EDIT):
        return False
    message = event.body["message"]
    answers = message.get("reply_to_message", {}).get("message_id")
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    keys = [str(key.get("callback_data", "")) for row in rows for key in row]
    is_card = answers == note_id and "photo" in message
    return is_card and any(data.startswith("mk:") for data in keys)
