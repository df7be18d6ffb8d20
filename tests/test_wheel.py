"""What is installed is whole: it runs far from the sources, and brings only the product."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PATIENCE_S = 240


def run(*argv: object, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(
        [str(part) for part in argv],
        cwd=cwd,
        env={"PATH": os.environ["PATH"], **(env or {})},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # From a copy of what is committed or about to be: a build leaves folders beside the sources.
    sources = folder / "sources"
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard").splitlines()
    for name in listed:
        if (ROOT / name).exists() and not name.startswith("tests/"):
            target = sources / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
    # pip finds its index in the home folder's or the system's configuration.
    home = {name: os.environ[name] for name in os.environ if name.startswith(("PIP_", "HOME"))}
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, sources, env=home)
    (built,) = folder.glob("*.whl")
    return built


def test_a_wheel_brings_the_product_and_leaves_the_tests_out(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    rooms = {name.partition("/")[0] for name in names if "/" in name}
    assert "tests" not in rooms
    assert {"bot", "conversations", "jobs", "modal_render", "phone", "pipelines"} <= rooms
    for brought in ("phone/page/index.html", "phone/samples/speech.ogg", "bot/web/server.py"):
        assert brought in names
    assert any(name.startswith("modal_render/fonts/") for name in names)


def test_what_is_installed_runs_from_another_directory(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    run(sys.executable, "-m", "venv", "--without-pip", environment)
    python = environment / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps", wheel)
    purelib = Path(
        run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    )
    # The pinned packages that are here already; an editable project among them is not followed.
    (purelib / "pinned.pth").write_text(sysconfig.get_path("purelib") + "\n")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    origin = run(python, "-c", "import bot; print(bot.__file__)", cwd=elsewhere).strip()
    assert origin.startswith(str(purelib))
    told = run(
        environment / "bin" / "pocketreel", "doctor", cwd=elsewhere, env={"HOME": str(elsewhere)}
    )
    for name in ("ffmpeg", "data folder", "job store", "storage"):
        assert f"ok    {name}" in told
