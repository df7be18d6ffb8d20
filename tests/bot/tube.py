"""youtube_child with an extractor of our own, which asks the server of hostile.py instead.

`python -I tube.py SERVER REQUEST.json FILE`: a link to a video named `live` is what SERVER says at
`/tube/live`.
"""

from __future__ import annotations

import sys
from typing import Any

from yt_dlp.extractor.common import InfoExtractor
from yt_dlp.networking import Request
from yt_dlp.utils import ExtractorError

from pipelines.youtube_child import main

SERVER = sys.argv[1]
PATIENCE_S = 0.3


class TubeIE(InfoExtractor):  # type: ignore[misc]  # yt-dlp has no types
    """Reads of a video what it is, and finds what the site then does."""

    IE_NAME = "tube"
    _VALID_URL = r"https://www\.youtube\.com/watch\?v=(?P<id>\w+)"

    def _real_extract(self, url: str) -> Any:
        name = self._match_id(url)
        page = self._download_json(f"{SERVER}/tube/{name}", name)
        if "says" in page:
            raise ExtractorError(page["says"], expected=True)
        if "hangs" in page:
            patience = {"timeout": PATIENCE_S}
            self._request_webpage(Request(f"{SERVER}{page['hangs']}", extensions=patience), name)
        if "plays" in page:
            url = f"{SERVER}{page['plays']}"
            page["formats"] = [{"format_id": "a", "url": url, "vcodec": "none", "ext": "mp3"}]
        page["entries"] = [
            self.url_result(f"https://www.youtube.com/watch?v={entry}", ie="Tube")
            for entry in page.get("entries", ())
        ]
        return {"id": name, "title": name, "formats": [], **page}


if __name__ == "__main__":
    sys.exit(main(sys.argv[2:], [TubeIE]))
