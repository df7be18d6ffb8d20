"""`python -m modal_render COMMAND REQUEST.json`; what it takes and prints is in contract.py."""

from __future__ import annotations

import dataclasses
import os
import sys
from pathlib import Path

from modal_render.contract import (
    BadRequest,
    CardRequest,
    FrameRequest,
    RenderFailed,
    RenderRequest,
    SheetRequest,
    from_json,
)
from modal_render.progress import Progress, say


def main(arguments: list[str]) -> int:
    """Do what the request says; 0, or 1 after a refusal in one line."""
    # Nothing here multiplies matrices, and numpy would start a thread for each core: 0.05 s.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        _run(arguments)
    except BadRequest as wrong:
        return _refuse("bad_request", wrong)
    except (RenderFailed, OSError) as failed:
        # A missing folder or a full disk: as final for this request as broken audio.
        return _refuse("render_failed", failed)
    return 0


def _run(arguments: list[str]) -> None:
    if len(arguments) != 2 or arguments[0] not in _COMMANDS:
        raise BadRequest("usage: python -m modal_render render|card|frame|sheet|fill REQUEST.json")
    try:
        text = Path(arguments[1]).read_text(encoding="utf-8")
    except (OSError, ValueError) as unreadable:
        raise BadRequest(f"the request cannot be read: {unreadable}") from unreadable
    _COMMANDS[arguments[0]](text)


def _render(text: str) -> None:
    from modal_render.video import render

    report = render(from_json(RenderRequest, text), Progress())
    say({"report": dataclasses.asdict(report)})


def _frame(text: str) -> None:
    from modal_render.video import frame

    frame(from_json(FrameRequest, text))


def _sheet(text: str) -> None:
    from modal_render.sheet import sheet

    sheet(from_json(SheetRequest, text))


def _card(text: str) -> None:
    # A card is wanted at once: PyAV alone would take a third of its time to import.
    from modal_render.card import card

    card(from_json(CardRequest, text))


def _fill(text: str) -> None:
    from modal_render.filling import fill

    fill(from_json(CardRequest, text))


def _refuse(code: str, wrong: Exception) -> int:
    say({"error": {"code": code, "detail": str(wrong)[:300]}})
    return 1


_COMMANDS = {"render": _render, "card": _card, "frame": _frame, "sheet": _sheet, "fill": _fill}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
