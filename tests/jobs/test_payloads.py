"""Inputs and results of jobs come back from JSON, and from the database, as they were."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobs.model import Asset, Edit, JobKind, Source
from jobs.opening import Store
from jobs.payloads import (
    CardWork,
    EditWork,
    Glimpse,
    GlimpseWork,
    Part,
    Picture,
    Prepared,
    Preview,
    Rendered,
    RenderWork,
    asset_from_json,
    asset_to_json,
    edit_from_json,
    edit_to_json,
    source_from_json,
    source_to_json,
)
from jobs.rows import edit_from_text, to_text
from tests.jobs.samples import claim, new_job, the_job
from tests.jobs.strategies import edits, filled, recipes, sources, texts

works = st.one_of(
    st.builds(
        EditWork,
        ingest_job=texts,
        recipe=recipes,
        title=texts,
        artist=texts,
        part=st.sampled_from([Part.ALL, Part.EDGES, Part.COMPARE]),
    ),
    st.builds(GlimpseWork, ingest_job=texts, edit=edits),
    st.builds(
        CardWork,
        ingest_job=texts,
        edit=edits,
        edge=st.sampled_from(["", "s", "e"]),
        looks=st.lists(texts, max_size=6).map(tuple),
        fills=st.booleans(),
    ),
    st.builds(RenderWork, ingest_job=texts, save_job=texts, edit=edits),
)
results = st.one_of(*map(filled, (Preview, Glimpse, Prepared, Picture, Rendered)))

OLD_EDIT = {
    "recipe": {"clips": [], "clean": "off", "level_centilufs": None, "trim_silence": "off"},
    "look": "pulse",
    "shape": "v",
}


def through_text(data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(to_text(data))
    return found


@given(works | results)
def test_what_jobs_take_and_give_reads_as_it_was_written(payload: Any) -> None:
    data = through_text(payload.to_json())
    assert data == payload.to_json()
    assert type(payload).from_json(data) == payload


@given(sources)
def test_a_source_reads_as_it_was_written(source: Source) -> None:
    assert source_from_json(through_text(source_to_json(source))) == source


@given(filled(Asset))
def test_an_asset_reads_as_it_was_written(asset: Asset) -> None:
    assert asset_from_json(through_text(asset_to_json(asset))) == asset


@given(edits)
def test_an_edit_reads_as_it_was_written(edit: Edit) -> None:
    assert edit_from_json(through_text(edit_to_json(edit))) == edit
    assert edit_from_text(to_text(edit_to_json(edit))) == edit


def test_what_is_missing_takes_its_default() -> None:
    """A row of the version before a field was there can be read."""
    source = source_from_json({"kind": "telegram", "media": "voice"})
    assert (source.file_id, source.size_bytes) == ("", 0)
    work = CardWork.from_json({"ingest_job": "a", "edit": OLD_EDIT})
    assert (work.edit.title, work.edit.cover_key) == ("", "")
    assert (work.edge, work.theme) == ("", "dark")
    assert Picture.from_json({"key": "a", "digest": "b"}).left_out == ""


@given(works | results)
def test_what_a_newer_version_wrote_beside_it_is_passed_over(payload: Any) -> None:
    newer = {**payload.to_json(), "news": 1}
    if "edit" in newer:
        newer["edit"] = {**newer["edit"], "news": 1}
    assert type(payload).from_json(newer) == payload


@given(sources, filled(Asset))
def test_a_source_and_an_asset_of_a_newer_version_can_be_read(source: Source, asset: Asset) -> None:
    assert source_from_json({**source_to_json(source), "news": 1}) == source
    assert asset_from_json({**asset_to_json(asset), "news": 1}) == asset


@pytest.mark.parametrize("wrong", [{}, {"kind": "telegram"}, {"kind": "nowhere", "media": "voice"}])
def test_a_row_that_is_no_source_is_not_read_as_one(wrong: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        source_from_json(wrong)


@given(work=works, result=results)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_the_database_gives_back_what_it_was_given(
    store: Store, work: Any, result: Any
) -> None:
    job_id = new_job().id
    await store.jobs.create(new_job(job_id, JobKind.LOOK, input=work.to_json()))
    held = await claim(store)
    assert type(work).from_json(held.input) == work
    await store.jobs.complete(job_id, held.attempt, result.to_json())
    assert type(result).from_json((await the_job(store, job_id)).result) == result
