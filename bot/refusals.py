"""What can come back from a call to Telegram instead of an answer, by what it means for us.

Every call to Telegram in this room goes through `calling`, the one place that knows the library's
errors and Telegram's words.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)


class CallFailed(Exception):
    """Telegram did not do what was asked.

    CallFailed
      Flooded       wait `wait_s`; nothing was done
      Away          nothing was done; later may help
      Unsure        nobody knows whether it was done
      ChatDead      this chat can never be written to again
      Migrated      the group is the chat `chat_id` now; nothing was done
      MessageGone   the message is deleted, or cannot be edited any more
      NotModified   it is already so
      WrongKind     a text was edited as media, or media as a text
      BadMarkup     the HTML was not understood
      TooOld        the press was answered too late, or twice
      NoVoices      the person takes no voice messages
      Rejected      refused for good, for any other reason
      TokenRefused  the token opens nothing (any more)
      OtherPoller   somebody else is fetching this bot's updates
    """


class Flooded(CallFailed):
    def __init__(self, wait_s: float) -> None:
        super().__init__(f"told to wait {wait_s:.0f} s")
        self.wait_s = wait_s


class Away(CallFailed):
    pass


class Unsure(CallFailed):
    pass


class ChatDead(CallFailed):
    pass


class Migrated(CallFailed):
    def __init__(self, chat_id: int) -> None:
        super().__init__(f"the group is chat {chat_id} now")
        self.chat_id = chat_id


class MessageGone(CallFailed):
    pass


class NotModified(CallFailed):
    pass


class WrongKind(CallFailed):
    pass


class BadMarkup(CallFailed):
    pass


class TooOld(CallFailed):
    pass


class NoVoices(CallFailed):
    pass


class Rejected(CallFailed):
    pass


class TokenRefused(CallFailed):
    pass


class OtherPoller(CallFailed):
    pass


# Telegram's own words, in lower case; the first that is found decides.
_WORDS: tuple[tuple[str, type[CallFailed]], ...] = (
    ("message is not modified", NotModified),
    ("message to edit not found", MessageGone),
    ("message can't be edited", MessageGone),
    ("message_id_invalid", MessageGone),
    ("there is no text in the message", WrongKind),
    ("there is no caption in the message", WrongKind),
    ("can't parse", BadMarkup),
    ("query is too old", TooOld),
    ("voice_messages_forbidden", NoVoices),
    ("chat not found", ChatDead),
    ("user is deactivated", ChatDead),
    ("bot was blocked", ChatDead),
)
# The request never left this machine, so it cannot have been carried out.
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


@contextmanager
def calling() -> Iterator[None]:
    """Turns the library's errors into the family above."""
    try:
        yield
    except TelegramError as error:
        raise _meaning(error) from error


def _meaning(error: TelegramError) -> CallFailed:
    match error:
        case RetryAfter():
            wait = error.retry_after
            return Flooded(wait.total_seconds() if isinstance(wait, timedelta) else wait)
        case InvalidToken() | EndPointNotFound():
            # The library's own message contains the token.
            return TokenRefused("Telegram does not know this token")
        case Conflict():
            return OtherPoller(error.message)
        case ChatMigrated():
            return Migrated(error.new_chat_id)
        case BadRequest() | Forbidden():
            return _by_words(error)
        case NetworkError():
            return _network(error)
        case _:
            return Unsure(error.message)  # an answer that is no JSON


def _by_words(error: TelegramError) -> CallFailed:
    said = error.message.lower()
    for words, meaning in _WORDS:
        if words in said:
            return meaning(error.message)
    return (Rejected if isinstance(error, BadRequest) else ChatDead)(error.message)


def _network(error: NetworkError) -> CallFailed:
    cause = error.__cause__
    if cause is None or isinstance(cause, TelegramError):
        # Telegram answered: with a failure of its own (5xx), or that the upload is too large.
        too_large = "too large" in error.message.lower()
        return Rejected(error.message) if too_large else Away(error.message)
    return (Away if isinstance(cause, _NEVER_LEFT) else Unsure)(type(cause).__name__)
