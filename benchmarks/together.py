"""Children that begin to work at the same moment, and what each says it did.

Standard library only: the peers' environment has nothing of ours.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LIMIT_S = 300.0


def together(commands: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
    """Start all, let them begin once every one is ready; what each told, in their order."""
    children = [
        subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for command in commands
    ]
    try:
        for child in children:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n", child.args
        for child in children:
            assert child.stdin is not None
            child.stdin.write("go\n")
            child.stdin.flush()
        return [json.loads(child.communicate(timeout=LIMIT_S)[0]) for child in children]
    finally:
        for child in children:
            child.kill()
            child.wait()


def wait_for_the_others() -> None:
    """In a child that is ready to begin."""
    print("ready", flush=True)
    sys.stdin.readline()


def tell(told: dict[str, Any]) -> None:
    """In a child, once, at its end."""
    print(json.dumps(told), flush=True)


def cycles(claim: Callable[[], Callable[[], object]], seconds: float) -> list[float]:
    """Claim, and do what finishes the claimed, for so long; how long each claim took, in ms."""
    claims_ms = []
    until = time.monotonic() + seconds
    while (began := time.monotonic()) < until:
        finish = claim()
        claims_ms.append(round((time.monotonic() - began) * 1000, 2))
        finish()
    return claims_ms


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that so many percent do not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * percent / 100))]
