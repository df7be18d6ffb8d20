"""What the owner is told of a trouble that needs a person, and of its end."""

from __future__ import annotations

from conversations import words
from conversations.figures import page, tidy
from conversations.model import View
from conversations.words.text import Language
from jobs.alerts import Cause
from jobs.model import Json


def view(alert: Json, language: Language) -> View | None:
    """The message for a row of the outbox; None for a cause this version does not know."""
    if alert["cause"] not in tuple(Cause):
        return None
    told = (words.alerts.OVER if alert["is_over"] else words.alerts.BEGUN)[Cause(alert["cause"])]
    return View(text=page(told.to(language, source=tidy(str(alert["source"])))))
