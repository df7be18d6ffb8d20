"""How a recording or a link becomes a card: taken or refused, listened to, ready."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePosixPath

from conversations import autopilot, beside, cards, keyboards, links, several, texts, words, work
from conversations.failures import may_try_again
from conversations.figures import page, tidy
from conversations.model import Button, Decision, Facts, Keyboard, Received, View
from conversations.notices import said
from conversations.phases import is_complete
from jobs.model import (
    Asset,
    Changes,
    Edit,
    Habits,
    Job,
    JobStatus,
    Project,
    Role,
    Source,
    SourceKind,
    Stage,
)
from jobs.payloads import Cover, asset_from_json
from jobs.recipe import MIN_RESULT_S, SILENT_DB, SOCIAL_LUFS, Clean, Clip, Recipe
from modal_render.contract import LOOKS, RESPONSES
from storage import keys

SAMPLE_S = 14.6  # a test holds the file to it
AIR_BEFORE_S = 0.1
AIR_AFTER_S = 0.15
_LOOKS = ("look", "shape", "response", "brand")  # what "the same look" is
_LOOK_OF_TALK = "mist"
_LOOK_OF_MUSIC = "pulse"
# What recorders and messengers call files: AUD-20240101-WA0001, voice_12, 2024-01-01 10.30.00.
_MACHINE_NAME = re.compile(
    r"(aud|audio|ptt|vid|video|voice|img|mov|rec|recording|record|file|track|memo|wa|new)?"
    r"([\W\d_]|wa|am|pm)*",
    re.IGNORECASE,
)


def receive(received: Received, facts: Facts) -> Decision:
    """A card for what came in, or why it cannot be taken, with the way out."""
    source = links.recognised(received.source)
    refusal = _refusal(source, facts)
    if refusal:
        return said(facts, refusal)
    if source.kind is SourceKind.TELEGRAM:  # what stands around a link is not its name
        source = replace(source, title=tidy(_first_line(received.caption) or source.title))
    if received.sender_id in (0, facts.person.id):
        source = _with_portrait(source, facts)
    else:  # nobody's face is shown to somebody else's voice
        source = replace(source, performer=source.performer or received.sender_name)
    is_fetched = not _is_too_large(source, facts) and source.duration_s <= facts.limits.audio_s
    message_id = received.message_id or facts.message_id
    sent = replace(source, message_id=message_id)
    more = several.gathered(sent, facts) if is_fetched else None
    if more is not None:
        return more
    project = Project(
        id=facts.new_id()[:8],
        owner_id=facts.person.id,
        chat_id=facts.chat_id,
        source=source,
        source_message_id=message_id,
        ingest_job="",
    )
    if _is_too_large(source, facts):
        return Decision(changes=Changes(project=_awaiting(project, facts)))
    is_long = source.duration_s > facts.limits.audio_s
    if is_long or (source.kind is SourceKind.YOUTUBE and not facts.person.attested):
        return Decision(changes=Changes(project=project))
    return Decision(changes=begun(project, facts, f"tg:{facts.chat_id}:{facts.message_id}"))


def try_sample(_: str, facts: Facts) -> Decision:
    """A card for the recording that comes along, made the way every other is."""
    newest = facts.newest
    if newest is not None and newest.source.kind is SourceKind.SAMPLE and not newest.render_job:
        return Decision(toast=facts.say(words.answers.ALREADY_OPEN))
    project = Project(
        id=facts.new_id()[:8],
        owner_id=facts.person.id,
        chat_id=facts.chat_id,
        source=_with_portrait(
            Source(kind=SourceKind.SAMPLE, media="voice", duration_s=SAMPLE_S), facts
        ),
        source_message_id=facts.message_id,
        ingest_job="",
    )
    return Decision(changes=begun(project, facts), toast=facts.say(words.answers.SAMPLE_COMING))


def _with_portrait(source: Source, facts: Facts) -> Source:
    """Shown with its sender's photo where it has no other picture, if they like that."""
    return replace(source, portrait_of=facts.person.id if facts.habits.portrait else 0)


