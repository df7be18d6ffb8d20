"""The pages over a real server, a card that waits for its file, and a video that has a page."""

from __future__ import annotations

import html
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from html.parser import HTMLParser

import aiohttp
from yarl import URL

from bot.facts import FactsReader
from bot.web.files import Files
from bot.web.links import VideoLinks
from bot.web.pages import site
from bot.web.pages.links import PageLinks
from bot.web.server import serving
from conversations.model import Limits
from jobs.model import Changes, Page, Person, Project, Role, Source, SourceKind
from jobs.opening import Store
from storage import keys
from storage.adapter import StorageAdapter
from storage.local import LocalStorage
from tests.bot.conftest import LINK_BASE, SECRET

CHAT = "https://t.me/reel_bot"
KEY = keys.upload("token", "source", "bin")
MOST_BYTES = 100_000
LINKS = PageLinks(LINK_BASE, SECRET)
PERSON = Person(id=7, name="Robin", language="en", role=Role.GUEST)
SLUG = "abcdefghijklmnopqrstuvwxyz"
WAITING = Project(
    id="waiting2",
    owner_id=PERSON.id,
    chat_id=PERSON.id,
    source=Source(
        kind=SourceKind.UPLOAD, media="document", name="talk.wav", size_bytes=64_000_000, key=KEY
    ),
    source_message_id=3,
    ingest_job="",
)


@dataclass(frozen=True, slots=True)
class Seen:
    """A page as somebody without JavaScript gets it."""

    status: int
    text: str
    headers: dict[str, str]

    @property
    def words(self) -> str:
        return html.unescape(self.text)

    def metas(self) -> dict[str, str]:
        """What a robot that unfolds links reads, by name."""
        reader = _Metas()
        reader.feed(self.text)
        return reader.found


@asynccontextmanager
async def visiting(
    store: Store, storage: StorageAdapter, **limits: float
) -> AsyncIterator[aiohttp.ClientSession]:
    """A browser at the bot's server; links that begin with LINK_BASE lead there."""
    facts = FactsReader(
        store=store,
        storage=storage,
        links=VideoLinks(LINK_BASE, SECRET, 3600.0),
        limits=Limits(source_bytes=MOST_BYTES, pages=True),
        pages=LINKS,
    )
    routes = site.routes(facts, lambda: CHAT, **limits)
    if isinstance(storage, LocalStorage):
        routes += Files(storage).routes()
    async with (
        serving("127.0.0.1", 0, routes) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}", trust_env=False) as made,
    ):
        yield made


async def waiting(store: Store, person: Person = PERSON) -> str:
    """A card that waits for its file; the path of its link."""
    await store.people.put(person)
    await store.projects.accept(None, Changes(project=WAITING))
    project = await the_project(store)
    return path_of(LINKS.upload(project.id, project.touched_at))


async def the_project(store: Store) -> Project:
    project = await store.projects.get(WAITING.id)
    assert project is not None
    return project


async def published(store: Store, project: Project, job_id: str) -> str:
    """Open a page for the project's video; its path."""
    page = Page(slug=SLUG, project_id=project.id, job_id=job_id)
    await store.projects.accept(None, Changes(project=project, opens=page))
    return path_of(LINKS.watch(SLUG))


async def taken_back(store: Store, project: Project) -> None:
    now = await store.projects.get(project.id)
    assert now is not None
    await store.projects.accept(None, Changes(project=replace(now), closes=project.id))


def path_of(link: str) -> str:
    return link.removeprefix(LINK_BASE)


async def seen(session: aiohttp.ClientSession, path: str, **headers: str) -> Seen:
    url = URL(path, encoded=True)
    async with session.get(url, headers=headers, allow_redirects=False) as answer:
        return Seen(answer.status, await answer.text(), dict(answer.headers))


class _Metas(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "meta" and (name := named.get("property") or named.get("name")):
            self.found[name] = named.get("content", "")
