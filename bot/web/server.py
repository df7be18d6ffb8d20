"""The bot's own HTTP server, whatever its routes are."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler

from bot.web.api import errors
from jobs.errors import StoreUnavailable
from storage.adapter import StorageUnavailable

log = logging.getLogger(__name__)

API = "/api/"
_LOGGER = "aiohttp.server"
STOP_S = 2.0  # for answers under way when the server stops
KEEP_ALIVE_S = 75.0  # longer than the 60 s of most proxies, so that they hang up first
MAX_BODY_BYTES = 1024 * 1024  # of what is read whole; uploads are streamed


@asynccontextmanager
async def serving(
    host: str,
    port: int,
    routes: Sequence[web.RouteDef],
    *,
    keep_alive_s: float = KEEP_ALIVE_S,
) -> AsyncIterator[int]:
    """Serve the routes; gives the port that was bound (for port 0: a free one).

    Raises OSError when the port is taken.
    """
    app = web.Application(
        middlewares=[_answer_in_json, _answer_outages],
        client_max_size=MAX_BODY_BYTES,
        handler_args={
            # The event loop's debug mode would otherwise send tracebacks to visitors.
            "debug": False,
            # What is small on the wire stays small here.
            "auto_decompress": False,
            # Also the time in which a visitor must have said what it wants.
            "keepalive_timeout": keep_alive_s,
        },
    )
    app.add_routes(routes)
    logging.getLogger(_LOGGER).addFilter(_is_worth_a_line)
    # No access log: the links in it open files.
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=STOP_S)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        bound = int(runner.addresses[0][1])
        log.info("serving on port %d", bound)
        yield bound
    finally:
        await runner.cleanup()


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    """What is no HTTP is its sender's fault; each would else be a traceback with its bytes."""
    problem = record.exc_info[1] if record.exc_info else None
    return not isinstance(problem, HttpProcessingError)


@web.middleware
async def _answer_in_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Programs are refused in JSON, by whomever."""
    try:
        return await handler(request)
    except web.HTTPException as refused:
        told = errors.answer_of_server(refused) if request.path.startswith(API) else None
        if told is None:
            raise
        return told


@web.middleware
async def _answer_outages(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except (StoreUnavailable, StorageUnavailable) as away:
        log.warning("%s %s: %s", request.method, _room(request), type(away).__name__)
        raise web.HTTPServiceUnavailable(
            text="Not right now.\n", headers={"Retry-After": "5"}
        ) from None


def _room(request: web.Request) -> str:
    """The first part of the path; the rest may be a secret."""
    return "/" + request.path.lstrip("/").partition("/")[0][:20]
