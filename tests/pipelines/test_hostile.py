"""Files made to make us read, dial or swell: each is refused, and no canary is touched."""

from __future__ import annotations

import asyncio
import contextlib
import resource
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from jobs.errors import JobError, NotMedia, SourceBroken
from pipelines.analysis import analyse
from pipelines.child import ChildRef
from pipelines.facts import Facts
from pipelines.media import listen, reading
from tests import sounds
from tests.crafted import BOMBS, playlists

CANARY = "canary.wav"


class Canary:
    """A recording that nobody may read and a port that nobody may dial."""

    def __init__(self, path: Path, port: int, dialled: list[object]) -> None:
        self.path, self.port, self.dialled = path, port, dialled


@pytest.fixture
async def canary(tmp_path: Path) -> AsyncIterator[Canary]:
    path = sounds.write(tmp_path / CANARY, sounds.speech(3.0))
    dialled: list[object] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        dialled.append(writer.get_extra_info("peername"))
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield Canary(path, server.sockets[0].getsockname()[1], dialled)
    server.close()
    await server.wait_closed()


async def heard(path: Path) -> Facts:
    found = await listen(
        path, path.parent, child_ref=ChildRef(), max_s=60.0, on_share=lambda share: None
    )
    return found.facts


@pytest.mark.parametrize("name", list(playlists("", 0)))
async def test_a_file_that_only_points_elsewhere_is_no_recording(
    tmp_path: Path, canary: Canary, name: str
) -> None:
    for suffix in (".mp3", ""):
        path = tmp_path / f"source{suffix}"
        path.write_text(playlists(str(canary.path), canary.port)[name])
        # Not in a child: there the kernel would keep it from dialling in any case.
        with pytest.raises((NotMedia, SourceBroken)):
            await asyncio.to_thread(analyse, path, tmp_path, 60.0)
    assert canary.dialled == []


@pytest.mark.parametrize("name", ["hls of a file", "hls of an address", "ffconcat", "dash"])
def test_ffmpeg_as_we_start_it_does_not_follow_either(tmp_path: Path, name: str) -> None:
    canary = sounds.write(tmp_path / CANARY, sounds.speech(2.0))
    path = tmp_path / "source.mp3"
    path.write_text(playlists(str(canary), 9)[name])
    with pytest.raises(Exception, match="returned non-zero exit status"):
        sounds.ffmpeg([*reading(path), "-f", "null", "-"])


async def test_a_film_that_names_another_file_does_not_have_it_read(
    tmp_path: Path, canary: Canary
) -> None:
    # A QuickTime file may keep its samples in another file, named in its "dref" box.
    path = sounds.write(tmp_path / "a.m4a", sounds.silence(2.0))
    inside = path.read_bytes()
    at = inside.index(b"url \x00\x00\x00\x01")
    assert at > 0
    path.write_bytes(inside[: at + 4] + b"\x00\x00\x00\x00" + inside[at + 8 :])
    with pytest.raises(JobError):
        await heard(path)
    assert canary.dialled == []


@pytest.mark.parametrize("name", list(BOMBS))
async def test_a_bomb_is_refused_in_little_time_and_memory(tmp_path: Path, name: str) -> None:
    path = tmp_path / "source"
    path.write_bytes(BOMBS[name])
    began = asyncio.get_running_loop().time()
    with pytest.raises(JobError):
        await heard(path)
    assert asyncio.get_running_loop().time() - began < 10


async def test_a_damaged_wavpack_does_not_keep_its_decoder_waiting(tmp_path: Path) -> None:
    # Found by changing bytes at random: with more than one thread libavcodec never came back.
    path = tmp_path / "a.wv"
    plain = sounds.write(tmp_path / "a.wav", sounds.speech(2.0))
    sounds.ffmpeg(["-i", str(plain), "-c:a", "wavpack", str(path)])
    damaged = bytearray(path.read_bytes())
    for place, value in {0x1A: 0xFE, 0x4A: 0xDD, 0x4B: 0xEA, 0x5A: 0xC3, 0x61: 0xBD}.items():
        damaged[place] = value
    for place, value in {0x96: 0x31, 0x9A: 0x4D, 0x9B: 0x43, 0xAD: 0xB1, 0xB6: 0x89}.items():
        damaged[place] = value
    path.write_bytes(damaged)
    with contextlib.suppress(JobError):
        async with asyncio.timeout(10):
            await heard(path)


@pytest.mark.parametrize("kind", [".wav", ".flac", ".ogg", ".mp3", ".m4a", ".webm"])
def test_damage_is_heard_through_or_refused_and_nothing_else(tmp_path: Path, kind: str) -> None:
    whole = sounds.write(tmp_path / f"a{kind}", sounds.speech(2.0)).read_bytes()
    chance = np.random.default_rng(7)
    path = tmp_path / "source"
    for _ in range(12):
        damaged = np.frombuffer(whole, np.uint8).copy()
        places = chance.integers(0, len(damaged), chance.choice([1, 10, 200]))
        damaged[places] = chance.integers(0, 256, len(places), np.uint8)
        path.write_bytes(damaged.tobytes()[: chance.integers(1, len(damaged))])
        with contextlib.suppress(JobError):
            analyse(path, tmp_path, 60.0)


async def test_three_hours_of_nothing_are_refused_soon(tmp_path: Path) -> None:
    path = sounds.nothing(tmp_path / "a.flac", 10_800)
    assert path.stat().st_size < 5_000_000
    with pytest.raises(JobError) as refused:
        await heard(path)
    assert refused.value.code == "source_too_long"
    assert refused.value.params["duration_s"] == 10_800


async def test_a_monstrous_cover_does_not_swell_the_child(tmp_path: Path) -> None:
    picture = tmp_path / "huge.jpg"
    Image.new("L", (12_000, 12_000)).save(picture, quality=1)
    path = sounds.write(tmp_path / "a.mp3", sounds.music(2.0), cover=picture)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    facts = await heard(path)
    assert not facts.has_cover
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss <= max(before, 200_000)
