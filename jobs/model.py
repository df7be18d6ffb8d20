"""The nouns of the product as frozen data: jobs, projects, and what one decision changes.

Times named `..._at` are seconds since 1970 on the database's clock; `progress` is in percent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from jobs.recipe import Clean, Recipe, TrimSilence

Json = Mapping[str, Any]


class JobKind(StrEnum):
    INGEST = "ingest"  # bring the bytes in and listen to them once
    PREVIEW = "preview"  # an MP3 of the edit
    SAVE = "save"  # the prepared audio of the edit
    LOOK = "look"  # a picture: the waveform card
    RENDER = "render"  # the video


class JobStatus(StrEnum):
    PENDING = "pending"
    PROCESSING = "processing"
    DISPATCHED = "dispatched"
    COMPLETE = "complete"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_terminal(self) -> bool:
        return self in (JobStatus.COMPLETE, JobStatus.FAILED, JobStatus.CANCELLED)


class Stage(StrEnum):
    """What a job is doing now; the words for it are in conversations/words/."""

    WAITING = "waiting"
    FETCHING = "fetching"
    LISTENING = "listening"
    CUTTING = "cutting"
    LEVELLING = "levelling"
    DRAWING = "drawing"
    PACKING = "packing"
    STORING = "storing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One row of the queue, as it was when read. `attempt` is the fence of every later write."""

    id: str
    kind: JobKind
    status: JobStatus
    stage: Stage
    progress: int
    project_id: str
    owner_id: int
    chat_id: int
    input: Json
    result: Json
    error_code: str
    error_params: Json
    attempt: int
    failures: int
    lease_owner: str
    lease_until: float | None
    run_after: float
    after_job: str
    call_id: str
    created_at: float
    updated_at: float
    started_at: float | None
    losses: int = 0  # workers that died at it in a row


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """A job to create. A second job with the same `dedupe_key` is not created (empty: no check).

    `after_job` names a job that must complete first; when that one fails or is cancelled, so is
    this one, by a trigger. Nobody claims it before `delay_s` have passed.
    """

    id: str
    kind: JobKind
    project_id: str
    owner_id: int
    chat_id: int
    input: Json
    dedupe_key: str = ""
    after_job: str = ""
    delay_s: float = 0.0


class SourceKind(StrEnum):
    TELEGRAM = "telegram"
    LINK = "link"
    YOUTUBE = "youtube"
    UPLOAD = "upload"  # brought to storage by an upload link
    PROFILE = "profile"  # the photo of the Telegram user `file_id`
    SAMPLE = "sample"  # the one that comes along
    FILE = "file"  # a path on this machine: `pocketreel make`


PHOTO = "photo"  # the medium that is no recording but a picture to show


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a recording is to be fetched from: the input of an ingest job.

    `media` is what the person sent: voice, audio, video, video_note, document, link or photo.
    Sizes and durations are the sender's claim, 0 when unknown. An upload is the object `key` as it
    was when its `etag` was this one. With a `length_s` only so much is taken, from `start_s` on or
    where it `is_loudest`. `item` is which of a list is meant, from 1 on. `unique_id` is Telegram's
    name for the bytes, whoever sends them; it cannot be fetched by. `portrait_of` is the Telegram
    user whose profile photo is shown where there is no other picture, 0 for nobody.
    `waiting` are those that came right after it and are not decided about, each with its message;
    with `parts` it is these, one after the other.
    """

    kind: SourceKind
    media: str
    file_id: str = ""
    url: str = ""
    name: str = ""
    mime: str = ""
    size_bytes: int = 0
    duration_s: float = 0.0
    title: str = ""
    performer: str = ""
    key: str = ""
    etag: str = ""
    start_s: float = 0.0
    length_s: float = 0.0
    is_loudest: bool = False
    may_be_silent: bool = False
    item: int = 1
    sent_at: float = 0.0
    message_id: int = 0
    unique_id: str = ""
    portrait_of: int = 0
    waiting: tuple[Source, ...] = ()
    parts: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A recording we hold: the result of an ingest job. The asset's id is `{job}-{attempt}`.

    `digest` is the first 16 hex digits of the SHA-256 of the bytes; recipes name sources by it.
    `sound_start_s` / `sound_end_s` bound what is louder than silence; `pauses` are (start_s, end_s)
    of quiet stretches of 0.8 s or more between them. `character` is "speech" or "music".
    `listed` is how many the list has that it was taken from, 0 for none.
    """

    id: str
    digest: str
    original_key: str
    peaks_key: str
    size_bytes: int
    duration_s: float
    codec: str
    rate_hz: int
    channels: int
    has_video: bool
    loudness_lufs: float
    true_peak_db: float
    sound_start_s: float
    sound_end_s: float
    pauses: tuple[tuple[float, float], ...]
    character: str
    title: str = ""
    artist: str = ""
    cover_key: str = ""
    listed: int = 0


