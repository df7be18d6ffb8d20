"""A finished video gets an unlisted page with one press, and loses it with another."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from conversations.model import Limits
from tests.conversations.world import SITE, World, find_button, ready


def made(*, pages: bool = True, sharing: bool = True) -> World:
    """A chat with a finished video."""
    world = ready(title="Tom & Jerry")
    world.known["limits"] = Limits(pages=pages, sharing=sharing)
    world.known["link"] = f"{SITE}/renders/r/output.mp4"
    world.make()
    return world


def test_publish_opens_a_page_that_only_its_link_finds() -> None:
    world = made()
    project = world.project
    assert "nobody else finds it" in world.press("Publish")
    slug = world.pages[project.id]
    assert len(slug) == 26
    watch = find_button(world.view(), "Watch page")
    assert watch.url == f"{SITE}/v/{slug}"
    assert world.project.id == project.id
    assert world.view().video is not None


def test_the_link_is_passed_on_in_telegram_s_own_way() -> None:
    world = made()
    world.press("Publish")
    send = urlsplit(find_button(world.view(), "Send to a chat").url)
    assert (send.hostname, send.path) == ("t.me", "/share/url")
    assert parse_qs(send.query) == {
        "url": [f"{SITE}/v/{world.pages[world.project.id]}"],
        "text": ["Tom & Jerry"],
    }


def test_a_page_that_only_this_machine_reaches_is_not_passed_on() -> None:
    world = made(sharing=False)
    world.press("Publish")
    labels = [label for row in world.labels() for label in row]
    assert "🔗 Watch page" in labels
    assert "↪ Send to a chat" not in labels


def test_where_nobody_reaches_us_there_is_no_page() -> None:
    world = made(pages=False)
    assert "Publish" not in str(world.labels())
    assert "no public address" in world.press_data(f"pp:{world.project.id}")
    assert world.pages == {}


def test_pressing_publish_twice_is_pressing_it_once() -> None:
    world = made()
    world.press("Publish")
    pages = dict(world.pages)
    assert "open already" in world.press_data(f"pp:{world.project.id}")
    assert world.pages == pages


def test_a_page_is_taken_back_with_one_press() -> None:
    world = made()
    world.press("Publish")
    assert "Taken back" in world.press("Take it back")
    assert world.pages == {}
    assert "Publish" in str(world.labels())
    assert "no page" in world.press_data(f"pu:{world.project.id}")


def test_a_page_opened_again_is_another_page() -> None:
    world = made()
    world.press("Publish")
    first = world.pages[world.project.id]
    world.press("Take it back")
    world.press("Publish")
    assert world.pages[world.project.id] != first


def test_what_is_not_made_has_no_page() -> None:
    world = ready()
    world.known["limits"] = Limits(pages=True)
    assert "isn't made yet" in world.press_data(f"pp:{world.project.id}")
    assert world.pages == {}


def test_a_video_whose_time_is_over_offers_no_page() -> None:
    world = made()
    world.now += Limits().link_s + 1
    assert "Publish" not in str(world.labels())
