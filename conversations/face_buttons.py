"""Buttons of the card's faces: trim, look and sound."""

from __future__ import annotations

from dataclasses import replace

from conversations import keyboards, pages, texts, words
from conversations.figures import clock
from conversations.keyboards import Verb
from conversations.model import Button, Facts, Keyboard, Style
from conversations.phases import edit_of, length_s, response_of
from conversations.words.text import Language
from jobs.model import Edge, Face, Project, Shape
from jobs.payloads import Part
from jobs.recipe import TrimSilence
from modal_render.contract import RESPONSES

NUDGES_S = (-5, -1, 1, 5)
_SHAPES = {Shape.VERTICAL: "▮ 9:16", Shape.SQUARE: "■ 1:1", Shape.WIDE: "▬ 16:9"}


def trim(project: Project, facts: Facts) -> Keyboard:
    clips = edit_of(project).recipe.clips
    start = f"{facts.say(words.names.EDGES[Edge.START])} {clock(clips[0].start_s)}"
    end = f"{facts.say(words.names.EDGES[Edge.END])} {clock(clips[-1].end_s)}"
    is_start = project.edge is Edge.START
    return (
        (
            keyboards.button(project, f"● {start}" if is_start else start, Verb.EDGE, Edge.START),
            keyboards.button(project, end if is_start else f"● {end}", Verb.EDGE, Edge.END),
        ),
        tuple(keyboards.button(project, _signed(by), Verb.NUDGE, str(by)) for by in NUDGES_S),
        (keyboards.keep_all_button(project, facts.language), *_undo(project, facts)),
        (
            keyboards.button(project, facts.say(words.buttons.HEAR_EDGES), Verb.HEAR, Part.EDGES),
            _done(project, facts.language),
        ),
    )


def look(project: Project, facts: Facts) -> Keyboard:
    edit = edit_of(project)
    shapes = tuple(
        _option(project, label, shape is edit.shape, Verb.SHAPE, shape)
        for shape, label in _SHAPES.items()
    )
    moves = response_of(edit, facts)
    responses = tuple(
        _option(project, texts.response(facts.language, way), way == moves, Verb.RESPONSE, way)
        for way in RESPONSES
    )
    more = str(pages.page_after(project.page))
    return (
        shapes,
        *_numbered_looks(project, facts),
        (
            keyboards.button(project, facts.say(words.buttons.SURPRISE), Verb.SURPRISE),
            keyboards.button(project, facts.say(words.buttons.MORE_LOOKS), Verb.LOOK_PAGE, more),
        ),
        responses,
        (
            keyboards.button(project, facts.say(words.covers.BUTTON), Verb.COVER),
            keyboards.glimpse_button(project, facts.language),
        ),
        (*_undo(project, facts), _back(project, facts.language)),
    )


def sound(project: Project, facts: Facts) -> Keyboard:
    recipe = edit_of(project).recipe
    cleans = tuple(
        _option(project, facts.say(label), clean is recipe.clean, Verb.NOISE, clean)
        for clean, label in words.buttons.CLEANS.items()
    )
    is_even = recipe.level_lufs is not None
    level = _option(project, facts.say(words.names.LEVEL), is_even, Verb.LEVEL)
    compare = keyboards.button(
        project, facts.say(words.buttons.BEFORE_AFTER), Verb.HEAR, Part.COMPARE
    )
    last = (*_undo(project, facts), _back(project, facts.language))
    return (cleans, (level,), *_silences(project, facts), (compare,), last)


def _numbered_looks(project: Project, facts: Facts) -> Keyboard:
    """The looks of the page, each under its number in the picture."""
    chosen = edit_of(project).look
    buttons = [
        _option(
            project,
            f"{number} {texts.look(facts.language, look)}",
            look == chosen,
            Verb.LOOK,
            look,
        )
        for number, look in enumerate(
            pages.looks_on(project.page), pages.first_number(project.page)
        )
    ]
    rows = range(0, len(buttons), pages.PER_ROW)
    return tuple(tuple(buttons[at : at + pages.PER_ROW]) for at in rows)


def _silences(project: Project, facts: Facts) -> Keyboard:
    chosen = edit_of(project).recipe.trim_silence
    keep, edges, pauses = (
        _option(
            project,
            f"{facts.say(label)}{_saved(project, way, facts)}",
            way is chosen,
            Verb.SILENCE,
            way,
        )
        for way, label in words.buttons.SILENCES.items()
    )
    return ((keep, edges), (pauses,))


def _option(project: Project, label: str, chosen: bool, verb: Verb, argument: str = "") -> Button:
    return keyboards.button(project, keyboards.marked(label, chosen), verb, argument)


def _undo(project: Project, facts: Facts) -> tuple[Button, ...]:
    if facts.last_edit is None:
        return ()
    return (keyboards.button(project, facts.say(words.buttons.UNDO), Verb.UNDO),)


def _done(project: Project, language: Language) -> Button:
    return keyboards.button(
        project, words.buttons.DONE.to(language), Verb.SHOW, Face.HOME, Style.PRIMARY
    )


def _back(project: Project, language: Language) -> Button:
    return keyboards.button(project, words.buttons.BACK.to(language), Verb.SHOW, Face.HOME)


def _saved(project: Project, way: TrimSilence, facts: Facts) -> str:
    """How much shorter that makes the video, when it does."""
    edit = edit_of(project)
    kept, cut = (
        length_s(replace(edit, recipe=replace(edit.recipe, trim_silence=which)), facts)
        for which in (TrimSilence.OFF, way)
    )
    return f" \u2212{round(kept - cut)} s" if kept - cut >= 0.5 else ""


def _signed(seconds: int) -> str:
    return f"+{seconds} s" if seconds > 0 else f"\u2212{-seconds} s"
