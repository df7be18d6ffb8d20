"""What programs are told: what the API is, and what was wrong with a request.

In English, like the document and its codes: these are read by who writes a program. What a person
is to be told, why a job failed or which limit is reached, is in words/, in their language.
"""

from __future__ import annotations

from collections.abc import Mapping

ABOUT = (
    "Brings recordings in and makes videos of them, as the chat does. Errors are"
    ' {"error": {"code", "message"}}. Keys are made in the chat with /apikey.'
)
KEY_HOW = "Authorization: Bearer pr_..."
ATTEMPT_HOW = "What whoever renders elsewhere was given for one attempt at one render."
LINK_HOW = "An address that the API gave, with its expires and sig, needs no key."

ERRORS: Mapping[str, str] = {
    "bad_json": "The body is not one whole JSON object.",
    "bad_request": "The request cannot be read. GET /api/openapi.json describes it.",
    "link_not_https": "Only https links are fetched. Send such a link, or upload the file.",
    "recipe_clip_too_short": "A clip is at least 0.1 s long.",
    "recipe_fade": "The fades of a clip are together no longer than the clip.",
    "recipe_range": "A clip starts at 0 s or later, and ends after that within the recording.",
    "recipe_too_long": "The clips together are at most 30 min long.",
    "recipe_too_short": "The clips together are at least 1 s long.",
    "unauthorized": "Send a key as Authorization: Bearer pr_... The chat makes one: /apikey.",
    "link_not_valid": "This link is not valid.",
    "not_attested": "YouTube links need a yes first: send one to the bot in the chat, once.",
    "not_found": "There is nothing here by that name that is yours.",
    "method_not_allowed": "That method does nothing here. GET /api/openapi.json tells which does.",
    "slow_body": "The body took too long to arrive. Send it again.",
    "already_ended": "The job has ended already, so it cannot be cancelled.",
    "not_ready": "It is not there. GET /api/audio/jobs/{job} tells how far it is, or why not.",
    "nothing_uploaded": "Nothing was put to the upload link yet. PUT the file there first.",
    "link_expired": "This link has expired.",
    "too_large": "The body is too large, or compressed.",
    "upload_too_large": "What was put to the upload link is larger than allowed. It was deleted.",
    "no_links": "This bot can give no links: set PUBLIC_URL where it runs, or keep files in R2.",
    "unavailable": "The database or the storage does not answer. Try again in a few seconds.",
}
_WRONG: Mapping[str, str] = {
    "type": "must be {what}",
    "enum": "must be one of {what}",
    "unicode": "holds half a character",
    "minLength": "must be at least {what} characters long",
    "maxLength": "must be at most {what} characters long",
    "pattern": "must match {what}",
    "minimum": "must be at least {what}",
    "maximum": "must be at most {what}",
    "minItems": "must hold at least {what}",
    "maxItems": "must hold at most {what}",
    "required": "is missing",
    "additionalProperties": "may only hold {what}",
}


def wrong(where: str, keyword: str, what: str) -> str:
    """Which part of a request is wrong, and how it should be."""
    return f"{where or 'The body'} {_WRONG[keyword].format(what=what)}."
