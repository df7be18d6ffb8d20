"""Links to local files that cannot be forged: `/files/{key}?expires=..&name=..&sig=..`.

The signature covers the method, the key, the expiry, the file name and the size cap. A link is
verified by writing it anew from what it claims and comparing the two texts, so no second spelling
of a valid link is valid.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode

from storage import keys
from storage.adapter import StorageError

PATH = "/files/"
MAX_NAME_CHARACTERS = 100
MAX_LINK_CHARACTERS = 4096
_NOT_IN_NAMES = '/\\:*?"<>|'
_EXTENSION_CHARACTERS = 5
# Other things are signed with the same secret; their signatures must not pass for one of these.
_PURPOSE = "pocketreel file link 1"


class LinkRefused(StorageError):
    """The link opens nothing."""


class LinkForged(LinkRefused):
    """Nobody holding our secret made this link."""


class LinkExpired(LinkRefused):
    """The link was ours, but its time is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What one link allows: one method on one key until `expires_at` (seconds since 1970).

    `method` is "GET" or "PUT". `filename` is how a browser should call the download (may be empty);
    `max_bytes` caps an upload and is 0 for downloads.
    """

    method: str
    key: str
    expires_at: int
    filename: str = ""
    max_bytes: int = 0


def signed_link(grant: Grant, secret: bytes) -> str:
    """The path and query of the link, in unreserved characters and percent signs only."""
    query = {"expires": str(grant.expires_at)}
    if grant.filename:
        query["name"] = grant.filename
    if grant.method == "PUT":
        query["max"] = str(grant.max_bytes)
    query["sig"] = _signature(grant, secret)
    return f"{PATH}{grant.key}?{urlencode(query, quote_via=quote, safe='')}"


def read_link(link: str, method: str, secret: bytes, *, now: float) -> Grant:
    """What `link` (path and query exactly as received) grants. Raises LinkForged or LinkExpired."""
    claimed = _claim(link, method)
    # compare_digest takes the same time wherever the first difference is.
    if not hmac.compare_digest(signed_link(claimed, secret).encode(), link.encode()):
        raise LinkForged(claimed.key)
    if now >= claimed.expires_at:
        raise LinkExpired(claimed.key)
    return claimed


def clean_filename(name: str) -> str:
    """`name` as it may be shown to a browser: one line, no folders, no text that runs backwards.

    Too long a name is cut in its middle, so that it keeps its extension.
    """
    shown = (letter for letter in name if letter.isspace() or _is_visible(letter))
    line = " ".join("".join("_" if letter in _NOT_IN_NAMES else letter for letter in shown).split())
    kept = unicodedata.normalize("NFC", line).strip(". ")
    stem, dot, extension = kept.rpartition(".")
    if not dot or len(extension) > _EXTENSION_CHARACTERS:
        stem, dot, extension = kept, "", ""
    return stem[: MAX_NAME_CHARACTERS - len(dot + extension)].strip(". ") + dot + extension


def _is_visible(letter: str) -> bool:
    return not unicodedata.category(letter).startswith("C")


def _signature(grant: Grant, secret: bytes) -> str:
    # JSON keeps the fields apart whatever is in them.
    signed = json.dumps(
        [_PURPOSE, grant.method, grant.key, grant.expires_at, grant.filename, grant.max_bytes]
    )
    return hmac.new(secret, signed.encode(), hashlib.sha256).hexdigest()


def _claim(link: str, method: str) -> Grant:
    path, _, query = link.partition("?")
    key = path.removeprefix(PATH)
    if len(link) > MAX_LINK_CHARACTERS or not link.isascii() or not keys.is_key(key):
        raise LinkForged("not a link to a file")
    try:
        fields = dict(parse_qsl(query, strict_parsing=True, errors="strict", max_num_fields=4))
        return Grant(
            method=method,
            key=key,
            expires_at=int(fields["expires"]),
            filename=fields.get("name", ""),
            max_bytes=int(fields["max"]) if method == "PUT" else 0,
        )
    except (KeyError, ValueError) as wrong:
        raise LinkForged(key) from wrong
