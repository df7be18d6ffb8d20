"""Files: a link to bring one, a link to fetch one."""

from __future__ import annotations

import re
import time
from pathlib import PurePosixPath

from aiohttp import web

from bot.web.api.answers import moment
from bot.web.api.desk import Call, Desk, facts_of, link_to, own_object
from conversations import texts
from conversations.orders import Refused
from jobs.errors import QuotaExceeded
from jobs.ids import new_id
from storage import keys
from storage.adapter import DOWNLOAD_LINK_S, UPLOAD_LINK_S
from storage.headers import content_type

_EXTENSION = re.compile(r"[a-z0-9]{1,5}")
_UNKNOWN = "bin"


async def upload(desk: Desk, call: Call) -> web.Response:
    """A link for one PUT, whose key is then brought in."""
    key = keys.upload(new_id(), "recording", _extension(call.body.get("filename", "")))
    max_bytes = desk.facts.limits.source_bytes
    link = await desk.storage.upload_link(key, max_bytes=max_bytes)
    if not link:
        raise Refused("no_links")
    try:
        await desk.store.uploads.promise(key, call.caller.id)
    except QuotaExceeded as exceeded:
        told = texts.quota(exceeded.quota, await facts_of(desk, call.caller))
        raise Refused(exceeded.quota, told) from exceeded
    said = {
        "uploadUrl": link,
        "key": key,
        "contentType": content_type(key),
        "maxBytes": max_bytes,
        "expiresAt": moment(time.time() + UPLOAD_LINK_S),
    }
    return web.json_response(said)


async def download(desk: Desk, call: Call) -> web.Response:
    """A link to what is stored under a key of the caller's."""
    found = await own_object(desk, call.caller, call.query["key"])
    link = await link_to(desk, found.key, expires_s=DOWNLOAD_LINK_S)
    expires = moment(time.time() + DOWNLOAD_LINK_S)
    return web.json_response({"downloadUrl": link, "expiresAt": expires})


def _extension(filename: str) -> str:
    suffix = PurePosixPath(filename.lower()).suffix.removeprefix(".")
    return suffix if _EXTENSION.fullmatch(suffix) else _UNKNOWN
