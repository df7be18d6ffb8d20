"""The unlisted page of a video: what people and what robots get, and for how long."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import aiohttp
import pytest
from PIL import Image
from yarl import URL

from jobs.ids import new_id
from jobs.model import Changes, Edit, JobKind, NewJob, Project, ProjectStatus, Shape
from jobs.opening import Store
from jobs.payloads import Rendered
from jobs.recipe import Clip, Recipe
from storage import keys
from storage.local import LocalStorage
from tests.bot.conftest import LINK_BASE
from tests.bot.media import film, image, put
from tests.bot.pages import PERSON, SLUG, WAITING, path_of, published, seen, taken_back, visiting

TITLE = "Monday thoughts"
ODD = (
    "<b>bold</b> & \"quoted\" 'single'",
    '"><script>alert(1)</script>',
    "</title><meta property=og:image content=x>",
    "\u202egnirts lacituan",
    "$title ${title} $$ %s {0}",
    "a\u0000b\r\nc",
    "\u0625\u0644\u0649 \u0660",
    "👨‍👩‍👧‍👦",
)
VIDEO = keys.video("render", 1)
POSTER = keys.poster("render", 1)
EDIT = Edit(
    recipe=Recipe(clips=(Clip(source="0" * 16, start_s=0.0, end_s=72.0),)),
    look="mist",
    shape=Shape.VERTICAL,
    title=TITLE,
)
MADE = Rendered(
    video_key=VIDEO,
    inline_key=VIDEO,
    thumbnail_key=keys.thumbnail("render", 1),
    width=1080,
    height=1920,
    frames=2160,
    duration_s=72.0,
    size_bytes=1000,
    inline_width=1080,
    inline_height=1920,
    inline_bytes=1000,
    poster_key=POSTER,
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A page and somebody who visits it."""

    session: aiohttp.ClientSession
    store: Store
    storage: LocalStorage
    path: str

    async def project(self) -> Project:
        project = await self.store.projects.get(WAITING.id)
        assert project is not None
        return project

    async def retitled(self, title: str) -> None:
        project = await self.project()
        assert project.edit is not None
        after = replace(project, edit=replace(project.edit, title=title))
        await self.store.projects.accept(None, Changes(project=after))


@pytest.fixture
async def page(store: Store, storage: LocalStorage) -> AsyncIterator[Opened]:
    path = await with_page(store, MADE)
    await put(storage, VIDEO, film())
    await put(storage, POSTER, image("JPEG"))
    async with visiting(store, storage) as session:
        yield Opened(session, store, storage, path)


async def with_page(store: Store, made: Rendered) -> str:
    """A finished video whose page is open; the page's path."""
    await store.people.put(PERSON)
    project = replace(WAITING, ingest_job="ingest", edit=EDIT, render_job="render")
    await store.projects.accept(None, Changes(project=project))
    new = NewJob(
        id="render",
        kind=JobKind.RENDER,
        project_id=project.id,
        owner_id=PERSON.id,
        chat_id=PERSON.id,
        input={},
    )
    await store.jobs.create(new)
    job = await store.jobs.claim_next_pending("hands", [JobKind.RENDER], 30.0)
    assert job is not None
    assert await store.jobs.complete(job.id, job.attempt, made.to_json())
    stored = await store.projects.get(project.id)
    assert stored is not None
    return await published(store, stored, job.id)


async def test_people_get_a_player_in_the_video_s_shape(page: Opened) -> None:
    shown = await seen(page.session, page.path)
    assert shown.status == 200
    assert f'<h1 dir="auto">{TITLE}</h1>' in shown.text
    assert 'width="1080" height="1920"' in shown.text
    assert "playsinline" in shown.text
    assert f'poster="{page.path}/poster.jpg"' in shown.text
    assert f'src="{page.path}/video.mp4"' in shown.text
    assert f'href="{page.path}/download"' in shown.text
    assert "1:12" in shown.text


async def test_robots_that_unfold_links_get_whole_addresses(page: Opened) -> None:
    metas = (await seen(page.session, page.path)).metas()
    url = f"{LINK_BASE}/v/{SLUG}"
    assert metas["og:title"] == metas["twitter:title"] == TITLE
    assert metas["og:type"] == "video.other"
    assert metas["og:url"] == url
    assert metas["og:image"] == metas["twitter:image"] == f"{url}/poster.jpg"
    assert (metas["og:image:width"], metas["og:image:height"]) == ("720", "1280")
    assert metas["og:video"] == f"{url}/video.mp4"
    assert metas["og:video:type"] == "video/mp4"
    assert (metas["og:video:width"], metas["og:video:height"]) == ("1080", "1920")
    assert metas["twitter:card"] == "summary_large_image"
    assert metas["video:duration"] == "72"
    assert "og:video:secure_url" not in metas  # this address is not https
    for address in (metas["og:image"], metas["og:video"]):
        answer = await page.session.get(path_of(address), allow_redirects=False)
        assert answer.status in (200, 302)


async def test_nobody_finds_the_page_who_was_not_given_its_link(page: Opened) -> None:
    shown = await seen(page.session, page.path)
    assert shown.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert shown.metas()["robots"] == "noindex, nofollow"
    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    policy = shown.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert f"media-src 'self' {LINK_BASE};" in policy


