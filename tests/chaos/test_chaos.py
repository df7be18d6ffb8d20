"""The short form of `make chaos`: workers killed and frozen at random lose and double nothing."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.whole.product import COMMAND

JOBS, KILLS, FREEZES = 500, 12, 3


def test_killed_and_frozen_workers_lose_and_double_nothing(tmp_path: Path) -> None:
    wish = ("--jobs", JOBS, "--kills", KILLS, "--freezes", FREEZES, "--json")
    done = subprocess.run(
        [COMMAND, "chaos", *map(str, wish)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    tally = json.loads(done.stdout)
    assert tally["jobs"] == JOBS
    wrong = ("lost", "duplicate_results", "duplicate_pings", "stale_accepted", "orphans")
    assert {name: tally[name] for name in wrong} == dict.fromkeys(wrong, 0)
    # A job that loses three workers in a row is told as broken, and few can have done so.
    assert tally["poisoned"] <= KILLS
