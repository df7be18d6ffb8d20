"""How quick the chat is, beside its limits: `python -m benchmarks.chat`.

The real bot, real workers, and a phone on this machine with Telegram's limits switched on.
`--quick` shows in some minutes that all of it works and writes nothing. `--only GROUP` measures
one group of rows and leaves the others of the file as they were.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.chats.crowd import crowd
from benchmarks.chats.newcomer import newcomer
from benchmarks.chats.notes import answers, cards, video
from benchmarks.chats.restarts import restarts
from benchmarks.chats.scene import Plan
from benchmarks.figures import Figure, print_table
from benchmarks.kept import Answer, keep
from benchmarks.machine import facts

RESULT = Path(__file__).parent / "results" / "chat.json"
QUESTIONS: Mapping[str, Callable[[Plan], Awaitable[Answer]]] = {
    "answers": answers,
    "cards": cards,
    "video": video,
    "crowd": crowd,
    "restarts": restarts,
    "newcomer": newcomer,
}


def main() -> None:
    options = _options()
    if options.table:
        print(as_markdown(json.loads(RESULT.read_text())))
        return
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="bench-chat-") as folder:
        plan = Plan(Path(folder), judged=not options.quick)
        for name in options.only or QUESTIONS:
            print(f"{name} ...", file=sys.stderr)
            machine = facts()
            answer = asyncio.run(_answer(name, plan))
            figures += answer.figures
            if plan.judged:
                keep(RESULT, name, answer, machine)
    print_table(figures)
    if not plan.judged:
        print("A quick run: it shows that everything runs, its figures are not to be quoted.")


def as_markdown(kept: Mapping[str, Any]) -> str:
    """The table of docs/chat.md."""
    lines = ["| measure | figure | to reach | |", "|---|---|---|---|"]
    for name in QUESTIONS:
        for figure in kept.get(name, {"figures": ()})["figures"]:
            reach, verdict = figure["to_reach"], figure["verdict"].lower()
            lines.append(f"| {figure['measure']} | {figure['median']:.4g} | {reach} | {verdict} |")
    return "\n".join(lines)


async def _answer(name: str, plan: Plan) -> Answer:
    return await QUESTIONS[name](plan)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chat")
    parser.add_argument("--quick", action="store_true", help="few of everything")
    parser.add_argument("--table", action="store_true", help="the last figures, as docs have them")
    parser.add_argument("--only", action="append", choices=QUESTIONS, metavar="GROUP")
    return parser.parse_args()


if __name__ == "__main__":
    main()
