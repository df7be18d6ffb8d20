"""The door of the API: who is it, is what they say well formed, and then the one who answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from aiohttp import web

from bot.web.api import document, edits, errors, files, jobs, recordings, renders
from bot.web.api.desk import Call, Desk, Handler
from bot.web.api.operations import OPERATIONS, Credential, Operation
from bot.web.api.schema import Schema, problem
from bot.web.api.shapes import COMPONENTS
from bot.web.bodies import BODY_S, json_object
from conversations.orders import Refused
from jobs.model import Person

_SCHEME = "bearer "
_ID = re.compile(r"[0-9a-z][0-9a-z-]{0,79}")
_BODY: Mapping[int, str] = {400: "bad_json", 408: "slow_body", 413: "too_large"}
_LINK = ("expires", "sig")  # what an address of ours says beside the query it was made for
HANDLERS: Mapping[str, Handler] = {
    "upload": files.upload,
    "download": files.download,
    "ingest": recordings.ingest,
    "job": jobs.job,
    "cancel": jobs.cancel,
    "assets": recordings.assets,
    "asset": recordings.asset,
    "stream": recordings.stream,
    "preview": edits.preview,
    "previewAudio": edits.preview_audio,
    "save": edits.save,
    "render": renders.render,
    "renders": renders.renders,
    "openapi": document.openapi,
}


class Api:
    """Answers programs of people who may use the bot. `body_s` is how long a body may take."""

    def __init__(self, desk: Desk, *, body_s: float = BODY_S) -> None:
        self._desk = desk
        self._body_s = body_s

    def routes(self) -> list[web.RouteDef]:
        return [self._route(operation) for operation in OPERATIONS]

    def _route(self, operation: Operation) -> web.RouteDef:
        # Nothing answers to HEAD that is not described.
        only = {"allow_head": False} if operation.method == "GET" else {}
        answer = partial(self._answer, operation)
        return web.route(operation.method, operation.path, answer, **only)

    async def _answer(self, operation: Operation, request: web.Request) -> web.Response:
        try:
            call = await self._read(operation, request)
            return await HANDLERS[operation.name](self._desk, call)
        except Refused as refused:
            return errors.answer(refused.code, refused.detail)

    async def _read(self, operation: Operation, request: web.Request) -> Call:
        """Who it is comes first: of a stranger not one byte of a body is read. Raises Refused."""
        person = await self._person(operation, request)
        if not all(_ID.fullmatch(part) for part in request.match_info.values()):
            raise Refused("not_found")
        query = _query(operation, request)
        body: Mapping[str, Any] = {}
        if operation.body:
            body = await self._body(request)
            _check(body, COMPONENTS[operation.body])
        return Call(person=person, path=request.match_info, query=query, body=body)

    async def _body(self, request: web.Request) -> Mapping[str, Any]:
        try:
            return await json_object(request, wait_s=self._body_s)
        except web.HTTPException as refused:
            raise Refused(_BODY[refused.status]) from None

    async def _person(self, operation: Operation, request: web.Request) -> Person | None:
        if operation.credential is Credential.NONE:
            return None
        if operation.credential is Credential.KEY_OR_LINK and "sig" in request.query:
            return None
        shown = request.headers.get("Authorization", "")
        key = shown[len(_SCHEME) :] if shown[: len(_SCHEME)].lower() == _SCHEME else ""
        person = await self._desk.store.api_keys.holder(key)
        if person is None:
            raise Refused("unauthorized")
        return person


def _query(operation: Operation, request: web.Request) -> Mapping[str, Any]:
    """What the address says behind its question mark, as far as it is asked for."""
    said: dict[str, Any] = {}
    for name, schema in operation.query.items():
        if name in request.query:
            said[name] = _read_as(schema, request.query[name])
            _check(said[name], schema, name)
        elif name in operation.needs:
            _check({}, {"type": "object", "properties": {}, "required": [name]})
    if operation.credential is Credential.KEY_OR_LINK:
        said |= {name: request.query[name] for name in _LINK if name in request.query}
    return said


def _read_as(schema: Schema, text: str) -> int | str:
    """A number where one is asked for and there, else the text, which the schema will refuse."""
    is_whole = schema["type"] == "integer" and re.fullmatch(r"-?[0-9]{1,18}", text)
    return int(text) if is_whole else text


def _check(data: Any, schema: Schema, where: str = "") -> None:
    if wrong := problem(data, schema, where):
        raise Refused("bad_request", wrong)
