"""A strict local Telegram Bot API: `/bot<token>/<method>` and `/file/bot<token>/<path>`.

It takes what Telegram takes and refuses what Telegram refuses, in Telegram's words and codes. A
bot runs against it unchanged, with nothing but another base address.
"""

from __future__ import annotations

import hmac
import json
import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp import web

from phone.chats import StoredFile
from phone.conditions import SLOW_S, Conditions
from phone.edits import (
    answer_callback,
    delete_message,
    delete_messages,
    edit_caption,
    edit_markup,
    edit_media,
    edit_text,
    set_reaction,
)
from phone.faults import Fault, Faults, Trouble
from phone.journal import Call, Journal, shown
from phone.limits import Limits
from phone.messages import Desk, read_chat_id, send_chat_action, send_media, send_media_group
from phone.messages import send_message as send_text
from phone.params import Params, read_params
from phone.profile import (
    delete_commands,
    get_commands,
    get_profile_photos,
    get_text,
    set_commands,
    set_text,
)
from phone.refusals import (
    VOICES_FORBIDDEN,
    Refusal,
    bad_request,
    flood,
    internal,
    not_found,
    unauthorized,
)
from phone.updates import Updates

log = logging.getLogger(__name__)

Method = Callable[[Params], Awaitable[Any]]
_TOKEN = re.compile(r"\d+:[\w-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How one request ended, before it is written down and sent."""

    code: int
    body: Mapping[str, Any]
    params: Params
    trouble: str = ""
    hang_up: bool = False


class BotApi:
    """The methods behind one token, and the journal and faults that go with them."""

    def __init__(self, token: str, desk: Desk, updates: Updates, limits: Limits) -> None:
        self._token = token
        self._desk = desk
        self._limits = limits
        self._methods = _methods(desk, updates, limits)
        self.journal = Journal()
        self.faults = Faults()
        self.conditions = Conditions()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.route("*", "/bot{token:[^/]+}/{method:[^/]*}", self._call),
            web.get("/file/bot{token:[^/]+}/{path:.+}", self._download),
        ]

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        started = time.monotonic()
        asked = await self._ask(request, method)
        answer = json.dumps(asked.body, ensure_ascii=False).encode()
        self.journal.add(
            Call(
                number=self.journal.next_number(),
                at=self._desk.chats.now(),
                method=method,
                chat_id=asked.params.text("chat_id"),
                sent_bytes=asked.params.size,
                answer_bytes=len(answer),
                took_s=round(time.monotonic() - started, 4),
                code=asked.code,
                description=str(asked.body.get("description", "")),
                trouble=asked.trouble,
                params=shown(asked.params.values),
            )
        )
        if asked.hang_up:
            return _hung_up(request)
        return web.Response(body=answer, status=asked.code, content_type="application/json")

    async def _ask(self, request: web.Request, method: str) -> Asked:
        params = Params({})
        fault: Fault | None = None
        body: Mapping[str, Any]
        try:
            self._check_token(request.match_info["token"])
            most_bytes = self._limits.upload_bytes
            params = await read_params(request, self._desk.files.incoming, most_bytes)
            with params:
                await self._weather(method)
                fault = self.faults.meet(method)
                if fault and await self._struck(fault):
                    return Asked(
                        code=0, body={}, params=params, trouble=fault.trouble, hang_up=True
                    )
                run = self._methods.get(method.lower())
                if run is None:
                    raise not_found()
                result = await run(params)
            code, body = 200, {"ok": True, "result": result}
        except Refusal as refused:
            code, body = refused.code, refused.to_json()
        return Asked(
            code=code,
            body=body,
            params=params,
            trouble=fault.trouble if fault else "",
            hang_up=fault is not None and fault.trouble is Trouble.DROP,
        )

    async def _weather(self, method: str) -> None:
        """What lasting conditions do to a call. Raises Refusal 400."""
        if self.conditions.slow:
            await self._linger(SLOW_S)
        if self.conditions.no_voices and method.lower() == "sendvoice":
            raise bad_request(VOICES_FORBIDDEN)

    async def _struck(self, fault: Fault) -> bool:
        """Whether the line is to be cut before anything is applied. Raises Refusal for refusals."""
        if fault.trouble is Trouble.FLOOD:
            raise flood(fault.retry_after)
        if fault.trouble is Trouble.INTERNAL:
            raise internal()
        if fault.trouble is Trouble.REFUSE:
            raise Refusal(fault.code, fault.description)
        if fault.trouble in (Trouble.TIMEOUT, Trouble.SLOW):
            await self._linger(fault.seconds)
        return fault.trouble in (Trouble.TIMEOUT, Trouble.DISCONNECT)

    async def _linger(self, seconds: float) -> None:
        """Wait, unless the server is about to stop."""
        until = time.monotonic() + seconds
        chats = self._desk.chats
        while (left_s := until - time.monotonic()) > 0 and not chats.closing:
            await chats.wait_past(len(chats.events), left_s)

    def _check_token(self, token: str) -> None:
        if not _TOKEN.fullmatch(token):
            raise not_found()
        if not hmac.compare_digest(token.encode(), self._token.encode()):
            raise unauthorized()

    async def _download(self, request: web.Request) -> web.StreamResponse:
        try:
            self._check_token(request.match_info["token"])
            await self._weather("file")
            fault = self.faults.meet("file")
            if fault and await self._struck(fault):
                return _hung_up(request)
            stored = self._desk.chats.file_at(request.match_info["path"])
            # With --local the real one serves no files.
            if stored is None or not _is_fetchable(stored, self._limits) or self._limits.is_local:
                raise not_found()
        except Refusal as refused:
            return web.json_response(refused.to_json(), status=refused.code)
        path = self._desk.files.root / stored.path
        return web.FileResponse(path, headers={"Content-Type": "application/octet-stream"})


