"""What breaks is reported to Sentry, where SENTRY_DSN names one: what broke, and where in the code.

An event is made anew of the few parts that may leave: no values of variables, no requests, nobody's
words or numbers, and no secret in what is left.
"""

from __future__ import annotations

import importlib.metadata
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.redaction import MASK, Redactor, secrets_of
from jobs.about import told_now
from settings import SENTRY_SDK, Settings, SettingsError

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint

_KEPT = ("event_id", "timestamp", "level", "logger", "platform", "release", "server_name")
_KEPT_OF_FRAME = (
    *("filename", "function", "module", "lineno", "in_app"),
    *("context_line", "pre_context", "post_context"),
)
_TAGS = ("job", "attempt", "project")  # random ids and a number; chats are people


def report(settings: Settings) -> None:
    """From now on report what is logged as an error. Raises SettingsError without the package."""
    if not settings.sentry_dsn:
        return
    try:
        import sentry_sdk
        from sentry_sdk.integrations.atexit import AtexitIntegration
        from sentry_sdk.integrations.dedupe import DedupeIntegration
        from sentry_sdk.integrations.logging import EventHandler
    except ImportError as missing:
        raise SettingsError(f"SENTRY_DSN: needs pip install --no-deps {SENTRY_SDK}") from missing
    sentry_sdk.init(
        dsn=settings.sentry_dsn,
        release=importlib.metadata.version("pocketreel"),
        before_send=Scrubber(Redactor(secrets_of(settings))),
        # It would watch every library it knows, and write down what they are called with.
        default_integrations=False,
        integrations=[AtexitIntegration(callback=_say_nothing), DedupeIntegration()],
        include_local_variables=False,
        max_request_body_size="never",
        send_default_pii=False,
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
    )
    logging.getLogger().addHandler(EventHandler(level=logging.ERROR))


class Scrubber:
    """Makes of an event one that may leave."""

    def __init__(self, redact: Redactor) -> None:
        self._redact = redact

    def __call__(self, event: Event, _: Hint) -> Event:
        told = told_now()
        found: Mapping[str, Any] = event
        kept = {name: found[name] for name in _KEPT if name in found}
        # As it is written in the code: what is filled in may be somebody's.
        kept["logentry"] = {"message": found.get("logentry", {}).get("message", "")}
        if "exception" in found:
            problems = found["exception"].get("values", [])
            kept["exception"] = {"values": [_problem(problem) for problem in problems]}
        kept["tags"] = {name: str(told[name]) for name in _TAGS if name in told}
        people = [str(told[name]) for name in ("chat", "update") if name in told]
        return self._clean(kept, people)  # type: ignore[no-any-return]  # an event as it came

    def _clean(self, value: Any, people: list[str]) -> Any:
        match value:
            case str():
                for person in people:
                    value = value.replace(person, MASK)
                return self._redact(value)
            case Mapping():
                return {name: self._clean(each, people) for name, each in value.items()}
            case list():
                return [self._clean(each, people) for each in value]
        return value


def _problem(problem: Mapping[str, Any]) -> dict[str, Any]:
    frames = (problem.get("stacktrace") or {}).get("frames", [])
    return {
        "type": problem.get("type"),
        "module": problem.get("module"),
        "value": problem.get("value"),
        "stacktrace": {
            "frames": [{name: f[name] for name in _KEPT_OF_FRAME if name in f} for f in frames]
        },
    }


def _say_nothing(_pending: int, _timeout: int) -> None:
    """The log is for our own lines."""
