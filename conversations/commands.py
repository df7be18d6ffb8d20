"""What slash commands do."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from conversations import (
    apikeys,
    beside,
    checkup,
    defaults,
    forgetting,
    language,
    library,
    making,
    members,
    people,
    texts,
    usage,
    words,
)
from conversations.model import Decision, Facts
from conversations.notices import said, spoken
from conversations.phases import is_active
from jobs.model import Changes


def command(name: str, argument: str, facts: Facts) -> Decision:
    """`name` is without the slash; the jobs in `facts` are those of `facts.newest`."""
    if name.lower() == "defaults":
        return defaults.listed(facts, argument)
    act = _COMMANDS.get(name.lower())
    return act(facts) if act is not None else said(facts, facts.say(words.commands.UNKNOWN_COMMAND))


def _start(facts: Facts) -> Decision:
    if facts.claimed:
        return said(
            facts,
            facts.say(words.commands.WELCOME_OWNER),
            facts.say(words.commands.DESCRIPTION),
            keyboard=beside.hello(facts.language),
        )
    keyboard = beside.hello(facts.language)
    about = facts.say(words.commands.DESCRIPTION)
    if not facts.invited:
        return said(facts, about, keyboard=keyboard)
    welcome = said(facts, facts.say(words.people.LET_IN), about, keyboard=keyboard)
    notices = (*welcome.changes.notices, people.came(facts))
    return Decision(changes=Changes(notices=notices))


def _help(facts: Facts) -> Decision:
    return said(facts, *(facts.say(line) for line in words.commands.HELP))


def _new(facts: Facts) -> Decision:
    return said(facts, facts.say(words.commands.NEW))


def _cancel(facts: Facts) -> Decision:
    """Stop what runs for the newest card."""
    running = (facts.ingest, facts.save, facts.render)
    if facts.newest is None or not any(is_active(job) for job in running):
        return said(facts, facts.say(words.commands.NOTHING_RUNS))
    return spoken(making.stop(facts.newest, "", facts), facts)


def _privacy(facts: Facts) -> Decision:
    limits = facts.limits
    return said(facts, *texts.privacy(facts.language, limits.originals_s, limits.retention_s))


_COMMANDS: Mapping[str, Callable[[Facts], Decision]] = {
    "start": _start,
    "help": _help,
    "new": _new,
    "video": _new,  # what asks for one in a group
    "videos": library.listed,
    "cancel": _cancel,
    "language": language.asked,
    "privacy": _privacy,
    "forget": forgetting.ask,
    "people": members.listed,
    "usage": usage.listed,
    "doctor": checkup.asked,
    "apikey": apikeys.asked,
}
