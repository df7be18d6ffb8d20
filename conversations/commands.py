"""What slash commands do."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from conversations import apikeys, home, making, people, texts
from conversations.model import Decision, Facts
from conversations.notices import said, spoken
from conversations.phases import is_active


def command(name: str, _argument: str, facts: Facts) -> Decision:
    """`name` is without the slash; the jobs in `facts` are those of `facts.newest`."""
    act = _COMMANDS.get(name.lower())
    return act(facts) if act is not None else said(facts, texts.UNKNOWN_COMMAND)


def _start(facts: Facts) -> Decision:
    if facts.claimed:
        return said(facts, texts.WELCOME_OWNER, texts.DESCRIPTION)
    return said(facts, texts.DESCRIPTION)


def _help(facts: Facts) -> Decision:
    return said(facts, *texts.HELP)


def _new(facts: Facts) -> Decision:
    return said(facts, texts.NEW)


def _cancel(facts: Facts) -> Decision:
    """Stop what runs for the newest card."""
    running = (facts.ingest, facts.save, facts.render)
    if facts.newest is None or not any(is_active(job) for job in running):
        return said(facts, texts.NOTHING_RUNS)
    return spoken(making.stop(facts.newest, "", facts), facts)


def _privacy(facts: Facts) -> Decision:
    return said(facts, *texts.privacy(facts.limits.retention_s))


def _forget(facts: Facts) -> Decision:
    """Offer to delete the newest card with its recording."""
    if facts.newest is None:
        return said(facts, texts.NOTHING_TO_FORGET)
    return home.ask_delete(facts.newest, "", facts)


_COMMANDS: Mapping[str, Callable[[Facts], Decision]] = {
    "start": _start,
    "help": _help,
    "new": _new,
    "cancel": _cancel,
    "privacy": _privacy,
    "forget": _forget,
    "people": people.listed,
    "apikey": apikeys.asked,
}
