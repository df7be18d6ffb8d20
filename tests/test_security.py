"""SECURITY.md names a test for every threat, and each of them is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_threat_names_tests_that_exist() -> None:
    there = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"def (test_\w+)", path.read_text())
    }
    text = (ROOT / "SECURITY.md").read_text()
    threats = [line for line in text.splitlines() if line.startswith("| ")][1:]
    assert len(threats) >= 15
    for threat in threats:
        named = set(re.findall(r"`(test_\w+)`", threat))
        assert named, threat
        assert named <= there, named - there
