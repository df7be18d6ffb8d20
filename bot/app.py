"""The bot: reads updates, empties the outbox, serves its own HTTP server."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

from aiohttp import web
from telegram import Bot

from bot.actions import Actions
from bot.answers import Answers
from bot.decisions import Decisions
from bot.delivery import Delivery
from bot.facts import FactsReader, limits_of
from bot.gate import CLAIM
from bot.lateness import Lateness
from bot.line import Line, LineRequest, PlainRequest
from bot.pace import Pace, Spacing
from bot.profile import set_profile
from bot.progress import Progress
from bot.reading import Patience, Poller, Receiver
from bot.refusals import CallFailed, Rejected, TokenRefused, calling
from bot.sending import Post
from bot.updates import ALLOWED
from bot.web.api.desk import Desk
from bot.web.api.serve import Api
from bot.web.files import Files
from bot.web.health import Condition, Health
from bot.web.incoming import Incoming
from bot.web.links import VideoLinks
from bot.web.metrics import Metrics
from bot.web.pages import site
from bot.web.pages.links import PageLinks
from bot.web.server import serving
from bot.web.telegram import PATH, Webhook, webhook_secret
from bot.web.videos import Videos
from bot.web.webhook import Reports
from bot.webhook_watch import WebhookWatch
from conversations.checkup import Examine, nothing_to_see
from jobs.errors import StoreUnavailable
from jobs.model import Person
from jobs.opening import Store
from settings import Settings, SettingsError, UpdatesMode, is_loopback, signing_key
from storage.adapter import StorageAdapter
from storage.local import LocalStorage

log = logging.getLogger(__name__)

CONNECT_S = 10.0
READ_S = 20.0
UPLOAD_S = 120.0  # 48 MB at 3.2 Mbit/s
CONNECTIONS = 32


@dataclass(slots=True)
class _Parts:
    """What one run of the bot is made of."""

    settings: Settings
    store: Store
    storage: StorageAdapter
    bot: Bot
    announce: Callable[[str], None]
    spacing: Spacing
    examine: Examine = nothing_to_see
    line: Line = field(default_factory=Line)
    condition: Condition = field(default_factory=Condition)
    opened: asyncio.Event = field(default_factory=asyncio.Event)


async def run_bot(
    settings: Settings,
    store: Store,
    storage: StorageAdapter,
    stopping: asyncio.Event,
    *,
    announce: Callable[[str], None],
    spacing: Spacing | None = None,
    examine: Examine = nothing_to_see,
) -> None:
    """Be the bot until `stopping`. `announce` gets the lines a person at the terminal needs,
    `examine` looks at what is set up when the owner asks.

    Raises OSError when the server's port is taken, SettingsError without a token.
    """
    line = Line(on_back=store.bells.outbox.ring)
    bot, pacing = build_bot(settings, line), spacing or Spacing()
    parts = _Parts(settings, store, storage, bot, announce, pacing, examine, line)
    if given_up := await store.outbox.recover():
        log.warning("%d messages may or may not have arrived before the last stop", given_up)
    try:
        await _run(parts, stopping)
    finally:
        await parts.bot.shutdown()


def build_bot(settings: Settings, line: Line | None = None) -> Bot:
    """The library's client, with time limits for every call. Raises SettingsError."""
    if not settings.telegram_bot_token:
        raise SettingsError("TELEGRAM_BOT_TOKEN: is needed to run the bot")
    base = settings.telegram_api_url.rstrip("/")
    return Bot(
        settings.telegram_bot_token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=LineRequest(
            line or Line(),
            connection_pool_size=CONNECTIONS,
            connect_timeout=CONNECT_S,
            read_timeout=READ_S,
            write_timeout=READ_S,
            pool_timeout=CONNECT_S,
            media_write_timeout=UPLOAD_S,
        ),
        get_updates_request=PlainRequest(connection_pool_size=1),
    )


async def _run(parts: _Parts, stopping: asyncio.Event) -> None:
    key = signing_key(parts.settings)
    facts = FactsReader(
        store=parts.store,
        storage=parts.storage,
        links=VideoLinks(parts.settings.link_base, key, parts.settings.retention_s),
        pages=PageLinks(parts.settings.page_base, key),
        limits=limits_of(parts.settings),
        folder=parts.settings.data_dir,
        bot_name=partial(_name, parts),
    )
    async with asyncio.TaskGroup() as group:
        pace = Pace(parts.spacing)
        post = Post(parts.bot, parts.storage)
        answers = Answers(post, pace, group, examine=parts.examine)
        receiver = Receiver(parts.bot, parts.store.updates, Decisions(parts.store, facts), answers)
        webhook = Webhook(receiver, webhook_secret(key), parts.opened)
        async with serving(
            parts.settings.host, parts.settings.port, _routes(parts, facts, webhook)
        ):
            async with _working(group, parts, facts, receiver, pace, stopping):
                await stopping.wait()
            answers.stop()


