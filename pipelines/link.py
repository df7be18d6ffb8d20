"""Fetches a link that a stranger sent: https, public addresses, limits on everything."""

from __future__ import annotations

import asyncio
import errno
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from jobs import errors
from pipelines.addresses import Endpoint, Guard

MAX_REDIRECTS = 5
TOTAL_S = 300.0
CONNECT_S = 15.0
READ_S = 30.0
LEAST_BYTES_PER_S = 4096  # slower than this, after a while, is nobody's server
PATIENCE_S = 20.0
CHUNK_BYTES = 256 * 1024
_MAX_URL = 2048
_REDIRECTS = (301, 302, 303, 307, 308)
_PAGES = ("text/html", "application/xhtml", "text/plain", "application/json")
_PICTURE = "image/"
_HEADERS = {
    "Accept-Encoding": "identity",
    "Accept": "audio/*, video/*;q=0.9, */*;q=0.5",
    "User-Agent": "Pocketreel/0.1",
}
_STATUSES = {
    401: errors.LinkNeedsLogin,
    403: errors.LinkNeedsLogin,
    404: errors.LinkMissing,
    407: errors.LinkNeedsLogin,
    408: errors.LinkFailed,
    410: errors.LinkMissing,
    429: errors.LinkFailed,
}

OnBytes = Callable[[int, int], None]  # bytes so far, and of how many (0: unknown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much may come, and how long it may take."""

    max_bytes: int
    total_s: float = TOTAL_S
    read_s: float = READ_S
    patience_s: float = PATIENCE_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """Where the bytes are to go, how many, and who is told."""

    path: Path
    limits: Limits
    on_bytes: OnBytes
    claimed_bytes: int = 0  # what the sender said of its size


async def fetch_link(
    url: str,
    download: Download,
    *,
    allow: frozenset[Endpoint] = frozenset(),
    is_picture: bool = False,
) -> None:
    """Download the recording, or the picture, that it leads to. Raises JobError saying why not.

    `allow` are (address, port) that may be dialled although they are not public, by http too.
    """
    guard = Guard(allow)
    try:
        async with (
            asyncio.timeout(download.limits.total_s),
            _session(guard, download.limits) as session,
        ):
            await _follow(session, checked(url, allow), download, allow, is_picture)
    except errors.JobError:
        raise
    except TimeoutError as slow:
        raise errors.LinkTimedOut() from slow
    except (aiohttp.ClientError, OSError, ValueError) as wrong:
        raise _mapped(wrong, guard) from wrong


def checked(url: str, allow: frozenset[Endpoint]) -> URL:
    """The address, if it is one that we would ever ask. Raises LinkNotAllowed."""
    if len(url) > _MAX_URL or any(c in "\\ " or not c.isprintable() for c in url):
        raise errors.LinkNotAllowed("spelling")
    try:
        parsed = URL(url)
        host, port, authority = parsed.host, parsed.port, urlsplit(url).netloc
    except ValueError as wrong:
        raise errors.LinkNotAllowed("spelling") from wrong
    if not host or "@" in authority:
        raise errors.LinkNotAllowed("no host, or a password in it")
    is_allowed = any(port == allowed_port for _, allowed_port in allow)
    if not is_allowed and (parsed.scheme, port) != ("https", 443):
        raise errors.LinkNotAllowed("not https on its own port")
    if parsed.scheme not in ("http", "https"):
        raise errors.LinkNotAllowed("scheme")
    return parsed.with_fragment(None)


async def save_body(response: aiohttp.ClientResponse, download: Download) -> None:
    """Write the answer's body to the path. Raises SourceTooLarge, LinkTimedOut."""
    limits, length = download.limits, response.content_length or 0
    if length > limits.max_bytes:
        raise errors.SourceTooLarge(size_bytes=length, limit_bytes=limits.max_bytes)
    began, so_far = time.monotonic(), 0
    file = await asyncio.to_thread(download.path.open, "wb")
    try:
        async for chunk in response.content.iter_chunked(CHUNK_BYTES):
            so_far += len(chunk)
            if so_far > limits.max_bytes:
                raise errors.SourceTooLarge(
                    size_bytes=max(length, so_far), limit_bytes=limits.max_bytes
                )
            took_s = time.monotonic() - began
            if took_s > limits.patience_s and so_far < took_s * LEAST_BYTES_PER_S:
                raise errors.LinkTimedOut("too slow")
            await _write(file, chunk)
            download.on_bytes(so_far, length)
    finally:
        await asyncio.to_thread(file.close)


def is_no_room(wrong: Exception) -> bool:
    """Whether it was our own disk that could take no more."""
    return isinstance(wrong, OSError) and wrong.errno in (errno.ENOSPC, errno.EDQUOT)


def _session(guard: Guard, limits: Limits) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            socket_factory=guard.socket, force_close=True, use_dns_cache=False
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(
            total=None, sock_connect=min(CONNECT_S, limits.total_s), sock_read=limits.read_s
        ),
        headers=_HEADERS,
        trust_env=False,
        auto_decompress=False,
    )


async def _follow(
    session: aiohttp.ClientSession,
    url: URL,
    download: Download,
    allow: frozenset[Endpoint],
    is_picture: bool,
) -> None:
    for _ in range(MAX_REDIRECTS + 1):
        async with session.get(url, allow_redirects=False) as response:
            if response.status not in _REDIRECTS:
                _check(response, is_picture)
                await save_body(response, download)
                return
            location = response.headers.get("Location", "")
        url = checked(str(url.join(URL(location))), allow)
    raise errors.LinkRefused("too many redirects")


def _check(response: aiohttp.ClientResponse, is_picture: bool) -> None:
    if response.status >= 400:
        by_class = errors.LinkFailed if response.status >= 500 else errors.LinkRefused
        raise _STATUSES.get(response.status, by_class)(f"status {response.status}")
    if response.status != 200:
        raise errors.LinkRefused(f"status {response.status}")
    if response.headers.get("Content-Encoding", "identity").lower() not in ("identity", ""):
        raise errors.LinkRefused("it came compressed")
    kind = response.headers.get("Content-Type", "").lower()
    shown = kind.startswith(_PICTURE)
    if shown is not is_picture or kind.startswith(_PAGES):
        raise errors.LinkNotMedia()


def _mapped(wrong: Exception, guard: Guard) -> errors.JobError:
    if guard.has_refused:
        return errors.LinkNotPublic()
    if is_no_room(wrong):
        return errors.DiskFull()
    if isinstance(wrong, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
        return errors.LinkRefused("its certificate")
    if isinstance(wrong, aiohttp.InvalidURL | ValueError):
        return errors.LinkNotAllowed("spelling")
    if isinstance(wrong, aiohttp.ClientConnectorDNSError):
        return errors.LinkMissing("no such host")
    return errors.LinkFailed(type(wrong).__name__)


async def _write(file: BinaryIO, chunk: bytes) -> None:
    await asyncio.to_thread(file.write, chunk)
