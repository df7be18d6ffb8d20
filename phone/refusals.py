"""What the Bot API says when it refuses: Telegram's codes and Telegram's words."""

from __future__ import annotations

from collections.abc import Mapping


class Refusal(Exception):
    """A request that is answered `{"ok": false, "error_code", "description", "parameters"}`."""

    def __init__(
        self, code: int, description: str, *, retry_after: int = 0, moved_to: int = 0
    ) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.retry_after = retry_after
        self.moved_to = moved_to

    def to_json(self) -> Mapping[str, object]:
        body: dict[str, object] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.retry_after:
            body["parameters"] = {"retry_after": self.retry_after}
        if self.moved_to:
            body["parameters"] = {"migrate_to_chat_id": self.moved_to}
        return body


def bad_request(why: str) -> Refusal:
    return Refusal(400, f"Bad Request: {why}")


def unauthorized() -> Refusal:
    return Refusal(401, "Unauthorized")


def blocked() -> Refusal:
    return Refusal(403, "Forbidden: bot was blocked by the user")


def put_out(kind: str) -> Refusal:
    """The bot is not in the group (any more)."""
    return Refusal(403, f"Forbidden: bot was kicked from the {kind} chat")


def moved(chat_id: int) -> Refusal:
    """The group has become the supergroup with that id."""
    return Refusal(
        400, "Bad Request: group chat was upgraded to a supergroup chat", moved_to=chat_id
    )


def not_found() -> Refusal:
    """A token of the wrong shape, or a method that does not exist."""
    return Refusal(404, "Not Found")


def conflict(why: str) -> Refusal:
    return Refusal(409, f"Conflict: {why}")


def too_large() -> Refusal:
    return Refusal(413, "Request Entity Too Large")


def flood(retry_after_s: int) -> Refusal:
    return Refusal(
        429, f"Too Many Requests: retry after {retry_after_s}", retry_after=retry_after_s
    )


def internal() -> Refusal:
    return Refusal(500, "Internal Server Error")


NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
VOICES_FORBIDDEN = "VOICE_MESSAGES_FORBIDDEN"
OTHER_POLLER = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook"
    " first"
)
