"""Buttons of a card whose recording is not on its way yet."""

from __future__ import annotations

from conversations import keyboards, words
from conversations.keyboards import Verb
from conversations.model import Button, Facts, Keyboard, Style
from conversations.words.text import Language
from jobs.model import Project


def attest(project: Project, language: Language) -> Keyboard:
    yes, no = words.buttons.IT_IS_MINE.to(language), words.buttons.LEAVE_IT.to(language)
    return (
        (keyboards.button(project, yes, Verb.ATTEST, style=Style.SUCCESS),),
        (keyboards.button(project, no, Verb.DELETE_NOW),),
    )


def upload(project: Project, facts: Facts) -> Keyboard:
    """Where to bring a file that Telegram does not hand over."""
    label, link = facts.say(words.buttons.UPLOAD_PAGE), facts.upload_link
    page = Button(label=label, url=link, style=Style.PRIMARY)
    return (
        *(((page,),) if link else ()),
        (
            keyboards.button(project, facts.say(words.buttons.NEW_LINK), Verb.NEW_LINK),
            keyboards.button(project, facts.say(words.buttons.SHRINK), Verb.SHRINK),
        ),
    )
