"""The plan of a video: fixed stretches of frames, each encoded alone, given out in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

from av.packet import Packet
from av.video.stream import VideoStream

from modal_render.contract import Scene
from modal_render.encode import Profile, picture, video_encoder
from modal_render.looks import Easel

VideoPacket: TypeAlias = "Packet[VideoStream]"


@dataclass(frozen=True, slots=True)
class Segment:
    """Frames first to last - 1 of a video."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Coded:
    """One encoded frame; time stamps in frames from the start of the video."""

    data: bytes
    pts: int
    dts: int
    is_key: bool

    def moved(self, frames: int) -> Coded:
        return replace(self, pts=self.pts + frames, dts=self.dts + frames) if frames else self


def plan(last: int, segment_frames: int, first: int = 0) -> list[Segment]:
    """Frames first to last - 1 in equal segments; nothing else decides, so bytes are alike."""
    return [
        Segment(start, min(start + segment_frames, last))
        for start in range(first, last, segment_frames)
    ]


def encode_whole(
    easel: Easel, scene: Scene, profile: Profile, segment: Segment, drawn: Callable[[], None]
) -> list[Coded]:
    """The segment's packets, every frame encoded whole; `drawn` is called after each."""
    codec = video_encoder((scene.width, scene.height), scene.fps, profile)
    canvas = picture(scene.width, scene.height)
    painter = easel.painter(canvas.planes)
    frame, packets = canvas.frame, []
    frame.time_base = Fraction(1, scene.fps)
    for index in range(segment.first, segment.last):
        painter.paint(index)
        frame.pts = index - segment.first
        packets += codec.encode(frame)
        drawn()
    packets += codec.encode(None)
    return [one.moved(segment.first) for one in coded_of(packets)]


def coded_of(packets: Iterable[VideoPacket]) -> list[Coded]:
    """What an encoder gave that counts frames."""
    coded = []
    for packet in packets:
        assert packet.pts is not None
        assert packet.dts is not None
        coded.append(Coded(bytes(packet), packet.pts, packet.dts, packet.is_keyframe))
    return coded


def encode_all(
    segments: Iterable[Segment], encode: Callable[[Segment], list[Coded]], threads: int
) -> Iterator[list[Coded]]:
    """Every segment's packets in order, `threads` at a time, few of them held at once."""
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[list[Coded]]] = deque()
        for segment in segments:
            waiting.append(pool.submit(encode, segment))
            # One more than is being worked on, so no thread waits for the writer.
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
