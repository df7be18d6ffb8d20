"""Figures, what they are to reach, and the table that says whether they do."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

ROW = "{:<74} {:>30}  {:>9}  {}"


@dataclass(frozen=True, slots=True)
class Target:
    """A bound for a median."""

    bound: float
    at_least: bool = False

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.bound:g}"

    def is_reached(self, value: float) -> bool:
        return value >= self.bound if self.at_least else value <= self.bound


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure, a value for each round; `missing` says why there is none."""

    measure: str
    values: tuple[float, ...]
    target: Target | None = None
    missing: str = ""

    @property
    def verdict(self) -> str:
        if not self.values:
            return f"not measured: {self.missing}"
        if self.target is None:
            return "-"
        return (
            "reached" if self.target.is_reached(statistics.median(self.values)) else "NOT REACHED"
        )

    def as_row(self) -> str:
        shown = ""
        if self.values:
            middle, least, most = statistics.median(self.values), min(self.values), max(self.values)
            shown = f"{middle:.3f} ({least:.3f} to {most:.3f})"
        return ROW.format(self.measure, shown, str(self.target or ""), self.verdict)

    def as_json(self) -> dict[str, Any]:
        return {
            "measure": self.measure,
            "median": round(statistics.median(self.values), 4) if self.values else None,
            "min": round(min(self.values), 4) if self.values else None,
            "max": round(max(self.values), 4) if self.values else None,
            "rounds": len(self.values),
            "to_reach": str(self.target or ""),
            "verdict": self.verdict,
        }


def print_table(figures: Iterable[Figure]) -> None:
    print(ROW.format("measure", "median (least to most)", "to reach", ""))
    for figure in figures:
        print(figure.as_row())
