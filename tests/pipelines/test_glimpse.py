"""Five seconds of a video, made by the real renderer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from jobs.model import JobKind, Shape
from jobs.payloads import Glimpse, GlimpseWork
from tests import sounds
from tests.pipelines.shop import Shop, edit_of, recipe


async def test_a_glimpse_is_the_loudest_part_as_a_small_video(shop: Shop, tmp_path: Path) -> None:
    quiet, loud = sounds.tone(3.0, hz=300, level=0.01), sounds.tone(5.0, hz=600, level=0.3)
    job, asset = await shop.ingest(sounds.write(tmp_path / "a.flac", sounds.joined(quiet, loud)))
    edit = edit_of(recipe(asset, 0.0, 8.0), title="Hello", shape=Shape.VERTICAL)
    work = GlimpseWork(ingest_job=job, edit=edit)
    _, result = await shop.run(JobKind.PREVIEW, work.to_json())
    made = Glimpse.from_json(result)
    assert (made.width, made.height, made.duration_s) == (540, 960, 5.0)
    path = await shop.file(made.key, tmp_path / "v.mp4")
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        assert (video.width, video.height, video.frames) == (540, 960, 150)
    assert path.stat().st_size == made.size_bytes < 3_000_000
    sound = sounds.read(path)
    spectrum = np.abs(np.fft.rfft(sound[sounds.RATE_HZ : 4 * sounds.RATE_HZ]))
    assert np.argmax(spectrum) / 3 == pytest.approx(600, abs=2)
    with Image.open(await shop.file(made.thumbnail_key, tmp_path / "t.jpg")) as thumbnail:
        assert max(thumbnail.size) == 320
    before = await shop.storage.stat(made.key)
    _, again = await shop.run(JobKind.PREVIEW, work.to_json())
    assert again == result
    assert await shop.storage.stat(made.key) == before


async def test_what_shows_or_is_heard_makes_another_glimpse(shop: Shop, tmp_path: Path) -> None:
    job, asset = await shop.ingest(sounds.write(tmp_path / "a.ogg", sounds.speech(1.2)))
    edit = edit_of(recipe(asset, 0.0, 1.2))
    quiet = recipe(asset, 0.0, 1.2, level_lufs=None)
    keys = set()
    for wanted in (edit, replace(edit, look="ink"), replace(edit, recipe=quiet)):
        work = GlimpseWork(ingest_job=job, edit=wanted)
        _, result = await shop.run(JobKind.PREVIEW, work.to_json())
        keys.add(result["key"])
    assert len(keys) == 3
