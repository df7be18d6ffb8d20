"""docs/scale.md: its sums add up, and what it calls measured is what was measured."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "scale.md").read_text()
RESULTS = ROOT / "benchmarks" / "results"
NEAR = 0.01
SUMS = [
    line
    for block in re.findall(r"```\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
    if " = " in line
]


def result(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RESULTS / name).read_text())
    return found


def rows(*, cells: int) -> list[list[str]]:
    """Tables' rows of so many cells."""
    lines = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| ")]
    return [line for line in lines if len(line) == cells]


def number(text: str) -> float:
    return float(re.sub(r"[^\d.]", "", text))


def value_of(sum_: str) -> float:
    """What a sum such as `10 x 5 € = 50 €` makes; units and words in it count for nothing."""
    bare = re.sub(r"[A-Za-z€$%,]+", "", sum_.replace(" x ", " * "))
    return float(eval(bare, {"__builtins__": {}}))


@pytest.mark.parametrize("line", SUMS)
def test_a_sum_makes_what_it_says(line: str) -> None:
    left, _, right = line.partition(" = ")
    left = left.rpartition(":")[2]
    said = re.match(r"[\d.,]+", right.lstrip("$"))
    assert said is not None
    assert value_of(left) == pytest.approx(number(said[0]), rel=NEAR)


def test_what_a_video_asks_is_what_was_counted() -> None:
    counted = result("way.json")["video"]
    told = {name: number(much) for name, much in rows(cells=2) if name in counted}
    assert told == {name: counted[name] for name in told}
    assert counted.keys() - told.keys() == {"bytes to the bucket", "bytes from the bucket"}


def test_what_is_kept_and_what_an_idle_bot_asks_is_what_was_counted() -> None:
    way = result("way.json")
    assert f"keeps {way['kept']['objects']} objects" in PAGE
    assert f"{way['kept']['bytes'] / 1e6:.1f} MB" in PAGE
    assert f"reads {way['idle_for_an_hour']['rows read']:,} rows an hour" in PAGE
    assert f"writes {way['idle_for_an_hour']['rows written']}" in PAGE


def test_what_the_queue_does_is_what_was_measured() -> None:
    measured = [
        [
            figure["backend"],
            str(figure["processes"]),
            str(figure["cycles_per_s"]),
            str(figure["bare_cycles_per_s"]),
            str(figure["claim_ms_median"]),
        ]
        for figure in result("store.json")["figures"]
    ]
    assert [row for row in rows(cells=5) if row[0] in ("sqlite", "turso")] == measured


def test_every_price_has_its_day() -> None:
    for paragraph in PAGE.split("\n\n"):
        if "**quoted**" in paragraph and "$" in paragraph:
            assert re.search(r"\*\*quoted\*\*, \d{4}-\d\d-\d\d", paragraph), paragraph


def test_the_limits_are_those_of_the_code() -> None:
    app = (ROOT / "modal_render" / "app.py").read_text()
    assert re.findall(r"max_containers=(\d+)", app) == ["10", "40"]
    assert "10 renders and 40 segments" in PAGE
    from bot.pace import Spacing
    from jobs.quotas import Quotas

    assert Spacing().overall_per_s == 25.0
    assert Quotas().active_renders == 3
