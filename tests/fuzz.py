"""`make fuzz`: thousands of files, each a good one with something changed, and a verdict on each.

`python -m tests.fuzz --files 40 --seed 7` is the short form, a test. What is wrong is kept below
`--keep` with the number that makes it again. Prints one line of JSON, which says how many verdicts
of which kind there were; ends with 1 when one was late, greedy, of no kind that a person is told,
or left something behind.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import json
import resource
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from checking import probe
from pipelines.sandbox import Sandbox, find_sandbox
from settings import Settings, read_settings
from tests import sounds

VERDICT_S = 30.0
MEMORY_KB = 512 * 1024
AT_ONCE = 2
KINDS = (".ogg", ".mp3", ".mp4", ".wav", ".flac", ".webm")
EXPECTED = frozenset(
    {"", "not_media", "no_sound", "source_broken", "source_empty", "source_silent",
     "source_too_short", "source_too_long", "probe_timed_out"}
)  # fmt: skip
# What a length or a count is when somebody wants it to be too much.
_EXTREMES = (0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)

Bytes = NDArray[np.uint8]


@dataclasses.dataclass(slots=True)
class Tally:
    """What came of it; `wrong` names the files that did not get what they should."""

    files: int = 0
    verdicts: dict[str, int] = dataclasses.field(default_factory=dict)
    slowest_s: float = 0.0
    most_kb: int = 0
    wrong: list[str] = dataclasses.field(default_factory=list)


def changed(good: Mapping[str, bytes], number: int, seed: int) -> bytes:
    """The file of this number: the same each time."""
    chance = np.random.default_rng((seed, number))
    kind = KINDS[number % len(KINDS)]
    data = np.frombuffer(good[kind], np.uint8).copy()
    for _ in range(chance.integers(1, 4)):
        data = _CHANGES[chance.integers(len(_CHANGES))](data, chance)
    if chance.random() < 0.1 and len(data) > 2:  # the head of one and the body of another
        other = np.frombuffer(good[KINDS[chance.integers(len(KINDS))]], np.uint8)
        place = int(chance.integers(1, min(2000, len(data), len(other))))
        data = np.concatenate([data[:place], other[place:]])
    return data.tobytes()


def _sprinkled(data: Bytes, chance: np.random.Generator) -> Bytes:
    count = int(chance.choice([1, 3, 10, 100, 1000]))
    data[chance.integers(0, len(data), count)] = chance.integers(0, 256, count, np.uint8)
    return data


def _headed(data: Bytes, chance: np.random.Generator) -> Bytes:
    """In the first bytes, where the lengths and counts are."""
    count = int(chance.integers(1, 12))
    data[chance.integers(0, min(len(data), 600), count)] = chance.integers(0, 256, count, np.uint8)
    return data


def _extreme(data: Bytes, chance: np.random.Generator) -> Bytes:
    value, size = int(chance.choice(_EXTREMES)), int(chance.choice([1, 2, 4]))
    order = "big" if chance.random() < 0.5 else "little"
    number = (value & (1 << 8 * size) - 1).to_bytes(size, order)  # type: ignore[arg-type]
    place = int(chance.integers(0, max(1, min(len(data), 4000) - size)))
    data[place : place + size] = np.frombuffer(number, np.uint8)[: len(data) - place]
    return data


def _flipped(data: Bytes, chance: np.random.Generator) -> Bytes:
    place = chance.integers(0, len(data), int(chance.integers(1, 20)))
    data[place] ^= np.uint8(1) << chance.integers(0, 8, len(place), np.uint8)
    return data


def _cut(data: Bytes, chance: np.random.Generator) -> Bytes:
    return data[: chance.integers(1, len(data) + 1)]


def _without(data: Bytes, chance: np.random.Generator) -> Bytes:
    start, end = sorted(chance.integers(0, len(data) + 1, 2))
    return data if end - start == len(data) else np.delete(data, slice(start, end))


def _twice(data: Bytes, chance: np.random.Generator) -> Bytes:
    start, end = sorted(chance.integers(0, len(data) + 1, 2))
    return np.insert(data, end, data[start:end])


def _blank(data: Bytes, chance: np.random.Generator) -> Bytes:
    start = int(chance.integers(0, len(data)))
    data[start : start + int(chance.integers(1, 5000))] = chance.choice([0, 255])
    return data


_CHANGES = (_sprinkled, _headed, _extreme, _flipped, _cut, _without, _twice, _blank)


async def fuzz(files: int, seed: int, folder: Path, keep: Path) -> Tally:
    """Judge so many files, two at a time."""
    good = {
        kind: sounds.write(
            folder / f"good{kind}", sounds.speech(1.5), with_video=kind == ".mp4"
        ).read_bytes()
        for kind in KINDS
    }
    settings, sandbox = read_settings({}), await find_sandbox()
    numbers, tally = iter(range(files)), Tally()

    async def judge_some() -> None:
        for number in numbers:
            path = folder / str(number)
            path.write_bytes(changed(good, number, seed))
            if not await _judge(path, settings, sandbox, tally):
                keep.mkdir(parents=True, exist_ok=True)
                path.replace(keep / f"{seed}-{number}")
            path.unlink(missing_ok=True)

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(judge_some())
    tally.most_kb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    if tally.most_kb > MEMORY_KB:
        tally.wrong.append(f"memory: {tally.most_kb} kB")
    return tally


async def _judge(path: Path, settings: Settings, sandbox: Sandbox, tally: Tally) -> bool:
    began = time.monotonic()
    try:
        verdict = await probe(path, settings, sandbox)
        code = verdict.code or ""
    except Exception as broke:  # noqa: BLE001 - whatever it is, it is no verdict
        code = f"{type(broke).__name__}: {broke}"
    took_s = time.monotonic() - began
    tally.files += 1
    tally.verdicts[code or "accepted"] = tally.verdicts.get(code or "accepted", 0) + 1
    tally.slowest_s = max(tally.slowest_s, round(took_s, 2))
    is_well = code in EXPECTED and took_s < VERDICT_S
    if not is_well:
        tally.wrong.append(f"{path.name}: {code}, {took_s:.1f} s")
    return is_well


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--keep", type=Path, default=Path("build/fuzz"))
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        room = Path(name)
        # Where whatever is judged makes its folders, and should leave none.
        tempfile.tempdir = str(room / "tmp")
        (room / "tmp").mkdir()
        tally = asyncio.run(fuzz(options.files, options.seed, room, options.keep))
        tally.wrong += [f"left behind: {path.name}" for path in (room / "tmp").iterdir()]
        tempfile.tempdir = None
    print(json.dumps(dataclasses.asdict(tally)))
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
