"""A picture of a stranger's, made safe: a JPEG of modest size, or none at all.

`python -I -m pipelines.cover PICTURE COVER` writes COVER, or ends with status 1. Pictures inside a
recording are opened by its analysis, which is a child as well.
"""

from __future__ import annotations

import io
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageOps

MAX_EDGE = 1500  # pixels
_MAX_PIXELS = 25_000_000
_MAX_BYTES = 20 * 1024 * 1024
_QUALITY = 90


def save_cover(picture: bytes, path: Path) -> bool:
    """Write the picture as a JPEG; False, and no file, for one that is broken or beyond reason."""
    if len(picture) > _MAX_BYTES:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(picture), formats=("JPEG", "PNG", "WEBP"))
            if image.width * image.height > _MAX_PIXELS or min(image.size) < 16:
                return False
            image.draft("RGB", (MAX_EDGE, MAX_EDGE))
            # Phones write which way is up beside the picture.
            small = ImageOps.exif_transpose(image).convert("RGB")
            small.thumbnail((MAX_EDGE, MAX_EDGE), Image.Resampling.LANCZOS)
            small.save(path, "JPEG", quality=_QUALITY)
    except Exception:  # noqa: BLE001 - a decoder given rubbish may raise anything; no cover then
        path.unlink(missing_ok=True)
        return False
    return True


def main(arguments: Sequence[str]) -> int:
    picture, cover = (Path(argument) for argument in arguments)
    if picture.stat().st_size > _MAX_BYTES:
        return 1
    return 0 if save_cover(picture.read_bytes(), cover) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
