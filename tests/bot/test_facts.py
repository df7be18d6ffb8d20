"""What is known when something is decided."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from bot.facts import FactsReader, limits_of
from bot.web.links import VideoLinks
from conversations.model import Limits
from jobs.database import Database, Parameters, Row, Statement
from jobs.ids import new_id
from jobs.model import (
    Changes,
    Edit,
    JobKind,
    NewJob,
    Person,
    Project,
    Role,
    Shape,
    Source,
    SourceKind,
    Stage,
)
from jobs.opening import Store, build_store
from jobs.recipe import Clip, Recipe
from settings import MIB, Settings
from storage.bucket import Bucket
from storage.local import LocalStorage
from storage.presigned import Place
from storage.r2 import R2Storage
from tests.bot.conftest import LINK_BASE, SECRET
from tests.bot.life import DIGEST, DURATION_S, Hands

OWNER = Person(id=1, name="Robin", language="en", role=Role.OWNER)
GUEST = Person(id=2, name="Kim", language="en", role=Role.GUEST)
EDIT = Edit(
    recipe=Recipe(clips=(Clip(source=DIGEST, start_s=1.0, end_s=11.0),)),
    look="mist",
    shape=Shape.VERTICAL,
)


class Rounds:
    """The database far away: counts the rounds that questions need which wait for each other."""

    def __init__(self, inner: Database) -> None:
        self._inner = inner
        self._answering: asyncio.Task[None] | None = None
        self.questions = 0
        self.count = 0

    async def execute(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        return (await self.batch([Statement(sql, parameters or {})]))[0]

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        self.questions += 1
        if self._answering is None:
            self._answering = asyncio.create_task(self._on_its_way())
        await self._answering
        return await self._inner.batch(statements)

    async def close(self) -> None:
        await self._inner.close()

    async def _on_its_way(self) -> None:
        for _ in range(10):  # whoever can ask without an answer has done so by then
            await asyncio.sleep(0)
        self._answering = None
        self.count += 1


@pytest.fixture
def reader(store: Store, storage: LocalStorage) -> FactsReader:
    links = VideoLinks(LINK_BASE, SECRET, 3600.0)
    return FactsReader(store=store, storage=storage, links=links, limits=Limits())


@pytest.fixture
def hands(store: Store, storage: LocalStorage) -> Hands:
    return Hands(store, storage)


@pytest.fixture
async def project(store: Store) -> Project:
    """A guest's project with a recording to fetch, a video to make, and an owner who looks on."""
    await store.people.put(OWNER)
    await store.people.put(GUEST)
    made = Project(
        id="project1",
        owner_id=GUEST.id,
        chat_id=GUEST.id,
        source=Source(kind=SourceKind.TELEGRAM, media="voice", file_id="f"),
        source_message_id=5,
        ingest_job="ingest",
        edit=EDIT,
        render_job="render",
    )
    kinds = {"ingest": JobKind.INGEST, "render": JobKind.RENDER}
    jobs = tuple(
        NewJob(id=name, kind=kind, project_id=made.id, owner_id=2, chat_id=2, input={})
        for name, kind in kinds.items()
    )
    await store.projects.accept(1, Changes(project=made, jobs=jobs))
    return made


async def test_a_project_s_facts_are_what_it_names(
    reader: FactsReader, project: Project, hands: Hands
) -> None:
    await hands.do(JobKind.INGEST)
    facts = await reader.of_project(project)
    assert facts.person == GUEST
    assert (facts.owner_id, facts.owner_name, facts.sender_name) == (1, "Robin", "Kim")
    assert facts.ingest is not None
    assert facts.asset is not None
    assert facts.asset.duration_s == DURATION_S
    assert facts.render is not None
    assert facts.save is None
    assert facts.newest is not None
    assert facts.queue_place == 0
    assert facts.people == ()
    assert facts.peaks == b""
    assert len(await reader.peaks(facts.asset)) == DURATION_S * 100


async def test_what_can_be_asked_at_once_is(
    reader: FactsReader, project: Project, hands: Hands, store: Store
) -> None:
    await hands.do(JobKind.INGEST)
    rounds = Rounds(store.database)
    near = dataclasses.replace(reader, clock=lambda: 1e9)
    distant = dataclasses.replace(near, store=build_store(rounds))
    assert await distant.of_project(project) == await near.of_project(project)
    assert (rounds.questions, rounds.count) == (10, 3)


async def test_only_the_owner_sees_who_there_is(reader: FactsReader, project: Project) -> None:
    facts = await reader.of_person(OWNER, 1, 0)
    assert facts.people == (OWNER, GUEST)


