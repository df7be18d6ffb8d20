"""Links to our own server that stay the same while signed storage links come and go.

`/renders/{job}/output.mp4?expires=..&sig=..` is made from nothing but the job and the moment it
was completed, so a card drawn twice shows the same link. That to a recording's sound is for
players, which send no key.
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
_STREAM_PURPOSE = b"pocketreel stream link 1"


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
        signature = _signature(self.secret, _PURPOSE, job_id, expires)
        query = urlencode({"expires": expires, "sig": signature})
        return f"{self.base}/renders/{job_id}/output.mp4?{query}"

    def left_s(self, job_id: str, expires: str, signature: str, *, now: float) -> float:
        """How long the link is still good. Raises LinkForged, LinkExpired."""
        if not _JOB.fullmatch(job_id) or not _DIGITS.fullmatch(expires):
            raise LinkForged("not a link to a video")
        _check(_signature(self.secret, _PURPOSE, job_id, expires), signature, expires, now)
        return int(expires) - now


@dataclass(frozen=True, slots=True)
class StreamLinks:
    """Makes and checks links to a recording's sound. `base` is empty when nobody could follow."""

    base: str
    secret: bytes

    def link(self, asset_id: str, variant: str, expires_at: int) -> str:
        if not self.base:
            return ""
        expires = str(expires_at)
        signature = _signature(self.secret, _STREAM_PURPOSE, asset_id, variant, expires)
        query = urlencode({"variant": variant, "expires": expires, "sig": signature})
        return f"{self.base}/api/audio/assets/{asset_id}/stream?{query}"

    def check(self, asset_id: str, variant: str, expires: str, signature: str, now: float) -> None:
        """Raises LinkForged, LinkExpired."""
        if not _DIGITS.fullmatch(expires):
            raise LinkForged("not a link to a recording")
        wanted = _signature(self.secret, _STREAM_PURPOSE, asset_id, variant, expires)
        _check(wanted, signature, expires, now)


def _signature(secret: bytes, purpose: bytes, *said: str) -> str:
    signed = b"\0".join((purpose, *(part.encode() for part in said)))
    return hmac.new(secret, signed, hashlib.sha256).hexdigest()


def _check(wanted: str, shown: str, expires: str, now: float) -> None:
    # compare_digest takes the same time wherever the first difference is.
    if not hmac.compare_digest(wanted.encode(), shown.encode("utf-8", "surrogatepass")):
        raise LinkForged("the signature is another")
    if now >= int(expires):
        raise LinkExpired(expires)
