"""A file on its way from the upload page into storage, over lines that break."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import unquote, urlencode

import aiohttp
import pytest
from yarl import URL

from bot.web.pages.links import GRACE_S
from jobs.model import Changes, Job, ProjectStatus, Role
from jobs.opening import Store
from jobs.payloads import source_from_json
from storage.adapter import ObjectMissing
from storage.bucket import Bucket
from storage.local import LocalStorage
from storage.r2 import R2Storage
from tests.bot.pages import KEY, LINKS, MOST_BYTES, PERSON, WAITING, the_project, visiting, waiting
from tests.storage.servers import Server
from tests.worker.shop import Watched, until

FILE = bytes(range(256)) * 256
HALF = len(FILE) // 2
TALK = {"name": "my talk.wav", "size": str(len(FILE)), "changed": "1764000000000"}


@pytest.fixture
async def session(store: Store, storage: LocalStorage) -> AsyncIterator[aiohttp.ClientSession]:
    async with visiting(store, storage) as made:
        yield made


@pytest.fixture
async def link(store: Store) -> str:
    return await waiting(store)


def at(link: str, **changes: str) -> URL:
    return URL(f"{link}?{urlencode({**TALK, **changes})}", encoded=True)


def ranged(start: int, end: int, of: int = len(FILE)) -> dict[str, str]:
    return {"Content-Range": f"bytes {start}-{end - 1}/{of}"}


async def put(session: aiohttp.ClientSession, url: URL, start: int, end: int) -> tuple[int, str]:
    """Send that piece of FILE; the status and how much is said to be there."""
    piece = FILE[start:end]
    async with session.put(url, data=piece, headers=ranged(start, end)) as answer:
        return answer.status, answer.headers.get("Upload-Offset", "")


async def how_far(session: aiohttp.ClientSession, url: URL) -> tuple[int, str]:
    async with session.head(url) as answer:
        return answer.status, answer.headers.get("Upload-Offset", "")


async def ingest(store: Store) -> Job:
    """The job that the card's upload led to."""
    project = await the_project(store)
    assert project.ingest_job
    job = await store.jobs.get(project.ingest_job)
    assert job is not None
    return job


async def content(storage: LocalStorage) -> bytes:
    return b"".join([chunk async for chunk in storage.get_stream(KEY)])


async def test_pieces_become_the_recording_of_the_card(
    session: aiohttp.ClientSession, store: Store, storage: LocalStorage, link: str
) -> None:
    assert await how_far(session, at(link)) == (200, "0")
    assert await put(session, at(link), 0, HALF) == (200, str(HALF))
    assert await how_far(session, at(link)) == (200, str(HALF))
    assert (await the_project(store)).ingest_job == ""
    assert (await put(session, at(link), HALF, len(FILE)))[0] == 201
    assert await content(storage) == FILE
    job = await ingest(store)
    source = source_from_json(job.input)
    assert (source.key, source.name, source.size_bytes) == (KEY, "my talk.wav", len(FILE))
    assert source.etag == (await storage.stat(KEY)).etag
    assert (job.owner_id, job.chat_id) == (PERSON.id, PERSON.id)
    assert (await the_project(store)).source == source
    assert await store.uploads.job(KEY) == job


async def test_a_line_that_breaks_in_the_middle_loses_nothing_that_came(
    session: aiohttp.ClientSession, store: Store, storage: LocalStorage, link: str
) -> None:
    await break_off(session, link, FILE[:HALF])
    status, there = await how_far(session, at(link))
    assert (status, there) == (200, str(HALF))
    assert (await put(session, at(link), HALF, len(FILE)))[0] == 201
    assert await content(storage) == FILE


async def break_off(session: aiohttp.ClientSession, link: str, sent: bytes) -> None:
    """Promise all of FILE, send only that, and hang up once it has arrived."""
    reader, writer = await stuck(session, link, sent)
    writer.transport.abort()
    del reader


