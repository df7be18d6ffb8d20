"""Every button of a card: what stands on it, and what comes back when it is pressed.

What stands on them is in words/. Callback data is `verb:project[:argument]`, at most 64 bytes;
`ak`, `iv:{user}:y|n` and `lg:{language}` (people), `kn`, `kr:{key}` and `kd:{key}` (keys),
`hs:{page}`, `hv:{video}`, `hd:{video}:{page}` and `hx:{video}:{page}` (library),
`st:{what}:{value}`, `ap:1|0` and `dm` name no project. All state is in the database.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from conversations import pages, texts, words
from conversations.figures import clock, megabytes
from conversations.model import Button, Facts, Keyboard, Style
from conversations.phases import edit_of, length_s, response_of
from conversations.words.text import Language, Text
from jobs.model import Edge, Face, Project, Shape
from jobs.payloads import Part, Rendered
from jobs.recipe import TrimSilence
from modal_render.contract import RESPONSES

NUDGES_S = (-5, -1, 1, 5)
_PROJECT = re.compile(r"[0-9a-z]{8}")
_SHAPES = {Shape.VERTICAL: "▮ 9:16", Shape.SQUARE: "■ 1:1", Shape.WIDE: "▬ 16:9"}


class Verb(StrEnum):
    MAKE = "mk"
    SHOW = "vw"
    HEAR = "hr"
    EDGE = "te"
    NUDGE = "tn"
    KEEP_ALL = "ta"
    KEEP_LAST = "tl"
    UNDO = "un"
    SHAPE = "lf"
    LOOK = "ls"
    RESPONSE = "lm"
    LOOK_PAGE = "lp"
    SURPRISE = "lr"
    GLIMPSE = "lk"
    NOISE = "sn"
    LEVEL = "sl"
    SILENCE = "ss"
    STOP = "jx"
    AGAIN = "jr"
    SIMPLER = "lz"
    SMALLER = "lq"
    MAKE_HERE = "mh"
    TELL = "tw"
    FIRST_PART = "pf"
    LOUDEST_PART = "pl"
    ANYWAY = "an"
    ANOTHER = "pa"
    COVER = "lc"
    OWN_PHOTO = "lu"
    NO_COVER = "lx"
    JOIN = "jn"
    SEPARATE = "sp"
    DELETE = "dl"
    DELETE_NOW = "dy"
    CHANGE = "ed"
    OTHER_SIZE = "rf"
    ATTEST = "at"
    NEW_LINK = "ul"
    SHRINK = "uh"
    PUBLISH = "pp"
    TAKE_BACK = "pu"
    ASK = "ak"
    INVITE = "iv"
    LANGUAGE = "lg"
    NEW_KEY = "kn"
    REVOKE_KEY = "kr"
    UNSAY_KEY = "kd"
    LIBRARY = "hs"
    SEND_AGAIN = "hv"
    DROP = "hd"
    DROP_NOW = "hx"
    SETTINGS = "st"
    AUTOPILOT = "ap"
    WAIT = "wa"
    SAMPLE = "dm"


# What names no project.
ABOUT_PEOPLE = frozenset({Verb.ASK, Verb.INVITE, Verb.LANGUAGE})
ABOUT_KEYS = frozenset({Verb.NEW_KEY, Verb.REVOKE_KEY, Verb.UNSAY_KEY})
ABOUT_VIDEOS = frozenset({Verb.LIBRARY, Verb.SEND_AGAIN, Verb.DROP, Verb.DROP_NOW})
ABOUT_HABITS = frozenset({Verb.SETTINGS, Verb.AUTOPILOT})
_NO_PROJECT = ABOUT_PEOPLE | ABOUT_KEYS | ABOUT_VIDEOS | ABOUT_HABITS | {Verb.SAMPLE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A press as it comes back; `project` is empty for verbs about people and keys."""

    verb: Verb
    project: str = ""
    argument: str = ""


def encode(verb: Verb, project_id: str, argument: str = "") -> str:
    return f"{verb}:{project_id}:{argument}" if argument else f"{verb}:{project_id}"


