"""Rounds in which every contender has one turn, so a machine that slows down slows all alike."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.processes import Cost
from tests import sounds

Turn = Callable[[], Cost]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is measured. Only a whole run is `judged`: a quick one shows that it works."""

    folder: Path
    rounds: int
    speech_s: float
    long_s: float
    seewav_s: float
    judged: bool

    def speech(self, duration_s: float) -> Path:
        """A 48 kHz WAV of that length."""
        path = self.folder / f"speech-{duration_s:g}s.wav"
        return path if path.exists() else sounds.write(path, sounds.speech(duration_s))


@dataclass(frozen=True, slots=True)
class Costs:
    """What each contender's turns cost, by its name."""

    turns: dict[str, list[Cost]] = field(default_factory=dict)

    def ratios(self, ours: str, theirs: str, what: str = "wall_s") -> tuple[float, ...]:
        """Ours over theirs, round by round."""
        pairs = zip(self.of(ours, what), self.of(theirs, what), strict=True)
        return tuple(one / other for one, other in pairs)

    def of(self, name: str, what: str = "wall_s") -> tuple[float, ...]:
        """One field of each turn; nothing for a contender that had none."""
        return tuple(float(getattr(cost, what)) for cost in self.turns.get(name, ()))

    def as_json(self) -> dict[str, list[dict[str, float]]]:
        """Every field of every turn."""
        return {
            name: [
                {what: round(value, 3) for what, value in asdict(cost).items()} for cost in turns
            ]
            for name, turns in self.turns.items()
        }


def interleaved(contenders: Mapping[str, Turn], rounds: int) -> Costs:
    """A B C A B C ..."""
    costs = Costs({name: [] for name in contenders})
    for number in range(1, rounds + 1):
        for name, turn in contenders.items():
            cost = turn()
            costs.turns[name].append(cost)
            print(
                f"  round {number}: {name}: {cost.wall_s:.2f} s, {cost.cpu_s:.2f} s of processor, "
                f"{cost.peak_mb:.0f} MB",
                file=sys.stderr,
            )
    return costs
