"""Files behind links: whole, within their limit, or an error that says what to do."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from modal_render.contract import RenderFailed
from modal_render.fetch import TRIES, FileMissing, LinkRefused, NotFetched, fetch
from tests.modal_render.receiver import Answer, Receiver, receiving

CONTENT = bytes(range(256)) * 4000


@pytest.fixture
def server() -> Iterator[Receiver]:
    with receiving() as receiver:
        receiver.files["/sound"] = CONTENT
        yield receiver


def fetched(server: Receiver, path: Path, most_bytes: int = len(CONTENT)) -> bytes:
    fetch(f"{server.url}/sound?signature=x", path, most_bytes, pause_s=0)
    return path.read_bytes()


def test_a_file_arrives_whole(server: Receiver, tmp_path: Path) -> None:
    assert fetched(server, tmp_path / "sound") == CONTENT


@pytest.mark.parametrize(
    "trouble",
    [
        Answer(503, b"SlowDown"),
        Answer(429, b""),
        Answer(200, CONTENT[:1000], promised_bytes=len(CONTENT)),
    ],
    ids=["busy", "too many", "cut off"],
)
def test_what_may_pass_is_tried_again(server: Receiver, tmp_path: Path, trouble: Answer) -> None:
    server.answers["GET"] = [trouble] * (TRIES - 1)
    assert fetched(server, tmp_path / "sound") == CONTENT
    server.answers["GET"] = [trouble] * TRIES
    with pytest.raises(NotFetched):
        fetched(server, tmp_path / "sound")


@pytest.mark.parametrize("limit", ["wait_s", "whole_s"])
def test_a_server_that_drips_or_is_silent_is_not_waited_for(
    server: Receiver, tmp_path: Path, limit: str
) -> None:
    # A byte in time is no silence, but all of them together take too long.
    drip_s = 5.0 if limit == "wait_s" else 0.05
    server.answers["GET"] = [Answer(200, CONTENT[:1000], drip_s=drip_s)] * TRIES
    began = time.monotonic()
    with pytest.raises(NotFetched):
        fetch(f"{server.url}/sound", tmp_path / "sound", 1000, pause_s=0, **{limit: 0.3})
    assert time.monotonic() - began < TRIES * 0.3 + 2


@pytest.mark.parametrize(
    ("status", "problem"), [(404, FileMissing), (403, LinkRefused), (302, LinkRefused)]
)
def test_what_will_not_pass_is_said_at_once(
    server: Receiver, tmp_path: Path, status: int, problem: type[Exception]
) -> None:
    server.answers["GET"] = [Answer(status, b"", {"Location": f"{server.url}/sound"})]
    with pytest.raises(problem):
        fetched(server, tmp_path / "sound")
    assert len(server.said("GET")) == 1


def test_no_more_is_taken_than_allowed(server: Receiver, tmp_path: Path) -> None:
    with pytest.raises(RenderFailed):
        fetched(server, tmp_path / "sound", most_bytes=len(CONTENT) - 1)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/x", "sound", "http://"])
def test_only_web_servers_are_asked(url: str, tmp_path: Path) -> None:
    with pytest.raises(NotFetched):
        fetch(url, tmp_path / "sound", 1000, pause_s=0)


def test_a_server_that_is_not_there_is_an_error_that_names_no_link(
    tmp_path: Path, unused_tcp_port: int
) -> None:
    url = f"http://127.0.0.1:{unused_tcp_port}/sound?signature=secret"
    with pytest.raises(NotFetched) as refused:
        fetch(url, tmp_path / "sound", 1000, pause_s=0)
    assert "secret" not in repr(refused.value)
