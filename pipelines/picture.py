"""A picture that somebody sent for the video: fetched, opened in a child, kept as a JPEG."""

from __future__ import annotations

from pathlib import Path

from jobs.errors import NotAPicture
from jobs.model import Job, Json, Source, Stage
from jobs.payloads import Cover
from pipelines.bench import Bench
from pipelines.child import MIB, ChildError, ChildRef, python, run_child
from pipelines.fetch import fetch
from storage import keys

OPEN_S = 20.0
_MEMORY_BYTES = 512 * MIB
_FETCHED = 60  # percent of the job


async def bring_picture(bench: Bench, job: Job, source: Source, child_ref: ChildRef) -> Json:
    """A Cover. Raises NotAPicture, and what fetching raises."""
    async with bench.scratch(job) as folder:
        fetched = await fetch(bench, source, folder, child_ref, (0, _FETCHED))
        cover = folder / "cover.jpg"
        await opened_picture(fetched.path, cover, child_ref)
        key = keys.cover(keys.asset_id(job.id, job.attempt))
        child_ref.say(Stage.STORING, 90)
        await bench.storage.put_file(key, cover)
    return Cover(key=key).to_json()


async def opened_picture(path: Path, cover: Path, child_ref: ChildRef) -> None:
    """Write a stranger's picture as a JPEG of modest size. Raises NotAPicture."""
    try:
        ended = await run_child(
            python("pipelines.cover", str(path), str(cover)),
            child_ref=child_ref,
            cwd=cover.parent,
            wall_s=OPEN_S,
            on_line=lambda _: True,
            memory_bytes=_MEMORY_BYTES,
            file_bytes=20 * MIB,
        )
    except ChildError as broken:
        raise NotAPicture(str(broken)) from broken
    if ended.exit_code != 0:
        raise NotAPicture(f"exit status {ended.exit_code}")
