"""/apikey: a key is made, shown once, listed and revoked."""

from __future__ import annotations

import re

from conversations import beside, flow, words
from conversations.model import Decision, Facts, Limits, View, view_from_json
from conversations.words.text import Language
from jobs import api_keys
from jobs.ids import new_id
from jobs.model import ApiKey
from tests.conversations.samples import GUEST
from tests.conversations.world import check_view, find_button

OLD = ApiKey(id="abcd2345", owner_id=GUEST.id, made_at=1_796_000_000.0, used_at=None)
USED = ApiKey(id="efgh2345", owner_id=GUEST.id, made_at=1_796_000_000.0, used_at=1_796_100_000.0)


def facts_of(*keys: ApiKey, api_url: str = "https://reel.example/api") -> Facts:
    return Facts(
        person=GUEST, chat_id=GUEST.id, message_id=7, keys=keys, new_id=new_id, api_url=api_url
    )


def whispered(decision: Decision) -> View:
    assert decision.whisper is not None
    check_view(decision.whisper)
    return decision.whisper


def listed(decision: Decision) -> View:
    (notice,) = decision.changes.notices
    view = view_from_json(notice.view)
    check_view(view)
    return view


def test_the_first_key_is_made_at_once_and_shown_once() -> None:
    decision = flow.command("apikey", "", facts_of())
    view = whispered(decision)
    (key,) = re.findall(api_keys.PATTERN, view.text)
    made = decision.changes.new_key
    assert made is not None
    assert (made.owner_id, made.digest) == (GUEST.id, api_keys.digest_of(key))
    assert key.startswith(f"pr_{made.id}")
    assert "can't show it again" in view.text
    assert "https://reel.example/api" in view.text
    assert find_button(view, "Copy").copy == key
    assert view.reply_to == 7


def test_a_key_is_never_written_down() -> None:
    decision = flow.command("apikey", "", facts_of())
    (key,) = re.findall(api_keys.PATTERN, whispered(decision).text)
    assert key not in repr(decision.changes)
    assert key not in decision.toast


def test_no_two_keys_are_alike() -> None:
    texts = {whispered(flow.press(None, "kn", facts_of(OLD))).text for _ in range(10)}
    assert len(texts) == 10


def test_asked_again_the_keys_are_listed() -> None:
    view = listed(flow.command("apikey", "", facts_of(OLD, USED)))
    assert "pr_abcd2345…: made 30 November, never used" in view.text
    assert "pr_efgh2345…: made 30 November, last used 1 December" in view.text
    labels = [button.label for row in view.keyboard for button in row]
    assert labels == ["Revoke abcd2345", "Revoke efgh2345", "New key"]


def test_who_has_as_many_keys_as_may_be_is_offered_no_more() -> None:
    facts = facts_of(OLD, OLD, USED)
    view = listed(flow.command("apikey", "", facts))
    assert words.keys.FULL.en in view.text
    assert "New key" not in str(view.keyboard)
    decision = flow.press(None, "kn", facts)
    assert decision.changes.new_key is None
    assert decision.toast.startswith("You have 3 keys already.")
    assert decision.toast == flow.over_quota("api_keys", facts, pressed=True).toast
    assert Limits().api_keys == 3


def test_a_key_is_revoked_by_its_button() -> None:
    view = listed(flow.command("apikey", "", facts_of(OLD)))
    decision = flow.press(None, find_button(view, "Revoke").data, facts_of(OLD))
    assert decision.changes.revoked_key == OLD.id
    assert not decision.unsay
    again = flow.press(None, find_button(view, "Revoke").data, facts_of())
    assert again.changes.revoked_key == ""
    assert again.toast == words.keys.UNKNOWN.en


def test_below_the_key_itself_the_message_can_go_with_it_or_without() -> None:
    keyboard = beside.new_key(OLD.id, "pr_abcd2345", Language.ENGLISH)
    view = View(text="key", keyboard=keyboard)
    revoked = flow.press(None, find_button(view, "Revoke").data, facts_of(OLD))
    assert (revoked.changes.revoked_key, revoked.unsay) == (OLD.id, True)
    unsaid = flow.press(None, find_button(view, "Delete").data, facts_of(OLD))
    assert (unsaid.changes.revoked_key, unsaid.unsay) == ("", True)


def test_another_persons_key_cannot_be_revoked_or_unsaid() -> None:
    for data in (f"kr:{USED.id}", f"kr:{USED.id}:m", f"kd:{USED.id}"):
        decision = flow.press(None, data, facts_of(OLD))
        assert decision == Decision(toast=words.keys.UNKNOWN.en)


def test_without_a_public_address_that_is_said() -> None:
    assert words.keys.INSIDE.en in whispered(flow.command("apikey", "", facts_of(api_url=""))).text
