"""The look of docs/writing-a-look.md is whole and keeps the rules that page gives."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import av
import numpy as np
import pytest

from modal_render import yuv
from modal_render.analysis import listen
from modal_render.encode import Enlarger, picture, video_encoder
from modal_render.film import Film, frame_image
from modal_render.looks import BandLook, Brief, Easel
from modal_render.paths import choose_path
from modal_render.segments import Segment
from tests import sounds
from tests.modal_render.conftest import SIZES, scene

PAGE = Path(__file__).parents[2] / "docs" / "writing-a-look.md"


@pytest.fixture(scope="module")
def steps() -> Iterator[ModuleType]:
    found = re.search(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found is not None
    module = ModuleType("modal_render.looks.steps")
    sys.modules[module.__name__] = module
    exec(compile(found[1], str(PAGE), "exec"), module.__dict__)
    yield module
    del sys.modules[module.__name__]


@pytest.mark.parametrize("shape", SIZES)
def test_the_look_of_the_page_makes_a_spliced_video(
    shape: str, steps: ModuleType, speech: str
) -> None:
    film = _film(steps, speech, shape)
    path = choose_path(film, "splice", lambda: None)
    coded = path.encode(Segment(0, 60))
    codec = video_encoder((film.scene.width, film.scene.height), 30, path.profile)
    codec.open()
    decoder = av.CodecContext.create("h264", "r")
    decoder.extradata, decoder.options = codec.extradata, {"err_detect": "explode"}
    frames = [frame for one in coded for frame in decoder.decode(av.Packet(one.data))]
    assert len([*frames, *decoder.decode(None)]) == 60


def test_it_lights_the_frame_of_a_click(steps: ModuleType, tmp_path: Path) -> None:
    samples = sounds.clicks(2, at_s=(1.0,))
    film = _film(steps, str(sounds.write(tmp_path / "clicks.wav", samples)))
    lit = [np.asarray(frame_image(film, index)).sum(dtype=np.int64) for index in range(26, 34)]
    assert 26 + int(np.argmax(lit)) in (30, 31)


def test_its_frames_do_not_depend_on_those_before(steps: ModuleType, speech: str) -> None:
    film = _film(steps, speech)
    canvas = picture(film.scene.width, film.scene.height)
    painter = film.easel.painter(canvas.planes)
    for index in (20, 70, 50):
        painter.paint(index)
    assert yuv.to_image(canvas.planes) == frame_image(film, 50)
    assert frame_image(film, 20) != frame_image(film, 50)


def test_the_page_names_what_there_is() -> None:
    """Every name of ours on the page exists."""
    page, room = PAGE.read_text(), PAGE.parents[1]
    for path in set(re.findall(r"`((?:modal_render|tests)/[\w/]+(?:\.py)?)`", page)):
        assert (room / path).exists(), path


def _film(steps: ModuleType, audio: str, shape: str = "v") -> Film:
    shown, sound = scene(shape=shape), listen(audio, 30)
    look = steps.Look(Brief(shown, sound, None, Enlarger))
    assert isinstance(look, BandLook)
    return Film(shown, sound, look, Easel(look))
