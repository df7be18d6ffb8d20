"""Recipes, edits, sources and assets of every shape, for hypothesis."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from hypothesis import strategies as st

from jobs.model import Asset, Edit, Shape, Source, SourceKind
from jobs.payloads import Picture, Prepared, Preview, Rendered
from jobs.recipe import Clean, Clip, Recipe, TrimSilence

# What a column or a chat can hold: everything but halves of surrogate pairs.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
digests = st.text("0123456789abcdef", min_size=16, max_size=16)
milliseconds = st.integers(0, 1_800_000).map(lambda ms: ms / 1000)
percents = st.integers(0, 200).map(lambda percent: percent / 100)
clips = st.builds(
    Clip,
    source=digests,
    start_s=milliseconds,
    end_s=milliseconds,
    volume=percents,
    fade_in_s=milliseconds,
    fade_out_s=milliseconds,
)
recipes = st.builds(
    Recipe,
    clips=st.lists(clips, max_size=5).map(tuple),
    clean=st.sampled_from(Clean),
    level_lufs=st.none() | st.integers(-3000, -600).map(lambda centi: centi / 100),
    trim_silence=st.sampled_from(TrimSilence),
)
edits = st.builds(
    Edit,
    recipe=recipes,
    look=texts,
    shape=st.sampled_from(Shape),
    title=texts,
    subtitle=texts,
    cover_key=texts,
)
numbers = st.floats(allow_nan=False, allow_infinity=False)
sizes = st.integers(0, 2**53)
sources = st.builds(
    Source,
    kind=st.sampled_from(SourceKind),
    media=texts,
    file_id=texts,
    url=texts,
    name=texts,
    mime=texts,
    size_bytes=sizes,
    duration_s=numbers,
    title=texts,
    performer=texts,
)
_BY_TYPE: dict[str, st.SearchStrategy[Any]] = {
    "str": texts,
    "int": sizes,
    "float": numbers,
    "bool": st.booleans(),
    "tuple[str, ...]": st.lists(texts, max_size=4).map(tuple),
    "tuple[tuple[float, float], ...]": st.lists(st.tuples(numbers, numbers), max_size=4).map(tuple),
}


def filled(
    noun: type[Asset | Preview | Prepared | Picture | Rendered],
) -> st.SearchStrategy[Asset | Preview | Prepared | Picture | Rendered]:
    """The noun with anything in its fields."""
    return st.builds(noun, **{field.name: _BY_TYPE[str(field.type)] for field in fields(noun)})