def decode(data: str) -> Press | None:
    """None for what no button of ours sends."""
    name, _, rest = data.partition(":")
    if name not in tuple(Verb):
        return None
    verb = Verb(name)
    if verb in _NO_PROJECT:
        return Press(verb=verb, argument=rest)
    project, _, argument = rest.partition(":")
    return (
        Press(verb=verb, project=project, argument=argument)
        if _PROJECT.fullmatch(project)
        else None
    )


def home(project: Project, facts: Facts) -> Keyboard:
    label = f"{facts.say(words.buttons.MAKE)}{texts.estimate(facts.language, facts.estimate_s)}"
    make = button(project, label, Verb.MAKE, style=Style.SUCCESS)
    another = button(project, facts.say(words.parts.PICK_ANOTHER), Verb.ANOTHER)
    is_listed = facts.asset is not None and facts.asset.listed > 1
    return ((make,), *_tools(project, facts.language), *(((another,),) if is_listed else ()))


def stopped(project: Project, facts: Facts) -> Keyboard:
    """As if it had never been asked for, and the way to be rid of it."""
    return (*home(project, facts), (_delete(project, facts.language),))


def failed(project: Project, facts: Facts, ways: Mapping[Verb, Text], *, tell: bool) -> Keyboard:
    """What can be done about a render that failed: the best way is green and stands first."""
    retry = tuple(
        button(project, facts.say(label), verb, style=Style.PLAIN if at else Style.SUCCESS)
        for at, (verb, label) in enumerate(ways.items())
    )
    label = facts.say(words.failures.TELL_OWNER)
    owner = (button(project, label, Verb.TELL),) if tell else ()
    last = (*owner, _delete(project, facts.language))
    return (*((retry,) if retry else ()), *_tools(project, facts.language), last)


def _tools(project: Project, language: Language) -> Keyboard:
    trimming, looks, sounds = (
        button(project, label.to(language), Verb.SHOW, face)
        for label, face in (
            (words.buttons.TRIM, Face.TRIM),
            (words.buttons.LOOK, Face.LOOK),
            (words.buttons.SOUND, Face.SOUND),
        )
    )
    return ((trimming, looks), (sounds, _hear(project, language)), (_glimpse(project, language),))


def trim(project: Project, facts: Facts) -> Keyboard:
    clips = edit_of(project).recipe.clips
    start = f"{facts.say(words.names.EDGES[Edge.START])} {clock(clips[0].start_s)}"
    end = f"{facts.say(words.names.EDGES[Edge.END])} {clock(clips[-1].end_s)}"
    is_start = project.edge is Edge.START
    return (
        (
            button(project, f"● {start}" if is_start else start, Verb.EDGE, Edge.START),
            button(project, end if is_start else f"● {end}", Verb.EDGE, Edge.END),
        ),
        tuple(button(project, _signed(by), Verb.NUDGE, str(by)) for by in NUDGES_S),
        (_keep_all(project, facts.language), *_undo(project, facts)),
        (
            button(project, facts.say(words.buttons.HEAR_EDGES), Verb.HEAR, Part.EDGES),
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
            button(project, facts.say(words.buttons.SURPRISE), Verb.SURPRISE),
            button(project, facts.say(words.buttons.MORE_LOOKS), Verb.LOOK_PAGE, more),
        ),
        responses,
        (
            button(project, facts.say(words.covers.BUTTON), Verb.COVER),
            _glimpse(project, facts.language),
        ),
        (*_undo(project, facts), _back(project, facts.language)),
    )


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


def sound(project: Project, facts: Facts) -> Keyboard:
    recipe = edit_of(project).recipe
    cleans = tuple(
        _option(project, facts.say(label), clean is recipe.clean, Verb.NOISE, clean)
        for clean, label in words.buttons.CLEANS.items()
    )
    is_even = recipe.level_lufs is not None
    level = _option(project, facts.say(words.names.LEVEL), is_even, Verb.LEVEL)
    compare = button(project, facts.say(words.buttons.BEFORE_AFTER), Verb.HEAR, Part.COMPARE)
    last = (*_undo(project, facts), _back(project, facts.language))
    return (cleans, (level,), *_silences(project, facts), (compare,), last)


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


def stop(project: Project, language: Language) -> Keyboard:
    label = words.buttons.STOP.to(language)
    return ((button(project, label, Verb.STOP, style=Style.DANGER),),)


def unheard(project: Project, language: Language, *, again: bool) -> Keyboard:
    retry = (_again(project, language),) if again else ()
    return ((*retry, _delete(project, language)),)


