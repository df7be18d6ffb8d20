"""The card and the video, made by the real renderer in its own process."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from jobs.errors import RenderFailed, SourceGone
from jobs.model import JobKind, Shape
from jobs.payloads import (
    FILL_PERCENTS,
    CardWork,
    EditWork,
    Picture,
    Rendered,
    RenderWork,
)
from tests import sounds
from tests.pipelines.shop import Shop, edit_of, recipe


async def test_a_card_shows_the_wave_and_is_drawn_only_once(shop: Shop, tmp_path: Path) -> None:
    job, asset = await shop.ingest(sounds.write(tmp_path / "a.ogg", sounds.speech(3.0)))
    edit = edit_of(recipe(asset, 0.5, 2.5), title="Hello")
    _, result = await shop.run(JobKind.LOOK, CardWork(ingest_job=job, edit=edit).to_json())
    picture = Picture.from_json(result)
    with Image.open(await shop.file(picture.key, tmp_path / "card.png")) as card:
        assert card.size == (1080, 720)
    before = await shop.storage.stat(picture.key)
    _, again = await shop.run(JobKind.LOOK, CardWork(ingest_job=job, edit=edit).to_json())
    assert again == result
    assert await shop.storage.stat(picture.key) == before


async def test_a_card_drawn_before_still_says_what_it_left_out(shop: Shop, tmp_path: Path) -> None:
    job, asset = await shop.ingest(sounds.write(tmp_path / "a.ogg", sounds.speech(3.0)))
    edit = edit_of(recipe(asset, 0.5, 2.5), title="Sphinx \U00013080")
    work = CardWork(ingest_job=job, edit=edit).to_json()
    for _ in ("drawn", "stored"):
        _, result = await shop.run(JobKind.LOOK, work)
        assert Picture.from_json(result).left_out == "\U00013080"


async def test_every_change_that_shows_makes_another_card(shop: Shop, tmp_path: Path) -> None:
    job, asset = await shop.ingest(sounds.write(tmp_path / "a.ogg", sounds.speech(3.0)))
    edit = edit_of(recipe(asset, 0.5, 2.5))
    works = [
        CardWork(ingest_job=job, edit=edit),
        CardWork(ingest_job=job, edit=edit, edge="s"),
        CardWork(ingest_job=job, edit=edit, theme="light"),
        CardWork(ingest_job=job, edit=edit_of(recipe(asset, 1.0, 2.5))),
        CardWork(ingest_job=job, edit=edit_of(recipe(asset, 0.5, 2.5), title="Other")),
    ]
    results = [await shop.run(JobKind.LOOK, work.to_json()) for work in works]
    assert len({result["digest"] for _, result in results}) == len(works)


async def test_the_small_frame_of_the_card_shows_the_cover_and_its_colours(
    shop: Shop, tmp_path: Path
) -> None:
    picture = tmp_path / "p.png"
    Image.new("RGB", (64, 64), (9, 90, 200)).save(picture)
    path = sounds.write(tmp_path / "a.mp3", sounds.speech(2.0), cover=picture)
    job, asset = await shop.ingest(path)
    shown: dict[str, list[int]] = {}
    for name, cover_key in (
        ("plain", ""),
        ("cover", asset.cover_key),
        ("gone", "assets/x-1/cover.jpg"),
    ):
        edit = edit_of(recipe(asset, 0.0, 1.5), cover_key=cover_key)
        work = CardWork(ingest_job=job, edit=edit, fills=name == "cover")
        _, result = await shop.run(JobKind.LOOK, work.to_json())
        drawn = Picture.from_json(result)
        for key in (drawn.key, *drawn.fills[:1]):
            picture = await shop.file(key, tmp_path / f"{name}.png")
            shown.setdefault(name, []).append(_blue(picture))
    assert shown["plain"] == shown["gone"], "a cover that is gone does not cost the card"
    assert len(shown["cover"]) == 2, "the card, and the pictures of its progress"
    assert min(shown["cover"]) > shown["plain"][0] + 5000


def _blue(card: Path) -> int:
    """How many pixels of the small frame at the right have the picture's colour."""
    with Image.open(card) as opened:
        frame = opened.convert("RGB").crop((700, 0, 1080, 720))
    pixels = np.asarray(frame, np.int16)
    return int((np.abs(pixels - (9, 90, 200)).max(axis=2) < 24).sum())


async def _saved(shop: Shop, path: Path) -> tuple[str, str, RenderWork]:
    job, asset = await shop.ingest(path)
    wanted = recipe(asset, 0.0, 1.5)
    save, _ = await shop.run(JobKind.SAVE, EditWork(ingest_job=job, recipe=wanted).to_json())
    edit = edit_of(wanted, title="Hello", cover_key=asset.cover_key)
    return job, save, RenderWork(ingest_job=job, save_job=save, edit=edit)


