"""In which language a page speaks."""

from __future__ import annotations

import re

from aiohttp import web

from conversations.words.text import Language, spoken

_MOST_CHARACTERS = 200
_QUALITY = r"\s*;\s*q\s*=\s*([01](?:\.[0-9]{1,3})?)"
_WANTED = re.compile(rf"\s*([a-zA-Z]{{1,8}})(?:-[\w-]*)?(?:{_QUALITY})?\s*")


def asked_for(request: web.Request) -> Language:
    """The one of ours that the browser likes best (Accept-Language)."""
    header = request.headers.get("Accept-Language", "")[:_MOST_CHARACTERS]
    found = [_WANTED.fullmatch(wanted) for wanted in header.split(",")]
    liked = [(float(one[2] or 1), one[1].lower()) for one in found if one is not None]
    ours = [one for one in liked if one[0] > 0 and one[1] in tuple(Language)]
    # max keeps the first of equals, which is what the header's order means.
    return spoken(max(ours, key=lambda one: one[0], default=(1.0, ""))[1])
