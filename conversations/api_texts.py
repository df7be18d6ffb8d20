"""Every sentence about the API: to people about their keys, to programs about what went wrong."""

from __future__ import annotations

from collections.abc import Mapping

from conversations.figures import date

KEY_HEADING = "Your key to the API"
KEY_ONCE = "I can't show it again: copy it now. Whoever has it can make videos as you."
KEY_MADE = "Here it is. It comes below."
KEYS_HEADING = "Your keys to the API"
KEYS_HOW = "Press New key for another one. I show a key once, when it is made."
KEYS_FULL = "That is as many as one person may have. Revoke one to make another."
KEY_REVOKED = "Revoked. It opens nothing any more."
KEY_UNSAID = "Deleted. The key still works; /apikey revokes it."
KEY_UNKNOWN = "That key is revoked already. /apikey shows those you have."
API_INSIDE = "I have no public address, so only programs on my own machine reach the API."

QUOTAS: Mapping[str, str] = {
    "api_keys": "You have {api_keys} keys already. Revoke one, then press again.",
}


def where(api_url: str) -> str:
    return f"The API is at {api_url}" if api_url else API_INSIDE


def listed(key_id: str, made_at: float, used_at: float | None) -> str:
    used = "never used" if used_at is None else f"last used {date(used_at)}"
    return f"pr_{key_id}…: made {date(made_at)}, {used}"
