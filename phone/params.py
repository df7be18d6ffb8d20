"""The parameters of one Bot API request: query, form, JSON and multipart alike."""

from __future__ import annotations

import asyncio
import json
import mimetypes
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import BodyPartReader, web

from phone.refusals import bad_request, too_large

CHUNK_BYTES = 256 * 1024
ATTACHED = "attach://"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that came with a request, waiting at `path` to be kept or thrown away."""

    path: Path
    name: str
    mime: str
    size: int


@dataclass(frozen=True, slots=True)
class Params:
    """Values by name; files by the name of their part. Leaving the context removes what is left."""

    values: Mapping[str, Any]
    uploads: Mapping[str, Upload] = field(default_factory=dict)
    size: int = 0  # bytes of the request's body

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for upload in self.uploads.values():
            upload.path.unlink(missing_ok=True)

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name, default)
        return value if isinstance(value, str) else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        value = self.values.get(name)
        if value in (None, ""):
            return default
        try:
            return int(float(str(value)))
        except (ValueError, OverflowError):
            raise bad_request(f"invalid {name} specified") from None

    def flag(self, name: str) -> bool:
        return str(self.values.get(name, "")).lower() in ("true", "1", "yes", "y", "t")

    def parsed(self, name: str) -> Any:
        """A JSON value, whether it came as one or as text; None where there is none."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return load_json(value)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def upload(self, reference: object, part: str = "") -> Upload | None:
        """The file that `reference` ("attach://part") names, or that came as `part` itself."""
        if isinstance(reference, str) and reference.startswith(ATTACHED):
            return self.uploads.get(reference.removeprefix(ATTACHED))
        return self.uploads.get(part) if part and reference in (None, "") else None


async def read_params(request: web.Request, incoming: Path, most_bytes: int) -> Params:
    """Everything the request carries; files are written below `incoming` as they arrive.

    Raises Refusal 413 when a file is larger than `most_bytes` or the rest than the server takes,
    400 when it cannot be read.
    """
    values: dict[str, Any] = dict(request.query)
    try:
        if request.content_type == "multipart/form-data":
            return await _read_multipart(request, values, incoming, most_bytes)
        if request.content_type == "application/json":
            body = await request.read()
            return Params({**values, **json_object(body or b"{}")}, size=len(body))
        form = await request.post()
    except web.HTTPRequestEntityTooLarge:
        raise too_large() from None
    except (ValueError, LookupError):  # no boundary, an unknown character set, not UTF-8
        raise bad_request("can't parse the request") from None
    values.update({name: value for name, value in form.items() if isinstance(value, str)})
    return Params(values, size=request.content_length or 0)


def json_object(text: str | bytes) -> dict[str, Any]:
    """The object that `text` holds. Raises Refusal 400."""
    try:
        fields = load_json(text)
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(fields, dict):
        raise bad_request("can't parse JSON object")
    return fields


def load_json(text: str | bytes) -> Any:
    """JSON that can be written again: no NaN, no halves of characters. Raises ValueError."""
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
        json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


async def _read_multipart(
    request: web.Request, values: dict[str, Any], incoming: Path, most_bytes: int
) -> Params:
    uploads: dict[str, Upload] = {}
    whole = False
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or not part.name:
                continue
            if part.filename is None:
                values[part.name] = await part.text()
            else:
                uploads[part.name] = await _save(part, incoming, most_bytes)
        whole = True
    finally:
        if not whole:
            Params({}, uploads).__exit__(None, None, None)
    if any(upload.size > most_bytes for upload in uploads.values()):
        Params({}, uploads).__exit__(None, None, None)
        raise too_large()
    return Params(values, uploads, size=sum(upload.size for upload in uploads.values()))


async def _save(part: BodyPartReader, incoming: Path, most_bytes: int) -> Upload:
    """Write a part to disk. Past `most_bytes` it is read but dropped, so the sender hears why."""
    path = incoming / secrets.token_hex(8)
    size, whole = 0, False
    try:
        with await asyncio.to_thread(path.open, "wb") as file:
            while chunk := await part.read_chunk(CHUNK_BYTES):
                size += len(chunk)
                if size <= most_bytes:
                    await asyncio.to_thread(file.write, chunk)
        whole = True
    finally:
        if not whole:  # the sender hung up
            path.unlink(missing_ok=True)
    name = part.filename or "file"
    mime = part.headers.get("Content-Type") or guess_mime(name)
    return Upload(path=path, name=Path(name).name, mime=mime, size=size)


def guess_mime(name: str) -> str:
    """The MIME type a file's name promises."""
    suffix = Path(name).suffix.lower()
    return _MIMES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"


# Python's table differs between machines; these are the ones that matter here.
_MIMES: Mapping[str, str] = {
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".wav": "audio/x-wav",
    ".flac": "audio/flac",
    ".webm": "video/webm",
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".gif": "image/gif",
}
