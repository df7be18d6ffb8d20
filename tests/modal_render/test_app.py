"""The app as Modal runs it: its functions on a server that Modal's own client talks to."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from pathlib import Path

import av
import modal
import pytest

from modal_render import app
from modal_render.dispatch import Ending, ending_from_json
from modal_render.fan_out import STRETCH_FRAMES, WHOLE_FROM_FRAMES
from pipelines.modal_calls import ModalCalls
from tests import sounds
from tests.modal_render.cloud_room import AUDIO_KEY, CloudRoom, cloud_room
from tests.modal_render.conftest import scene
from tests.modal_render.receiver import receiving
from tests.modal_server import ModalServer, modal_server
from tests.storage.servers import Server

PATIENCE_S = 120.0
LONG_S = WHOLE_FROM_FRAMES / 30 + 1


@pytest.fixture
def room(moto: Server) -> Iterator[CloudRoom]:
    with receiving() as bot:
        made = cloud_room(moto.bucket(), bot)
        yield made
        made.bucket.close()


@pytest.fixture
def server(room: CloudRoom, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModalServer]:
    """With what a container has in its environment."""
    functions = {"render": app.render.local, "render_segment": app.render_segment.local}
    with modal_server(functions) as running:
        known = {
            **room.environment,
            "MODAL_SERVER_URL": running.url,
            "MODAL_TOKEN_ID": "ak-1",
            "MODAL_TOKEN_SECRET": "as-1",
        }
        for name, value in known.items():
            monkeypatch.setenv(name, value)
        yield running
        modal.Client.from_env().close()  # it is kept for whoever asks next


async def _ended(calls: ModalCalls, call_id: str) -> Ending:
    async with asyncio.timeout(PATIENCE_S):
        while (ending := await calls.look(call_id)) is None:  # noqa: ASYNC110  # it rings no bell
            await asyncio.sleep(0.1)
    return ending


async def test_a_long_video_is_shared_out_stored_and_told(
    room: CloudRoom, server: ModalServer, tmp_path: Path
) -> None:
    audio = sounds.write(tmp_path / "talk.wav", sounds.speech(LONG_S))
    room.bring(AUDIO_KEY, audio)
    shown = scene(width=128, height=128, title="")
    one = room.assignment(shown, "whole")
    calls = ModalCalls(app.NAME, "ak-1", "as-1")
    call_id = await calls.spawn(one)
    ending = await _ended(calls, call_id)
    await calls.close()
    (told,) = room.bot.said("POST")
    assert ending_from_json(told.body) == ending
    percents = [said.body["progress"] for said in room.bot.said("PATCH")]
    assert percents == sorted(percents)
    assert percents[0] == 30
    stretches = [call for call in server.servicer.calls.values() if call.function != "render"]
    frames = round(LONG_S * 30)
    assert [call.inputs for call in stretches] == [-(-frames // STRETCH_FRAMES)]
    assert ending.made is not None
    assert ending.made.frames == frames
    # test_cloud.py holds the bytes of shared videos to those of one machine.
    with av.open(io.BytesIO(room.bucket.get(one.video_key)), "r") as container:
        shown_at = sorted(
            packet.pts for packet in container.demux(video=0) if packet.pts is not None
        )
        base = container.streams.video[0].time_base
    assert base is not None
    assert [round(pts * base * 30) for pts in shown_at] == list(range(frames))
