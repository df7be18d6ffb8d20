"""Modal's own client as a worker uses it, against a server that speaks its protocol."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from modal_render.contract import Scene
from modal_render.dispatch import Assignment, Ending, TryAgain, assignment_from_json, ending_to_json
from pipelines.elsewhere import CallGone, ElsewhereAway, NotBegun
from pipelines.modal_calls import ModalCalls, Standing
from tests.jobs.proxy import Proxy
from tests.modal_server import APP, ModalServer, modal_server

WAIT_S = 2.0
ENDING = Ending(job="job", attempt=1, error_code="render_failed", error_detail="no sound")


def assignment() -> Assignment:
    return Assignment(
        job="job",
        attempt=1,
        scene=Scene(look="pulse", width=216, height=384),
        audio_url="https://files.example/sound",
        duration_s=1.0,
        video_key="v",
        inline_key="i",
        thumbnail_key="t",
        poster_key="p",
        levels_key="l",
        part_key="{first}",
        inline_limit_bytes=0,
        base_url="https://bot.example",
        token="token",
    )


class Renders:
    """What the server runs: each call ends when it may, as it is told to."""

    def __init__(self) -> None:
        self.may_end = threading.Event()
        self.problem: Exception | None = None
        self.given: list[Assignment] = []

    def render(self, text: str) -> dict[str, object]:
        self.given.append(assignment_from_json(text))
        assert self.may_end.wait(20)
        if self.problem is not None:
            raise self.problem
        return ending_to_json(ENDING)

    def render_segment(self, text: str) -> dict[str, object]:
        return {"said": text}


@pytest.fixture
def renders() -> Iterator[Renders]:
    made = Renders()
    yield made
    made.may_end.set()


@pytest.fixture
def server(renders: Renders, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModalServer]:
    functions = {"render": renders.render, "render_segment": renders.render_segment}
    with modal_server(functions) as running:
        monkeypatch.setenv("MODAL_SERVER_URL", running.url)
        yield running


@pytest.fixture
async def calls(server: ModalServer) -> AsyncIterator[ModalCalls]:
    made = ModalCalls(APP, "ak-1", "as-1", wait_s=WAIT_S)
    yield made
    await made.close()


async def ended(calls: ModalCalls, call_id: str) -> Ending | None:
    """The end, once there is one."""
    async with asyncio.timeout(20):
        while (ending := await calls.look(call_id)) is None:  # noqa: ASYNC110  # it rings no bell
            await asyncio.sleep(0.02)
    return ending


async def test_a_call_is_begun_looked_at_and_found_ended(
    calls: ModalCalls, renders: Renders
) -> None:
    call_id = await calls.spawn(assignment())
    assert await calls.look(call_id) is None
    renders.may_end.set()
    assert await ended(calls, call_id) == ENDING
    assert renders.given == [assignment()]


async def test_another_worker_finds_the_call_by_its_id(calls: ModalCalls, renders: Renders) -> None:
    call_id = await calls.spawn(assignment())
    other = ModalCalls(APP, "ak-1", "as-1", wait_s=WAIT_S)
    assert await other.look(call_id) is None
    renders.may_end.set()
    assert await ended(other, call_id) == ENDING
    await other.close()


@pytest.mark.parametrize("problem", [TryAgain("EndpointConnectionError"), ValueError("a bug")])
async def test_a_call_that_broke_is_gone(
    calls: ModalCalls, renders: Renders, problem: Exception
) -> None:
    renders.problem = problem
    renders.may_end.set()
    call_id = await calls.spawn(assignment())
    with pytest.raises(CallGone, match=type(problem).__name__):
        await ended(calls, call_id)


async def test_a_time_out_that_a_call_raised_looks_like_work(
    calls: ModalCalls, server: ModalServer, renders: Renders
) -> None:
    """Which is why cloud.py lets none out."""
    renders.problem = TimeoutError("theirs")
    renders.may_end.set()
    call_id = await calls.spawn(assignment())
    async with asyncio.timeout(20):
        while not server.servicer.calls[call_id].outputs:  # noqa: ASYNC110  # it rings no bell
            await asyncio.sleep(0.02)
    assert await calls.look(call_id) is None


async def test_a_call_that_is_cancelled_is_gone(calls: ModalCalls, server: ModalServer) -> None:
    call_id = await calls.spawn(assignment())
    await calls.cancel(call_id)
    assert server.servicer.calls[call_id].is_cancelled
    with pytest.raises(CallGone):
        await ended(calls, call_id)
    await calls.cancel(call_id)


async def test_a_call_nobody_knows_is_gone(calls: ModalCalls) -> None:
    with pytest.raises(CallGone):
        await calls.look("fc-nobody")
    await calls.cancel("fc-nobody")


async def test_an_answer_that_is_no_ending_is_gone(
    calls: ModalCalls, server: ModalServer, renders: Renders
) -> None:
    renders.render = lambda text: {"status": "odd"}  # type: ignore[method-assign]
    server.servicer.functions = {"render": renders.render}
    call_id = await calls.spawn(assignment())
    with pytest.raises(CallGone, match="no render"):
        await ended(calls, call_id)


async def test_both_functions_have_to_be_deployed(calls: ModalCalls, server: ModalServer) -> None:
    assert await calls.standing() is Standing.READY
    server.servicer.functions = {"render": lambda text: None}
    assert await calls.standing() is Standing.MISSING


async def test_an_app_that_is_not_deployed_begins_nothing(server: ModalServer) -> None:
    calls = ModalCalls("another", "ak-1", "as-1", wait_s=WAIT_S)
    with pytest.raises(NotBegun, match="NotFoundError"):
        await calls.spawn(assignment())
    assert server.servicer.calls == {}
    await calls.close()


async def test_a_token_that_is_refused_begins_nothing(server: ModalServer) -> None:
    server.servicer.tokens = {"ak-1": "as-right"}
    calls = ModalCalls(APP, "ak-1", "as-wrong", wait_s=WAIT_S)
    with pytest.raises(NotBegun, match="AuthError") as refused:
        await calls.spawn(assignment())
    assert "as-wrong" not in str(refused.value)
    assert await calls.standing() is Standing.REFUSED
    with pytest.raises(ElsewhereAway):
        await calls.look("fc-1")
    await calls.close()


async def test_a_server_that_is_not_there_costs_seconds_and_begins_nothing(
    unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODAL_SERVER_URL", f"http://127.0.0.1:{unused_tcp_port}")
    calls = ModalCalls(APP, "ak-1", "as-1", wait_s=1.0)
    assert await calls.standing() is Standing.AWAY
    began = time.monotonic()
    with pytest.raises(NotBegun):
        await calls.spawn(assignment())
    with pytest.raises(ElsewhereAway):
        await calls.look("fc-1")
    with pytest.raises(ElsewhereAway):
        await calls.cancel("fc-1")
    assert time.monotonic() - began < 3 * 1.0 + 2
    await calls.close()


async def test_a_server_that_came_back_is_found_again(
    server: ModalServer, renders: Renders, monkeypatch: pytest.MonkeyPatch
) -> None:
    way = Proxy(server.port)
    await way.open()
    monkeypatch.setenv("MODAL_SERVER_URL", f"http://127.0.0.1:{way.port}")
    calls = ModalCalls(APP, "ak-1", "as-1", wait_s=WAIT_S)
    call_id = await calls.spawn(assignment())
    renders.may_end.set()
    await ended(calls, call_id)
    await way.close()
    with pytest.raises(ElsewhereAway):
        await calls.look(call_id)
    await way.open()
    assert await calls.look(call_id) == ENDING
    await calls.close()
    await way.close()


async def test_a_spawn_whose_answer_is_lost_may_have_begun(
    calls: ModalCalls, server: ModalServer
) -> None:
    server.servicer.hanging = {"FunctionMap afterwards"}
    with pytest.raises(ElsewhereAway):
        await calls.spawn(assignment())
    assert len(server.servicer.calls) == 1


@pytest.mark.parametrize("question", ["FunctionGetOutputs", "FunctionCallCancel"])
async def test_a_server_that_does_not_answer_costs_seconds(
    calls: ModalCalls, server: ModalServer, question: str
) -> None:
    call_id = await calls.spawn(assignment())
    server.servicer.hanging = {question}
    began = time.monotonic()
    verb = calls.look if question == "FunctionGetOutputs" else calls.cancel
    with pytest.raises(ElsewhereAway):
        await verb(call_id)
    assert WAIT_S - 0.5 < time.monotonic() - began < WAIT_S + 2


async def test_the_clients_own_log_goes_the_way_of_ours(calls: ModalCalls) -> None:
    for name in ("modal-client", "modal-utils"):
        assert logging.getLogger(name).handlers == []
        assert logging.getLogger(name).propagate