def _awaiting(project: Project, facts: Facts) -> Project:
    """A card for what cannot be fetched: the recording is to come through the upload page."""
    key = keys.upload(facts.new_id(), "source", "bin")
    source = replace(project.source, kind=SourceKind.UPLOAD, file_id="", key=key)
    return replace(project, source=source)


def begun(project: Project, facts: Facts, dedupe_key: str = "") -> Changes:
    """The project with the job that brings its recording in."""
    after = replace(project, ingest_job=facts.new_id())
    return Changes(project=after, jobs=(work.listening(after, dedupe_key=dedupe_key),))


def unusable(media: str, facts: Facts) -> Decision:
    """Something without sound came in."""
    told = texts.unusable(facts.language, media)
    # In a group nobody else wants to read a sample.
    keyboard = () if facts.is_group else ((beside.sample(facts.language),),)
    return said(facts, told, keyboard=keyboard)


def heard(project: Project, job: Job, facts: Facts) -> Decision:
    """The recording is here: the card gets its first edit and its picture."""
    if job.id != project.ingest_job or project.edit is not None or not is_complete(job):
        return Decision()
    edit = edit_as_heard(project, asset_from_json(job.result), facts)
    after = replace(project, edit=edit)
    if project.source.waiting:  # nobody knows yet what is to be made
        return Decision(changes=cards.redrawn(Changes(project=after), None, facts))
    after, jobs = autopilot.begun(after, facts)
    return Decision(changes=cards.redrawn(Changes(project=after, jobs=jobs), None, facts))


def edit_as_heard(project: Project, asset: Asset, facts: Facts) -> Edit:
    """The first edit, with the photo that was sent before the recording was heard.

    A recording whose card was tidied away looks as it did there.
    """
    edit = first_edit(asset, project.source, facts.habits)
    if facts.earlier is not None and facts.earlier.look in LOOKS:
        looks = {name: getattr(facts.earlier, name) for name in _LOOKS}
        edit = replace(edit, **looks)
    if facts.cover is None or not is_complete(facts.cover):
        return edit
    return replace(edit, cover_key=Cover.from_json(facts.cover.result).key)


def first_edit(asset: Asset, source: Source, habits: Habits) -> Edit:
    """What is made when nobody changes anything: silent ends off, the rest as they usually do."""
    start_s = max(0.0, asset.sound_start_s - AIR_BEFORE_S)
    end_s = min(asset.duration_s, asset.sound_end_s + AIR_AFTER_S)
    if end_s - start_s < MIN_RESULT_S:
        start_s, end_s = 0.0, asset.duration_s
    clip = Clip(source=asset.digest, start_s=round(start_s, 3), end_s=round(end_s, 3))
    suits = _LOOK_OF_TALK if asset.character == "speech" else _LOOK_OF_MUSIC
    is_silent = asset.true_peak_db < SILENT_DB
    return Edit(
        recipe=_as_recorded(clip) if is_silent else _as_usual(clip, habits),
        look=next(look for look in (habits.look, suits, *LOOKS) if look in LOOKS),
        shape=habits.shape,
        response=habits.response if habits.response in RESPONSES else "",
        brand=habits.brand,
        title=_title(asset, source),
        subtitle=tidy(asset.artist or source.performer),
        cover_key=asset.cover_key,
    )


def _as_usual(clip: Clip, habits: Habits) -> Recipe:
    return Recipe(
        clips=(clip,),
        clean=habits.clean,
        level_lufs=SOCIAL_LUFS if habits.level else None,
        trim_silence=habits.trim_silence,
    )


def _as_recorded(clip: Clip) -> Recipe:
    """Silence is not made louder."""
    return Recipe(clips=(clip,), clean=Clean.OFF, level_lufs=None)


def view(project: Project, facts: Facts) -> View:
    """The card while the recording is brought in."""
    text = page(*_progress(project.source, facts))
    return cards.face(project, facts, text, keyboards.stop(project, facts.language))


