"""A bot with one recording's worth of conversation, for tests of the page.

It talks through the bot library over the real wire and keeps to the product's callback names, so
the page cannot tell it from the product; only its pictures and films are cheap.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from PIL import Image, ImageDraw
from telegram import (
    Bot,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    InputMediaVideo,
    Message,
    ReplyParameters,
    Update,
)

LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 2
POLL_S = 10


def picture(width: int = 1080, height: int = 720, colour: str = "#15101f") -> bytes:
    """A card: something like a waveform, as JPEG."""
    card = Image.new("RGB", (width, height), colour)
    pen = ImageDraw.Draw(card)
    for index in range(40):
        half = height * (0.08 + 0.2 * ((index * 7) % 11) / 11)
        x = width * (0.06 + 0.88 * index / 40)
        box = (x, height / 2 - half, x + width * 0.012, height / 2 + half)
        pen.rounded_rectangle(box, 6, "#ffb08f")
    content = io.BytesIO()
    card.save(content, "JPEG")
    return content.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """The video that the bot hands over."""

    content: bytes
    width: int
    height: int
    duration_s: int
    thumbnail: bytes = field(default_factory=lambda: picture(180, 320))


@dataclass(slots=True)
class StandIn:
    """The bot's side of the conversation; `received` is everything a person said."""

    bot: Bot
    film: Film
    voice: bytes
    card: bytes = field(default_factory=picture)
    pause_s: float = 0.0
    title: str = "Monday thoughts"
    received: list[Message] = field(default_factory=list)
    pressed: list[str] = field(default_factory=list)
    card_id: int = 0
    shows_looks: bool = False

    async def run(self) -> None:
        """Answer for ever."""
        offset = 0
        while True:
            for update in await self.bot.get_updates(
                offset=offset, timeout=POLL_S, allowed_updates=["message", "callback_query"]
            ):
                offset = update.update_id + 1
                await self._answer(update)

    async def _answer(self, update: Update) -> None:
        if update.callback_query:
            await self._press(update.callback_query)
        elif update.message:
            self.received.append(update.message)
            await self._message(update.message)

    async def _message(self, message: Message) -> None:
        if message.text and message.text.startswith("/start"):
            await self.greet(message)
        elif message.voice or message.audio or message.video:
            await self._listen(message)
        elif message.text and self.card_id:
            await self._show_card(message.chat_id, message.text)
        else:
            await message.reply_text("I work with sound, video and links.")

    async def greet(self, message: Message) -> None:
        await message.reply_text(
            "Send me a voice note, a song, a video or a link. I'll send back a finished video.\n"
            "<b>Hold the mic and talk</b>, that's all it takes.",
            parse_mode="HTML",
        )

    async def _listen(self, message: Message) -> None:
        await self.bot.set_message_reaction(message.chat_id, message.message_id, "👀")
        sent = await self.bot.send_message(
            message.chat_id,
            "Got your voice note · 0:15. Listening…",
            reply_parameters=ReplyParameters(message_id=message.message_id),
            reply_markup=keys([("Stop", "jx:ABCD1234", "danger")]),
        )
        self.card_id = sent.message_id
        await asyncio.sleep(self.pause_s)
        await self._show_card(message.chat_id, "0:00-0:15")

    async def _show_card(self, chat_id: int, kept: str) -> None:
        await asyncio.sleep(self.pause_s / 2)
        await self.bot.edit_message_media(
            InputMediaPhoto(self.card, caption=self._caption(kept), parse_mode="HTML"),
            chat_id,
            self.card_id,
            reply_markup=CARD_KEYS,
        )

    def _caption(self, kept: str) -> str:
        return f"<b>{self.title}</b>\nKeeping {kept} of 0:15\nPulse · vertical · sound cleaned"

    async def _press(self, query: CallbackQuery) -> None:
        assert query.data
        assert isinstance(query.message, Message)
        self.pressed.append(query.data)
        verb = query.data.partition(":")[0]
        if verb == "vw":
            await self._turn(query, query.data.rpartition(":")[2])
        elif verb == "hr":
            await query.answer()
            await self.bot.send_chat_action(query.message.chat_id, "upload_voice")
            await asyncio.sleep(self.pause_s)
            await self.bot.send_voice(
                query.message.chat_id, self.voice, caption="This is what I keep."
            )
        elif verb == "mk":
            await query.answer("On it")
            await self._make(query.message)
        else:
            await query.answer("Done")

    async def _turn(self, query: CallbackQuery, face: str) -> None:
        await query.answer("Start 0:03 → 0:08" if face == "trim" else None)
        if face == "look" or self.shows_looks:
            self.shows_looks = face == "look"
            shown = InputMediaPhoto(picture(1080, 1080) if self.shows_looks else self.card)
            faces = LOOK_KEYS if self.shows_looks else CARD_KEYS
            await query.edit_message_media(shown, reply_markup=faces)
        else:
            await query.edit_message_reply_markup(TRIM_KEYS if face == "trim" else CARD_KEYS)

    async def _make(self, message: Message) -> None:
        await self.bot.send_chat_action(message.chat_id, "record_video")
        await message.edit_caption(
            "<b>Making your video</b>\n▰▰▰▰▰▰▰▱▱▱ 68% · about 20 s left\n"
            "✓ sound  ● pictures  ○ packing",
            parse_mode="HTML",
            reply_markup=keys([("Stop", "jx:ABCD1234", "danger")]),
        )
        await asyncio.sleep(self.pause_s)
        film = InputMediaVideo(
            self.film.content,
            caption=f"<b>{self.title}</b> · 0:05\nMade in 8 s on this computer",
            parse_mode="HTML",
            width=self.film.width,
            height=self.film.height,
            duration=self.film.duration_s,
            thumbnail=self.film.thumbnail,
            supports_streaming=True,
        )
        await message.edit_media(film, reply_markup=DONE_KEYS)
        await self.bot.send_message(
            message.chat_id,
            "Your video is ready.",
            reply_parameters=ReplyParameters(message_id=message.message_id),
        )


