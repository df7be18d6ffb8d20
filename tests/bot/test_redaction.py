"""No secret is ever part of a log line."""

from __future__ import annotations

import base64
import io
import json
import logging
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from bot.redaction import MASK, JsonFormatter, RedactingFormatter, configure_logging, secrets_of
from jobs.about import about
from settings import Settings

TOKEN = "7000000001:AAH-this_is/the+secret=half"
SECRET = "signing secret with at least 32 characters"


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(RedactingFormatter([TOKEN, SECRET]))
    log = logging.getLogger("test.redaction")
    log.addHandler(handler)
    log.propagate = False
    yield text
    log.removeHandler(handler)
    log.propagate = True


@pytest.mark.parametrize("spell", [str, lambda text: quote(text, safe="")])
@pytest.mark.parametrize("secret", [TOKEN, TOKEN.split(":")[1], SECRET])
def test_a_secret_is_masked_however_it_is_spelt(
    logged: io.StringIO, secret: str, spell: type[str]
) -> None:
    logging.getLogger("test.redaction").warning("calling %s now", spell(secret))
    assert secret not in logged.getvalue()
    assert spell(secret) not in logged.getvalue()
    assert MASK in logged.getvalue()


def test_a_secret_is_masked_in_base64(logged: io.StringIO) -> None:
    encoded = base64.b64encode(SECRET.encode()).decode()
    logging.getLogger("test.redaction").warning("%s", encoded)
    assert encoded not in logged.getvalue()


def test_a_traceback_is_redacted_too(logged: io.StringIO) -> None:
    try:
        raise ValueError(f"https://api.telegram.org/bot{TOKEN}/getMe")
    except ValueError:
        logging.getLogger("test.redaction").exception("it broke")
    assert TOKEN.split(":")[1] not in logged.getvalue()
    assert "ValueError" in logged.getvalue()


def test_what_is_logged_cannot_begin_a_line_of_its_own(logged: io.StringIO) -> None:
    logging.getLogger("test.redaction").warning("name: %s", "x\n2026 INFO bot: all is well")
    assert len(logged.getvalue().splitlines()) == 1


def test_a_short_secret_does_not_blank_out_words() -> None:
    formatter = RedactingFormatter(["a:bc"])
    record = logging.LogRecord("x", logging.INFO, "x", 1, "abc", None, None)
    assert "abc" in formatter.format(record)


def test_the_settings_secrets_are_known(tmp_path: Path) -> None:
    settings = Settings(telegram_bot_token=TOKEN, turso_auth_token=SECRET, data_dir=tmp_path)
    token, turso, key = secrets_of(settings)
    assert (token, turso) == (TOKEN, SECRET)
    assert len(key) >= 32
    assert SECRET in secrets_of(replace(settings, r2_secret_access_key=SECRET))
    assert SECRET in secrets_of(replace(settings, modal_token_secret=SECRET))


def test_the_http_client_does_not_log_addresses(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        configure_logging("DEBUG", [SECRET])
        transport = httpx.MockTransport(lambda _: httpx.Response(200))
        with httpx.Client(transport=transport) as client:
            client.get(f"https://api.telegram.org/bot{TOKEN}/getMe")
        assert "api.telegram.org" not in capsys.readouterr().err
    finally:
        root.handlers[:], root.level = handlers, level


def _written(formatter: logging.Formatter, *, job: str = "") -> str:
    """What the formatter makes of an error with a traceback, told while at work on the job."""
    try:
        raise ValueError(f"https://api.telegram.org/bot{TOKEN}/getMe")
    except ValueError:
        problem = sys.exc_info()
    record = logging.LogRecord("room", logging.ERROR, "x", 1, "it broke:\n%s", (SECRET,), problem)
    with about(job=job, attempt=2, project="", chat=5):
        return formatter.format(record)


def test_a_line_of_json_says_what_it_is_about_and_no_secret() -> None:
    line = _written(JsonFormatter([TOKEN, SECRET]), job="a1")
    assert "\n" not in line
    told = json.loads(line)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told.pop("time"))
    exception = told.pop("exception")
    assert told == {
        "level": "ERROR",
        "logger": "room",
        "message": f"it broke:\n{MASK}",
        "job": "a1",
        "attempt": 2,
        "chat": 5,
    }
    assert exception.startswith("Traceback")
    assert "ValueError" in exception
    assert TOKEN.split(":")[1] not in line


def test_a_secret_that_json_would_spell_otherwise_is_masked_too() -> None:
    odd = 'a "quoted" sécret'
    record = logging.LogRecord("room", logging.INFO, "x", 1, odd, None, None)
    assert json.loads(JsonFormatter([odd]).format(record))["message"] == MASK


@pytest.mark.parametrize(
    ("job", "message", "end"),
    [
        ("a1", "no peaks", "no peaks [job a1, attempt 2]"),
        ("a1", "job a1: no peaks", "job a1: no peaks"),
        ("", "no peaks", "no peaks"),
    ],
)
def test_a_line_of_text_names_the_job_it_is_about(job: str, message: str, end: str) -> None:
    record = logging.LogRecord("room", logging.INFO, "x", 1, message, None, None)
    with about(job=job, attempt=2):
        assert RedactingFormatter([]).format(record).endswith(f": {end}")
