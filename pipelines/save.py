"""The prepared sound of an edit, as good as it can be: what a video is made of."""

from __future__ import annotations

from jobs.model import Job, Json, Stage
from jobs.payloads import EditWork, Prepared
from jobs.store import JobStore
from pipelines.bench import Bench
from pipelines.child import ChildRef
from pipelines.editing import M4A, WAV, Edited, Order, duration_s, edit
from storage import keys

WAV_MAX_S = 600.0  # ten minutes of stereo are 115 MB; what is longer is kept as AAC


async def save(bench: Bench, store: JobStore, job: Job, child_ref: ChildRef) -> Json:
    """A Prepared; an earlier save of the same edit, on whichever card, is as good."""
    work = EditWork.from_json(job.input)
    asset = await bench.recording(store, work.ingest_job)
    order = Order(asset=asset, recipe=work.recipe, format=WAV, title=work.title, artist=work.artist)
    if duration_s(order.clips) > WAV_MAX_S:
        order = Order(
            asset=asset, recipe=work.recipe, format=M4A, title=work.title, artist=work.artist
        )
    key = keys.prepared(asset.id, work.recipe.digest, order.format.extension)
    earlier = await store.saved(key)
    if earlier is not None and await bench.stored(key) is not None:
        return earlier
    async with bench.scratch(job) as folder:
        edited = await edit(bench, order, folder, child_ref)
        child_ref.say(Stage.STORING, 95)
        found = await bench.storage.put_file(key, edited.path)
    return _prepared(key, edited, found.size_bytes)


def _prepared(key: str, edited: Edited, size_bytes: int) -> Json:
    return Prepared(
        key=key,
        duration_s=edited.duration_s,
        size_bytes=size_bytes,
        loudness_lufs=edited.measured.lufs,
        true_peak_db=edited.measured.true_peak_db,
    ).to_json()
