"""Where CI is set no test is skipped unseen."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PATIENCE_S = 60.0
# One of these takes as long to load as all the rest.
BARE = ("-p", "no:cacheprovider", "-p", "no:schemathesis")
SKIPPED = """
import pytest

def test_one(): pass

def test_other(): pytest.skip("nothing to see")
"""


@pytest.mark.parametrize(
    ("processes", "ci", "ends"),
    [
        ("0", "", "1 passed, 1 skipped"),
        ("0", "true", "1 failed, 1 passed"),
        ("2", "true", "1 failed, 1 passed"),
    ],
)
def test_where_ci_is_set_a_skipped_test_fails(
    tmp_path: Path, processes: str, ci: str, ends: str
) -> None:
    (tmp_path / "test_it.py").write_text(SKIPPED)
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-n", processes]
    ended = subprocess.run(
        [*command, *BARE, "--rootdir", tmp_path, tmp_path],
        cwd=ROOT,
        env={**os.environ, "CI": ci},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert ends in ended.stdout.splitlines()[-1]
    assert not ci or "nothing to see" in ended.stdout
