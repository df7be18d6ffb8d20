"""The sound of a video: AAC packets made beside everything else, from the first moment on."""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import chain
from types import TracebackType
from typing import TypeAlias

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.packet import Packet

AudioPacket: TypeAlias = "Packet[AudioStream]"

RATE_HZ = 48_000
_BITS_PER_CHANNEL = 80_000  # a second
_AHEAD = 3_000  # packets waiting for the video: 64 s, 1.3 MB


def set_up_audio(codec: AudioCodecContext, channels: int, bit_rate: int) -> None:
    """The settings that the encoder and the file's own stream share."""
    codec.sample_rate, codec.format = RATE_HZ, "fltp"
    codec.time_base = Fraction(1, RATE_HZ)
    codec.layout = "stereo" if channels == 2 else "mono"
    codec.bit_rate = bit_rate
    codec.options = {"aac_coder": "fast"}


class AudioAhead:
    """AAC packets made on a thread of their own, a bounded way ahead of who takes them.

    `channels` is 1 for mono, 2 for anything wider. Raises av.FFmpegError, as taking packets does.
    """

    def __init__(
        self,
        path: str,
        start_s: float = 0.0,
        length_s: float = 0.0,
        *,
        most_bit_rate: int = sys.maxsize,
    ) -> None:
        """`length_s` 0 is all of it."""
        self._path = path
        last = round((start_s + length_s) * RATE_HZ) if length_s else sys.maxsize
        self._span = (round(start_s * RATE_HZ), last)
        with av.open(path) as container:
            self.channels = min(2, container.streams.audio[0].channels)
        self.bit_rate = min(_BITS_PER_CHANNEL * self.channels, most_bit_rate)
        self._packets: queue.Queue[AudioPacket | None] = queue.Queue(_AHEAD)
        self._failure: BaseException | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> AudioAhead:
        self._thread.start()
        return self

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

    def taken(self) -> Iterator[AudioPacket]:
        while (packet := self._packets.get()) is not None:
            yield packet
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            for packet in self._encoded():
                self._put(packet)
        except BaseException as failed:  # noqa: BLE001  # raised again where packets are taken
            self._failure = failed
        self._put(None)

    def _encoded(self) -> Iterator[AudioPacket]:
        codec, samples = av.CodecContext.create("aac", "w"), 0
        assert isinstance(codec, AudioCodecContext)
        set_up_audio(codec, self.channels, self.bit_rate)
        codec.open()
        with av.open(self._path) as container:
            resampler = AudioResampler("fltp", codec.layout, RATE_HZ, codec.frame_size)
            heard = (
                piece
                for frame in chain(container.decode(audio=0), [None])
                for piece in resampler.resample(frame)
            )
            for piece in _within(heard, *self._span):
                # An MP3 starts a frame late by its own time; the picture counts samples.
                piece.pts, piece.time_base = samples, Fraction(1, RATE_HZ)
                samples += piece.samples
                yield from codec.encode(piece)
            yield from codec.encode(None)

    def _put(self, packet: AudioPacket | None) -> None:
        while not self._stopping.is_set():
            with suppress(queue.Full):
                self._packets.put(packet, timeout=0.2)
                return


def _within(pieces: Iterable[AudioFrame], first: int, last: int) -> Iterator[AudioFrame]:
    """What of the pieces lies between two samples."""
    at = 0
    for piece in pieces:
        start, end = max(0, first - at), min(piece.samples, last - at)
        at += piece.samples
        if (start, end) == (0, piece.samples):
            yield piece
        elif start < end:
            kept = np.ascontiguousarray(piece.to_ndarray()[:, start:end], np.float32)
            part = AudioFrame.from_ndarray(kept, "fltp", piece.layout.name)
            part.sample_rate = RATE_HZ
            yield part
        elif end <= 0:
            return
