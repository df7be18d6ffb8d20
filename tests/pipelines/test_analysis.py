"""What is heard in good recordings, and what is said of bad ones."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from jobs import errors
from pipelines.analysis import analyse
from pipelines.child import ChildRef
from pipelines.facts import COVER, PEAKS, Facts
from pipelines.media import listen
from tests import sounds
from tests.crafted import wav

MAX_S = 1800.0
KINDS = [".wav", ".flac", ".ogg", ".mp3", ".m4a", ".webm"]


def hear(path: Path, max_s: float = MAX_S) -> Facts:
    return analyse(path, path.parent, max_s)


def peaks_of(folder: Path) -> list[int]:
    data = json.loads((folder / PEAKS).read_text())
    assert data["rate_hz"] == 100
    peaks: list[int] = data["peaks"]
    return peaks


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_recording_is_heard(tmp_path: Path, kind: str) -> None:
    path = sounds.write(tmp_path / f"talk{kind}", sounds.speech(3.0))
    facts = hear(path)
    assert facts.duration_s == pytest.approx(3.0, abs=0.06)
    assert facts.extension == kind[1:]
    assert (facts.rate_hz, facts.channels, facts.has_video) == (48_000, 1, False)
    assert len(peaks_of(tmp_path)) == pytest.approx(300, abs=6)


RARE = {
    "a.amr": ["-c:a", "libopencore_amrnb", "-ar", "8000", "-ac", "1"],
    "a.3gp": ["-c:a", "libopencore_amrnb", "-ar", "8000", "-ac", "1"],
    "a.aac": ["-c:a", "aac"],
    "a.ac3": ["-c:a", "ac3"],
    "a.aiff": ["-c:a", "pcm_s16be"],
    "a.avi": ["-c:a", "mp3"],
    "a.caf": ["-c:a", "alac"],
    "a.flv": ["-c:a", "aac", "-ar", "44100"],
    "a.mka": ["-c:a", "libvorbis"],
    "a.mov": ["-c:a", "pcm_s16be"],
    "a.mp2": ["-c:a", "mp2"],
    "a.ts": ["-c:a", "aac"],
    "a.wma": ["-c:a", "wmav2"],
    "a.wv": ["-c:a", "wavpack"],
    "eight.wav": ["-c:a", "pcm_u8", "-ar", "8000"],
    "fine.wav": ["-c:a", "pcm_f32le", "-ar", "192000"],
    "six.m4a": ["-c:a", "aac", "-ac", "6"],
}


@pytest.mark.parametrize("name", RARE)
def test_rare_kinds_of_recording_are_heard_too(tmp_path: Path, name: str) -> None:
    plain = sounds.write(tmp_path / "plain.wav", sounds.speech(2.0))
    path = tmp_path / name
    sounds.ffmpeg(["-i", str(plain), *RARE[name], str(path)])
    assert hear(path).duration_s == pytest.approx(2.0, abs=0.08)


def test_a_wav_is_heard_to_the_sample(tmp_path: Path) -> None:
    facts = hear(sounds.write(tmp_path / "a.wav", sounds.tone(2.5)))
    assert facts.duration_s == 2.5
    assert len(peaks_of(tmp_path)) == 250
    assert set(peaks_of(tmp_path)) <= {127, 128}


def test_peaks_are_where_the_clicks_are(tmp_path: Path) -> None:
    samples = sounds.clicks(3.0, at_s=[0.5, 2.25])
    hear(sounds.write(tmp_path / "a.wav", samples))
    assert [i for i, peak in enumerate(peaks_of(tmp_path)) if peak > 200] == [50, 225]


def test_loudness_is_what_the_standard_says(tmp_path: Path) -> None:
    # EBU Tech 3341, signal 1: a stereo sine of 1 kHz at -23 dBFS reads -23 LUFS.
    sine = sounds.tone(8.0, hz=1000, level=10 ** (-23 / 20))
    facts = hear(sounds.write(tmp_path / "a.flac", sounds.stereo(sine, sine)))
    assert facts.loudness_lufs == pytest.approx(-23.0, abs=0.1)
    assert facts.true_peak_db == pytest.approx(-23.0, abs=0.2)


def test_a_true_peak_between_samples_is_seen(tmp_path: Path) -> None:
    # A quarter of the rate, sampled off its crest: every sample is 3 dB below the wave itself.
    times = np.arange(2 * sounds.RATE_HZ)
    fade = np.minimum(1, np.minimum(times, times[::-1]) / 4800)
    sine = (0.7 * fade * np.sin(np.pi / 2 * times + np.pi / 4)).astype(np.float32)
    facts = hear(sounds.write(tmp_path / "a.wav", sine))
    assert facts.true_peak_db == pytest.approx(20 * np.log10(0.7), abs=0.4)


@pytest.mark.parametrize("room_level", [0.0, 0.0004, 0.002, 0.006])
def test_the_bounds_of_the_sound_and_its_pauses_are_found_in_any_room(
    tmp_path: Path, room_level: float
) -> None:
    talk = sounds.speech(2.0)
    room = sounds.noise(8.0, level=room_level)
    samples = sounds.joined(
        sounds.silence(1.5), talk, sounds.silence(1.0), talk, sounds.silence(0.5), talk
    )
    samples = sounds.joined(samples, sounds.silence(2.0))
    facts = hear(sounds.write(tmp_path / "a.wav", samples + np.resize(room, len(samples))))
    assert facts.sound_start_s == pytest.approx(1.5, abs=0.05)
    assert facts.sound_end_s == pytest.approx(1.5 + 6 + 1.5, abs=0.4)
    assert len(facts.pauses) == 1  # half a second is not long
    start_s, end_s = facts.pauses[0]
    assert start_s == pytest.approx(3.5, abs=0.4)
    assert end_s == pytest.approx(4.5, abs=0.1)


def test_a_soft_beginning_of_music_is_not_taken_for_silence(tmp_path: Path) -> None:
    swell = np.linspace(-30, 0, 6 * sounds.RATE_HZ)
    samples = (sounds.music(6.0) * 10 ** (swell / 20)).astype(np.float32)
    facts = hear(sounds.write(tmp_path / "a.flac", samples))
    assert facts.sound_start_s < 0.05
    assert facts.pauses == ()


def test_one_click_is_a_sound(tmp_path: Path) -> None:
    facts = hear(sounds.write(tmp_path / "a.wav", sounds.clicks(4.0, at_s=[1.0, 3.0])))
    assert facts.sound_start_s == pytest.approx(1.0, abs=0.03)
    assert facts.sound_end_s == pytest.approx(3.0, abs=0.05)
    assert len(facts.pauses) == 1


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_speech_and_music_are_told_apart(tmp_path: Path, seed: int) -> None:
    talk = sounds.write(tmp_path / "a.ogg", sounds.speech(6.0, seed=seed))
    song = sounds.music(6.0, seed=seed)
    assert hear(talk).character == "speech"
    assert hear(sounds.write(tmp_path / "b.mp3", song)).character == "music"
    other = sounds.music(6.0, seed=seed + 10)
    assert hear(sounds.write(tmp_path / "c.mp3", sounds.stereo(song, other))).character == "music"


def test_a_voice_in_a_noisy_room_is_speech_and_drums_alone_are_music(tmp_path: Path) -> None:
    noisy = sounds.speech(8.0) + sounds.noise(8.0, level=0.02)
    assert hear(sounds.write(tmp_path / "a.ogg", noisy)).character == "speech"
    times = np.arange(8 * sounds.RATE_HZ) / sounds.RATE_HZ
    drums = (np.exp(-6 * (times * 4 % 1)) * sounds.noise(8.0)).astype(np.float32)
    assert hear(sounds.write(tmp_path / "b.ogg", drums)).character == "music"


def test_tags_and_cover_are_found(tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    Image.new("RGB", (300, 200), (200, 30, 40)).save(picture)
    path = sounds.write(
        tmp_path / "a.mp3",
        sounds.music(2.0),
        cover=picture,
        tags={"title": "Blue\x07 <Hour>", "artist": "Ada"},
    )
    facts = hear(path)
    assert (facts.title, facts.artist) == ("Blue  <Hour>", "Ada")
    assert facts.has_cover
    assert not facts.has_video
    with Image.open(tmp_path / COVER) as cover:
        assert cover.format == "JPEG"
        assert cover.size == (300, 200)


def test_the_sound_of_a_video_is_heard(tmp_path: Path) -> None:
    facts = hear(sounds.write(tmp_path / "a.mp4", sounds.speech(2.0), with_video=True))
    assert (facts.has_video, facts.has_cover, facts.extension) == (True, False, "mp4")
    assert facts.codec == "aac"


def test_a_stream_that_changes_its_channels_is_heard_to_the_end(tmp_path: Path) -> None:
    one = sounds.write(tmp_path / "one.mp3", sounds.speech(2.0))
    two = sounds.write(tmp_path / "two.mp3", sounds.stereo(sounds.tone(2.0), sounds.tone(2.0)))
    both = tmp_path / "both.mp3"
    both.write_bytes(one.read_bytes() + two.read_bytes())
    assert hear(both).duration_s == pytest.approx(4.0, abs=0.1)


def _wav(samples: bytes, *, rate_hz: int = 48_000, claimed_bytes: int | None = None) -> bytes:
    size = len(samples) if claimed_bytes is None else claimed_bytes
    form = struct.pack("<HHIIHH", 1, 1, rate_hz, rate_hz * 2, 2, 16)
    head = (
        b"RIFF" + struct.pack("<I", min(size + 36, 2**32 - 1)) + b"WAVEfmt " + struct.pack("<I", 16)
    )
    return head + form + b"data" + struct.pack("<I", size) + samples


def test_a_picture_that_appears_on_the_way_does_not_end_the_hearing(tmp_path: Path) -> None:
    parts = []
    for name, video in (("sound", []), ("film", ["-f", "lavfi", "-i", "testsrc=s=64x64:d=2"])):
        tone = ["-f", "lavfi", "-i", "sine=d=2"]
        coding = ["-c:a", "mp2", "-c:v", "mpeg2video"]
        path = tmp_path / f"{name}.ts"
        sounds.ffmpeg([*tone, *video, *coding, str(path)])
        parts.append(path.read_bytes())
    both = tmp_path / "both.ts"
    both.write_bytes(b"".join(parts * 3))
    # The film's own sound is another stream; that of the first stream comes three times.
    assert hear(both).duration_s == pytest.approx(6.0, abs=0.2)


LOUD = np.tile(np.array([9000, -9000], "<i2"), 48_000).tobytes()  # two seconds
BAD: list[tuple[str, bytes, type[errors.JobError]]] = [
    ("a page", b"<!doctype html><title>hi</title>" * 50, errors.NotMedia),
    ("a text", b"dear diary, today I recorded nothing\n" * 50, errors.NotMedia),
    ("zeros", bytes(50_000), errors.NotMedia),
    ("a picture", b"\x89PNG\r\n\x1a\n" + bytes(100), errors.NotMedia),
    ("a broken box", b"\x00\x00\x00\x18ftypM4A " + bytes(5000), errors.SourceBroken),
    ("an ogg of nothing", b"OggS" + bytes(5000), errors.SourceBroken),
    ("a riff of nothing", b"RIFF\x00\x01\x00\x00WAVE" + bytes(300), errors.SourceBroken),
    ("no samples", _wav(b""), errors.SourceEmpty),
    ("half a second", _wav(LOUD[:48_000]), errors.SourceTooShort),
    ("one sample a second", _wav(LOUD, rate_hz=1), errors.SourceBroken),
    ("no rate at all", _wav(LOUD, rate_hz=0), errors.SourceBroken),
    ("silence", _wav(bytes(200_000)), errors.SourceSilent),
    ("hardly a whisper", _wav(np.resize(np.array([20, -20], "<i2"), 96_000).tobytes()),
     errors.SourceSilent),
]  # fmt: skip


@pytest.mark.parametrize(("content", "refusal"), [bad[1:] for bad in BAD], ids=[b[0] for b in BAD])
def test_what_cannot_be_used_is_refused_by_name(
    tmp_path: Path, content: bytes, refusal: type[errors.JobError]
) -> None:
    path = tmp_path / "source"
    path.write_bytes(content)
    with pytest.raises(refusal):
        hear(path)


def test_a_film_without_sound_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    sounds.ffmpeg(["-f", "lavfi", "-i", "testsrc=d=2:s=64x64", "-pix_fmt", "yuv420p", str(path)])
    with pytest.raises(errors.NoSound):
        hear(path)


def test_a_header_that_claims_four_gigabytes_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "source"
    path.write_bytes(_wav(LOUD, claimed_bytes=2**32 - 100))
    assert hear(path).duration_s == 2.0


def test_a_recording_cut_off_in_the_middle_is_heard_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = sounds.write(tmp_path / "a.mp3", sounds.speech(4.0)).read_bytes()
    path = tmp_path / "source"
    path.write_bytes(whole[: len(whole) // 2])
    assert hear(path).duration_s == pytest.approx(2.0, abs=0.2)


def test_a_recording_over_the_limit_is_refused_before_it_is_heard_out(tmp_path: Path) -> None:
    for kind in (".flac", ".wav"):
        path = sounds.write(tmp_path / f"a{kind}", sounds.tone(30.0))
        with pytest.raises(errors.SourceTooLong) as refused:
            hear(path, max_s=5.0)
        assert refused.value.params == {"duration_s": 30.0, "limit_s": 5.0}


def test_a_monstrous_cover_costs_the_cover_not_the_recording(tmp_path: Path) -> None:
    picture = tmp_path / "huge.png"
    Image.new("1", (12_000, 12_000)).save(picture)
    path = sounds.write(tmp_path / "a.mp3", sounds.music(2.0), cover=picture)
    facts = hear(path)
    assert not facts.has_cover
    assert not (tmp_path / COVER).exists()


async def test_the_child_tells_facts_and_how_far_it_is(tmp_path: Path) -> None:
    path = sounds.write(tmp_path / "a.ogg", sounds.speech(3.0))
    shares: list[float] = []
    heard = await listen(path, tmp_path, child_ref=ChildRef(), max_s=MAX_S, on_share=shares.append)
    assert heard.facts == hear(path)
    assert heard.peaks.exists()
    assert heard.cover is None
    assert shares


async def test_a_refusal_of_the_child_keeps_its_numbers(tmp_path: Path) -> None:
    path = sounds.write(tmp_path / "a.flac", sounds.tone(12.0))
    with pytest.raises(errors.SourceTooLong) as refused:
        await listen(path, tmp_path, child_ref=ChildRef(), max_s=2.0, on_share=lambda share: None)
    assert refused.value.params == {"duration_s": 12.0, "limit_s": 2.0}


async def test_a_child_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    path = sounds.write(tmp_path / "a.flac", sounds.tone(2.0))
    with pytest.raises(errors.ProbeTimedOut):
        await listen(
            path,
            tmp_path,
            child_ref=ChildRef(),
            max_s=MAX_S,
            on_share=lambda share: None,
            wall_s=0.05,
        )


def test_five_minutes_take_no_more_memory_than_a_moment(tmp_path: Path) -> None:
    path = sounds.write(tmp_path / "a.flac", sounds.speech(300.0))
    measure = (
        "import resource, subprocess, sys\n"
        "subprocess.run([sys.executable, '-I', '-m', 'pipelines.analysis', *sys.argv[1:]],"
        " check=True, stdout=subprocess.DEVNULL)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command = [sys.executable, "-c", measure, str(path), str(tmp_path), "1800"]
    kilobytes = int(subprocess.run(command, check=True, capture_output=True).stdout)
    assert kilobytes < 100_000  # as samples they would be 58 MB more


def test_a_recording_whose_clock_began_a_day_before_it_is_as_long_as_it_is(
    tmp_path: Path,
) -> None:
    late = ("-output_ts_offset", "86400")
    path = sounds.write(tmp_path / "a.webm", sounds.speech(2.0), options=late)
    assert hear(path).duration_s == pytest.approx(2.0, abs=0.01)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", None),
        ("\U0001f469\u200d\U0001f680", None),
        ("a\u202eb\tc\u2028d", "a b c d"),
    ],
)
def test_a_title_keeps_what_joins_its_letters_and_loses_what_turns_them(
    tmp_path: Path, written: str, read: str | None
) -> None:
    path = sounds.write(tmp_path / "a.mp3", sounds.speech(1.5), tags={"title": written})
    assert hear(path).title == (written if read is None else read)


@pytest.mark.parametrize("channels", [9, 10, 13, 16])
def test_a_recorder_s_many_tracks_are_heard_together(tmp_path: Path, channels: int) -> None:
    path = tmp_path / "a.wav"
    one = (sounds.speech(1.5) * 32767).astype("<i2")
    path.write_bytes(wav(48_000, np.repeat(one[:, None], channels, axis=1).tobytes(), channels))
    facts = hear(path)
    alone = hear(sounds.write(tmp_path / "b.wav", sounds.speech(1.5)))
    assert (facts.duration_s, facts.channels) == (1.5, channels)
    assert facts.true_peak_db == pytest.approx(alone.true_peak_db, abs=0.1)
