"""One job: how far it is, and ending it."""

from __future__ import annotations

from aiohttp import web

from bot.web.api.answers import job_to_json
from bot.web.api.desk import Call, Desk, own_job
from conversations.orders import Refused


async def job(desk: Desk, call: Call) -> web.Response:
    found = await own_job(desk, call.caller, call.path["job"])
    return web.json_response(await job_to_json(desk, found, call.language))


async def cancel(desk: Desk, call: Call) -> web.Response:
    """End it, and the job it waits for, which was made for it alone."""
    found = await own_job(desk, call.caller, call.path["job"])
    if not await desk.store.jobs.cancel(found.id):
        raise Refused("already_ended")
    if found.after_job:
        await desk.store.jobs.cancel(found.after_job)
    ended = await own_job(desk, call.caller, found.id)
    return web.json_response(await job_to_json(desk, ended, call.language))
