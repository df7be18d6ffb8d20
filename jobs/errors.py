"""Why a job ended badly: a code, its parameters, and whether trying again can help.

The sentences for the codes are in conversations/words/errors.py; a test demands one for every
code here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, ClassVar


class ErrorClass(StrEnum):
    """What the queue does about it."""

    BAD_INPUT = "bad_input"  # fail now; the person must send something else
    TRANSIENT = "transient"  # back off and try again, five times at most
    AWAY = "away"  # whoever is needed does not answer: wait for ten minutes at least, uncharged
    BROKEN = "broken"  # the file's fault or ours: try once more, then fail
    RESOURCE = "resource"  # requeue without charging a failure, 30 times at most; pause claiming


class JobError(Exception):
    """A job's end in words a machine keeps. `params` fill the sentence's gaps."""

    code: ClassVar[str] = "internal"
    error_class: ClassVar[ErrorClass] = ErrorClass.BAD_INPUT

    def __init__(self, detail: str = "", **params: Any) -> None:
        super().__init__(detail or self.code)
        self.params: Mapping[str, Any] = params


class SourceTooLarge(JobError):
    code = "source_too_large"  # size_bytes, limit_bytes


class SourceTooLong(JobError):
    code = "source_too_long"  # duration_s, limit_s


class SourceTooShort(JobError):
    code = "source_too_short"


class SourceEmpty(JobError):
    code = "source_empty"


class SourceSilent(JobError):
    code = "source_silent"


class SourceBroken(JobError):
    code = "source_broken"


class NotMedia(JobError):
    code = "not_media"


class NoSound(JobError):
    code = "no_sound"


class NotAPicture(JobError):
    code = "not_a_picture"


class NoProfilePhoto(JobError):
    code = "no_profile_photo"


class SourceGone(JobError):
    code = "source_gone"


class ProbeTimedOut(JobError):
    code = "probe_timed_out"


class TelegramAway(JobError):
    code = "telegram_away"
    error_class = ErrorClass.AWAY


class LinkNotMedia(JobError):
    code = "link_not_media"


class LinkNotPublic(JobError):
    code = "link_not_public"


class LinkNotAllowed(JobError):
    code = "link_not_allowed"  # scheme, port or credentials we do not fetch


class LinkNeedsLogin(JobError):
    code = "link_needs_login"


class LinkMissing(JobError):
    code = "link_missing"


class LinkRefused(JobError):
    code = "link_refused"  # the "are you a bot" wall


class LinkLive(JobError):
    code = "link_live"  # live, DRM or age-locked


class LinkPlaylist(JobError):
    code = "link_playlist"


class LinkTimedOut(JobError):
    code = "link_timed_out"


class LinkFailed(JobError):
    code = "link_failed"
    error_class = ErrorClass.TRANSIENT


class EditFailed(JobError):
    code = "edit_failed"


class EditSilent(JobError):
    code = "edit_silent"  # nothing is left once silence is trimmed


class RenderFailed(JobError):
    code = "render_failed"
    error_class = ErrorClass.BROKEN


class RendererAway(JobError):
    code = "renderer_away"  # nothing was begun elsewhere
    error_class = ErrorClass.AWAY


class RenderLost(JobError):
    code = "render_lost"  # three calls elsewhere came to nothing


class VideoMissing(JobError):
    code = "video_missing"  # said to be made elsewhere, and not in the storage
    error_class = ErrorClass.BROKEN


class TookTooLong(JobError):
    code = "took_too_long"


class DiskFull(JobError):
    code = "disk_full"
    error_class = ErrorClass.RESOURCE


class WorkerLost(JobError):
    code = "worker_lost"  # three workers died on it in a row


class StorageAway(JobError):
    code = "storage_away"
    error_class = ErrorClass.AWAY


class Internal(JobError):
    code = "internal"
    error_class = ErrorClass.BROKEN


def error_class_of(code: str) -> ErrorClass | None:
    """What the queue does about the code; None for one there is not."""
    return next((kind.error_class for kind in _kinds(JobError) if kind.code == code), None)


def _kinds(kind: type[JobError]) -> Iterator[type[JobError]]:
    for narrower in kind.__subclasses__():
        yield narrower
        yield from _kinds(narrower)


class QuotaExceeded(Exception):
    """A person asked for more than their share; raised by the store, before anything is written.

    `quota` is the name of one of `Quotas`.
    """

    def __init__(self, quota: str) -> None:
        super().__init__(quota)
        self.quota = quota


class StaleProject(Exception):
    """The project changed since it was read; read it again and decide anew."""


class StoreUnavailable(Exception):
    """The database did not answer in time; the write may or may not have happened."""


class StoreUnusable(StoreUnavailable):
    """The database is damaged, read-only or of a newer Pocketreel; the message says what to do.

    At the start it is a reason to refuse; later the store is simply away until somebody helps.
    """
