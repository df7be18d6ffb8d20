"""In a group: what it takes to get a video there, and what is for a person's own chat with us."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from conversations import commands, forgetting, texts, words
from conversations.model import Button, Decision, Facts, Keyboard, Style
from conversations.notices import said
from jobs.model import Project, Role

# What is said there about one person, or shows what is theirs, is not for everybody's eyes.
_ALONE = frozenset({*words.commands.COMMANDS, *words.commands.OWNER_COMMANDS}) - {
    *("new", "help", "cancel", "privacy"),
}


def hint(facts: Facts) -> Decision:
    """How to ask for a video here."""
    return said(facts, facts.say(words.groups.HOW, bot=facts.bot_name))


def command(name: str, argument: str, facts: Facts) -> Decision:
    """`name` is without the slash."""
    if name in _HERE:
        return _HERE[name](facts)
    if name in _ALONE:
        return _elsewhere(facts)
    return commands.command(name, argument, facts)


def _elsewhere(facts: Facts) -> Decision:
    return said(facts, facts.say(words.groups.ALONE), keyboard=_own_chat(facts))


def _forget(facts: Facts) -> Decision:
    """The newest card here; everything of a person is let go of where they are alone."""
    if facts.newest is None:
        return _elsewhere(facts)
    return forgetting.ask_delete(facts.newest, "", facts)


def outsider(facts: Facts) -> Decision:
    """Somebody who may not use the bot wants something of it: told once, and known from then on.

    What they say later goes unanswered: the others in the group have read it.
    """
    if not facts.owner_id:
        return said(facts, facts.say(words.people.UNOWNED))
    told = said(facts, facts.say(words.groups.OUTSIDER), keyboard=_own_chat(facts))
    person = replace(facts.person, role=Role.STRANGER)
    return replace(told, changes=replace(told.changes, person=person))


def outsider_pressed(project: Project | None, facts: Facts) -> Decision:
    """A press by somebody who may not use the bot: nothing is done, and only they are told."""
    is_anothers = project is not None and project.owner_id != facts.person.id
    return Decision(
        toast=texts.only_steers(facts) if is_anothers else facts.say(words.groups.OUTSIDER)
    )


def _own_chat(facts: Facts) -> Keyboard:
    """Where a person and the bot are among themselves."""
    if not facts.bot_name:
        return ()
    label, address = facts.say(words.groups.OWN_CHAT), f"https://t.me/{facts.bot_name}"
    return ((Button(label=label, url=address, style=Style.PRIMARY),),)


_HERE: Mapping[str, Callable[[Facts], Decision]] = {
    "video": hint,
    "start": hint,
    "help": hint,
    "new": hint,
    "forget": _forget,
}
