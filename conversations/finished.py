"""The finished video in the chat, and what can be made of it next."""

from __future__ import annotations

from dataclasses import replace

from conversations import cards, keyboards, links, texts, words, work
from conversations.figures import clock, days, page, took
from conversations.home import title_of
from conversations.model import Decision, Facts, Video, View
from conversations.phases import Phase, edit_of, phase, why_not
from jobs.model import Changes, Edit, Job, Project, Shape
from jobs.payloads import Rendered

INLINE_BYTES = 48 * 1024 * 1024  # a larger video is shown as a phone-size copy


def view(project: Project, facts: Facts) -> View:
    """The one message has become the video."""
    render = facts.render
    assert render is not None
    made = Rendered.from_json(render.result)
    link = facts.link if facts.now < _until(render, facts) else ""
    heading, beside = title_of(project, facts), f" · {clock(made.duration_s)}"
    about = _about(render, made, link, facts)
    refused = facts.say(words.cards.LINK_INSTEAD if link else words.cards.VIDEO_REFUSED)
    return View(
        text=page(*about, heading=heading, beside=beside),
        instead=page(refused, *about, heading=heading, beside=beside),
        keyboard=keyboards.done(project, made, link, facts, _share(project, facts)),
        video=Video(
            key=made.inline_key,
            thumbnail_key=made.thumbnail_key,
            width=made.inline_width,
            height=made.inline_height,
            duration_s=made.duration_s,
            render=render.id,
        ),
        reply_to=project.source_message_id,
    )


def _share(project: Project, facts: Facts) -> str:
    """Passes the page's link on to another chat; empty where nobody there could open it."""
    if not facts.page_link or not facts.limits.sharing:
        return ""
    return links.sharing(facts.page_link, title_of(project, facts))


def ping(project: Project, facts: Facts) -> View:
    """Calls the person back, for edits do not buzz; in a group it answers their message."""
    answered = project.source_message_id if facts.is_group else 0
    return View(text=page(facts.say(words.cards.PING)), reply_to=answered or project.message_id)


def change(project: Project, _: str, facts: Facts) -> Decision:
    """A new card with the same recording and edit; the finished video stays as it is."""
    refusal = _refusal(project, facts)
    if refusal:
        return Decision(toast=refusal)
    return _sibling(project, edit_of(project), facts, start=False)


def other_size(project: Project, argument: str, facts: Facts) -> Decision:
    """The same video in another shape, on a new card and at once."""
    refusal = _refusal(project, facts)
    if refusal or argument not in tuple(Shape):
        return Decision(toast=refusal or facts.say(words.answers.OLD_BUTTON))
    if argument == edit_of(project).shape:
        return Decision(toast=facts.say(words.answers.ALREADY_MADE))
    edit = replace(edit_of(project), shape=Shape(argument))
    return _sibling(project, edit, facts, start=True)


def _about(render: Job, made: Rendered, link: str, facts: Facts) -> tuple[str, ...]:
    until = _until(render, facts)
    took_s = facts.say(words.cards.MADE_IN, time=took(render.updated_at - render.created_at))
    if not link:
        return (took_s,)
    if made.size_bytes > INLINE_BYTES:
        return (took_s, texts.phone_size(facts.language, made.inline_bytes, until))
    return (took_s, texts.link_until(facts.language, until))


def _until(render: Job, facts: Facts) -> float:
    """When the link ends: seconds since 1970."""
    return render.updated_at + facts.limits.link_s


def _refusal(project: Project, facts: Facts) -> str:
    if phase(project, facts) is Phase.DONE:
        quiet_s = facts.limits.originals_s
        if facts.now <= project.touched_at + quiet_s:
            return ""
        return facts.say(words.answers.SOUND_TIDIED, time=days(facts.language, quiet_s))
    return why_not(project, facts) or facts.say(words.answers.CHANGE_HERE)


def _sibling(project: Project, edit: Edit, facts: Facts, *, start: bool) -> Decision:
    if _is_open_already(project, edit, facts):
        told = words.answers.ALREADY if start else words.answers.ALREADY_OPEN
        return Decision(toast=facts.say(told))
    told = words.answers.STARTING if start else words.answers.OPENED
    return Decision(changes=sibling(project, edit, facts, start=start), toast=facts.say(told))


def sibling(project: Project, edit: Edit, facts: Facts, *, start: bool) -> Changes:
    """A new project that replies to the card of this one, which stays as it is."""
    after = Project(
        id=facts.new_id()[:8],
        owner_id=project.owner_id,
        chat_id=project.chat_id,
        source=project.source,
        source_message_id=project.message_id,
        ingest_job=project.ingest_job,
        edit=edit,
        save_job=project.save_job,
        cover_job=project.cover_job,
    )
    changes = Changes(project=after)
    if start:
        after, jobs = work.making(after, facts, anew=False)
        changes = Changes(project=after, jobs=jobs)
    return cards.redrawn(changes, None, facts)


def _is_open_already(project: Project, edit: Edit, facts: Facts) -> bool:
    """Whether the button was pressed twice: the card it opens is the newest there is."""
    newest = facts.newest
    return (
        newest is not None
        and newest.id != project.id
        and newest.source_message_id == project.message_id
        and newest.edit == edit
    )
