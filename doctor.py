"""What is set up, what is not, and the one sentence that mends it."""

from __future__ import annotations

import asyncio
import importlib.metadata
import secrets
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import imageio_ffmpeg

from jobs.errors import StoreUnavailable, StoreUnusable
from jobs.opening import open_store
from settings import MIB, JobStoreBackend, Settings, StorageBackend, UpdatesMode
from storage import keys
from storage.adapter import StorageError, StorageRefused
from storage.opening import build_storage
from worker.run import MIN_FREE_BYTES

PATIENCE_S = 10.0
ENCODERS = ("libx264", "aac", "libmp3lame")
_PROBE = "doctor"
_TOKEN_REFUSED = (401, 404)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at. `words` say what it is, or how to mend it when it is not well."""

    name: str
    is_well: bool
    words: str
    is_optional: bool = False


Look = Callable[[Settings], Awaitable[Finding]]


async def examine(settings: Settings) -> list[Finding]:
    """Look at everything the settings ask for; nothing is changed that was there before."""
    return [await look(settings) for look in _LOOKS]


async def _python(_: Settings) -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return _finding("Python", sys.version_info >= (3, 11), version, "install Python 3.11 or newer")


async def _ffmpeg(_: Settings) -> Finding:
    try:
        program = imageio_ffmpeg.get_ffmpeg_exe()
        listed = await _output(program, "-hide_banner", "-encoders")
    except (RuntimeError, OSError, subprocess.SubprocessError) as problem:
        return _bad(
            "ffmpeg", f"did not run ({problem}); pip install --force-reinstall imageio-ffmpeg"
        )
    missing = [name for name in ENCODERS if name not in listed]
    mend = f"lacks {', '.join(missing)}; unset IMAGEIO_FFMPEG_EXE to use the one that comes along"
    return _finding("ffmpeg", not missing, Path(program).name, mend)


async def _data_dir(settings: Settings) -> Finding:
    folder = settings.data_dir.resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".{_PROBE}"
        probe.touch()
        probe.unlink()
        free = shutil.disk_usage(folder).free
    except OSError as problem:
        return _bad(
            "data folder", f"{folder}: {problem.strerror}; set DATA_DIR to a folder of yours"
        )
    mend = f"only {free // MIB} MB are free in {folder}; work waits until there are more"
    return _finding("data folder", free >= MIN_FREE_BYTES, f"{folder}, {free // MIB} MB free", mend)


async def _store(settings: Settings) -> Finding:
    name, kept_in = "job store", str(settings.job_store_backend)
    mend = ""
    if settings.job_store_backend is JobStoreBackend.TURSO:
        kept_in += f" at {urlsplit(settings.turso_database_url).netloc}"
        mend = "; see TURSO_DATABASE_URL, or try again in a minute"
    try:
        store = await open_store(settings)
        await store.close()
    except StoreUnusable as problem:
        return _bad(name, f"{kept_in}: {problem}")
    except StoreUnavailable as problem:
        return _bad(name, f"{kept_in}: {problem}{mend}")
    return _finding(name, True, kept_in, "")


async def _storage(settings: Settings) -> Finding:
    """Put, get and delete a small object, as the bot will."""
    storage = build_storage(settings)
    key = keys.card(_PROBE, secrets.token_hex(8))
    try:
        async with asyncio.timeout(PATIENCE_S):
            await storage.put_stream(key, _one_byte())
            back = b"".join([chunk async for chunk in storage.get_stream(key)])
            await storage.delete(key)
    except StorageRefused as refused:
        return _bad("storage", _mend_r2(settings, refused.code))
    except TimeoutError:
        if settings.storage_backend is StorageBackend.LOCAL:
            return _bad("storage", "the disk does not answer; set DATA_DIR to another")
        return _bad("storage", f"{settings.r2_url} does not answer; check R2_ACCOUNT_ID")
    except (StorageError, OSError) as problem:
        return _bad("storage", f"{settings.storage_backend}: {problem}")
    finally:
        await storage.close()
    words = str(settings.storage_backend)
    if settings.storage_backend is StorageBackend.R2:
        words += f", bucket {settings.r2_bucket}"
    return _finding("storage", back == b"x", words, "what was stored came back as something else")


def _mend_r2(settings: Settings, code: str) -> str:
    known = {
        "AccessDenied": "the token may not write there; it needs Object Read & Write for R2_BUCKET",
        "InvalidArgument": "R2_ACCESS_KEY_ID is not an access key; copy it again from the R2 token",
        "NoSuchBucket": f"there is no bucket {settings.r2_bucket}; make it, or set R2_BUCKET",
        "NotEntitled": "the account has no R2 yet; switch it on in Cloudflare's dashboard",
        "RequestTimeTooSkewed": "this machine's clock is wrong; let it be set from the network",
        "SignatureDoesNotMatch": "R2_SECRET_ACCESS_KEY is wrong; copy it again from the R2 token",
        "Unauthorized": "R2_ACCESS_KEY_ID is not known; copy it again from the R2 token",
    }
    return f"r2: {known.get(code, f'refuses with {code}; make a new R2 token and set R2_*')}"


async def _telegram(settings: Settings) -> Finding:
    name = "Telegram"
    if not settings.telegram_bot_token:
        return Finding(
            name=name,
            is_well=False,
            is_optional=True,
            words="TELEGRAM_BOT_TOKEN is not set: write /newbot to @BotFather and copy the token",
        )
    url = f"{settings.telegram_api_url}/bot{settings.telegram_bot_token}/getMe"
    try:
        status, answer = await _get_json(url)
    except (aiohttp.ClientError, TimeoutError, ValueError) as problem:
        # Only its type: the message would carry the address, and that carries the token.
        return _bad(name, f"{settings.telegram_api_url} does not answer ({type(problem).__name__})")
    if status in _TOKEN_REFUSED:
        return _bad(name, "the token is refused; copy it again from @BotFather")
    if status != 200:
        return _bad(name, f"{settings.telegram_api_url} answered {status}; try again in a minute")
    return _finding(name, True, f"@{answer['result']['username']}", "")


async def _address(settings: Settings) -> Finding:
    name = "public address"
    if not settings.public_url:
        words = "PUBLIC_URL is not set: videos are sent in the chat, without a link"
        if settings.storage_backend is StorageBackend.R2:
            words = "PUBLIC_URL is not set: links lead to R2 itself"
        return Finding(name=name, is_well=False, is_optional=True, words=words)
    if settings.telegram_updates is UpdatesMode.WEBHOOK and settings.public_url[:6] != "https:":
        return _bad(name, "Telegram sends updates to https addresses only")
    try:
        status, _ = await _get_json(f"{settings.public_url}/health")
    except (aiohttp.ClientError, TimeoutError, ValueError) as problem:
        words = f"{settings.public_url} does not answer ({type(problem).__name__}); is the bot up?"
        return Finding(name=name, is_well=False, is_optional=True, words=words)
    return _finding(name, status == 200, settings.public_url, f"/health answered {status}")


async def _youtube(_: Settings) -> Finding:
    version = importlib.metadata.version("yt-dlp")
    has_deno = shutil.which("deno", path=f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin")
    return Finding(
        name="YouTube links",
        is_well=bool(has_deno),
        is_optional=True,
        words=f"yt-dlp {version}"
        + ("" if has_deno else ", no JavaScript runtime: pip install deno"),
    )


_LOOKS: Sequence[Look] = (
    _python,
    _ffmpeg,
    _data_dir,
    _store,
    _storage,
    _telegram,
    _address,
    _youtube,
)


def _finding(name: str, is_well: bool, words: str, mend: str) -> Finding:
    return Finding(name=name, is_well=is_well, words=words if is_well else mend)


def _bad(name: str, mend: str) -> Finding:
    return Finding(name=name, is_well=False, words=mend)


async def _output(*argv: str) -> str:
    def run() -> str:
        return subprocess.run(
            argv, capture_output=True, check=True, timeout=PATIENCE_S
        ).stdout.decode()

    return await asyncio.to_thread(run)


async def _get_json(url: str) -> tuple[int, dict[str, dict[str, str]]]:
    timeout = aiohttp.ClientTimeout(total=PATIENCE_S)
    async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as answer:
        return answer.status, await answer.json()


async def _one_byte() -> AsyncIterator[bytes]:
    yield b"x"
