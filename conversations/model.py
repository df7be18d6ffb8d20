"""What the conversation is made of: what happened, what is known, what to show, what to do."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from conversations.words.text import Language, Text, language_of
from jobs.library import MadeVideo, Shelf
from jobs.model import ApiKey, Asset, Changes, Edit, Habits, Job, Person, Project, Source
from jobs.usage import Usage


class Style(StrEnum):
    """How a button is coloured; one green at most per keyboard, red only to stop and delete."""

    PLAIN = ""
    PRIMARY = "primary"
    SUCCESS = "success"
    DANGER = "danger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """`data` (at most 64 bytes) comes back when pressed; or `url` is opened, or `copy` copied."""

    label: str
    data: str = ""
    url: str = ""
    copy: str = ""
    style: Style = Style.PLAIN


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """A finished video as the chat shows it; keys are storage keys.

    `render` is the job that made it. Telegram has it already where `file_id` is set.
    """

    key: str
    thumbnail_key: str
    width: int
    height: int
    duration_s: float
    render: str = ""
    file_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audio:
    """A preview to listen to.

    With a `voice_key` it is a voice message, or, for who takes none, the MP3 at `key`.
    """

    key: str
    title: str
    duration_s: float
    voice_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One message as it should look now. `text` is Telegram HTML, escaped by figures.py.

    At most one of `picture_key`, `video`, `audio` is set; with none of them it is a text message.
    `instead` is said in place of `text` where Telegram does not take the video. `left_s` is the
    time left that was said last, 0 for none. A card with `look_s` is to be drawn again when its
    work tells nothing new for so long.
    """

    text: str
    keyboard: Keyboard = ()
    picture_key: str = ""
    video: Video | None = None
    audio: Audio | None = None
    reply_to: int = 0
    instead: str = ""
    left_s: int = 0
    look_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What this bot takes and makes."""

    telegram_bytes: int = 20 * 1024 * 1024
    source_bytes: int = 100 * 1024 * 1024
    audio_s: float = 1800.0
    active_renders: int = 3
    videos_per_day: int = 20
    bytes_per_day: int = 2048 * 1024 * 1024
    queued_ingests: int = 20
    edits_per_day: int = 200
    waiting_glimpses: int = 3
    api_keys: int = 3
    originals_s: float = 3 * 86400.0  # how long the recording of a quiet card lives
    retention_s: float = 7 * 86400.0  # how long finished videos live, and their quiet cards
    link_s: float = 7 * 86400.0  # how long the link to a finished video is good
    pages: bool = False  # whether its own pages can be reached from the chat
    sharing: bool = False  # whether they can be reached by everybody


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that is known when a decision is made or a view drawn: a frozen snapshot.

    `ingest`, `card`, `save`, `render`, `preview`, `glimpse` are the jobs the project names, None
    where it names none. `queue_place` counts the jobs ahead of the project's waiting one. `eta_s`
    is None while nothing is known. `last_edit` is what undo would bring back. `peaks` are 100 a
    second, 0-255, only present for decisions about time. `link` is the download link of the
    finished video, `upload_link` the page that takes the project's file, `page_link` the open page
    of its video; each is empty where there is none. `new_id` makes the ids of new jobs and
    projects.
    `said_left_s` is what the card says of `eta_s` now, 0 for nothing, and `is_quiet` that its work
    has told nothing new for long; both only where it is drawn.
    `bot_name` is what the bot is called behind an @, empty before it knows that.
    `message_id` is the message the event is about, 0 for none; `claimed` says that the person has
    just become the owner, `invited` that a link has just let them in, `invitation_over` that they
    opened one and it did not. `newest` is the person's open project in this chat that was touched
    last; for a command the jobs are those of `newest`. `sender_name` is the name of the project's
    owner, `owner_id`, `owner_name` and `owner_language` are the bot's owner (0 while nobody is).
    `asker` is the person an answer `iv:{user}` is about. `people` are all that are known, only for
    the owner. `keys` are the person's keys to the API, only present where they are asked about;
    `api_url` is where it is, empty when nobody outside can reach it. `shelf` is a page of the
    person's videos, `video` the one of them that is pressed about and `video_card` its card; each
    is only present where it is asked about. `habits` are the person's defaults; `first_edit` is
    what the project began with, only present for decisions, None where nothing was changed. `twins`
    are the person's cards with a finished video of the same recording; `earlier` is how one was
    set whose recording was tidied away, only present while the project has no edit. `usage` is
    only present where the owner asks about it.
    are the person's cards with a finished video of the same recording. `same` is their open card of
    the file that came in, and the jobs are its own then; `video` is what it has. `usage` is only
    present where the owner asks about it.
    """

    person: Person
    chat_id: int = 0
    message_id: int = 0
    claimed: bool = False
    invited: bool = False
    invitation_over: bool = False
    now: float = 0.0
    bot_name: str = ""
    asset: Asset | None = None
    ingest: Job | None = None
    card: Job | None = None
    save: Job | None = None
    render: Job | None = None
    preview: Job | None = None
    glimpse: Job | None = None
    cover: Job | None = None
    queue_place: int | None = None
    eta_s: float | None = None
    said_left_s: int = 0
    is_quiet: bool = False
    estimate_s: float | None = None  # how long a video of this edit will take to make
    last_edit: Edit | None = None
    peaks: bytes = b""
    link: str = ""
    upload_link: str = ""
    page_link: str = ""
    owner_name: str = ""
    owner_id: int = 0
    owner_language: Language = Language.ENGLISH
    sender_name: str = ""
    newest: Project | None = None
    asker: Person | None = None
    people: tuple[Person, ...] = ()
    keys: tuple[ApiKey, ...] = ()
    api_url: str = ""
    habits: Habits = field(default_factory=Habits)
    first_edit: Edit | None = None
    twins: tuple[Project, ...] = ()
    earlier: Edit | None = None
    same: Project | None = None
    usage: Usage = field(default_factory=Usage)
    shelf: Shelf = field(default_factory=Shelf)
    video: MadeVideo | None = None
    video_card: Project | None = None
    limits: Limits = field(default_factory=Limits)
    new_id: Callable[[], str] = lambda: ""

    @property
    def is_group(self) -> bool:
        """Whether others read along: what concerns one person alone is for their own chat."""
        return self.chat_id < 0

    @property
    def language(self) -> Language:
        """What is said because of this is said in the person's language."""
        return language_of(self.person)

    def say(self, text: Text, **filled: str | int) -> str:
        """The text in the person's language."""
        return text.to(self.language, **filled)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing the doctor looked at. `words` say what it is, or how to mend it when it is not
    well. What is optional may be missing.
    """

    name: str
    is_well: bool
    words: str
    is_optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to write, and what to say at once. `toast` answers a press (at most 200 characters).

    `whisper` is a message with a secret: it is sent once what is written is committed, and kept
    nowhere. `unsay` deletes the message whose button was pressed, `turns` makes it look like
    that. `examined` shows what the doctor finds, who is to look now.
    """

    changes: Changes = field(default_factory=Changes)
    toast: str = ""
    whisper: View | None = None
    unsay: bool = False
    turns: View | None = None
    examined: Callable[[Sequence[Finding]], View] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """Something with sound, or a link, came in.

    Where one message asks for what is in another, `message_id` is that other one (else 0), and
    `sender_id` and `sender_name` are whose it is.
    """

    source: Source
    caption: str = ""
    message_id: int = 0
    sender_id: int = 0
    sender_name: str = ""


def view_to_json(view: View) -> dict[str, Any]:
    """The view as plain JSON, for messages that wait in the outbox."""
    return dataclasses.asdict(view)


def view_from_json(data: Mapping[str, Any]) -> View:
    """The view that `view_to_json` wrote."""
    return View(
        text=data["text"],
        keyboard=tuple(
            tuple(Button(**{**button, "style": Style(button["style"])}) for button in row)
            for row in data["keyboard"]
        ),
        picture_key=data["picture_key"],
        video=Video(**data["video"]) if data["video"] else None,
        audio=Audio(**data["audio"]) if data["audio"] else None,
        reply_to=data["reply_to"],
        instead=data.get("instead", ""),
    )
