"""Edges and before/after, from real recordings by real ffmpeg."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from jobs.model import Asset, JobKind
from jobs.payloads import EditWork, Part, Preview
from jobs.recipe import Clean, Recipe
from pipelines.voice import GAP_S
from tests import sounds
from tests.pipelines.shop import Shop, recipe

RATE = sounds.RATE_HZ


async def heard(
    shop: Shop, job: str, wanted: Recipe, part: Part, folder: Path
) -> tuple[Preview, sounds.Samples]:
    work = EditWork(ingest_job=job, recipe=wanted, part=part)
    _, result = await shop.run(JobKind.PREVIEW, work.to_json())
    preview = Preview.from_json(result)
    voice = await shop.file(preview.voice_key, folder / "voice.ogg")
    with av.open(str(voice)) as container:
        stream = container.streams.audio[0]
        assert (container.format.name, stream.codec_context.name) == ("ogg", "opus")
        assert stream.codec_context.channels == 1
    assert (await shop.storage.stat(preview.key)).size_bytes == preview.size_bytes
    return preview, sounds.read(voice)


def loudness(samples: sounds.Samples, first_s: float, last_s: float) -> float:
    part = samples[round(first_s * RATE) : round(last_s * RATE)]
    return float(np.sqrt(np.mean(part * part)))


def pitch(samples: sounds.Samples, first_s: float, last_s: float) -> float:
    part = samples[round(first_s * RATE) : round(last_s * RATE)]
    return float(np.argmax(np.abs(np.fft.rfft(part))) * RATE / len(part))


async def tones(shop: Shop, path: Path) -> tuple[str, Asset]:
    """Twelve seconds that rise: 300 Hz for 4 s, then 500 Hz, then 700 Hz."""
    parts = [sounds.tone(4.0, hz=hz, level=0.1) for hz in (300, 500, 700)]
    return await shop.ingest(sounds.write(path, sounds.joined(*parts)))


async def test_the_edges_are_the_first_and_last_seconds_with_a_gap(
    shop: Shop, tmp_path: Path
) -> None:
    job, asset = await tones(shop, tmp_path / "a.flac")
    preview, sound = await heard(shop, job, recipe(asset, 0.5, 12.0), Part.EDGES, tmp_path)
    assert preview.duration_s == pytest.approx(8 + GAP_S)
    assert len(sound) / RATE == pytest.approx(8 + GAP_S, abs=0.05)
    assert pitch(sound, 0.2, 3.2) == pytest.approx(300, abs=2)
    assert loudness(sound, 4.1, 3.9 + GAP_S) < 0.001
    assert pitch(sound, 4.2 + GAP_S, 8.4) == pytest.approx(700, abs=2)
    assert loudness(sound, 0.2, 3.2) > 0.12  # levelled as the edit is
    before = await shop.storage.stat(preview.key)
    again, _ = await heard(shop, job, recipe(asset, 0.5, 12.0), Part.EDGES, tmp_path)
    assert again == preview
    assert await shop.storage.stat(preview.key) == before


async def test_what_is_short_is_heard_whole_without_a_gap(shop: Shop, tmp_path: Path) -> None:
    job, asset = await tones(shop, tmp_path / "a.flac")
    preview, sound = await heard(shop, job, recipe(asset, 2.0, 5.0), Part.EDGES, tmp_path)
    assert preview.duration_s == pytest.approx(3.0)
    assert len(sound) / RATE == pytest.approx(3.0, abs=0.05)


async def test_before_and_after_are_the_loudest_part_twice(shop: Shop, tmp_path: Path) -> None:
    quiet, loud = sounds.tone(7.0, hz=300, level=0.01), sounds.tone(5.0, hz=600, level=0.05)
    path = sounds.write(tmp_path / "a.flac", sounds.joined(quiet, loud))
    job, asset = await shop.ingest(path)
    preview, sound = await heard(shop, job, recipe(asset, 0.0, 12.0), Part.COMPARE, tmp_path)
    assert preview.duration_s == pytest.approx(10 + GAP_S)
    assert pitch(sound, 0.5, 4.5) == pytest.approx(600, abs=2)
    assert pitch(sound, 5.5 + GAP_S, 9.5) == pytest.approx(600, abs=2)
    raw, edited = loudness(sound, 0.5, 4.5), loudness(sound, 5.5 + GAP_S, 9.5)
    assert raw == pytest.approx(0.05 / np.sqrt(2), rel=0.1)
    assert 20 * np.log10(edited / raw) == pytest.approx(-14 - asset.loudness_lufs, abs=1.0)


async def test_noise_is_told_from_the_whole_edit_not_from_the_seconds_heard(
    shop: Shop, tmp_path: Path
) -> None:
    talk = sounds.joined(sounds.silence(4.0), sounds.speech(4.0), sounds.silence(4.0))
    path = sounds.write(tmp_path / "a.flac", talk + sounds.noise(12.0, level=0.01))
    job, asset = await shop.ingest(path)
    cleaned = recipe(asset, 0.0, 12.0, clean=Clean.STRONG, level_lufs=None)
    _, sound = await heard(shop, job, cleaned, Part.EDGES, tmp_path)
    # Of the two edges alone nobody could tell that they are noise.
    assert loudness(sound, 1.0, 3.5) < 0.004
