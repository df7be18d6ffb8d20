"""/people: who may use the bot, for its owner: pages of them, a link that lets one in, the way out.

The list is one message that turns into what is pressed; the link is a message of its own, because
it is to be passed on.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from conversations import beside, links, people, texts, words
from conversations.figures import date, page, tidy
from conversations.model import Button, Decision, Facts, Keyboard, View
from conversations.notices import notice, said
from jobs import invites
from jobs.model import Changes, Person, Role

PER_PAGE = 5
_NAME = 24  # characters on a button
_UNLISTED = frozenset({Role.OWNER, Role.STRANGER})


def listed(facts: Facts) -> Decision:
    """The first page."""
    if facts.person.role is not Role.OWNER:
        return said(facts, facts.say(words.people.ONLY_OWNER))
    view = replace(_view(facts.people, 0, facts), reply_to=facts.message_id)
    return Decision(changes=Changes(notices=(notice(facts.chat_id, view),)))


def turn(argument: str, facts: Facts) -> Decision:
    """Another page, or back to one from a question."""
    if facts.person.role is not Role.OWNER:
        return Decision(toast=facts.say(words.people.ONLY_OWNER))
    return Decision(turns=_view(facts.people, _number(argument), facts))


def answer(argument: str, facts: Facts) -> Decision:
    """A yes or no about somebody, also from a page, which then shows what has become of them."""
    told, _, where = argument.rpartition(":")
    if not where.isdecimal():
        return people.answer(argument, facts)
    decision = people.answer(told, facts)
    known = _with(facts.people, decision.changes.person)
    return replace(decision, turns=_view(known, _number(where), facts)) if known else decision


def invite(_: str, facts: Facts) -> Decision:
    """A link that lets one person in. Its code is shown once and kept nowhere."""
    if facts.person.role is not Role.OWNER:
        return Decision(toast=facts.say(words.people.ONLY_OWNER))
    code = facts.new_id()
    link = f"https://t.me/{facts.bot_name}?start={invites.PREFIX}{code}"
    until = date(facts.language, facts.now + invites.VALID_S)
    shown = View(
        text=page(link, facts.say(words.members.INVITE_HOW, date=until)),
        keyboard=beside.invitation(link, links.sharing(link, ""), facts.language),
        reply_to=facts.message_id,
    )
    changes = Changes(new_invite=invites.digest_of(code))
    return Decision(changes=changes, whisper=shown, toast=facts.say(words.members.INVITED))


def ask_remove(argument: str, facts: Facts) -> Decision:
    """Ask once more, in the place of the list."""
    person, where = _about(argument, facts)
    if person is None:
        return Decision(toast=_not_theirs(facts))
    name = texts.name_of(facts.language, person.name)
    asked = View(
        text=page(facts.say(words.members.ASK_REMOVE, name=name)),
        keyboard=beside.remove_now(person.id, where, facts.language),
    )
    return Decision(turns=asked)


def remove(argument: str, facts: Facts) -> Decision:
    """They may not use the bot any more; triggers end their keys and their work."""
    person, where = _about(argument, facts)
    if person is None:
        return Decision(toast=_not_theirs(facts))
    out = replace(person, role=Role.REFUSED)
    name = texts.name_of(facts.language, person.name)
    return Decision(
        changes=Changes(person=out, notices=(people.news(out, Role.REFUSED),)),
        toast=facts.say(words.people.STAYS_OUT, name=name),
        turns=_view(_with(facts.people, out), where, facts),
    )


def _view(known: Collection[Person], number: int, facts: Facts) -> View:
    others = [person for person in known if person.role not in _UNLISTED]
    others.sort(key=lambda person: (person.role is not Role.ASKING, person.id))
    pages = max(1, -(-len(others) // PER_PAGE))
    number = min(number, pages - 1)
    shown = others[number * PER_PAGE : (number + 1) * PER_PAGE]
    lines = [_line(person, facts) for person in shown] or [facts.say(words.people.NOBODY_ELSE)]
    which = f" · {number + 1}/{pages}" if pages > 1 else ""
    return View(
        text=page(*lines, heading=facts.say(words.members.HEADING), beside=which),
        keyboard=(
            *_switches(shown, number, facts),
            *beside.people_pages(number, pages, facts.language),
        ),
    )


def _line(person: Person, facts: Facts) -> str:
    return facts.say(
        words.people.LISTED,
        name=texts.name_of(facts.language, person.name),
        role=facts.say(words.people.ROLES[person.role]),
    )


def _switches(shown: Collection[Person], number: int, facts: Facts) -> Keyboard:
    return tuple((_switch(person, number, facts),) for person in shown)


def _switch(person: Person, number: int, facts: Facts) -> Button:
    name = tidy(texts.name_of(facts.language, person.name), _NAME)
    make = beside.remove if person.role is Role.GUEST else beside.let_in
    return make(person.id, name, number, facts.language)


def _about(argument: str, facts: Facts) -> tuple[Person | None, int]:
    """The guest that is pressed about, and the page to go back to; only an owner knows of any."""
    user, _, where = argument.partition(":")
    guests = (person for person in facts.people if person.role is Role.GUEST)
    return next((one for one in guests if str(one.id) == user), None), _number(where)


def _not_theirs(facts: Facts) -> str:
    is_owner = facts.person.role is Role.OWNER
    return facts.say(words.people.UNKNOWN_PERSON if is_owner else words.people.ONLY_OWNER)


def _with(known: Collection[Person], changed: Person | None) -> tuple[Person, ...]:
    if changed is None:
        return tuple(known)
    return tuple(changed if person.id == changed.id else person for person in known)


def _number(argument: str) -> int:
    """A page's number; the first for what no button of ours sends."""
    return int(argument) if re.fullmatch(r"\d{1,6}", argument, re.ASCII) else 0
