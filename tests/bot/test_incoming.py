"""Upload links to local files, over a real server."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from yarl import URL

from bot.web.files import Files
from bot.web.incoming import Incoming
from bot.web.server import serving
from storage import uploads
from storage.adapter import ObjectMissing
from storage.links import Grant, signed_link
from storage.local import LocalStorage
from tests.bot.conftest import LINK_BASE, SECRET
from tests.bot.media import put

KEY = "uploads/token/recording.m4a"
CONTENT = bytes(range(256)) * 400
MOST_BYTES = len(CONTENT)


@pytest.fixture
async def session(storage: LocalStorage) -> AsyncIterator[aiohttp.ClientSession]:
    async with visiting(storage) as made:
        yield made


@asynccontextmanager
async def visiting(storage: LocalStorage, **limits: float) -> AsyncIterator[aiohttp.ClientSession]:
    routes = [*Files(storage).routes(), *Incoming(storage, **limits).routes()]
    async with (
        serving("127.0.0.1", 0, routes) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}", trust_env=False) as made,
    ):
        yield made


@pytest.fixture
async def link(storage: LocalStorage) -> URL:
    return await link_of(storage)


async def link_of(storage: LocalStorage) -> URL:
    link = await storage.upload_link(KEY, max_bytes=MOST_BYTES)
    return URL(link.removeprefix(LINK_BASE), encoded=True)


async def is_there(storage: LocalStorage) -> bool:
    try:
        await storage.stat(KEY)
    except ObjectMissing:
        return False
    return True


async def test_what_is_put_is_stored_and_accepted(
    session: aiohttp.ClientSession, storage: LocalStorage, link: URL
) -> None:
    async with session.put(link, data=CONTENT, headers={"Content-Type": "audio/mp4"}) as answer:
        assert answer.status == 200
    found = await uploads.accepted(storage, KEY, max_bytes=MOST_BYTES)
    assert found.size_bytes == len(CONTENT)
    assert answer.headers["ETag"] == f'"{found.etag}"'
    assert b"".join([chunk async for chunk in storage.get_stream(KEY)]) == CONTENT


async def test_a_link_may_be_used_again_until_it_expires(
    session: aiohttp.ClientSession, storage: LocalStorage, link: URL
) -> None:
    etags = []
    for content in (CONTENT, b"better"):
        async with session.put(link, data=content) as answer:
            etags.append(answer.headers["ETag"])
    assert len(set(etags)) == 2
    assert (await storage.stat(KEY)).size_bytes == len(b"better")


async def test_a_body_of_unknown_length_is_taken(
    session: aiohttp.ClientSession, storage: LocalStorage, link: URL
) -> None:
    async with session.put(link, data=pieces(CONTENT)) as answer:
        assert answer.status == 200
    assert (await storage.stat(KEY)).size_bytes == len(CONTENT)


@pytest.mark.parametrize("is_told", [True, False])
async def test_what_is_larger_than_the_link_allows_is_not_kept(
    session: aiohttp.ClientSession, storage: LocalStorage, link: URL, is_told: bool
) -> None:
    large = CONTENT + b"x"
    async with session.put(link, data=large if is_told else pieces(large)) as answer:
        assert answer.status == 413
    assert not await is_there(storage)


async def pieces(content: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(content), 1000):
        yield content[at : at + 1000]


async def test_a_body_that_breaks_off_leaves_nothing(
    session: aiohttp.ClientSession, storage: LocalStorage, link: URL
) -> None:
    base = session._base_url
    assert base is not None
    reader, writer = await asyncio.open_connection("127.0.0.1", base.port)
    head = f"PUT {link} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(CONTENT)}\r\n\r\n"
    writer.write(head.encode() + CONTENT[:1000])
    writer.write_eof()
    async with asyncio.timeout(10):
        answer = await reader.read()
    writer.close()
    assert b" 200 " not in answer.partition(b"\r\n")[0]
    assert not await is_there(storage)


async def test_a_sender_that_falls_silent_is_not_waited_for(storage: LocalStorage) -> None:
    async with visiting(storage, silence_s=0.2) as session:
        link = await link_of(storage)
        async with session.put(link, data=trickle(pause_s=30)) as answer:
            assert answer.status == 408
    assert not await is_there(storage)


async def test_a_sender_that_trickles_is_not_waited_for(storage: LocalStorage) -> None:
    async with visiting(storage, whole_s=0.3) as session:
        link = await link_of(storage)
        async with session.put(link, data=trickle(pause_s=0.05)) as answer:
            assert answer.status == 408
    assert not await is_there(storage)


async def trickle(pause_s: float) -> AsyncIterator[bytes]:
    while True:
        yield b"x"
        await asyncio.sleep(pause_s)


async def test_an_old_link_takes_nothing(
    session: aiohttp.ClientSession, storage: LocalStorage
) -> None:
    expired = Grant(method="PUT", key=KEY, expires_at=int(time.time()) - 1, max_bytes=MOST_BYTES)
    async with session.put(URL(signed_link(expired, SECRET), encoded=True), data=b"x") as answer:
        assert answer.status == 410
    assert not await is_there(storage)


async def test_a_tampered_link_takes_nothing(
    session: aiohttp.ClientSession, storage: LocalStorage, link: URL
) -> None:
    chance = random.Random(1)
    letters = "0123456789abcdefXYZ%/.=&?-_"
    for _ in range(300):
        at = chance.randrange(len("/files/"), len(str(link)))
        forged = str(link)[:at] + chance.choice(letters) + str(link)[at + 1 :]
        if forged == str(link):
            continue
        async with session.put(URL(forged, encoded=True), data=b"forged") as answer:
            assert answer.status in (400, 403, 404), forged
    assert [found.key async for found in storage.list("")] == []


async def test_a_link_is_good_for_its_own_method_only(
    session: aiohttp.ClientSession, storage: LocalStorage, link: URL
) -> None:
    await put(storage, KEY, CONTENT)
    download = await storage.download_link(KEY)
    reading = URL(download.removeprefix(LINK_BASE), encoded=True)
    async with session.put(reading, data=b"new") as written, session.get(link) as read:
        assert (written.status, read.status) == (403, 403)
    assert (await storage.stat(KEY)).size_bytes == len(CONTENT)


async def test_upload_links_are_not_logged(
    session: aiohttp.ClientSession, link: URL, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with session.put(link, data=CONTENT) as answer:
        await answer.read()
    assert "sig=" not in caplog.text
