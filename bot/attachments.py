"""Media from storage in the form an upload to Telegram wants."""

from __future__ import annotations

import re

from telegram import InputFile, InputMediaPhoto, InputMediaVideo

from conversations.model import Audio, Video
from storage.adapter import StorageAdapter

_NOT_IN_NAMES = re.compile(r"[^\w .,()!&+-]")
MAX_NAME_CHARACTERS = 60


async def photo(storage: StorageAdapter, key: str) -> InputFile:
    """Raises StorageError."""
    return InputFile(await _read(storage, key), filename="card.png", attach=True)


async def video(storage: StorageAdapter, film: Video) -> InputFile | str:
    """The copy for the chat, at most 48 MB, or what Telegram calls it. Raises StorageError."""
    if film.file_id:
        return film.file_id
    return InputFile(await _read(storage, film.key), filename="video.mp4", attach=True)


async def thumbnail(storage: StorageAdapter, film: Video) -> InputFile | None:
    """Raises StorageError."""
    if film.file_id or not film.thumbnail_key:
        return None  # what Telegram has, it has with its thumbnail
    content = await _read(storage, film.thumbnail_key)
    return InputFile(content, filename="thumbnail.jpg", attach=True)


async def audio(storage: StorageAdapter, sound: Audio) -> InputFile:
    """Raises StorageError."""
    stem = _NOT_IN_NAMES.sub("", sound.title).strip()[:MAX_NAME_CHARACTERS]
    return InputFile(await _read(storage, sound.key), filename=f"{stem or 'preview'}.mp3")


async def voice(storage: StorageAdapter, sound: Audio) -> InputFile:
    """Raises StorageError."""
    return InputFile(await _read(storage, sound.voice_key), filename="voice.ogg")


async def photo_media(
    storage: StorageAdapter, key: str, caption: str, mode: str | None
) -> InputMediaPhoto:
    """Raises StorageError."""
    return InputMediaPhoto(await photo(storage, key), caption=caption, parse_mode=mode)


async def video_media(
    storage: StorageAdapter, film: Video, caption: str, mode: str | None
) -> InputMediaVideo:
    """With everything without which Telegram keeps a large video as a 320x320 square.

    Raises StorageError.
    """
    return InputMediaVideo(
        await video(storage, film),
        caption=caption,
        parse_mode=mode,
        width=film.width,
        height=film.height,
        duration=round(film.duration_s),
        supports_streaming=True,
        thumbnail=await thumbnail(storage, film),
    )


async def _read(storage: StorageAdapter, key: str) -> bytes:
    return b"".join([chunk async for chunk in storage.get_stream(key)])