async def test_the_video_can_be_read_in_parts(page: Opened) -> None:
    link = await page.session.get(f"{page.path}/video.mp4", allow_redirects=False)
    assert link.status == 302
    assert link.headers["Cache-Control"] == "no-store"
    there = URL(path_of(link.headers["Location"]), encoded=True)
    async with page.session.get(there, headers={"Range": "bytes=10-19"}) as part:
        assert part.status == 206
        assert part.headers["Content-Type"] == "video/mp4"
        assert part.headers["Content-Disposition"] == "inline"
        assert await part.read() == film()[10:20]


async def test_the_download_is_called_like_the_video(page: Opened) -> None:
    link = await page.session.get(f"{page.path}/download", allow_redirects=False)
    there = URL(path_of(link.headers["Location"]), encoded=True)
    async with page.session.get(there) as saved:
        assert f'filename="{TITLE}.mp4"' in saved.headers["Content-Disposition"]
        assert await saved.read() == film()


async def test_the_poster_is_a_picture(page: Opened) -> None:
    async with page.session.get(f"{page.path}/poster.jpg") as answer:
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert Image.open(io.BytesIO(await answer.read())).size == (90, 160)


async def test_a_video_from_before_there_were_posters_shows_its_thumbnail(
    store: Store, storage: LocalStorage
) -> None:
    path = await with_page(store, replace(MADE, poster_key=""))
    await put(storage, VIDEO, film())
    await put(storage, MADE.thumbnail_key, image("JPEG"))
    async with visiting(store, storage) as session:
        assert (await session.get(f"{path}/poster.jpg")).status == 200
        metas = (await seen(session, path)).metas()
        assert (metas["og:image:width"], metas["og:image:height"]) == ("180", "320")


@pytest.mark.parametrize("title", ODD)
async def test_a_title_is_never_mark_up(page: Opened, title: str) -> None:
    await page.retitled(title)
    shown = await seen(page.session, page.path)
    assert shown.status == 200
    metas = shown.metas()
    assert metas["og:image"].startswith(LINK_BASE)
    assert metas["robots"] == "noindex, nofollow"
    assert shown.text.count("<script") == 0
    assert shown.text.count("<title>") == 1
    visible = {letter for letter in title if letter.isalnum()}
    assert visible <= set(metas["og:title"])
    assert "\u202e" not in shown.text
    saved = await page.session.get(f"{page.path}/download", allow_redirects=False)
    assert saved.status == 302


async def test_a_page_without_a_title_is_named_all_the_same(page: Opened) -> None:
    await page.retitled("")
    shown = await seen(page.session, page.path, **{"Accept-Language": "de"})
    assert shown.metas()["og:title"] == "Ein Video"
    assert '<html lang="de">' in shown.text


async def gone(page: Opened, words: str, status: int = 410) -> None:
    shown = await seen(page.session, page.path)
    assert shown.status == status
    assert words in shown.words
    assert TITLE not in shown.text
    for part in ("video.mp4", "download"):
        answer = await page.session.get(f"{page.path}/{part}", allow_redirects=False)
        assert answer.status == status
    assert (await page.session.get(f"{page.path}/poster.jpg")).status == 404


async def test_a_page_that_was_taken_back_shows_nothing_any_more(page: Opened) -> None:
    await taken_back(page.store, await page.project())
    await gone(page, "taken back")


async def test_another_page_of_the_same_video_does_not_bring_the_first_back(page: Opened) -> None:
    await taken_back(page.store, await page.project())
    first = await page.store.pages.get(SLUG)
    assert first is not None
    second = replace(first, slug=SLUG[::-1], is_closed=False)
    changes = Changes(project=await page.project(), opens=second)
    await page.store.projects.accept(None, changes)
    await gone(page, "taken back")
    assert (await seen(page.session, f"/v/{SLUG[::-1]}")).status == 200


async def test_a_deleted_card_takes_its_page_with_it(page: Opened) -> None:
    deleted = replace(await page.project(), status=ProjectStatus.DELETED)
    await page.store.projects.accept(None, Changes(project=deleted))
    await gone(page, "taken back")


async def test_a_card_that_went_quiet_leaves_its_page_until_the_video_goes(page: Opened) -> None:
    expired = replace(await page.project(), status=ProjectStatus.EXPIRED)
    await page.store.projects.accept(None, Changes(project=expired))
    assert (await seen(page.session, page.path)).status == 200
    await page.storage.delete(VIDEO)
    await gone(page, "7 days")


async def test_a_slug_that_nobody_made_leads_nowhere(page: Opened) -> None:
    for slug in (SLUG[:-1], SLUG.upper(), "x", "%00", "..%2f..%2fetc", "a" * 5000):
        shown = await seen(page.session, f"/v/{slug}")
        assert shown.status in (400, 404), slug


def test_every_slug_is_128_random_bits() -> None:
    slugs = {new_id() for _ in range(1000)}
    assert len(slugs) == 1000
    assert {len(slug) for slug in slugs} == {26}
