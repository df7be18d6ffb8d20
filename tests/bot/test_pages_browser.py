"""The pages in a real browser of 360 pixels: what is pressed, what is said, and to whom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, ViewportSize, expect

from jobs.opening import Store, build_store
from jobs.payloads import source_from_json
from jobs.sqlite import SqliteDatabase
from storage.bucket import Bucket
from storage.local import LocalStorage
from storage.r2 import R2Storage
from tests.axe import RULES, faults
from tests.bot.conftest import LINK_BASE, SECRET
from tests.bot.media import film, image, put
from tests.bot.pages import KEY, LINKS, WAITING, path_of, the_project, visiting, waiting
from tests.bot.test_upload_pieces import FILE, HALF, ingest, stuck
from tests.bot.test_watch_page import MADE, POSTER, VIDEO, with_page
from tests.phone.browser import launched
from tests.storage.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
PATIENCE_MS = 15_000


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with launched() as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    made = build_store(SqliteDatabase(tmp_path / "jobs.sqlite3"))
    await made.jobs.setup()
    yield made
    await made.close()


@pytest_asyncio.fixture(loop_scope="module")
async def session(store: Store, storage: LocalStorage) -> AsyncIterator[aiohttp.ClientSession]:
    async with visiting(store, storage) as made:
        yield made


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "storage", secret=SECRET, link_base=LINK_BASE)


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    path = tmp_path / "talk.wav"
    path.write_bytes(FILE)
    return path


@asynccontextmanager
async def on_a_phone(
    browser: Browser, session: aiohttp.ClientSession, path: str, scheme: Scheme = "light"
) -> AsyncIterator[Page]:
    context = await browser.new_context(
        viewport=ViewportSize(width=360, height=740), color_scheme=scheme, reduced_motion="reduce"
    )
    try:
        page = await context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        await page.goto(str(session._base_url).rstrip("/") + path)
        yield page
    finally:
        await context.close()


async def test_with_a_bucket_the_page_puts_the_file_there_itself(
    chromium: Browser, store: Store, moto: Server, talk: Path
) -> None:
    place = moto.bucket()
    bucket = R2Storage(place, Bucket(place))
    link = await waiting(store)
    async with (
        visiting(store, bucket) as session,
        on_a_phone(chromium, session, link) as page,
    ):
        puts: list[str] = []
        page.on("request", lambda it: puts.append(it.url) if it.method == "PUT" else None)
        await page.set_input_files("#file", talk)
        await expect(page.locator("#done")).to_be_visible(timeout=PATIENCE_MS)
    assert len(puts) == 1
    assert puts[0].startswith(f"{place.endpoint_url}/{place.bucket}/{KEY}?")
    source = source_from_json((await ingest(store)).input)
    assert (source.name, source.size_bytes) == ("talk.wav", len(FILE))
    stored = [chunk async for chunk in bucket.get_stream(KEY)]
    assert b"".join(stored) == FILE
    await bucket.close()


async def test_a_line_that_breaks_is_spoken_of_until_it_is_back(
    chromium: Browser, store: Store, session: aiohttp.ClientSession, talk: Path
) -> None:
    link = await waiting(store)
    tries = 0

    async def break_once(route: Route) -> None:
        nonlocal tries
        if route.request.method != "PUT":
            await route.continue_()
            return
        tries += 1
        await (route.abort("connectionreset") if tries == 1 else route.continue_())

    async with on_a_phone(chromium, session, link) as page:
        await page.route("**/upload/**", break_once)
        await page.set_input_files("#file", talk)
        await expect(page.locator("#stand")).to_contain_text("The line broke")
        await expect(page.locator("#done")).to_be_visible()
    assert tries == 2
    assert (await the_project(store)).ingest_job


async def test_what_is_sent_can_be_cancelled_for_another_file(
    chromium: Browser, store: Store, session: aiohttp.ClientSession, talk: Path, tmp_path: Path
) -> None:
    link = await waiting(store)
    held = asyncio.Event()

    async def hold(route: Route) -> None:
        if "talk.wav" in route.request.url and route.request.method == "PUT":
            await held.wait()  # it never gets through
        else:
            await route.continue_()

    other = tmp_path / "song.mp3"
    other.write_bytes(FILE[::-1])
    async with on_a_phone(chromium, session, link) as page:
        await page.route("**/upload/**", hold)
        await page.set_input_files("#file", talk)
        await expect(page.locator("#name")).to_have_text("talk.wav")
        await page.locator("#cancel").click()
        await expect(page.locator("label.big-key")).to_be_visible()
        await expect(page.locator("#trouble")).to_be_hidden()
        await page.set_input_files("#file", other)
        await expect(page.locator("#done")).to_be_visible()
        held.set()
    assert source_from_json((await ingest(store)).input).name == "song.mp3"


async def test_a_second_file_through_the_same_link_is_told_to_wait(
    chromium: Browser, store: Store, session: aiohttp.ClientSession, talk: Path
) -> None:
    link = await waiting(store)
    _, writer = await stuck(session, link, FILE[:HALF])
    async with on_a_phone(chromium, session, link) as page:
        await page.set_input_files("#file", talk)
        trouble = page.locator("#trouble")
        await expect(trouble).to_contain_text("Another file is coming", timeout=PATIENCE_MS)
        writer.close()
        await page.set_input_files("#file", talk)
        await expect(page.locator("#done")).to_be_visible()


async def test_a_link_that_ends_while_the_page_is_open_is_said_in_words(
    chromium: Browser, store: Store, session: aiohttp.ClientSession, talk: Path
) -> None:
    link = await waiting(store)
    async with on_a_phone(chromium, session, link) as page:
        await store.database.execute("UPDATE projects SET status = 'expired'")
        await page.set_input_files("#file", talk)
        await expect(page.locator("h1:visible")).to_have_text("That card is gone")


async def test_a_keyboard_chooses_a_file(
    chromium: Browser, store: Store, session: aiohttp.ClientSession, talk: Path
) -> None:
    async with on_a_phone(chromium, session, await waiting(store)) as page:
        # Asked for first: a busy browser may open the chooser before it hears that we want it.
        async with page.expect_file_chooser() as choosing:
            await page.keyboard.press("Tab")
            outline = await page.evaluate(
                "getComputedStyle(document.querySelector('label.big-key')).outlineStyle"
            )
            assert outline == "solid"
            await page.keyboard.press("Space")
        await (await choosing.value).set_files(talk)
        await expect(page.locator("#done")).to_be_focused()


@pytest.mark.axe
@pytest.mark.parametrize("scheme", SCHEMES)
async def test_nobody_is_shut_out_of_the_upload_page(
    chromium: Browser, store: Store, session: aiohttp.ClientSession, talk: Path, scheme: Scheme
) -> None:
    link = await waiting(store)
    expired = path_of(LINKS.upload(WAITING.id, 0.0))
    async with on_a_phone(chromium, session, link, scheme) as page:
        assert await faults(page, *RULES[scheme]) == []
        await page.route("**/upload/**", lambda route: route.abort())
        await page.set_input_files("#file", talk)
        await expect(page.locator("#stand")).to_contain_text("The line broke")
        assert await faults(page, *RULES[scheme]) == []
        await page.locator("#cancel").click()
        await page.unroute("**/upload/**")
        await page.set_input_files("#file", talk)
        await expect(page.locator("#done")).to_be_visible()
        assert await faults(page, *RULES[scheme]) == []
    async with on_a_phone(chromium, session, expired, scheme) as page:
        assert await faults(page, *RULES[scheme]) == []


@pytest.mark.axe
@pytest.mark.parametrize("scheme", SCHEMES)
async def test_nobody_is_shut_out_of_the_watch_page(
    chromium: Browser,
    store: Store,
    storage: LocalStorage,
    session: aiohttp.ClientSession,
    scheme: Scheme,
) -> None:
    path = await with_page(store, MADE)
    await put(storage, VIDEO, film())
    await put(storage, POSTER, image("JPEG"))
    async with on_a_phone(chromium, session, path, scheme) as page:
        assert await faults(page, *RULES[scheme]) == []
