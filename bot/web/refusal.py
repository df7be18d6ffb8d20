"""How a request of a program is refused: `{"error": {"code", "message"}}`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from aiohttp import web

JSON = "application/json"


def refusal(
    kind: Callable[..., web.HTTPException],
    code: str,
    message: str,
    headers: Mapping[str, str] | None = None,
) -> web.HTTPException:
    """The answer to raise. `code` is for programs, `message` for whoever reads a log."""
    body = json.dumps({"error": {"code": code, "message": message}})
    return kind(text=body, content_type=JSON, headers=headers)
