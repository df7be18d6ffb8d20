"""Who may use the bot, who asks to, and who said that what they send is theirs."""

from __future__ import annotations

from dataclasses import replace

from conversations import cards, keyboards, texts
from conversations.figures import page, tidy
from conversations.intake import begun
from conversations.links import site
from conversations.model import Decision, Facts, Keyboard, View
from conversations.notices import notice, said
from conversations.phases import Phase, phase
from jobs.model import Changes, Person, Project, Role

_MEMBERS = (Role.OWNER, Role.GUEST)
_MOST_LISTED = 20


def stranger(facts: Facts) -> Decision:
    """What somebody who may not use the bot is told."""
    if not facts.owner_id and not facts.owner_name:
        return said(facts, texts.UNOWNED)
    if facts.person.role is Role.STRANGER:
        return said(facts, texts.PRIVATE, keyboard=keyboards.ask_for_access())
    return said(facts, texts.ASKED if facts.person.role is Role.ASKING else texts.REFUSED)


def ask(facts: Facts) -> Decision:
    """A stranger asks the owner to be let in; once."""
    role = facts.person.role
    if role in _MEMBERS:
        return Decision(toast=texts.IN_ALREADY)
    if role is Role.REFUSED:
        return Decision(toast=texts.REFUSED)
    if role is Role.ASKING:
        return Decision(toast=texts.ASKED)
    if not facts.owner_id:
        return Decision(toast=texts.UNOWNED)
    asked = View(
        text=page(texts.wants_in(facts.person.name)), keyboard=keyboards.invite(facts.person.id)
    )
    changes = Changes(
        person=replace(facts.person, role=Role.ASKING), notices=(notice(facts.owner_id, asked),)
    )
    return Decision(changes=changes, toast=texts.ASKED)


def answer(argument: str, facts: Facts) -> Decision:
    """The owner's yes or no; a no can take back a yes."""
    if facts.person.role is not Role.OWNER:
        return Decision(toast=texts.ONLY_OWNER)
    asker = facts.asker
    user, _, told = argument.partition(":")
    if asker is None or str(asker.id) != user or told not in ("y", "n"):
        return Decision(toast=texts.UNKNOWN_PERSON)
    role = Role.GUEST if told == "y" else Role.REFUSED
    toast = texts.answered(asker.name, told == "y")
    if asker.role in (role, Role.OWNER):
        return Decision(toast=toast)
    news = View(text=page(texts.LET_IN if role is Role.GUEST else texts.REFUSED))
    changes = Changes(person=replace(asker, role=role), notices=(notice(asker.id, news),))
    return Decision(changes=changes, toast=toast)


def listed(facts: Facts) -> Decision:
    """/people: who may use this bot, with a button to change that."""
    if facts.person.role is not Role.OWNER:
        return said(facts, texts.ONLY_OWNER)
    others = [person for person in facts.people if person.role is not Role.OWNER]
    if not others:
        return said(facts, texts.NOBODY_ELSE)
    shown = sorted(others, key=lambda person: (person.role is not Role.ASKING, person.id))
    lines = [texts.listed(person.name, person.role) for person in shown[:_MOST_LISTED]]
    return said(facts, *lines, keyboard=_switches(shown[:_MOST_LISTED]))


def _switches(people: list[Person]) -> Keyboard:
    return tuple(
        (
            keyboards.remove(person.id, tidy(person.name, 24))
            if person.role is Role.GUEST
            else keyboards.let_in(person.id, tidy(person.name, 24)),
        )
        for person in people
    )


def attest_view(project: Project, facts: Facts) -> View:
    """The card asks once before the first YouTube link is fetched."""
    text = page(texts.ATTEST, texts.ATTEST_HOW, heading=site(project.source.url))
    return cards.face(project, facts, text, keyboards.attest(project))


def attest(project: Project, _: str, facts: Facts) -> Decision:
    """The person said the link is theirs to use: remembered, and fetched."""
    if phase(project, facts) is not Phase.UNATTESTED:
        return Decision(toast=texts.ALREADY)
    changes = replace(begun(project, facts), person=replace(facts.person, attested=True))
    return Decision(changes=changes, toast=texts.THANKS)
