"""Edits of a recording as sound: to listen to, and as good as it can be."""

from __future__ import annotations

import time

from aiohttp import web

from bot.web.api.answers import moment
from bot.web.api.desk import Call, Desk, cards_of, commit, link_to, own_asset, own_job, stored
from bot.web.api.wishes import wish_of
from conversations import orders
from conversations.orders import Ordered, Refused
from jobs.model import JobKind, JobStatus
from jobs.payloads import Preview
from storage.adapter import DOWNLOAD_LINK_S


async def preview(desk: Desk, call: Call) -> web.Response:
    return await _edited(desk, call, JobKind.PREVIEW)


async def save(desk: Desk, call: Call) -> web.Response:
    return await _edited(desk, call, JobKind.SAVE)


async def preview_audio(desk: Desk, call: Call) -> web.Response:
    """A link to what a preview made."""
    job = await own_job(desk, call.caller, call.path["job"])
    if job.kind is not JobKind.PREVIEW:
        raise Refused("not_found")
    if job.status is not JobStatus.COMPLETE:
        raise Refused("not_ready")
    key = Preview.from_json(job.result).key
    await stored(desk, key)
    link = await link_to(desk, key, expires_s=DOWNLOAD_LINK_S)
    expires = moment(time.time() + DOWNLOAD_LINK_S)
    return web.json_response({"signedUrl": link, "expiresAt": expires})


async def _edited(desk: Desk, call: Call, kind: JobKind) -> web.Response:
    person = call.caller
    ingest, _ = await own_asset(desk, person, call.body["assetId"])
    wish = wish_of(call.body)

    async def decide() -> Ordered:
        return orders.edit(await cards_of(desk, person, ingest.id), kind, wish)

    ordered, _ = await commit(desk, person, decide)
    return web.json_response({"jobId": ordered.job_id}, status=202)
