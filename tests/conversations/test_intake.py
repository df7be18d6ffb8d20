"""How recordings and links become cards, and what is refused with the way out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conversations import flow, links, words
from conversations.model import Limits, Received
from jobs.model import JobKind, JobStatus, ProjectStatus, Shape, Source, SourceKind, Stage
from jobs.payloads import RenderWork, asset_to_json
from jobs.recipe import Clean, TrimSilence
from tests.conversations.samples import MIB, OWNER, a_voice_note, an_asset
from tests.conversations.world import World, find_button, ready

YOUTUBE = [
    "https://www.youtube.com/watch?v=abc",
    "https://youtu.be/abc",
    "https://m.youtube.com/watch?v=abc",
    "https://music.youtube.com/watch?v=abc",
    "https://youtube.com/shorts/abc",
    "HTTPS://YOUTU.BE/abc",
    "youtube.com/watch?v=abc",
]


def test_a_voice_note_is_greeted_listened_to_and_shown() -> None:
    world = World()
    world.send()
    job = world.newest(JobKind.INGEST)
    assert job.input["file_id"] == "file"
    assert world.view().text == "Got your voice note - 1:58. Listening…"
    assert world.view().reply_to == 7
    assert world.labels() == [["Stop"]]
    world.hear()
    assert world.view().text.splitlines() == [
        "<b>Your voice note</b>",
        "Keeping 0:03\u20131:52 (1:49 of 1:58)",
        "Mist · vertical · sound cleaned · even volume",
    ]


def test_the_first_edit_needs_no_choice() -> None:
    world = ready()
    recipe = world.edit.recipe
    assert (recipe.clean, recipe.level_lufs) == (Clean.SOFT, -14.0)
    assert recipe.trim_silence is TrimSilence.OFF
    assert world.edit.shape is Shape.VERTICAL


def test_a_song_with_cover_art_shows_it_in_the_video() -> None:
    world = ready(cover_key="assets/a-1/cover.jpg")
    world.press("Make video")
    work = RenderWork.from_json(world.newest(JobKind.RENDER).input)
    assert work.edit.cover_key == "assets/a-1/cover.jpg"


def test_the_card_can_be_used_before_its_picture_is_there() -> None:
    world = World()
    world.send()
    world.complete(JobKind.INGEST, asset_to_json(world.asset))
    without = world.view()
    world.draw()
    assert without == replace(world.view(), picture_key="")


def test_a_recording_with_hardly_a_second_of_sound_is_kept_whole() -> None:
    world = ready(duration_s=3.0, sound_start_s=1.0, sound_end_s=1.4)
    assert world.kept == [(0.0, 3.0)]


def test_music_gets_the_look_of_music() -> None:
    assert ready(character="music").edit.look == "pulse"
    assert ready(character="speech").edit.look == "mist"


@pytest.mark.parametrize(
    ("caption", "tag", "name", "title"),
    [
        ("Monday thoughts", "Track 1", "AUD-1.mp3", "Monday thoughts"),
        ("", "Sunrise", "AUD-1.mp3", "Sunrise"),
        ("", "", "My first talk.mp3", "My first talk"),
        ("", "", "AUD-20240101-WA0001.opus", ""),
        ("", "", "voice_12.ogg", ""),
        ("First\nsecond line", "", "", "First"),
    ],
)
def test_the_title_is_what_somebody_wrote_for_people(
    caption: str, tag: str, name: str, title: str
) -> None:
    world = World(asset=an_asset(title=tag))
    world.send(a_voice_note(media="audio", name=name), caption)
    world.hear()
    assert world.edit.title == title


def test_a_hostile_title_breaks_neither_the_card_nor_its_mark_up() -> None:
    world = World(asset=an_asset(title="\u202e</b><a href='x'>" + "\U0001f600&" * 500 + "\x00"))
    world.send()
    world.hear()
    assert len(world.edit.title) <= 48
    assert "<a" not in world.view().text
    assert "\u202e" not in world.view().text


def test_what_telegram_will_not_hand_over_is_refused_at_once() -> None:
    world = World()
    world.send(a_voice_note(media="audio", size_bytes=64 * MIB))
    assert world.projects == {}
    assert world.notices[-1].text == (
        "That's 64 MB. Telegram lets bots fetch up to 20 MB. Send it as an https link instead,"
        " up to 100 MB."
    )


def test_no_link_is_advised_where_it_would_be_refused_as_well() -> None:
    world = World()
    world.known["limits"] = Limits(telegram_bytes=100 * MIB, source_bytes=100 * MIB)
    world.send(a_voice_note(media="audio", size_bytes=101 * MIB))
    assert world.notices[-1].text.startswith("That's 101 MB. I take up to 100 MB.")


@pytest.mark.parametrize("media", ["sticker", "contact", "pdf", "photo", "animation"])
def test_what_has_no_sound_is_answered_with_what_has(media: str) -> None:
    world = World()
    world.apply(flow.unusable(media, world.facts()))
    assert "end me" in world.notices[-1].text


def test_a_link_is_fetched() -> None:
    world = World()
    world.type("look at https://www.example.com/talk.mp3!")
    assert world.project.source.kind is SourceKind.LINK
    assert world.newest(JobKind.INGEST).input["url"] == "https://www.example.com/talk.mp3"
    world.work(JobKind.INGEST, Stage.FETCHING, 40)
    assert world.view().text == "Fetching from example.com · 40%…"


@pytest.mark.parametrize("url", ["http://example.com/a.mp3", "ftp://x.org/a", "https://["])
def test_only_https_is_fetched(url: str) -> None:
    world = World()
    assert "https" in world.type(url)
    assert world.projects == {}


@pytest.mark.parametrize("url", YOUTUBE)
def test_youtube_is_asked_about_once(url: str) -> None:
    world = World()
    world.type(f"{url} please")
    assert world.project.source.kind is SourceKind.YOUTUBE
    assert world.jobs == {}
    assert "may use" in world.view().text
    world.press("It's mine")
    assert world.person.attested
    assert world.newest(JobKind.INGEST).input["kind"] == "youtube"
    world.press_data(f"at:{world.project.id}")
    assert world.toast == "Already on it."
    world.type(url)
    assert world.newest(JobKind.INGEST).project_id == world.project.id


@pytest.mark.parametrize("url", ["https://notyoutube.com/x", "https://youtube.com.evil.org/x"])
def test_what_only_looks_like_youtube_is_a_link(url: str) -> None:
    assert links.source_of(url).kind is SourceKind.LINK


def test_a_youtube_link_can_be_left_alone() -> None:
    world = World()
    world.type("https://youtu.be/abc")
    world.press("No, leave it")
    assert world.project.status is ProjectStatus.DELETED
    assert not world.person.attested


def test_an_ingest_that_failed_says_why_and_offers_what_can_help() -> None:
    world = World()
    world.send()
    world.fail(JobKind.INGEST, "source_broken")
    assert "cut off" in world.view().text
    assert world.labels() == [["Delete"]]
    world.send()
    world.fail(JobKind.INGEST, "telegram_away")
    assert world.labels() == [["Try again", "Delete"]]
    world.press("Try again")
    assert world.newest(JobKind.INGEST).id == world.project.ingest_job
    world.hear()
    assert "Make video" in world.labels()[0][0]


def test_listening_can_be_stopped_and_taken_up_again() -> None:
    world = World()
    world.send()
    world.press("Stop")
    assert world.newest(JobKind.INGEST).status is JobStatus.CANCELLED
    assert world.labels() == [["Try again", "Delete"]]
    world.press("Try again")
    assert world.labels() == [["Stop"]]


def test_the_same_message_makes_the_same_job_key() -> None:
    world = World()
    received = Received(source=a_voice_note())
    first, second = (flow.receive(received, world.facts()) for _ in range(2))
    assert first.changes.jobs[0].dedupe_key == second.changes.jobs[0].dedupe_key == "tg:1:7"


def test_a_second_end_of_the_same_ingest_changes_nothing() -> None:
    world = ready()
    job = world.newest(JobKind.INGEST)
    assert flow.job_ended(world.project, job, world.facts(world.project)).changes.project is None


def test_a_link_over_the_limit_of_telegram_is_none_of_its_business() -> None:
    world = World()
    source = Source(kind=SourceKind.LINK, media="link", url="https://x.org/a", size_bytes=60 * MIB)
    world.apply(flow.receive(Received(source=source), world.facts()))
    assert len(world.projects) == 1
    assert world.project.owner_id == OWNER.id


def test_what_ends_for_a_closed_card_changes_nothing() -> None:
    world = ready()
    closed = replace(world.project, status=ProjectStatus.EXPIRED)
    job = world.newest(JobKind.LOOK)
    assert flow.job_ended(closed, job, world.facts(closed)).changes.project is None


def test_start_offers_a_sample_that_is_made_like_everything_else() -> None:
    world = World()
    world.command("/start")
    sample = find_button(world.notices[-1], "15-second sample").data
    assert world.press_data(sample) == words.answers.SAMPLE_COMING.en
    assert "Got your voice note - 0:15" in world.view().text
    world.hear()
    assert world.press_data(sample) == words.answers.ALREADY_OPEN.en
    assert len(world.projects) == 1
    world.make()
    assert world.view().video is not None
    assert world.press_data(sample) == words.answers.SAMPLE_COMING.en
    assert len(world.projects) == 2


def test_what_was_tidied_away_comes_back_with_the_same_look() -> None:
    before = ready()
    for word in ("orbit", "square"):
        before.type(word)
    earlier = before.edit
    world = World()
    world.known = {"earlier": earlier}
    world.send()
    world.hear()
    assert (world.edit.look, world.edit.shape) == ("orbit", Shape.SQUARE)
    assert world.edit.recipe == ready().edit.recipe, "what is kept of it is heard anew"


def test_a_look_that_there_is_no_more_gives_way_to_one_that_suits() -> None:
    world = World()
    world.known = {"earlier": replace(ready().edit, look="gone")}
    world.send()
    world.hear()
    assert world.edit.look == ready().edit.look
