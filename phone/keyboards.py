"""Reply markup as Telegram accepts it: every button has one action, and all of it fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from phone.limits import BUTTON_DATA_BYTES, COPY_UNITS, KEYBOARD_BUTTONS, KEYBOARD_ROW
from phone.markup import utf16_length
from phone.params import load_json
from phone.refusals import bad_request

STYLES = frozenset(("primary", "success", "danger"))
_ACTIONS = (
    "url",
    "callback_data",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "web_app",
    "login_url",
    "callback_game",
    "pay",
)
_OTHER_MARKUPS = ("keyboard", "remove_keyboard", "force_reply")


def read_markup(value: Any, *, inline_only: bool = False) -> dict[str, Any] | None:
    """The reply markup of a request, checked; None where there is none. Raises Refusal 400."""
    markup = _decoded(value)
    if not markup:
        return None
    if "inline_keyboard" in markup:
        rows = _inline_rows(markup["inline_keyboard"])
        return {"inline_keyboard": rows} if rows else None
    if inline_only:
        raise bad_request("inline keyboard expected")
    if any(name in markup for name in _OTHER_MARKUPS):
        return dict(markup)
    raise bad_request("object expected as reply markup")


def _decoded(value: Any) -> Mapping[str, Any] | None:
    if isinstance(value, str) and value:
        try:
            value = load_json(value)
        except ValueError:
            raise bad_request("can't parse reply keyboard markup JSON object") from None
    if value is None or value == "":
        return None
    if not isinstance(value, Mapping):
        raise bad_request("object expected as reply markup")
    return value


def _inline_rows(rows: Any) -> list[list[dict[str, Any]]]:
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        raise bad_request('field "inline_keyboard" must be of type Array')
    checked = []
    for row in rows:
        if not isinstance(row, Sequence) or isinstance(row, str):
            raise bad_request("can't parse inline keyboard button: Array of Arrays expected")
        if len(row) > KEYBOARD_ROW:
            raise bad_request("BUTTON_ROW_TOO_LONG")
        if row:
            checked.append([_inline_button(button) for button in row])
    if sum(len(row) for row in checked) > KEYBOARD_BUTTONS:
        raise bad_request("reply markup is too long")
    return checked


def _inline_button(button: Any) -> dict[str, Any]:
    if not isinstance(button, Mapping):
        raise bad_request("can't parse inline keyboard button: Object expected")
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad_request(
            'can\'t parse inline keyboard button: field "text" must be a non-empty String'
        )
    actions = [name for name in _ACTIONS if button.get(name) not in (None, False)]
    if not actions:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(actions) > 1:
        raise bad_request("can't parse inline keyboard button: exactly one action is allowed")
    _check_action(actions[0], button[actions[0]])
    if button.get("style") and button["style"] not in STYLES:
        raise bad_request("can't parse inline keyboard button: invalid button style specified")
    kept = ("text", actions[0], "style", "icon_custom_emoji_id")
    return {name: button[name] for name in kept if button.get(name) is not None}


def _check_action(action: str, value: Any) -> None:
    if action == "callback_data":
        size = len(value.encode()) if isinstance(value, str) else 0
        if not 1 <= size <= BUTTON_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    if action == "url":
        _check_url(value)
    if action == "web_app":
        url = value.get("url", "") if isinstance(value, Mapping) else ""
        if not str(url).startswith("https://"):
            raise bad_request(
                f"inline keyboard button Web App URL '{url}' is invalid:"
                " only HTTPS links are allowed"
            )
    if action == "copy_text":
        text = value.get("text", "") if isinstance(value, Mapping) else ""
        if not 1 <= utf16_length(str(text)) <= COPY_UNITS:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")


def _check_url(url: Any) -> None:
    problem = _url_problem(url) if isinstance(url, str) else "URL must be a string"
    if problem:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: {problem}")


def _url_problem(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return "Wrong HTTP URL"
    if parts.scheme == "tg":
        return "" if host else "Wrong HTTP URL"
    if parts.scheme not in ("http", "https"):
        return "Unsupported URL protocol"
    # Telegram takes addresses and names with a dot; "localhost" it refuses.
    return "" if "." in host.strip(".") or ":" in host else "Wrong HTTP URL"
