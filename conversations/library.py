"""/videos: what a person made, the newest first, to be sent again or deleted.

Telegram keeps a video for as long as its chat does, so it can be sent again long after our own
files of it are gone.
"""

from __future__ import annotations

from dataclasses import replace

from conversations import beside, home, texts, words
from conversations.figures import clock, date, page
from conversations.model import Decision, Facts, Video, View
from conversations.notices import notice, said
from conversations.words.text import isolated
from jobs.library import PER_PAGE, MadeVideo, Shelf
from jobs.model import Changes, ProjectStatus

FROM_MESSAGE = "m"  # in the place of a page: the button stands below the video itself


def listed(facts: Facts) -> Decision:
    """The first page."""
    if not facts.shelf.videos:
        return said(facts, facts.say(words.library.EMPTY))
    view = replace(_view(facts.shelf, facts), reply_to=facts.message_id)
    return Decision(changes=Changes(notices=(notice(facts.chat_id, view),)))


def turn(_: str, facts: Facts) -> Decision:
    """Another page, in the place of this one."""
    return Decision(turns=_view(facts.shelf, facts))


def send_again(_: str, facts: Facts) -> Decision:
    """The video once more, at the end of the chat."""
    video = _theirs(facts)
    if video is None:
        return Decision(toast=facts.say(words.library.UNKNOWN))
    return Decision(
        changes=Changes(notices=(notice(facts.chat_id, _sent(video, facts)),)),
        toast=facts.say(words.library.COMING),
    )


def ask_drop(argument: str, facts: Facts) -> Decision:
    """Ask once more, in the place of the list or below the video."""
    video = _theirs(facts)
    if video is None:
        return Decision(toast=facts.say(words.library.UNKNOWN))
    where = argument.partition(":")[2]
    asked = View(
        text=page(facts.say(words.library.ASK_DROP), heading=title_of(video, facts)),
        keyboard=beside.drop_now(video.id, where, facts.language),
    )
    return Decision(turns=asked)


def drop(argument: str, facts: Facts) -> Decision:
    """Off the list; a card that is still open goes with it, and so do its files."""
    video = _theirs(facts)
    toast = facts.say(words.library.UNKNOWN if video is None else words.library.DROPPED)
    if argument.endswith(f":{FROM_MESSAGE}"):
        after = View(text=page(toast))
    else:
        after = _view(facts.shelf, facts)
    if video is None:
        return Decision(toast=toast, turns=after)
    card = facts.video_card
    changes = Changes()
    if card is not None and card.status is ProjectStatus.OPEN and card.render_job == video.id:
        changes = home.delete(card, "", facts).changes
    return Decision(changes=replace(changes, drops_video=video.id), toast=toast, turns=after)


def title_of(video: MadeVideo, facts: Facts) -> str:
    """Its title, or what it was made of where it has none."""
    return video.title or texts.untitled(facts.language, video.media)


def _theirs(facts: Facts) -> MadeVideo | None:
    """The video that is pressed about, if it is there and theirs."""
    video = facts.video
    return video if video is not None and video.owner_id == facts.person.id else None


def _view(shelf: Shelf, facts: Facts) -> View:
    if not shelf.videos:
        return View(text=page(facts.say(words.library.EMPTY)))
    first = shelf.page * PER_PAGE + 1
    lines = [_line(number, video, facts) for number, video in enumerate(shelf.videos, first)]
    which = f" · {shelf.page + 1}/{shelf.pages}" if shelf.pages > 1 else ""
    return View(
        text=page(*lines, heading=facts.say(words.library.HEADING), beside=which),
        keyboard=beside.library(shelf, first, facts.language),
    )


def _line(number: int, video: MadeVideo, facts: Facts) -> str:
    title, made = isolated(title_of(video, facts)), date(facts.language, video.made_at)
    return f"{number}. {title} · {clock(video.made.duration_s)} · {made}"


def _sent(video: MadeVideo, facts: Facts) -> View:
    made, heading = video.made, title_of(video, facts)
    about = f" · {clock(made.duration_s)}"
    return View(
        text=page(date(facts.language, video.made_at), heading=heading, beside=about),
        instead=page(facts.say(words.library.FILE_GONE), heading=heading, beside=about),
        keyboard=((beside.drop(video.id, FROM_MESSAGE, facts.language),),),
        video=Video(
            key=made.inline_key,
            thumbnail_key=made.thumbnail_key,
            width=made.inline_width,
            height=made.inline_height,
            duration_s=made.duration_s,
            render=video.id,
            file_id=video.file_id,
        ),
        reply_to=facts.message_id,
    )
