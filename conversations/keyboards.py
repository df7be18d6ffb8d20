"""Buttons of a card: what stands on them, and what comes back when they are pressed.

What stands on them is in words/; those of the card's faces are in face_buttons.py. Callback data
is `verb:project[:argument]`, at most 64 bytes. `ak`, `iv:{user}:y|n[:{page}]`, `pe:{page}`, `pn`,
`pr:{user}:{page}`, `px:{user}:{page}` and `lg:{language}` (people), `kn`, `kr:{key}` and `kd:{key}`
(keys), `hs:{page}`, `hv:{video}`, `hd:{video}:{page}` and `hx:{video}:{page}` (library),
`st:{what}:{value}`, `ap:1|0`, `dm` and `fo` name no project. All state is in the database.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from conversations import texts, words
from conversations.figures import clock, data_size
from conversations.model import Button, Facts, Keyboard, Style
from conversations.phases import edit_of
from conversations.words.text import Language, Text
from jobs.model import Face, Project
from jobs.payloads import Part, Rendered

_PROJECT = re.compile(r"[0-9a-z]{8}")


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
    PEOPLE = "pe"
    NEW_INVITE = "pn"
    REMOVE = "pr"
    REMOVE_NOW = "px"
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
    FORGET = "fo"


# What names no project.
ABOUT_PEOPLE = frozenset(
    {
        *(Verb.ASK, Verb.INVITE, Verb.LANGUAGE, Verb.PEOPLE, Verb.NEW_INVITE),
        *(Verb.REMOVE, Verb.REMOVE_NOW),
    }
)
ABOUT_KEYS = frozenset({Verb.NEW_KEY, Verb.REVOKE_KEY, Verb.UNSAY_KEY})
ABOUT_VIDEOS = frozenset({Verb.LIBRARY, Verb.SEND_AGAIN, Verb.DROP, Verb.DROP_NOW})
ABOUT_HABITS = frozenset({Verb.SETTINGS, Verb.AUTOPILOT})
_NO_PROJECT = ABOUT_PEOPLE | ABOUT_KEYS | ABOUT_VIDEOS | ABOUT_HABITS | {Verb.SAMPLE, Verb.FORGET}


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
    return (
        (trimming, looks),
        (sounds, _hear(project, language)),
        (glimpse_button(project, language),),
    )


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
    size = f"{made.width}x{made.height}, {data_size(language, made.size_bytes)}"
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
    return ((keep_all_button(project, language),),)


def change(project: Project, language: Language) -> Keyboard:
    return ((_change(project, language),),)


def delete_now(project: Project, language: Language) -> Keyboard:
    label = words.buttons.DELETE_NOW.to(language)
    return ((button(project, label, Verb.DELETE_NOW, style=Style.DANGER),),)


def button(
    project: Project, label: str, verb: Verb, argument: str = "", style: Style = Style.PLAIN
) -> Button:
    return Button(label=label, data=encode(verb, project.id, argument), style=style)


def marked(label: str, is_chosen: bool) -> str:
    return f"{label} ✓" if is_chosen else label


def _hear(project: Project, language: Language) -> Button:
    return button(project, words.buttons.HEAR.to(language), Verb.HEAR, Part.ALL)


def glimpse_button(project: Project, language: Language) -> Button:
    return button(project, words.buttons.GLIMPSE.to(language), Verb.GLIMPSE)


def _again(project: Project, language: Language) -> Button:
    return button(project, words.buttons.AGAIN.to(language), Verb.AGAIN, style=Style.SUCCESS)


def keep_all_button(project: Project, language: Language) -> Button:
    return button(project, words.buttons.KEEP_ALL.to(language), Verb.KEEP_ALL)


def _change(project: Project, language: Language) -> Button:
    return button(project, words.buttons.CHANGE.to(language), Verb.CHANGE)


def _delete(project: Project, language: Language) -> Button:
    return button(project, words.buttons.DELETE.to(language), Verb.DELETE, style=Style.DANGER)
