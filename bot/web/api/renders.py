"""Videos: have one made, list them."""

from __future__ import annotations

from aiohttp import web

from bot.web.api.answers import job_to_json
from bot.web.api.desk import Call, Desk, cards_of, commit, own_asset
from bot.web.api.shapes import USUALLY_LISTED
from bot.web.api.wishes import wish_of
from conversations import orders
from conversations.orders import Ordered


async def render(desk: Desk, call: Call) -> web.Response:
    """Save the sound and draw the video, as Make video does; what is there is not made again."""
    person = call.caller
    ingest, _ = await own_asset(desk, person, call.body["assetId"])
    wish = wish_of(call.body)

    async def decide() -> Ordered:
        return orders.video(await cards_of(desk, person, ingest.id), wish)

    ordered, _ = await commit(desk, person, decide)
    return web.json_response({"jobId": ordered.job_id}, status=202)


async def renders(desk: Desk, call: Call) -> web.Response:
    """The caller's videos, a page of them."""
    limit, before = call.query.get("limit", USUALLY_LISTED), call.query.get("before", "")
    found = await desk.store.belongings.renders(call.caller.id, limit=limit + 1, before=before)
    listed = [await job_to_json(desk, job, call.language) for job in found[:limit]]
    more = listed[-1]["jobId"] if len(found) > limit else None
    return web.json_response({"renders": listed, "next": more})
