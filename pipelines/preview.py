"""An edit as it will be: all of its sound, its edges, before and after, or a glimpse of its video.

What was made once is not made again for the same edit.
"""

from __future__ import annotations

from jobs.model import Job, Json, Stage
from jobs.payloads import EditWork, GlimpseWork, Part, Preview, part_of
from jobs.store import JobStore
from pipelines.bench import Bench
from pipelines.child import ChildRef
from pipelines.editing import MP3, Order, duration_s, edit
from pipelines.glimpse import glimpse
from pipelines.voice import length_s, spoken
from storage import keys


async def preview(bench: Bench, store: JobStore, job: Job, child_ref: ChildRef) -> Json:
    """A Preview or a Glimpse; nothing is done when the same edit was made before."""
    if part_of(job.input) is Part.GLIMPSE:
        wanted = GlimpseWork.from_json(job.input)
        return (await glimpse(bench, store, wanted, job, child_ref)).to_json()
    work = EditWork.from_json(job.input)
    asset = await bench.recording(store, work.ingest_job)
    order = Order(asset=asset, recipe=work.recipe, format=MP3, title=work.title, artist=work.artist)
    if work.part is Part.ALL:
        return (await _whole(bench, order, job, child_ref)).to_json()
    return (await _some(bench, order, work.part, job, child_ref)).to_json()


async def _whole(bench: Bench, order: Order, job: Job, child_ref: ChildRef) -> Preview:
    key = keys.preview(order.asset.id, order.recipe.digest)
    found = await bench.stored(key)
    if found is None:
        async with bench.scratch(job) as folder:
            edited = await edit(bench, order, folder, child_ref)
            child_ref.say(Stage.STORING, 95)
            found = await bench.storage.put_file(key, edited.path)
    return Preview(key=key, duration_s=duration_s(order.clips), size_bytes=found.size_bytes)


async def _some(bench: Bench, order: Order, part: Part, job: Job, child_ref: ChildRef) -> Preview:
    key, voice_key = (
        keys.excerpt(order.asset.id, part, order.recipe.digest, extension)
        for extension in ("mp3", "ogg")
    )
    found = await bench.stored(key)
    if found is None or await bench.stored(voice_key) is None:
        async with bench.scratch(job) as folder:
            made = await spoken(bench, order, part, folder, child_ref)
            child_ref.say(Stage.STORING, 95)
            await bench.storage.put_file(voice_key, made.voice)
            found = await bench.storage.put_file(key, made.sound)
    return Preview(
        key=key,
        duration_s=length_s(part, order.clips),
        size_bytes=found.size_bytes,
        voice_key=voice_key,
    )
