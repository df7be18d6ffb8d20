"""The phone's side of the server, below `/phone/`: what the page and `Visitor` use.

Every request may say whose phone it is: `?user=` id, `name=`, `chat=` (a group's id).
Refusals are JSON as the Bot API's: `{"ok": false, "error_code", "description"}`.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import web
from aiohttp.typedefs import Handler

from phone.bot_api import BotApi
from phone.faults import Fault
from phone.files import Claims
from phone.groups import upgrade
from phone.limits import Limits
from phone.messages import Desk
from phone.page_requests import read_object, read_person, read_seconds, receive, whole
from phone.params import Params, Upload, guess_mime
from phone.people import PAGE_USER_ID, Person, block, press, say, send_file, speak
from phone.people import start as press_start
from phone.profile import get_text, wear
from phone.record import Event
from phone.refusals import Refusal, bad_request, not_found
from phone.samples import SAMPLES
from phone.transcript import chat_of, tell

KEEP_ALIVE_S = 15.0
LONGEST_WAIT_S = 30.0
KINDS = frozenset(("voice", "audio", "video", "video_note", "document", "photo"))
# What a browser may show from here.
_SHOWN = re.compile(r"image/jpeg|(audio|video)/[\w.+-]+")


class PageApi:
    """Routes of the phone. `start_parameter` is what the page's first Start carries."""

    def __init__(self, desk: Desk, api: BotApi, limits: Limits, *, start_parameter: str) -> None:
        self._desk = desk
        self._api = api
        self._limits = limits
        self.start_parameter = start_parameter

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/phone/state", self._state),
            web.get("/phone/events", self._events),
            web.get("/phone/wait", self._wait),
            web.get("/phone/transcript", self._transcript),
            web.get("/phone/media/{file_id}", self._media),
            web.get("/phone/samples", self._samples),
            web.get("/phone/journal", self._journal),
            web.get("/phone/faults", self._faults),
            web.delete("/phone/faults", self._clear_faults),
            web.post("/phone/faults", self._add_fault),
            web.post("/phone/start", self._start),
            web.post("/phone/text", self._text),
            web.post("/phone/file", self._file),
            web.post("/phone/sample/{name}", self._sample),
            web.post("/phone/fields", self._fields),
            web.post("/phone/press", self._press),
            web.post("/phone/block", self._block),
            web.post("/phone/upgrade", self._upgrade),
            web.post("/phone/wear", self._wear),
        ]

    async def _state(self, request: web.Request) -> web.Response:
        person = read_person(request)
        chats = self._desk.chats
        return web.json_response(
            {
                "person": person.as_user(),
                "chat_id": person.chat_id,
                "chat": person.as_chat(),
                "bot": self._desk.me.as_user(),
                "about": get_text(chats, Params({}), "description")["description"],
                "commands": chats.profile.get("commands:default:", []),
                "messages": chats.messages_of(person.chat_id),
                "reactions": chats.reactions(person.chat_id),
                "blocked": chats.is_blocked(person.chat_id),
                # The claim is the owner's alone: a second phone must not take the bot over.
                "start_parameter": self._start_parameter(person),
                "number": len(chats.events),
            }
        )

    def _start_parameter(self, person: Person) -> str:
        return self.start_parameter if person.user_id == PAGE_USER_ID else ""

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events after `after` (or the header a browser reconnects with)."""
        person = read_person(request)
        after = request.headers.get("Last-Event-ID") or request.query.get("after", "0")
        number = whole(after)
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        chats = self._desk.chats
        try:
            while not chats.closing:
                fresh = chats.events[number:]
                number = len(chats.events)
                lines = [_as_sse(event) for event in fresh if chat_of(event) == person.chat_id]
                await response.write("".join(lines).encode() if lines else b": still here\n\n")
                await chats.wait_past(number, KEEP_ALIVE_S)
        except ConnectionResetError:
            pass  # the page was closed
        return response

    async def _wait(self, request: web.Request) -> web.Response:
        """The chat's events after `after`, waiting up to `timeout` seconds for one of any chat."""
        person = read_person(request)
        after = whole(request.query.get("after", "0"))
        timeout_s = min(read_seconds(request.query.get("timeout", "")), LONGEST_WAIT_S)
        chats = self._desk.chats
        await chats.wait_past(after, timeout_s)
        fresh = chats.events[after:]
        return web.json_response(
            {
                "number": len(chats.events),
                "events": [event.to_json() for event in fresh if chat_of(event) == person.chat_id],
            }
        )

    async def _transcript(self, request: web.Request) -> web.Response:
        person = read_person(request)
        return web.json_response(tell(self._desk.chats.events, person.chat_id, self._desk.me.id))

    async def _media(self, request: web.Request) -> web.StreamResponse:
        stored = self._desk.chats.file(request.match_info["file_id"])
        if stored is None:
            raise web.HTTPNotFound(text="There is no such file.")
        headers = {"Content-Type": stored.mime, "Cache-Control": "private, max-age=86400"}
        if stored.kind == "document" or not _SHOWN.fullmatch(stored.mime):
            # A page or a script that somebody sent must not become one of ours.
            headers["Content-Type"] = "application/octet-stream"
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(stored.name)}"
        return web.FileResponse(self._desk.files.root / stored.path, headers=headers)

    async def _samples(self, _: web.Request) -> web.Response:
        return web.json_response([sample.to_json() for sample in SAMPLES.values()])

    async def _journal(self, request: web.Request) -> web.Response:
        after = whole(request.query.get("after", "0"))
        return web.json_response(self._api.journal.after(after))

    async def _faults(self, _: web.Request) -> web.Response:
        return web.json_response([fault.to_json() for fault in self._api.faults.waiting()])

    async def _add_fault(self, request: web.Request) -> web.Response:
        try:
            self._api.faults.add(Fault.from_json(await read_object(request)))
        except ValueError as wrong:
            raise bad_request(f"that is no fault: {wrong}") from None
        return await self._faults(request)

    async def _clear_faults(self, request: web.Request) -> web.Response:
        self._api.faults.clear()
        return await self._faults(request)

    async def _start(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        return _said(press_start(self._desk, read_person(request), str(body.get("parameter", ""))))

    async def _text(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        text, reply_to = str(body.get("text", "")), whole(body.get("reply_to"))
        return _said(say(self._desk, read_person(request), text, reply_to=reply_to))

    async def _file(self, request: web.Request) -> web.Response:
        """A file as the request's body; what it is stands in the query."""
        query = request.query
        name = Path(query.get("file_name", "file")).name or "file"
        mime = query.get("mime") or guess_mime(name)
        kind = query.get("kind") or _kind_for(mime)
        if kind not in KINDS:
            raise bad_request(f"a phone does not send {kind}")
        path = self._desk.files.incoming / secrets.token_hex(8)
        try:
            size = await receive(request, path, self._limits.visitor_bytes)
            upload = Upload(path=path, name=name, mime=mime, size=size)
            claims = Claims(
                duration_s=whole(query.get("duration", "0")),
                title=query.get("title", ""),
                performer=query.get("performer", ""),
            )
            message = await send_file(
                self._desk,
                read_person(request),
                upload,
                kind,
                claims,
                caption=query.get("caption", ""),
                reply_to=whole(query.get("reply_to", "0")),
            )
        finally:
            path.unlink(missing_ok=True)
        return _said(message)

    async def _sample(self, request: web.Request) -> web.Response:
        sample = SAMPLES.get(request.match_info["name"])
        if sample is None:
            raise not_found()
        path = self._desk.files.incoming / secrets.token_hex(8)
        # It stands for what somebody has just recorded, as often as they like.
        claims = Claims(title=sample.title, performer=sample.performer, is_new=True)
        try:
            await asyncio.to_thread(shutil.copyfile, sample.path, path)
            size = path.stat().st_size
            upload = Upload(path=path, name=sample.file, mime=sample.mime, size=size)
            person = read_person(request)
            message = await send_file(self._desk, person, upload, sample.kind, claims)
        finally:
            path.unlink(missing_ok=True)
        return _said(message)

    async def _fields(self, request: web.Request) -> web.Response:
        """A message made of any fields: a location, a contact, something forwarded."""
        return _said(speak(self._desk, read_person(request), await read_object(request)))

    async def _press(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        message_id, data = whole(body.get("message_id")), str(body.get("data", ""))
        late = self._api.conditions.late_presses
        query_id = press(self._desk, read_person(request), message_id, data, late=late)
        return web.json_response({"query_id": query_id})

    async def _block(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        block(self._desk, read_person(request), blocked=bool(body.get("blocked", True)))
        return web.json_response({})

    async def _upgrade(self, request: web.Request) -> web.Response:
        """The group becomes a supergroup."""
        return web.json_response({"chat_id": upgrade(self._desk, read_person(request))})

    async def _wear(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        wear(self._desk.chats, read_person(request).user_id, str(body.get("file_id", "")))
        return web.json_response({})


@web.middleware
async def answer_refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refusals of the phone's own side, said as the Bot API says them."""
    try:
        return await handler(request)
    except Refusal as refused:
        return web.json_response(refused.to_json(), status=refused.code)


def _said(message: Any) -> web.Response:
    return web.json_response({"message": message})


def _as_sse(event: Event) -> str:
    data = json.dumps(event.to_json(), ensure_ascii=False, separators=(",", ":"))
    return f"id: {event.number}\ndata: {data}\n\n"


def _kind_for(mime: str) -> str:
    """What Telegram's apps make of a dropped file."""
    family = mime.partition("/")[0]
    return {"audio": "audio", "video": "video", "image": "photo"}.get(family, "document")
