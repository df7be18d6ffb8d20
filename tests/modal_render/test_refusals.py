"""What cannot be made is refused with one line and a code, and leaves no file behind."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from modal_render.contract import (
    LOOKS,
    PATHS,
    RESPONSES,
    BadRequest,
    FrameRequest,
    RenderRequest,
    from_json,
    to_json,
)
from modal_render.progress import Progress
from modal_render.response import PRESETS
from modal_render.video import frame, render
from settings import RenderPath
from tests import sounds
from tests.modal_render.conftest import Run, request, scene


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("render", "not json"),
        ("render", "[]"),
        ("render", "{}"),
        ("frame", json.dumps({"audio": 3, "picture": "a", "scene": {}, "at_s": 0})),
        ("card", json.dumps({"peaks": "/nowhere", "picture": "a", "duration_s": 1, "kept": 1})),
        ("dance", "{}"),
    ],
)
def test_a_request_that_is_none_is_a_bad_request(command: str, text: str, run: Run) -> None:
    outcome = run(command, text)
    assert (outcome.status, outcome.refusal) == (1, "bad_request")
    assert outcome.errors == ""


@pytest.mark.parametrize(
    "change",
    [
        {"look": "nebula"},
        {"look": "../mist"},
        {"width": 217},
        {"height": 385},
        {"width": 0},
        {"height": -2},
        {"width": 8000},
        {"fps": 0},
        {"fps": 29},
        {"seed": -1},
        {"cover": "/nowhere/cover.jpg"},
    ],
    ids=str,
)
def test_a_scene_that_cannot_be_drawn_is_a_bad_request(
    change: dict[str, Any], speech: str, tmp_path: Path
) -> None:
    shown = replace(scene(), **change)
    with pytest.raises(BadRequest):
        render(request(speech, tmp_path, shown), Progress())
    with pytest.raises(BadRequest):
        frame(FrameRequest(audio=speech, picture=str(tmp_path / "a.png"), scene=shown, at_s=0.0))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("width", "216"), ("width", 216.5), ("title", None), ("seed", True), ("colour", "red")],
)
def test_a_field_of_the_wrong_kind_is_a_bad_request(field: str, value: Any) -> None:
    data = json.loads(to_json(request("a.wav", Path("/tmp"), scene())))
    data["scene"][field] = value
    with pytest.raises(BadRequest):
        from_json(RenderRequest, json.dumps(data))


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e999"])
def test_a_time_that_is_no_number_is_a_bad_request(value: str) -> None:
    shown = FrameRequest(audio="a.wav", picture="a.png", scene=scene(), at_s=0.25)
    with pytest.raises(BadRequest):
        from_json(FrameRequest, to_json(shown).replace("0.25", value))


def test_what_was_written_is_read_again() -> None:
    asked = request("a.wav", Path("/tmp"), scene("mist", "w", cover="c.png", seed=9))
    assert from_json(RenderRequest, to_json(asked)) == asked


@pytest.mark.parametrize(
    "kind", ["missing", "empty", "noise", "cut short", "picture", "no samples"]
)
@pytest.mark.parametrize("command", ["render", "frame"])
def test_audio_that_cannot_be_heard_fails_the_render(
    kind: str, command: str, tmp_path: Path, run: Run
) -> None:
    audio = _broken_audio(kind, tmp_path)
    wanted: object = request(str(audio), tmp_path, scene())
    if command == "frame":
        picture = str(tmp_path / "frame.png")
        wanted = FrameRequest(audio=str(audio), picture=picture, scene=scene(), at_s=0.5)
    outcome = run(command, wanted)
    assert (outcome.status, outcome.refusal) == (1, "render_failed")
    assert outcome.errors == ""
    assert not (tmp_path / "video.mp4").exists()
    assert not (tmp_path / "frame.png").exists()


@pytest.mark.parametrize("command", ["render", "frame"])
def test_a_folder_that_is_not_there_fails_the_render(
    command: str, speech: str, tmp_path: Path, run: Run
) -> None:
    folder = tmp_path / "nowhere"
    wanted: object = request(speech, folder, scene())
    if command == "frame":
        picture = str(folder / "frame.png")
        wanted = FrameRequest(audio=speech, picture=picture, scene=scene(), at_s=0.5)
    assert run(command, wanted).refusal == "render_failed"


@pytest.mark.parametrize("at_s", [-3.0, 0.0, 5.99, 600.0])
def test_a_frame_outside_the_sound_is_the_nearest_one(
    at_s: float, speech: str, tmp_path: Path
) -> None:
    picture = tmp_path / "frame.png"
    frame(FrameRequest(audio=speech, picture=str(picture), scene=scene(), at_s=at_s))
    assert picture.stat().st_size > 0


def test_digital_silence_is_a_sound_like_any_other(tmp_path: Path) -> None:
    audio = sounds.write(tmp_path / "silence.wav", sounds.silence(1))
    for look in ("pulse", "mist"):
        assert render(request(str(audio), tmp_path, scene(look)), Progress()).frames == 30


def _broken_audio(kind: str, folder: Path) -> Path:
    path = folder / "broken.wav"
    if kind == "empty":
        path.write_bytes(b"")
    elif kind == "noise":
        path.write_bytes(bytes(i * 7919 % 251 for i in range(9000)))
    elif kind == "cut short":
        path = sounds.write(folder / "broken.m4a", sounds.speech(1))
        path.write_bytes(path.read_bytes()[:3000])
    elif kind == "picture":
        sounds.ffmpeg(["-f", "lavfi", "-i", "color=red:s=64x64:d=1", str(folder / "broken.mp4")])
        path = folder / "broken.mp4"
    elif kind == "no samples":
        sounds.write(path, sounds.silence(0))
    return path


def test_every_choice_that_is_offered_is_one_there_is() -> None:
    assert set(RESPONSES) == set(PRESETS)
    assert set(PATHS) == set(RenderPath)
    for look in LOOKS:
        assert hasattr(import_module(f"modal_render.looks.{look}"), "Look")
