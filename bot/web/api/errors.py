"""What can be wrong with a request, and how that is answered: `{"error": {"code", "message"}}`."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from aiohttp import web

from conversations import api_texts

STATUS: Mapping[str, HTTPStatus] = {
    "bad_json": HTTPStatus.BAD_REQUEST,
    "bad_request": HTTPStatus.BAD_REQUEST,
    "link_not_https": HTTPStatus.BAD_REQUEST,
    "recipe_clip_too_short": HTTPStatus.BAD_REQUEST,
    "recipe_fade": HTTPStatus.BAD_REQUEST,
    "recipe_range": HTTPStatus.BAD_REQUEST,
    "recipe_too_long": HTTPStatus.BAD_REQUEST,
    "recipe_too_short": HTTPStatus.BAD_REQUEST,
    "unauthorized": HTTPStatus.UNAUTHORIZED,
    "link_not_valid": HTTPStatus.FORBIDDEN,
    "not_attested": HTTPStatus.FORBIDDEN,
    "not_found": HTTPStatus.NOT_FOUND,
    "method_not_allowed": HTTPStatus.METHOD_NOT_ALLOWED,
    "slow_body": HTTPStatus.REQUEST_TIMEOUT,
    "already_ended": HTTPStatus.CONFLICT,
    "not_ready": HTTPStatus.CONFLICT,
    "nothing_uploaded": HTTPStatus.CONFLICT,
    "link_expired": HTTPStatus.GONE,
    "too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "upload_too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "active_renders": HTTPStatus.TOO_MANY_REQUESTS,
    "bytes_per_day": HTTPStatus.TOO_MANY_REQUESTS,
    "edits_per_day": HTTPStatus.TOO_MANY_REQUESTS,
    "queued_ingests": HTTPStatus.TOO_MANY_REQUESTS,
    "videos_per_day": HTTPStatus.TOO_MANY_REQUESTS,
    "no_links": HTTPStatus.SERVICE_UNAVAILABLE,
    "unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
}
# How the server itself refuses, before or after any of ours had a say.
_OF_SERVER: Mapping[int, str] = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    408: "slow_body",
    413: "too_large",
    503: "unavailable",
}
_KEPT_HEADERS = ("Allow", "Retry-After")


def answer(code: str, message: str = "") -> web.Response:
    """The refusal of that code; most have one message."""
    headers = {"WWW-Authenticate": "Bearer"} if code == "unauthorized" else {}
    body = {"error": {"code": code, "message": message or api_texts.ERRORS[code]}}
    return web.json_response(body, status=STATUS[code], headers=headers)


def answer_of_server(refused: web.HTTPException) -> web.Response | None:
    """The server's own refusal as ours; None where it may stay as it is."""
    if refused.status < HTTPStatus.BAD_REQUEST or refused.content_type == "application/json":
        return None
    code = _OF_SERVER.get(refused.status, "bad_request")
    told = answer(code)
    told.set_status(refused.status)
    told.headers.update(
        {name: refused.headers[name] for name in _KEPT_HEADERS if name in refused.headers}
    )
    return told
