"""Trouble that lasts until it is switched off, beside the single ones in faults.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

SLOW_S = 1.5  # how late everything is on a slow line


@dataclass(slots=True, kw_only=True)
class Conditions:
    """What is the matter now.

    `slow`: the bot's calls and downloads take SLOW_S longer. `no_voices`: the person takes no voice
    notes, so sendVoice is refused. `late_presses`: presses reach the bot when they cannot be
    answered any more.
    """

    slow: bool = False
    no_voices: bool = False
    late_presses: bool = False

    def to_json(self) -> dict[str, bool]:
        return asdict(self)

    def change(self, wanted: Mapping[str, Any]) -> None:
        """Switch those that are named on or off. Raises ValueError for a name or value of none."""
        for name, value in wanted.items():
            if name not in self.to_json() or not isinstance(value, bool):
                raise ValueError(f"no such condition: {name}")
        for name, value in wanted.items():
            setattr(self, name, value)
