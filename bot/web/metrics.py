"""`/metrics`: how much there is to do and how it goes, in Prometheus's text, for one token."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Iterator, Mapping

from aiohttp import web

from bot.web.health import Condition
from jobs.alerts import Cause
from jobs.model import JobStatus
from jobs.opening import Store

TYPE = "text/plain; version=0.0.4"
_SCHEME = "bearer"


class Metrics:
    """Nothing is served without a token to ask for."""

    def __init__(self, store: Store, condition: Condition, token: str) -> None:
        self._store = store
        self._condition = condition
        self._token = token.encode()

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/metrics", self._answer)] if self._token else []

    async def _answer(self, request: web.Request) -> web.Response:
        scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
        # As bytes: text that is no ASCII would stumble.
        is_known = hmac.compare_digest(shown.encode("utf-8", "surrogateescape"), self._token)
        if scheme.lower() != _SCHEME or not is_known:
            raise web.HTTPUnauthorized(text="These are for whoever runs this bot.\n")
        text = "\n".join([line async for line in self.lines()]) + "\n"
        return web.Response(body=text.encode(), headers={"Content-Type": TYPE})

    async def lines(self) -> AsyncIterator[str]:
        """Each value, behind the line that says of which type it is."""
        jobs, store = self._store.jobs, self._store
        counts = await jobs.counts()
        by_status = {f'{{status="{one}"}}': float(counts.get(one, 0)) for one in JobStatus}
        gauges = {
            "pocketreel_oldest_pending_seconds": await jobs.oldest_pending_s(),
            "pocketreel_outbox_oldest_seconds": await store.outbox.oldest_due_s(),
            "pocketreel_render_seconds_per_second": await jobs.render_speed(),
        }
        counters = {
            "pocketreel_rescues_total": jobs.rescued,
            "pocketreel_stale_writes_total": jobs.stale_writes,
            "pocketreel_telegram_429_total": self._condition.floods,
        }
        current = await store.alerts.current()
        by_cause = {f'{{cause="{one}"}}': float(one in current) for one in Cause}
        for line in _labelled("pocketreel_jobs", by_status):
            yield line
        for line in _labelled("pocketreel_alert", by_cause):
            yield line
        for line in _told("gauge", gauges):
            yield line
        for line in _told("counter", counters):
            yield line


def _labelled(name: str, values: Mapping[str, float]) -> Iterator[str]:
    yield f"# TYPE {name} gauge"
    for labels, value in values.items():
        yield f"{name}{labels} {value:g}"


def _told(kind: str, values: Mapping[str, float | None]) -> Iterator[str]:
    """What is not known now is nought: there is nothing to be old or slow."""
    for name, value in values.items():
        yield f"# TYPE {name} {kind}"
        yield f"{name} {value or 0.0:g}"
