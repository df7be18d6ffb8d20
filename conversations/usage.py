"""/usage: what each person used today, how fast videos are made, and how full the disk is."""

from __future__ import annotations

from conversations import texts, words
from conversations.figures import data_size, page, took
from conversations.model import Decision, Facts, View
from conversations.notices import notice, said
from jobs.model import Changes, Role
from jobs.usage import Share

_MINUTE_S = 60.0


def listed(facts: Facts) -> Decision:
    """For the owner; nobody else learns what others do."""
    if facts.person.role is not Role.OWNER:
        return said(facts, facts.say(words.people.ONLY_OWNER))
    usage = facts.usage
    lines = [_share(share, facts) for share in usage.shares]
    speed = (
        facts.say(words.usage.NO_SPEED)
        if usage.speed is None
        else facts.say(words.usage.SPEED, time=took(usage.speed * _MINUTE_S))
    )
    free = (
        ""
        if usage.free_bytes is None
        else facts.say(words.usage.FREE, size=data_size(facts.language, usage.free_bytes))
    )
    # The two lines about the machine stand first: of many people some may not fit.
    text = page(speed, free, *lines, heading=facts.say(words.usage.HEADING))
    view = View(text=text, reply_to=facts.message_id)
    return Decision(changes=Changes(notices=(notice(facts.chat_id, view),)))


def _share(share: Share, facts: Facts) -> str:
    return facts.say(
        words.usage.SHARE,
        name=texts.name_of(facts.language, share.name),
        today=share.videos_today,
        limit=facts.limits.videos_per_day,
        size=data_size(facts.language, share.bytes_today),
        most=data_size(facts.language, facts.limits.bytes_per_day),
        videos=share.videos,
    )
