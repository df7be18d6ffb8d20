"""How quick the renderer is, beside its limits and its peers: `python -m benchmarks.render`.

Whole processes are measured: start, decoding, analysis, drawing, encoding, AAC and mux. In every
round each contender has one turn; ratios are taken within a round, and the median is judged.
`--quick` shows in some minutes that all of it works and writes nothing. `--only GROUP` measures
one group of rows and leaves the others of the file as they were.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.figures import Figure, print_table
from benchmarks.kept import keep
from benchmarks.machine import facts
from benchmarks.questions import QUESTIONS
from benchmarks.rounds import Plan

RESULT = Path(__file__).parent / "results" / "render.json"
LEAST_ROUNDS = 3
CORES = 2  # what the figures to reach are said for


def main() -> None:
    options = _options()
    # Inherited by all that is measured, peers too.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        plan = _plan(options, Path(folder))
        for name in options.only or QUESTIONS:
            print(f"{name} ...", file=sys.stderr)
            machine = facts()
            answer = QUESTIONS[name](plan)
            figures += answer.figures
            if plan.judged:
                keep(RESULT, name, answer, machine)
    print_table(figures)
    if not plan.judged:
        print("A quick run: it shows that everything runs, its figures are not to be quoted.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.render")
    parser.add_argument("--quick", action="store_true", help="10 s of sound and one round")
    parser.add_argument("--only", action="append", choices=QUESTIONS, metavar="GROUP")
    parser.add_argument("--rounds", type=int, default=LEAST_ROUNDS)
    parser.add_argument("--seewav-seconds", type=float, default=60.0)
    return parser.parse_args()


def _plan(options: argparse.Namespace, folder: Path) -> Plan:
    if options.quick:
        return Plan(
            folder=folder, rounds=1, speech_s=10.0, long_s=30.0, seewav_s=10.0, judged=False
        )
    return Plan(
        folder=folder,
        rounds=max(LEAST_ROUNDS, options.rounds),
        speech_s=60.0,
        long_s=1_800.0,
        seewav_s=options.seewav_seconds,
        judged=True,
    )


if __name__ == "__main__":
    main()
