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

# What is sent, and the code of docs/refusals.md.
LINKS = [
    ("{site}/huge", "source_too_large"),
    ("{site}/empty", "source_empty"),
    ("{site}/words", "link_not_media"),
    ("{site}/page", "link_not_media"),
    ("{site}/status/401", "link_needs_login"),
    ("{site}/status/403", "link_needs_login"),
    ("{site}/status/404", "link_missing"),
    ("{site}/status/410", "link_missing"),
    ("{site}/status/429", "link_failed"),
    ("{site}/status/451", "link_refused"),
    ("{site}/status/503", "link_failed"),
    ("https://www.youtube.com/watch?v=live", "link_live"),
    ("https://www.youtube.com/watch?v=list", "link_playlist"),
    ("https://www.youtube.com/watch?v=slow", "link_timed_out"),
    # These are not even dialled.
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


@pytest.mark.parametrize(("link", "code"), LINKS)
async def test_a_link_that_cannot_be_used_is_told_with_its_buttons(
    on: Ground, link: str, code: str
) -> None:
    asked = await on.noor.send_text(link.format(site=on.web.url))
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
