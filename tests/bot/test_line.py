"""When nobody answers at Telegram's end, it is said once, and one call tries it for all others."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator

import pytest
from telegram import Bot
from telegram.error import NetworkError

from bot.line import FAILURES, TRY_S, Line, LineRequest
from phone.faults import ANY, Fault, Trouble
from phone.server import Phone


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def rung() -> list[str]:
    return []


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def line(clock: Clock, rung: list[str]) -> Line:
    return Line(on_back=lambda: rung.append("back"), clock=clock)


@pytest.fixture
async def bot(phone: Phone, line: Line) -> AsyncIterator[Bot]:
    request = LineRequest(line)
    yield Bot(phone.token, base_url=f"{phone.url}/bot", request=request)
    await request.shutdown()


@pytest.mark.parametrize("trouble", [Trouble.INTERNAL, Trouble.DISCONNECT])
async def test_a_line_is_down_after_a_few_failures_and_up_with_the_first_answer(
    bot: Bot,
    phone: Phone,
    line: Line,
    rung: list[str],
    caplog: pytest.LogCaptureFixture,
    trouble: Trouble,
) -> None:
    caplog.set_level(logging.INFO, "bot.line")
    phone.api.faults.add(Fault(method=ANY, trouble=trouble, times=FAILURES + 2))
    for _ in range(FAILURES + 2):
        assert not rung
        with pytest.raises(NetworkError):
            await bot.get_me()
    assert line.is_down
    await bot.get_me()
    assert not line.is_down
    assert rung == ["back"]
    told = [record.getMessage() for record in caplog.records if record.name == "bot.line"]
    assert told == ["telegram does not answer", "telegram answers again"]


async def test_a_refusal_is_an_answer(bot: Bot, phone: Phone, line: Line) -> None:
    phone.api.faults.add(Fault(method=ANY, trouble=Trouble.FLOOD, times=FAILURES))
    for _ in range(FAILURES):
        with pytest.raises(Exception, match="Flood control"):
            await bot.get_me()
    assert not line.is_down


def test_one_call_tries_a_line_that_is_down(line: Line, clock: Clock) -> None:
    assert [line.wait_s() for _ in range(3)] == [0, 0, 0]
    for _ in range(FAILURES):
        line.failed()
    assert line.wait_s() == 0
    assert [line.wait_s() for _ in range(3)] == [TRY_S] * 3
    clock.now += TRY_S
    assert line.wait_s() == 0
    line.answered(clock.now)
    assert [line.wait_s() for _ in range(3)] == [0, 0, 0]


def test_an_answer_to_what_was_asked_before_it_went_down_says_nothing_about_now(
    line: Line, clock: Clock, rung: list[str]
) -> None:
    asked_at = clock.now  # a long poll
    clock.now += 10.0
    for _ in range(FAILURES):
        line.failed()
    line.answered(asked_at)
    assert line.is_down
    line.answered(clock.now)
    assert not line.is_down
    assert rung == ["back"]
