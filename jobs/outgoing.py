"""What the bot owes a chat, as a row of the outbox says it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jobs.model import Json


class OutgoingKind(StrEnum):
    """What a row of the outbox asks of the bot; those of one chat are dealt with in this order."""

    ALERT = "alert"  # something needs the owner, or does not any more
    GREETING = "greeting"  # the project's first message
    FINAL = "final"  # a job ended: decide what follows
    NOTICE = "notice"  # a message of its own
    CARD = "card"  # the project's message should look different now
    PING = "ping"  # call the person back: the video is there


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """Something the bot owes a chat.

    `wanted` counts the changes that led to a card's row and `asked` says that a person waits for
    one of them; `shown` is what the bot noted about the message when it last drew it; `view` is
    set for notices, and for alerts it says which. A card that `is_quiet` has nothing new to show:
    it asked to be looked at again in that case.
    """

    id: int
    kind: OutgoingKind
    project_id: str
    job_id: str
    chat_id: int
    view: Json
    asked: bool
    wanted: int
    shown: str
    is_quiet: bool
    tries: int
    since: float
