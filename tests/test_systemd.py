"""The units for systemd, looked at by systemd's own tools; none of them was started here."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from settings import read_settings
from variables import VARIABLES
from worker.run import DRAIN_S

UNITS = Path(__file__).parents[1] / "docs" / "systemd"
NAMES = ("pocketreel-bot.service", "pocketreel-worker@1.service")
COMMON = UNITS / "pocketreel-.service.d" / "all.conf"
MOST_EXPOSED = 2.0  # of 10; a unit without any of this has 9.6
HOSTS_UNITS = Path("/usr/lib/systemd/system")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A machine on which it is installed as docs/deploy.md says."""
    program = tmp_path / "opt" / "pocketreel" / "bin" / "pocketreel"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    shutil.copytree(UNITS, tmp_path / "etc" / "systemd" / "system")
    shutil.copytree(HOSTS_UNITS, tmp_path / "usr/lib/systemd/system", symlinks=True)
    return tmp_path


def analyzed(*argv: str) -> str:
    done = subprocess.run(
        ["systemd-analyze", *argv], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.systemd
@pytest.mark.parametrize("name", NAMES)
def test_systemd_has_nothing_to_say_against_a_unit(root: Path, name: str) -> None:
    assert analyzed("verify", "--man=no", f"--root={root}", name) == ""


@pytest.mark.systemd
@pytest.mark.parametrize("name", NAMES)
def test_a_unit_may_do_little(root: Path, name: str) -> None:
    told = analyzed("security", "--offline=true", f"--root={root}", "--no-pager", name)
    found = re.search(r"exposure level for \S+: ([\d.]+)", told)
    assert found is not None
    assert float(found[1]) <= MOST_EXPOSED, told


def test_what_both_have_in_common_is_said_once() -> None:
    lines = COMMON.read_text().splitlines()
    for line in (
        "ProtectSystem=strict",
        "NoNewPrivileges=yes",
        "PrivateTmp=yes",
        "StateDirectory=pocketreel",
        "CapabilityBoundingSet=",
        "KillMode=mixed",
    ):
        assert line in lines
    for path in UNITS.glob("*.service"):
        assert re.findall(r"^ExecStart=/opt/pocketreel/bin/pocketreel \w+$", path.read_text(), re.M)


def test_jobs_are_let_finish_before_a_unit_is_killed() -> None:
    (limit_s,) = re.findall(r"^TimeoutStopSec=(\d+)$", COMMON.read_text(), re.M)
    assert float(limit_s) >= DRAIN_S + 10


def test_every_variable_a_unit_sets_exists() -> None:
    known = {variable.name for variable in VARIABLES}
    for line in re.findall(r"^Environment=(.*)$", COMMON.read_text(), re.M):
        given = dict(pair.split("=", 1) for pair in line.split())
        assert given.keys() - {"HOME"} <= known
        settings = read_settings({name: given[name] for name in given.keys() & known})
        (state,) = re.findall(r"^StateDirectory=(\w+)$", COMMON.read_text(), re.M)
        assert str(settings.data_dir) == f"/var/lib/{state}"
