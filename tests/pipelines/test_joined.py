"""Recordings of different kinds become one, in their order and with nothing lost between."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from jobs import errors
from jobs.model import JobKind, Source, SourceKind
from jobs.payloads import EditWork, Prepared
from jobs.recipe import Clean
from tests import sounds
from tests.pipelines.shop import Shop, recipe, source


def joined(*paths: Path) -> Source:
    parts = tuple(source(path) for path in paths)
    return Source(kind=SourceKind.FILE, media="voice", parts=parts, title="Both")


def pitch_hz(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum)) * sounds.RATE_HZ / len(samples)


async def test_notes_of_every_kind_become_one(shop: Shop, tmp_path: Path) -> None:
    low = sounds.write(tmp_path / "a.ogg", sounds.tone(1.5, hz=300.0))
    tone = sounds.tone(1.0, hz=1200.0)
    high = sounds.write(tmp_path / "b.mp3", sounds.stereo(tone, tone))
    film = sounds.write(tmp_path / "c.mp4", sounds.tone(1.2, hz=600.0), with_video=True)
    job, asset = await shop.ingest_source(joined(low, high, film))
    assert asset.duration_s == pytest.approx(3.7, abs=0.15)
    assert (asset.title, asset.channels, asset.codec) == ("Both", 2, "flac")
    heard = sounds.read(await shop.file(asset.original_key, tmp_path / "joined"))
    rate = sounds.RATE_HZ
    pitches = [pitch_hz(heard[round(s * rate) : round((s + 0.5) * rate)]) for s in (0.5, 1.9, 2.9)]
    assert pitches == pytest.approx([300, 1200, 600], abs=5)
    # From here on it is like any other recording: an edit across the seam is one cut.
    cut = recipe(asset, 1.0, 2.5, clean=Clean.OFF)
    _, result = await shop.run(JobKind.SAVE, EditWork(ingest_job=job, recipe=cut).to_json())
    assert Prepared.from_json(result).duration_s == pytest.approx(1.5, abs=0.01)


async def test_what_is_too_long_together_is_refused(shop: Shop, tmp_path: Path) -> None:
    shop.settings = replace(shop.settings, max_audio_s=3.0)
    note = sounds.write(tmp_path / "a.ogg", sounds.speech(2.0))
    with pytest.raises(errors.SourceTooLong) as refused:
        await shop.ingest_source(joined(note, note))
    assert refused.value.params["duration_s"] == pytest.approx(4.0, abs=0.1)


async def test_one_that_is_broken_is_named_by_its_fault(shop: Shop, tmp_path: Path) -> None:
    note = sounds.write(tmp_path / "a.ogg", sounds.speech(1.5))
    text = tmp_path / "b.ogg"
    text.write_text("no sound in here\n" * 100)
    with pytest.raises(errors.NotMedia):
        await shop.ingest_source(joined(note, text))
