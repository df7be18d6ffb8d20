"""The phone's server: one port with the Bot API for the bot and the page for the person."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from phone.backstage import Backstage, Home
from phone.bot_api import BotApi
from phone.chats import Chats
from phone.files import Files
from phone.floods import Floods
from phone.guard import LOOPBACK_NAMES, add_headers, guard
from phone.limits import MIB, Limits
from phone.messages import Desk
from phone.page_api import PageApi, answer_refusals
from phone.profile import BotCard
from phone.record import Record
from phone.updates import Updates

PAGE = Path(__file__).parent / "page"
# The shape Telegram gives its tokens; it opens nothing outside this machine.
LOCAL_TOKEN = "7000000001:local-phone-needs-no-secret-token"  # noqa: S105
STOP_S = 2.0  # for answers under way when the server stops


@dataclass(slots=True)
class Phone:
    """A running phone. A bot's `base_url` is `{url}/bot`, its `base_file_url` `{url}/file/bot`.

    `desk` is what happened on it, for whoever is in this process.
    """

    url: str
    token: str
    api: BotApi
    desk: Desk
    _page: PageApi
    _backstage: Backstage
    _runner: web.AppRunner

    @property
    def start_parameter(self) -> str:
        return self._page.start_parameter

    @start_parameter.setter
    def start_parameter(self, parameter: str) -> None:
        self._page.start_parameter = parameter

    def show_home(self, home: Home) -> None:
        """Let the page see and do what only the process that runs the bot can."""
        self._backstage.home = home

    async def stop(self) -> None:
        """Answer what waits, close every connection, keep the state."""
        self.desk.chats.stop_waiting()
        await self._runner.cleanup()
        self.desk.chats.close()


async def start_phone(
    data_dir: Path,
    host: str = "127.0.0.1",
    port: int = 0,
    token: str = LOCAL_TOKEN,
    *,
    start_parameter: str = "",
    bot_name: str = "Pocketreel",
    bot_username: str = "pocketreel_bot",
    limits: Limits | None = None,
    names: frozenset[str] = frozenset(),
) -> Phone:
    """Serve the phone; its state lives below `data_dir` and survives any death of the process.

    Port 0 takes a free one. `names` are further host names, besides loopback's and `host`, that
    requests may be addressed to. Raises OSError when the port is taken or another process keeps
    its state in `data_dir`.
    """
    limits = limits or Limits()
    chats = Chats(Record(data_dir / "record.jsonl"))
    chats.open()
    files = Files(data_dir / "files", chats, limits)
    files.open()
    me = BotCard(id=int(token.partition(":")[0]), name=bot_name, username=bot_username)
    floods = Floods(limits, time.monotonic)
    desk = Desk(chats, files, floods, me, limits.callback_s)
    updates = Updates(chats)
    api = BotApi(token, desk, updates, limits)
    page = PageApi(desk, api, limits, start_parameter=start_parameter)
    backstage = Backstage(desk, api, limits)
    routes = [*api.routes(), *page.routes(), *backstage.routes()]
    runner = web.AppRunner(
        _application(routes, updates, names | LOOPBACK_NAMES | {host}),
        access_log=None,
        shutdown_timeout=STOP_S,
    )
    try:
        await runner.setup()
        await web.TCPSite(runner, host, port).start()
    except OSError:
        await runner.cleanup()
        chats.close()
        raise
    bound = runner.addresses[0][1]
    shown = f"[{host}]" if ":" in host else host
    return Phone(f"http://{shown}:{bound}", token, api, desk, page, backstage, runner)


def _application(
    routes: list[web.RouteDef], updates: Updates, names: frozenset[str]
) -> web.Application:
    app = web.Application(middlewares=[guard(names), answer_refusals], client_max_size=MIB)
    app.add_routes(routes)
    app.add_routes([web.get("/", _index), web.static("/page", PAGE)])
    app.on_response_prepare.append(add_headers)

    async def deliver(_: web.Application) -> AsyncIterator[None]:
        delivering = asyncio.create_task(updates.deliver())
        yield
        delivering.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await delivering

    app.cleanup_ctx.append(deliver)
    return app


async def _index(_: web.Request) -> web.StreamResponse:
    return web.FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-store"})
