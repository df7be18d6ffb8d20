"""A recording is put to a link and brought in, whatever keeps the files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from yarl import URL

from bot.web.api import examples
from jobs.ids import new_id
from jobs.model import SourceKind
from jobs.opening import Store
from jobs.payloads import source_from_json
from storage import keys
from storage.adapter import ObjectMissing, StorageAdapter
from storage.bucket import Bucket
from storage.local import LocalStorage
from storage.r2 import R2Storage
from tests.bot.api_world import KIM, Answer, Program, api_of, furnished, keyed, path_of
from tests.bot.conftest import LINK_BASE
from tests.bot.media import put
from tests.storage.servers import Server

RECORDING = b"what somebody said " * 5000


@pytest.fixture(params=["local", "r2"])
async def kept(
    request: pytest.FixtureRequest, storage: LocalStorage
) -> AsyncIterator[StorageAdapter]:
    """Files on this disk, and in a bucket."""
    if request.param == "local":
        yield storage
        return
    server: Server = request.getfixturevalue("moto")
    place = server.bucket()
    bucket = R2Storage(place, Bucket(place))
    yield bucket
    await bucket.close()


@pytest.fixture
async def program(store: Store, kept: StorageAdapter) -> AsyncIterator[Program]:
    async with api_of(store, kept) as session:
        yield Program(session, await keyed(store, KIM))


async def put_there(program: Program, link: Answer, content: bytes) -> int:
    """PUT to the link as the answer says; the status."""
    url = link.body["uploadUrl"]
    address = path_of(url) if url.startswith(LINK_BASE) else url
    headers = {"Content-Type": link.body["contentType"]}
    put_to = URL(address, encoded=True)
    async with program.session.put(put_to, data=content, headers=headers) as answer:
        return answer.status


async def test_what_is_put_to_a_link_is_brought_in(
    program: Program, store: Store, kept: StorageAdapter
) -> None:
    link = await program.ask("upload", body={"filename": "My day.M4A"})
    assert link.status == 200
    assert link.body["contentType"] == "audio/mp4"
    assert await put_there(program, link, RECORDING) == 200
    key = link.body["key"]
    answer = await program.ask("ingest", body={"uploadKey": key, "title": "My day"})
    assert answer.status == 202
    job = await store.jobs.get(answer.body["jobId"])
    assert job is not None
    source = source_from_json(job.input)
    assert (source.kind, source.key, source.title) == (SourceKind.UPLOAD, key, "My day")
    assert source.size_bytes == len(RECORDING)
    assert source.etag == (await kept.stat(key)).etag
    (project,) = await store.belongings.cards(KIM.id, job.id)
    assert (project.owner_id, project.chat_id) == (KIM.id, KIM.id)


async def test_an_upload_is_brought_in_once(program: Program, store: Store) -> None:
    link = await program.ask("upload", body={})
    await put_there(program, link, RECORDING)
    body = {"uploadKey": link.body["key"]}
    answers = await asyncio.gather(*(program.ask("ingest", body=body) for _ in range(5)))
    assert {answer.status for answer in answers} == {202}
    assert len({answer.body["jobId"] for answer in answers}) == 1
    rows = await store.database.execute("SELECT count(*) AS n FROM projects")
    assert rows[0]["n"] == 1


async def test_an_upload_larger_than_allowed_is_not_taken(
    store: Store, kept: StorageAdapter
) -> None:
    async with api_of(store, kept, source_bytes=1000) as session:
        program = Program(session, await keyed(store, KIM))
        link = await program.ask("upload", body={})
        assert link.body["maxBytes"] == 1000
        status = await put_there(program, link, RECORDING)
        answer = await program.ask("ingest", body={"uploadKey": link.body["key"]})
    if isinstance(kept, LocalStorage):  # its links cap the size themselves
        assert (status, answer.code) == (413, "nothing_uploaded")
    else:
        assert (status, answer.code) == (200, "upload_too_large")
    with pytest.raises(ObjectMissing):
        await kept.stat(link.body["key"])


@pytest.mark.parametrize(
    ("filename", "extension"),
    [
        ("a.mp3", "mp3"),
        ("", "bin"),
        ("noext", "bin"),
        (".m4a", "bin"),
        ("../../etc/passwd", "bin"),
        ("x.tar.gz", "gz"),
        ("x.toolong", "bin"),
        ("x.m\u00e44", "bin"),
        ("\x00.mp3", "mp3"),
    ],
)
async def test_only_the_extension_of_a_name_is_heeded(
    store: Store, storage: LocalStorage, filename: str, extension: str
) -> None:
    async with api_of(store, storage) as session:
        program = Program(session, await keyed(store, KIM))
        link = await program.ask("upload", body={"filename": filename})
    assert link.body["key"].endswith(f"/recording.{extension}")
    assert keys.is_key(link.body["key"])


async def test_links_to_what_is_stored_give_it(store: Store, kept: StorageAdapter) -> None:
    key = await furnished(store, kept)
    async with api_of(store, kept) as session:
        program = Program(session, key)
        for wanted, content in (
            (keys.original(examples.ASSET, "m4a"), b"the talk"),
            (keys.preview(examples.ASSET, examples.DIGEST), b"the preview"),
            (examples.UPLOAD_KEY, b"a recording"),
        ):
            link = await program.ask("download", key=wanted)
            assert await fetched(program, link.body["downloadUrl"]) == content
        preview = await program.ask("previewAudio", job=examples.PREVIEW_JOB)
        assert await fetched(program, preview.body["signedUrl"]) == b"the preview"


async def fetched(program: Program, link: str) -> bytes:
    if link.startswith(LINK_BASE):
        return await program.fetch(link)
    async with program.session.get(URL(link, encoded=True)) as answer:
        assert answer.status == 200
        return await answer.read()


async def test_what_is_stored_for_nobody_has_no_link(store: Store, storage: LocalStorage) -> None:
    key = await furnished(store, storage)
    strays = (keys.video(new_id(), 1), keys.upload(new_id(), "recording", "bin"))
    async with api_of(store, storage) as session:
        program = Program(session, key)
        for stray in strays:
            await put(storage, stray, b"stray")
            answer = await program.ask("download", key=stray)
            assert (answer.status, answer.code) == (404, "not_found")
        await storage.delete(examples.VIDEO_KEY)
        assert (await program.ask("download", key=examples.VIDEO_KEY)).status == 404
