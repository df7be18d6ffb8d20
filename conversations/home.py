"""The card's home: what is going to be made, and the doors to its other faces."""

from __future__ import annotations

from dataclasses import replace

from conversations import cards, keyboards, pages, texts, words
from conversations.figures import page
from conversations.model import Decision, Facts, View
from conversations.phases import edit_of, gone, is_active, is_complete, length_s, total_s
from jobs.model import Changes, Face, JobKind, Project, ProjectStatus

_SIDE_JOBS = (JobKind.LOOK, JobKind.PREVIEW)


def view(project: Project, facts: Facts) -> View:
    """The recording is there: one press makes the video."""
    told = (*summary(project, facts), texts.listed(project, facts), cards.left_out(facts))
    text = page(*told, heading=title_of(project, facts))
    return cards.face(project, facts, text, keyboards.home(project, facts))


def closed(project: Project, facts: Facts) -> View:
    """A card that was deleted or tidied away; its picture or video stays in the chat."""
    text = gone(project, facts)
    if project.status is ProjectStatus.DELETED and is_complete(facts.render):
        text = facts.say(words.answers.DELETED_MADE)
    return View(text=page(text), reply_to=project.source_message_id)


def show(project: Project, argument: str, facts: Facts) -> Decision:
    """Turn the card over. A render that was stopped or failed is put aside with that."""
    if argument not in tuple(Face):
        return Decision(toast=facts.say(words.answers.OLD_BUTTON))
    after = replace(
        project, face=Face(argument), page=pages.page_of(edit_of(project).look), render_job=""
    )
    if after == project:
        return Decision()
    return Decision(changes=cards.redrawn(Changes(project=after), project, facts))


def summary(project: Project, facts: Facts) -> tuple[str, str]:
    """What the picture shows, in words."""
    edit = edit_of(project)
    sound = texts.sound(
        facts.language,
        edit.recipe.clean,
        edit.recipe.level_lufs is not None,
        edit.recipe.trim_silence,
    )
    look, shape = texts.look(facts.language, edit.look), facts.say(words.names.SHAPES[edit.shape])
    return keeping(project, facts), f"{look} · {shape} · {sound}"


def keeping(project: Project, facts: Facts) -> str:
    edit = edit_of(project)
    clips = edit.recipe.clips
    return texts.keeping(
        facts.language,
        clips[0].start_s,
        clips[-1].end_s,
        length_s(edit, facts),
        total_s(project, facts),
    )


def title_of(project: Project, facts: Facts) -> str:
    """The title, or what was sent where it has none."""
    title = project.edit.title if project.edit else ""
    return title or texts.untitled(facts.language, project.source.media)


def delete(project: Project, _: str, facts: Facts) -> Decision:
    """Let go of the project and stop what runs for it; its files are swept with it."""
    after = replace(project, status=ProjectStatus.DELETED)
    jobs = (facts.ingest, facts.save, facts.render, facts.preview, facts.glimpse)
    cancels = tuple(job.id for job in jobs if job is not None and is_active(job))
    return Decision(
        changes=Changes(project=after, cancels=cancels, supersede=_SIDE_JOBS),
        toast=facts.say(words.answers.DELETED),
    )
