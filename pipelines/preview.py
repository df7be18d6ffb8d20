"""An MP3 of an edit, so that it can be heard in the chat; made once for every edit."""

from __future__ import annotations

from jobs.model import Job, Json, Stage
from jobs.payloads import EditWork, Preview
from jobs.store import JobStore
from pipelines.bench import Bench
from pipelines.child import ChildRef
from pipelines.editing import MP3, Order, duration_s, edit
from storage import keys


async def preview(bench: Bench, store: JobStore, job: Job, child_ref: ChildRef) -> Json:
    """A Preview; nothing is done when the same edit was made before."""
    work = EditWork.from_json(job.input)
    asset = await bench.recording(store, work.ingest_job)
    order = Order(asset=asset, recipe=work.recipe, format=MP3, title=work.title, artist=work.artist)
    length_s = duration_s(order.clips)
    key = keys.preview(asset.id, work.recipe.digest)
    found = await bench.stored(key)
    if found is None:
        async with bench.scratch(job) as folder:
            edited = await edit(bench, order, folder, child_ref)
            child_ref.say(Stage.STORING, 95)
            found = await bench.storage.put_file(key, edited.path)
    return Preview(key=key, duration_s=length_s, size_bytes=found.size_bytes).to_json()
