"""The short forms of `make chaos` and `make stops`: nothing is lost and nobody is told twice."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.whole.product import COMMAND

JOBS, KILLS, FREEZES = 500, 12, 3
RESTARTED_JOBS, RESTARTS, CANCELS = 200, 3, 20


def chaos(folder: Path, **wish: int) -> dict[str, Any]:
    """What `pocketreel chaos` counted; it is content with it, too."""
    told = [text for name, value in wish.items() for text in (f"--{name}", str(value))]
    done = subprocess.run(
        [COMMAND, "chaos", "--json", *told],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    tally: dict[str, Any] = json.loads(done.stdout)
    wrong = ("lost", "duplicate_results", "duplicate_pings", "stale_accepted", "orphans")
    assert {name: tally[name] for name in wrong} == dict.fromkeys(wrong, 0)
    return tally


def test_killed_and_frozen_workers_lose_and_double_nothing(tmp_path: Path) -> None:
    tally = chaos(tmp_path, jobs=JOBS, kills=KILLS, freezes=FREEZES)
    assert tally["jobs"] == JOBS
    # A job that loses three workers in a row is told as broken, and few can have done so.
    assert tally["poisoned"] <= KILLS


def test_restarts_charge_nothing_and_what_is_stopped_is_dead_and_gone(tmp_path: Path) -> None:
    wish = {"restarts": RESTARTS, "cancels": CANCELS, "kills": 0, "freezes": 0}
    tally = chaos(tmp_path, jobs=RESTARTED_JOBS, **wish)
    assert (tally["charged"], tally["poisoned"]) == (0, 0), "no attempt is burnt, nothing fails"
    assert tally["handed_back"] > 0, "some were not finished in time"
    assert tally["slowest_stop_s"] <= 30
    assert tally["stopped"] > CANCELS / 2, "some had ended before"
    assert tally["death_s_p99"] <= 5
    assert (tally["told_twice"], tally["files_left"]) == (0, 0)
