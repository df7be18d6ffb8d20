"""The image on Modal: what is in it is pinned as here, and is all that a render takes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from modal_render import app
from modal_render.dispatch import assignment_to_json, ending_from_json
from settings import Settings
from tests import sounds
from tests.modal_render.cloud_room import AUDIO_KEY, cloud_room
from tests.modal_render.conftest import ROOM, scene
from tests.modal_render.receiver import receiving
from tests.storage.servers import Server

PROJECT = ROOM.parent
# The client is at hand in every container, beside the image's own packages.
RENDER = """
import json, os, sys
sys.path[:0] = [{packages!r}]
from modal_render.cloud import render_call
print(json.dumps(render_call({text!r}, os.environ, 1, None)))
"""
OPEN = """
import sys
sys.path[:0] = [{packages!r}, {client!r}]
from modal_render import app
print(app.render, app.render_segment)
print(sorted({{"av", "boto3", "numpy", "PIL"}} & set(sys.modules)))
"""


def _names(pins: Iterable[str]) -> list[str]:
    return [pin.partition("==")[0] for pin in pins]


def _linked(folder: Path, names: Iterable[str]) -> str:
    """A folder with these distributions and nothing else."""
    folder.mkdir()
    for name in names:
        files = distribution(name).files or ()
        for top in {file.parts[0] for file in files if file.parts[0] not in ("..", "__pycache__")}:
            link = folder / top
            if not link.exists():
                link.symlink_to(Path(str(distribution(name).locate_file(top))))
    return str(folder)


def _with_dependencies(name: str) -> Iterator[str]:
    waiting, seen = [name], set[str]()
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        yield one
        for text in distribution(one).requires or ():
            wanted = Requirement(text)
            if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
                waiting.append(wanted.name)


def _run(code: str, **environment: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """The image's own packages and the renderer, as a container finds them."""
    folder = tmp_path / "packages"
    _linked(folder, _names(app.PACKAGES))
    (folder / "modal_render").symlink_to(ROOM)
    return folder


def test_a_render_takes_no_more_than_the_image_holds(
    packages: Path, moto: Server, tmp_path: Path
) -> None:
    with receiving() as bot:
        room = cloud_room(moto.bucket(), bot)
        room.bring(AUDIO_KEY, sounds.write(tmp_path / "word.wav", sounds.speech(1)))
        text = assignment_to_json(room.assignment(scene()))
        said = _run(RENDER.format(packages=str(packages), text=text), **room.environment)
        ending = ending_from_json(json.loads(said[-1]))
        assert ending.made is not None
        assert ending.made.video_key in room.stored()
        room.bucket.close()


def test_the_app_opens_in_its_image_without_loading_the_renderer(
    packages: Path, tmp_path: Path
) -> None:
    client = _linked(tmp_path / "client", _with_dependencies("modal"))
    said = _run(OPEN.format(packages=str(packages), client=client))
    assert said == ["Function(render) Function(render_segment)", "[]"]


def test_the_image_holds_the_versions_that_are_tested_here() -> None:
    pinned = (PROJECT / "requirements.txt").read_text().splitlines()
    assert set(app.PACKAGES) <= set(pinned)
    extras = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    assert set(app.FONTS) == set(extras["optional-dependencies"]["fonts"])
    # Nothing is resolved when the image is built, so what the packages need has to be named.
    needed = {
        needed for name in _names(app.PACKAGES) for needed in map(_plain, _with_dependencies(name))
    }
    assert needed <= {_plain(name) for name in _names(app.PACKAGES)}


def test_the_app_is_what_the_settings_say_by_default() -> None:
    usual = Settings()
    assert (
        usual.modal_app,
        usual.modal_cpu,
        usual.modal_memory_mib,
    ) == (app.NAME, app.CPU, app.MEMORY_MIB)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