def unheard(project: Project, facts: Facts) -> View:
    """The recording could not be brought in, or was not to be."""
    job = facts.ingest
    assert job is not None
    why = (
        texts.failure(facts.language, job)
        if job.status is JobStatus.FAILED
        else facts.say(words.cards.STOPPED_EARLY)
    )
    keyboard = (
        *_anyway(project, job, facts),
        *_sample(job, facts),
        *keyboards.unheard(project, facts.language, again=may_try_again(job)),
    )
    return cards.face(project, facts, page(why, _owners_hint(job, facts)), keyboard)


def _sample(job: Job, facts: Facts) -> Keyboard:
    """Something to try it with, for who has no recording at hand."""
    is_other = job.error_code == "not_media" and not facts.is_group
    return ((beside.sample(facts.language),),) if is_other else ()


def _owners_hint(job: Job, facts: Facts) -> str:
    """Whoever runs the bot can do something about a site that refuses it."""
    is_walled = job.error_code == "link_refused" and facts.person.role is Role.OWNER
    return facts.say(words.failures.ASK_DOCTOR) if is_walled else ""


def _anyway(project: Project, job: Job, facts: Facts) -> Keyboard:
    """Somebody may want a picture of silence."""
    if job.error_code != "source_silent":
        return ()
    label = facts.say(words.parts.MAKE_ANYWAY)
    return ((Button(label=label, data=keyboards.encode(keyboards.Verb.ANYWAY, project.id)),),)


def _refusal(source: Source, facts: Facts) -> str:
    limits = facts.limits
    # The page takes a file from whoever opens its link, so the link is for one pair of eyes.
    may_come_by_page = limits.pages and not facts.is_group
    if _is_too_large(source, facts) and not may_come_by_page:
        return _too_large(source.size_bytes, facts)
    if source.kind is SourceKind.LINK and not links.is_https(source.url):
        return facts.say(words.errors.PLAIN_HTTP)
    return ""


def _is_too_large(source: Source, facts: Facts) -> bool:
    """Whether Telegram will not hand it over."""
    return source.kind is SourceKind.TELEGRAM and source.size_bytes > facts.limits.telegram_bytes


def _too_large(size_bytes: int, facts: Facts) -> str:
    limits = facts.limits
    if limits.telegram_bytes < limits.source_bytes:
        return texts.too_large_for_telegram(facts.language, size_bytes, limits)
    # A link would be refused as well.
    params = {"size_bytes": size_bytes, "limit_bytes": limits.source_bytes}
    return texts.error(facts.language, "source_too_large", params)


def _progress(source: Source, facts: Facts) -> tuple[str, ...]:
    job, place = facts.ingest, facts.queue_place
    is_link = source.kind in (SourceKind.LINK, SourceKind.YOUTUBE)
    doing = job.stage if job is not None else Stage.WAITING
    if is_link and doing is not Stage.LISTENING:
        progress = job.progress if job is not None else 0
        told = texts.fetching(facts.language, source.title, links.site(source.url), progress)
    else:
        listening = texts.stage(facts.language, Stage.LISTENING)
        told = f"{texts.got(facts.language, source.media, source.duration_s)} {listening}"
    waits = job is not None and job.status is JobStatus.PENDING and place
    ahead = texts.ahead(facts.language, place) if waits and place else ""
    restarted = facts.say(words.cards.RESTARTED) if job is not None and job.losses else ""
    return (told, restarted, ahead)


def _first_line(caption: str) -> str:
    lines = [line for line in caption.splitlines() if line.strip()]
    return lines[0] if lines else ""


def _title(asset: Asset, source: Source) -> str:
    """What the person wrote, else what the file says of itself, else its name if it has one."""
    stem = PurePosixPath(source.name).stem.replace("_", " ")
    name = "" if _MACHINE_NAME.fullmatch(stem) else stem
    return tidy(source.title) or tidy(asset.title) or tidy(name)
