"""Who may report about a render, and what a report may hold."""

from __future__ import annotations

import json
from typing import Any

import pytest

from modal_render.contract import BadRequest, Scene
from modal_render.dispatch import (
    Assignment,
    Ending,
    Made,
    TokenForged,
    assignment_from_json,
    assignment_to_json,
    ending_from_json,
    ending_to_json,
    read_token,
    token,
)

KEY = b"k" * 32
MADE = Made(
    video_key="renders/j/a1/output.mp4",
    inline_key="renders/j/a1/output.mp4",
    thumbnail_key="renders/j/a1/thumbnail.jpg",
    width=1080,
    height=1920,
    frames=30,
    duration_s=1.0,
    size_bytes=1000,
    inline_width=1080,
    inline_height=1920,
    inline_bytes=1000,
)


def test_a_token_says_whose_it_is() -> None:
    assert read_token(KEY, token(KEY, "0a-job", 12).encode()) == ("0a-job", 12)


def _forged() -> list[bytes]:
    good = token(KEY, "job", 2)
    job, attempt, mac = good.split(".")
    texts = [
        "",
        ".",
        "..",
        f"job.3.{mac}",
        f"jof.2.{mac}",
        f"job.02.{mac}",
        f"job.2.{mac.upper()}",
        f"job.2.{mac[:-1]}",
        f"job.2.{mac}0",
        f" {good}",
        f"{good}\n",
        f"job.-2.{mac}",
        token(b"other", job, int(attempt)),
    ]
    return [*(text.encode() for text in texts), b"job.2.\xff\xfe", good.encode("utf-16")]


@pytest.mark.parametrize("shown", _forged())
def test_every_other_token_is_forged(shown: bytes) -> None:
    with pytest.raises(TokenForged):
        read_token(KEY, shown)


@pytest.mark.parametrize(
    "ending",
    [
        Ending(job="j", attempt=1, made=MADE),
        Ending(job="j", attempt=1, error_code="render_failed", error_detail="no sound"),
    ],
)
def test_an_ending_survives_the_wire(ending: Ending) -> None:
    assert ending_from_json(json.loads(json.dumps(ending_to_json(ending)))) == ending


def test_an_assignment_survives_the_wire() -> None:
    assignment = Assignment(
        job="j",
        attempt=1,
        scene=Scene(look="pulse", width=1080, height=1920),
        audio_url="https://files.example/a",
        duration_s=61.5,
        video_key=MADE.video_key,
        inline_key="renders/j/a1/inline.mp4",
        thumbnail_key=MADE.thumbnail_key,
        poster_key="renders/j/a1/poster.jpg",
        levels_key="renders/j/a1/levels.npy",
        part_key="renders/j/a1/part_{first}.bin",
        inline_limit_bytes=48,
        base_url="https://bot.example",
        token=token(KEY, "j", 1),
    )
    assert assignment_from_json(assignment_to_json(assignment)) == assignment


@pytest.mark.parametrize(
    "change",
    [
        {"status": "done"},
        {"status": None},
        {"jobId": 5},
        {"attempt": "1"},
        {"attempt": True},
        {"attempt": -1},
        {"result": None},
        {"result": []},
        {"result": {"videoKey": "x"}},
        {"status": "failed"},
        {"status": "failed", "error": "no"},
        {"status": "failed", "error": {"code": 3}},
    ],
)
def test_a_body_of_another_form_is_refused(change: dict[str, Any]) -> None:
    body = ending_to_json(Ending(job="j", attempt=1, made=MADE))
    with pytest.raises(BadRequest):
        ending_from_json({**body, **change})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1, "5", True, None, 2**60])
def test_a_number_that_is_none_is_refused(value: Any) -> None:
    body = ending_to_json(Ending(job="j", attempt=1, made=MADE))
    with pytest.raises(BadRequest):
        ending_from_json({**body, "result": {**body["result"], "frames": value}})
