"""The page on which a large file is chosen: what it says, and to whom."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from bot.web.pages.links import NOWHERE, PageLinks
from jobs.model import Changes, ProjectStatus
from jobs.opening import Store
from storage.bucket import Bucket
from storage.links import LinkForged
from storage.local import LocalStorage
from storage.r2 import R2Storage
from tests.bot.conftest import LINK_BASE, SECRET
from tests.bot.pages import (
    CHAT,
    LINKS,
    MOST_BYTES,
    PERSON,
    WAITING,
    path_of,
    seen,
    the_project,
    visiting,
    waiting,
)
from tests.storage.servers import Server

ROOT = Path(__file__).parents[2]
ODD = "\"><script>alert(1)</script><b x=' &amp; \u202egnp.\x00"


@pytest.fixture
async def session(store: Store, storage: LocalStorage) -> AsyncIterator[aiohttp.ClientSession]:
    async with visiting(store, storage) as made:
        yield made


async def test_the_page_is_in_the_language_of_whose_link_it_is(
    session: aiohttp.ClientSession, store: Store
) -> None:
    link = await waiting(store)
    for language, choose in (
        ("en", "Choose the file"),
        ("de-AT", "Datei auswählen"),
        ("es", "Elegir el archivo"),
    ):
        await store.people.put(replace(PERSON, language=language))
        page = await seen(session, link, **{"Accept-Language": "fr"})
        assert page.status == 200
        assert f'<html lang="{language[:2]}">' in page.text
        assert choose in page.words
        assert f'data-limit="{MOST_BYTES}"' in page.text


async def test_nothing_foreign_runs_on_the_page_and_nobody_indexes_it(
    session: aiohttp.ClientSession, store: Store
) -> None:
    page = await seen(session, await waiting(store))
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "connect-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Cache-Control"] == "no-store"
    assert "<noscript>" in page.text
    assert "style=" not in page.text
    assert "http" not in page.text.replace(CHAT, "").replace("https link", "")


async def test_a_file_s_name_is_never_mark_up(session: aiohttp.ClientSession, store: Store) -> None:
    link = await waiting(store)
    project = await the_project(store)
    odd = replace(project, source=replace(project.source, name=ODD))
    await store.projects.accept(None, Changes(project=odd))
    page = await seen(session, link)
    assert "<script>alert" not in page.text
    assert "<b x=" not in page.text
    assert "\u202e" not in page.text


async def test_an_expired_link_says_so_and_how_to_get_another(
    session: aiohttp.ClientSession, store: Store
) -> None:
    await waiting(store, replace(PERSON, language="de"))
    late = path_of(LINKS.upload(WAITING.id, time.time() - 3601))
    page = await seen(session, late)
    assert page.status == 410
    assert "Neuer Link" in page.words
    assert f'href="{CHAT}"' in page.text


async def test_a_link_that_has_done_its_work_says_so(
    session: aiohttp.ClientSession, store: Store
) -> None:
    link = await waiting(store)
    project = await the_project(store)
    await store.projects.accept(None, Changes(project=replace(project, ingest_job="job")))
    page = await seen(session, link)
    assert page.status == 410
    assert "here already" in page.words


async def test_a_card_that_is_gone_takes_no_file(
    session: aiohttp.ClientSession, store: Store
) -> None:
    link = await waiting(store)
    project = await the_project(store)
    gone = replace(project, status=ProjectStatus.EXPIRED)
    await store.projects.accept(None, Changes(project=gone))
    page = await seen(session, link)
    assert page.status == 410
    assert "card is gone" in page.words


async def test_a_link_that_is_not_whole_says_so_in_the_browser_s_language(
    session: aiohttp.ClientSession, store: Store
) -> None:
    link = await waiting(store)
    for accepted, heading in (
        ("", "isn't whole"),
        ("es-MX, de;q=0.9", "no está completo"),
        ("fr, en;q=0.2, de;q=0.9", "nicht vollständig"),
        ("de;q=0, en", "isn't whole"),
        ("de;q=x" + ",es" * 500, "no está completo"),
    ):
        page = await seen(session, link[:-1], **{"Accept-Language": accepted})
        assert page.status == 403
        assert heading in page.words, accepted


async def test_the_page_may_speak_to_the_bucket_that_takes_its_files(
    store: Store, moto: Server
) -> None:
    place = moto.bucket()
    bucket = R2Storage(place, Bucket(place))
    async with visiting(store, bucket) as session:
        page = await seen(session, await waiting(store))
    policy = page.headers["Content-Security-Policy"]
    assert f"connect-src 'self' {place.endpoint_url};" in policy
    await bucket.close()


async def test_only_what_the_pages_are_dressed_in_is_served(
    session: aiohttp.ClientSession,
) -> None:
    for name, kind in (
        ("page.css", "text/css"),
        ("upload.js", "text/javascript"),
        ("mark.svg", "image/svg+xml"),
        ("manrope-latin.woff2", "font/woff2"),
    ):
        dressed = await session.get(f"/static/{name}")
        assert dressed.status == 200
        assert dressed.headers["Content-Type"].split(";")[0] == kind
        again = {"If-None-Match": dressed.headers["ETag"]}
        assert (await session.get(f"/static/{name}", headers=again)).status == 304
    for name in ("upload.html", "..%2fmarkup.py", "page.css%00", "", "PAGE.CSS"):
        assert (await session.get(f"/static/{name}")).status == 404


def test_the_same_card_has_the_same_link() -> None:
    assert LINKS.upload("waiting2", 1000.2) == LINKS.upload("waiting2", 1000.9)


def test_where_nobody_can_reach_us_there_are_no_links() -> None:
    assert NOWHERE.upload("waiting2", 1000.0) == ""
    assert NOWHERE.watch("slug") == ""
    assert LINKS.watch("") == ""


def test_another_secret_makes_other_links() -> None:
    token = PageLinks(LINK_BASE, SECRET[::-1]).upload("waiting2", 1000.0).rpartition("/")[2]
    with pytest.raises(LinkForged):
        LINKS.project_of(token, now=1000.0)


def test_the_pages_wear_the_colours_of_the_phone() -> None:
    pages, phone = (
        dict(re.findall(r"^  (--[\w-]+): (.*);$", (ROOT / path).read_text(), re.MULTILINE))
        for path in ("bot/web/pages/static/page.css", "phone/page/tokens.css")
    )
    assert len(pages) > 10
    assert pages.items() <= phone.items()
