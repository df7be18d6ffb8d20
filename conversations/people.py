"""Who may use the bot, who asks to, and who said that what they send is theirs."""

from __future__ import annotations

from dataclasses import replace

from conversations import beside, cards, first_buttons, texts, words
from conversations.figures import page
from conversations.intake import begun
from conversations.links import site
from conversations.model import Decision, Facts, View
from conversations.notices import notice, said
from conversations.phases import Phase, phase
from conversations.words.text import language_of
from jobs.model import Changes, Notice, Person, Project, Role

_MEMBERS = (Role.OWNER, Role.GUEST)


def stranger(facts: Facts) -> Decision:
    """What somebody who may not use the bot is told."""
    if not facts.owner_id and not facts.owner_name:
        return said(facts, facts.say(words.people.UNOWNED))
    if facts.person.role is Role.STRANGER:
        is_late = facts.invitation_over
        return said(
            facts,
            facts.say(words.members.INVITE_OVER if is_late else words.people.PRIVATE),
            keyboard=beside.ask_for_access(facts.language),
        )
    return said(
        facts,
        facts.say(words.people.ASKED)
        if facts.person.role is Role.ASKING
        else facts.say(words.people.REFUSED),
    )


def ask(facts: Facts) -> Decision:
    """A stranger asks the owner to be let in; once."""
    role = facts.person.role
    if role in _MEMBERS:
        return Decision(toast=facts.say(words.people.IN_ALREADY))
    if role is Role.REFUSED:
        return Decision(toast=facts.say(words.people.REFUSED))
    if role is Role.ASKING:
        return Decision(toast=facts.say(words.people.ASKED))
    if not facts.owner_id:
        return Decision(toast=facts.say(words.people.UNOWNED))
    theirs = facts.owner_language
    name = texts.name_of(theirs, facts.person.name)
    asked = View(
        text=page(words.people.WANTS_IN.to(theirs, name=name)),
        keyboard=beside.invite(facts.person.id, theirs),
    )
    changes = Changes(
        person=replace(facts.person, role=Role.ASKING), notices=(notice(facts.owner_id, asked),)
    )
    return Decision(changes=changes, toast=facts.say(words.people.ASKED))


def answer(argument: str, facts: Facts) -> Decision:
    """The owner's yes or no; a no can take back a yes."""
    if facts.person.role is not Role.OWNER:
        return Decision(toast=facts.say(words.people.ONLY_OWNER))
    asker = facts.asker
    user, _, told = argument.partition(":")
    if asker is None or str(asker.id) != user or told not in ("y", "n"):
        return Decision(toast=facts.say(words.people.UNKNOWN_PERSON))
    role = Role.GUEST if told == "y" else Role.REFUSED
    told_owner = words.people.CAN_USE if role is Role.GUEST else words.people.STAYS_OUT
    toast = facts.say(told_owner, name=texts.name_of(facts.language, asker.name))
    if asker.role in (role, Role.OWNER):
        return Decision(toast=toast)
    changes = Changes(person=replace(asker, role=role), notices=(news(asker, role),))
    return Decision(changes=changes, toast=toast)


def came(facts: Facts) -> Notice:
    """The owner hears that somebody came by a link."""
    theirs = facts.owner_language
    name = texts.name_of(theirs, facts.person.name)
    return notice(facts.owner_id, View(text=page(words.people.CAN_USE.to(theirs, name=name))))


def news(asker: Person, role: Role) -> Notice:
    """What the owner's word means to whom it is about, in their language."""
    theirs = language_of(asker)
    if role is Role.REFUSED:
        return notice(asker.id, View(text=page(words.people.REFUSED.to(theirs))))
    lines = (words.people.LET_IN.to(theirs), words.commands.DESCRIPTION.to(theirs))
    return notice(asker.id, View(text=page(*lines)))


def attest_view(project: Project, facts: Facts) -> View:
    """The card asks once before the first YouTube link is fetched."""
    text = page(
        facts.say(words.people.ATTEST),
        facts.say(words.people.ATTEST_HOW),
        heading=site(project.source.url),
    )
    return cards.face(project, facts, text, first_buttons.attest(project, facts.language))


def attest(project: Project, _: str, facts: Facts) -> Decision:
    """The person said the link is theirs to use: remembered, and fetched."""
    if phase(project, facts) is not Phase.UNATTESTED:
        return Decision(toast=facts.say(words.answers.ALREADY))
    changes = replace(begun(project, facts), person=replace(facts.person, attested=True))
    return Decision(changes=changes, toast=facts.say(words.people.THANKS))
