"""A recording that Telegram does not hand over: its card waits until it comes through a page."""

from __future__ import annotations

from dataclasses import replace

from conversations import cards, first_buttons, words
from conversations.figures import data_size, page
from conversations.intake import begun
from conversations.model import Decision, Facts, View
from conversations.notices import notice
from conversations.phases import Phase, phase, why_not
from jobs.model import Changes, Project, Source
from jobs.uploads import dedupe_key


def view(project: Project, facts: Facts) -> View:
    """How large it is, and where to bring it."""
    return cards.face(
        project, facts, page(_why(project, facts)), first_buttons.upload(project, facts)
    )


def renew(project: Project, _: str, facts: Facts) -> Decision:
    """The link is good for an hour from the last touch."""
    if phase(project, facts) is not Phase.UNSENT:
        here = facts.say(words.uploads.HERE_ALREADY)
        return Decision(toast=why_not(project, facts) or here)
    return Decision(changes=Changes(project=project), toast=facts.say(words.uploads.RENEWED))


def shrink(project: Project, _: str, facts: Facts) -> Decision:
    """How a person makes a recording smaller with what is on every phone."""
    ways = (words.uploads.SHRINK_SOUND, words.uploads.SHRINK_VIDEO, words.uploads.SHRINK_CUT)
    told = View(text=page(*(facts.say(way) for way in ways)), reply_to=project.message_id)
    return Decision(changes=Changes(notices=(notice(project.chat_id, told),)))


def uploaded(project: Project, source: Source, facts: Facts) -> Decision:
    """The file came, perhaps another one than was spoken of: it is listened to like any other."""
    if phase(project, facts) is not Phase.UNSENT:
        return Decision()
    after = replace(project, source=source)
    return Decision(changes=begun(after, facts, dedupe_key(source.key)))


def _why(project: Project, facts: Facts) -> str:
    size_bytes, limits = project.source.size_bytes, facts.limits
    size = data_size(facts.language, size_bytes)
    if size_bytes > limits.source_bytes:
        limit = data_size(facts.language, limits.source_bytes)
        return facts.say(words.uploads.FAR_TOO_LARGE, size=size, limit=limit)
    telegram = data_size(facts.language, limits.telegram_bytes)
    return facts.say(words.uploads.TOO_LARGE, size=size, telegram=telegram)
