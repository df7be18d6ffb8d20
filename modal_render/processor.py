"""libav held to the instructions every x86-64 processor has, so that its bytes are the same on all.

Its AAC coder, resampler and lossy decoders round floats as their vector instructions do. x264 has a
switch of its own for this (`cpu-independent`), numpy's operations that we use do not need one.
"""

from __future__ import annotations

import ctypes
import platform
from pathlib import Path

import av

_X86_64 = 0x0001 | 0x0002 | 0x0008 | 0x0010  # MMX, MMXEXT, SSE, SSE2 of libavutil/cpu.h


def use_common_instructions() -> bool:
    """Before anything of libav is opened. False where PyAV brings no libavutil of its own.

    Costs the sound a fifth of its time: 0.14 s a minute of it.
    """
    bundled = Path(av.__file__).parent.parent / "av.libs"
    found = sorted(bundled.glob("libavutil-*.so*"))
    if not found or platform.machine() != "x86_64":
        return False
    ctypes.CDLL(str(found[0])).av_force_cpu_flags(_X86_64)
    return True
