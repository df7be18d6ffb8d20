"""Recordings come in whole, and what cannot be used is refused by name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from PIL import Image

from conversations.intake import SAMPLE_S
from jobs import errors
from jobs.model import JobKind, Source, SourceKind
from jobs.payloads import asset_from_json, source_to_json
from storage import keys
from tests import sounds
from tests.pipelines.shop import Shop, link, source


@pytest.fixture
async def site(shop: Shop, tmp_path: Path) -> AsyncIterator[TestServer]:
    """Serves what lies in `tmp_path / "www"`, and stands for Telegram too."""
    folder = tmp_path / "www"
    folder.mkdir()

    async def get_file(request: web.Request) -> web.StreamResponse:
        name = (await request.json())["file_id"]
        return web.json_response({"ok": True, "result": {"file_path": name}})

    app = web.Application()
    app.router.add_static("/www", folder)
    app.router.add_post("/bot123:SECRET/getFile", get_file)
    app.router.add_static("/file/bot123:SECRET", folder)
    server = TestServer(app)
    await server.start_server()
    assert server.port is not None
    shop.allow = frozenset({("127.0.0.1", server.port)})
    shop.settings = replace(shop.settings, telegram_api_url=f"http://127.0.0.1:{server.port}")
    yield server
    await server.close()


async def test_a_recording_is_kept_with_its_wave_and_its_facts(shop: Shop, tmp_path: Path) -> None:
    picture = tmp_path / "p.png"
    Image.new("RGB", (64, 64), (9, 90, 200)).save(picture)
    tags = {"title": "Blue Hour", "artist": "Ada"}
    path = sounds.write(tmp_path / "a.mp3", sounds.music(3.0), cover=picture, tags=tags)
    job, asset = await shop.ingest(path)
    assert asset.id == f"{job}-1"
    assert asset.digest == hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    assert asset.original_key == f"assets/{job}-1/original.mp3"
    assert (asset.title, asset.artist, asset.character) == ("Blue Hour", "Ada", "music")
    assert asset.size_bytes == path.stat().st_size
    kept = await shop.file(asset.original_key, tmp_path / "kept")
    assert kept.read_bytes() == path.read_bytes()
    peaks = json.loads((await shop.file(asset.peaks_key, tmp_path / "kept")).read_text())
    assert len(peaks["peaks"]) == pytest.approx(300, abs=6)
    with Image.open(await shop.file(asset.cover_key, tmp_path / "kept")) as cover:
        assert cover.size == (64, 64)
    metadata = await shop.file(f"assets/{asset.id}/metadata.json", tmp_path / "kept")
    assert asset_from_json(json.loads(metadata.read_text())) == asset


async def test_a_voice_note_comes_in_from_telegram(
    shop: Shop, site: TestServer, tmp_path: Path
) -> None:
    sounds.write(tmp_path / "www" / "voice.oga", sounds.speech(2.0))
    note = Source(kind=SourceKind.TELEGRAM, media="voice", file_id="voice.oga", title="Mine")
    _, asset = await shop.ingest_source(note)
    assert asset.character == "speech"
    assert (asset.codec, asset.title) == ("opus", "Mine")
    assert asset.original_key.endswith(".ogg")


async def test_a_recording_comes_in_by_link(shop: Shop, site: TestServer, tmp_path: Path) -> None:
    sounds.write(tmp_path / "www" / "a.m4a", sounds.speech(2.0))
    _, asset = await shop.ingest_source(link(str(site.make_url("/www/a.m4a"))))
    assert asset.duration_s == pytest.approx(2.0, abs=0.05)


async def test_a_link_to_something_else_is_called_a_link(
    shop: Shop, site: TestServer, tmp_path: Path
) -> None:
    (tmp_path / "www" / "a.mp3").write_text("no sound in here\n" * 100)
    with pytest.raises(errors.LinkNotMedia):
        await shop.ingest_source(link(str(site.make_url("/www/a.mp3"))))


async def test_an_empty_file_is_called_empty(shop: Shop, site: TestServer, tmp_path: Path) -> None:
    (tmp_path / "www" / "a.mp3").touch()
    with pytest.raises(errors.SourceEmpty):
        await shop.ingest_source(link(str(site.make_url("/www/a.mp3"))))
    with pytest.raises(errors.SourceEmpty):
        await shop.ingest(tmp_path / "www" / "a.mp3")


async def test_a_file_too_large_is_refused_wherever_it_comes_from(
    shop: Shop, site: TestServer, tmp_path: Path
) -> None:
    shop.settings = replace(shop.settings, max_source_bytes=50_000)
    path = sounds.write(tmp_path / "www" / "a.wav", sounds.speech(2.0))
    telegram = Source(kind=SourceKind.TELEGRAM, media="audio", file_id="a.wav")
    claimed = replace(telegram, file_id="nothing", size_bytes=60_000)
    for wanted in (source(path), link(str(site.make_url("/www/a.wav"))), telegram, claimed):
        with pytest.raises(errors.SourceTooLarge) as refused:
            await shop.ingest_source(wanted)
        assert refused.value.params["limit_bytes"] == 50_000


async def test_a_recording_too_long_is_refused_by_claim_or_by_hearing(
    shop: Shop, tmp_path: Path
) -> None:
    shop.settings = replace(shop.settings, max_audio_s=3.0)
    path = sounds.write(tmp_path / "a.ogg", sounds.speech(5.0))
    for wanted in (source(path), replace(source(path), url="nowhere", duration_s=5.0)):
        with pytest.raises(errors.SourceTooLong) as refused:
            await shop.ingest_source(wanted)
        assert refused.value.params["duration_s"] == pytest.approx(5.0, abs=0.1)
        assert refused.value.params["limit_s"] == 3.0


async def test_a_recording_of_just_the_limit_is_taken(shop: Shop, tmp_path: Path) -> None:
    shop.settings = replace(shop.settings, max_audio_s=3.0)
    _, asset = await shop.ingest(sounds.write(tmp_path / "a.mp3", sounds.speech(3.0)))
    assert asset.duration_s >= 3.0


async def test_a_file_that_is_not_there_says_so(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(errors.SourceGone):
        await shop.ingest(tmp_path / "nothing.mp3")


async def test_a_refused_recording_leaves_nothing_in_storage(shop: Shop, tmp_path: Path) -> None:
    path = sounds.write(tmp_path / "a.wav", sounds.silence(2.0))
    with pytest.raises(errors.SourceSilent):
        await shop.ingest(path)
    assert [found.key async for found in shop.storage.list("")] == []


async def test_no_job_keeps_the_token(shop: Shop, site: TestServer, tmp_path: Path) -> None:
    sounds.write(tmp_path / "www" / "voice.oga", sounds.speech(2.0))
    note = Source(kind=SourceKind.TELEGRAM, media="voice", file_id="voice.oga")
    _, result = await shop.run(JobKind.INGEST, source_to_json(note))
    assert "SECRET" not in json.dumps(dict(result))
    for found in [found async for found in shop.storage.list("")]:
        stored = await shop.file(found.key, tmp_path / "kept")
        assert b"SECRET" not in stored.read_bytes()


UPLOAD = keys.upload("token", "recording", "bin")


async def brought(shop: Shop, path: Path) -> Source:
    """What was put to storage, as the API hands it in."""
    found = await shop.storage.put_file(UPLOAD, path)
    return Source(
        kind=SourceKind.UPLOAD,
        media="document",
        name="My day.wav",
        size_bytes=found.size_bytes,
        key=UPLOAD,
        etag=found.etag,
    )


async def test_a_recording_comes_in_that_was_put_to_storage(shop: Shop, tmp_path: Path) -> None:
    path = sounds.write(tmp_path / "a.wav", sounds.speech(1.5))
    _, asset = await shop.ingest_source(await brought(shop, path))
    assert asset.size_bytes == path.stat().st_size
    assert asset.original_key.endswith(".wav")


async def test_an_upload_that_was_replaced_or_taken_away_is_gone(
    shop: Shop, tmp_path: Path
) -> None:
    path = sounds.write(tmp_path / "a.wav", sounds.speech(1.5))
    handed_in = await brought(shop, path)
    await brought(shop, path)
    with pytest.raises(errors.SourceGone):
        await shop.ingest_source(handed_in)
    await shop.storage.delete(UPLOAD)
    with pytest.raises(errors.SourceGone):
        await shop.ingest_source(handed_in)


async def test_an_upload_that_is_larger_than_its_link_allowed_is_deleted(
    shop: Shop, tmp_path: Path
) -> None:
    shop.settings = replace(shop.settings, max_source_bytes=1000)
    handed_in = await brought(shop, sounds.write(tmp_path / "a.wav", sounds.speech(1.5)))
    with pytest.raises(errors.SourceTooLarge):
        await shop.ingest_source(replace(handed_in, size_bytes=0))
    assert [found.key async for found in shop.storage.list("uploads/")] == []


async def test_the_sample_comes_along_and_is_as_long_as_its_card_says(shop: Shop) -> None:
    _, asset = await shop.ingest_source(Source(kind=SourceKind.SAMPLE, media="voice"))
    assert abs(asset.duration_s - SAMPLE_S) < 0.1
    assert asset.character == "speech"


async def test_a_file_that_is_longer_than_it_said_is_not_copied_to_its_end(shop: Shop) -> None:
    shop.settings = replace(shop.settings, max_source_bytes=100)
    with pytest.raises(errors.SourceTooLarge):
        await shop.ingest(Path("/proc/self/maps"))  # no file there says how long it is
