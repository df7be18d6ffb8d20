"""The one door: what happened goes in with what is known, what to write and to say comes out.

Every function here is pure and safe to call again: after StaleProject the caller reads the project
and the facts anew and asks once more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from conversations import (
    apikeys,
    autopilot,
    cards,
    commands,
    covers,
    defaults,
    edits,
    failures,
    finished,
    forgetting,
    glimpse,
    groups,
    hearing,
    home,
    intake,
    keyboards,
    language,
    library,
    look,
    making,
    members,
    parts,
    people,
    publishing,
    repeated,
    several,
    sound,
    texts,
    trim,
    uploading,
    words,
)
from conversations import typed as typing
from conversations.keyboards import Verb
from conversations.model import Decision, Facts, Received, View
from conversations.notices import said
from conversations.phases import Phase, gone, phase, why_not
from jobs.model import Face, Job, JobKind, Project, ProjectStatus
from jobs.payloads import Part, part_of

Act = Callable[[Project, str, Facts], Decision]

# Presses that change the edit or turn the card over: only while it can be changed.
_EDITING: Mapping[Verb, Act] = {
    Verb.SHOW: home.show,
    Verb.EDGE: trim.select,
    Verb.NUDGE: trim.nudge,
    Verb.KEEP_ALL: trim.keep_all,
    Verb.KEEP_LAST: trim.keep_last,
    Verb.UNDO: edits.undo,
    Verb.SHAPE: look.set_shape,
    Verb.LOOK: look.set_look,
    Verb.RESPONSE: look.set_response,
    Verb.LOOK_PAGE: look.turn_page,
    Verb.SURPRISE: look.surprise,
    Verb.COVER: covers.ask,
    Verb.OWN_PHOTO: covers.use_profile,
    Verb.NO_COVER: covers.use_none,
    Verb.NOISE: sound.set_noise,
    Verb.LEVEL: sound.toggle_level,
    Verb.SILENCE: sound.set_silence,
}
# Presses that know themselves whether they can be done now.
_ANYTIME: Mapping[Verb, Act] = {
    Verb.MAKE: making.make,
    Verb.STOP: making.stop,
    Verb.WAIT: autopilot.wait,
    Verb.AGAIN: making.again,
    Verb.SIMPLER: making.make_simpler,
    Verb.SMALLER: making.make_smaller,
    Verb.MAKE_HERE: making.make_here,
    Verb.TELL: failures.tell_owner,
    Verb.FIRST_PART: parts.first,
    Verb.LOUDEST_PART: parts.loudest,
    Verb.ANYWAY: parts.make_anyway,
    Verb.ANOTHER: parts.another,
    Verb.JOIN: several.join,
    Verb.SEPARATE: several.separate,
    Verb.HEAR: hearing.hear,
    Verb.GLIMPSE: glimpse.glimpse,
    Verb.CHANGE: finished.change,
    Verb.OTHER_SIZE: finished.other_size,
    Verb.ATTEST: people.attest,
    Verb.NEW_LINK: uploading.renew,
    Verb.SHRINK: uploading.shrink,
    Verb.PUBLISH: publishing.publish,
    Verb.TAKE_BACK: publishing.take_back,
    Verb.DELETE: forgetting.ask_delete,
    Verb.DELETE_NOW: home.delete,
}
# Presses that name no project.
_BESIDE: Mapping[Verb, Callable[[str, Facts], Decision]] = {
    Verb.INVITE: members.answer,
    Verb.PEOPLE: members.turn,
    Verb.NEW_INVITE: members.invite,
    Verb.REMOVE: members.ask_remove,
    Verb.REMOVE_NOW: members.remove,
    Verb.LANGUAGE: language.choose,
    Verb.NEW_KEY: apikeys.new,
    Verb.REVOKE_KEY: apikeys.revoke,
    Verb.UNSAY_KEY: apikeys.unsay,
    Verb.FORGET: forgetting.everything,
    Verb.SETTINGS: defaults.press,
    Verb.SAMPLE: intake.try_sample,
    Verb.AUTOPILOT: autopilot.answer,
    Verb.LIBRARY: library.turn,
    Verb.SEND_AGAIN: library.send_again,
    Verb.DROP: library.ask_drop,
    Verb.DROP_NOW: library.drop,
}
_VIEWS: Mapping[Phase, Callable[[Project, Facts], View]] = {
    Phase.UNATTESTED: people.attest_view,
    Phase.UNSENT: uploading.view,
    Phase.TOO_LONG: parts.view,
    Phase.SEVERAL: several.view,
    Phase.LISTENING: intake.view,
    Phase.UNHEARD: intake.unheard,
    Phase.UNFETCHED: intake.unheard,
    Phase.MAKING: making.view,
    Phase.STOPPED: making.unfinished,
    Phase.FAILED: making.unfinished,
    Phase.DONE: finished.view,
    Phase.GONE: home.closed,
}
_FACES: Mapping[Face, Callable[[Project, Facts], View]] = {
    Face.HOME: home.view,
    Face.TRIM: trim.view,
    Face.LOOK: look.view,
    Face.SOUND: sound.view,
}

stranger = people.stranger
outsider = groups.outsider
outsider_pressed = groups.outsider_pressed
mentioned = groups.hint
unusable = intake.unusable
photo = covers.photo
uploaded = uploading.uploaded
typed = typing.typed


def command(name: str, argument: str, facts: Facts) -> Decision:
    """`name` is without the slash; the jobs in `facts` are those of `facts.newest`."""
    answer = groups.command if facts.is_group else commands.command
    return answer(name, argument, facts)


def receive(received: Received, facts: Facts) -> Decision:
    """A recording or a link came in; one that is open already, or made, is shown instead."""
    if facts.same is not None:
        told = repeated.shown(facts.same, view(facts.same, facts), facts)
        if told is not None:
            return told
    return intake.receive(received, facts)


def press(project: Project | None, data: str, facts: Facts) -> Decision:
    """A button was pressed; `project` is None when the one it names is not known."""
    pressed = keyboards.decode(data)
    is_beside = pressed is not None and not pressed.project
    if pressed is None or (is_beside and facts.is_group):
        return Decision(toast=facts.say(words.answers.OLD_BUTTON))
    if pressed.verb is Verb.ASK:
        return people.ask(facts)
    if pressed.verb in _BESIDE:
        return _BESIDE[pressed.verb](pressed.argument, facts)
    if project is None:
        return Decision(toast=facts.say(words.answers.GONE))
    refusal = _refusal(project, pressed.verb, facts)
    if refusal:
        return Decision(toast=refusal)
    act = _EDITING.get(pressed.verb) or _ANYTIME[pressed.verb]
    return act(project, pressed.argument, facts)


def _refusal(project: Project, verb: Verb, facts: Facts) -> str:
    if project.owner_id != facts.person.id:
        return texts.only_steers(facts)
    if project.status is not ProjectStatus.OPEN:
        return gone(project, facts)
    return why_not(project, facts) if verb in _EDITING else ""


def job_ended(project: Project, job: Job, facts: Facts) -> Decision:
    """What follows from the end of one of the project's jobs."""
    if project.status is not ProjectStatus.OPEN:
        return Decision()
    match job.kind:
        case JobKind.INGEST if job.id == project.cover_job:
            return covers.arrived(project, job, facts)
        case JobKind.INGEST:
            return intake.heard(project, job, facts)
        case JobKind.LOOK:
            return cards.drawn(project, job, facts)
        case JobKind.PREVIEW:
            was_seen = part_of(job.input) is Part.GLIMPSE
            return (glimpse.seen if was_seen else hearing.heard)(project, job, facts)
        case JobKind.RENDER:
            return making.ended(project, job, facts)
        case JobKind.SAVE:  # its render shares its fate and speaks for both
            return Decision()


def view(project: Project, facts: Facts) -> View:
    """The project's one message as it should look now."""
    now = phase(project, facts)
    draw = _FACES[project.face] if now is Phase.READY else _VIEWS[now]
    return draw(project, facts)


def ping(project: Project, facts: Facts) -> View:
    """The short message that says a video is ready."""
    return finished.ping(project, facts)


def pressed_before(facts: Facts) -> Decision:
    """What is said to a press whose work was begun by another one, or by the same told twice."""
    return Decision(toast=facts.say(words.answers.ALREADY))


def over_quota(quota: str, facts: Facts, *, pressed: bool = False) -> Decision:
    """What is said when the store refused: a toast to a press, else a message."""
    told = texts.quota(quota, facts)
    return Decision(toast=told) if pressed else said(facts, told)
