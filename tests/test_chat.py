"""docs/chat.md: what it calls measured is what was measured, all of it."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.chat import QUESTIONS, RESULT, as_markdown

PAGE = (Path(__file__).parents[1] / "docs" / "chat.md").read_text()
KEPT = json.loads(RESULT.read_text())


def test_the_table_is_what_was_measured() -> None:
    assert KEPT.keys() <= QUESTIONS.keys()
    assert as_markdown(KEPT) in PAGE


def test_what_was_not_measured_is_said_so() -> None:
    for group in QUESTIONS.keys() - KEPT.keys():
        assert f"`{group}` was not measured" in PAGE
