"""Secrets that the tests give to what they test, and every way in which one could be written down.

watch.py looks for them. A test that needs a secret takes it from here.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

from jobs.api_keys import PATTERN

BOT_TOKEN = "7000000001:AAFq9Zk-planted_for_tests-7xW3vLe2Rt"
SIGNING_SECRET = "a secret that signs what tests make"
# What Telegram is told to say with each update; the bot makes it of the secret that signs.
WEBHOOK_SECRET = hmac.new(
    SIGNING_SECRET.encode(), b"pocketreel telegram webhook 1", "sha256"
).hexdigest()
R2_SECRET = "reel-test-secret-that-signs"
MODAL_TOKEN_ID = "ak-planted-for-the-tests"
MODAL_TOKEN_SECRET = "as-nobody-may-read-this"
METRICS_TOKEN = "a token for who watches"
TURSO_TOKEN = "planted.turso.token-for-the-tests"
ALL = (
    *(BOT_TOKEN, SIGNING_SECRET, WEBHOOK_SECRET, R2_SECRET, MODAL_TOKEN_ID, MODAL_TOKEN_SECRET),
    *(METRICS_TOKEN, TURSO_TOKEN),
)
_TO_ADDRESSES = str.maketrans("+/", "-_")


def spellings(secret: str) -> Iterator[str]:
    """As it is, for an address, in base64 wherever it stands in it; of a token the halves too."""
    parts = {secret}
    if ":" in secret:
        middle = len(secret) // 2
        parts |= {secret.partition(":")[2], secret[:middle], secret[middle:]}
    for part in parts:
        yield from {part, quote(part, safe=""), quote_plus(part), *_in_base64(part)}


def found_in(text: str, *, api_keys: bool = True) -> str:
    """How a planted secret, or any key to the API, stands in the text; empty when none does."""
    hit = _PLANTED.search(text) or (_API_KEY.search(text) if api_keys else None)
    return hit[0] if hit else ""


def _in_base64(part: str) -> Iterator[str]:
    for before, mixed in ((0, 0), (1, 2), (2, 3)):
        # The letters at both ends also spell what stands beside it.
        inner = base64.b64encode(b"\0" * before + part.encode()).decode().rstrip("=")[mixed:-1]
        yield from (inner, inner.translate(_TO_ADDRESSES))


_API_KEY = re.compile(PATTERN)
_PLANTED = re.compile(
    "|".join(re.escape(spelt) for spelt in sorted({*(s for one in ALL for s in spellings(one))}))
)