class Shape(StrEnum):
    VERTICAL = "v"  # 1080x1920
    SQUARE = "s"  # 1080x1080
    WIDE = "w"  # 1920x1080


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Everything a person can change about a video, and so everything undo can bring back.

    `response` is how the picture moves (empty: as the recording's character asks), `brand` a colour
    as "#rrggbb" or empty. `seed` is added to the recording's own, so that chance falls otherwise.
    `is_small` makes the shorter side 720 pixels long instead of 1080.
    """

    recipe: Recipe
    look: str
    shape: Shape
    title: str = ""
    subtitle: str = ""
    cover_key: str = ""
    response: str = ""
    brand: str = ""
    seed: int = 0
    is_small: bool = False


class Face(StrEnum):
    """Which side of the card is up."""

    HOME = "home"
    TRIM = "trim"
    LOOK = "look"
    SOUND = "sound"


class Edge(StrEnum):
    START = "s"
    END = "e"


class ProjectStatus(StrEnum):
    OPEN = "open"
    DELETED = "deleted"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """One recording on its way to a video, and the one message that shows it.

    `id` is 8 base-32 characters. `edit` is None until the recording has been listened to.
    `revision` rises by one with every committed change; a write based on an older revision is
    refused. `card_job`, `save_job`, `render_job` name the newest job of that kind that the card
    speaks about (empty: none). `page` is which looks the look
    face shows, from 0 on. `message_id` is 0 until the greeting was sent.
    """

    id: str
    owner_id: int
    chat_id: int
    source: Source
    source_message_id: int
    ingest_job: str
    status: ProjectStatus = ProjectStatus.OPEN
    revision: int = 0
    edit: Edit | None = None
    face: Face = Face.HOME
    edge: Edge = Edge.START
    page: int = 0
    card_job: str = ""
    save_job: str = ""
    render_job: str = ""
    preview_job: str = ""
    glimpse_job: str = ""
    cover_job: str = ""
    message_id: int = 0
    created_at: float = 0.0
    touched_at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An unlisted page that shows the video of `job_id`; whoever knows its slug can see it."""

    slug: str
    project_id: str
    job_id: str
    is_closed: bool = False


class Role(StrEnum):
    STRANGER = "stranger"  # never asked to be let in
    ASKING = "asking"
    GUEST = "guest"
    REFUSED = "refused"
    OWNER = "owner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who wrote to the bot. `attested` is when they said links they send are theirs.

    `language` is the code of what their Telegram speaks, `chosen_language` what they chose here
    (empty: nothing).
    """

    id: int
    name: str
    language: str
    role: Role
    attested: bool = False
    blocked: bool = False
    chosen_language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key to the HTTP API as it is listed. `id` is how it begins; `used_at` None: never."""

    id: str
    owner_id: int
    made_at: float
    used_at: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApiKey:
    """A key to be kept; the key itself is shown once and kept nowhere."""

    id: str
    owner_id: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """A person's defaults. `look`, `response` and `brand` are empty for what suits the recording.

    `portrait` shows their profile photo where there is no other picture. `follows` says that what
    they change on a card and then make becomes the default, `autopilot`
    that making begins by itself, `offered` that they were asked; `unchanged` counts the last videos
    made as their cards began.
    """

    person_id: int = 0
    look: str = ""
    shape: Shape = Shape.VERTICAL
    clean: Clean = Clean.SOFT
    level: bool = True
    trim_silence: TrimSilence = TrimSilence.OFF
    response: str = ""
    brand: str = ""
    portrait: bool = True
    follows: bool = True
    autopilot: bool = False
    unchanged: int = 0
    offered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message to send at most once; `view` is a View as JSON.

    One that is `seldom` is not sent again within a day, whoever asks for it.
    """

    chat_id: int
    view: Json
    seldom: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Everything one decision writes, committed in one batch together with its update id.

    `project` is inserted when its revision is 0, else updated if the stored revision is exactly
    `project.revision` (the write raises it by one). `cancels` are job ids to cancel; `supersede`
    cancels jobs of these kinds that the project still has pending, before the new ones are added.
    `opens` is a page to open, `closes` a project whose page is to be closed for good. `forgets` is
    a person all of whose cards, and what is theirs beside them, are to go.
    """

    project: Project | None = None
    remember: bool = False  # push the stored edit on the undo history before writing
    forget_last: bool = False  # an undo was taken: drop the newest remembered edit
    jobs: tuple[NewJob, ...] = ()
    cancels: tuple[str, ...] = ()
    supersede: tuple[JobKind, ...] = ()
    notices: tuple[Notice, ...] = ()
    person: Person | None = None
    new_key: NewApiKey | None = None
    revoked_key: str = ""  # its id
    opens: Page | None = None
    closes: str = ""
    habits: Habits | None = None
    new_invite: str = ""  # the digest of its code
    also: tuple[Changes, ...] = ()
    drops_video: str = ""  # the id of one that is not to be listed any more
    forgets: int = 0
