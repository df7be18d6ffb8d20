"""Sounds and small scenes for the renderer, and a way to run it as others do: as a process."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from modal_render import letters, shaping, typefaces
from modal_render.contract import DrawRequest, RenderReport, RenderRequest, Scene, to_json
from modal_render.progress import Progress
from modal_render.video import render
from tests import sounds

ROOM = Path(__file__).parents[2] / "modal_render"
SIZES = {"v": (216, 384), "s": (216, 216), "w": (384, 216)}
WAYS = (("pulse", "whole"), ("pulse", "splice"), ("mist", "whole"))  # look, path
# Look, path, shape and frames a second of the videos that others look at.
KINDS = ("pulse-whole-v-30", "pulse-splice-v-30", "pulse-splice-w-60", "mist-whole-s-30")
# Without `site` no .pth file is read, so none of our other rooms can be found.
# The kernel's other figure, ru_maxrss, begins with what the parent held when it forked.
ALONE = """
import atexit, pathlib, runpy, sys
status = pathlib.Path("/proc/self/status")
atexit.register(lambda: pathlib.Path({memory!r}).write_text(status.read_text()))
sys.path[:0] = {path!r}
runpy.run_module("modal_render", run_name="__main__")
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run of the room printed and how it ended."""

    status: int
    lines: list[dict[str, Any]]
    errors: str
    peak_mib: float

    @property
    def refusal(self) -> str:
        """The code of the refusal, empty if there was none."""
        return str(self.lines[-1].get("error", {}).get("code", "")) if self.lines else ""


@dataclass(frozen=True, slots=True)
class Finished:
    """A video as it is given to others, and what it was made from."""

    audio: Path
    video: Path
    scene: Scene
    path: str
    report: RenderReport


Run = Callable[..., Outcome]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the room as a program, with nothing else of ours within its reach."""
    return alone(tmp_path)


def alone(folder: Path) -> Run:
    """A way to run the room out of `folder`; `processor` is one that qemu emulates."""
    path = folder / "alone"
    path.mkdir()
    (path / "modal_render").symlink_to(ROOM)

    def run_room(
        command: str, request: DrawRequest | str, processor: str = "", **environment: str
    ) -> Outcome:
        wanted, memory = folder / "request.json", folder / "memory.txt"
        wanted.write_text(request if isinstance(request, str) else to_json(request))
        code = ALONE.format(path=[str(path), sysconfig.get_path("purelib")], memory=str(memory))
        emulator = ["qemu-x86_64", "-cpu", processor] if processor else []
        ended = subprocess.run(
            [*emulator, sys.executable, "-I", "-S", "-c", code, command, str(wanted)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **environment},
        )
        lines = [json.loads(line) for line in ended.stdout.splitlines()]
        return Outcome(ended.returncode, lines, ended.stderr, _peak_mib(memory))

    return run_room


def _peak_mib(status: Path) -> float:
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
    assert found is not None
    return int(found[1]) / 1024


FONTS = str(Path(__file__).parent / "fonts")
CJK = typefaces.Family(folder=FONTS, bold="NotoSansCJK-VF.otf.ttc")
EMOJI = typefaces.Family(folder=FONTS, bold="NotoColorEmoji.ttf", is_emoji=True, size=0.86)
EMOJI_OUTLINES = typefaces.Family(
    folder=FONTS, bold="NotoColorEmoji-Regular.ttf", is_emoji=True, size=0.86
)
PACKAGED = typefaces.CJK[0]  # what `pocketreel[fonts]` brings
Bring = Callable[..., None]


@pytest.fixture
def bring(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bring]:
    """Draw with our fonts and the given ones, whatever this machine has beside them."""

    def choose(*optional: typefaces.Family) -> None:
        monkeypatch.setattr(typefaces, "CJK", [it for it in optional if not it.is_emoji])
        monkeypatch.setattr(typefaces, "EMOJI", [it for it in optional if it.is_emoji])
        _forget_fonts()

    choose()
    yield choose
    _forget_fonts()


def _forget_fonts() -> None:
    typefaces.families.cache_clear()
    shaping.shaped.cache_clear()
    letters.sorted_out.cache_clear()


@pytest.fixture(scope="session")
def speech(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Six seconds of talk: two segments of video."""
    return str(sounds.write(tmp_path_factory.mktemp("sound") / "speech.wav", sounds.speech(6)))


@pytest.fixture(scope="session", params=KINDS)
def finished(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """Videos of each kind, a few segments long, the last one short."""
    look, path, shape, fps = request.param.split("-")
    folder = tmp_path_factory.mktemp(request.param)
    audio = sounds.write(folder / "talk.wav", sounds.speech(10.7))
    shown = scene(look, shape, fps=int(fps), subtitle="Below it")
    video, thumbnail = folder / "video.mp4", folder / "thumbnail.jpg"
    wanted = RenderRequest(
        audio=str(audio), video=str(video), thumbnail=str(thumbnail), scene=shown, path=path
    )
    return Finished(audio, video, shown, path, render(wanted, Progress()))


def scene(look: str = "pulse", shape: str = "v", **more: Any) -> Scene:
    """A small scene with a title."""
    width, height = SIZES[shape]
    return Scene(**{"look": look, "width": width, "height": height, "title": "A title", **more})


def request(
    audio: str, folder: Path, shown: Scene, threads: int = 2, path: str = "auto"
) -> RenderRequest:
    """A whole video in `folder`."""
    return RenderRequest(
        audio=audio,
        video=str(folder / "video.mp4"),
        thumbnail=str(folder / "thumbnail.jpg"),
        scene=shown,
        threads=threads,
        path=path,
    )
