"""Logging as the whole program does it: two forms, no secret in any line.

As text a line is for people, as JSON for programs: one object a line, whatever was logged.
"""

from __future__ import annotations

import base64
import json
import logging
import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from urllib.parse import quote

from jobs.about import told_now
from jobs.api_keys import PATTERN
from settings import LogFormat, Settings, signing_key

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
MASK = "[redacted]"
MIN_SECRET_CHARACTERS = 6  # shorter ones would blank out innocent words
# At INFO httpx writes the whole URL of each request, and the bot's token is part of it.
TALKATIVE = (
    "httpx",
    "httpcore",
    "telegram",
    "aiohttp.access",
    "boto3",
    "botocore",
    "urllib3",
    "aiosqlite",
    # Modal's client speaks through these; they would write down each header.
    "grpclib",
    "hpack",
)


_API_KEY = re.compile(PATTERN)


class Redactor:
    """Takes secrets out of text, however they are spelt in it."""

    def __init__(self, secrets: Collection[str]) -> None:
        spellings = {spelt for secret in secrets for spelt in _spellings(secret)}
        # Longest first: a part masked early would leave the rest of the whole in sight.
        self._secrets = sorted(spellings, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return _API_KEY.sub(MASK, text)


class RedactingFormatter(logging.Formatter):
    """Formats a record, traceback included, and takes the secrets out of the result.

    A filter would see the message only before the traceback is written below it. Line breaks in
    what is logged are kept off the margin, so that nobody can write a log line of their own.
    """

    def __init__(self, secrets: Collection[str]) -> None:
        super().__init__(FORMAT)
        self._redact = Redactor(secrets)

    def formatMessage(self, record: logging.LogRecord) -> str:
        line = super().formatMessage(record).replace("\r", "\\r").replace("\n", "\\n")
        return line + _unsaid(record.message, told_now())

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


class JsonFormatter(logging.Formatter):
    """One JSON object a line, in ASCII: when, how grave, who says what, and what it is about."""

    def __init__(self, secrets: Collection[str]) -> None:
        super().__init__()
        self._redact = Redactor(secrets)

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        told = {
            "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **told_now(),
        }
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        # Before they become JSON, which would spell some secrets in another way.
        return json.dumps({name: self._clean(value) for name, value in told.items()})

    def _clean(self, value: str | int) -> str | int:
        return self._redact(value) if isinstance(value, str) else value


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """What the settings hold that nobody may read in a log."""
    known = (
        settings.telegram_bot_token,
        settings.turso_auth_token,
        settings.r2_secret_access_key,
        settings.modal_token_secret,
        settings.metrics_token,
        settings.sentry_dsn,
        signing_key(settings).decode(),
    )
    return tuple(secret for secret in known if secret)


def configure_logging(
    level: str, secrets: Collection[str], form: LogFormat = LogFormat.TEXT
) -> None:
    """Log to standard error at `level`; none of `secrets` is ever part of a line.

    A bot token is also masked by its second half alone, which is the secret part of it.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(_FORMATTERS[form](secrets))
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    # Python's own warnings would be lines of a third form.
    logging.captureWarnings(capture=True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


_FORMATTERS: Mapping[LogFormat, type[RedactingFormatter | JsonFormatter]] = {
    LogFormat.TEXT: RedactingFormatter,
    LogFormat.JSON: JsonFormatter,
}


def _unsaid(message: str, told: Mapping[str, str | int]) -> str:
    """The job that the line is about; most lines name it themselves."""
    job = str(told.get("job", ""))
    if not job or job in message:
        return ""
    return f" [job {job}" + (f", attempt {told['attempt']}]" if "attempt" in told else "]")


def _spellings(secret: str) -> set[str]:
    parts = {secret, *secret.split(":")} if ":" in secret else {secret}
    long_enough = {part for part in parts if len(part) >= MIN_SECRET_CHARACTERS}
    # The half before the colon is the bot's public id.
    long_enough -= {part for part in long_enough if part.isdigit()}
    encoded = {base64.b64encode(part.encode()).decode() for part in long_enough}
    return long_enough | encoded | {quote(part, safe="") for part in long_enough}
