"""A video from a file without a chat: the same words, queue, worker and pipelines.

Everything lives in a folder of its own that is thrown away; only the video is kept.
"""

from __future__ import annotations

import asyncio
import dataclasses
import errno
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

from assembly import opened, work
from conversations import texts, times, trim, words
from conversations.flow import job_ended
from conversations.look import color_of
from conversations.model import Facts, Limits
from conversations.words.text import language_of
from conversations.work import listening, making
from jobs.ids import new_id
from jobs.model import (
    Changes,
    Edit,
    Job,
    JobStatus,
    NewJob,
    Person,
    Project,
    Role,
    Shape,
    Source,
    SourceKind,
    Stage,
)
from jobs.opening import Store
from jobs.payloads import Rendered, asset_from_json
from settings import Refused, RenderBackend, Settings, StorageBackend
from storage import keys
from storage.adapter import CHUNK_BYTES, StorageAdapter

LOOK_S = 0.1
_SOMEBODY = Person(id=1, name="", language="en", role=Role.OWNER)
_LANGUAGE = language_of(_SOMEBODY)

Say = Callable[[str], None]


class WishRefused(Refused):
    """The video cannot be made; the message says why, in a sentence for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants made of the sound in `audio`; `trim` as it is typed in the chat."""

    audio: Path
    output: Path
    look: str
    shape: str
    title: str = ""
    cover: Path | None = None
    trim: str = ""
    brand: str = ""
    response: str = ""


@dataclass(frozen=True, slots=True)
class _Bench:
    store: Store
    storage: StorageAdapter
    say: Say
    said: set[Stage] = field(default_factory=set)


async def make(wish: Wish, settings: Settings, say: Say) -> str:
    """Make the video; a line that tells what it is.

    Raises OSError, or a group with WishRefused or OSError in it.
    """
    await asyncio.to_thread(_try_files, wish)
    if wish.brand and not color_of(wish.brand):
        raise WishRefused(words.cards.NO_COLOR_YET.to(_LANGUAGE))
    with tempfile.TemporaryDirectory(prefix="pocketreel-") as folder:
        audio = Path(folder) / "audio"
        audio.symlink_to(wish.audio.absolute())
        # Nobody would ever tidy up in a bucket what a database knew that is gone with its folder.
        alone = dataclasses.replace(
            settings,
            data_dir=Path(folder),
            signing_secret="",
            storage_backend=StorageBackend.LOCAL,
            render_backend=RenderBackend.LOCAL,
        )
        async with opened(alone) as (store, storage), asyncio.TaskGroup() as group:
            stopping = asyncio.Event()
            group.create_task(work(alone, store, storage, stopping))
            made = await _make(wish, _project(wish, audio), _Bench(store, storage, say), alone)
            stopping.set()
    return made


async def _make(wish: Wish, project: Project, bench: _Bench, settings: Settings) -> str:
    facts = Facts(
        person=_SOMEBODY,
        limits=Limits(source_bytes=settings.max_source_bytes, audio_s=settings.max_audio_s),
        new_id=new_id,
    )
    ingest = await _done(bench, listening(project))
    facts = dataclasses.replace(facts, ingest=ingest, asset=asset_from_json(ingest.result))
    edit = job_ended(project, ingest, facts).changes.project
    assert edit is not None
    assert edit.edit is not None
    project = dataclasses.replace(edit, edit=await _dressed(wish, edit.edit, bench.storage))
    project, jobs = making(_trimmed(wish, project, facts), facts, anew=True)
    await bench.store.projects.accept(None, Changes(jobs=jobs))
    render = await _ended(bench, jobs[-1].id)
    made = Rendered.from_json(render.result)
    await bench.storage.get_file(made.video_key, wish.output)
    return f"{wish.output}: {made.width}x{made.height}, {made.duration_s:.1f} s"


def _project(wish: Wish, audio: Path) -> Project:
    """`audio` leads to the file by a name that a database can hold, which not every name is."""
    source = Source(
        kind=SourceKind.FILE,
        media="document",
        url=str(audio),
        name=_text(wish.audio.name),
        size_bytes=wish.audio.stat().st_size,
    )
    return Project(
        id=new_id()[:8],
        owner_id=_SOMEBODY.id,
        chat_id=_SOMEBODY.id,
        source=source,
        source_message_id=0,
        ingest_job=new_id(),
    )


async def _dressed(wish: Wish, edit: Edit, storage: StorageAdapter) -> Edit:
    """The first edit with the wished look, shape, title and cover."""
    cover_key = edit.cover_key
    if wish.cover is not None:
        cover_key = keys.upload(new_id(), "cover", "bin")
        await storage.put_file(cover_key, wish.cover)
    return dataclasses.replace(
        edit,
        look=wish.look,
        shape=Shape(wish.shape),
        title=_text(wish.title) or edit.title,
        cover_key=cover_key,
        response=wish.response,
        brand=color_of(wish.brand),
    )


def _trimmed(wish: Wish, project: Project, facts: Facts) -> Project:
    if not wish.trim:
        return project
    wanted = times.read(wish.trim)
    if wanted is None:
        raise WishRefused(facts.say(words.answers.TIMES))
    decision = trim.wish(project, wanted, facts)
    if decision.changes.project is None:
        raise WishRefused(decision.toast)
    return decision.changes.project


async def _done(bench: _Bench, job: NewJob) -> Job:
    await bench.store.jobs.create(job)
    return await _ended(bench, job.id)


async def _ended(bench: _Bench, job_id: str) -> Job:
    """The job once it is complete. Raises WishRefused when it fails."""
    async for job in _watched(bench.store, job_id):
        if job.stage is not Stage.WAITING and job.stage not in bench.said:
            bench.said.add(job.stage)
            bench.say(texts.stage(_LANGUAGE, job.stage))
        if job.status is JobStatus.COMPLETE:
            return job
        if job.status.is_terminal:
            raise WishRefused(texts.error(_LANGUAGE, job.error_code, job.error_params))
    raise AssertionError("a job that is watched comes to an end")


async def _watched(store: Store, job_id: str) -> AsyncIterator[Job]:
    while (job := await store.jobs.get(job_id)) is not None:
        yield job
        await asyncio.sleep(LOOK_S)


def _text(given: str) -> str:
    """With question marks for what was typed and is no text."""
    return given.encode(errors="replace").decode()


def _try_files(wish: Wish) -> None:
    """Better said now than after a minute of work. Raises OSError."""
    for path in filter(None, (wish.audio, wish.cover)):
        if path.is_fifo():  # to open one is to wait for whoever writes into it
            raise OSError(errno.EINVAL, "Not a file", str(path))
        with path.open("rb") as file:
            file.read(CHUNK_BYTES)
    is_new = not wish.output.exists()
    with wish.output.open("ab"):
        pass
    if is_new:
        wish.output.unlink()
