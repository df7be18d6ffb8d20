"""youtube_child with one extractor of our own: a page of JSON that says what is to be played.

`python -I page_child.py REQUEST.json FILE`, as tests/pipelines/test_youtube.py starts it.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from yt_dlp.extractor.common import InfoExtractor
from yt_dlp.utils import ExtractorError

from pipelines.youtube_child import main


class PageIE(InfoExtractor):  # type: ignore[misc]
    """Plays `http://.../page/NAME`."""

    IE_NAME = "page"
    _VALID_URL = r"https?://[^/]+/page/(?P<id>\w+)"

    def _real_extract(self, url: str) -> Any:
        page = self._download_json(url, self._match_id(url))
        if "says" in page:
            raise ExtractorError(page["says"], expected=True)
        if "starts" in page:
            subprocess.run(page["starts"], check=False)
        return {"id": self._match_id(url), **page}


class OtherIE(InfoExtractor):  # type: ignore[misc]
    """An extractor that is not among those allowed."""

    IE_NAME = "other"
    _VALID_URL = r"https?://[^/]+/other"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], [PageIE]))
