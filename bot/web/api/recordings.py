"""Recordings: bring one in, list them, look at one, hear it."""

from __future__ import annotations

import asyncio
import time

from aiohttp import web

from bot.web.api.answers import asset_to_json
from bot.web.api.desk import (
    Call,
    Desk,
    asset_of,
    commit,
    facts_of,
    link_to,
    own_asset,
    stored,
)
from bot.web.api.shapes import USUALLY_LISTED
from conversations import orders
from conversations.orders import Ordered, Refused
from jobs.model import Asset, Person, Source, SourceKind
from jobs.payloads import Prepared, asset_from_json
from jobs.uploads import dedupe_key
from storage import keys, uploads
from storage.adapter import ObjectMissing, ObjectTooLarge, StorageUnavailable
from storage.links import LinkExpired, LinkForged

CACHE_S = 3600
LINK_S = 2 * CACHE_S  # whoever remembered where it leads still gets there


async def ingest(desk: Desk, call: Call) -> web.Response:
    """Bring in a link or an upload; the same upload twice is one job."""
    person, title = call.caller, call.body.get("title", "")
    if "url" in call.body:
        link = Source(kind=SourceKind.LINK, media="link", url=call.body["url"], title=title)
        ordered, _ = await _bring(desk, person, link)
        job_id = ordered.job_id
    else:
        job_id = await _bring_upload(desk, person, call.body["uploadKey"], title)
    return web.json_response({"jobId": job_id}, status=202)


async def assets(desk: Desk, call: Call) -> web.Response:
    """The caller's recordings, a page of them."""
    limit, before = call.query.get("limit", USUALLY_LISTED), call.query.get("before", "")
    ingest_job, _, _ = before.rpartition("-")
    found = await desk.store.belongings.recordings(
        call.caller.id, limit=limit + 1, before=ingest_job if before else ""
    )
    listed = [asset_to_json(job, asset_from_json(job.result)) for job in found[:limit]]
    more = listed[-1]["assetId"] if len(found) > limit else None
    return web.json_response({"assets": listed, "next": more})


async def asset(desk: Desk, call: Call) -> web.Response:
    job, found = await own_asset(desk, call.caller, call.path["asset"])
    return web.json_response(asset_to_json(job, found))


async def stream(desk: Desk, call: Call) -> web.Response:
    """Send the caller, or whoever holds an address that we signed, on to the sound."""
    variant = call.query.get("variant", "original")
    if call.person is None:
        _check_link(desk, call, variant)
        _, found = await asset_of(desk, call.path["asset"])
    else:
        _, found = await own_asset(desk, call.person, call.path["asset"])
    key = await _variant_key(desk, found, variant)
    await stored(desk, key)
    location = await link_to(desk, key, expires_s=LINK_S)
    headers = {"Location": location, "Cache-Control": f"private, max-age={CACHE_S}"}
    return web.Response(status=302, headers=headers)


async def _bring(
    desk: Desk, person: Person, source: Source, known: str = ""
) -> tuple[Ordered, bool]:
    async def decide() -> Ordered:
        return orders.bring(source, await facts_of(desk, person), dedupe_key=known)

    return await commit(desk, person, decide)


async def _bring_upload(desk: Desk, person: Person, key: str, title: str) -> str:
    if earlier := await _brought(desk, person, key):
        return earlier
    source = await _uploaded(desk, key, title)
    ordered, is_news = await _bring(desk, person, source, dedupe_key(key))
    # Of two requests at once, one is told what the other began.
    return ordered.job_id if is_news else await _brought(desk, person, key)


async def _brought(desk: Desk, person: Person, key: str) -> str:
    """The job that brings the caller's upload in, empty for none. Raises Refused."""
    if await desk.store.uploads.owner(key) != person.id:
        raise Refused("not_found")
    job = await desk.store.uploads.job(key)
    return "" if job is None else job.id


async def _uploaded(desk: Desk, key: str, title: str) -> Source:
    """What was put to the upload link. Raises Refused, StorageUnavailable."""
    max_bytes = desk.facts.limits.source_bytes
    try:
        async with asyncio.timeout(desk.patience_s):
            found = await uploads.accepted(desk.storage, key, max_bytes=max_bytes)
    except TimeoutError as late:
        raise StorageUnavailable(key) from late
    except ObjectMissing:
        raise Refused("nothing_uploaded") from None
    except ObjectTooLarge:
        raise Refused("upload_too_large") from None
    return Source(
        kind=SourceKind.UPLOAD,
        media="document",
        size_bytes=found.size_bytes,
        title=title,
        key=key,
        etag=found.etag,
    )


def _check_link(desk: Desk, call: Call, variant: str) -> None:
    expires, signature = call.query.get("expires", ""), call.query.get("sig", "")
    try:
        desk.streams.check(call.path["asset"], variant, expires, signature, time.time())
    except LinkExpired:
        raise Refused("link_expired") from None
    except LinkForged:
        raise Refused("link_not_valid") from None


async def _variant_key(desk: Desk, found: Asset, variant: str) -> str:
    if variant == "original":
        return found.original_key
    saved = await desk.store.belongings.newest_save(keys.prepared_prefix(found.id))
    if saved is None:
        raise Refused("not_found")
    return Prepared.from_json(saved.result).key
