"""/apikey: keys with which programs of a person's own use the bot. Each is shown once."""

from __future__ import annotations

from conversations import api_texts, keyboards
from conversations.figures import page
from conversations.model import Decision, Facts, View
from conversations.notices import said
from jobs import api_keys
from jobs.model import ApiKey, Changes, NewApiKey


def asked(facts: Facts) -> Decision:
    """The keys there are, or the first one."""
    return _listed(facts) if facts.keys else new("", facts)


def new(_: str, facts: Facts) -> Decision:
    """One more key."""
    if _is_full(facts):
        return Decision(toast=api_texts.KEYS_FULL)
    key = api_keys.spelt(facts.new_id() + facts.new_id())  # twice 128 random bits
    key_id = api_keys.id_of(key)
    made = NewApiKey(id=key_id, owner_id=facts.person.id, digest=api_keys.digest_of(key))
    shown = View(
        text=page(
            key,
            api_texts.KEY_ONCE,
            api_texts.where(facts.api_url),
            heading=api_texts.KEY_HEADING,
        ),
        keyboard=keyboards.new_key(key_id, key),
        reply_to=facts.message_id,
    )
    return Decision(changes=Changes(new_key=made), toast=api_texts.KEY_MADE, whisper=shown)


def revoke(argument: str, facts: Facts) -> Decision:
    """The key opens nothing any more; pressed below the key itself, that goes too."""
    key_id, _, where = argument.partition(":")
    unsay = where == "m"
    if _known(key_id, facts) is None:
        return Decision(toast=api_texts.KEY_UNKNOWN)
    changes = Changes(revoked_key=key_id)
    return Decision(changes=changes, toast=api_texts.KEY_REVOKED, unsay=unsay)


def unsay(key_id: str, facts: Facts) -> Decision:
    """The message with the key goes, the key stays."""
    if _known(key_id, facts) is None:
        return Decision(toast=api_texts.KEY_UNKNOWN)
    return Decision(toast=api_texts.KEY_UNSAID, unsay=True)


def _listed(facts: Facts) -> Decision:
    lines = [api_texts.listed(key.id, key.made_at, key.used_at) for key in facts.keys]
    how = api_texts.KEYS_FULL if _is_full(facts) else api_texts.KEYS_HOW
    keyboard = keyboards.keys(tuple(key.id for key in facts.keys), may_make=not _is_full(facts))
    where = api_texts.where(facts.api_url)
    return said(facts, api_texts.KEYS_HEADING, *lines, how, where, keyboard=keyboard)


def _is_full(facts: Facts) -> bool:
    return len(facts.keys) >= facts.limits.api_keys


def _known(key_id: str, facts: Facts) -> ApiKey | None:
    return next((key for key in facts.keys if key.id == key_id), None)
