"""The link to a finished video that stays the same while signed storage links come and go.

`/renders/{job}/output.mp4?expires=..&sig=..` is made from nothing but the job and the moment it
was completed, so a card drawn twice shows the same link.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from urllib.parse import urlencode

from storage.links import LinkExpired, LinkForged

_JOB = re.compile(r"[0-9a-z][0-9a-z-]{0,63}")
_DIGITS = re.compile(r"[1-9][0-9]{0,11}")
# Other things are signed with the same secret; their signatures must not pass for one of these.
_PURPOSE = b"pocketreel video link 1"


@dataclass(frozen=True, slots=True)
class VideoLinks:
    """Makes and reads the links. `base` is where we are reached from outside, empty if nowhere."""

    base: str
    secret: bytes
    retention_s: float

    def link(self, job_id: str, completed_at: float) -> str:
        """Good until the video is tidied away; empty when nobody could follow it."""
        if not self.base:
            return ""
        expires = str(int(completed_at + self.retention_s))
        query = urlencode({"expires": expires, "sig": self._signature(job_id, expires)})
        return f"{self.base}/renders/{job_id}/output.mp4?{query}"

    def left_s(self, job_id: str, expires: str, signature: str, *, now: float) -> float:
        """How long the link is still good. Raises LinkForged, LinkExpired."""
        if not _JOB.fullmatch(job_id) or not _DIGITS.fullmatch(expires):
            raise LinkForged("not a link to a video")
        if not hmac.compare_digest(self._signature(job_id, expires).encode(), signature.encode()):
            raise LinkForged(job_id)
        if now >= int(expires):
            raise LinkExpired(job_id)
        return int(expires) - now

    def _signature(self, job_id: str, expires: str) -> str:
        said = b"\0".join((_PURPOSE, job_id.encode(), expires.encode()))
        return hmac.new(self.secret, said, hashlib.sha256).hexdigest()
