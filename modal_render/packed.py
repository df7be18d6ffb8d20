"""What containers that share a video hand each other, as bytes."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable

import numpy as np

from modal_render.segments import Coded
from modal_render.sound import BANDS, Sound

_HEAD = struct.Struct(">IqqB")  # size in bytes, pts, dts, whether it is a key frame


def pack_packets(coded: Iterable[Coded]) -> bytes:
    """Coded frames one after the other, each behind its size and times."""
    return b"".join(
        _HEAD.pack(len(one.data), one.pts, one.dts, one.is_key) + one.data for one in coded
    )


def unpack_packets(content: bytes) -> list[Coded]:
    """What `pack_packets` was given. Raises ValueError for anything else."""
    coded, at = [], 0
    while at < len(content):
        if len(content) < at + _HEAD.size:
            raise ValueError("packets are cut off")
        size_bytes, pts, dts, is_key = _HEAD.unpack_from(content, at)
        at += _HEAD.size
        data = content[at : at + size_bytes]
        if len(data) < size_bytes:
            raise ValueError("packets are cut off")
        coded.append(Coded(data, pts, dts, bool(is_key)))
        at += size_bytes
    return coded


def pack_sound(sound: Sound) -> bytes:
    """The levels of each frame: 34 bytes of them, half an hour is 1.8 MB."""
    file = io.BytesIO()
    levels = np.column_stack([sound.bands, sound.loudness, sound.light])
    np.save(file, levels, allow_pickle=False)
    return file.getvalue()


def unpack_sound(content: bytes, fps: int) -> Sound:
    """What `pack_sound` was given. Raises ValueError for anything else."""
    levels = np.load(io.BytesIO(content), allow_pickle=False)
    if levels.ndim != 2 or levels.shape[1] != BANDS + 2 or levels.dtype != np.uint8:
        raise ValueError("not the levels of a sound")
    bands, loudness, light = np.split(levels, (BANDS, BANDS + 1), axis=1)
    return Sound(fps, np.ascontiguousarray(bands), loudness[:, 0].copy(), light[:, 0].copy())
