"""Addresses of our pages: `/upload/{token}`, signed and good for an hour, and `/v/{slug}`."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass

from storage.adapter import UPLOAD_LINK_S
from storage.links import LinkExpired, LinkForged

UPLOAD = "/upload/{token}"
WATCH = "/v/{slug}"
GRACE_S = 3600.0  # how long a file may take that was chosen in the last minute
_TOKEN = re.compile(r"([0-9a-z]{8})-([1-9][0-9]{0,11})-([0-9a-f]{64})")
# Other things are signed with the same secret; their signatures must not pass for one of these.
_PURPOSE = b"pocketreel upload page 1"


@dataclass(frozen=True, slots=True)
class PageLinks:
    """Makes and reads them. `base` is where whoever reads the chat reaches us, empty if nowhere."""

    base: str
    secret: bytes

    def upload(self, project_id: str, at: float) -> str:
        """To send the project's file; made from nothing but the two, so a card drawn twice shows it
        unchanged. Empty when nobody could follow it.
        """
        if not self.base:
            return ""
        expires = str(int(at + UPLOAD_LINK_S))
        token = f"{project_id}-{expires}-{self._signature(project_id, expires)}"
        return self.base + UPLOAD.format(token=token)

    def project_of(self, token: str, *, now: float, going_on: bool = False) -> tuple[str, float]:
        """Whose file may come, and until when (seconds since 1970). Raises LinkForged, LinkExpired.

        The page opens for an hour; an upload that is `going_on` has another.
        """
        found = _TOKEN.fullmatch(token)
        if found is None:
            raise LinkForged("not a link to send a file")
        project_id, expires, signature = found.groups()
        if not hmac.compare_digest(self._signature(project_id, expires), signature):
            raise LinkForged(project_id)
        until = int(expires) + (GRACE_S if going_on else 0.0)
        if now >= until:
            raise LinkExpired(project_id)
        return project_id, until

    def watch(self, slug: str) -> str:
        """The page of a video; empty when nobody could follow it, or without a slug."""
        return self.base + WATCH.format(slug=slug) if self.base and slug else ""

    def _signature(self, project_id: str, expires: str) -> str:
        said = b"\0".join((_PURPOSE, project_id.encode(), expires.encode()))
        return hmac.new(self.secret, said, hashlib.sha256).hexdigest()


NOWHERE = PageLinks("", b"")
