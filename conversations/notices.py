"""Messages beside the card: answers to what was typed, refusals, questions. Sent at most once."""

from __future__ import annotations

from dataclasses import replace

from conversations.figures import page
from conversations.model import Decision, Facts, Keyboard, View, view_to_json
from jobs.model import Changes, Notice


def notice(chat_id: int, view: View, *, seldom: bool = False) -> Notice:
    return Notice(chat_id=chat_id, view=view_to_json(view), seldom=seldom)


def said(facts: Facts, *lines: str, keyboard: Keyboard = ()) -> Decision:
    """Say this in answer to the message the event is about."""
    view = View(text=page(*lines), keyboard=keyboard, reply_to=facts.message_id)
    return Decision(changes=Changes(notices=(notice(facts.chat_id, view),)))


def spoken(decision: Decision, facts: Facts, keyboard: Keyboard = ()) -> Decision:
    """The decision with its toast as a message: what is typed gets no toast."""
    if not decision.toast:
        return decision
    told = said(facts, decision.toast, keyboard=keyboard).changes.notices
    notices = (*decision.changes.notices, *told)
    return Decision(changes=replace(decision.changes, notices=notices))
