"""Files in chats: uploads are looked into, kept below one root and named by file ids."""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from phone.chats import Chats, StoredFile
from phone.limits import Limits
from phone.media import Picture, Probe, as_voice_note, photo_sizes, probe, thumbnail
from phone.params import Upload, guess_mime
from phone.record import Happened
from phone.refusals import bad_request

UNPROBED_PX = 320  # how Telegram stores a large video that came without its sizes
_FOLDERS: Mapping[str, str] = {
    "photo": "photos",
    "video": "videos",
    "video_note": "video_notes",
    "animation": "animations",
    "audio": "music",
    "voice": "voice",
    "document": "documents",
    "thumbnail": "thumbnails",
}
_SUFFIX = re.compile(r"\.[a-z0-9]{1,7}")
_MIME = re.compile(r"[a-z]{1,20}/[a-z0-9.+-]{1,80}")
_VOICE_CODECS = frozenset(("opus", "libopus", "mp3", "mp3float", "aac"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What the sender says about a file; zeros and empty text where nothing was said.

    One that `is_new` was never sent before, whatever its bytes.
    """

    width: int = 0
    height: int = 0
    duration_s: int = 0
    title: str = ""
    performer: str = ""
    thumbnail: Upload | None = None
    is_new: bool = False


class Files:
    """The files of all chats below `root`; `incoming` is where requests put what they carry."""

    def __init__(self, root: Path, chats: Chats, limits: Limits) -> None:
        self.root = root
        self.incoming = root / "incoming"
        self._chats = chats
        self._limits = limits
        self._made = 0

    def open(self) -> None:
        """Make the folders; what a dead process left half-received goes."""
        for folder in (self.incoming, *(self.root / name for name in _FOLDERS.values())):
            folder.mkdir(parents=True, exist_ok=True)
        for leftover in self.incoming.iterdir():
            leftover.unlink()
        self._made = self._chats.file_count()

    async def known(self, kind: str, file_id: str) -> tuple[str, Any]:
        """The media of a file sent before, by its id. Raises Refusal 400."""
        stored = self._chats.file(file_id)
        if stored is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if stored.kind != kind and "document" not in (stored.kind, kind):
            names = stored.kind.replace("_", " ").title(), kind.replace("_", " ").title()
            raise bad_request(f"can't use file of type {names[0]} as {names[1]}")
        return stored.kind, stored.media

    async def keep_from_bot(self, upload: Upload, kind: str, claims: Claims) -> tuple[str, Any]:
        """Keep what a bot sends as `kind`: what Telegram makes of it, and the message's object.

        A file that is not what it is sent as becomes a document. Raises Refusal 400.
        """
        _check_not_empty(upload)
        if kind == "photo":
            return kind, await self._keep_photo(upload)
        found = await asyncio.to_thread(probe, upload.path)
        return await self._keep(upload, _kind_of(kind, found), found, claims)

    async def keep_from_person(self, upload: Upload, kind: str, claims: Claims) -> tuple[str, Any]:
        """Keep what a person sends. Voice notes arrive as Opus in Ogg, as a phone records them."""
        _check_not_empty(upload)
        if kind == "photo":
            return kind, await self._keep_photo(upload)
        found = await asyncio.to_thread(probe, upload.path)
        if kind == "voice" and found and found.audio_codec and found.container != "ogg":
            upload, found = await self._voice_note(upload, found)
        return await self._keep(upload, kind, found, claims)

    async def _voice_note(self, upload: Upload, found: Probe) -> tuple[Upload, Probe | None]:
        note = self.incoming / secrets.token_hex(8)
        if not await asyncio.to_thread(as_voice_note, upload.path, note):
            note.unlink(missing_ok=True)
            return upload, found
        upload.path.unlink()
        made = Upload(path=note, name="voice.oga", mime="audio/ogg", size=note.stat().st_size)
        return made, await asyncio.to_thread(probe, note)

    async def _keep(
        self, upload: Upload, kind: str, found: Probe | None, claims: Claims
    ) -> tuple[str, Any]:
        media = _facts(kind, found, claims, upload, self._limits.unprobed_bytes)
        media.update(mime_type=_mime(kind, upload), file_size=upload.size)
        if kind not in ("voice", "video_note"):
            media["file_name"] = upload.name
        if kind != "voice" and claims.thumbnail:
            content = await asyncio.to_thread(claims.thumbnail.path.read_bytes)
            if small := await asyncio.to_thread(thumbnail, content):
                media["thumbnail"] = self._write("thumbnail", small)
        unique_id = await asyncio.to_thread(_digest, upload.path)
        if claims.is_new:
            unique_id = secrets.token_hex(8)
        path = self._place(kind, upload)
        upload.path.rename(self.root / path)
        media = {"file_id": _new_id(), "file_unique_id": unique_id, **media}
        self._remember(media, kind, path, upload, media)
        return kind, media

    async def _keep_photo(self, upload: Upload) -> list[dict[str, Any]]:
        if upload.size > self._limits.photo_bytes:
            raise bad_request(
                f"file of size {upload.size} bytes is too big for a photo;"
                f" the maximum size is {self._limits.photo_bytes} bytes"
            )
        sizes = [
            self._written("photo", picture)
            for picture in await asyncio.to_thread(photo_sizes, upload.path)
        ]
        photo = [size for size, _, _ in sizes]
        for size, path, jpeg in sizes:
            self._remember(size, "photo", path, jpeg, photo)
        return photo

    def _write(self, kind: str, picture: Picture) -> dict[str, Any]:
        size, path, jpeg = self._written(kind, picture)
        self._remember(size, kind, path, jpeg, [size])
        return size

    def _written(self, kind: str, picture: Picture) -> tuple[dict[str, Any], str, Upload]:
        jpeg = Upload(path=Path(), name="picture.jpg", mime="image/jpeg", size=len(picture.jpeg))
        path = self._place(kind, jpeg)
        (self.root / path).write_bytes(picture.jpeg)
        size = {
            "file_id": _new_id(),
            "file_unique_id": hashlib.sha256(picture.jpeg).hexdigest()[:16],
            "width": picture.width,
            "height": picture.height,
            "file_size": len(picture.jpeg),
        }
        return size, path, jpeg

    def _place(self, kind: str, upload: Upload) -> str:
        self._made += 1
        suffix = ".oga" if kind == "voice" and upload.mime == "audio/ogg" else ""
        suffix = suffix or Path(upload.name).suffix.lower()
        suffix = suffix if _SUFFIX.fullmatch(suffix) else ""
        # A number alone could be taken by a file of a process that died before recording it.
        return f"{_FOLDERS[kind]}/file_{self._made}_{secrets.token_hex(3)}{suffix}"

    def _remember(
        self, named: Mapping[str, Any], kind: str, path: str, upload: Upload, media: Any
    ) -> None:
        stored = StoredFile(
            file_id=named["file_id"],
            unique_id=named["file_unique_id"],
            kind=kind,
            path=path,
            size=upload.size,
            mime=_mime(kind, upload),
            name=upload.name,
            media=media,
        )
        self._chats.happen(Happened.FILE, file=asdict(stored))


def _facts(
    kind: str, found: Probe | None, claims: Claims, upload: Upload, unprobed_bytes: int
) -> dict[str, Any]:
    """What the message's object says of the file's content."""
    if kind == "document":
        return {}
    duration_s = claims.duration_s or (round(found.duration_s) if found else 0)
    if kind == "voice":
        return {"duration": duration_s}
    if kind == "audio":
        title = claims.title or (found.title if found else "")
        performer = claims.performer or (found.performer if found else "")
        named = {"title": title, "performer": performer}
        return {"duration": duration_s, **{name: said for name, said in named.items() if said}}
    width, height = claims.width, claims.height
    if not (width and height):
        looked_at = found if upload.size <= unprobed_bytes else None
        duration_s = duration_s if looked_at else claims.duration_s
        width = looked_at.width if looked_at else UNPROBED_PX
        height = looked_at.height if looked_at else UNPROBED_PX
    if kind == "video_note":
        return {"length": min(width, height), "duration": duration_s}
    return {"width": width, "height": height, "duration": duration_s}


def _kind_of(kind: str, found: Probe | None) -> str:
    """What Telegram makes of a file that a bot sends as `kind`."""
    if kind == "voice":
        codec = found.audio_codec if found else ""
        is_voice = codec in _VOICE_CODECS and not (found and found.video_codec)
        return "voice" if is_voice else _kind_of("audio", found)
    if kind == "audio":
        return "audio" if found and found.audio_codec else "document"
    if kind in ("video", "animation"):
        is_film = found and found.video_codec and "mp4" in found.container
        return kind if is_film else "document"
    return kind


def _mime(kind: str, upload: Upload) -> str:
    said = upload.mime.partition(";")[0].strip().lower()
    if _MIME.fullmatch(said) and said != "application/octet-stream":
        return said
    return "audio/ogg" if kind == "voice" else guess_mime(upload.name)


def _check_not_empty(upload: Upload) -> None:
    # An upload that a message of the same request has taken is no longer there.
    if upload.size == 0 or not upload.path.exists():
        raise bad_request("file must be non-empty")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def _new_id() -> str:
    return "AgAC" + secrets.token_urlsafe(30)
