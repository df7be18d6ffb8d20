"""Coded video and audio into one MP4, by copying packets."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from modal_render.audio import RATE_HZ, AudioAhead, AudioPacket, set_up_audio
from modal_render.contract import RenderFailed
from modal_render.encode import Coding, set_up_video
from modal_render.segments import Coded


def write_mp4(
    path: Path, coding: Coding, audio: AudioAhead, segments: Iterable[list[Coded]]
) -> None:
    """Write the MP4 at `path`, its index in front. A broken-off one never bears this name.

    Raises RenderFailed.
    """
    unfinished = path.with_name(path.name + ".part")
    try:
        _write(unfinished, coding, audio, segments)
        unfinished.replace(path)
    except av.FFmpegError as broken:
        raise RenderFailed(str(broken)) from broken
    finally:
        unfinished.unlink(missing_ok=True)


def _write(path: Path, coding: Coding, audio: AudioAhead, segments: Iterable[list[Coded]]) -> None:
    options = {"movflags": "+faststart"}
    with av.open(str(path), "w", format="mp4", options=options) as container:
        video = container.add_stream("libx264", rate=coding.fps)
        set_up_video(video.codec_context, coding)
        sound = container.add_stream("aac", rate=RATE_HZ)
        set_up_audio(sound.codec_context, audio.channels, audio.bit_rate)
        container.start_encoding()
        base, packets = Fraction(1, coding.fps), audio.taken()
        held = next(packets, None)
        for coded in segments:
            for one in coded:
                while held is not None and _time(held) <= one.dts * base:
                    held.stream = sound
                    container.mux(held)
                    held = next(packets, None)
                container.mux(_packet(one, video, base))
        while held is not None:
            held.stream = sound
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