def keys(*rows: list[tuple[str, str] | tuple[str, str, str]]) -> InlineKeyboardMarkup:
    """Buttons: label, callback data or address, and perhaps a style."""
    return InlineKeyboardMarkup([[_key(*button) for button in row] for row in rows])


def _key(label: str, target: str, style: str = "") -> InlineKeyboardButton:
    kind = "url" if "://" in target else "callback_data"
    more = {"style": style} if style else None
    return InlineKeyboardButton(label, **{kind: target}, api_kwargs=more)  # type: ignore[arg-type]  # by name


CARD_KEYS = keys(
    [("✨ Make video · about 40 s", "mk:ABCD1234", "success")],
    [("✂️ Trim", "vw:ABCD1234:trim"), ("🎨 Look", "vw:ABCD1234:look")],
    [("🎚 Sound", "vw:ABCD1234:sound"), ("🎧 Hear it", "hr:ABCD1234:all")],
)
LOOK_KEYS = keys(
    [("1 Pulse ✓", "ls:ABCD1234:pulse"), ("2 Aurora", "ls:ABCD1234:aurora")],
    [("‹ Back", "vw:ABCD1234:home")],
)
TRIM_KEYS = keys(
    [("● Start 0:03", "te:ABCD1234:s"), ("End 1:52", "te:ABCD1234:e")],
    [
        ("-5 s", "tn:ABCD1234:-5"),
        ("-1 s", "tn:ABCD1234:-1"),
        ("+1 s", "tn:ABCD1234:1"),
        ("+5 s", "tn:ABCD1234:5"),
    ],
    [("Skip long pauses (-14 s)", "tp:ABCD1234"), ("↩ Undo", "un:ABCD1234")],
    [("🎧 Hear the edges", "hr:ABCD1234:edges"), ("✓ Done", "vw:ABCD1234:home", "primary")],
)
DONE_KEYS = keys(
    [("⬇️ Full quality (1080x1920, 62 MB)", "http://127.0.0.1:8081/files/1")],
    [("■ Square too", "rf:ABCD1234:s"), ("▬ Wide too", "rf:ABCD1234:w")],
    [("Change", "ed:ABCD1234"), ("Delete", "dl:ABCD1234", "danger")],
)


@asynccontextmanager
async def answering(stand_in: StandIn) -> AsyncIterator[StandIn]:
    """The bot, answering as long as the context lasts."""
    running = asyncio.create_task(stand_in.run())
    try:
        yield stand_in
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
