"""The picture a recording is shown with while nobody sent one, and what is passed over."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from PIL import Image

from jobs.model import Asset, Source
from phone.people import PAGE_USER_ID
from phone.server import Phone, start_phone
from phone.visitor import Visitor
from pipelines.bench import Bench
from pipelines.child import ChildRef
from pipelines.fetch import Fetched
from pipelines.media import Heard, listen
from pipelines.stand_in import stand_in
from storage import keys
from tests import sounds
from tests.pipelines.shop import Shop, link, source

TEAL, CRIMSON, GOLD = (0, 128, 128), (220, 20, 60), (212, 175, 55)


def picture(color: tuple[int, int, int], kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (320, 180), color).save(buffer, kind)
    return buffer.getvalue()


PAGES = {
    "/thumbnail.webp": ("image/webp", picture(TEAL, "WEBP")),
    "/page": ("text/html", b"<html>"),
    "/broken.jpg": ("image/jpeg", b"\xff\xd8\xff" + bytes(2000)),
    "/large.png": ("image/png", bytes(6 * 2**20)),
}


@pytest.fixture
async def site() -> AsyncIterator[TestServer]:
    async def give(request: web.Request) -> web.StreamResponse:
        kind, body = PAGES[request.path]
        return web.Response(body=body, content_type=kind)

    app = web.Application()
    app.router.add_get("/{name}", give)
    server = TestServer(app)
    await server.start_server()
    yield server
    await server.close()


@pytest.fixture
async def phone(shop: Shop, tmp_path: Path) -> AsyncIterator[Phone]:
    """A phone that the shop's settings lead to."""
    running = await start_phone(tmp_path / "phone")
    shop.settings = replace(
        shop.settings, telegram_bot_token=running.token, telegram_api_url=running.url
    )
    yield running
    await running.stop()


async def heard_in(path: Path) -> Heard:
    return await listen(
        path, path.parent, child_ref=ChildRef(), max_s=60.0, on_share=lambda _: None
    )


async def chosen(
    shop: Shop, heard: Heard, path: Path, site: TestServer, thumbnail: str, **given: int
) -> Path | None:
    """What stands in for that recording, from a page with that thumbnail."""
    assert site.port is not None
    near = frozenset({("127.0.0.1", site.port)}) if given.get("near", True) else frozenset()
    return await stand_in(
        Bench(settings=shop.settings, storage=shop.storage, allow=near),
        shop.store,
        replace(link("https://pages.example/a"), portrait_of=given.get("portrait_of", 0)),
        Fetched(path=path, thumbnail=str(site.make_url(thumbnail))),
        heard,
        ChildRef(),
    )


def color_of(path: Path) -> tuple[int, int, int]:
    with Image.open(path) as opened:
        found = opened.convert("RGB").resize((1, 1)).getpixel((0, 0))
    assert isinstance(found, tuple)
    return found[0], found[1], found[2]


def is_like(found: tuple[int, int, int], wanted: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 6 for a, b in zip(found, wanted, strict=True))


async def test_a_pages_picture_stands_in_after_the_recordings_own(
    shop: Shop, site: TestServer, tmp_path: Path
) -> None:
    path = sounds.write(tmp_path / "a.ogg", sounds.speech(1.5))
    heard = await heard_in(path)
    cover = await chosen(shop, heard, path, site, "/thumbnail.webp")
    assert cover is not None
    assert is_like(color_of(cover), TEAL)
    await chosen(shop, heard, path, site, "/thumbnail.webp", portrait_of=PAGE_USER_ID)
    assert await shop.store.may_ask_for_portrait(PAGE_USER_ID, 60.0), "nobody was asked for one"
    own = tmp_path / "own.jpg"
    with_art = replace(heard, cover=own)
    assert await chosen(shop, with_art, path, site, "/thumbnail.webp") == own


async def test_a_pages_picture_is_passed_over_where_it_is_none_or_leads_inside(
    shop: Shop, site: TestServer, tmp_path: Path
) -> None:
    path = sounds.write(tmp_path / "a.ogg", sounds.speech(1.5))
    heard = await heard_in(path)
    for name in ("/page", "/broken.jpg", "/large.png"):
        assert await chosen(shop, heard, path, site, name) is None
    assert await chosen(shop, heard, path, site, "/thumbnail.webp", near=False) is None


async def test_the_senders_photo_stands_in_and_is_asked_for_once_a_day(
    shop: Shop, phone: Phone, tmp_path: Path
) -> None:
    async with Visitor(phone.url) as visitor:
        await visitor.start()
        (tmp_path / "me.png").write_bytes(picture(CRIMSON))
        sent = await visitor.send_photo(tmp_path / "me.png")
        await visitor.wear(sent.file_id)

        async def asked() -> int:
            called = [call["method"] for call in await visitor.journal()]
            return called.count("getUserProfilePhotos")

        mine = _of(tmp_path, "a.ogg")
        for number in range(2):
            job, asset = await shop.ingest_source(mine)
            assert asset.cover_key == keys.cover(f"{job}-1")
            assert is_like(await _color(shop, asset, tmp_path / f"{number}.jpg"), CRIMSON)
        assert await asked() == 1
        _, plain = await shop.ingest_source(replace(mine, portrait_of=0))
        assert plain.cover_key == "", "they do not like it"
        assert await asked() == 1
        art = tmp_path / "art.png"
        art.write_bytes(picture(GOLD))
        song = sounds.write(tmp_path / "song.mp3", sounds.speech(1.5), cover=art)
        _, with_art = await shop.ingest_source(replace(mine, url=str(song)))
        assert is_like(await _color(shop, with_art, tmp_path / "song.jpg"), GOLD)


async def test_who_has_no_photo_is_not_asked_again_that_day(
    shop: Shop, phone: Phone, tmp_path: Path
) -> None:
    async with Visitor(phone.url) as visitor:
        await visitor.start()
        for _ in range(2):
            _, asset = await shop.ingest_source(_of(tmp_path, "a.ogg"))
            assert asset.cover_key == ""
        called = [call["method"] for call in await visitor.journal()]
    assert called.count("getUserProfilePhotos") == 1


def _of(folder: Path, name: str) -> Source:
    path = folder / name
    if not path.exists():
        sounds.write(path, sounds.speech(1.5))
    return replace(source(path), portrait_of=PAGE_USER_ID)


async def _color(shop: Shop, asset: Asset, path: Path) -> tuple[int, int, int]:
    return color_of(await shop.file(asset.cover_key, path))
