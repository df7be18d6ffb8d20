"""Which bytes of an object a request asks for (RFC 9110, section 14): one range, or all of it."""

from __future__ import annotations

import re

_RANGE = re.compile(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})\s*")


class RangeNotSatisfiable(Exception):
    """The range begins behind the last byte."""


def wanted_range(header: str, size_bytes: int) -> tuple[int, int] | None:
    """Start and end (exclusive) of the one range asked for; None: send everything.

    What is not understood, several ranges included, is ignored, as the standard allows.
    Raises RangeNotSatisfiable.
    """
    found = _RANGE.fullmatch(header)
    if not found or not (found[1] or found[2]):
        return None
    if not found[1]:
        length = min(int(found[2]), size_bytes)
        if length == 0:
            raise RangeNotSatisfiable
        return size_bytes - length, size_bytes
    start = int(found[1])
    last = int(found[2]) if found[2] else size_bytes
    if found[2] and last < start:
        return None
    if start >= size_bytes:
        raise RangeNotSatisfiable
    return start, min(last + 1, size_bytes)
