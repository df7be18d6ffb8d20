"""Links that S3 itself checks: AWS Signature Version 4 in the query of a URL.

Written out because the moment of signing is ours to choose: a link signed twice for one moment is
one text, and boto3 always signs for now. Nothing is asked of the bucket.
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

REGION = "auto"  # R2 has no other
MAX_LINK_S = 7 * 24 * 3600
_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A bucket, where it is, and the keys that open it. `endpoint_url` has no path."""

    endpoint_url: str
    bucket: str
    access_key_id: str
    secret_access_key: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """What a link allows: one method on one key, for `expires_s` (1 to 604,800) from `at` on.

    `query` is for S3 to obey, `headers` (names in lower case) is what the request must carry.
    """

    method: str
    key: str
    at: float
    expires_s: int
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def presigned_url(place: Place, signing: Signing) -> str:
    """The URL that S3 takes for a request of the holder of the keys."""
    moment = datetime.fromtimestamp(int(signing.at), UTC).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{moment[:8]}/{REGION}/s3/aws4_request"
    headers = {"host": urlsplit(place.endpoint_url).netloc, **signing.headers}
    signed_headers = ";".join(sorted(headers))
    query = _query(
        {
            **signing.query,
            "X-Amz-Algorithm": _ALGORITHM,
            "X-Amz-Credential": f"{place.access_key_id}/{scope}",
            "X-Amz-Date": moment,
            "X-Amz-Expires": str(min(signing.expires_s, MAX_LINK_S)),
            "X-Amz-SignedHeaders": signed_headers,
        }
    )
    path = quote(f"/{place.bucket}/{signing.key}")
    lines = [f"{name}:{headers[name]}" for name in sorted(headers)]
    request = [signing.method, path, query, *lines, "", signed_headers, "UNSIGNED-PAYLOAD"]
    digest = hashlib.sha256("\n".join(request).encode()).hexdigest()
    said = "\n".join((_ALGORITHM, moment, scope, digest))
    signature = hmac.new(_day_key(place, scope), said.encode(), hashlib.sha256).hexdigest()
    return f"{place.endpoint_url}{path}?{query}&X-Amz-Signature={signature}"


def _query(fields: Mapping[str, str]) -> str:
    return "&".join(
        f"{quote(name, safe='')}={quote(fields[name], safe='')}" for name in sorted(fields)
    )


def _day_key(place: Place, scope: str) -> bytes:
    key = f"AWS4{place.secret_access_key}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key
