"""/doctor: what `pocketreel doctor` finds where the bot runs, told to the owner in the chat.

Looking takes seconds, and what was found is old a minute later: so it is no fact of a decision,
and waits in no outbox. What is found is named in the owner's language; how to mend it is told in
English, in the words of the command, because it names variables and commands.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from conversations import words
from conversations.figures import TEXT_UNITS, page
from conversations.model import Decision, Facts, Finding, View
from conversations.notices import said
from jobs.model import Role

Examine = Callable[[], Awaitable[Sequence[Finding]]]


async def nothing_to_see() -> Sequence[Finding]:
    """For a bot that was begun without anybody who could look."""
    return ()


def asked(facts: Facts) -> Decision:
    """For the owner; the others learn nothing of the machine."""
    if facts.person.role is not Role.OWNER:
        return said(facts, facts.say(words.people.ONLY_OWNER))
    return Decision(examined=partial(view, facts))


def view(facts: Facts, findings: Sequence[Finding]) -> View:
    """A tick for what is well, or the one sentence that mends it; what is not well first."""
    ordered = sorted(findings, key=lambda finding: (finding.is_well, finding.is_optional))
    wrong = sum(not finding.is_well and not finding.is_optional for finding in findings)
    heading = words.checkup.TO_MEND if wrong else words.checkup.ALL_WELL
    lines = [_line(finding, facts) for finding in ordered]
    text = page(*lines, heading=facts.say(heading), most=TEXT_UNITS)
    return View(text=text, reply_to=facts.message_id)


def _line(finding: Finding, facts: Facts) -> str:
    named = words.checkup.NAMES.get(finding.name)
    name = facts.say(named) if named else finding.name
    mark = "✓" if finding.is_well else "○" if finding.is_optional else "●"
    return f"{mark} {name}: {finding.words}"
