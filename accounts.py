"""What is elsewhere: does each account answer, and to our credentials? One real call for each, and
the one sentence that mends it, which names the variable and never its value."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from conversations.model import Finding
from jobs.errors import StoreUnavailable, StoreUnusable
from jobs.opening import open_store
from settings import (
    TELEGRAM,
    JobStoreBackend,
    RenderBackend,
    Settings,
    StorageBackend,
    UpdatesMode,
    contradictions,
)
from storage import keys
from storage.adapter import StorageAdapter, StorageError, StorageRefused
from storage.opening import build_storage

_TOKEN_REFUSED = (401, 404)
_UNANSWERED = (aiohttp.ClientError, TimeoutError, ValueError)
_R2_MENDS = {
    "AccessDenied": "the token may not write there; it needs Object Read & Write for R2_BUCKET",
    "InvalidAccessKeyId": "R2_ACCESS_KEY_ID is not known; copy it again from the R2 token",
    "InvalidArgument": "R2_ACCESS_KEY_ID is not an access key; copy it again from the R2 token",
    "NoSuchBucket": "there is no bucket of that name; make it, or set R2_BUCKET",
    "NotEntitled": "the account has no R2 yet; switch it on in Cloudflare's dashboard",
    "RequestTimeTooSkewed": "this machine's clock is wrong; let it be set from the network",
    "SignatureDoesNotMatch": "R2_SECRET_ACCESS_KEY is wrong; copy it again from the R2 token",
    "Unauthorized": "R2_ACCESS_KEY_ID is not known; copy it again from the R2 token",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What is looked at, and how long one look may take.

    With `cloud` every account must be well that there are credentials for, chosen or not, and so
    must Telegram's and the public address; without it only what the settings chose.
    """

    settings: Settings
    cloud: bool
    patience_s: float


async def job_store(visit: Visit) -> Finding:
    """Open it as the bot will, which reads and writes."""
    name, settings = "job store", visit.settings
    if visit.cloud and (settings.turso_database_url or settings.turso_auth_token):
        settings = replace(settings, job_store_backend=JobStoreBackend.TURSO)
    if lacking := contradictions(settings):
        return bad(name, "; ".join(lacking))
    kept_in, mend = str(settings.job_store_backend), ""
    if settings.job_store_backend is JobStoreBackend.TURSO:
        kept_in += f" at {urlsplit(settings.turso_database_url).netloc}"
        mend = "; see TURSO_DATABASE_URL, or try again in a minute"
    try:
        async with asyncio.timeout(visit.patience_s):
            store = await open_store(settings)
            await store.close()
    except StoreUnusable as problem:
        is_told = not mend or "TURSO_" in str(problem)
        return bad(name, f"{kept_in}: {problem}{'' if is_told else '; see TURSO_AUTH_TOKEN'}")
    except StoreUnavailable as problem:
        return bad(name, f"{kept_in}: {problem}{mend}")
    except TimeoutError:
        return bad(name, f"{kept_in}: it does not answer{mend}")
    return finding(name, True, kept_in, "")


async def storage(visit: Visit) -> Finding:
    """Put, get and delete a small object, as the bot will; from a bucket by a signed link too."""
    name, settings = "storage", visit.settings
    if visit.cloud and (settings.r2_bucket or settings.r2_secret_access_key):
        settings = replace(settings, storage_backend=StorageBackend.R2)
    if lacking := contradictions(settings):
        return bad(name, "; ".join(lacking))
    is_r2 = settings.storage_backend is StorageBackend.R2
    adapter = build_storage(settings)
    try:
        async with asyncio.timeout(visit.patience_s):
            problem = await _there_and_back(adapter, by_link=is_r2)
    except StorageRefused as refused:
        mend = f"refuses with {refused.code}; make a new R2 token and set R2_*"
        return bad(name, f"r2, bucket {settings.r2_bucket}: {_R2_MENDS.get(refused.code, mend)}")
    except TimeoutError:
        if not is_r2:
            return bad(name, "the disk does not answer; set DATA_DIR to another")
        variable = "R2_ENDPOINT_URL" if settings.r2_endpoint_url else "R2_ACCOUNT_ID"
        return bad(name, f"{settings.r2_url} does not answer; check {variable}")
    except (StorageError, OSError) as wrong:
        return bad(name, f"{settings.storage_backend}: {wrong}")
    finally:
        await adapter.close()
    words = f"r2, bucket {settings.r2_bucket}" if is_r2 else str(settings.storage_backend)
    return finding(name, not problem, words, problem)


