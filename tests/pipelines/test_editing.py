"""An edit sounds as its recipe says: length, level, cleanliness."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from jobs.errors import EditFailed, EditSilent, SourceGone
from jobs.model import Asset, JobKind
from jobs.payloads import EditWork, Prepared, Preview
from jobs.recipe import Clean, Clip, Recipe, TrimSilence
from pipelines.analysis import analyse
from tests import sounds
from tests.pipelines.shop import Shop, recipe

RATE = sounds.RATE_HZ


async def saved(shop: Shop, job: str, wanted: Recipe, path: Path) -> tuple[Prepared, Path]:
    work = EditWork(ingest_job=job, recipe=wanted, title="A title", artist="-y")
    _, result = await shop.run(JobKind.SAVE, work.to_json())
    prepared = Prepared.from_json(result)
    return prepared, await shop.file(prepared.key, path)


async def recorded(shop: Shop, path: Path, samples: sounds.Samples) -> tuple[str, Asset]:
    return await shop.ingest(sounds.write(path, samples))


async def test_one_to_six_seconds_of_a_voice_note_are_exactly_five(
    shop: Shop, tmp_path: Path
) -> None:
    job, asset = await recorded(shop, tmp_path / "a.ogg", sounds.speech(8.0))
    wanted = recipe(asset, 1.0, 6.0, clean=Clean.STRONG)
    prepared, path = await saved(shop, job, wanted, tmp_path / "out.wav")
    assert prepared.duration_s == 5.0
    assert len(sounds.read(path)) == 5 * RATE


def _noise(duration_s: float, *, level: float) -> sounds.Samples:
    """The hardest for a limiter: it brings back peaks that were held."""
    return sounds.noise(duration_s, level=level / 5)


@pytest.mark.parametrize(("level", "target"), [(0.02, -14.0), (0.9, -11.0), (0.9, -16.0)])
@pytest.mark.parametrize("kind", ["speech", "music", "noise"])
async def test_the_wanted_loudness_is_reached_and_no_peak_is_too_high(
    shop: Shop, tmp_path: Path, kind: str, level: float, target: float
) -> None:
    makers = {"speech": sounds.speech, "music": sounds.music, "noise": _noise}
    job, asset = await recorded(shop, tmp_path / "a.flac", makers[kind](4.0, level=level))
    wanted = recipe(asset, 0.0, 4.0, level_lufs=target)
    prepared, path = await saved(shop, job, wanted, tmp_path / "out.wav")
    facts = analyse(path, tmp_path, 60)
    assert facts.loudness_lufs == pytest.approx(target, abs=1.0)
    assert facts.true_peak_db <= -1.0
    assert facts.rate_hz == RATE
    assert prepared.loudness_lufs == pytest.approx(facts.loudness_lufs, abs=0.2)
    assert prepared.true_peak_db == pytest.approx(facts.true_peak_db, abs=0.2)


async def test_clicks_too_short_for_their_loudness_end_as_near_as_peaks_allow(
    shop: Shop, tmp_path: Path
) -> None:
    samples = sounds.clicks(3.0, at_s=[0.5, 1.5, 2.5]) + sounds.noise(3.0, level=0.0005)
    job, asset = await recorded(shop, tmp_path / "a.flac", samples)
    prepared, path = await saved(shop, job, recipe(asset, 0, 3), tmp_path / "out.wav")
    assert analyse(path, tmp_path, 60).true_peak_db <= -1.0
    assert prepared.duration_s == 3.0


async def test_a_level_of_none_leaves_the_sound_as_it_was(shop: Shop, tmp_path: Path) -> None:
    samples = sounds.speech(3.0, level=0.2)
    job, asset = await recorded(shop, tmp_path / "a.flac", samples)
    _, path = await saved(shop, job, recipe(asset, 0, 3, level_lufs=None), tmp_path / "out.wav")
    inner = slice(480, -480)
    assert sounds.read(path)[inner] == pytest.approx(samples[inner], abs=2e-4)


@pytest.mark.parametrize("clean", list(Clean))
async def test_neither_cleaning_nor_limiting_moves_a_click_in_time(
    shop: Shop, tmp_path: Path, clean: Clean
) -> None:
    samples = sounds.clicks(4.0, at_s=[1.5, 3.9]) + sounds.noise(4.0, level=0.0005)
    job, asset = await recorded(shop, tmp_path / "a.flac", samples)
    wanted = recipe(asset, 1.0, 4.0, clean=clean)
    _, path = await saved(shop, job, wanted, tmp_path / "out.wav")
    heard = np.abs(sounds.read(path))
    assert len(heard) == 3 * RATE
    for at_s in (0.5, 2.9):
        around = slice(round((at_s - 0.1) * RATE), round((at_s + 0.1) * RATE))
        loudest = around.start + int(np.argmax(heard[around]))
        assert loudest / RATE == pytest.approx(at_s, abs=0.004)


async def test_cleaning_takes_the_noise_of_the_room_away(shop: Shop, tmp_path: Path) -> None:
    talk = sounds.joined(sounds.speech(2.0), sounds.silence(1.0), sounds.speech(2.0))
    samples = talk + sounds.noise(5.0, level=0.004)
    job, asset = await recorded(shop, tmp_path / "a.flac", samples)
    rooms = {}
    for clean in Clean:
        wanted = recipe(asset, 0, 5, clean=clean, level_lufs=None)
        _, path = await saved(shop, job, wanted, tmp_path / f"{clean}.wav")
        heard = sounds.read(path)
        rooms[clean] = 20 * np.log10(
            np.sqrt(np.mean(heard[round(2.2 * RATE) : round(2.8 * RATE)] ** 2))
        )
        voice = heard[: 2 * RATE]
        assert np.sqrt(np.mean(voice**2)) == pytest.approx(
            np.sqrt(np.mean(talk[: 2 * RATE] ** 2)), rel=0.1
        )
    assert rooms[Clean.SOFT] < rooms[Clean.OFF] - 6
    assert rooms[Clean.STRONG] < rooms[Clean.OFF] - 12


async def test_music_is_not_taken_for_noise(shop: Shop, tmp_path: Path) -> None:
    samples = sounds.music(4.0)
    job, asset = await recorded(shop, tmp_path / "a.flac", samples)
    wanted = recipe(asset, 0, 4, clean=Clean.SOFT, level_lufs=None)
    _, path = await saved(shop, job, wanted, tmp_path / "out.wav")
    spectrum, before = np.abs(np.fft.rfft(sounds.read(path))), np.abs(np.fft.rfft(samples))
    above = slice(4 * 150, 4 * 2000)  # from 150 Hz, above what is cut off as rumble
    assert spectrum[above].sum() == pytest.approx(before[above].sum(), rel=0.05)


async def test_silence_is_taken_out_as_asked(shop: Shop, tmp_path: Path) -> None:
    talk = sounds.speech(2.0)
    samples = sounds.joined(sounds.silence(1), talk, sounds.silence(2), talk, sounds.silence(1))
    job, asset = await recorded(shop, tmp_path / "a.flac", samples)
    wanted = recipe(asset, 0, 8, trim_silence=TrimSilence.LONG_PAUSES)
    prepared, _ = await saved(shop, job, wanted, tmp_path / "out.wav")
    assert prepared.duration_s == pytest.approx(4.0 + 0.3 + 0.2, abs=0.5)


async def test_stereo_stays_stereo_and_mono_mono(shop: Shop, tmp_path: Path) -> None:
    two = sounds.stereo(sounds.speech(2.0), sounds.speech(2.0, seed=2))
    for samples, channels in ((two, 2), (sounds.speech(2.0), 1)):
        job, asset = await recorded(shop, tmp_path / "a.flac", samples)
        _, path = await saved(shop, job, recipe(asset, 0, 2), tmp_path / "out.wav")
        assert analyse(path, tmp_path, 60).channels == channels


async def test_a_long_result_is_kept_small(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.save.WAV_MAX_S", 2.0)
    job, asset = await recorded(shop, tmp_path / "a.flac", sounds.speech(3.0))
    prepared, path = await saved(shop, job, recipe(asset, 0, 3), tmp_path / "out.m4a")
    assert prepared.key.endswith(".m4a")
    facts = analyse(path, tmp_path, 60)
    assert facts.duration_s == pytest.approx(3.0, abs=0.03)
    assert facts.title == "A title"
    assert facts.loudness_lufs == pytest.approx(-14.0, abs=1.0)


async def test_saving_the_same_edit_again_is_no_work(shop: Shop, tmp_path: Path) -> None:
    job, asset = await recorded(shop, tmp_path / "a.flac", sounds.speech(2.0))
    first, _ = await saved(shop, job, recipe(asset, 0, 2), tmp_path / "out.wav")
    before = await shop.storage.stat(first.key)
    again, _ = await saved(shop, job, recipe(asset, 0, 2), tmp_path / "out.wav")
    assert again == first
    assert await shop.storage.stat(first.key) == before


async def test_what_another_card_of_the_recording_saved_is_no_work_either(
    shop: Shop, tmp_path: Path
) -> None:
    job, asset = await recorded(shop, tmp_path / "a.flac", sounds.speech(2.0))
    work = EditWork(ingest_job=job, recipe=recipe(asset, 0, 2)).to_json()
    _, first = await shop.run(JobKind.SAVE, work)
    stored = await shop.storage.stat(str(first["key"]))
    _, again = await shop.run(JobKind.SAVE, work, project="sibling")
    assert again == first
    assert await shop.storage.stat(str(first["key"])) == stored
    await shop.storage.delete(str(first["key"]))
    _, anew = await shop.run(JobKind.SAVE, work, project="sibling")
    assert await shop.storage.stat(str(anew["key"])) != stored


async def test_a_preview_is_an_mp3_and_made_only_once(shop: Shop, tmp_path: Path) -> None:
    job, asset = await recorded(shop, tmp_path / "a.ogg", sounds.speech(4.0))
    work = EditWork(ingest_job=job, recipe=recipe(asset, 1.0, 3.5)).to_json()
    _, result = await shop.run(JobKind.PREVIEW, work)
    preview = Preview.from_json(result)
    assert preview.duration_s == 2.5
    facts = analyse(await shop.file(preview.key, tmp_path / "out.mp3"), tmp_path, 60)
    assert facts.codec == "mp3"
    assert facts.duration_s == pytest.approx(2.5, abs=0.05)
    assert facts.loudness_lufs == pytest.approx(-14.0, abs=1.0)
    before = await shop.storage.stat(preview.key)
    await shop.storage.delete(asset.original_key)  # it would be needed for any work
    _, again = await shop.run(JobKind.PREVIEW, work)
    assert again == result
    assert await shop.storage.stat(preview.key) == before


async def test_an_edit_of_nothing_but_silence_says_so(shop: Shop, tmp_path: Path) -> None:
    samples = sounds.joined(sounds.speech(2.0), sounds.silence(3.0))
    job, asset = await recorded(shop, tmp_path / "a.flac", samples)
    with pytest.raises(EditSilent):
        await saved(shop, job, recipe(asset, 3.0, 5.0), tmp_path / "out.wav")


async def test_a_recipe_that_does_not_fit_the_recording_is_refused(
    shop: Shop, tmp_path: Path
) -> None:
    job, asset = await recorded(shop, tmp_path / "a.flac", sounds.speech(2.0))
    stranger = Recipe(clips=(Clip(source="0" * 16, start_s=0, end_s=1.5),))
    for wanted in (recipe(asset, 0, 3), stranger):
        with pytest.raises(EditFailed):
            await saved(shop, job, wanted, tmp_path / "out.wav")


async def test_a_recording_that_is_gone_says_so(shop: Shop, tmp_path: Path) -> None:
    job, asset = await recorded(shop, tmp_path / "a.flac", sounds.speech(2.0))
    await shop.storage.delete(asset.original_key)
    with pytest.raises(SourceGone):
        await saved(shop, job, recipe(asset, 0, 2), tmp_path / "out.wav")
    with pytest.raises(SourceGone):
        await saved(shop, "nothing", recipe(asset, 0, 2), tmp_path / "out.wav")


async def test_samples_that_are_no_numbers_are_silence_and_spoil_nothing(
    shop: Shop, tmp_path: Path
) -> None:
    samples = sounds.speech(2.0)
    samples[40_000:40_004] = (np.nan, np.inf, -np.inf, 3e38)
    path = sounds.write(tmp_path / "a.wav", samples, options=("-c:a", "pcm_f32le"))
    assert not np.isfinite(samples).all()
    job, asset = await shop.ingest(path)
    assert asset.true_peak_db < 0
    wanted = recipe(asset, 0.0, 2.0, clean=Clean.SOFT, trim_silence=TrimSilence.EDGES)
    prepared, _ = await saved(shop, job, wanted, tmp_path / "out.wav")
    assert prepared.loudness_lufs == pytest.approx(wanted.level_lufs, abs=1.0)