async def test_times_are_guessed_from_what_the_last_videos_took(
    reader: FactsReader, project: Project, hands: Hands, store: Store
) -> None:
    await hands.do(JobKind.INGEST)
    first = await reader.of_project(project)
    assert (first.estimate_s, first.eta_s) == (None, None)
    await store.database.execute(
        "INSERT INTO jobs (id, kind, status, project_id, owner_id, chat_id, input, result,"
        " run_after, turn, created_at, updated_at, started_at)"
        """ VALUES ('old', 'render', 'complete', 'p', 3, 3, '{}', '{"duration_s": 10}',"""
        " 0, 0, 0, 120, 100)"
    )
    waiting = await reader.of_project(project)
    assert waiting.estimate_s == pytest.approx(20.0)
    assert waiting.eta_s is None, "nobody knows how long the videos ahead take"
    render = await hands.claim(JobKind.RENDER)
    begun = dataclasses.replace(reader, clock=lambda: time.time() + 8.0)
    early = await begun.of_project(project)
    assert early.eta_s == pytest.approx(12.0, abs=0.5)
    await hands.tell(render, Stage.DRAWING, 50)
    half = await begun.of_project(project)
    assert half.eta_s == pytest.approx(9.0, abs=0.5), "half its own pace, half what is usual"


async def test_a_finished_video_has_a_link(
    reader: FactsReader, project: Project, hands: Hands
) -> None:
    assert (await reader.of_project(project)).link == ""
    await hands.do(JobKind.RENDER)
    facts = await reader.of_project(project)
    assert facts.link.startswith(f"{LINK_BASE}/renders/render/output.mp4?")
    assert facts.eta_s is None


async def test_nobody_outside_reaches_this_machine_without_an_address(
    reader: FactsReader, project: Project, hands: Hands, tmp_path: Path
) -> None:
    await hands.do(JobKind.RENDER)
    inside = dataclasses.replace(
        reader,
        links=VideoLinks("", SECRET, 3600.0),
        storage=LocalStorage(tmp_path / "storage", secret=SECRET, link_base=""),
    )
    assert (await inside.of_project(project)).link == ""


async def test_a_bucket_needs_no_address_of_ours_and_its_link_stays_the_same(
    reader: FactsReader, project: Project, hands: Hands
) -> None:
    await hands.do(JobKind.RENDER)
    place = Place(
        endpoint_url="https://0123.r2.cloudflarestorage.com",
        bucket="reels",
        access_key_id="id",
        secret_access_key="secret",
    )
    limits = limits_of(Settings(retention_days=30.0))
    assert limits.link_s == 7 * 86_400.0, "no bucket takes links for longer"
    direct = dataclasses.replace(
        reader,
        links=VideoLinks("", SECRET, 3600.0),
        storage=R2Storage(place, Bucket(place)),
        limits=limits,
    )
    link = (await direct.of_project(project)).link
    assert link.startswith("https://0123.r2.cloudflarestorage.com/reels/renders/render/a1/")
    assert "X-Amz-Expires=604800" in link
    assert "video.mp4" in link
    later = dataclasses.replace(direct, clock=lambda: time.time() + 3600.0)
    assert (await later.of_project(project)).link == link
    await direct.storage.close()


async def test_peaks_that_are_gone_are_no_trouble(
    reader: FactsReader, project: Project, hands: Hands, storage: LocalStorage
) -> None:
    await hands.do(JobKind.INGEST)
    facts = await reader.of_project(project)
    assert facts.asset is not None
    await storage.delete(facts.asset.peaks_key)
    assert await reader.peaks(facts.asset) == b""
    assert await reader.peaks(None) == b""


async def test_nobody_waits_for_peaks_that_do_not_come(
    reader: FactsReader, project: Project, hands: Hands
) -> None:
    class Silent(LocalStorage):
        async def get_stream(
            self, key: str, *, start: int = 0, end: int | None = None
        ) -> AsyncIterator[bytes]:
            await asyncio.Event().wait()
            yield b""

    await hands.do(JobKind.INGEST)
    facts = await reader.of_project(project)
    silent = Silent(Path("nowhere"), secret=SECRET, link_base="")
    impatient = dataclasses.replace(reader, storage=silent, peaks_s=0.05)
    assert await impatient.peaks(facts.asset) == b""


def test_ids_are_128_random_bits() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(found) for found in ids} == {26}
    assert set("".join(ids)) <= set("abcdefghijklmnopqrstuvwxyz234567")


def test_limits_are_those_of_the_settings() -> None:
    limits = limits_of(Settings(max_audio_s=60.0, videos_per_day=7, retention_days=2.0))
    assert (limits.audio_s, limits.videos_per_day) == (60.0, 7)
    assert limits.retention_s == limits.originals_s == limits.link_s == 172_800.0
    public = Settings(public_url="https://reel.example", retention_days=30.0)
    assert limits_of(public).link_s == 30 * 86_400.0, "our own links are signed anew"


@pytest.mark.parametrize(("files_dir", "limit"), [("", 20 * MIB), ("/telegram", 300 * MIB)])
def test_a_server_of_one_s_own_gives_larger_files(files_dir: str, limit: int) -> None:
    settings = Settings(telegram_files_dir=files_dir, max_source_bytes=300 * MIB)
    assert limits_of(settings).telegram_bytes == limit
