"""The library: what is made is listed, until somebody does not want it to be."""

from __future__ import annotations

from dataclasses import replace

from jobs.library import PER_PAGE
from jobs.model import Changes, JobKind, ProjectStatus
from jobs.opening import Store
from jobs.payloads import RenderWork
from tests.conversations.samples import rendered
from tests.jobs.databases import Clock
from tests.jobs.samples import DIGEST, a_render, begin, claim, edit, the_project


async def make(store: Store, name: str, owner_id: int = 1) -> None:
    """A card of that name whose video, called the same, is complete."""
    await begin(store, name, owner_id=owner_id)
    work = RenderWork(ingest_job="i", save_job="s", edit=edit(name)).to_json()
    await store.jobs.create(
        a_render(f"{name}-video", project_id=name, owner_id=owner_id, input=work)
    )
    job = await claim(store, JobKind.RENDER)
    assert await store.jobs.complete(job.id, job.attempt, rendered())


async def titles(store: Store, page: int = 0, owner_id: int = 1) -> list[str]:
    return [video.title for video in (await store.library.shelf(owner_id, page)).videos]


async def test_a_video_is_listed_once_it_is_made(store: Store) -> None:
    assert await titles(store) == []
    await make(store, "first")
    [video] = (await store.library.shelf(1, 0)).videos
    assert (video.id, video.title, video.media, video.file_id) == (
        *("first-video", "first", "voice"),
        "",
    )
    assert video.made.to_json() == rendered()
    assert await titles(store, owner_id=2) == []


async def test_the_newest_stand_on_the_first_page(store: Store, clock: Clock) -> None:
    for number in range(PER_PAGE + 1):
        await clock.advance(1.0)
        await make(store, f"card{number}")
    shelf = await store.library.shelf(1, 0)
    assert (shelf.page, shelf.pages) == (0, 2)
    assert await titles(store) == ["card5", "card4", "card3", "card2", "card1"]
    assert await titles(store, 1) == ["card0"]
    last = await store.library.shelf(1, 99, without="card0-video")
    assert (last.page, last.pages, len(last.videos)) == (0, 1, PER_PAGE)


async def test_what_telegram_calls_a_video_is_kept(store: Store) -> None:
    await make(store, "first")
    await store.library.keep("first-video", "telegram's")
    video = await store.library.get("first-video")
    assert video is not None
    assert video.file_id == "telegram's"


async def test_a_video_outlives_its_card(store: Store) -> None:
    await make(store, "first")
    await store.database.execute("UPDATE projects SET touched_at = touched_at - 1000")
    await store.projects.expire(100.0)
    await store.projects.expire(100.0)
    assert await store.projects.get("first") is None
    assert await store.jobs.get("first-video") is None
    assert await titles(store) == ["first"]


async def test_a_video_goes_when_it_or_its_card_is_deleted(store: Store) -> None:
    await make(store, "first")
    await make(store, "second")
    await store.projects.accept(None, Changes(drops_video="first-video"))
    assert await titles(store) == ["second"]
    card = await the_project(store, "second")
    deleted = replace(card, status=ProjectStatus.DELETED)
    await store.projects.accept(None, Changes(project=deleted))
    assert await titles(store) == []


async def test_cards_with_a_fresh_video_of_the_same_recording_are_found(
    store: Store, clock: Clock
) -> None:
    for name in ("first", "second", "other"):
        await make(store, name, owner_id=2 if name == "other" else 1)
        card = replace(await the_project(store, name), edit=edit(), render_job=f"{name}-video")
        await store.projects.accept(None, Changes(project=card))
        await clock.advance(10.0)
    card = await the_project(store, "second")

    async def found(digest: str = DIGEST, fresh_s: float = 60.0) -> list[str]:
        return [twin.id for twin in await store.projects.twins(card, digest, fresh_s)]

    assert await found() == ["first"]
    assert await found(digest="another") == []
    assert await found(fresh_s=15.0) == []


async def test_a_video_that_two_cards_show_is_used_by_the_second(store: Store) -> None:
    await make(store, "first")
    first = replace(await the_project(store, "first"), render_job="first-video")
    await store.projects.accept(None, Changes(project=first))
    assert not (await store.projects.standings(["first-video"]))["first-video"].is_used
    second = replace(await begin(store, "second"), render_job="first-video")
    await store.projects.accept(None, Changes(project=second))
    assert (await store.projects.standings(["first-video"]))["first-video"].is_used
