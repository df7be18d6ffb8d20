"""Places that render for us: what the worker asks of one, whichever it is."""

from __future__ import annotations

from typing import Protocol

from modal_render.dispatch import Assignment, Ending


class CallGone(Exception):
    """The place knows no such call, or has forgotten how it ended: nothing will come of it."""


class ElsewhereAway(Exception):
    """The place did not answer in time; a spawn may or may not have happened."""


class NotBegun(Exception):
    """A spawn came to nothing, that much is certain; the message says why."""


class Elsewhere(Protocol):
    """Every verb answers within seconds, or raises ElsewhereAway."""

    async def spawn(self, assignment: Assignment) -> str:
        """Begin, and say by which id the call is known there. Raises NotBegun."""

    async def look(self, call_id: str) -> Ending | None:
        """How the call ended; None while it is at work or waits. Raises CallGone."""

    async def cancel(self, call_id: str) -> None:
        """End the call; one that has ended or is unknown stays as it is."""
