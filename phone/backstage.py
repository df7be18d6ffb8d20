"""Behind the chat, below `/phone/backstage`: what the bot does, and ways to make it go wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from phone.bot_api import BotApi
from phone.limits import Limits
from phone.messages import Desk
from phone.mishaps import press_gone, send_large
from phone.page_requests import read_object, read_person, read_seconds, whole
from phone.people import Person
from phone.record import Json
from phone.refusals import bad_request, not_found

FLOOD_S = 10.0
LONGEST_FLOOD_S = 120.0
MINUTE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What only the process that runs the bot can tell and do; we know the bot by its calls.

    `rows` are the person's newest card and its jobs; `kill_render` kills what draws that card's
    video, False when nothing does; `restart_bot` returns once the bot is back. `telegram` is how
    the bot on Telegram itself is; `take_along` begins one with a token, `leave` ends it, and both
    say how it is then.
    """

    rows: Callable[[Person], Awaitable[Json]]
    kill_render: Callable[[Person], Awaitable[bool]]
    restart_bot: Callable[[], Awaitable[None]]
    telegram: Callable[[], Json]
    take_along: Callable[[str], Awaitable[Json]]
    leave: Callable[[], Awaitable[Json]]


class Backstage:
    """Routes of the panel beside the chat. `home` is None where the bot runs elsewhere."""

    def __init__(self, desk: Desk, api: BotApi, limits: Limits) -> None:
        self._desk = desk
        self._api = api
        self._limits = limits
        self.home: Home | None = None

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/phone/backstage", self._look),
            web.post("/phone/backstage/conditions", self._change),
            web.post("/phone/backstage/flood", self._flood),
            web.post("/phone/backstage/gone", self._press_gone),
            web.post("/phone/backstage/large", self._send_large),
            web.post("/phone/backstage/restart", self._restart),
            web.post("/phone/backstage/kill", self._kill),
            web.post("/phone/backstage/telegram", self._take_along),
            web.delete("/phone/backstage/telegram", self._leave),
        ]

    async def _look(self, request: web.Request) -> web.Response:
        """All there is to see; of the calls those after number `after`."""
        person = read_person(request)
        return web.json_response(
            {
                "calls": self._api.journal.after(whole(request.query.get("after", "0"))),
                "per_minute": self._per_minute(person),
                "shut_s": self._desk.floods.shut_s(person.chat_id),
                "conditions": self._api.conditions.to_json(),
                "home": await self.home.rows(person) if self.home else None,
                "telegram": self.home.telegram() if self.home else None,
            }
        )

    def _per_minute(self, person: Person) -> int:
        """How many messages and edits a minute the person's chat takes."""
        if person.chat_id < 0:
            return self._limits.group_per_min
        return round(self._limits.chat_per_s * MINUTE_S)

    async def _change(self, request: web.Request) -> web.Response:
        try:
            self._api.conditions.change(await read_object(request))
        except ValueError as wrong:
            raise bad_request(str(wrong)) from None
        return web.json_response(self._api.conditions.to_json())

    async def _flood(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        wait_s = read_seconds(str(body.get("seconds", FLOOD_S)))
        self._desk.floods.shut(read_person(request).chat_id, min(wait_s, LONGEST_FLOOD_S))
        return web.json_response({})

    async def _press_gone(self, request: web.Request) -> web.Response:
        late = self._api.conditions.late_presses
        return web.json_response({"label": press_gone(self._desk, read_person(request), late=late)})

    async def _send_large(self, request: web.Request) -> web.Response:
        return web.json_response({"message": await send_large(self._desk, read_person(request))})

    async def _restart(self, _: web.Request) -> web.Response:
        await self._at_home().restart_bot()
        return web.json_response({})

    async def _kill(self, request: web.Request) -> web.Response:
        return web.json_response(
            {"killed": await self._at_home().kill_render(read_person(request))}
        )

    async def _take_along(self, request: web.Request) -> web.Response:
        token = str((await read_object(request)).get("token", ""))
        return web.json_response(await self._at_home().take_along(token))

    async def _leave(self, _: web.Request) -> web.Response:
        return web.json_response(await self._at_home().leave())

    def _at_home(self) -> Home:
        if self.home is None:
            raise not_found()
        return self.home
