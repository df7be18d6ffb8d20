"""The two programs that touch sound: our own analysis and ffmpeg, both run as children."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from imageio_ffmpeg import get_ffmpeg_exe

from jobs import errors
from jobs.errors import EditFailed, JobError, ProbeTimedOut, SourceBroken
from pipelines.child import (
    MIB,
    ChildError,
    ChildOverMemory,
    ChildRef,
    OnLine,
    python,
    run_child,
)
from pipelines.facts import COVER, FACTS, PEAKS, Facts
from pipelines.formats import FORMATS, PROTOCOLS
from pipelines.mishaps import EditBroke, ListeningBroke, check_end, told_as

PROBE_S = 60.0  # half an hour takes 10 s of a core, which it may have to share with renders
ANALYSIS_BYTES = 512 * MIB
FFMPEG_BYTES = 1024 * MIB
_MAX_ALLOC = str(64 * MIB)
_SUMMARY = re.compile(r"I:\s+(-?[\d.]+|-?inf|nan) LUFS.*Peak:\s+(-?[\d.]+|-?inf|nan) dBFS", re.S)
_SILENT = (-70.0, -100.0)
_REFUSALS = {
    kind.code: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, JobError)
}

OnShare = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A recording that was listened to; `cover` is None when it has none."""

    facts: Facts
    peaks: Path
    cover: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What ffmpeg heard while it wrote: integrated loudness and true peak."""

    lufs: float
    true_peak_db: float


async def listen(
    path: Path,
    folder: Path,
    *,
    child_ref: ChildRef,
    max_s: float,
    on_share: OnShare,
    wall_s: float = PROBE_S,
    may_be_silent: bool = False,
) -> Heard:
    """Listen to a stranger's file once. Raises JobError with the reason it cannot be used."""
    refusals: list[JobError] = []

    def on_line(line: str) -> bool:
        words = said(line)
        if "error" in words:
            refusals.append(refusal(words["error"]))
        elif words.get("of_s"):
            on_share(min(1.0, words["heard_s"] / words["of_s"]))
        return True

    wanted = [str(path), str(folder), str(max_s), *(["silent"] if may_be_silent else [])]
    command = python("pipelines.analysis", *wanted)
    try:
        ended = await run_child(
            command,
            child_ref=child_ref,
            cwd=folder,
            wall_s=wall_s,
            on_line=on_line,
            memory_bytes=ANALYSIS_BYTES,
            file_bytes=64 * MIB,
            reads=(path,),
        )
    except ChildOverMemory as greedy:
        raise SourceBroken("over memory") from greedy
    except ChildError as slow:
        raise (refusals or [ProbeTimedOut(str(slow))])[0] from slow
    if refusals:
        raise refusals[0]
    check_end(ended, ListeningBroke)
    cover = folder / COVER
    facts = _facts((folder / FACTS).read_text())
    return Heard(
        facts=facts,
        peaks=folder / PEAKS,
        cover=cover if facts.has_cover and cover.exists() else None,
    )


async def run_ffmpeg(
    arguments: Sequence[str],
    *,
    child_ref: ChildRef,
    cwd: Path,
    wall_s: float,
    duration_s: float,
    on_share: OnShare,
) -> str:
    """Run ffmpeg to its good end; the last 8 kB of what it said.

    `duration_s` is how long the output will be, for `on_share`. Raises EditFailed, TookTooLong,
    DiskFull.
    """
    command = [get_ffmpeg_exe(), "-nostdin", "-hide_banner", "-y", "-nostats"]
    command += ["-progress", "pipe:1", "-max_alloc", _MAX_ALLOC, *arguments]
    with told_as(EditFailed):
        ended = await run_child(
            command,
            child_ref=child_ref,
            cwd=cwd,
            wall_s=wall_s,
            on_line=_progress(duration_s, on_share),
            memory_bytes=FFMPEG_BYTES,
        )
    check_end(ended, EditBroke)
    return ended.stderr


def reading(path: Path, *, demuxers: str = FORMATS) -> list[str]:
    """ffmpeg's arguments to read a file, and nothing beside it."""
    return [
        *("-protocol_whitelist", PROTOCOLS),
        *("-format_whitelist", demuxers),
        *("-i", f"file:{path}"),
    ]


def said(line: str) -> dict[str, Any]:
    """The JSON object that one of our children printed; empty when it is none."""
    try:
        words = json.loads(line)
    except ValueError:
        return {}
    return words if isinstance(words, dict) else {}


def refusal(words: Mapping[str, Any]) -> JobError:
    """The error that one of our children printed as a code and its parameters."""
    return _REFUSALS.get(words.get("code", ""), SourceBroken)(**words.get("params", {}))


def measured(stderr: str) -> Measured:
    """The summary that the ebur128 filter printed last. Raises EditFailed when there is none."""
    found = _SUMMARY.search(stderr[stderr.rfind("Summary:") :])
    if found is None:
        raise EditFailed("no loudness was measured")
    values = (_number(text, silent) for text, silent in zip(found.groups(), _SILENT, strict=True))
    return Measured(**dict(zip(("lufs", "true_peak_db"), values, strict=True)))


def _number(text: str, silent: float) -> float:
    return silent if "inf" in text or "nan" in text else max(silent, float(text))


def _progress(duration_s: float, on_share: OnShare) -> OnLine:
    last_us = -1

    def on_line(line: str) -> bool:
        nonlocal last_us
        name, _, value = line.partition("=")
        if name != "out_time_us" or not value.isdigit() or int(value) <= last_us:
            return False
        last_us = int(value)
        on_share(min(1.0, last_us / 1e6 / duration_s))
        return True

    return on_line


def _facts(text: str) -> Facts:
    data = json.loads(text)
    return Facts(**{**data, "pauses": tuple(tuple(pause) for pause in data["pauses"])})
