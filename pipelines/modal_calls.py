"""Renders on Modal: its own client, held to a few seconds.

Left to itself the client tries for a minute to reach a server that is not there. What it raises
falls into three kinds: nothing was begun, nothing will come of it, nobody knows.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from enum import Enum, auto
from typing import Any

import modal
from grpclib.exceptions import StreamTerminatedError
from modal import exception as problems

from modal_render.contract import BadRequest
from modal_render.dispatch import Assignment, Ending, assignment_to_json, ending_from_json
from pipelines.elsewhere import CallGone, ElsewhereAway, NotBegun

WAIT_S = 4.5  # whoever asks after a call waits 5 s at most
RENDER, SEGMENT = "render", "render_segment"  # the functions of modal_render/app.py
# What Modal itself says, or the client for want of an answer; all else is a call's own way to end.
_REFUSED = (
    problems.AuthError,
    problems.InvalidError,
    problems.NotFoundError,
    problems.PermissionDeniedError,
    problems.ResourceExhaustedError,
    problems.VersionError,
)
_NO_ANSWER = (
    problems.AuthError,
    problems.ClientClosed,
    problems.ConnectionError,
    problems.InternalError,
    problems.PermissionDeniedError,
    problems.ResourceExhaustedError,
    problems.ServiceError,
    problems.VersionError,
    StreamTerminatedError,
    OSError,
)

# Its loggers bring handlers of their own, which would write past ours.
for _name in ("modal-client", "modal-utils"):
    logging.getLogger(_name).handlers.clear()


class Standing(Enum):
    """How an app stands with Modal: deployed, not or not whole, nobody let in, no answer."""

    READY = auto()
    MISSING = auto()
    REFUSED = auto()
    AWAY = auto()


class ModalCalls:
    """Calls of the deployed app; an Elsewhere. Its client is opened when it is first needed."""

    def __init__(
        self, app: str, token_id: str, token_secret: str, *, wait_s: float = WAIT_S
    ) -> None:
        self._app, self._wait_s = app, wait_s
        self._credentials = token_id, token_secret
        self._client: modal.Client | None = None
        self._opening = asyncio.Lock()

    async def spawn(self, assignment: Assignment) -> str:
        function = await self._found(RENDER)
        async with self._limit():
            try:
                call = await function.spawn.aio(assignment_to_json(assignment))
            except _REFUSED as refused:
                raise NotBegun(_told(refused)) from refused
        return str(call.object_id)

    async def look(self, call_id: str) -> Ending | None:
        call = modal.FunctionCall.from_id(call_id, client=await self._opened())
        async with self._limit():
            try:
                said: Mapping[str, Any] = await call.get.aio(timeout=0)
            except TimeoutError:
                return None  # the client's way to say: not yet
            except _NO_ANSWER:
                raise
            except Exception as ended:  # the call's own, of whatever kind
                raise CallGone(_told(ended)) from ended
        try:
            return ending_from_json(said)
        except BadRequest as odd:
            raise CallGone("it ended as no render does") from odd

    async def cancel(self, call_id: str) -> None:
        call = modal.FunctionCall.from_id(call_id, client=await self._opened())
        async with self._limit():
            # Otherwise the container would draw on for a while.
            with suppress(problems.NotFoundError):
                await call.cancel.aio(terminate_containers=True)

    async def standing(self) -> Standing:
        """Whether calls would find somebody."""
        try:
            for name in (RENDER, SEGMENT):
                await self._found(name)
        except NotBegun as lacking:
            if isinstance(lacking.__cause__, problems.NotFoundError):
                return Standing.MISSING
            is_refused = isinstance(lacking.__cause__, _REFUSED)
            return Standing.REFUSED if is_refused else Standing.AWAY
        return Standing.READY

    async def close(self) -> None:
        """Let go of the connection."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(ElsewhereAway):
                async with self._limit():
                    await client.close.aio()

    async def _found(self, name: str) -> Any:
        """The deployed function. Raises NotBegun."""
        try:
            function = modal.Function.from_name(self._app, name, client=await self._opened())
            async with self._limit():
                try:
                    await function.hydrate.aio()
                except _REFUSED as refused:
                    raise NotBegun(_told(refused)) from refused
        except ElsewhereAway as away:
            raise NotBegun(str(away)) from away
        return function

    async def _opened(self) -> modal.Client:
        async with self._limit(), self._opening:
            if self._client is None:
                self._client = await modal.Client.from_credentials.aio(*self._credentials)
            return self._client

    @asynccontextmanager
    async def _limit(self) -> AsyncIterator[None]:
        """Raises ElsewhereAway for what takes too long, or finds nobody."""
        try:
            async with asyncio.timeout(self._wait_s):
                yield
        except TimeoutError:
            raise ElsewhereAway(f"no answer in {self._wait_s:g} s") from None
        except _NO_ANSWER as problem:
            raise ElsewhereAway(_told(problem)) from problem


def _told(problem: Exception) -> str:
    """Its kind and its first words."""
    return f"{type(problem).__name__}: {problem}"[:200]
