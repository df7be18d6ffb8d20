"""What is too long is made in part, and what is silent is made when somebody wants it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from jobs import errors
from jobs.model import JobKind
from jobs.payloads import EditWork, Prepared, Rendered, RenderWork
from jobs.recipe import Clean
from tests import sounds
from tests.pipelines.shop import Shop, edit_of, recipe, source

MOST_S = 3.0


@pytest.fixture
def long(shop: Shop, tmp_path: Path) -> Path:
    """Six seconds where three are the most: the fourth and fifth are loud."""
    shop.settings = replace(shop.settings, max_audio_s=MOST_S)
    quiet, loud = sounds.tone(3.0, level=0.05), sounds.tone(2.0, hz=880.0, level=0.8)
    return sounds.write(tmp_path / "a.mp3", sounds.joined(quiet, loud, sounds.silence(1.0)))


async def test_the_part_that_was_asked_for_is_all_there_is(shop: Shop, long: Path) -> None:
    with pytest.raises(errors.SourceTooLong) as refused:
        await shop.ingest(long)
    assert refused.value.params["duration_s"] == pytest.approx(6.0, abs=0.1)
    part = replace(source(long), start_s=2.0, length_s=2.5)
    _, asset = await shop.ingest_source(part)
    assert asset.duration_s == pytest.approx(2.5, abs=0.1)
    assert (asset.codec, asset.has_video) == ("mp3", False)


async def test_the_loudest_part_is_found_by_ear(shop: Shop, long: Path, tmp_path: Path) -> None:
    _, asset = await shop.ingest_source(replace(source(long), length_s=1.5, is_loudest=True))
    assert asset.duration_s == pytest.approx(1.5, abs=0.1)
    heard = sounds.read(await shop.file(asset.original_key, tmp_path / "part"))
    assert float(abs(heard[4800:-4800]).max()) > 0.7


async def test_no_part_is_taken_of_what_is_no_recording(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("no sound in here\n" * 100)
    for wanted in ({"start_s": 1.0}, {"is_loudest": True}):
        with pytest.raises((errors.NotMedia, errors.SourceBroken)):
            await shop.ingest_source(replace(source(path), length_s=2.0, **wanted))


async def test_silence_becomes_a_video_when_somebody_wants_it(shop: Shop, tmp_path: Path) -> None:
    path = sounds.write(tmp_path / "a.wav", sounds.silence(2.0))
    with pytest.raises(errors.SourceSilent):
        await shop.ingest(path)
    job, asset = await shop.ingest_source(replace(source(path), may_be_silent=True))
    plain = recipe(asset, 0.0, 1.0, clean=Clean.OFF, level_lufs=None)
    save, prepared = await shop.run(JobKind.SAVE, EditWork(ingest_job=job, recipe=plain).to_json())
    assert Prepared.from_json(prepared).duration_s == 1.0
    work = RenderWork(ingest_job=job, save_job=save, edit=edit_of(plain))
    _, rendered = await shop.run(JobKind.RENDER, work.to_json())
    assert Rendered.from_json(rendered).frames == 30
