"""Views become messages: new ones, and edits of the one message that is a project's face."""

from __future__ import annotations

import html
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from telegram import (
    Bot,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    InputMediaVideo,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ParseMode

from bot import attachments
from bot.refusals import BadMarkup, NotModified, NoVoices, WrongKind, calling
from bot.shown import Kind, Shown, shown_after, shown_by
from conversations.model import Audio, Button, Keyboard, View
from storage.adapter import StorageAdapter

# Telegram answers an upload only after it has looked into it.
UPLOAD_READ_S = 60.0
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_TAG = re.compile(r"<[^<>]*>")
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Post:
    """What it takes to put words and media into messages."""

    bot: Bot
    storage: StorageAdapter


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as it is now. `file_id` is Telegram's own for a video that just went up."""

    message_id: int
    shown: Shown
    file_id: str = ""


async def send(post: Post, chat_id: int, view: View) -> Sent:
    """Send a new message. Raises CallFailed, StorageError."""
    new = _New(post, chat_id, view)
    make = {
        Kind.TEXT: new.text,
        Kind.PHOTO: new.photo,
        Kind.VIDEO: new.video,
        Kind.AUDIO: new.audio,
    }
    shown = shown_by(view)
    message = await _in_html_or_plain(make[shown.kind])
    return Sent(message.message_id, shown, _file_id(message))


async def edit(post: Post, chat_id: int, message_id: int, view: View, before: Shown | None) -> Sent:
    """Make the message look like the view by the smallest edit that does.

    `before` is what it shows now, None when that is not known. Repeating an edit changes nothing.
    Raises CallFailed (never NotModified), StorageError.
    """
    after = shown_after(view, before)
    same = Sent(message_id, after)
    if after == before:
        return same
    change = _Change(post, chat_id, message_id, view)
    try:
        answer = await _in_html_or_plain(change.smallest(before, after))
    except NotModified:
        return same
    except WrongKind:
        # What we remember is older than the message: we died between an edit and its record.
        answer = await _again(change.caption if after.kind is Kind.TEXT else change.media)
    return Sent(message_id, after, _file_id(answer))


@dataclass(frozen=True, slots=True)
class _New:
    """One message to send."""

    post: Post
    chat_id: int
    view: View

    async def text(self, mode: str | None) -> Message:
        with calling():
            return await self.post.bot.send_message(
                self.chat_id,
                _words(self.view.text, mode),
                parse_mode=mode,
                reply_markup=_markup(self.view.keyboard),
                reply_parameters=self._reply(),
                link_preview_options=_NO_PREVIEW,
            )

    async def photo(self, mode: str | None) -> Message:
        photo = await attachments.photo(self.post.storage, self.view.picture_key)
        with calling():
            return await self.post.bot.send_photo(
                self.chat_id,
                photo,
                caption=_words(self.view.text, mode),
                parse_mode=mode,
                reply_markup=_markup(self.view.keyboard),
                reply_parameters=self._reply(),
                read_timeout=UPLOAD_READ_S,
            )

    async def video(self, mode: str | None) -> Message:
        film = self.view.video
        assert film is not None
        video = await attachments.video(self.post.storage, film)
        thumbnail = await attachments.thumbnail(self.post.storage, film)
        with calling():
            return await self.post.bot.send_video(
                self.chat_id,
                video,
                caption=_words(self.view.text, mode),
                parse_mode=mode,
                width=film.width,
                height=film.height,
                duration=round(film.duration_s),
                supports_streaming=True,
                thumbnail=thumbnail,
                reply_markup=_markup(self.view.keyboard),
                reply_parameters=self._reply(),
                read_timeout=UPLOAD_READ_S,
            )

    async def audio(self, mode: str | None) -> Message:
        """A voice message where the view has one and the person takes them, else an MP3."""
        sound = self.view.audio
        assert sound is not None
        if sound.voice_key:
            with suppress(NoVoices):
                return await self._voice(sound, mode)
        audio = await attachments.audio(self.post.storage, sound)
        with calling():
            return await self.post.bot.send_audio(
                self.chat_id,
                audio,
                caption=_words(self.view.text, mode),
                parse_mode=mode,
                title=sound.title,
                duration=round(sound.duration_s),
                reply_markup=_markup(self.view.keyboard),
                reply_parameters=self._reply(),
                read_timeout=UPLOAD_READ_S,
            )

    async def _voice(self, sound: Audio, mode: str | None) -> Message:
        voice = await attachments.voice(self.post.storage, sound)
        with calling():
            return await self.post.bot.send_voice(
                self.chat_id,
                voice,
                caption=_words(self.view.text, mode),
                parse_mode=mode,
                duration=round(sound.duration_s),
                reply_markup=_markup(self.view.keyboard),
                reply_parameters=self._reply(),
                read_timeout=UPLOAD_READ_S,
            )

    def _reply(self) -> ReplyParameters | None:
        if not self.view.reply_to:
            return None
        return ReplyParameters(self.view.reply_to, allow_sending_without_reply=True)


@dataclass(frozen=True, slots=True)
class _Change:
    """One edit of one message."""

    post: Post
    chat_id: int
    message_id: int
    view: View

    def smallest(
        self, before: Shown | None, after: Shown
    ) -> Callable[[str | None], Awaitable[object]]:
        if after.kind is Kind.TEXT:
            return self.text
        if before is None or (before.kind, before.media) != (after.kind, after.media):
            return self.media
        return self.caption if before.words != after.words else self.keyboard

    async def text(self, mode: str | None) -> object:
        with calling():
            return await self.post.bot.edit_message_text(
                _words(self.view.text, mode),
                self.chat_id,
                self.message_id,
                parse_mode=mode,
                reply_markup=_markup(self.view.keyboard),
                link_preview_options=_NO_PREVIEW,
            )

    async def media(self, mode: str | None) -> object:
        media = await self._media(_words(self.view.text, mode), mode)
        with calling():
            return await self.post.bot.edit_message_media(
                media,
                self.chat_id,
                self.message_id,
                reply_markup=_markup(self.view.keyboard),
                read_timeout=UPLOAD_READ_S,
            )

    async def caption(self, mode: str | None) -> object:
        with calling():
            return await self.post.bot.edit_message_caption(
                self.chat_id,
                self.message_id,
                caption=_words(self.view.text, mode),
                parse_mode=mode,
                reply_markup=_markup(self.view.keyboard),
            )

    async def keyboard(self, _: str | None) -> object:
        with calling():
            return await self.post.bot.edit_message_reply_markup(
                self.chat_id, self.message_id, reply_markup=_markup(self.view.keyboard)
            )

    async def _media(self, caption: str, mode: str | None) -> InputMediaPhoto | InputMediaVideo:
        storage = self.post.storage
        if self.view.video is not None:
            return await attachments.video_media(storage, self.view.video, caption, mode)
        return await attachments.photo_media(storage, self.view.picture_key, caption, mode)


async def _in_html_or_plain(call: Callable[[str | None], Awaitable[_Answer]]) -> _Answer:
    """The call in HTML; when Telegram cannot read that, without any mark-up."""
    try:
        return await call(ParseMode.HTML)
    except BadMarkup:
        return await call(None)


async def _again(call: Callable[[str | None], Awaitable[object]]) -> object:
    try:
        return await _in_html_or_plain(call)
    except NotModified:
        return None


def _file_id(answer: object) -> str:
    """What Telegram calls the video of the message it answered with."""
    video = answer.video if isinstance(answer, Message) else None
    return video.file_id if video is not None else ""


def _words(text: str, mode: str | None) -> str:
    return text if mode else html.unescape(_TAG.sub("", text))


def _markup(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    if not keyboard:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in keyboard])


def _button(button: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(
        button.label,
        url=button.url or None,
        callback_data=button.data or None,
        copy_text=CopyTextButton(button.copy) if button.copy else None,
        style=button.style or None,
    )
