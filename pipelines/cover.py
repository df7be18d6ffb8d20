"""The picture embedded in a recording, made safe: a JPEG of modest size, or none at all."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

from PIL import Image

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
            small = image.convert("RGB")
            small.thumbnail((MAX_EDGE, MAX_EDGE), Image.Resampling.LANCZOS)
            small.save(path, "JPEG", quality=_QUALITY)
    except Exception:  # noqa: BLE001 - a decoder given rubbish may raise anything; no cover then
        path.unlink(missing_ok=True)
        return False
    return True