async def stuck(
    session: aiohttp.ClientSession, link: str, sent: bytes, **changes: str
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A PUT of all of FILE that stops after `sent`, which has arrived, and stays open."""
    base = session._base_url
    assert base is not None
    assert base.port is not None
    reader, writer = await asyncio.open_connection(base.host, base.port)
    lines = (
        f"PUT {at(link, **changes)} HTTP/1.1",
        "Host: reel.example",
        f"Content-Length: {len(FILE)}",
        f"Content-Range: bytes 0-{len(FILE) - 1}/{len(FILE)}",
    )
    writer.write("\r\n".join((*lines, "", "")).encode() + sent)
    await until(lambda: is_so_far(session, at(link, **changes), len(sent)))
    return reader, writer


async def is_so_far(session: aiohttp.ClientSession, url: URL, size_bytes: int) -> bool:
    return await how_far(session, url) == (200, str(size_bytes))


async def test_who_comes_back_takes_over_from_a_line_that_only_looks_alive(
    session: aiohttp.ClientSession, storage: LocalStorage, link: str
) -> None:
    _, writer = await stuck(session, link, FILE[:HALF])
    assert (await put(session, at(link), HALF, len(FILE)))[0] == 201
    assert await content(storage) == FILE
    writer.close()


async def test_two_files_cannot_come_through_one_link(
    session: aiohttp.ClientSession, storage: LocalStorage, link: str
) -> None:
    _, writer = await stuck(session, link, FILE[:HALF])
    other = at(link, name="song.mp3")
    assert (await how_far(session, other))[0] == 423
    assert (await put(session, other, 0, HALF))[0] == 423
    assert (await put(session, at(link), HALF, len(FILE)))[0] == 201
    assert await content(storage) == FILE
    assert (await how_far(session, other))[0] == 410
    assert (await put(session, other, 0, HALF))[0] == 410
    writer.close()


async def test_another_file_may_be_chosen_while_nothing_moves(
    session: aiohttp.ClientSession, store: Store, link: str
) -> None:
    await break_off(session, link, FILE[:HALF])
    other = at(link, name="song.mp3")
    await until(lambda: is_so_far(session, other, 0))  # the server has yet to learn of it
    assert (await put(session, other, 0, len(FILE)))[0] == 201
    assert source_from_json((await ingest(store)).input).name == "song.mp3"


async def test_a_line_on_which_nothing_moves_is_given_up(
    store: Store, storage: LocalStorage, link: str
) -> None:
    async with visiting(store, storage, quiet_s=0.2) as session:
        reader, writer = await stuck(session, link, FILE[:HALF])
        assert b" 408 " in await asyncio.wait_for(reader.readline(), 5)
        assert await how_far(session, at(link)) == (200, str(HALF))
        writer.close()


async def test_a_piece_that_does_not_fit_changes_nothing(
    session: aiohttp.ClientSession, link: str
) -> None:
    await put(session, at(link), 0, HALF)
    assert (await put(session, at(link), HALF + 1, len(FILE)))[0] == 409
    assert (await put(session, at(link), 0, HALF))[0] == 409
    for wrong in (
        {},
        {"Content-Range": "bytes */9"},
        ranged(HALF, len(FILE), len(FILE) + 1),
        ranged(HALF, HALF + 9),
        ranged(len(FILE), HALF),
    ):
        async with session.put(at(link), data=FILE[HALF:], headers=wrong) as answer:
            assert answer.status == 400, wrong
    for size in ("", "0", "-1", "1e3", "\u0663", "9" * 99):
        assert (await how_far(session, at(link, size=size)))[0] == 400, size
    assert await how_far(session, at(link)) == (200, str(HALF))


async def test_more_than_is_taken_is_refused(
    session: aiohttp.ClientSession, storage: LocalStorage, link: str
) -> None:
    large = at(link, size=str(MOST_BYTES + 1))
    assert (await how_far(session, large))[0] == 413
    headers = ranged(0, 10, MOST_BYTES + 1)
    async with session.put(large, data=b"x" * 10, headers=headers) as answer:
        assert answer.status == 413
    async with session.put(
        at(link), data=endless(), headers={**ranged(0, len(FILE)), "Content-Length": "9"}
    ) as answer:
        assert answer.status == 400
    assert await how_far(session, at(link)) == (200, "0")


async def endless() -> AsyncIterator[bytes]:
    yield b"x" * 9


async def test_a_link_works_once(session: aiohttp.ClientSession, store: Store, link: str) -> None:
    await put(session, at(link), 0, len(FILE))
    before = await ingest(store)
    assert (await how_far(session, at(link)))[0] == 410
    assert (await put(session, at(link), 0, len(FILE)))[0] == 410
    async with session.post(at(link)) as answer:
        assert answer.status == 410
    assert await ingest(store) == before


async def test_a_forged_link_takes_nothing(session: aiohttp.ClientSession, link: str) -> None:
    head, token = link.rsplit("/", 1)
    for place in range(0, len(token)):
        for bit in (1, 2, 4):
            letter = chr(ord(token[place]) ^ bit)
            forged = f"{head}/{token[:place]}{letter}{token[place + 1 :]}"
            if not letter.isalnum() and letter != "-":
                continue
            assert (await how_far(session, at(forged)))[0] == 403, forged
    for odd in ("", "x", token * 2, token.upper(), "%00", "..%2f..%2fetc", "%D9%A3"):
        assert (await how_far(session, at(f"{head}/{odd}")))[0] in (403, 404), odd


async def test_a_link_ends_after_its_hour_and_what_is_going_on_has_another(
    session: aiohttp.ClientSession, link: str
) -> None:
    begun = LINKS.upload(WAITING.id, time.time() - 3600 - 60)
    over = LINKS.upload(WAITING.id, time.time() - 3600 - GRACE_S - 1)
    path = begun.removeprefix(LINKS.base)
    assert (await how_far(session, at(path)))[0] == 200
    async with session.get(URL(path)) as page:
        assert page.status == 410
    assert (await how_far(session, at(over.removeprefix(LINKS.base))))[0] == 410


async def test_nothing_comes_for_a_card_that_is_gone_or_somebody_who_may_not(
    session: aiohttp.ClientSession, store: Store, link: str
) -> None:
    await store.people.put(replace(PERSON, role=Role.REFUSED))
    assert (await how_far(session, at(link)))[0] == 410
    await store.people.put(PERSON)
    assert (await how_far(session, at(link)))[0] == 200
    project = await the_project(store)
    deleted = replace(project, status=ProjectStatus.DELETED)
    await store.projects.accept(None, Changes(project=deleted))
    assert (await how_far(session, at(link)))[0] == 410
    unknown = LINKS.upload("unknown2", time.time()).removeprefix(LINKS.base)
    assert (await how_far(session, at(unknown)))[0] == 410


async def test_what_arrived_and_was_not_recorded_is_found_again(
    session: aiohttp.ClientSession, store: Store, database: Watched, link: str
) -> None:
    await put(session, at(link), 0, HALF)
    half = FILE[HALF:]
    database.is_away = True
    async with session.put(at(link), data=half, headers=ranged(HALF, len(FILE))) as answer:
        assert answer.status == 503
    database.is_away = False
    assert await how_far(session, at(link)) == (200, str(HALF))
    assert (await put(session, at(link), HALF, len(FILE)))[0] == 201


async def test_a_file_that_is_whole_needs_no_second_way(
    session: aiohttp.ClientSession, store: Store, storage: LocalStorage, link: str
) -> None:
    """As after a death between the last byte and the card."""
    arriving = storage.arriving(KEY, "whatever")
    await arriving.add(0, once(FILE), max_bytes=len(FILE))
    await arriving.publish()
    assert await how_far(session, at(link)) == (200, str(len(FILE)))
    async with session.post(at(link)) as answer:
        assert answer.status == 201
    assert source_from_json((await ingest(store)).input).key == KEY


async def once(chunk: bytes) -> AsyncIterator[bytes]:
    yield chunk


async def test_a_post_without_a_file_is_too_early(
    session: aiohttp.ClientSession, store: Store, link: str
) -> None:
    async with session.post(at(link)) as answer:
        assert answer.status == 409
    assert (await the_project(store)).ingest_job == ""


async def test_a_share_that_is_used_up_is_said_in_words(
    session: aiohttp.ClientSession, store: Store, link: str
) -> None:
    await store.database.execute("UPDATE limits SET value = 9 WHERE name = 'bytes_per_day'")
    async with session.put(at(link), data=FILE, headers=ranged(0, len(FILE))) as answer:
        assert answer.status == 429
        assert "today" in unquote(answer.headers["Upload-Says"])
    assert (await the_project(store)).ingest_job == ""
    assert await how_far(session, at(link)) == (200, str(len(FILE)))


async def test_pages_that_ask_at_the_same_time_are_all_told_how_far_it_is(
    session: aiohttp.ClientSession, store: Store, link: str
) -> None:
    # The last place there is, and one file that takes it.
    await store.database.execute("UPDATE limits SET value = 1 WHERE name = 'queued_ingests'")
    told = await asyncio.gather(*(how_far(session, at(link)) for _ in range(10)))
    assert told == [(200, "0")] * 10


async def test_too_many_recordings_that_wait_are_said_before_anything_is_sent(
    session: aiohttp.ClientSession, store: Store, link: str
) -> None:
    await store.database.execute("UPDATE limits SET value = 0 WHERE name = 'queued_ingests'")
    async with session.head(at(link)) as answer:
        assert answer.status == 429
        assert "waiting already" in unquote(answer.headers["Upload-Says"])


async def test_with_a_bucket_the_file_goes_there_directly(store: Store, moto: Server) -> None:
    place = moto.bucket()
    bucket = R2Storage(place, Bucket(place))
    link = await waiting(store)
    async with visiting(store, bucket) as session, aiohttp.ClientSession() as browser:
        async with session.head(at(link)) as answer:
            assert answer.status == 200
            there = answer.headers["Upload-To"]
        assert there.startswith(f"{place.endpoint_url}/{place.bucket}/{KEY}?")
        async with session.put(at(link), data=FILE, headers=ranged(0, len(FILE))) as answer:
            assert answer.status == 405
        async with session.post(at(link)) as answer:
            assert answer.status == 409
        sent = {"Content-Type": "application/octet-stream"}
        async with browser.put(URL(there, encoded=True), data=FILE, headers=sent) as answer:
            assert answer.status == 200
        async with session.post(at(link)) as answer:
            assert answer.status == 201
        source = source_from_json((await ingest(store)).input)
        assert source.etag == (await bucket.stat(KEY)).etag
    await bucket.close()


async def test_what_a_bucket_took_beyond_the_limit_is_thrown_away(
    store: Store, moto: Server
) -> None:
    place = moto.bucket()
    bucket = R2Storage(place, Bucket(place))
    link = await waiting(store)
    async with visiting(store, bucket) as session:
        await bucket.put_stream(KEY, once(b"x" * (MOST_BYTES + 1)))
        async with session.post(at(link)) as answer:
            assert answer.status == 413
        with pytest.raises(ObjectMissing):
            await bucket.stat(KEY)
    await bucket.close()
