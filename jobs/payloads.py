"""What jobs take and give, typed: the JSON of inputs and results is written and read here only.

A row may be of another version: what is unknown is passed over, what is missing takes its default.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from jobs import recipe
from jobs.model import Asset, Edit, Json, Shape, Source, SourceKind


def _known(cls: type, data: Json) -> dict[str, Any]:
    """Of the data, what the dataclass has a field for."""
    names = {field.name for field in dataclasses.fields(cls)}
    return {name: value for name, value in data.items() if name in names}


class _Plain:
    """A dataclass of plain values is its own JSON."""

    __slots__ = ()

    def to_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)  # type: ignore[call-overload, no-any-return]

    @classmethod
    def from_json(cls, data: Json) -> Self:
        return cls(**_known(cls, data))


# The one bar of a video on its way, in percent: the sound is prepared, the pictures are drawn, it
# is packed. Its picture is drawn at these percentages.
SAVE_SHARE = 30
STEP_ENDS = (SAVE_SHARE, 95, 100)
FILL_PERCENTS = (*range(0, 100, 10), STEP_ENDS[1])


class Part(StrEnum):
    """What of an edit a preview lets hear or see."""

    ALL = "all"
    EDGES = "edges"  # the first and the last EDGE_S
    COMPARE = "compare"  # the loudest LOUDEST_S as they were recorded, and as they will be
    GLIMPSE = "glimpse"  # the loudest LOUDEST_S as a small video


EDGE_S = 4.0
LOUDEST_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EditWork:
    """Input of a preview or a save: the recording of `ingest_job`, edited.

    Only a preview looks at `part`.
    """

    ingest_job: str
    recipe: recipe.Recipe
    title: str = ""
    artist: str = ""
    part: Part = Part.ALL

    def to_json(self) -> dict[str, Any]:
        return {
            "ingest_job": self.ingest_job,
            "recipe": recipe.to_json(self.recipe),
            "title": self.title,
            "artist": self.artist,
            "part": self.part.value,
        }

    @classmethod
    def from_json(cls, data: Json) -> Self:
        read = {"recipe": recipe.from_json(data["recipe"]), "part": part_of(data)}
        return cls(**{**_known(cls, data), **read})


@dataclass(frozen=True, slots=True, kw_only=True)
class GlimpseWork:
    """Input of a preview that is a glimpse: the recording of `ingest_job` in this edit."""

    ingest_job: str
    edit: Edit

    def to_json(self) -> dict[str, Any]:
        return {
            "ingest_job": self.ingest_job,
            "edit": edit_to_json(self.edit),
            "part": Part.GLIMPSE.value,
        }

    @classmethod
    def from_json(cls, data: Json) -> Self:
        return cls(**{**_known(cls, data), "edit": edit_from_json(data["edit"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class CardWork:
    """Input of a look: the waveform card, or a contact sheet of `looks` where there are any.

    `edge` is "s" or "e" while one is being moved; the looks are numbered from `first_number` on.
    `fills` asks for the pictures of progress beside the card.
    """

    ingest_job: str
    edit: Edit
    edge: str = ""
    theme: str = "dark"
    looks: tuple[str, ...] = ()
    first_number: int = 1
    fills: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "ingest_job": self.ingest_job,
            "edit": edit_to_json(self.edit),
            "edge": self.edge,
            "theme": self.theme,
            "looks": list(self.looks),
            "first_number": self.first_number,
            "fills": self.fills,
        }

    @classmethod
    def from_json(cls, data: Json) -> Self:
        read = {"edit": edit_from_json(data["edit"]), "looks": tuple(data.get("looks", ()))}
        return cls(**{**_known(cls, data), **read})


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderWork:
    """Input of a render: the prepared audio of `save_job` becomes a video.

    With `here` the worker makes it, wherever others are made.
    """

    ingest_job: str
    save_job: str
    edit: Edit
    here: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "ingest_job": self.ingest_job,
            "save_job": self.save_job,
            "edit": edit_to_json(self.edit),
            "here": self.here,
        }

    @classmethod
    def from_json(cls, data: Json) -> Self:
        return cls(**{**_known(cls, data), "edit": edit_from_json(data["edit"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview(_Plain):
    """Result of a preview: an MP3. `voice_key` is the same as a voice message, empty for none."""

    key: str
    duration_s: float
    size_bytes: int
    voice_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glimpse(_Plain):
    """Result of a preview that is a glimpse: a small video."""

    key: str
    thumbnail_key: str
    width: int
    height: int
    duration_s: float
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover(_Plain):
    """Result of an ingest of a photo: a JPEG that the video shows."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared(_Plain):
    """Result of a save: the audio that a video is made of."""

    key: str
    duration_s: float
    size_bytes: int
    loudness_lufs: float
    true_peak_db: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture(_Plain):
    """Result of a look; `digest` tells two pictures apart.

    `left_out` are letters of its words that no font there could draw. `fills` are the keys of the
    pictures of progress, one for each of FILL_PERCENTS, or none.
    """

    key: str
    digest: str
    left_out: str = ""
    fills: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {**dataclasses.asdict(self), "fills": list(self.fills)}

    @classmethod
    def from_json(cls, data: Json) -> Self:
        return cls(**{**_known(cls, data), "fills": tuple(data.get("fills", ()))})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered(_Plain):
    """Result of a render; the inline copy is the one of at most 48 MB, often the video itself.

    `poster_key` is empty where the renderer made none.
    """

    video_key: str
    inline_key: str
    thumbnail_key: str
    width: int
    height: int
    frames: int
    duration_s: float
    size_bytes: int
    inline_width: int
    inline_height: int
    inline_bytes: int
    poster_key: str = ""


def part_of(given: Json) -> Part:
    """Which part of its edit a preview is about, told from its input."""
    return Part(given.get("part", Part.ALL))


def source_to_json(source: Source) -> dict[str, Any]:
    return dataclasses.asdict(source)


def source_from_json(data: Mapping[str, Any]) -> Source:
    several = {
        name: tuple(source_from_json(part) for part in data.get(name, ()))
        for name in ("waiting", "parts")
    }
    return Source(**{**_known(Source, data), "kind": SourceKind(data["kind"]), **several})


def asset_to_json(asset: Asset) -> dict[str, Any]:
    return dataclasses.asdict(asset)


def asset_from_json(data: Mapping[str, Any]) -> Asset:
    pauses = tuple((float(start), float(end)) for start, end in data["pauses"])
    return Asset(**{**_known(Asset, data), "pauses": pauses})


def edit_to_json(edit: Edit) -> dict[str, Any]:
    return {**dataclasses.asdict(edit), "recipe": recipe.to_json(edit.recipe)}


def edit_from_json(data: Mapping[str, Any]) -> Edit:
    return Edit(
        **{
            **_known(Edit, data),
            "recipe": recipe.from_json(data["recipe"]),
            "shape": Shape(data["shape"]),
        }
    )