async def test_a_recording_becomes_a_video(shop: Shop, tmp_path: Path) -> None:
    picture = tmp_path / "p.png"
    Image.new("RGB", (64, 64), (9, 90, 200)).save(picture)
    path = sounds.write(tmp_path / "a.mp3", sounds.speech(2.0), cover=picture)
    _, _, work = await _saved(shop, path)
    job, result = await shop.run(JobKind.RENDER, work.to_json())
    rendered = Rendered.from_json(result)
    assert rendered.video_key == rendered.inline_key == f"renders/{job}/a1/output.mp4"
    assert (rendered.width, rendered.height, rendered.frames) == (1080, 1080, 45)
    assert rendered.duration_s == 1.5
    video = await shop.file(rendered.video_key, tmp_path / "v.mp4")
    assert rendered.size_bytes == rendered.inline_bytes == video.stat().st_size
    with av.open(str(video)) as container:
        assert container.streams.video[0].frames == 45
        assert float(container.duration or 0) / av.time_base == pytest.approx(1.5, abs=0.04)
    with Image.open(await shop.file(rendered.thumbnail_key, tmp_path / "t.jpg")) as thumbnail:
        assert max(thumbnail.size) == 320
    with Image.open(await shop.file(rendered.poster_key, tmp_path / "p.jpg")) as poster:
        assert poster.size == (1080, 1080)


async def test_a_video_too_large_for_a_chat_gets_a_copy_that_fits(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, work = await _saved(shop, sounds.write(tmp_path / "a.ogg", sounds.speech(2.0)))
    monkeypatch.setattr("pipelines.render.INLINE_BYTES", 60_000)
    _, result = await shop.run(JobKind.RENDER, work.to_json())
    rendered = Rendered.from_json(result)
    assert rendered.inline_key.endswith("inline.mp4")
    copy = await shop.file(rendered.inline_key, tmp_path / "v.mp4")
    assert rendered.inline_bytes == copy.stat().st_size
    with av.open(str(copy)) as container:
        video = container.streams.video[0]
        assert (video.width, video.height) == (rendered.inline_width, rendered.inline_height)


async def test_a_look_nobody_knows_is_a_failed_render(shop: Shop, tmp_path: Path) -> None:
    job, save, work = await _saved(shop, sounds.write(tmp_path / "a.ogg", sounds.speech(2.0)))
    odd = edit_of(work.edit.recipe, look="nothing", shape=Shape.WIDE)
    wanted = RenderWork(ingest_job=job, save_job=save, edit=odd)
    with pytest.raises(RenderFailed):
        await shop.run(JobKind.RENDER, wanted.to_json())


async def test_a_render_without_its_sound_says_so(shop: Shop, tmp_path: Path) -> None:
    job, save, work = await _saved(shop, sounds.write(tmp_path / "a.ogg", sounds.speech(2.0)))
    lost = RenderWork(ingest_job=job, save_job="nothing", edit=work.edit)
    with pytest.raises(SourceGone):
        await shop.run(JobKind.RENDER, lost.to_json())
    prepared = await shop.store.get(save)
    assert prepared is not None
    await shop.storage.delete(prepared.result["key"])
    with pytest.raises(SourceGone):
        await shop.run(JobKind.RENDER, work.to_json())


async def test_a_small_video_has_720_pixels_across(shop: Shop, tmp_path: Path) -> None:
    job, save, work = await _saved(shop, sounds.write(tmp_path / "a.ogg", sounds.speech(2.0)))
    small = edit_of(work.edit.recipe, shape=Shape.VERTICAL, is_small=True)
    wanted = RenderWork(ingest_job=job, save_job=save, edit=small)
    _, result = await shop.run(JobKind.RENDER, wanted.to_json())
    rendered = Rendered.from_json(result)
    assert (rendered.width, rendered.height, rendered.frames) == (720, 1280, 45)


async def test_the_pictures_of_progress_are_drawn_with_the_card_and_only_once(
    shop: Shop, tmp_path: Path
) -> None:
    job, asset = await shop.ingest(sounds.write(tmp_path / "a.ogg", sounds.speech(3.0)))
    work = CardWork(ingest_job=job, edit=edit_of(recipe(asset, 0.5, 2.5), title="Hello"))
    _, card = await shop.run(JobKind.LOOK, work.to_json())
    _, result = await shop.run(JobKind.LOOK, replace(work, fills=True).to_json())
    picture = Picture.from_json(result)
    assert (picture.key, card["fills"]) == (card["key"], [])
    assert len(set(picture.fills)) == len(FILL_PERCENTS)
    pictures = [await shop.storage.stat(key) for key in picture.fills]
    with Image.open(await shop.file(picture.fills[6], tmp_path / "fill.png")) as filled:
        assert filled.size == (1080, 720)
    _, again = await shop.run(JobKind.LOOK, replace(work, fills=True).to_json())
    assert Picture.from_json(again) == picture
    assert [await shop.storage.stat(key) for key in picture.fills] == pictures