def public(project: Project, facts: Facts, share: str) -> Keyboard:
    """The video's page, or the button that opens one; `share` passes its link on."""
    if not facts.limits.pages:
        return ()
    if not facts.page_link:
        label = facts.say(words.buttons.PUBLISH)
        return ((button(project, label, Verb.PUBLISH, style=Style.PRIMARY),),)
    watch = Button(label=facts.say(words.buttons.WATCH_PAGE), url=facts.page_link)
    send = Button(label=facts.say(words.buttons.SEND_TO_CHAT), url=share)
    back = button(project, facts.say(words.buttons.TAKE_BACK), Verb.TAKE_BACK)
    return ((watch, back), (send,)) if share else ((watch, back),)


def done(project: Project, made: Rendered, link: str, facts: Facts, share: str = "") -> Keyboard:
    """What leads to the video first, while it is there; then what can be made of it."""
    language = facts.language
    size = f"{made.width}x{made.height}, {megabytes(language, made.size_bytes)}"
    label = words.buttons.FULL_QUALITY.to(language, size=size)
    full = ((Button(label=label, url=link),),) if link else ()
    others = tuple(
        button(project, label.to(language), Verb.OTHER_SIZE, shape)
        for shape, label in words.buttons.OTHER_SHAPES.items()
        if shape is not edit_of(project).shape
    )
    page = public(project, facts, share) if link else ()
    return (*full, *page, (*others, _change(project, language)))


def after_typing(project: Project, language: Language, first_s: float = 0.0) -> Keyboard:
    """Under the answer to a typed change: the other thing it may have meant, and undo."""
    undo = button(project, words.buttons.UNDO.to(language), Verb.UNDO)
    if not first_s:
        return ((undo,),)
    label = words.buttons.MEANT_LAST.to(language, length=clock(first_s))
    last = button(project, label, Verb.KEEP_LAST, str(round(first_s * 1000)))
    return ((last, undo),)


def keep_all(project: Project, language: Language) -> Keyboard:
    return ((_keep_all(project, language),),)


def change(project: Project, language: Language) -> Keyboard:
    return ((_change(project, language),),)


def delete_now(project: Project, language: Language) -> Keyboard:
    label = words.buttons.DELETE_NOW.to(language)
    return ((button(project, label, Verb.DELETE_NOW, style=Style.DANGER),),)


def button(
    project: Project, label: str, verb: Verb, argument: str = "", style: Style = Style.PLAIN
) -> Button:
    return Button(label=label, data=encode(verb, project.id, argument), style=style)


def _option(project: Project, label: str, chosen: bool, verb: Verb, argument: str = "") -> Button:
    return button(project, marked(label, chosen), verb, argument)


def marked(label: str, is_chosen: bool) -> str:
    return f"{label} ✓" if is_chosen else label


def _undo(project: Project, facts: Facts) -> tuple[Button, ...]:
    if facts.last_edit is None:
        return ()
    return (button(project, facts.say(words.buttons.UNDO), Verb.UNDO),)


def _hear(project: Project, language: Language) -> Button:
    return button(project, words.buttons.HEAR.to(language), Verb.HEAR, Part.ALL)


def _glimpse(project: Project, language: Language) -> Button:
    return button(project, words.buttons.GLIMPSE.to(language), Verb.GLIMPSE)


def _again(project: Project, language: Language) -> Button:
    return button(project, words.buttons.AGAIN.to(language), Verb.AGAIN, style=Style.SUCCESS)


def _keep_all(project: Project, language: Language) -> Button:
    return button(project, words.buttons.KEEP_ALL.to(language), Verb.KEEP_ALL)


def _change(project: Project, language: Language) -> Button:
    return button(project, words.buttons.CHANGE.to(language), Verb.CHANGE)


def _done(project: Project, language: Language) -> Button:
    return button(project, words.buttons.DONE.to(language), Verb.SHOW, Face.HOME, Style.PRIMARY)


def _back(project: Project, language: Language) -> Button:
    return button(project, words.buttons.BACK.to(language), Verb.SHOW, Face.HOME)


def _delete(project: Project, language: Language) -> Button:
    return button(project, words.buttons.DELETE.to(language), Verb.DELETE, style=Style.DANGER)


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
