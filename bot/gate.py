"""Who may use the bot: its owner, and whom the owner let in."""

from __future__ import annotations

from dataclasses import replace

from bot.updates import Command, Event, Incoming, Press
from conversations.keyboards import Verb, decode
from jobs import invites
from jobs.invites import Invites
from jobs.model import Person, Role
from jobs.people import People

CLAIM = "claim_"  # what the start parameter of the owner's link begins with
_INSIDE = frozenset({Role.OWNER, Role.GUEST})


def may_use(person: Person) -> bool:
    return person.role in _INSIDE


def asks_for_access(event: Event) -> bool:
    """The one thing a stranger may do."""
    if not isinstance(event, Press):
        return False
    press = decode(event.data)
    return press is not None and press.verb is Verb.ASK


async def person_of(people: People, incoming: Incoming) -> Person:
    """Who did it, by the name they have today. Whoever writes to us alone has not blocked us."""
    known = await people.get(incoming.user_id)
    if known is None:
        return Person(
            id=incoming.user_id,
            name=incoming.name,
            language=incoming.language,
            role=Role.STRANGER,
        )
    if (known.name, known.language) != (incoming.name, incoming.language):
        await people.rename(known.id, incoming.name, incoming.language)
    blocked = known.blocked and incoming.is_in_group
    if known.blocked and not blocked:
        await people.set_blocked(known.id, False)
    return replace(known, name=incoming.name, language=incoming.language, blocked=blocked)


async def claim(people: People, person: Person, event: Event) -> Person | None:
    """The person as the owner, when the event is the owner's link with the right code."""
    if not isinstance(event, Command) or event.name != "start":
        return None
    if not event.argument.startswith(CLAIM):
        return None
    if not await people.claim(event.argument.removeprefix(CLAIM), person):
        return None
    return replace(person, role=Role.OWNER)


def invitation(event: Event) -> str:
    """The code of the invitation that the event opens; empty for none."""
    if not isinstance(event, Command) or event.name != "start":
        return ""
    code = event.argument
    return code.removeprefix(invites.PREFIX) if code.startswith(invites.PREFIX) else ""


async def invited(known: Invites, person: Person, event: Event) -> Person | None:
    """The person as a guest, when the event is a good invitation and they need one."""
    code = invitation(event)
    if not code or may_use(person) or not await known.use(code, person):
        return None
    return replace(person, role=Role.GUEST)
