"""The renderer as a child process: a request in, progress lines and files out."""

from __future__ import annotations

from pathlib import Path

from jobs.errors import RenderFailed
from jobs.model import Asset, Edit, Stage
from modal_render import contract
from pipelines.child import MIB, QUIET_S, ChildRef, python, run_child
from pipelines.media import said
from pipelines.mishaps import check_end, refused, told_as

# Measured on 1080x1920: 300 MB with one thread, 560 with two, 1,420 with eight.
_BASE_BYTES, _THREAD_BYTES = 768 * MIB, 384 * MIB


async def draw(
    command: str,
    request: contract.DrawRequest,
    *,
    folder: Path,
    child_ref: ChildRef,
    wall_s: float,
    quiet_s: float = QUIET_S,
    percent: tuple[float, float],
    threads: int = 1,
) -> contract.RenderReport | None:
    """Run `python -m modal_render COMMAND`; its report, if it made one.

    Its progress is told as `percent`, from the first to the last; `threads` is how many it uses and
    decides how much memory it may take. Raises RenderFailed, TookTooLong,
    DiskFull.
    """
    path = folder / f"{command}.json"
    path.write_text(contract.to_json(request))
    hearing = _Hearing(child_ref, percent)
    with told_as(RenderFailed):
        ended = await run_child(
            python("modal_render", command, str(path)),
            child_ref=child_ref,
            cwd=folder,
            wall_s=wall_s,
            quiet_s=quiet_s,
            on_line=hearing.take,
            memory_bytes=_BASE_BYTES + threads * _THREAD_BYTES,
        )
    if hearing.refusal:
        raise refused(hearing.refusal, RenderFailed)
    check_end(ended, RenderFailed)
    return hearing.report


def seed(asset: Asset, edit: Edit) -> int:
    """The same recording is drawn the same way each time, until a surprise is asked for."""
    return int(asset.digest[:8], 16) + edit.seed


class _Hearing:
    """What the renderer said so far."""

    def __init__(self, child_ref: ChildRef, percent: tuple[float, float]) -> None:
        self.report: contract.RenderReport | None = None
        self.refusal = ""
        self._child_ref = child_ref
        self._first, self._last = percent

    def take(self, line: str) -> bool:
        words = said(line)
        if "report" in words:
            self.report = contract.RenderReport(**words["report"])
        elif "error" in words:
            self.refusal = str(words["error"])
        elif "stage" in words:
            share = float(words["progress"]) / 100
            self._child_ref.say(
                Stage(words["stage"]), self._first + share * (self._last - self._first)
            )
        return True
