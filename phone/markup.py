"""Telegram's HTML: text and entities out of tags, refused in Telegram's words when malformed.

Follows the parser of Telegram's own server (td/telegram/MessageEntity.cpp): tags nest, end tags
must match, `&lt; &gt; &amp; &quot;` and numeric references are the only ones. Offsets and lengths
of entities are in UTF-16 code units; positions in refusals are in UTF-8 bytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from phone.refusals import bad_request

Entity = dict[str, Any]

_KINDS: Mapping[str, str] = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(
    r"&(?:#(?P<decimal>\d{1,7})|#[xX](?P<hex>[0-9a-fA-F]{1,6})|(?P<name>\w+));?"
)
_END_TAG = re.compile(r"</([^\s>]*)\s*>")
_START_TAG = re.compile(r"<([^\s>]*)")
_ATTRIBUTE = re.compile(
    r"""\s*(?P<name>[^\s=>/"']+)(?:\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s>"']+)))?"""
)


def utf16_length(text: str) -> int:
    """How long Telegram takes `text` to be."""
    return len(text.encode("utf-16-le")) // 2


@dataclass(slots=True)
class _Open:
    tag: str
    start: int  # UTF-16 units
    attributes: Mapping[str, str]


@dataclass(slots=True)
class _Parser:
    source: str
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    open_tags: list[_Open] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.pieces.append(text)
        self.length += utf16_length(text)

    def byte_offset(self, at: int) -> int:
        return len(self.source[:at].encode())


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """The text that `source` shows and its entities, in order. Raises Refusal 400 on bad HTML."""
    parser = _Parser(source)
    at = 0
    while at < len(source):
        at = _step(parser, at)
    if parser.open_tags:
        tag = parser.open_tags[-1].tag
        raise _unparsable(f'Can\'t find end tag corresponding to start tag "{tag}"')
    entities = sorted(parser.entities, key=lambda found: (found["offset"], -found["length"]))
    return "".join(parser.pieces), entities


def _step(parser: _Parser, at: int) -> int:
    """Take in what stands at `at`; where the next thing stands."""
    source = parser.source
    if source.startswith("</", at):
        return _end(parser, at)
    if source[at] == "<":
        return _start(parser, at)
    if source[at] == "&":
        return _reference(parser, at)
    stop = min((found for mark in "<&" if (found := source.find(mark, at)) >= 0), default=None)
    parser.say(source[at:stop])
    return len(source) if stop is None else stop


def _reference(parser: _Parser, at: int) -> int:
    found = _REFERENCE.match(parser.source, at)
    character = _character(found) if found else ""
    parser.say(character or "&")
    return found.end() if found and character else at + 1


def _character(found: re.Match[str]) -> str:
    if found["name"]:
        return _NAMED.get(found["name"], "")
    point = int(found["decimal"]) if found["decimal"] else int(found["hex"], 16)
    is_character = 0 < point <= 0x10FFFF and not 0xD800 <= point < 0xE000
    return chr(point) if is_character else ""


def _start(parser: _Parser, at: int) -> int:
    source = parser.source
    opened = _START_TAG.match(source, at)
    assert opened
    where = parser.byte_offset(at)
    if opened.end() == len(source):
        raise _unparsable(f"Unclosed start tag at byte offset {where}")
    tag = opened[1].lower()
    if tag not in _KINDS:
        raise _unparsable(f'Unsupported start tag "{tag}" at byte offset {where}')
    attributes: dict[str, str] = {}
    position = opened.end()
    while found := _ATTRIBUTE.match(source, position):
        value = found["double"] or found["single"] or found["bare"] or ""
        attributes[found["name"].lower()] = decode_references(value)
        position = found.end()
    while position < len(source) and source[position].isspace():
        position += 1
    if not source.startswith(">", position):
        raise _unparsable(f'Unclosed start tag "{tag}" at byte offset {where}')
    if tag == "span" and attributes.get("class") != "tg-spoiler":
        raise _unparsable(f'Tag "span" must have class "tg-spoiler" at byte offset {where}')
    parser.open_tags.append(_Open(tag, parser.length, attributes))
    return position + 1


def decode_references(text: str) -> str:
    """`text` with its character references replaced."""
    return _REFERENCE.sub(lambda found: _character(found) or found[0], text)


def _end(parser: _Parser, at: int) -> int:
    where = parser.byte_offset(at)
    if not parser.open_tags:
        raise _unparsable(f"Unexpected end tag at byte offset {where}")
    closed = _END_TAG.match(parser.source, at)
    if not closed:
        raise _unparsable(f"Unclosed end tag at byte offset {where}")
    opened = parser.open_tags.pop()
    name = closed[1].lower()
    if name and name != opened.tag:
        raise _unparsable(
            f"Unmatched end tag at byte offset {where},"
            f' expected "</{opened.tag}>", found "</{name}>"'
        )
    entity = _entity(opened, parser)
    if entity:
        parser.entities.append(entity)
    return closed.end()


def _entity(opened: _Open, parser: _Parser) -> Entity | None:
    length = parser.length - opened.start
    if length == 0:
        return None
    entity: Entity = {"type": _KINDS[opened.tag], "offset": opened.start, "length": length}
    if opened.tag == "a":
        # A link without an address links to its own text, if that is one.
        shown = "".join(parser.pieces).encode("utf-16-le")[opened.start * 2 :].decode("utf-16-le")
        entity["url"] = opened.attributes.get("href") or shown
        if not re.match(r"(https?|tg|mailto|ftp)://?\S", entity["url"]):
            return None  # Telegram keeps the text and drops the link
    if opened.tag == "blockquote" and "expandable" in opened.attributes:
        entity["type"] = "expandable_blockquote"
    if opened.tag == "code" and opened.attributes.get("class", "").startswith("language-"):
        entity["language"] = opened.attributes["class"].removeprefix("language-")
    if opened.tag == "tg-emoji":
        entity["custom_emoji_id"] = opened.attributes.get("emoji-id", "")
    return entity


def _unparsable(why: str) -> Exception:
    return bad_request(f"can't parse entities: {why}")
