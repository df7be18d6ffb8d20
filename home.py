"""Everything on this machine: the phone in the browser, the bot and the worker behind it."""

from __future__ import annotations

import asyncio
import dataclasses
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from assembly import Announce, examiner, opened, work
from bot.app import run_bot
from conversations.model import Facts
from conversations.phases import phase
from jobs.model import Job, JobKind, JobStatus, Json, Project, Role
from jobs.model import Person as Known
from jobs.opening import Store
from jobs.payloads import edit_to_json
from phone.backstage import Home
from phone.people import Person
from phone.server import Phone, start_phone
from pipelines.bench import scratch_folder
from pipelines.child import kill_at_work
from settings import RenderBackend, Settings, SettingsError, UpdatesMode, is_loopback
from storage.adapter import StorageAdapter
from taking import Taking

DRAIN_S = 1.0  # who presses Ctrl-C is waiting; a video goes on at the next start
RESTART_S = 30.0


async def run_at_home(settings: Settings, stopping: asyncio.Event, announce: Announce) -> None:
    """Everything on this machine, with the phone in the browser at `settings.port`."""
    async with phone_at_home(settings) as (phone, home), opened(home) as (store, storage):
        lines = [
            f"Pocketreel is at {phone.url.replace('127.0.0.1', 'localhost')}",
            f"Ctrl-C stops it; what you made stays in {settings.data_dir}",
        ]

        def tell() -> None:
            """Once the bot has found itself, so that nobody is sent to a page without one."""
            while lines:
                announce(lines.pop(0))

        await store.jobs.set_quotas()
        bot = Lives(home, store, storage, tell)
        seen = Seen(store, home.scratch_dir)
        async with asyncio.TaskGroup() as group:
            taking = Taking(settings, group, _free_port(settings.host))
            phone.show_home(
                Home(
                    rows=seen.rows,
                    kill_render=seen.kill_render,
                    restart_bot=bot.restart,
                    telegram=taking.told,
                    take_along=taking.begin,
                    leave=taking.end,
                )
            )
            group.create_task(work(home, store, storage, stopping, drain_s=DRAIN_S))
            group.create_task(bot.run(stopping))
            group.create_task(taking.end_when(stopping))


@asynccontextmanager
async def phone_at_home(settings: Settings) -> AsyncIterator[tuple[Phone, Settings]]:
    """A phone on this machine, and the settings of a bot that it talks to.

    The phone listens on `settings.port`, the bot's own server one above; port 0 takes free ones.
    Its first Start carries the claim, so that whoever opens the page owns the bot. Raises
    SettingsError for a host that others can reach: the phone has no lock.
    """
    if not is_loopback(settings.host):
        raise SettingsError("HOST: the phone has no lock, so it is served on 127.0.0.1 only")
    phone = await start_phone(settings.data_dir / "phone", settings.host, settings.port)
    try:
        port = settings.port + 1 if settings.port else _free_port(settings.host)
        home = dataclasses.replace(
            settings,
            telegram_bot_token=phone.token,
            telegram_api_url=phone.url,
            telegram_updates=UpdatesMode.POLLING,
            port=port,
            public_url=f"http://127.0.0.1:{port}",
            render_backend=RenderBackend.LOCAL,  # nobody elsewhere could report to that address
        )
        async with opened(home) as (store, _):
            code = await store.people.claim_code()
        phone.start_parameter = f"claim_{code}" if code else ""
        yield phone, home
    finally:
        await phone.stop()


class Lives:
    """The bot, ended and begun again as often as somebody asks. `tell` hears that it is there."""

    def __init__(
        self, settings: Settings, store: Store, storage: StorageAdapter, tell: Callable[[], None]
    ) -> None:
        self._settings = settings
        self._store = store
        self._storage = storage
        self._tell = tell
        self._ending = asyncio.Event()
        self._is_there = asyncio.Event()

    async def run(self, stopping: asyncio.Event) -> None:
        """One life after the other until `stopping`."""
        while not stopping.is_set():
            self._ending = asyncio.Event()
            async with asyncio.TaskGroup() as group:
                telling = group.create_task(_pass_on(stopping, self._ending))
                await run_bot(
                    self._settings,
                    self._store,
                    self._storage,
                    self._ending,
                    announce=self._begun,
                    examine=examiner(self._settings),
                )
                telling.cancel()

    async def restart(self) -> None:
        """End this life; returns when the next one has begun. Raises TimeoutError."""
        self._is_there.clear()
        self._ending.set()
        async with asyncio.timeout(RESTART_S):
            await self._is_there.wait()

    def _begun(self, _: str) -> None:
        self._is_there.set()
        self._tell()


class Seen:
    """What the page sees of the database, and may do to a render."""

    def __init__(self, store: Store, scratch_dir: Path) -> None:
        self._store = store
        self._scratch_dir = scratch_dir

    async def rows(self, person: Person) -> Json:
        """The person's newest open card and its jobs, newest first."""
        project = await self._store.projects.newest_open(person.user_id, person.chat_id)
        if project is None:
            return {"card": None, "jobs": []}
        jobs = await self._jobs(project)
        return {
            "card": _card_row(project, jobs),
            "jobs": [_job_row(job) for job in jobs.values()],
        }

    async def kill_render(self, person: Person) -> bool:
        """Kill with -9 what draws the video of the person's newest card; False: nothing does."""
        project = await self._store.projects.newest_open(person.user_id, person.chat_id)
        jobs = await self._jobs(project) if project else {}
        drawing = [
            job
            for job in jobs.values()
            if job.kind is JobKind.RENDER and job.status is JobStatus.PROCESSING
        ]
        killed = [kill_at_work(scratch_folder(self._scratch_dir, job)) for job in drawing]
        return any(killed)

    async def _jobs(self, project: Project) -> dict[str, Job]:
        """The project's jobs, and those of an older card whose recording it shows."""
        own = {job.id: job for job in await self._store.jobs.of_project(project.id)}
        named = {project.ingest_job, project.save_job, project.render_job} - {""}
        return {**own, **await self._store.jobs.many(named - own.keys())}


def _card_row(project: Project, jobs: dict[str, Job]) -> Json:
    facts = Facts(
        person=Known(id=project.owner_id, name="", language="", role=Role.STRANGER),
        ingest=jobs.get(project.ingest_job),
        render=jobs.get(project.render_job),
    )
    return {
        "id": project.id,
        "phase": phase(project, facts).value,
        "status": project.status.value,
        "revision": project.revision,
        "face": project.face.value,
        "edge": project.edge.value,
        "message_id": project.message_id,
        "source": project.source.media,
        "created_at": project.created_at,
        "touched_at": project.touched_at,
        "edit": edit_to_json(project.edit) if project.edit else None,
    }


def _job_row(job: Job) -> Json:
    """The job as JSON, without what was put into it and what came out: those can be long."""
    row = dataclasses.asdict(job)
    return {name: row[name] for name in row if name not in ("input", "result")}


async def _pass_on(stopping: asyncio.Event, ending: asyncio.Event) -> None:
    await stopping.wait()
    ending.set()


def _free_port(host: str) -> int:
    with socket.socket() as listener:
        listener.bind((host, 0))
        return int(listener.getsockname()[1])
