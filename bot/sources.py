"""The recording in a message: where it can be fetched, and what its sender claims about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import PurePosixPath

from telegram import (
    Message,
    MessageOrigin,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
)

from jobs.model import PHOTO, Source, SourceKind

_SOUND_SUFFIXES = frozenset(
    (
        *(".mp3", ".m4a", ".m4b", ".aac", ".ogg", ".oga", ".opus", ".wav", ".flac", ".wma"),
        *(".aif", ".aiff", ".amr", ".mka", ".caf", ".ac3"),
        *(".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".3gp", ".mpg", ".mpeg", ".ts"),
    )
)


def source_of(message: Message) -> Source | None:
    """The recording in the message, None when there is none."""
    for media, read in _READERS.items():
        if getattr(message, media) is not None:
            source = read(message)
            return None if source is None else _as_sent(source, message)
    return None


def _as_sent(source: Source, message: Message) -> Source:
    """With when it came, and who made it where it is somebody else's."""
    performer = source.performer or _sender_name(message.forward_origin)
    return replace(source, sent_at=message.date.timestamp(), performer=performer)


def _sender_name(origin: MessageOrigin | None) -> str:
    """Whoever a forwarded message is from, as Telegram shows them; empty for what is their own."""
    match origin:
        case MessageOriginUser():
            return origin.sender_user.full_name
        case MessageOriginHiddenUser():
            return origin.sender_user_name
        case MessageOriginChat():
            return origin.sender_chat.title or ""
        case MessageOriginChannel():
            return origin.chat.title or ""
    return ""


def picture_of(message: Message) -> Source | None:
    """The photo in the message, also one that was sent as a file; None when there is none."""
    if message.photo:
        largest = message.photo[-1]
        return _picture(largest.file_id, largest.file_size)
    document = message.document
    if document is None or not (document.mime_type or "").startswith("image/"):
        return None
    if message.animation is not None:
        return None
    return _picture(document.file_id, document.file_size)


def _picture(file_id: str, size_bytes: int | None) -> Source:
    return Source(
        kind=SourceKind.TELEGRAM, media=PHOTO, file_id=file_id, size_bytes=size_bytes or 0
    )


def _voice(message: Message) -> Source | None:
    voice = message.voice
    assert voice is not None
    return Source(
        kind=SourceKind.TELEGRAM,
        media="voice",
        file_id=voice.file_id,
        unique_id=voice.file_unique_id,
        mime=voice.mime_type or "",
        size_bytes=voice.file_size or 0,
        duration_s=_seconds(voice.duration),
    )


def _audio(message: Message) -> Source | None:
    audio = message.audio
    assert audio is not None
    return Source(
        kind=SourceKind.TELEGRAM,
        media="audio",
        file_id=audio.file_id,
        unique_id=audio.file_unique_id,
        name=audio.file_name or "",
        mime=audio.mime_type or "",
        size_bytes=audio.file_size or 0,
        duration_s=_seconds(audio.duration),
        title=audio.title or "",
        performer=audio.performer or "",
    )


def _video(message: Message) -> Source | None:
    video = message.video
    assert video is not None
    return Source(
        kind=SourceKind.TELEGRAM,
        media="video",
        file_id=video.file_id,
        unique_id=video.file_unique_id,
        name=video.file_name or "",
        mime=video.mime_type or "",
        size_bytes=video.file_size or 0,
        duration_s=_seconds(video.duration),
    )


def _video_note(message: Message) -> Source | None:
    note = message.video_note
    assert note is not None
    return Source(
        kind=SourceKind.TELEGRAM,
        media="video_note",
        file_id=note.file_id,
        unique_id=note.file_unique_id,
        mime="video/mp4",
        size_bytes=note.file_size or 0,
        duration_s=_seconds(note.duration),
    )


def _document(message: Message) -> Source | None:
    document = message.document
    assert document is not None
    name, mime = document.file_name or "", document.mime_type or ""
    has_sound = mime.startswith(("audio/", "video/"))
    if not has_sound and PurePosixPath(name.lower()).suffix not in _SOUND_SUFFIXES:
        return None
    return Source(
        kind=SourceKind.TELEGRAM,
        media="document",
        file_id=document.file_id,
        unique_id=document.file_unique_id,
        name=name,
        mime=mime,
        size_bytes=document.file_size or 0,
    )


def _nothing(_: Message) -> Source | None:
    return None


# An animation has no sound, although it also comes as a document.
_READERS: Mapping[str, Callable[[Message], Source | None]] = {
    "voice": _voice,
    "audio": _audio,
    "video": _video,
    "video_note": _video_note,
    "animation": _nothing,
    "document": _document,
}


def _seconds(duration: int | timedelta | None) -> float:
    return duration.total_seconds() if isinstance(duration, timedelta) else float(duration or 0)
