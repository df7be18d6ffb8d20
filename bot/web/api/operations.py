"""Every operation of the API: what it takes, what it answers, and how it may refuse.

The door, the document and the tests all read this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from bot.web.api import shapes
from bot.web.api.schema import Schema


class Credential(Enum):
    """What opens an operation."""

    NONE = "none"
    KEY = "key"
    KEY_OR_LINK = "key or link"  # an address that we signed
    ATTEMPT = "attempt"  # a token for one attempt at one render


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """`answer` names a schema of shapes.COMPONENTS, empty for a redirection. `refusals` are codes.

    Those that belong to any operation of its kind (unauthorized, bad_json ...) are added.
    """

    name: str
    method: str
    path: str
    about: str
    status: int = 200
    answer: str = ""
    body: str = ""
    query: Mapping[str, Schema] = field(default_factory=dict)
    needs: tuple[str, ...] = ()  # of the query
    refusals: tuple[str, ...] = ()
    only: tuple[str, ...] = ()  # all of its codes, where none is added
    credential: Credential = Credential.KEY

    @property
    def parameters(self) -> tuple[str, ...]:
        """What stands in the path."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))

    @property
    def codes(self) -> tuple[str, ...]:
        """Every way in which it may refuse."""
        if self.only:
            return self.only
        own = set(self.refusals)
        if self.credential is not Credential.NONE:
            own |= {"unauthorized", "unavailable"}
        if self.body:
            own |= {"bad_json", "bad_request", "slow_body", "too_large"}
        if self.query:
            own |= {"bad_request"}
        if self.parameters:
            own |= {"not_found"}
        return tuple(sorted(own))


_RECIPES = (
    "recipe_clip_too_short",
    "recipe_fade",
    "recipe_range",
    "recipe_too_long",
    "recipe_too_short",
)

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="upload",
        method="POST",
        path="/api/storage/upload",
        about="A link to PUT a recording to, good for an hour.",
        body="Upload",
        answer="UploadLink",
        refusals=("queued_ingests", "no_links"),
    ),
    Operation(
        name="download",
        method="GET",
        path="/api/storage/download",
        about="A link to a file of yours, good for seven days.",
        query=shapes.OBJECT,
        needs=("key",),
        answer="DownloadLink",
        refusals=("not_found", "no_links"),
    ),
    Operation(
        name="ingest",
        method="POST",
        path="/api/audio/ingest",
        about="Bring a recording in, by a link or from what was uploaded. It gets a card in your"
        " chat.",
        body="Ingest",
        status=202,
        answer="JobId",
        refusals=(
            *("link_not_https", "not_attested", "not_found", "nothing_uploaded"),
            *("upload_too_large", "queued_ingests", "bytes_per_day"),
        ),
    ),
    Operation(
        name="job",
        method="GET",
        path="/api/audio/jobs/{job}",
        about="How far a job is, and what came of it.",
        answer="Job",
    ),
    Operation(
        name="cancel",
        method="POST",
        path="/api/audio/jobs/{job}/cancel",
        about="End a job now.",
        answer="Job",
        refusals=("already_ended",),
    ),
    Operation(
        name="assets",
        method="GET",
        path="/api/audio/assets",
        about="Your recordings, the newest first, for as long as a card shows them.",
        query=shapes.LISTING,
        answer="Assets",
    ),
    Operation(
        name="asset",
        method="GET",
        path="/api/audio/assets/{asset}",
        about="One recording.",
        answer="Asset",
    ),
    Operation(
        name="stream",
        method="GET",
        path="/api/audio/assets/{asset}/stream",
        about="The sound itself: as it came, or as the last save prepared it.",
        query=shapes.STREAM,
        status=302,
        refusals=("link_not_valid", "link_expired", "no_links"),
        credential=Credential.KEY_OR_LINK,
    ),
    Operation(
        name="preview",
        method="POST",
        path="/api/audio/edit/preview",
        about="An MP3 of an edit, to listen to.",
        body="Edit",
        status=202,
        answer="JobId",
        refusals=("not_found", *_RECIPES, "edits_per_day"),
    ),
    Operation(
        name="previewAudio",
        method="GET",
        path="/api/audio/edit/preview/{job}/audio",
        about="A link to the MP3 of a preview, good for seven days.",
        answer="PreviewLink",
        refusals=("not_ready", "no_links"),
    ),
    Operation(
        name="save",
        method="POST",
        path="/api/audio/edit/save",
        about="The sound of an edit as good as it can be: 48 kHz WAV, AAC beyond ten minutes.",
        body="Edit",
        status=202,
        answer="JobId",
        refusals=("not_found", *_RECIPES, "edits_per_day"),
    ),
    Operation(
        name="render",
        method="POST",
        path="/api/render",
        about="A video of a recording. It also arrives in your chat. The same asked for twice is"
        " made once.",
        body="Render",
        status=202,
        answer="JobId",
        refusals=(
            *("not_found", *_RECIPES),
            *("active_renders", "videos_per_day", "edits_per_day"),
        ),
    ),
    Operation(
        name="renders",
        method="GET",
        path="/api/render",
        about="Your videos, the newest first.",
        query=shapes.LISTING,
        answer="Renders",
    ),
    Operation(
        name="openapi",
        method="GET",
        path="/api/openapi.json",
        about="This document.",
        credential=Credential.NONE,
    ),
)
