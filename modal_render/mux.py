"""Coded video and audio into one MP4, by copying packets."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

import av
from av.audio.stream import AudioStream
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from modal_render.contract import RenderFailed, Scene
from modal_render.encode import (
    AUDIO_BITS_PER_CHANNEL,
    AUDIO_RATE_HZ,
    Profile,
    channels_of,
    encode_audio,
    set_up_video,
)
from modal_render.segments import Coded

AudioPacket: TypeAlias = "Packet[AudioStream]"

_AHEAD = 2_000  # audio packets waiting for the video: 43 s, 1 MB


class AudioAhead:
    """AAC packets made on a thread of their own, a bounded way ahead of who takes them."""

    def __init__(self, path: str, stream: AudioStream) -> None:
        self._path, self._stream = path, stream
        self._packets: queue.Queue[AudioPacket | None] = queue.Queue(_AHEAD)
        self._failure: BaseException | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Iterator[AudioPacket]:
        self._thread.start()
        return self._taken()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        with suppress(queue.Empty):
            while True:
                self._packets.get_nowait()
        self._thread.join()

    def _taken(self) -> Iterator[AudioPacket]:
        while (packet := self._packets.get()) is not None:
            yield packet
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            for packet in encode_audio(self._path, self._stream):
                self._put(packet)
        except BaseException as failed:  # noqa: BLE001  # raised again where packets are taken
            self._failure = failed
        self._put(None)

    def _put(self, packet: AudioPacket | None) -> None:
        while not self._stopping.is_set():
            with suppress(queue.Full):
                self._packets.put(packet, timeout=0.2)
                return


def write_mp4(
    path: Path, scene: Scene, profile: Profile, audio: str, segments: Iterable[list[Coded]]
) -> None:
    """Write the MP4 at `path`, its index in front. A broken-off one never bears this name.

    Raises RenderFailed.
    """
    unfinished = path.with_name(path.name + ".part")
    try:
        _write(unfinished, scene, profile, audio, segments)
        unfinished.replace(path)
    except av.FFmpegError as broken:
        raise RenderFailed(str(broken)) from broken
    finally:
        unfinished.unlink(missing_ok=True)


def _write(
    path: Path, scene: Scene, profile: Profile, audio: str, segments: Iterable[list[Coded]]
) -> None:
    options = {"movflags": "+faststart"}
    with av.open(str(path), "w", format="mp4", options=options) as container:
        video = container.add_stream("libx264", rate=scene.fps)
        set_up_video(video.codec_context, (scene.width, scene.height), scene.fps, profile)
        channels = channels_of(audio)
        sound = container.add_stream("aac", rate=AUDIO_RATE_HZ, options={"aac_coder": "fast"})
        sound.codec_context.layout = "stereo" if channels == 2 else "mono"
        sound.codec_context.bit_rate = AUDIO_BITS_PER_CHANNEL * channels
        container.start_encoding()
        base = Fraction(1, scene.fps)
        with AudioAhead(audio, sound) as packets:
            held = next(packets, None)
            for coded in segments:
                for one in coded:
                    while held is not None and _time(held) <= one.dts * base:
                        container.mux(held)
                        held = next(packets, None)
                    container.mux(_packet(one, video, base))
            while held is not None:
                container.mux(held)
                held = next(packets, None)


def _time(packet: AudioPacket) -> Fraction:
    assert packet.dts is not None
    return packet.dts * packet.time_base


def _packet(coded: Coded, stream: VideoStream, base: Fraction) -> Packet[Stream]:
    packet = Packet(coded.data)
    packet.stream = stream
    packet.pts, packet.dts, packet.duration, packet.time_base = coded.pts, coded.dts, 1, base
    packet.is_keyframe = coded.is_key
    return packet