@asynccontextmanager
async def _working(
    group: asyncio.TaskGroup,
    parts: _Parts,
    facts: FactsReader,
    receiver: Receiver,
    pace: Pace,
    stopping: asyncio.Event,
) -> AsyncIterator[None]:
    """Everything that goes on beside the server during the block."""
    actions = Actions(parts.bot, pace)
    post = Post(parts.bot, parts.storage)
    delivery = Delivery(post, parts.store, facts, pace, actions)
    lateness = Lateness(parts.store.outbox, parts.store.alerts, parts.condition, actions)
    progress = group.create_task(
        _talk(parts, Progress(delivery, parts.condition, parts.line), stopping)
    )
    others = [
        group.create_task(actions.run()),
        group.create_task(lateness.run()),
        group.create_task(_listen(parts, receiver)),
    ]
    try:
        yield
    finally:
        for task in others:
            task.cancel()
        parts.opened.set()
        parts.store.bells.outbox.ring()
        await asyncio.wait([progress, *others])


async def _talk(parts: _Parts, progress: Progress, stopping: asyncio.Event) -> None:
    await parts.opened.wait()
    await progress.run(stopping)


async def _listen(parts: _Parts, receiver: Receiver) -> None:
    """Get to know ourselves, then take updates in the way the settings ask for."""
    if not await _introduced(parts):
        return
    parts.condition.introduced = True
    parts.opened.set()
    owner = await _announced(parts)
    bot, store = parts.bot, parts.store
    async with asyncio.TaskGroup() as group:
        group.create_task(set_profile(bot, owner))
        if parts.settings.telegram_updates is UpdatesMode.POLLING:
            poller = Poller(bot, store.updates, receiver, parts.condition, store.alerts)
            group.create_task(poller.run())
        else:
            watch = WebhookWatch(bot, store.alerts, _webhook_url(parts.settings))
            group.create_task(watch.run())


async def _introduced(parts: _Parts) -> bool:
    """Whether Telegram knows us and takes our terms; waits while it does not answer at all."""
    patience = Patience("nothing begins before telegram answers", 1.0, 10.0)
    while True:
        try:
            with calling():
                await parts.bot.initialize()
                await _set_mode(parts)
            return True
        except TokenRefused:
            parts.condition.token_refused = True
            log.error("telegram refuses the token: the bot stays silent")  # noqa: TRY400
            parts.announce("Telegram refuses TELEGRAM_BOT_TOKEN. Ask BotFather for a new one.")
            return False
        except Rejected as rejected:
            parts.condition.refusal = str(rejected)
            log.error("telegram refuses: %s: the bot stays silent", rejected)  # noqa: TRY400
            parts.announce(_way_out(parts.settings, rejected))
            return False
        except CallFailed:
            await patience.wait()


def _way_out(settings: Settings, rejected: Rejected) -> str:
    if settings.telegram_updates is UpdatesMode.POLLING:
        return f"Telegram refuses to begin: {rejected}."
    return (
        f"Telegram refuses the webhook {settings.link_base}{PATH}: {rejected}. Set PUBLIC_URL to"
        " an https address that Telegram can reach, or TELEGRAM_UPDATES to polling."
    )


async def _set_mode(parts: _Parts) -> None:
    """Pending updates are kept either way: one dropped is a recording lost."""
    settings = parts.settings
    if settings.telegram_updates is UpdatesMode.POLLING:
        await parts.bot.delete_webhook(drop_pending_updates=False)
        return
    await parts.bot.set_webhook(
        _webhook_url(settings),
        secret_token=webhook_secret(signing_key(settings)),
        allowed_updates=list(ALLOWED),
        # One at a time keeps what a person does in order.
        max_connections=1,
    )


def _webhook_url(settings: Settings) -> str:
    return f"{settings.link_base}{PATH}"


async def _announced(parts: _Parts) -> Person | None:
    """Say where we are, and how to own us while nobody does; the owner, if there is one."""
    patience = Patience("the store does not answer", 1.0, 10.0)
    while True:
        try:
            owner = await parts.store.people.owner()
            code = await parts.store.people.claim_code()
            break
        except StoreUnavailable:
            await patience.wait()
    name = parts.bot.username
    parts.announce(f"Running as https://t.me/{name}")
    if code:
        parts.announce(f"Open https://t.me/{name}?start={CLAIM}{code} to own this bot")
    return owner


def _routes(parts: _Parts, facts: FactsReader, webhook: Webhook) -> Sequence[web.RouteDef]:
    routes = [
        *Health(parts.store.outbox, parts.condition).routes(),
        *Metrics(parts.store, parts.condition, parts.settings.metrics_token).routes(),
        *Videos(parts.store.jobs, parts.storage, facts.links).routes(),
        *Api(Desk(facts=facts)).routes(),
        *Reports(parts.store.jobs, parts.storage, signing_key(parts.settings)).routes(),
        *site.routes(facts, partial(_chat, parts)),
    ]
    if isinstance(parts.storage, LocalStorage):
        routes += [*Files(parts.storage).routes(), *Incoming(parts.storage).routes()]
    if parts.settings.telegram_updates is UpdatesMode.WEBHOOK:
        routes += webhook.routes()
    return routes


def _chat(parts: _Parts) -> str:
    """Where the chat is that a page was opened from; empty before the bot knows its name."""
    api = parts.settings.telegram_api_url
    if is_loopback(urlsplit(api).hostname or ""):
        return api  # the phone of `make try`
    return f"https://t.me/{_name(parts)}" if parts.condition.introduced else ""


def _name(parts: _Parts) -> str:
    return parts.bot.username if parts.condition.introduced else ""
