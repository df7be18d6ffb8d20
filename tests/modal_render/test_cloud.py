"""A render elsewhere, from its links to the objects in the bucket and the report to the bot."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from modal_render.cloud import Site, render_assignment, render_call, stretch_call
from modal_render.contract import from_json, to_json
from modal_render.dispatch import (
    Assignment,
    Ending,
    TryAgain,
    assignment_to_json,
    ending_from_json,
)
from modal_render.fan_out import Said, Stretch
from tests import sounds
from tests.modal_render.cloud_room import AUDIO_KEY, COVER_KEY, CloudRoom, cloud_room, made_here
from tests.modal_render.conftest import WAYS, scene
from tests.modal_render.receiver import Answer, Receiver, receiving
from tests.storage.servers import Server

TALK_S = 10.7  # two spliced segments, three of whole frames, the last ones short


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sounds.write(tmp_path_factory.mktemp("talk") / "talk.wav", sounds.speech(TALK_S))


@pytest.fixture(scope="module")
def word(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sounds.write(tmp_path_factory.mktemp("word") / "word.wav", sounds.speech(1))


@pytest.fixture
def bot() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def room(moto: Server, bot: Receiver) -> Iterator[CloudRoom]:
    made = cloud_room(moto.bucket(), bot)
    yield made
    made.bucket.close()


def called(room: CloudRoom, assignment: Assignment) -> Ending:
    """How the call ends for whoever asks after it."""
    text = assignment_to_json(assignment)
    return ending_from_json(render_call(text, room.environment, 2, _nobody))


def _nobody(asked: object) -> list[Said]:
    raise AssertionError("this video is not worth sharing")


def test_a_render_is_stored_and_told(room: CloudRoom, word: Path, tmp_path: Path) -> None:
    room.bring(AUDIO_KEY, word)
    one = room.assignment(scene())
    ending = called(room, one)
    report, video, thumbnail = made_here(word, tmp_path / "here", scene())
    assert room.stored() == {
        one.video_key: "video/mp4",
        one.thumbnail_key: "image/jpeg",
        one.poster_key: "image/jpeg",
    }
    assert room.bucket.get(one.video_key) == video
    assert room.bucket.get(one.thumbnail_key) == thumbnail
    made = ending.made
    assert made is not None
    assert (made.video_key, made.inline_key) == (one.video_key, one.video_key)
    assert (made.width, made.height, made.frames) == (report.width, report.height, report.frames)
    assert made.size_bytes == made.inline_bytes == len(video)
    (told,) = room.bot.said("POST")
    assert ending_from_json(told.body) == ending
    assert room.bot.said("PATCH")[0].body == {"attempt": 2, "progress": 30, "stage": "fetching"}


def test_run_twice_it_stores_the_same_again(room: CloudRoom, word: Path) -> None:
    room.bring(AUDIO_KEY, word)
    one = room.assignment(scene(), inline_limit_bytes=25_000)
    endings, contents = [], []
    for _ in ("preempted", "again"):
        endings.append(called(room, one))
        contents.append({key: room.bucket.get(key) for key in room.stored()})
    assert endings[0] == endings[1]
    assert contents[0] == contents[1]
    assert len(contents[0]) == 4


def test_a_video_too_large_for_a_chat_gets_its_copy(room: CloudRoom, word: Path) -> None:
    room.bring(AUDIO_KEY, word)
    one = room.assignment(scene(), inline_limit_bytes=25_000)
    made = called(room, one).made
    assert made is not None
    assert made.inline_key == one.inline_key
    assert made.inline_bytes == len(room.bucket.get(one.inline_key)) <= 25_000 < made.size_bytes


@pytest.mark.parametrize(("look", "path"), WAYS)
def test_a_video_drawn_by_many_is_the_one_drawn_by_one(
    room: CloudRoom, talk: Path, tmp_path: Path, look: str, path: str
) -> None:
    cover = tmp_path / "cover.jpg"
    Image.effect_mandelbrot((90, 80), (-3, -2.5, 2, 2.5), 50).convert("RGB").save(cover)
    room.bring(AUDIO_KEY, talk)
    room.bring(COVER_KEY, cover)
    one = room.assignment(scene(look), path, cover_url=room.link(COVER_KEY))
    site = Site(
        bucket=room.bucket, threads=2, sharing=room.sharing(300 if path == "splice" else 150)
    )
    ending = render_assignment(one, site)
    shown = scene(look, cover=str(cover))
    report, video, thumbnail = made_here(talk, tmp_path / "here", shown, path)
    assert report.spliced == (path == "splice")
    assert len(room.stretches) == (2 if path == "splice" else 3)
    assert room.bucket.get(one.video_key) == video
    assert room.bucket.get(one.thumbnail_key) == thumbnail
    assert ending.made is not None
    # Nothing is left of what was handed about.
    assert set(room.stored()) == {one.video_key, one.thumbnail_key, one.poster_key}


def test_a_short_video_is_not_shared(room: CloudRoom, word: Path) -> None:
    room.bring(AUDIO_KEY, word)
    site = Site(bucket=room.bucket, threads=1, sharing=room.sharing())
    assert render_assignment(room.assignment(scene("mist")), site).made is not None
    assert room.stretches == []


def test_a_stretch_is_a_call_of_its_own(room: CloudRoom, talk: Path) -> None:
    room.bring(AUDIO_KEY, talk)
    site = Site(bucket=room.bucket, threads=1, sharing=room.sharing())
    render_assignment(room.assignment(scene("mist")), site)
    again = to_json(room.stretches[0])
    with pytest.raises(TryAgain):
        stretch_call(again, room.environment, 1)  # what it was given is gone again
    with pytest.raises(TryAgain):
        stretch_call("{}", room.environment, 1)


def test_versions_that_meet_in_one_video_are_kept_apart(room: CloudRoom, talk: Path) -> None:
    room.bring(AUDIO_KEY, talk)
    sharing = room.sharing()

    def newer(asked: object) -> Iterator[Said]:
        for (text,) in asked:  # type: ignore[attr-defined]  # a Starmap's
            older = replace(from_json(Stretch, text), edition="of yesterday")
            yield stretch_call(to_json(older), room.environment, 1)

    site = Site(bucket=room.bucket, threads=1, sharing=replace(sharing, starmap=newer))
    with pytest.raises(TryAgain, match="version"):
        render_assignment(room.assignment(scene("mist")), site)
    assert room.bot.said("POST") == []


def test_what_breaks_in_a_stretch_ends_the_render_in_words(room: CloudRoom, talk: Path) -> None:
    room.bring(AUDIO_KEY, talk)
    sharing = replace(room.sharing(), starmap=lambda _: iter([{"error": "not proven"}] * 3))
    site = Site(bucket=room.bucket, threads=1, sharing=sharing)
    ending = render_assignment(room.assignment(scene("mist")), site)
    assert (ending.error_code, ending.error_detail) == ("render_failed", "not proven")


def test_sound_that_cannot_be_heard_is_an_ending(room: CloudRoom, tmp_path: Path) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_text("words\n" * 100)
    room.bring(AUDIO_KEY, broken)
    ending = called(room, room.assignment(scene()))
    assert (ending.made, ending.error_code) == (None, "render_failed")
    (told,) = room.bot.said("POST")
    assert ending_from_json(told.body) == ending


def test_a_scene_that_cannot_be_drawn_is_an_ending(room: CloudRoom, word: Path) -> None:
    room.bring(AUDIO_KEY, word)
    ending = called(room, room.assignment(scene("nothing")))
    assert ending.error_code == "render_failed"


@pytest.mark.parametrize(
    ("status", "code"), [(404, "source_gone"), (403, "storage_away")], ids=["gone", "expired"]
)
def test_a_link_that_leads_nowhere_is_an_ending(room: CloudRoom, status: int, code: str) -> None:
    room.bot.answers["GET"] = [Answer(status, b"")]
    one = room.assignment(scene(), audio_url=f"{room.bot.url}/sound")
    ending = called(room, one)
    assert ending.error_code == code
    assert room.stored() == {}


def test_what_may_pass_is_raised_as_what_anybody_can_read(
    room: CloudRoom, word: Path, unused_tcp_port: int
) -> None:
    room.bring(AUDIO_KEY, word)
    away = {**room.environment, "R2_ENDPOINT_URL": f"http://127.0.0.1:{unused_tcp_port}"}
    text = assignment_to_json(room.assignment(scene()))
    with pytest.raises(TryAgain) as raised:
        render_call(text, away, 2, _nobody)
    assert raised.value.__cause__ is None
    assert str(pickle.loads(pickle.dumps(raised.value))) == "EndpointConnectionError"
    assert room.bot.said("POST") == []
    with pytest.raises(TryAgain, match="KeyError"):
        render_call(text, {}, 2, _nobody)


def test_a_render_that_nobody_waits_for_stops(room: CloudRoom, talk: Path) -> None:
    room.bring(AUDIO_KEY, talk)
    room.bot.answers["PATCH"] = [Answer(200, b'{"outcome": "stale"}')]
    shown = scene("mist", width=540, height=960)
    ending = called(room, room.assignment(shown))
    assert ending.made is None
    assert room.stored() == {}
    assert room.bot.said("POST") == []
