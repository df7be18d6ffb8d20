"""The contact sheet, drawn by the real renderer from the recording's own loudest second."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from jobs.model import JobKind
from jobs.payloads import CardWork, Picture
from tests import sounds
from tests.pipelines.shop import Shop, edit_of, recipe


async def test_a_sheet_shows_its_looks_and_is_drawn_only_once(shop: Shop, tmp_path: Path) -> None:
    quiet, loud = sounds.speech(6.0, level=0.02), sounds.music(2.0, level=0.6)
    path = sounds.write(tmp_path / "a.ogg", sounds.joined(quiet, loud))
    job, asset = await shop.ingest(path)
    edit = edit_of(recipe(asset, 0.0, 8.0), title="Sphinx \U00013080")
    work = CardWork(ingest_job=job, edit=edit, looks=("pulse", "mist"), first_number=7)
    _, result = await shop.run(JobKind.LOOK, work.to_json())
    picture = Picture.from_json(result)
    assert picture.left_out == "\U00013080"
    with Image.open(await shop.file(picture.key, tmp_path / "sheet.jpg")) as sheet:
        assert (sheet.format, sheet.width) == ("JPEG", 1080)
    before = await shop.storage.stat(picture.key)
    chosen = replace(work, edit=replace(edit, look="mist"))
    less = replace(work, edit=replace(edit, recipe=recipe(asset, 1.0, 8.0)))
    for same in (work, chosen, less):  # none of these shows in the frames
        _, again = await shop.run(JobKind.LOOK, same.to_json())
        assert again == result
    assert await shop.storage.stat(picture.key) == before


async def test_a_surprise_is_drawn_with_other_chances(shop: Shop, tmp_path: Path) -> None:
    job, asset = await shop.ingest(sounds.write(tmp_path / "a.ogg", sounds.speech(2.0)))
    edit = edit_of(recipe(asset, 0.0, 2.0))
    keys = set()
    for wanted in (edit, replace(edit, seed=5), replace(edit, title="Other")):
        work = CardWork(ingest_job=job, edit=wanted, looks=("pulse",))
        _, result = await shop.run(JobKind.LOOK, work.to_json())
        keys.add(result["key"])
    assert len(keys) == 3


async def test_a_sheet_shows_the_cover(shop: Shop, tmp_path: Path) -> None:
    color = (9, 90, 200)
    cover = tmp_path / "cover.png"
    Image.new("RGB", (64, 64), color).save(cover)
    path = sounds.write(tmp_path / "a.mp3", sounds.speech(2.0), cover=cover)
    job, asset = await shop.ingest(path)
    shares = []
    for key in ("", asset.cover_key):
        edit = edit_of(recipe(asset, 0.0, 2.0), cover_key=key)
        work = CardWork(ingest_job=job, edit=edit, looks=("orbit",))
        _, result = await shop.run(JobKind.LOOK, work.to_json())
        with Image.open(await shop.file(result["key"], tmp_path / "sheet.jpg")) as sheet:
            frame = np.asarray(sheet.convert("RGB"), np.int32)[36:356, 36:356]
        shares.append((np.abs(frame - color).max(axis=2) < 24).mean())
    assert shares[0] < 0.01 < 0.05 < shares[1]
