"""/doctor: what is said of what was found."""

from __future__ import annotations

from dataclasses import replace

from conversations import checkup, flow, words
from conversations.model import Facts, Finding, view_from_json
from tests.conversations.samples import GUEST, OWNER

WELL = Finding(name="ffmpeg", is_well=True, words="ffmpeg 7")
MISSING = Finding(name="public address", is_well=False, is_optional=True, words="not set")
WRONG = Finding(name="storage", is_well=False, words="<no bucket>; set R2_BUCKET")


def facts(person: object = OWNER) -> Facts:
    return replace(Facts(person=OWNER, chat_id=1, message_id=5), person=person)  # type: ignore[arg-type]


def test_what_is_wrong_stands_first_and_says_how_to_mend_it() -> None:
    view = checkup.view(facts(), (WELL, MISSING, WRONG))
    assert view.text.splitlines() == [
        "<b>Something needs mending</b>",
        "● Files: &lt;no bucket&gt;; set R2_BUCKET",
        "○ Public address: not set",
        "✓ ffmpeg: ffmpeg 7",
    ]
    assert view.reply_to == 5


def test_what_may_be_missing_is_no_reason_to_worry() -> None:
    assert checkup.view(facts(), (WELL, MISSING)).text.startswith("<b>All is well</b>")


def test_it_is_one_message_however_much_there_is_to_say() -> None:
    many = [replace(WRONG, words="x" * 300) for _ in range(40)]
    assert len(checkup.view(facts(), many).text) <= 4096


def test_it_is_told_in_the_owners_language() -> None:
    view = checkup.view(facts(replace(OWNER, language="de")), (WRONG,))
    assert "Dateien: " in view.text


def test_only_the_owner_is_told() -> None:
    decision = flow.command("doctor", "", facts(GUEST))
    assert decision.examined is None
    assert view_from_json(decision.changes.notices[0].view).text == words.people.ONLY_OWNER.en
    assert flow.command("doctor", "", facts()).examined is not None
