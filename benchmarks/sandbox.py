"""What it costs to shut a child in: `python -m benchmarks.sandbox`, into results/sandbox.json.

The same child, a Python that does nothing, is started bare, by its warden, and in bubblewrap, in
turn, so that whatever else the machine does meets all of them. `cpu_ms` is what all of a child's
processes took of the processor, which a busy machine changes little.
"""

from __future__ import annotations

import asyncio
import json
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from pipelines.child import ChildRef, run_child
from pipelines.sandbox import BY_WARDENS, Sandbox, find_sandbox

ROUNDS = 60
RESULT = Path(__file__).parent / "results" / "sandbox.json"
NOTHING = (sys.executable, "-I", "-S", "-c", "")

Start = Callable[[Path], Awaitable[object]]


async def main() -> None:
    found = await find_sandbox()
    ways: dict[str, Start] = {"bare": _bare, "warden": _shut_in(BY_WARDENS)}
    if found.bwrap:
        ways["bubblewrap"] = _shut_in(found)
    took = await _measured(ways)
    medians = {
        name: {
            "ms": round(1000 * statistics.median(wall_s for wall_s, _ in times), 1),
            "cpu_ms": round(1000 * statistics.median(cpu_s for _, cpu_s in times), 1),
        }
        for name, times in took.items()
    }
    RESULT.write_text(json.dumps({"rounds": ROUNDS, "median": medians}, indent=2) + "\n")
    print(medians)


async def _measured(ways: Mapping[str, Start]) -> Mapping[str, list[tuple[float, float]]]:
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(ROUNDS):
            for name, start in ways.items():
                begun, before_s = time.perf_counter(), _children_s()
                await start(Path(folder))
                took[name].append((time.perf_counter() - begun, _children_s() - before_s))
    return took


def _children_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


async def _bare(folder: Path) -> object:
    child = await asyncio.create_subprocess_exec(*NOTHING, cwd=folder)
    return await child.wait()


def _shut_in(sandbox: Sandbox) -> Start:
    async def start(folder: Path) -> object:
        return await run_child(NOTHING, child_ref=ChildRef(sandbox), cwd=folder, wall_s=60.0)

    return start


if __name__ == "__main__":
    asyncio.run(main())
