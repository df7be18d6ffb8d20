"""The short form of `make fuzz`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.fuzz import KINDS, changed

FILES = 36


def test_no_change_of_a_good_file_gets_more_than_a_verdict(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "--files", str(FILES), "--keep", tmp_path / "kept"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    tally = json.loads(done.stdout or "{}")
    assert (done.returncode, tally.get("wrong")) == (0, []), done.stdout + done.stderr
    assert tally["files"] == FILES
    # The changes are neither all harmless nor all fatal, or they would show little.
    assert 0 < tally["verdicts"]["accepted"] < FILES


def test_a_number_always_makes_the_same_file() -> None:
    good = {kind: kind.encode() * 1000 for kind in KINDS}
    made = [changed(good, number, 7) for number in range(200)]
    assert made == [changed(good, number, 7) for number in range(200)]
    assert len(set(made)) > 190
