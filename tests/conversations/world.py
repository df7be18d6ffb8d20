"""A chat in memory: applies decisions as the store does and collects facts as the bot does."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from conversations import flow, keyboards
from conversations.figures import units
from conversations.keyboards import Verb
from conversations.model import Button, Decision, Facts, Received, View, view_from_json
from jobs.errors import StaleProject
from jobs.library import MadeVideo
from jobs.model import (
    Asset,
    Changes,
    Edit,
    Habits,
    Job,
    JobKind,
    JobStatus,
    NewJob,
    Person,
    Project,
    ProjectStatus,
    Source,
    Stage,
)
from jobs.payloads import (
    FILL_PERCENTS,
    CardWork,
    Part,
    Picture,
    Prepared,
    Preview,
    asset_from_json,
    asset_to_json,
    part_of,
)
from jobs.recipe import check
from tests.conversations.samples import OWNER, a_voice_note, an_asset, glimpsed, rendered
from tests.conversations.shelves import made_video, number_in, shelf_of

STARTED_AT = 1_800_000_000.0
SITE = "https://reel.example"
UNDO_STEPS = 20
FILLS = tuple(f"fill-{percent}" for percent in FILL_PERCENTS)


class World:
    """Everything the store would hold; `project` is the newest one."""

    def __init__(self, person: Person = OWNER, asset: Asset | None = None) -> None:
        self.person = person
        self.asset = asset or an_asset()
        self.projects: dict[str, Project] = {}
        self.history: dict[str, list[Edit]] = {}
        self.jobs: dict[str, Job] = {}
        self.pages: dict[str, str] = {}  # slugs of open pages by their project
        self.videos: dict[str, MadeVideo] = {}
        self.habits = Habits(person_id=person.id)
        self.turned: View | None = None  # what the pressed message became, if anything
        self.notices: list[View] = []
        self.told: list[tuple[int, View]] = []
        self.toast = ""
        self.shown: set[str] = set()  # every word on every message, button and toast
        self.now = STARTED_AT
        self.known: dict[str, Any] = {}  # facts that are not told from the store
        self._ids = (f"{number:08d}" + "x" * 18 for number in itertools.count(1))
        self._messages = itertools.count(100)

    @property
    def project(self) -> Project:
        return list(self.projects.values())[-1]

    @property
    def edit(self) -> Edit:
        edit = self.project.edit
        assert edit is not None
        return edit

    @property
    def kept(self) -> list[tuple[float, float]]:
        return [(clip.start_s, clip.end_s) for clip in self.edit.recipe.clips]

    def facts(self, project: Project | None = None) -> Facts:
        about = Facts(
            person=self.person,
            chat_id=OWNER.id,
            message_id=7,
            now=self.now,
            owner_id=OWNER.id,
            owner_name=OWNER.name,
            sender_name=OWNER.name,
            newest=self.project if self.projects else None,
            habits=self.habits,
            new_id=lambda: next(self._ids),
        )
        if project is not None:
            ingest = self.jobs.get(project.ingest_job)
            is_heard = ingest is not None and ingest.status is JobStatus.COMPLETE
            about = replace(
                about,
                ingest=ingest,
                card=self.jobs.get(project.card_job),
                save=self.jobs.get(project.save_job),
                render=self.jobs.get(project.render_job),
                preview=self.jobs.get(project.preview_job),
                glimpse=self.jobs.get(project.glimpse_job),
                cover=self.jobs.get(project.cover_job),
                asset=asset_from_json(ingest.result) if ingest and is_heard else None,
                upload_link=f"{SITE}/upload/{project.id}-{int(project.touched_at)}",
                page_link=f"{SITE}/v/{slug}" if (slug := self.pages.get(project.id)) else "",
                twins=tuple(self._twins(project)),
                first_edit=(self.history.get(project.id) or [None])[0],  # type: ignore[list-item]
                last_edit=(self.history.get(project.id) or [None])[-1],  # type: ignore[list-item]
            )
        return replace(about, **self.known)

    def _twins(self, project: Project) -> Iterator[Project]:
        for card in reversed(self.projects.values()):
            render = self.jobs.get(card.render_job)
            is_made = render is not None and render.status is JobStatus.COMPLETE
            if is_made and card.id != project.id and card.status is ProjectStatus.OPEN:
                yield card

    def facts_for(self, data: str) -> Facts:
        """What is known when that button is pressed."""
        facts = self.facts(self.projects.get(project_of(data)))
        press = keyboards.decode(data)
        if press is None or press.verb not in keyboards.ABOUT_VIDEOS:
            return facts
        if press.verb is Verb.LIBRARY:
            return replace(facts, shelf=shelf_of(self.videos, number_in(press.argument)))
        video_id, _, where = press.argument.partition(":")
        video = self.videos.get(video_id)
        card = self.projects.get(video.project_id) if video else None
        about = replace(self.facts(card), video=video, video_card=card)
        return replace(about, shelf=shelf_of(self.videos, number_in(where), video_id))

    def view(self, project: Project | None = None) -> View:
        """What the message shows; checked against what Telegram takes."""
        project = project or self.project
        view = flow.view(project, self.facts(project))
        check_view(view)
        self._note(view)
        return view

    def labels(self) -> list[list[str]]:
        return [[button.label for button in row] for row in self.view().keyboard]

    def send(self, source: Source | None = None, caption: str = "") -> None:
        received = Received(source=source or a_voice_note(), caption=caption)
        self.apply(flow.receive(received, self.facts()))

    def hear(self) -> None:
        """The recording was listened to, and its picture drawn."""
        self.complete(JobKind.INGEST, asset_to_json(self.asset))
        self.draw()

    def draw(self, left_out: str = "") -> None:
        job = self.newest(JobKind.LOOK)
        fills = FILLS if CardWork.from_json(job.input).fills else ()
        picture = Picture(key=f"card-{job.id}", digest=job.id, left_out=left_out, fills=fills)
        self.complete(JobKind.LOOK, picture.to_json())

    def make(self) -> None:
        """The video is wanted, and made."""
        self.press_data(f"mk:{self.project.id}")
        if self.newest(JobKind.SAVE).status is JobStatus.PENDING:
            self.save()
        self.complete(JobKind.RENDER, rendered())

    def save(self) -> None:
        result = Prepared(
            key="prepared", duration_s=109.0, size_bytes=1, loudness_lufs=-14, true_peak_db=-1
        )
        self.complete(JobKind.SAVE, result.to_json())

    def listen(self) -> None:
        """What was asked for last is there to hear, or to see."""
        preview = Preview(key="preview.mp3", duration_s=109.0, size_bytes=1).to_json()
        if part_of(self.newest(JobKind.PREVIEW).input) is Part.GLIMPSE:
            preview = glimpsed()
        self.complete(JobKind.PREVIEW, preview)

    def press(self, label: str, project: Project | None = None) -> str:
        """Press the button that shows the label; what the toast says."""
        project = project or self.project
        button = find_button(self.view(project), label)
        return self.press_data(button.data)

    def press_data(self, data: str) -> str:
        project = self.projects.get(project_of(data))
        self.apply(flow.press(project, data, self.facts_for(data)))
        return self.toast

    def type(self, text: str) -> str:
        """Type it; what the answer says."""
        project = self.project if self.projects else None
        before = len(self.notices)
        self.apply(flow.typed(project, text, self.facts(project)))
        return self.notices[-1].text if len(self.notices) > before else ""

    def command(self, text: str) -> str:
        name, _, argument = text.removeprefix("/").partition(" ")
        project = self.project if self.projects else None
        facts = replace(self.facts(project), shelf=shelf_of(self.videos, 0))
        self.apply(flow.command(name, argument, facts))
        return self.notices[-1].text

    def newest(self, kind: JobKind) -> Job:
        return [job for job in self.jobs.values() if job.kind is kind][-1]

    def complete(self, kind: JobKind, result: Mapping[str, Any]) -> None:
        self._end(self.newest(kind), status=JobStatus.COMPLETE, progress=100, result=result)

    def end(self, job: Job, result: Mapping[str, Any]) -> None:
        """This one is complete, whatever came after it."""
        self._end(job, status=JobStatus.COMPLETE, progress=100, result=result)

    def fail(self, kind: JobKind, code: str, **params: Any) -> None:
        self._end(self.newest(kind), status=JobStatus.FAILED, error_code=code, error_params=params)

    def work(self, kind: JobKind, stage: Stage, progress: int) -> None:
        job = self.newest(kind)
        self.jobs[job.id] = replace(
            job, status=JobStatus.PROCESSING, stage=stage, progress=progress
        )

    def lose(self, kind: JobKind) -> None:
        """Its worker died, or stopped; it waits for another from the start."""
        job = replace(self.newest(kind), status=JobStatus.PENDING, stage=Stage.WAITING, progress=0)
        self.jobs[job.id] = replace(job, attempt=1)

    def apply(self, decision: Decision) -> None:
        """Write what was decided, as the store does."""
        changes = decision.changes
        if changes.person is not None and changes.person.id == self.person.id:
            self.person = changes.person
        for job_id in changes.cancels:
            if job_id in self.jobs and not self.jobs[job_id].status.is_terminal:
                self._end(self.jobs[job_id], status=JobStatus.CANCELLED)
        self._write_all(changes)
        self.pages.pop(changes.closes, None)
        if changes.opens is not None:
            assert changes.opens.project_id not in self.pages
            self.pages[changes.opens.project_id] = changes.opens.slug
        for new in (new for each in (changes, *changes.also) for new in each.jobs):
            self._create(new)
        for notice in changes.notices:
            view = view_from_json(notice.view)
            check_view(view)
            self._note(view)
            self.notices.append(view)
            self.told.append((notice.chat_id, view))
        self.videos.pop(changes.drops_video, None)
        self.habits = changes.habits or self.habits
        if decision.whisper is not None:
            check_view(decision.whisper)
        self.turned = decision.turns
        if self.turned is not None:
            check_view(self.turned)
            self._note(self.turned)
        self.toast = decision.toast
        self.shown |= words_in(decision.toast)
        assert len(decision.toast) <= 200

    def _note(self, view: View) -> None:
        labels = [button.label for row in view.keyboard for button in row]
        self.shown |= words_in(" ".join((view.text, *labels)))

    def _write_all(self, changes: Changes) -> None:
        for each in (changes, *changes.also):
            if each.project is not None:
                self._write(each.project, each)

    def _write(self, project: Project, changes: Changes) -> None:
        stored = self.projects.get(project.id)
        if project.revision != (stored.revision if stored else 0):
            raise StaleProject
        past = self.history.setdefault(project.id, [])
        if changes.remember:
            assert stored is not None
            assert stored.edit is not None
            past.append(stored.edit)
            del past[:-UNDO_STEPS]
        if changes.forget_last:
            past.pop()
        for job in list(self.jobs.values()):
            is_theirs = job.project_id == project.id and job.kind in changes.supersede
            if is_theirs and job.status is JobStatus.PENDING:
                self._end(job, status=JobStatus.CANCELLED, quietly=True)
        message_id = project.message_id or next(self._messages)
        if project.status is ProjectStatus.DELETED:
            self.videos = {
                name: video for name, video in self.videos.items() if video.project_id != project.id
            }
        self.projects[project.id] = replace(
            project, revision=project.revision + 1, message_id=message_id, touched_at=self.now
        )
        if project.edit is not None:
            digest = project.edit.recipe.clips[0].source
            check(project.edit.recipe, {digest: self.asset.duration_s})

    def _create(self, new: NewJob) -> None:
        assert new.id not in self.jobs
        assert new.after_job in ("", *self.jobs)
        self.now += 1
        self.jobs[new.id] = Job(
            id=new.id,
            kind=new.kind,
            status=JobStatus.PENDING,
            stage=Stage.WAITING,
            progress=0,
            project_id=new.project_id,
            owner_id=new.owner_id,
            chat_id=new.chat_id,
            input=new.input,
            result={},
            error_code="",
            error_params={},
            attempt=0,
            failures=0,
            lease_owner="",
            lease_until=None,
            run_after=self.now + new.delay_s,
            after_job=new.after_job,
            call_id="",
            created_at=self.now,
            updated_at=self.now,
            started_at=None,
        )

    def _end(self, job: Job, *, quietly: bool = False, **how: Any) -> None:
        ended = replace(job, **{"updated_at": self.now, **how})
        self.jobs[job.id] = ended
        if ended.kind is JobKind.RENDER and ended.status is JobStatus.COMPLETE:
            self.videos[ended.id] = made_video(self.projects[ended.project_id], ended)
        if ended.status is not JobStatus.COMPLETE:
            for other in list(self.jobs.values()):
                if other.after_job == job.id and not other.status.is_terminal:
                    self._end(other, quietly=quietly, **how)
        project = self.projects[job.project_id]
        if not quietly:
            self.apply(flow.job_ended(project, ended, self.facts(project)))


def words_in(text: str) -> set[str]:
    """Its words of three letters or more, in lower case."""
    return {word.casefold() for word in re.findall(r"[^\W\d_]{3,}", text)}


def check_view(view: View) -> None:
    """What Telegram would refuse, and what we promise beyond that."""
    assert view.text
    assert units(view.text) <= 1024
    assert sum(1 for media in (view.picture_key, view.video, view.audio) if media) <= 1
    buttons = [button for row in view.keyboard for button in row]
    for row in view.keyboard:
        assert 1 <= len(row) <= 4
    for button in buttons:
        assert button.label
        assert sum(1 for does in (button.data, button.url, button.copy) if does) == 1
        assert len(button.data.encode()) <= 64
        assert not button.data or keyboards.decode(button.data) is not None
    assert sum(1 for button in buttons if button.style == "success") <= 1


def project_of(data: str) -> str:
    """The id of the project the button belongs to; empty for none."""
    press = keyboards.decode(data)
    return press.project if press else ""


def find_button(view: View, label: str) -> Button:
    for row in view.keyboard:
        for button in row:
            if label in button.label:
                return button
    raise AssertionError(f"no {label!r} in {view.keyboard}")


def ready(**asset: Any) -> World:
    """A chat whose card is ready to be made."""
    world = World(asset=an_asset(**asset))
    world.send(a_voice_note(world.asset.duration_s))
    world.hear()
    return world


def making() -> World:
    """A chat whose video was asked for and has not been begun."""
    world = ready()
    world.press("Make video")
    return world
