"""The same file sent again: what there is of it is shown, and nothing is fetched.

Telegram names equal bytes alike whoever sends them. What only turns out to be the same once it was
heard is told in duplicates.py.
"""

from __future__ import annotations

from dataclasses import replace

from conversations import words
from conversations.figures import page
from conversations.model import Decision, Facts, View
from conversations.notices import notice
from conversations.phases import Phase, phase
from jobs.model import Changes, Project


def shown(project: Project, view: View, facts: Facts) -> Decision | None:
    """The finished video once more, or where the open card is; None where a new one is due.

    `view` is what the card shows. It is the card that is spoken of from now on.
    """
    if facts.message_id == project.source_message_id:
        return None  # not sent again, only read again
    if facts.now - project.touched_at > facts.limits.originals_s:
        return None  # its recording was tidied away, and nothing could be made of it any more
    if phase(project, facts) is Phase.DONE:
        answer = _video(view, facts)
    else:
        answer = View(
            text=page(facts.say(words.answers.OPEN_HERE)),
            keyboard=view.keyboard,
            reply_to=project.message_id or facts.message_id,
        )
    if answer is None:
        return None
    told = notice(facts.chat_id, answer)
    return Decision(changes=Changes(project=project, notices=(told,)))


def _video(view: View, facts: Facts) -> View | None:
    """By Telegram's own name for it, or from our files while they are sure to be there."""
    video, made = view.video, facts.render
    assert video is not None
    assert made is not None
    file_id = facts.video.file_id if facts.video is not None else ""
    if not file_id and made.updated_at < facts.now - facts.limits.retention_s / 2:
        return None
    again = page(facts.say(words.answers.HERE_AGAIN))
    return replace(
        view,
        text=f"{view.text}\n{again}",
        video=replace(video, file_id=file_id),
        reply_to=facts.message_id,
    )
