"""The room as a program: it stands alone, starts fast and stays small."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from modal_render.contract import LOOKS, to_json
from tests import sounds
from tests.modal_render.conftest import ROOM, Run, request, scene
from tests.modal_render.test_card import card_request

# All of ours can be found here; what counts is what gets imported.
CENSUS = """
import sys
sys.path[:0] = {path!r}
from modal_render.__main__ import main
status = main([{command!r}, {request!r}])
ours = {{"bot", "conversations", "jobs", "phone", "pipelines", "settings", "storage", "worker"}}
heavy = {{"av", "asyncio", "scipy"}}
print(sorted(ours & set(sys.modules)), sorted(heavy & set(sys.modules)), status)
"""
WHOLE_FRAME_MIB = 420  # one thread at 1080 x 1920; x264 looks ten frames ahead


def test_the_room_works_with_nothing_else_of_ours(speech: str, tmp_path: Path, run: Run) -> None:
    outcome = run("render", request(speech, tmp_path, scene("mist")))
    assert outcome.status == 0
    assert outcome.errors == ""


def test_a_card_needs_no_media_library(tmp_path: Path) -> None:
    wanted = tmp_path / "card.json"
    wanted.write_text(to_json(card_request(tmp_path)))
    path = [str(ROOM.parent), sysconfig.get_path("purelib")]
    code = CENSUS.format(path=path, command="card", request=str(wanted))
    arguments = [sys.executable, "-I", "-S", "-c", code]
    said = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[] [] 0"


@pytest.mark.parametrize("look", list(LOOKS))
def test_a_full_size_render_stays_within_its_memory(look: str, tmp_path: Path, run: Run) -> None:
    audio = sounds.write(tmp_path / "talk.wav", sounds.speech(0.9))
    shown = scene(look, width=1080, height=1920)
    outcome = run("render", request(str(audio), tmp_path, shown, threads=1))
    assert outcome.status == 0
    assert outcome.peak_mib < WHOLE_FRAME_MIB


def test_a_long_recording_takes_hardly_more_memory_than_a_short_one(
    tmp_path: Path, run: Run
) -> None:
    peaks = []
    for duration_s in (5, 60):
        audio = sounds.write(tmp_path / f"{duration_s}.wav", sounds.speech(duration_s))
        shown = scene(width=128, height=128)
        peaks.append(run("render", request(str(audio), tmp_path, shown)).peak_mib)
    assert peaks[1] < peaks[0] + 25