async def telegram(visit: Visit) -> Finding:
    """getMe."""
    name, settings = "Telegram", visit.settings
    if not settings.telegram_bot_token:
        words = "TELEGRAM_BOT_TOKEN is not set: write /newbot to @BotFather and copy the token"
        return bad(name, words, is_optional=not visit.cloud)
    server = settings.telegram_api_url
    at_fault = "try again in a minute" if server == TELEGRAM else "see TELEGRAM_API_URL"
    try:
        status, answer = await _get_json(
            f"{server}/bot{settings.telegram_bot_token}/getMe", visit.patience_s
        )
        if status in _TOKEN_REFUSED:
            return bad(name, "TELEGRAM_BOT_TOKEN is refused; copy it again from @BotFather")
        if status != 200:
            return bad(name, f"{server} answered {status}; {at_fault}")
        return finding(name, True, f"@{answer['result']['username']}", "")
    except (*_UNANSWERED, LookupError, TypeError) as problem:
        # Only its type: the message would carry the address, and that carries the token.
        return bad(name, f"{server} does not answer ({type(problem).__name__}); {at_fault}")


async def address(visit: Visit) -> Finding:
    """PUBLIC_URL's own /health, the way the world comes."""
    name, settings = "public address", visit.settings
    if not settings.public_url:
        words = "PUBLIC_URL is not set: videos are sent in the chat, without a link"
        if settings.storage_backend is StorageBackend.R2:
            words = "PUBLIC_URL is not set: links lead to R2 itself"
        return bad(name, words, is_optional=True)
    if settings.telegram_updates is UpdatesMode.WEBHOOK and settings.public_url[:6] != "https:":
        return bad(name, "PUBLIC_URL: Telegram sends updates to https addresses only")
    mend = "is the bot running, and does what stands before it pass PUBLIC_URL on to PORT?"
    try:
        status, answer = await _get_json(f"{settings.public_url}/health", visit.patience_s)
    except _UNANSWERED as problem:
        words = f"{settings.public_url} does not answer ({type(problem).__name__}); {mend}"
        return bad(name, words, is_optional=not visit.cloud)
    is_ours = status == 200 and isinstance(answer, dict) and answer.get("status") == "ok"
    mend = f"{settings.public_url}/health answered {status}, and not as this bot does; {mend}"
    return finding(name, is_ours, settings.public_url, mend)


async def renderer(visit: Visit) -> Finding:
    """Look up both functions of the app on Modal; nothing is begun there."""
    name, settings = "renderer", visit.settings
    if visit.cloud and (settings.modal_token_id or settings.modal_token_secret):
        settings = replace(settings, render_backend=RenderBackend.MODAL)
    if settings.render_backend is RenderBackend.LOCAL:
        return finding(name, True, "here", "")
    # What else it needs has a line of its own.
    if lacking := [line for line in contradictions(settings) if line.startswith("MODAL_")]:
        return bad(name, "; ".join(lacking))
    # Its client takes half a second to import.
    from pipelines.modal_calls import ModalCalls, Standing

    calls = ModalCalls(
        settings.modal_app,
        settings.modal_token_id,
        settings.modal_token_secret,
        wait_s=visit.patience_s,
    )
    mends = {
        Standing.MISSING: "it is not deployed, or not whole; run `modal deploy -m modal_render.app`"
        " or set MODAL_APP",
        Standing.REFUSED: "MODAL_TOKEN_ID and MODAL_TOKEN_SECRET are refused; make a new token with"
        " `modal token new`",
        Standing.AWAY: "Modal does not answer; try again in a minute",
    }
    try:
        standing = await calls.standing()
    finally:
        await calls.close()
    where = f"modal, app {settings.modal_app}"
    mend = f"{where}: {mends.get(standing, '')}"
    return finding(name, standing is Standing.READY, where, mend)


def finding(name: str, is_well: bool, words: str, mend: str) -> Finding:
    return Finding(name=name, is_well=is_well, words=words if is_well else mend)


def bad(name: str, mend: str, *, is_optional: bool = False) -> Finding:
    return Finding(name=name, is_well=False, words=mend, is_optional=is_optional)


async def _there_and_back(adapter: StorageAdapter, *, by_link: bool) -> str:
    """What is wrong with it, in words; empty when nothing is."""
    key = keys.card("doctor", secrets.token_hex(8))
    await adapter.put_stream(key, _one_byte())
    try:
        back = b"".join([chunk async for chunk in adapter.get_stream(key)])
        linked = await _get(await adapter.download_link(key)) if by_link else back
    finally:
        await adapter.delete(key)
    if back != b"x":
        return "what was stored came back as something else"
    return "" if linked == b"x" else "its links are refused; see R2_SECRET_ACCESS_KEY and the clock"


async def _get(url: str) -> bytes:
    """What the link leads to; nothing when that is not to be had."""
    try:
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            return await answer.read()
    except aiohttp.ClientError:  # its words would show the link
        return b""


async def _get_json(url: str, patience_s: float) -> tuple[int, Any]:
    timeout = aiohttp.ClientTimeout(total=patience_s)
    async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as answer:
        return answer.status, await answer.json()


async def _one_byte() -> AsyncIterator[bytes]:
    yield b"x"
