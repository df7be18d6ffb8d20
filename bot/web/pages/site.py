"""All pages and what they are dressed in."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from bot.facts import FactsReader
from bot.web.pages import static
from bot.web.pages.arrivals import Arrivals
from bot.web.pages.films import Films
from bot.web.pages.pieces import Pieces
from bot.web.pages.turns import QUIET_S
from bot.web.pages.upload import UploadPage
from bot.web.pages.watch import WatchPage


def routes(
    facts: FactsReader, chat: Callable[[], str], *, quiet_s: float = QUIET_S
) -> list[web.RouteDef]:
    """All of the pages; none where nobody could open them. `chat` says where the chat is."""
    if not facts.pages.base:
        return []
    store, storage, limits = facts.store, facts.storage, facts.limits
    arrivals = Arrivals(store=store, facts=facts, links=facts.pages)
    films = Films(store=store, storage=storage)
    return [
        *static.routes(),
        *UploadPage(arrivals, storage, limits.source_bytes, chat).routes(),
        *Pieces(arrivals, storage, limits.source_bytes, quiet_s=quiet_s).routes(),
        *WatchPage(films, storage, facts.pages, limits.retention_s).routes(),
    ]