def _hung_up(request: web.Request) -> web.Response:
    """What is left to say once the line is cut: nothing arrives."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _methods(desk: Desk, updates: Updates, limits: Limits) -> Mapping[str, Method]:
    """Every method by its lower-case name; Telegram does not mind the case either."""

    def at_once(method: Callable[[Params], Any]) -> Method:
        async def answer(params: Params) -> Any:
            return method(params)

        return answer

    def told(say: Callable[[], Any]) -> Method:
        async def answer(_: Params) -> Any:
            return say()

        return answer

    chats = desk.chats
    table: dict[str, Method] = {
        "getMe": told(desk.me.as_me),
        "getUpdates": updates.poll,
        "setWebhook": at_once(updates.set_webhook),
        "deleteWebhook": at_once(partial(_delete_webhook, updates)),
        "getWebhookInfo": told(updates.webhook_info),
        "sendMessage": partial(send_text, desk),
        "sendMediaGroup": partial(send_media_group, desk),
        "sendChatAction": partial(send_chat_action, desk),
        "editMessageText": partial(edit_text, desk),
        "editMessageCaption": partial(edit_caption, desk),
        "editMessageMedia": partial(edit_media, desk),
        "editMessageReplyMarkup": partial(edit_markup, desk),
        "deleteMessage": partial(delete_message, desk),
        "deleteMessages": partial(delete_messages, desk),
        "setMessageReaction": partial(set_reaction, desk),
        "answerCallbackQuery": partial(answer_callback, desk),
        "getFile": at_once(partial(_get_file, desk, limits)),
        "getChat": at_once(partial(_get_chat, desk)),
        "setMyCommands": at_once(partial(set_commands, chats)),
        "getMyCommands": at_once(partial(get_commands, chats)),
        "deleteMyCommands": at_once(partial(delete_commands, chats)),
        "getUserProfilePhotos": at_once(partial(get_profile_photos, chats)),
        "setChatMenuButton": told(lambda: True),
    }
    for kind in ("photo", "video", "animation", "audio", "voice", "document"):
        table[f"send{kind}"] = partial(send_media, desk, kind=kind)
    for name in ("name", "description", "short_description"):
        spelt = name.replace("_", "")
        table[f"setMy{spelt}"] = at_once(partial(set_text, chats, field=name))
        table[f"getMy{spelt}"] = at_once(partial(get_text, chats, field=name))
    return {name.lower(): method for name, method in table.items()}


def _delete_webhook(updates: Updates, params: Params) -> bool:
    dropped = {"drop_pending_updates": params.values.get("drop_pending_updates", False)}
    return updates.set_webhook(Params(dropped))


def _get_file(desk: Desk, limits: Limits, params: Params) -> dict[str, Any]:
    stored = desk.chats.file(params.text("file_id"))
    if stored is None:
        raise bad_request("invalid file_id")
    if not _is_fetchable(stored, limits):
        raise bad_request("file is too big")
    path = str((desk.files.root / stored.path).resolve()) if limits.is_local else stored.path
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": stored.size,
        "file_path": path,
    }


def _is_fetchable(stored: StoredFile, limits: Limits) -> bool:
    return limits.is_local or stored.size <= limits.fetch_bytes


def _get_chat(desk: Desk, params: Params) -> dict[str, Any]:
    chat = desk.chats.chat(read_chat_id(params))
    if chat is None:
        raise bad_request("chat not found")
    return {**chat, "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": {}}
