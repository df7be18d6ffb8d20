"""What a group of figures came to, kept in a file beside those of other groups."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure


@dataclass(frozen=True, slots=True)
class Answer:
    """Figures, and the samples they were made from."""

    figures: list[Figure]
    samples: Mapping[str, Any] = field(default_factory=dict)


def keep(result: Path, name: str, answer: Answer, machine: Mapping[str, Any]) -> None:
    """Into the file at once: an hour of measuring may be broken off."""
    kept = json.loads(result.read_text()) if result.exists() else {}
    kept[name] = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine,
        "figures": [figure.as_json() for figure in answer.figures],
        "samples": answer.samples,
    }
    result.write_text(json.dumps(kept, indent=1) + "\n")
