"""What a message says once Telegram has read it: parsed, trimmed, its links and commands found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from phone.markup import Entity, parse_html, utf16_length
from phone.params import load_json
from phone.refusals import bad_request

_FINDERS: Sequence[tuple[str, re.Pattern[str]]] = (
    ("url", re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]']")),
    ("email", re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]*\w\b")),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?\b")),
    ("mention", re.compile(r"(?<![\w@./])@[A-Za-z][A-Za-z0-9_]{3,31}\b")),
    ("hashtag", re.compile(r"(?<![\w#&])#\w*[^\W\d]\w*")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Text or caption as Telegram keeps it; entity offsets are in UTF-16 code units."""

    text: str = ""
    entities: tuple[Entity, ...] = ()

    def as_fields(self, name: str) -> dict[str, Any]:
        """The fields of a message: `text` and `entities`, or `caption` and `caption_entities`."""
        if not self.text:
            return {}
        fields: dict[str, Any] = {name: self.text}
        if self.entities:
            key = "entities" if name == "text" else "caption_entities"
            fields[key] = [dict(entity) for entity in self.entities]
        return fields


def read_words(source: str, parse_mode: str, entities: Any, *, most_units: int, what: str) -> Words:
    """What `source` says. `what` is "text" or "caption"; `entities` are the sender's own.

    Raises Refusal 400 when it cannot be parsed or says more than `most_units`.
    """
    text, found = _parsed(source, parse_mode, entities)
    words = _trimmed(text, found)
    if utf16_length(words.text) > most_units:
        raise bad_request(
            "message is too long" if what == "text" else "message caption is too long"
        )
    return with_found(words)


def with_found(words: Words) -> Words:
    """The words with links, commands, mentions and hashtags marked, as Telegram marks them."""
    found = list(words.entities)
    for kind, pattern in _FINDERS:
        for match in pattern.finditer(words.text):
            offset = utf16_length(words.text[: match.start()])
            entity = {"type": kind, "offset": offset, "length": utf16_length(match[0])}
            if not any(_bars(other, entity) for other in found):
                found.append(entity)
    found.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return Words(text=words.text, entities=tuple(found))


def _parsed(source: str, parse_mode: str, entities: Any) -> tuple[str, list[Entity]]:
    mode = parse_mode.lower()
    if mode == "html":
        return parse_html(source)
    if mode:
        # Only HTML is spoken here; a bot that uses another mode must learn it at once.
        raise bad_request("unsupported parse_mode")
    return source, _own_entities(entities)


def _own_entities(entities: Any) -> list[Entity]:
    if not entities:
        return []
    if isinstance(entities, str):
        try:
            entities = load_json(entities)
        except ValueError:
            raise bad_request("can't parse entities JSON object") from None
    if not isinstance(entities, list) or not all(map(_is_entity, entities)):
        raise bad_request("can't parse entities JSON object")
    return [dict(one) for one in entities]


def _is_entity(one: object) -> bool:
    return (
        isinstance(one, dict)
        and isinstance(one.get("type"), str)
        and all(isinstance(one.get(name), int) for name in ("offset", "length"))
    )


def _trimmed(text: str, entities: list[Entity]) -> Words:
    """Telegram shows no white space around a message; entities move and shrink with it."""
    front = utf16_length(text[: len(text) - len(text.lstrip())])
    text = text.strip()
    length = utf16_length(text)
    kept = []
    for entity in entities:
        start = max(0, entity["offset"] - front)
        end = min(length, entity["offset"] + entity["length"] - front)
        if start < end:
            kept.append({**entity, "offset": start, "length": end - start})
    return Words(text=text, entities=tuple(kept))


_PLAIN_STYLES = frozenset(
    (
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
    )
)


def _bars(other: Entity, new: Entity) -> bool:
    """Whether `other` stands where nothing else may be found: in code, links and the like."""
    overlaps = (
        other["offset"] < new["offset"] + new["length"]
        and new["offset"] < other["offset"] + other["length"]
    )
    return overlaps and other["type"] not in _PLAIN_STYLES
