"""Photos that become covers: opened in a child, turned upright, made small, or refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from jobs import errors
from jobs.model import PHOTO, JobKind, Source, SourceKind
from jobs.payloads import Cover, source_to_json
from phone.people import PAGE_USER_ID
from phone.server import start_phone
from phone.visitor import Visitor
from tests.pipelines.shop import Shop


def at(path: Path) -> Source:
    return Source(kind=SourceKind.FILE, media=PHOTO, url=str(path))


async def brought(shop: Shop, source: Source, folder: Path) -> Image.Image:
    """The cover that was kept."""
    job, result = await shop.run(JobKind.INGEST, source_to_json(source))
    key = Cover.from_json(result).key
    assert key == f"assets/{job}-1/cover.jpg"
    return Image.open(await shop.file(key, folder / "cover.jpg"))


async def test_a_photo_is_kept_upright_and_of_modest_size(shop: Shop, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn, as phones write it
    photo = tmp_path / "photo.jpg"
    Image.new("RGB", (3000, 1500), "teal").save(photo, exif=exif)
    with await brought(shop, at(photo), tmp_path) as cover:
        assert (cover.format, cover.size) == ("JPEG", (750, 1500))
        assert not cover.getexif()


@pytest.mark.parametrize("name", ["text.jpg", "tiny.png", "huge.png", "cut.jpg", "drawing.svg"])
async def test_what_is_no_picture_to_show_is_refused(shop: Shop, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "tiny.png":
        Image.new("RGB", (8, 8)).save(path)
    elif name == "huge.png":
        Image.new("1", (9000, 9000)).save(path)
    elif name == "cut.jpg":
        Image.effect_noise((400, 400), 90).convert("RGB").save(path)
        path.write_bytes(path.read_bytes()[:2000])
    else:
        path.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    with pytest.raises(errors.NotAPicture):
        await shop.run(JobKind.INGEST, source_to_json(at(path)))


async def test_the_photo_a_person_wears_is_fetched_from_telegram(
    shop: Shop, tmp_path: Path
) -> None:
    phone = await start_phone(tmp_path / "phone")
    shop.settings = replace(
        shop.settings, telegram_bot_token=phone.token, telegram_api_url=phone.url
    )
    mine = Source(kind=SourceKind.PROFILE, media=PHOTO, file_id=str(PAGE_USER_ID))
    try:
        with pytest.raises(errors.NoProfilePhoto):
            await shop.run(JobKind.INGEST, source_to_json(mine))
        photo = tmp_path / "me.png"
        Image.new("RGB", (640, 640), "crimson").save(photo)
        async with Visitor(phone.url) as visitor:
            await visitor.start()
            sent = await visitor.send_photo(photo)
            await visitor.wear(sent.file_id)
        with await brought(shop, mine, tmp_path) as cover:
            assert cover.size == (640, 640)
    finally:
        await phone.stop()
