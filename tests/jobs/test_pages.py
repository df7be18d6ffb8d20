"""Unlisted pages: one per video, open or closed for good."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jobs.errors import StaleProject
from jobs.model import Changes, Page, ProjectStatus
from jobs.opening import Store
from tests.jobs.samples import begin, the_project

SLUG = "abcdefghijklmnopqrstuvwxyz"


async def opened(store: Store, slug: str = SLUG) -> Page:
    """A project with a page."""
    project = await begin(store)
    page = Page(slug=slug, project_id=project.id, job_id="render")
    await store.projects.accept(None, Changes(project=project, opens=page))
    return page


async def test_an_open_page_is_found_by_its_slug_and_by_its_project(store: Store) -> None:
    page = await opened(store)
    assert await store.pages.get(SLUG) == page
    assert await store.pages.open_of(page.project_id) == page
    assert await store.pages.get(SLUG[::-1]) is None
    assert await store.pages.open_of("another") is None


async def test_a_closed_page_stays_known_as_closed(store: Store) -> None:
    page = await opened(store)
    project = await the_project(store)
    await store.projects.accept(None, Changes(project=project, closes=project.id))
    assert await store.pages.get(SLUG) == replace(page, is_closed=True)
    assert await store.pages.open_of(project.id) is None


async def test_a_video_can_have_another_page_after_the_first_was_closed(store: Store) -> None:
    page = await opened(store)
    again = replace(page, slug=SLUG[::-1])
    project = await the_project(store)
    changes = Changes(project=project, closes=project.id, opens=again)
    await store.projects.accept(None, changes)
    assert await store.pages.open_of(project.id) == again


async def test_a_video_has_one_page_at_a_time(store: Store) -> None:
    page = await opened(store)
    stale = replace(await the_project(store), revision=1)
    with pytest.raises(StaleProject):
        await store.projects.accept(
            None, Changes(project=stale, opens=replace(page, slug=SLUG[::-1]))
        )
    assert await store.pages.open_of(page.project_id) == page


async def test_a_page_is_forgotten_with_the_rows_of_its_card(store: Store) -> None:
    page = await opened(store)
    project = await the_project(store)
    changes = Changes(project=replace(project, status=ProjectStatus.DELETED))
    await store.projects.accept(None, changes)
    await store.database.execute("UPDATE projects SET touched_at = touched_at - 1000")
    await store.projects.expire(100.0)
    assert await store.pages.get(page.slug) is None
