"""The catalogue as it is written: every text by where it stands, and where it is said."""

from __future__ import annotations

import ast
import inspect
import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from conversations import words
from conversations.words.text import Counted, Language, Text
from tests.conversations.world import words_in

ROOT = Path(words.__file__).parents[2]
CATALOGUE = Path(words.__file__).parent
_FILLED = re.compile(r"\{\w+\}")
TOPICS: Mapping[str, ModuleType] = {name: getattr(words, name) for name in words.__all__}


@dataclass(frozen=True, slots=True)
class Said:
    """A text that is said somewhere by name, and what is filled in there."""

    where: str
    name: str
    filled: frozenset[str]


def texts() -> dict[str, Text]:
    """Every text as `topic.NAME` or `topic.NAME[key]`."""
    return {
        name: found
        for topic, module in TOPICS.items()
        for entry, value in vars(module).items()
        if entry in _written_in(module)
        for name, found in _below(f"{topic}.{entry}", value)
    }


def counted() -> dict[str, Counted]:
    return {
        f"{topic}.{name}": value
        for topic, module in TOPICS.items()
        for name, value in vars(module).items()
        if isinstance(value, Counted)
    }


def _written_in(module: ModuleType) -> set[str]:
    """The names the topic's own file gives something to; others are borrowed."""
    return set(re.findall(r"^([A-Z_]+)\b", inspect.getsource(module), re.MULTILINE))


def _below(name: str, value: object) -> Iterator[tuple[str, Text]]:
    if isinstance(value, Text):
        yield name, value
    elif isinstance(value, Mapping):
        yield from ((f"{name}[{key}]", text) for key, text in value.items())
    elif isinstance(value, tuple):
        yield from ((f"{name}[{at}]", text) for at, text in enumerate(value))


def written(text: Text) -> dict[Language, str]:
    return {language: getattr(text, language) for language in Language}


def foreign_to(language: Language) -> set[str]:
    """Words that other languages have and this one has not.

    What a language is called is at home in all of them: people look for the name of their own.
    """
    spoken = {tongue: _words_of(tongue) for tongue in Language}
    names = {word for name in written(words.buttons.LANGUAGES).values() for word in words_in(name)}
    return set().union(*spoken.values()) - spoken[language] - names


def _words_of(language: Language) -> set[str]:
    plain = [written(text)[language] for text in texts().values()]
    told = [form for each in counted().values() for form in getattr(each, language)]
    return {word for text in (*plain, *told) for word in words_in(_FILLED.sub(" ", text))}


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def sources() -> list[Path]:
    """Everything of ours that may say something to a person."""
    rooms = [path for room in ("bot", "conversations") for path in (ROOT / room).rglob("*.py")]
    return [ROOT / "making.py", *(path for path in rooms if path.parent != CATALOGUE)]


def used() -> set[str]:
    """`topic.NAME` of all that is referred to anywhere, in the catalogue itself too."""
    chain = re.compile(r"\bwords\.(\w+)\.([A-Z_]+)\b")
    found = {f"{topic}.{name}" for path in sources() for topic, name in chain.findall(_text(path))}
    borrowed = re.compile(r"^from conversations\.words\.(\w+) import ([A-Z_, ]+)$", re.MULTILINE)
    for path in CATALOGUE.glob("*.py"):
        for topic, names in borrowed.findall(_text(path)):
            found |= {f"{topic}.{name.strip()}" for name in names.split(",")}
    return found


def said() -> list[Said]:
    """Every place where one text is said by its name: `facts.say(words.x.Y, ...)` or `.to`."""
    return [
        Said(f"{path.relative_to(ROOT)}:{node.lineno}", name, _filled(node))
        for path in sources()
        for node in ast.walk(ast.parse(_text(path)))
        if isinstance(node, ast.Call) and (name := _said_name(node))
    ]


def _said_name(call: ast.Call) -> str:
    if not isinstance(call.func, ast.Attribute):
        return ""
    if call.func.attr == "to":
        return _name(call.func.value)
    return _name(call.args[0]) if call.func.attr == "say" and call.args else ""


def _name(node: ast.expr) -> str:
    match node:
        case ast.Attribute(attr=entry, value=ast.Attribute(attr=topic, value=ast.Name(id="words"))):
            return f"{topic}.{entry}"
    return ""


def _filled(call: ast.Call) -> frozenset[str]:
    return frozenset(keyword.arg for keyword in call.keywords if keyword.arg)


def _text(path: Path) -> str:
    return path.read_text()
