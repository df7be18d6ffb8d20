"""The slow proof that no motion vector leaves a band: decode it and look at every vector."""

from __future__ import annotations

import gc
from collections.abc import Iterable

import av
import numpy as np
from av.sidedata.motionvectors import MotionVectors
from av.video.codeccontext import VideoCodecContext

# Interpolation between two rows reads two more above and three more below [H.264 8.4.2.2.1].
_ABOVE, _BELOW = 2, 3
_OFTEN = 8  # pictures


def stay_inside(packets: Iterable[bytes], headers: bytes, height: int) -> bool:
    """Whether all blocks of a band `height` rows tall refer to rows of the band only.

    `packets` are a segment's, from its IDR picture on. What does not decode is not inside.
    """
    decoder = av.CodecContext.create("h264", "r")
    assert isinstance(decoder, VideoCodecContext)
    decoder.extradata, decoder.thread_count = headers, 1
    # Deblocking changes no vector and takes a third of the time.
    decoder.options = {
        "flags2": "+export_mvs",
        "skip_loop_filter": "all",
        "err_detect": "explode",
    }
    try:
        for i, data in enumerate((*packets, None)):
            if i % _OFTEN == 0:
                # A frame and its side data hold each other, and a frame is a megabyte or two.
                gc.collect(1)
            for frame in decoder.decode(None if data is None else av.Packet(data)):
                if frame.is_corrupt:
                    return False
                vectors = frame.side_data.get("MOTION_VECTORS")
                if isinstance(vectors, MotionVectors) and not _inside(vectors, height):
                    return False
    except av.FFmpegError:
        return False
    return True


def _inside(vectors: MotionVectors, height: int) -> bool:
    blocks = vectors.to_ndarray()
    tall, down = blocks["h"].astype(np.int32), blocks["motion_y"].astype(np.int32)
    # dst_y is a block's middle, motion_y is in quarter rows.
    top = blocks["dst_y"].astype(np.int32) * 4 - tall * 2 + down
    between = (top & 3) != 0
    first = (top >> 2) - np.where(between, _ABOVE, 0)
    last = (top >> 2) + tall + np.where(between, _BELOW, 0)
    left = (down != 0) & ((first < 0) | (last > height))
    return not bool(left.any())
