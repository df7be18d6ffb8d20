"""What a renderer elsewhere tells the bot, and what it makes of the answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from modal_render.contract import Scene
from modal_render.dispatch import Assignment, Ending, ending_from_json, token
from modal_render.report import Reporter, Unwanted, report_end
from tests.modal_render.receiver import Answer, Receiver, receiving

KEY = b"k" * 32
EVERY_S = 0.05


@pytest.fixture
def bot() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def assignment(base_url: str) -> Assignment:
    return Assignment(
        job="job",
        attempt=2,
        scene=Scene(look="pulse", width=216, height=384),
        audio_url="",
        duration_s=1.0,
        video_key="renders/job/a2/output.mp4",
        inline_key="renders/job/a2/inline.mp4",
        thumbnail_key="renders/job/a2/thumbnail.jpg",
        poster_key="renders/job/a2/poster.jpg",
        levels_key="renders/job/a2/levels.npy",
        part_key="renders/job/a2/part_{first}.bin",
        inline_limit_bytes=0,
        base_url=base_url,
        token=token(KEY, "job", 2),
    )


ENDING = Ending(job="job", attempt=2, error_code="render_failed", error_detail="no sound")


def test_progress_is_told_with_the_token(bot: Receiver) -> None:
    with Reporter(assignment(bot.url), every_s=EVERY_S) as reporter:
        reporter.tell("drawing", 50.0)
        bot.wait_for("PATCH", 1)
        reporter.tell("drawing", 100.0)
        *_, last = bot.wait_for("PATCH", 2)
    assert last.path == "/api/render/job"
    assert last.authorization == f"Bearer {token(KEY, 'job', 2)}"
    assert last.body == {"attempt": 2, "progress": 99, "stage": "drawing"}


def test_progress_is_told_at_most_every_so_often(bot: Receiver) -> None:
    with Reporter(assignment(bot.url), every_s=0.2) as reporter:
        began = time.monotonic()
        while (took_s := time.monotonic() - began) < 0.9:
            reporter.tell("drawing", 100 * took_s)
    assert 3 <= len(bot.said("PATCH")) <= 6


def test_a_sign_of_life_is_given_even_without_news(bot: Receiver) -> None:
    with Reporter(assignment(bot.url), every_s=EVERY_S, sign_s=0.1):
        first, *others = bot.wait_for("PATCH", 3)
    assert others == [first, first]


@pytest.mark.parametrize("status", [401, 404, 500, 503])
def test_a_bot_that_does_not_listen_stops_no_render(bot: Receiver, status: int) -> None:
    bot.answers["PATCH"] = [Answer(status, b"no")] * 3
    with Reporter(assignment(bot.url), every_s=EVERY_S, sign_s=0.0) as reporter:
        bot.wait_for("PATCH", 3)
        reporter.tell("drawing", 10.0)


def test_a_bot_that_is_away_stops_no_render(unused_tcp_port: int) -> None:
    away = assignment(f"http://127.0.0.1:{unused_tcp_port}")
    with Reporter(away, every_s=0.0) as reporter:
        for percent in range(100):
            reporter.tell("drawing", percent)


def test_a_render_that_nobody_waits_for_learns_it(bot: Receiver) -> None:
    bot.answers["PATCH"] = [Answer(200, b'{"outcome": "stale"}')]
    with Reporter(assignment(bot.url), every_s=EVERY_S) as reporter:
        bot.wait_for("PATCH", 1)
        with pytest.raises(Unwanted):
            _draw(reporter)


def _draw(reporter: Reporter) -> None:
    for percent in range(1000):
        reporter.tell("drawing", percent / 10)
        time.sleep(0.005)


def test_the_end_is_told_with_the_token(bot: Receiver) -> None:
    assert report_end(assignment(bot.url), ENDING)
    (told,) = bot.said("POST")
    assert told.path == "/api/webhooks/worker"
    assert told.authorization == f"Bearer {token(KEY, 'job', 2)}"
    assert ending_from_json(told.body) == ENDING


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_the_end_is_told_again_to_a_bot_that_has_trouble(bot: Receiver, status: int) -> None:
    bot.answers["POST"] = [Answer(status, b"later")] * 2
    assert report_end(assignment(bot.url), ENDING, pauses_s=(0, 0))
    assert len(bot.said("POST")) == 3


@pytest.mark.parametrize("status", [301, 400, 401, 404, 409, 413])
def test_an_end_that_is_not_wanted_is_told_once(bot: Receiver, status: int) -> None:
    bot.answers["POST"] = [Answer(status, b"no", {"Location": bot.url})]
    assert not report_end(assignment(bot.url), ENDING, pauses_s=(0, 0))
    assert len(bot.said("POST")) == 1


def test_a_bot_that_asks_for_time_gets_it(bot: Receiver) -> None:
    bot.answers["POST"] = [Answer(503, b"", {"Retry-After": "1"})]
    began = time.monotonic()
    assert report_end(assignment(bot.url), ENDING, pauses_s=(0,))
    assert time.monotonic() - began >= 1


def test_telling_the_end_has_an_end(unused_tcp_port: int) -> None:
    away = assignment(f"http://127.0.0.1:{unused_tcp_port}")
    assert not report_end(away, ENDING, pauses_s=(0, 0, 0))


def test_no_token_is_logged(bot: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    bot.answers = {"PATCH": [Answer(401, b"no")], "POST": [Answer(401, b"no")]}
    one = assignment(bot.url)
    with Reporter(one, every_s=EVERY_S):
        bot.wait_for("PATCH", 1)
    report_end(one, ENDING, pauses_s=())
    assert "401" in caplog.text
    assert one.token not in caplog.text
    assert threading.active_count() < 10
