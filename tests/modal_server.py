"""A server that Modal's own client talks to: it runs functions of ours in threads.

`python -m tests.modal_server` runs those of modal_render/app.py, and prints its address. What the
client asks beside the few questions below is refused, so that nothing passes unnoticed.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import grpclib.server
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]  # no stubs
from grpclib import GRPCError, Status
from modal._serialization import deserialize_data_format, serialize_data_format
from modal_proto import api_grpc, api_pb2

PICKLE = api_pb2.DATA_FORMAT_PICKLE
APP = "pocketreel"
PATIENCE_S = 20.0

Function = Callable[..., Any]
Stream = Any  # grpclib's, of whatever question


@dataclass(eq=False)
class Call:
    """One call: what was asked, what came of it, by the place of the input."""

    function: str
    inputs: int = 0
    outputs: list[api_pb2.FunctionGetOutputsItem] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    is_cancelled: bool = False


async def _refuse(_: object, __: Stream) -> None:
    raise GRPCError(Status.UNIMPLEMENTED, "the test's server does not know that")


_Base: Any = type(
    "_Base",
    (api_grpc.ModalClientBase,),
    dict.fromkeys(api_grpc.ModalClientBase.__abstractmethods__, _refuse),
)


class Servicer(_Base):  # type: ignore[misc]  # made above
    """Answers the client. Questions named in `hanging` are heard and never answered.

    `tokens` are the secrets that open the door by their ids; without any, everybody may enter.
    """

    def __init__(self, functions: Mapping[str, Function], app: str = APP) -> None:
        self.functions, self._app = functions, app
        self._numbers = itertools.count(1)
        self._ended = asyncio.Condition()
        self.calls: dict[str, Call] = {}
        self.hanging: set[str] = set()
        self.tokens: dict[str, str] = {}
        self.asked: list[str] = []

    async def ClientHello(self, stream: Stream) -> None:
        await self._heard("ClientHello", stream)
        await stream.send_message(api_pb2.ClientHelloResponse())

    async def AuthTokenGet(self, stream: Stream) -> None:
        await self._heard("AuthTokenGet", stream)
        claims = _encoded({"exp": int(time.time()) + 3600})
        token = f"{_encoded({'alg': 'none'})}.{claims}.x"
        await stream.send_message(api_pb2.AuthTokenGetResponse(token=token))

    async def EnvironmentGetOrCreate(self, stream: Stream) -> None:
        await self._heard("EnvironmentGetOrCreate", stream)
        known = api_pb2.EnvironmentSettings(image_builder_version="2025.06")
        metadata = api_pb2.EnvironmentMetadata(name="main", settings=known)
        answer = api_pb2.EnvironmentGetOrCreateResponse(environment_id="en-1", metadata=metadata)
        await stream.send_message(answer)

    async def FunctionGet(self, stream: Stream) -> None:
        asked = await self._heard("FunctionGet", stream)
        name = asked.object_tag
        if asked.app_name != self._app or name not in self.functions:
            raise GRPCError(Status.NOT_FOUND, f"no function {asked.app_name}/{name}")
        one = api_pb2.FunctionData.RankedFunction(function=api_pb2.Function(function_name=name))
        answer = api_pb2.FunctionGetResponse(
            function_id=f"fu-{name}",
            function=api_pb2.FunctionData(ranked_functions=[one]),
            handle_metadata=api_pb2.FunctionHandleMetadata(
                function_name=name,
                function_type=api_pb2.Function.FUNCTION_TYPE_FUNCTION,
                supported_input_formats=[PICKLE],
                supported_output_formats=[PICKLE],
            ),
        )
        await stream.send_message(answer)

    async def FunctionMap(self, stream: Stream) -> None:
        asked = await self._heard("FunctionMap", stream)
        call_id = f"fc-{next(self._numbers)}"
        self.calls[call_id] = Call(asked.function_id.removeprefix("fu-"))
        answer = api_pb2.FunctionMapResponse(
            function_call_id=call_id,
            function_call_jwt=call_id,
            pipelined_inputs=[self._begun(call_id, one) for one in asked.pipelined_inputs],
            max_inputs_outstanding=1000,
        )
        await self._hang("FunctionMap afterwards")
        await stream.send_message(answer)

    async def FunctionPutInputs(self, stream: Stream) -> None:
        asked = await self._heard("FunctionPutInputs", stream)
        begun = [self._begun(asked.function_call_id, one) for one in asked.inputs]
        await stream.send_message(api_pb2.FunctionPutInputsResponse(inputs=begun))

    async def FunctionFinishInputs(self, stream: Stream) -> None:
        await self._heard("FunctionFinishInputs", stream)
        await stream.send_message(Empty())

    async def FunctionGetOutputs(self, stream: Stream) -> None:
        asked = await self._heard("FunctionGetOutputs", stream)
        call = self._call(asked.function_call_id)
        first = int(asked.last_entry_id.partition("-")[0] or 0)

        def ready() -> list[api_pb2.FunctionGetOutputsItem]:
            if asked.HasField("start_idx"):
                return [one for one in call.outputs if asked.start_idx <= one.idx <= asked.end_idx]
            return call.outputs[first:]

        async with self._ended:
            try:
                async with asyncio.timeout(asked.timeout):
                    await self._ended.wait_for(lambda: bool(ready()))
            except TimeoutError:
                pass
            answer = api_pb2.FunctionGetOutputsResponse(
                outputs=ready(),
                last_entry_id=f"{len(call.outputs)}-0",
                num_unfinished_inputs=call.inputs - len(call.outputs),
            )
        await stream.send_message(answer)

    async def FunctionCallCancel(self, stream: Stream) -> None:
        asked = await self._heard("FunctionCallCancel", stream)
        call = self._call(asked.function_call_id)
        call.is_cancelled = True
        for task in call.tasks:
            task.cancel()
        await stream.send_message(Empty())

    async def _heard(self, question: str, stream: Stream) -> Any:
        asked = await stream.recv_message()
        self.asked.append(question)
        await self._hang(question)
        if self.tokens and question != "ClientHello":
            shown = stream.metadata.get("x-modal-token-secret")
            if self.tokens.get(stream.metadata.get("x-modal-token-id")) != shown:
                raise GRPCError(Status.UNAUTHENTICATED, "no such token")
        return asked

    async def _hang(self, question: str) -> None:
        if question in self.hanging:
            await asyncio.Event().wait()

    def _call(self, call_id: str) -> Call:
        if call_id not in self.calls:
            raise GRPCError(Status.NOT_FOUND, f"no call {call_id}")
        return self.calls[call_id]

    def _begun(
        self, call_id: str, item: api_pb2.FunctionPutInputsItem
    ) -> api_pb2.FunctionPutInputsResponseItem:
        call, input_id = self.calls[call_id], f"in-{next(self._numbers)}"
        args, kwargs = deserialize_data_format(item.input.args, item.input.data_format, None)
        call.inputs += 1
        call.tasks.append(asyncio.create_task(self._run(call, item.idx, input_id, args, kwargs)))
        return api_pb2.FunctionPutInputsResponseItem(
            idx=item.idx, input_id=input_id, input_jwt=input_id
        )

    async def _run(
        self, call: Call, idx: int, input_id: str, args: Any, kwargs: Mapping[str, Any]
    ) -> None:
        kind = api_pb2.GenericResult
        try:
            made = await asyncio.to_thread(self.functions[call.function], *args, **kwargs)
            data = serialize_data_format(made, PICKLE)
            result = kind(status=kind.GENERIC_STATUS_SUCCESS, data=data)
        except asyncio.CancelledError:
            result = kind(status=kind.GENERIC_STATUS_TERMINATED, exception="cancelled")
        except Exception as problem:  # noqa: BLE001  # it travels to whoever asks
            data = serialize_data_format(problem, PICKLE)
            result = kind(status=kind.GENERIC_STATUS_FAILURE, data=data, exception=repr(problem))
        output = api_pb2.FunctionGetOutputsItem(
            idx=idx, input_id=input_id, result=result, data_format=PICKLE
        )
        async with self._ended:
            call.outputs.append(output)
            self._ended.notify_all()


@dataclass(frozen=True, slots=True)
class ModalServer:
    """Where the server is, and what answers there."""

    port: int
    servicer: Servicer

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def modal_server(functions: Mapping[str, Function]) -> Iterator[ModalServer]:
    """A server in a thread of its own, for as long as the block lasts."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    stopping = asyncio.Event()
    started: Future[ModalServer] = Future()
    served = asyncio.run_coroutine_threadsafe(_serve(functions, started, stopping), loop)
    try:
        yield started.result(PATIENCE_S)
    finally:
        loop.call_soon_threadsafe(stopping.set)
        served.result(PATIENCE_S)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _serve(
    functions: Mapping[str, Function], started: Future[ModalServer], stopping: asyncio.Event
) -> None:
    servicer = Servicer(functions)
    server = grpclib.server.Server([servicer])
    listener = socket.create_server(("127.0.0.1", 0))
    await server.start(sock=listener)
    started.set_result(ModalServer(listener.getsockname()[1], servicer))
    await stopping.wait()
    server.close()
    tasks = [task for call in servicer.calls.values() for task in call.tasks]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _encoded(part: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def main() -> None:
    """Run the app's functions until standard input ends."""
    from modal_render import app

    functions = {"render": app.render.local, "render_segment": app.render_segment.local}
    with modal_server(functions) as server:
        os.environ["MODAL_SERVER_URL"] = server.url  # where a render finds its segments
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
