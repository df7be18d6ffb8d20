"""Equal requests give equal bytes, whatever the threads and the processor."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import pytest

from modal_render.contract import RenderRequest, SheetRequest
from modal_render.encode import WHOLE, video_encoder
from tests import sounds
from tests.modal_render.conftest import WAYS, Run, alone, request, scene

EMULATED = [("pulse", "splice", ".wav"), ("mist", "whole", ".m4a")]
OLDER = "Nehalem"  # of 2008: SSE4.2, which numpy asks for, and nothing of AVX
# What numpy has more than one way to do here, by the names it takes to leave a way out.
NUMPY_WAYS = " ".join(np.show_config(mode="dicts")["SIMD Extensions"]["found"])

Way = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Bytes:
    """What a run made: packets of the picture, packets of the sound, the files themselves."""

    picture: bytes
    sound: bytes
    video: bytes
    thumbnail: bytes


@dataclass(frozen=True, slots=True)
class Made:
    """The same request done by this processor and by an older one."""

    here: Bytes
    there: Bytes


@pytest.fixture(scope="module", params=WAYS, ids=" ".join)
def usual(
    request: pytest.FixtureRequest, speech: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Way, Bytes]:
    """A way, and what one thread makes in it of six seconds of talk."""
    folder = tmp_path_factory.mktemp("usual")
    return request.param, _made(alone(folder), _wanted(speech, folder, request.param))


def test_threads_do_not_change_a_byte(
    usual: tuple[Way, Bytes], speech: str, tmp_path: Path, run: Run
) -> None:
    way, first = usual
    assert _made(run, _wanted(speech, tmp_path, way, threads=2)) == first


def test_numpy_on_an_older_processor_does_not_change_a_byte(
    usual: tuple[Way, Bytes], speech: str, tmp_path: Path, run: Run
) -> None:
    way, first = usual
    wanted = _wanted(speech, tmp_path, way)
    assert _made(run, wanted, NPY_DISABLE_CPU_FEATURES=NUMPY_WAYS) == first


def test_numpy_on_an_older_processor_draws_every_look_alike(
    speech: str, tmp_path: Path, run: Run
) -> None:
    sheets = set()
    for ways in ("", NUMPY_WAYS):
        path = tmp_path / "sheet.jpg"
        wanted = SheetRequest(audio=speech, picture=str(path), scene=scene(), at_s=2.4)
        assert run("sheet", wanted, NPY_DISABLE_CPU_FEATURES=ways).status == 0
        sheets.add(path.read_bytes())
    assert len(sheets) == 1


def test_the_encoder_writes_the_same_with_other_instructions() -> None:
    streams = set()
    for extra in ("", ":asm=SSE2"):
        codec = video_encoder((216, 384), 30, WHOLE, extra)
        frame = av.VideoFrame(216, 384, "yuv420p")
        packets = []
        for index in range(12):
            for plane in frame.planes:
                plane.update(bytes((i * index + i // 97) % 251 for i in range(plane.buffer_size)))
            frame.pts, frame.time_base = index, codec.time_base
            packets += codec.encode(frame)
        streams.add(b"".join(bytes(packet) for packet in [*packets, *codec.encode(None)]))
    assert len(streams) == 1


@pytest.fixture(scope="module", params=EMULATED, ids=" ".join)
def emulated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A second of talk, short because an emulator takes ten times as long."""
    look, path, suffix = request.param
    folder = tmp_path_factory.mktemp("emulated")
    audio = sounds.write(folder / f"talk{suffix}", sounds.speech(1))
    room, wanted = alone(folder), _wanted(str(audio), folder, (look, path))
    return Made(_made(room, wanted), _made(room, wanted, processor=OLDER))


@pytest.mark.emulator
def test_the_picture_is_the_same_on_an_older_processor(emulated: Made) -> None:
    assert emulated.there.picture == emulated.here.picture
    assert emulated.there.thumbnail == emulated.here.thumbnail


@pytest.mark.emulator
def test_the_whole_file_is_the_same_on_an_older_processor(emulated: Made) -> None:
    assert emulated.there.sound == emulated.here.sound
    assert emulated.there.video == emulated.here.video


def _wanted(audio: str, folder: Path, way: Way, threads: int = 1) -> RenderRequest:
    look, path = way
    return request(audio, folder, scene(look), threads, path)


def _made(run: Run, wanted: RenderRequest, processor: str = "", **environment: str) -> Bytes:
    outcome = run("render", wanted, processor, **environment)
    assert (outcome.status, outcome.errors) == (0, "")
    video = Path(wanted.video)
    with av.open(str(video)) as container:
        tracks = {"video": b"", "audio": b""}
        for packet in container.demux():
            tracks[packet.stream.type] += bytes(packet)
    return Bytes(
        picture=tracks["video"],
        sound=tracks["audio"],
        video=video.read_bytes(),
        thumbnail=Path(wanted.thumbnail).read_bytes(),
    )
