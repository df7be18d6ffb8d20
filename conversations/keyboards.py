"""Every button there is: what stands on it, and what comes back when it is pressed.

Labels that are sentences are in texts.py. Callback data is `verb:project[:argument]`, at most 64
bytes; `ak` and `iv:{user}:y|n` are about people, `kn`, `kr:{key}` and `kd:{key}` about keys to the
API, and name no project. All state is in the database, so no button ever dies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from conversations import names, texts
from conversations.figures import about, clock, megabytes
from conversations.model import Button, Facts, Keyboard, Style
from conversations.phases import edit_of, length_s, response_of
from jobs.model import Edge, Face, Project, Shape
from jobs.payloads import Rendered
from jobs.recipe import Clean, TrimSilence
from modal_render.contract import LOOKS, RESPONSES

NUDGES_S = (-5, -1, 1, 5)
PER_ROW = 4
_PROJECT = re.compile(r"[0-9a-z]{8}")
_SHAPES = {Shape.VERTICAL: "▮ 9:16", Shape.SQUARE: "■ 1:1", Shape.WIDE: "▬ 16:9"}
_OTHERS = {Shape.VERTICAL: "▮ Vertical", Shape.SQUARE: "■ Square", Shape.WIDE: "▬ Wide"}
_CLEANS = {Clean.OFF: "Noise: Off", Clean.SOFT: "Soft", Clean.STRONG: "Strong"}
_SILENCES = {
    TrimSilence.OFF: "Silence: Keep",
    TrimSilence.EDGES: "Cut ends",
    TrimSilence.LONG_PAUSES: "Cut pauses",
}


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
    NOISE = "sn"
    LEVEL = "sl"
    SILENCE = "ss"
    STOP = "jx"
    AGAIN = "jr"
    DELETE = "dl"
    DELETE_NOW = "dy"
    CHANGE = "ed"
    OTHER_SIZE = "rf"
    ATTEST = "at"
    ASK = "ak"
    INVITE = "iv"
    NEW_KEY = "kn"
    REVOKE_KEY = "kr"
    UNSAY_KEY = "kd"


# What names no project.
ABOUT_PEOPLE = frozenset({Verb.ASK, Verb.INVITE})
ABOUT_KEYS = frozenset({Verb.NEW_KEY, Verb.REVOKE_KEY, Verb.UNSAY_KEY})


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
    if verb in ABOUT_PEOPLE | ABOUT_KEYS:
        return Press(verb=verb, argument=rest)
    project, _, argument = rest.partition(":")
    return (
        Press(verb=verb, project=project, argument=argument)
        if _PROJECT.fullmatch(project)
        else None
    )


def home(project: Project, facts: Facts) -> Keyboard:
    estimate = f" · about {about(facts.estimate_s)}" if facts.estimate_s is not None else ""
    make = _button(project, f"✨ Make video{estimate}", Verb.MAKE, style=Style.SUCCESS)
    return ((make,), *_tools(project))


def stopped(project: Project, facts: Facts) -> Keyboard:
    """As if it had never been asked for, and the way to be rid of it."""
    return (*home(project, facts), (_delete(project),))


def failed(project: Project, *, again: bool) -> Keyboard:
    """What can be done about a render that failed."""
    retry = _button(project, "Try again", Verb.AGAIN, style=Style.SUCCESS)
    return (*(((retry,),) if again else ()), *_tools(project), (_delete(project),))


def _tools(project: Project) -> Keyboard:
    return (
        (
            _button(project, "✂️ Trim", Verb.SHOW, Face.TRIM),
            _button(project, "🎨 Look", Verb.SHOW, Face.LOOK),
        ),
        (
            _button(project, "🎚 Sound", Verb.SHOW, Face.SOUND),
            _button(project, "🎧 Hear it", Verb.HEAR, "all"),
        ),
    )


def trim(project: Project, facts: Facts) -> Keyboard:
    clips = edit_of(project).recipe.clips
    start = f"Start {clock(clips[0].start_s)}"
    end = f"End {clock(clips[-1].end_s)}"
    is_start = project.edge is Edge.START
    return (
        (
            _button(project, f"● {start}" if is_start else start, Verb.EDGE, Edge.START),
            _button(project, end if is_start else f"● {end}", Verb.EDGE, Edge.END),
        ),
        tuple(_button(project, _signed(by), Verb.NUDGE, str(by)) for by in NUDGES_S),
        (_button(project, "Keep all", Verb.KEEP_ALL), *_undo(project, facts)),
        (_hear(project), _done(project)),
    )


def look(project: Project, facts: Facts) -> Keyboard:
    edit = edit_of(project)
    shapes = tuple(
        _option(project, label, shape is edit.shape, Verb.SHAPE, shape)
        for shape, label in _SHAPES.items()
    )
    looks = [
        _option(project, name, look == edit.look, Verb.LOOK, look) for look, name in LOOKS.items()
    ]
    responses = tuple(
        _option(project, name, response == response_of(edit, facts), Verb.RESPONSE, response)
        for response, name in RESPONSES.items()
    )
    return (shapes, *_rows(looks), responses, (*_undo(project, facts), _back(project)))


def sound(project: Project, facts: Facts) -> Keyboard:
    recipe = edit_of(project).recipe
    cleans = tuple(
        _option(project, label, clean is recipe.clean, Verb.NOISE, clean)
        for clean, label in _CLEANS.items()
    )
    level = _option(project, names.LEVEL, recipe.level_lufs is not None, Verb.LEVEL)
    chosen = recipe.trim_silence
    silences = tuple(
        _option(project, f"{label}{_saved(project, way, facts)}", way is chosen, Verb.SILENCE, way)
        for way, label in _SILENCES.items()
    )
    return (cleans, (level,), silences, (_hear(project), *_undo(project, facts), _back(project)))


def stop(project: Project) -> Keyboard:
    return ((_button(project, "Stop", Verb.STOP, style=Style.DANGER),),)


def unheard(project: Project, *, again: bool) -> Keyboard:
    retry = _button(project, "Try again", Verb.AGAIN, style=Style.SUCCESS)
    return ((*((retry,) if again else ()), _delete(project)),)


def attest(project: Project) -> Keyboard:
    yes = _button(project, texts.IT_IS_MINE, Verb.ATTEST, style=Style.SUCCESS)
    return ((yes,), (_button(project, "No, leave it", Verb.DELETE_NOW),))


def done(project: Project, made: Rendered, link: str) -> Keyboard:
    size = f"{made.width}x{made.height}, {megabytes(made.size_bytes)}"
    full = ((Button(label=f"⬇️ Full quality ({size})", url=link),),) if link else ()
    others = tuple(
        _button(project, f"{label} too", Verb.OTHER_SIZE, shape)
        for shape, label in _OTHERS.items()
        if shape is not edit_of(project).shape
    )
    return (*full, (*others, _button(project, "Change", Verb.CHANGE)))


def after_typing(project: Project, first_s: float = 0.0) -> Keyboard:
    """Under the answer to a typed change: the other thing it may have meant, and undo."""
    undo = _button(project, "↩ Undo", Verb.UNDO)
    if not first_s:
        return ((undo,),)
    last = _button(
        project,
        texts.meant_last(first_s),
        Verb.KEEP_LAST,
        str(round(first_s * 1000)),
    )
    return ((last, undo),)


def keep_all(project: Project) -> Keyboard:
    return ((_button(project, "Keep all", Verb.KEEP_ALL),),)


def change(project: Project) -> Keyboard:
    return ((_button(project, "Change", Verb.CHANGE),),)


def delete_now(project: Project) -> Keyboard:
    return ((_button(project, "Delete it now", Verb.DELETE_NOW, style=Style.DANGER),),)


def ask_for_access() -> Keyboard:
    return ((Button(label="Ask for access", data=Verb.ASK, style=Style.PRIMARY),),)


def invite(user_id: int) -> Keyboard:
    yes = Button(label="Yes", data=f"{Verb.INVITE}:{user_id}:y", style=Style.SUCCESS)
    return ((yes, Button(label="No", data=f"{Verb.INVITE}:{user_id}:n")),)


def remove(user_id: int, name: str) -> Button:
    return Button(label=f"Remove {name}", data=f"{Verb.INVITE}:{user_id}:n", style=Style.DANGER)


def let_in(user_id: int, name: str) -> Button:
    return Button(label=f"Let {name} in", data=f"{Verb.INVITE}:{user_id}:y")


def new_key(key_id: str, key: str) -> Keyboard:
    """Under a key that is shown for the only time."""
    revoke = _revoke(key_id, "Revoke", and_unsay=True)
    unsay = Button(label="Delete this message", data=f"{Verb.UNSAY_KEY}:{key_id}")
    return ((Button(label="Copy the key", copy=key),), (unsay, revoke))


def keys(key_ids: tuple[str, ...], *, may_make: bool) -> Keyboard:
    """A way out for every key, and one more key while there may be one."""
    rows = tuple((_revoke(key_id, f"Revoke {key_id}"),) for key_id in key_ids)
    return (*rows, (Button(label="New key", data=Verb.NEW_KEY),)) if may_make else rows


def _revoke(key_id: str, label: str, *, and_unsay: bool = False) -> Button:
    data = f"{Verb.REVOKE_KEY}:{key_id}" + (":m" if and_unsay else "")
    return Button(label=label, data=data, style=Style.DANGER)


def _button(
    project: Project, label: str, verb: Verb, argument: str = "", style: Style = Style.PLAIN
) -> Button:
    return Button(label=label, data=encode(verb, project.id, argument), style=style)


def _option(project: Project, label: str, chosen: bool, verb: Verb, argument: str = "") -> Button:
    return _button(project, f"{label} ✓" if chosen else label, verb, argument)


def _undo(project: Project, facts: Facts) -> tuple[Button, ...]:
    return (_button(project, "↩ Undo", Verb.UNDO),) if facts.last_edit is not None else ()


def _hear(project: Project) -> Button:
    return _button(project, "🎧 Hear it", Verb.HEAR, "all")


def _done(project: Project) -> Button:
    return _button(project, "✓ Done", Verb.SHOW, Face.HOME, Style.PRIMARY)


def _back(project: Project) -> Button:
    return _button(project, "\u2039 Back", Verb.SHOW, Face.HOME)


def _delete(project: Project) -> Button:
    return _button(project, "Delete", Verb.DELETE, style=Style.DANGER)


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


def _rows(buttons: list[Button]) -> Keyboard:
    return tuple(tuple(buttons[at : at + PER_ROW]) for at in range(0, len(buttons), PER_ROW))
