"""Links to local files, over a real server."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest
from yarl import URL

from bot.web.files import Files
from bot.web.ranges import RangeNotSatisfiable, wanted_range
from bot.web.server import serving
from storage.links import Grant, signed_link
from storage.local import LocalStorage
from tests.bot.conftest import LINK_BASE, SECRET
from tests.bot.media import CARD, put

CONTENT = bytes(range(256)) * 40


@pytest.fixture
async def session(storage: LocalStorage) -> AsyncIterator[aiohttp.ClientSession]:
    await put(storage, CARD, CONTENT)
    async with serving("127.0.0.1", 0, Files(storage).routes()) as port:
        base = f"http://127.0.0.1:{port}"
        async with aiohttp.ClientSession(base, trust_env=False) as made:
            yield made


@pytest.fixture
async def link(storage: LocalStorage) -> str:
    return (await storage.download_link(CARD)).removeprefix(LINK_BASE)


def exactly(link: str) -> URL:
    """The link as it is; a client that tidies it up would ask for another one."""
    return URL(link, encoded=True)


async def test_a_link_gives_the_whole_file(session: aiohttp.ClientSession, link: str) -> None:
    async with session.get(exactly(link)) as answer:
        assert answer.status == 200
        assert await answer.read() == CONTENT
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Accept-Ranges"] == "bytes"
        assert answer.headers["Content-Disposition"] == "inline"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=100-", 100, len(CONTENT)),
        ("bytes=-7", len(CONTENT) - 7, len(CONTENT)),
        ("bytes=10-999999", 10, len(CONTENT)),
    ],
)
async def test_a_range_gives_that_part(
    session: aiohttp.ClientSession, link: str, asked: str, start: int, end: int
) -> None:
    async with session.get(exactly(link), headers={"Range": asked}) as answer:
        assert answer.status == 206
        assert await answer.read() == CONTENT[start:end]
        assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(CONTENT)}"


async def test_a_range_behind_the_end_is_refused(session: aiohttp.ClientSession, link: str) -> None:
    asked = {"Range": f"bytes={len(CONTENT)}-"}
    async with session.get(exactly(link), headers=asked) as answer:
        assert answer.status == 416
        assert answer.headers["Content-Range"] == f"bytes */{len(CONTENT)}"


async def test_a_reader_who_has_it_is_told_so(session: aiohttp.ClientSession, link: str) -> None:
    async with session.get(exactly(link)) as first:
        etag = first.headers["ETag"]
    async with session.get(exactly(link), headers={"If-None-Match": etag}) as again:
        assert again.status == 304
        assert await again.read() == b""
    stale = {"Range": "bytes=0-9", "If-Range": '"other"'}
    async with session.get(exactly(link), headers=stale) as whole:
        assert whole.status == 200


async def test_head_tells_the_size_alone(session: aiohttp.ClientSession, link: str) -> None:
    async with session.head(exactly(link)) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Length"] == str(len(CONTENT))


async def test_a_download_is_called_as_the_link_says(
    session: aiohttp.ClientSession, storage: LocalStorage
) -> None:
    link = (await storage.download_link(CARD, filename='Größe "x".png')).removeprefix(LINK_BASE)
    async with session.get(exactly(link)) as answer:
        disposition = answer.headers["Content-Disposition"]
        assert disposition.startswith("attachment;")
        assert "filename*=UTF-8''Gr%C3%B6%C3%9Fe" in disposition


async def test_a_tampered_link_opens_nothing(session: aiohttp.ClientSession, link: str) -> None:
    chance = random.Random(1)
    letters = "0123456789abcdefXYZ%/.=&?-_"
    for _ in range(300):
        at = chance.randrange(len("/files/"), len(link))
        forged = link[:at] + chance.choice(letters) + link[at + 1 :]
        if forged == link:
            continue
        async with session.get(exactly(forged), allow_redirects=False) as answer:
            assert answer.status in (400, 403, 404), forged
            assert CONTENT[:16] not in await answer.read()


@pytest.mark.parametrize(
    "path",
    [
        "/files/",
        "/files/../signing.key",
        "/files/..%2f..%2fsigning.key",
        "/files/assets/asset-1/card_0011223344556677.png",
        "/files/assets/asset-1/card_0011223344556677.png?expires=9999999999&sig=",
        "/files/%00?expires=1&sig=1",
        "/files//etc/passwd?expires=9999999999&sig=00",
    ],
)
async def test_a_path_without_a_signature_opens_nothing(
    session: aiohttp.ClientSession, path: str
) -> None:
    async with session.get(exactly(path), allow_redirects=False) as answer:
        assert answer.status in (400, 403, 404)


async def test_an_old_link_has_expired(session: aiohttp.ClientSession) -> None:
    old = signed_link(Grant(method="GET", key=CARD, expires_at=int(time.time()) - 1), SECRET)
    async with session.get(exactly(old)) as answer:
        assert answer.status == 410


async def test_a_file_that_went_away_is_gone(
    session: aiohttp.ClientSession, storage: LocalStorage, link: str
) -> None:
    await storage.delete(CARD)
    async with session.get(exactly(link)) as answer:
        assert answer.status == 404


async def test_links_are_not_logged(
    session: aiohttp.ClientSession, link: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with session.get(exactly(link)) as answer:
        await answer.read()
    assert "sig=" not in caplog.text


@pytest.mark.parametrize("header", ["", "bytes", "bytes=-", "bytes=5-2", "bytes=0-1,3-4", "x=0-1"])
def test_what_is_not_understood_means_everything(header: str) -> None:
    assert wanted_range(header, 100) is None


@pytest.mark.parametrize(("header", "size"), [("bytes=100-", 100), ("bytes=-0", 100)])
def test_an_empty_part_cannot_be_given(header: str, size: int) -> None:
    with pytest.raises(RangeNotSatisfiable):
        wanted_range(header, size)


async def test_who_hangs_up_in_the_middle_is_nobody_s_fault(
    storage: LocalStorage, link: str, caplog: pytest.LogCaptureFixture
) -> None:
    await put(storage, CARD, bytes(16 * 1024 * 1024))  # more than the wire holds
    async with serving("127.0.0.1", 0, Files(storage).routes()) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {link} HTTP/1.1\r\nHost: reel.example\r\n\r\n".encode())
        await reader.readexactly(1000)
        writer.transport.abort()
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
