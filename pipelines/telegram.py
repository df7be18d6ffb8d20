"""Brings a file from Telegram by its id. The token opens everything the bot may do: it is in every
address and in every path here, so none of them and no foreign error leaves this file."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp

from jobs.errors import (
    DiskFull,
    JobError,
    LinkTimedOut,
    NoProfilePhoto,
    SourceGone,
    SourceTooLarge,
    TelegramAway,
)
from pipelines.link import CONNECT_S, Download, is_no_room, save_body
from settings import MIB, Settings

CLOUD_BYTES = 20 * MIB  # what Telegram's own servers hand to a bot
_GONE = ("file_id", "file id", "file reference", "not found", "invalid file")


async def fetch_telegram(settings: Settings, file_id: str, download: Download) -> None:
    """Download the file. Raises SourceTooLarge, SourceGone, TelegramAway."""
    await _kept_quiet(download, lambda session: _fetch(session, settings, file_id, download))


async def fetch_profile_photo(settings: Settings, user_id: str, download: Download) -> None:
    """Download the newest photo of a person. Raises NoProfilePhoto, TelegramAway, SourceGone."""

    async def bring(session: aiohttp.ClientSession) -> None:
        await _fetch(session, settings, await _newest(session, settings, user_id), download)

    await _kept_quiet(download, bring)


async def _newest(session: aiohttp.ClientSession, settings: Settings, user_id: str) -> str:
    async with session.post(
        f"{settings.telegram_api_url}/bot{settings.telegram_bot_token}/getUserProfilePhotos",
        json={"user_id": int(user_id), "limit": 1},
    ) as answer:
        photos = _result(await answer.json(content_type=None), 0).get("photos")
    if not isinstance(photos, list) or not photos or not photos[0]:
        raise NoProfilePhoto()
    return str(photos[0][-1]["file_id"])


async def _kept_quiet(
    download: Download, bring: Callable[[aiohttp.ClientSession], Awaitable[None]]
) -> None:
    """Let it bring the file; what goes wrong is told without an address."""
    problem: JobError | None = None
    try:
        async with asyncio.timeout(download.limits.total_s), _session(download) as session:
            await bring(session)
    except LinkTimedOut as slow:
        problem = TelegramAway(str(slow))  # it is Telegram that dawdles, and that passes
    except JobError as refused:
        problem = refused
    except (aiohttp.ClientError, OSError, ValueError) as wrong:
        problem = DiskFull() if is_no_room(wrong) else TelegramAway(type(wrong).__name__)
    if problem is not None:
        # Raised here, so that no address hangs on it as its cause or context.
        raise problem


async def _fetch(
    session: aiohttp.ClientSession, settings: Settings, file_id: str, download: Download
) -> None:
    base, token = settings.telegram_api_url, settings.telegram_bot_token
    async with session.post(
        f"{base}/bot{token}/getFile",
        json={"file_id": file_id},
        timeout=_patience(settings, download),
    ) as answer:
        found = _result(await answer.json(content_type=None), download.claimed_bytes)
    _check_size(int(found.get("file_size") or 0), download)
    file_path = str(found.get("file_path") or "")
    if not file_path:
        raise SourceGone("no path")
    if settings.telegram_files_dir:
        await asyncio.to_thread(_copy, Path(settings.telegram_files_dir), file_path, download)
        return
    async with session.get(
        f"{base}/file/bot{token}/{file_path.lstrip('/')}", allow_redirects=False
    ) as response:
        if response.status == 404:
            raise SourceGone("no file")
        if response.status != 200:
            raise TelegramAway(f"status {response.status}")
        await save_body(response, download)


def _result(answer: Any, claimed_bytes: int) -> Mapping[str, Any]:
    if not isinstance(answer, dict):
        raise TelegramAway("no answer")
    if answer.get("ok") and isinstance(answer.get("result"), dict):
        result: Mapping[str, Any] = answer["result"]
        return result
    code, text = answer.get("error_code"), str(answer.get("description", "")).lower()
    if code == 400 and "too big" in text:
        raise SourceTooLarge(size_bytes=claimed_bytes, limit_bytes=CLOUD_BYTES)
    if code == 400 and "temporarily" not in text and any(word in text for word in _GONE):
        raise SourceGone("the file id")
    raise TelegramAway(f"error {code}")


def _copy(files_dir: Path, file_path: str, download: Download) -> None:
    """Copy what the server keeps below `files_dir`; nothing else on this disk is its to name."""
    source = Path(file_path).resolve()
    if not source.is_relative_to(files_dir.resolve()) or not source.is_file():
        raise SourceGone("not among the server's files")
    _check_size(source.stat().st_size, download)
    shutil.copyfile(source, download.path)


def _patience(settings: Settings, download: Download) -> aiohttp.ClientTimeout:
    """A server with --local answers once it has the whole file, another one at once."""
    wait_s = download.limits.total_s if settings.telegram_files_dir else download.limits.read_s
    return aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=wait_s)


def _check_size(size_bytes: int, download: Download) -> None:
    if size_bytes > download.limits.max_bytes:
        raise SourceTooLarge(size_bytes=size_bytes, limit_bytes=download.limits.max_bytes)


def _session(download: Download) -> aiohttp.ClientSession:
    read_s = download.limits.read_s
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=read_s),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
    )
