"""A place elsewhere of our own: calls that tests bring to their end, and that it remembers."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from jobs.model import Job, Json
from jobs.store import JobStore
from modal_render.contract import Scene
from modal_render.dispatch import Assignment, Ending, Made, token
from pipelines import Pipeline
from pipelines.child import ChildRef
from pipelines.elsewhere import CallGone, ElsewhereAway
from storage import keys
from storage.adapter import StorageAdapter
from tests.bot.media import put

KEY = b"a key that signs what tests report"
VIDEO, THUMBNAIL = b"a video", b"a thumbnail"


def assignment(job_id: str, attempt: int) -> Assignment:
    return Assignment(
        job=job_id,
        attempt=attempt,
        scene=Scene(look="pulse", width=108, height=192),
        audio_url="https://files.example/sound",
        duration_s=1.0,
        video_key=keys.video(job_id, attempt),
        inline_key=keys.inline_video(job_id, attempt),
        thumbnail_key=keys.thumbnail(job_id, attempt),
        poster_key=keys.poster(job_id, attempt),
        levels_key=keys.render_levels(job_id, attempt),
        part_key=keys.render_part(job_id, attempt),
        inline_limit_bytes=1000,
        base_url="https://bot.example",
        token=token(KEY, job_id, attempt),
    )


def made(job_id: str, attempt: int = 1, *, frames: int = 10) -> Ending:
    """A good end. Tests tell results apart by their `frames`."""
    video_key = keys.video(job_id, attempt)
    return Ending(
        job=job_id,
        attempt=attempt,
        made=Made(
            video_key=video_key,
            inline_key=video_key,
            thumbnail_key=keys.thumbnail(job_id, attempt),
            width=108,
            height=192,
            frames=frames,
            duration_s=1.0,
            size_bytes=len(VIDEO),
            inline_width=108,
            inline_height=192,
            inline_bytes=len(VIDEO),
        ),
    )


def broken(job_id: str, attempt: int = 1, code: str = "render_failed") -> Ending:
    return Ending(job=job_id, attempt=attempt, error_code=code, error_detail="it broke")


async def store_video(storage: StorageAdapter, job_id: str, attempt: int = 1) -> None:
    """What a good end says there is."""
    await put(storage, keys.thumbnail(job_id, attempt), THUMBNAIL)
    await put(storage, keys.video(job_id, attempt), VIDEO)


@dataclass(slots=True)
class Call:
    assignment: Assignment
    ending: Ending | None = None
    is_cancelled: bool = False


class Faraway:
    """`is_away`: it answers nobody. `forgets`: calls it no longer knows of."""

    def __init__(self) -> None:
        self.calls: dict[str, Call] = {}
        self.is_away = False
        self.forgets: set[str] = set()
        self.looks = 0
        self._numbers = itertools.count(1)

    async def spawn(self, assignment: Assignment) -> str:
        self._answer()
        call_id = f"call-{next(self._numbers)}"
        self.calls[call_id] = Call(assignment)
        return call_id

    async def look(self, call_id: str) -> Ending | None:
        self.looks += 1
        return self._call(call_id).ending

    async def cancel(self, call_id: str) -> None:
        self._answer()
        if call_id in self.calls and self.calls[call_id].ending is None:
            self.calls[call_id].is_cancelled = True

    def call_of(self, job_id: str, attempt: int = 1) -> Call:
        """The call that works on this attempt."""
        wanted = (job_id, attempt)
        return next(
            call
            for call in self.calls.values()
            if (call.assignment.job, call.assignment.attempt) == wanted
        )

    def _call(self, call_id: str) -> Call:
        self._answer()
        if call_id in self.forgets or call_id not in self.calls:
            raise CallGone
        return self.calls[call_id]

    def _answer(self) -> None:
        if self.is_away:
            raise ElsewhereAway


def sending(faraway: Faraway, *, limit_s: float = 600.0) -> Pipeline:
    """A pipeline that hands its job on, as one does whose videos are made elsewhere."""

    async def pipeline(store: JobStore, job: Job, child_ref: ChildRef) -> Json | None:
        assert await store.dispatch(job, limit_s=limit_s)
        call_id = await faraway.spawn(assignment(job.id, job.attempt))
        await store.note_call(job, call_id)
        return None

    return pipeline
