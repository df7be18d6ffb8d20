"""The stable link to a finished video, and whether the bot is well, over a real server."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import aiohttp
import pytest
from yarl import URL

from bot.web.files import Files
from bot.web.health import Condition, Health
from bot.web.links import VideoLinks
from bot.web.server import serving
from bot.web.videos import Videos
from jobs.model import JobKind, NewJob
from jobs.opening import Store
from jobs.payloads import Rendered
from storage.bucket import Bucket
from storage.links import LinkExpired, LinkForged
from storage.local import LocalStorage
from storage.r2 import R2Storage
from tests.bot.conftest import LINK_BASE, SECRET
from tests.bot.media import FILM, film, put
from tests.storage.faults import Harm, way_to
from tests.storage.servers import Server
from tests.worker.shop import Watched

DAY_S = 24 * 3600.0
LINKS = VideoLinks(LINK_BASE, SECRET, 7 * DAY_S)


@pytest.fixture
def condition() -> Condition:
    return Condition(introduced=True)


@pytest.fixture
async def session(
    store: Store, storage: LocalStorage, condition: Condition
) -> AsyncIterator[aiohttp.ClientSession]:
    routes = [
        *Files(storage).routes(),
        *Videos(store.jobs, storage, LINKS).routes(),
        *Health(store.outbox, condition).routes(),
    ]
    async with serving("127.0.0.1", 0, routes) as port:
        base = f"http://127.0.0.1:{port}"
        async with aiohttp.ClientSession(base, trust_env=False) as made:
            yield made


async def rendered(store: Store) -> None:
    """A complete render job whose winner is FILM."""
    kind = JobKind.RENDER
    await store.jobs.create(
        NewJob(id="render", kind=kind, project_id="p", owner_id=1, chat_id=1, input={})
    )
    job = await store.jobs.claim_next_pending("worker", [kind], 30)
    assert job is not None
    result = Rendered(
        video_key=FILM.key,
        inline_key=FILM.key,
        thumbnail_key=FILM.thumbnail_key,
        width=108,
        height=192,
        frames=10,
        duration_s=1.0,
        size_bytes=1000,
        inline_width=108,
        inline_height=192,
        inline_bytes=1000,
    )
    await store.jobs.complete("render", job.attempt, result.to_json())


def path_of(link: str) -> URL:
    return URL(link.removeprefix(LINK_BASE), encoded=True)


async def test_the_link_leads_to_the_video(
    session: aiohttp.ClientSession, store: Store, storage: LocalStorage
) -> None:
    await rendered(store)
    await put(storage, FILM.key, film())
    link = path_of(LINKS.link("render", time.time()))
    async with session.get(link, allow_redirects=False) as answer:
        assert answer.status == 302
        assert answer.headers["Cache-Control"] == "private, max-age=3600"
        location = answer.headers["Location"]
    async with session.get(path_of(location)) as found:
        assert await found.read() == film()
        assert "attachment" in found.headers["Content-Disposition"]


async def test_the_link_leads_to_a_bucket(store: Store, moto: Server) -> None:
    await rendered(store)
    place = moto.bucket()
    bucket = R2Storage(place, Bucket(place))
    await put(bucket, FILM.key, film())
    link = path_of(LINKS.link("render", time.time()))
    async with (
        serving("127.0.0.1", 0, Videos(store.jobs, bucket, LINKS).routes()) as port,
        aiohttp.ClientSession(trust_env=False) as visitor,
        visitor.get(f"http://127.0.0.1:{port}{link}", allow_redirects=False) as answer,
    ):
        assert answer.status == 302
        location = URL(answer.headers["Location"], encoded=True)
        assert str(location).startswith(f"{place.endpoint_url}/{place.bucket}/{FILM.key}?")
        async with visitor.get(location) as found:
            assert await found.read() == film()
            assert "attachment" in found.headers["Content-Disposition"]
    await bucket.close()


async def test_a_bucket_that_does_not_answer_is_said_to_be_away(store: Store, moto: Server) -> None:
    await rendered(store)
    async with way_to(moto.url) as way, aiohttp.ClientSession(trust_env=False) as visitor:
        place = moto.place(moto.bucket().bucket, url=way.url)
        bucket = R2Storage(place, Bucket(place), grace_s=0.1)
        way.add(Harm.STALL, "HEAD ")
        routes = Videos(store.jobs, bucket, LINKS, patience_s=0.2).routes()
        link = path_of(LINKS.link("render", time.time()))
        async with (
            serving("127.0.0.1", 0, routes) as port,
            visitor.get(f"http://127.0.0.1:{port}{link}") as answer,
        ):
            assert answer.status == 503
        await bucket.close()


async def test_a_render_that_is_not_done_has_no_video(
    session: aiohttp.ClientSession, store: Store
) -> None:
    link = path_of(LINKS.link("render", time.time()))
    async with session.get(link, allow_redirects=False) as answer:
        assert answer.status == 404
    await rendered(store)
    async with session.get(link, allow_redirects=False) as answer:
        assert answer.status == 410  # the row is there, the file was tidied away


async def test_a_changed_link_is_refused(session: aiohttp.ClientSession, store: Store) -> None:
    await rendered(store)
    link = LINKS.link("render", time.time()).removeprefix(LINK_BASE)
    for forged in (
        link[:-1] + ("0" if link[-1] != "0" else "1"),
        link.replace("expires=", "expires=9"),
        link.replace("/render/", "/another/"),
        "/renders/render/output.mp4",
        "/renders/render/output.mp4?expires=9999999999&sig=%C3%A4",
    ):
        async with session.get(URL(forged, encoded=True), allow_redirects=False) as answer:
            assert answer.status == 403, forged


async def test_an_old_link_is_gone(session: aiohttp.ClientSession) -> None:
    link = path_of(LINKS.link("render", time.time() - 8 * DAY_S))
    async with session.get(link, allow_redirects=False) as answer:
        assert answer.status == 410


def test_the_same_video_has_the_same_link() -> None:
    assert LINKS.link("render", 1000.2) == LINKS.link("render", 1000.9)


def test_without_a_way_in_there_is_no_link() -> None:
    assert VideoLinks("", SECRET, DAY_S).link("render", 1000.0) == ""


def test_a_link_is_read_by_who_holds_the_secret_only() -> None:
    other = VideoLinks(LINK_BASE, b"another secret", DAY_S)
    _, _, query = other.link("render", 1000.0).partition("?")
    expires, signature = (part.partition("=")[2] for part in query.split("&"))
    assert other.left_s("render", expires, signature, now=1000.0) == DAY_S
    with pytest.raises(LinkForged):
        LINKS.left_s("render", expires, signature, now=1000.0)
    with pytest.raises(LinkExpired):
        other.left_s("render", expires, signature, now=1000.0 + DAY_S)


async def test_a_bot_that_works_is_ready(session: aiohttp.ClientSession) -> None:
    async with session.get("/health") as health, session.get("/ready") as ready:
        assert (health.status, ready.status) == (200, 200)


async def test_a_refused_token_makes_it_not_ready(
    session: aiohttp.ClientSession, condition: Condition
) -> None:
    condition.token_refused = True
    async with session.get("/health") as health, session.get("/ready") as ready:
        assert (health.status, ready.status) == (200, 503)
        assert "token" in (await ready.json())["troubles"][0]


async def test_a_message_that_waits_too_long_makes_it_not_ready(
    session: aiohttp.ClientSession, store: Store
) -> None:
    await rendered(store)
    await store.database.execute("UPDATE outbox SET since = since - 200")
    async with session.get("/ready") as ready:
        assert ready.status == 503


async def test_a_store_that_is_away_makes_it_not_ready(
    session: aiohttp.ClientSession, database: Watched
) -> None:
    database.is_away = True
    async with session.get("/health") as health, session.get("/ready") as ready:
        assert (health.status, ready.status) == (200, 503)


async def test_a_bot_that_telegram_has_not_answered_is_not_ready(
    session: aiohttp.ClientSession, condition: Condition
) -> None:
    condition.introduced = False
    async with session.get("/ready") as ready:
        assert ready.status == 503
        assert (await ready.json())["troubles"] == ["telegram has not answered yet"]
