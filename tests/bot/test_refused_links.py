"""Links that lead to nothing that can be used: what the chat says, after the real thing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

import pytest
import pytest_asyncio

from conversations import words
from jobs.model import JobKind
from phone.visitor import ShownMessage
from pipelines.ingest import ingest
from tests.bot.refusing import Ground, at_work, bench, by_hand, ground, press_first, told

pytestmark = pytest.mark.asyncio(loop_scope="module")

# What it leads to, and the code of docs/refusals.md.
LINKS = [
    ("/huge", "source_too_large"),
    ("/empty", "source_empty"),
    ("/words", "link_not_media"),
    ("/page", "link_not_media"),
    ("/status/401", "link_needs_login"),
    ("/status/403", "link_needs_login"),
    ("/status/404", "link_missing"),
    ("/status/410", "link_missing"),
    ("/status/429", "link_failed"),
    ("/status/451", "link_refused"),
    ("/status/503", "link_failed"),
]
VIDEOS = [
    ("live", "link_live"),
    ("list", "link_playlist"),
    ("slow", "link_timed_out"),
]
NEVER_ASKED = [
    ("https://me:secret@example.com/talk.mp3", "link_not_allowed"),
    ("https://example.com:8443/talk.mp3", "link_not_allowed"),
    ("https://127.0.0.2/talk.mp3", "link_not_public"),
    ("https://nobody.invalid/talk.mp3", "link_missing"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def on(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    async with (
        ground(tmp_path_factory.mktemp("links")) as made,
        at_work(made, {**by_hand(made), JobKind.INGEST: partial(ingest, bench(made))}),
    ):
        yield made


@pytest.mark.parametrize(("path", "code"), LINKS)
async def test_a_link_that_leads_nowhere_is_told_with_its_buttons(
    on: Ground, path: str, code: str
) -> None:
    asked = await on.noor.send_text(f"{on.web.url}{path}")
    await press_first(on.noor, await told(on.noor, asked, code))


@pytest.mark.parametrize(("name", "code"), VIDEOS)
async def test_a_video_that_cannot_be_had_is_told_with_its_buttons(
    on: Ground, name: str, code: str
) -> None:
    asked = await on.noor.send_text(f"https://www.youtube.com/watch?v={name}")
    await press_first(on.noor, await told(on.noor, asked, code))


@pytest.mark.parametrize(("url", "code"), NEVER_ASKED)
async def test_a_link_that_is_not_dialled_is_told_with_its_buttons(
    on: Ground, url: str, code: str
) -> None:
    asked = await on.noor.send_text(url)
    await press_first(on.noor, await told(on.noor, asked, code))


async def test_the_owner_reads_of_the_doctor_when_a_site_takes_the_bot_for_a_robot(
    on: Ground,
) -> None:
    asked = await on.owner.send_text("https://www.youtube.com/watch?v=robot")
    message = await told(on.owner, asked, "link_refused")
    assert words.failures.ASK_DOCTOR.en in message.text


async def test_of_a_list_the_first_is_taken_and_another_can_be_picked(on: Ground) -> None:
    asked = await on.noor.send_text("https://www.youtube.com/watch?v=several")
    card = await taken(on, asked, number=1)
    await on.noor.press_label(card, words.parts.PICK_ANOTHER.en)
    await taken(on, card, number=2)


async def taken(on: Ground, asked: ShownMessage, *, number: int) -> ShownMessage:
    """The card that answers, ready to be made, with the way to another one of the list."""
    said = words.parts.LISTED.en.format(count=2, number=number)
    another = words.parts.PICK_ANOTHER.en
    return await on.noor.wait_for(
        lambda m: m.reply_to == asked.id and said in m.text and m.key(another) is not None
    )
