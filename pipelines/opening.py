"""Where the settings say that videos are made."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pipelines.elsewhere import Elsewhere
from settings import RenderBackend, Settings


@asynccontextmanager
async def opened_elsewhere(settings: Settings) -> AsyncIterator[Elsewhere | None]:
    """The place elsewhere, None when it is here; nobody is asked before somebody needs it."""
    if settings.render_backend is RenderBackend.LOCAL:
        yield None
        return
    # Modal's client takes half a second to import, and starts a thread.
    from pipelines.modal_calls import ModalCalls

    calls = ModalCalls(settings.modal_app, settings.modal_token_id, settings.modal_token_secret)
    try:
        yield calls
    finally:
        await calls.close()
