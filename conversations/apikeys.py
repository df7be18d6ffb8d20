"""/apikey: keys with which programs of a person's own use the bot. Each is shown once."""

from __future__ import annotations

from conversations import beside, texts, words
from conversations.figures import date, page
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
        return Decision(toast=texts.quota("api_keys", facts))
    key = api_keys.spelt(facts.new_id() + facts.new_id())  # twice 128 random bits
    key_id = api_keys.id_of(key)
    made = NewApiKey(id=key_id, owner_id=facts.person.id, digest=api_keys.digest_of(key))
    shown = View(
        text=page(
            key,
            facts.say(words.keys.ONCE),
            _where(facts),
            heading=facts.say(words.keys.HEADING_ONE),
        ),
        keyboard=beside.new_key(key_id, key, facts.language),
        reply_to=facts.message_id,
    )
    return Decision(changes=Changes(new_key=made), toast=facts.say(words.keys.MADE), whisper=shown)


def revoke(argument: str, facts: Facts) -> Decision:
    """The key opens nothing any more; pressed below the key itself, that goes too."""
    key_id, _, where = argument.partition(":")
    unsay = where == "m"
    if _known(key_id, facts) is None:
        return Decision(toast=facts.say(words.keys.UNKNOWN))
    changes = Changes(revoked_key=key_id)
    return Decision(changes=changes, toast=facts.say(words.keys.REVOKED), unsay=unsay)


def unsay(key_id: str, facts: Facts) -> Decision:
    """The message with the key goes, the key stays."""
    if _known(key_id, facts) is None:
        return Decision(toast=facts.say(words.keys.UNKNOWN))
    return Decision(toast=facts.say(words.keys.UNSAID), unsay=True)


def _listed(facts: Facts) -> Decision:
    lines = [_line(key, facts) for key in facts.keys]
    how = facts.say(words.keys.FULL if _is_full(facts) else words.keys.HOW)
    keyboard = beside.keys(
        tuple(key.id for key in facts.keys), facts.language, may_make=not _is_full(facts)
    )
    where = _where(facts)
    return said(facts, facts.say(words.keys.HEADING), *lines, how, where, keyboard=keyboard)


def _line(key: ApiKey, facts: Facts) -> str:
    made = date(facts.language, key.made_at)
    if key.used_at is None:
        return facts.say(words.keys.LISTED_UNUSED, key=key.id, made=made)
    used = date(facts.language, key.used_at)
    return facts.say(words.keys.LISTED, key=key.id, made=made, used=used)


def _where(facts: Facts) -> str:
    if not facts.api_url:
        return facts.say(words.keys.INSIDE)
    return facts.say(words.keys.WHERE, url=facts.api_url)


def _is_full(facts: Facts) -> bool:
    return len(facts.keys) >= facts.limits.api_keys


def _known(key_id: str, facts: Facts) -> ApiKey | None:
    return next((key for key in facts.keys if key.id == key_id), None)
