"""Whether data is what a JSON Schema describes, for as much of JSON Schema as ours use.

The document that programs read and the door that checks what they send hold the same schemas, so
neither can promise what the other does not keep.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from conversations import api_texts

Schema = Mapping[str, Any]

KEYWORDS = frozenset(
    (
        *("type", "enum", "minLength", "maxLength", "pattern", "minimum", "maximum"),
        *("items", "minItems", "maxItems", "properties", "required", "additionalProperties"),
        *("oneOf", "description", "examples", "default", "title", "format"),
    )
)


def problem(data: Any, schema: Schema, where: str = "") -> str:
    """The first thing that is wrong with the data, as a sentence; empty when nothing is."""
    return next(_problems(data, schema, where), "")


def _problems(data: Any, schema: Schema, where: str) -> Iterator[str]:
    if "oneOf" in schema:
        yield from _choice(data, schema["oneOf"], where)
        return
    kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    if not any(_IS[kind](data) for kind in kinds):
        yield api_texts.wrong(where, "type", " or ".join(kinds))
    elif "enum" in schema and data not in schema["enum"]:
        yield api_texts.wrong(where, "enum", ", ".join(map(str, schema["enum"])))
    elif isinstance(data, str):
        yield from _text(data, schema, where)
    elif isinstance(data, dict):
        yield from _object(data, schema, where)
    elif isinstance(data, list):
        yield from _list(data, schema, where)
    elif isinstance(data, int | float) and not isinstance(data, bool):
        yield from _number(data, schema, where)


def _choice(data: Any, choices: list[Schema], where: str) -> Iterator[str]:
    """One must fit, and none of ours fits what another does; else what the first lacks is told."""
    found = [problem(data, choice, where) for choice in choices]
    if "" not in found:
        yield found[0]


def _text(data: str, schema: Schema, where: str) -> Iterator[str]:
    if not data.isascii() and not _is_unicode(data):
        yield api_texts.wrong(where, "unicode", "")
    if len(data) < schema.get("minLength", 0):
        yield api_texts.wrong(where, "minLength", str(schema["minLength"]))
    if len(data) > schema.get("maxLength", math.inf):
        yield api_texts.wrong(where, "maxLength", str(schema["maxLength"]))
    # Schemas mean the very end by $, Python also the line break before it.
    pattern = schema.get("pattern", "").replace("$", r"\Z")
    if pattern and not re.search(pattern, data):
        yield api_texts.wrong(where, "pattern", schema["pattern"])


def _number(data: float, schema: Schema, where: str) -> Iterator[str]:
    if data < schema.get("minimum", -math.inf):
        yield api_texts.wrong(where, "minimum", f"{schema['minimum']:g}")
    if data > schema.get("maximum", math.inf):
        yield api_texts.wrong(where, "maximum", f"{schema['maximum']:g}")


def _list(data: list[Any], schema: Schema, where: str) -> Iterator[str]:
    if len(data) < schema.get("minItems", 0):
        yield api_texts.wrong(where, "minItems", str(schema["minItems"]))
    if len(data) > schema.get("maxItems", math.inf):
        yield api_texts.wrong(where, "maxItems", str(schema["maxItems"]))
    for at, item in enumerate(data):
        yield from _problems(item, schema["items"], f"{where}[{at}]")


def _object(data: dict[str, Any], schema: Schema, where: str) -> Iterator[str]:
    known: Mapping[str, Schema] = schema["properties"]
    for name in schema.get("required", ()):
        if name not in data:
            yield api_texts.wrong(_inside(where, name), "required", "")
    for name, value in data.items():
        if name in known:
            yield from _problems(value, known[name], _inside(where, name))
        else:
            yield api_texts.wrong(where, "additionalProperties", ", ".join(known))


def _inside(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _is_unicode(text: str) -> bool:
    """Half a pair of surrogates is a string in JSON, and nothing that can be stored."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_number(data: Any) -> bool:
    # 1e999 is infinite, although it is spelt as a number.
    if isinstance(data, float):
        return math.isfinite(data)
    return isinstance(data, int) and not isinstance(data, bool)


_IS: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda data: isinstance(data, str),
    "number": _is_number,
    "integer": lambda data: _is_number(data) and data == int(data),
    "boolean": lambda data: isinstance(data, bool),
    "object": lambda data: isinstance(data, dict),
    "array": lambda data: isinstance(data, list),
    "null": lambda data: data is None,
}
