"""The video, made elsewhere: the job is handed on, and whoever makes it reports to the bot.

The row says so before anybody is asked, so that whatever dies here, somebody asks after the job.
"""

from __future__ import annotations

import asyncio
import logging

from jobs.errors import RendererAway, SourceGone, StoreUnavailable
from jobs.model import Job, Json
from jobs.store import JobStore
from modal_render.dispatch import Assignment, token
from pipelines.bench import Bench
from pipelines.brief import INLINE_BYTES, Brief, brief_of
from pipelines.child import ChildRef
from pipelines.elsewhere import Elsewhere, ElsewhereAway, NotBegun
from pipelines.render import render
from settings import signing_key
from storage import keys

log = logging.getLogger(__name__)

LINK_S = 3600  # what waits there for longer asks for a new attempt


async def render_elsewhere(
    bench: Bench,
    elsewhere: Elsewhere,
    store: JobStore,
    job: Job,
    child_ref: ChildRef,
) -> Json | None:
    """Hand the job on; a Rendered when it was to be made here. Raises SourceGone, RendererAway."""
    brief = await brief_of(bench, store, job)
    if brief.work.here:
        return await render(bench, store, job, child_ref)
    assignment = await _assignment(bench, brief, job)
    if not await store.dispatch(job, limit_s=brief.limit_s):
        return None
    try:
        call_id = await elsewhere.spawn(assignment)
    except NotBegun as refused:
        raise RendererAway(str(refused)) from refused
    except ElsewhereAway as away:
        # It may be at work: then it reports. Otherwise somebody asks after the job, and finds none.
        log.warning("job %s: nobody knows whether it was begun elsewhere: %s", job.id, away)
        return None
    await _note(elsewhere, store, job, call_id)
    return None


async def _note(elsewhere: Elsewhere, store: JobStore, job: Job, call_id: str) -> None:
    try:
        if await store.note_call(job, call_id):
            log.info("job %s: at work elsewhere, call %s", job.id, call_id)
            return
        log.info("job %s: stopped while it was begun elsewhere", job.id)
        await elsewhere.cancel(call_id)
    except (StoreUnavailable, ElsewhereAway) as away:
        # It reports all the same, and learns from the answer whether anybody waits.
        log.warning("job %s: call %s is at work unnoted: %s", job.id, call_id, away)


async def _assignment(bench: Bench, brief: Brief, job: Job) -> Assignment:
    settings, edit = bench.settings, brief.work.edit
    key = await asyncio.to_thread(signing_key, settings)
    return Assignment(
        job=job.id,
        attempt=job.attempt,
        scene=brief.scene(""),
        audio_url=await _link(bench, brief.prepared.key),
        cover_url=await _link(bench, edit.cover_key) if edit.cover_key else "",
        duration_s=brief.prepared.duration_s,
        video_key=keys.video(job.id, job.attempt),
        inline_key=keys.inline_video(job.id, job.attempt),
        thumbnail_key=keys.thumbnail(job.id, job.attempt),
        poster_key=keys.poster(job.id, job.attempt),
        levels_key=keys.render_levels(job.id, job.attempt),
        part_key=keys.render_part(job.id, job.attempt),
        inline_limit_bytes=INLINE_BYTES,
        base_url=settings.link_base,
        token=token(key, job.id, job.attempt),
        path=settings.render_path.value,
    )


async def _link(bench: Bench, key: str) -> str:
    """A link to what is certainly there. Raises SourceGone."""
    if await bench.stored(key) is None:
        raise SourceGone(key)
    return await bench.storage.download_link(key, expires_s=LINK_S)
