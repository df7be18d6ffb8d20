"""/forget: the newest card, or everything of a person, deleted now."""

from __future__ import annotations

from conversations import keyboards, words
from conversations.figures import page
from conversations.home import title_of
from conversations.model import Button, Decision, Facts, Keyboard, Style, View
from conversations.notices import notice
from jobs.model import Changes, Project


def ask(facts: Facts) -> Decision:
    """Offer both, and say what each takes with it."""
    newest = facts.newest
    if newest is None:
        view = View(text=page(facts.say(words.forgetting.ASK_ALL)), keyboard=(_all(facts),))
    else:
        view = _asked(newest, facts, all_of_it=True)
    return Decision(changes=Changes(notices=(notice(facts.chat_id, view),)))


def ask_delete(project: Project, _: str, facts: Facts) -> Decision:
    """Ask once more before the card is deleted."""
    asked = _asked(project, facts, all_of_it=False)
    return Decision(changes=Changes(notices=(notice(project.chat_id, asked),)))


def everything(_: str, facts: Facts) -> Decision:
    """Let go of all that is known of the person but who they are."""
    told = facts.say(words.forgetting.FORGOTTEN)
    return Decision(changes=Changes(forgets=facts.person.id), toast=told)


def _asked(project: Project, facts: Facts, *, all_of_it: bool) -> View:
    lines = [facts.say(words.answers.ASK_DELETE)]
    keyboard: Keyboard = keyboards.delete_now(project, facts.language)
    if all_of_it:
        lines.append(facts.say(words.forgetting.ASK_ALL))
        keyboard = (*keyboard, _all(facts))
    return View(
        text=page(*lines, heading=title_of(project, facts)),
        keyboard=keyboard,
        reply_to=project.message_id,
    )


def _all(facts: Facts) -> tuple[Button, ...]:
    label = facts.say(words.forgetting.ALL)
    return (Button(label=label, data=keyboards.Verb.FORGET, style=Style.DANGER),)
