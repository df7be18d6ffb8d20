"""The rooms and who may enter which: imports point one way, and no file grows without end."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAX_LINES = 400
SHARED = frozenset({"jobs", "storage", "modal_render", "settings"})
EVERY = SHARED | {"bot", "worker", "phone", "conversations", "pipelines"}
MAY_IMPORT: Mapping[str, frozenset[str]] = {
    "cli": EVERY | {"assembly", "home", "doctor", "making", "checking", "chaos", "backup"},
    "backup": frozenset({"settings"}),
    "checking": SHARED | {"conversations", "pipelines"},
    "chaos": SHARED | {"bot", "worker", "pipelines"},
    "assembly": EVERY | {"doctor"},  # puts the rooms together
    "home": EVERY | {"assembly", "taking"},
    "taking": EVERY | {"assembly"},
    "doctor": SHARED | {"accounts", "conversations", "pipelines", "worker"},
    "accounts": SHARED | {"conversations", "pipelines"},
    "making": EVERY | {"assembly"},
    "bot": SHARED | {"conversations", "pipelines"},
    "worker": SHARED | {"pipelines"},  # it carries codes; sentences are the conversation's
    "phone": frozenset({"settings"}),
    "conversations": SHARED,
    "pipelines": SHARED,
    "jobs": frozenset({"settings"}),
    "storage": frozenset({"settings"}),
    "modal_render": frozenset(),  # its image holds nothing else of ours
    "settings": frozenset({"variables"}),
    "variables": frozenset(),
}
# The renderer is a program of its own: others know how to ask it, not how it is made.
DOORS: Mapping[str, frozenset[str]] = {
    "modal_render": frozenset({"modal_render.contract", "modal_render.dispatch"})
}
NOT_OURS = frozenset({".venv", ".venv-bench", ".venv-numba", "build", "data", "demo"})

Imports = Mapping[str, frozenset[str]]


def modules_below(root: Path) -> Mapping[str, Path]:
    """Every module of the product by its dotted name."""
    found = {}
    for room in MAY_IMPORT:
        for path in [root / f"{room}.py", *sorted((root / room).rglob("*.py"))]:
            if path.exists():
                parts = path.relative_to(root).with_suffix("").parts
                found[".".join(part for part in parts if part != "__init__")] = path
    return found


def imports_of(modules: Mapping[str, Path]) -> Imports:
    """For each module those of ours that it imports, wherever in its text it does so."""
    return {
        name: frozenset(_imported(name, path, modules)) - {name} for name, path in modules.items()
    }


def trespasses(imports: Imports) -> list[str]:
    """One line for every import that goes where it may not."""
    return [
        f"{module} imports {imported}"
        for module, wanted in imports.items()
        for imported in sorted(wanted)
        if not _may(module, imported)
    ]


def cycles(imports: Imports) -> list[str]:
    """Modules that import themselves by way of others; one line for each circle found."""
    finished: set[str] = set()
    found: list[str] = []

    def visit(module: str, way: tuple[str, ...]) -> None:
        if module in way:
            found.append(" -> ".join([*way[way.index(module) :], module]))
        elif module not in finished:
            for imported in sorted(imports[module]):
                visit(imported, (*way, module))
            finished.add(module)

    for module in imports:
        visit(module, ())
    return found


def _imported(name: str, path: Path, modules: Mapping[str, Path]) -> Iterator[str]:
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            candidates = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            origin = _origin(node, package)
            candidates = [
                inner if (inner := f"{origin}.{alias.name}") in modules else origin
                for alias in node.names
            ]
        else:
            continue
        yield from (candidate for candidate in candidates if candidate in modules)


def _origin(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    above = package.split(".")[: len(package.split(".")) - node.level + 1]
    return ".".join([*above, *([node.module] if node.module else [])])


def _may(module: str, imported: str) -> bool:
    room, other = module.partition(".")[0], imported.partition(".")[0]
    if room == other:
        return True
    return other in MAY_IMPORT[room] and imported in DOORS.get(other, {imported})


def test_imports_point_one_way() -> None:
    assert trespasses(imports_of(modules_below(ROOT))) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert cycles(imports_of(modules_below(ROOT))) == []


def test_every_room_is_known() -> None:
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - NOT_OURS
    assert rooms - {"tests", "benchmarks"} <= MAY_IMPORT.keys()
    assert {path.stem for path in ROOT.glob("*.py")} <= MAY_IMPORT.keys()


def test_every_module_of_ours_is_in_the_wheel() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    files = modules_below(ROOT).values()
    homes = {".".join(path.parent.relative_to(ROOT).parts) for path in files}
    assert homes - {""} == set(listed["packages"])
    alone = {path.stem for path in files if path.parent == ROOT}
    assert alone == set(listed["py-modules"])


def test_no_file_is_longer_than_a_sitting() -> None:
    ours = [
        path for path in ROOT.rglob("*.py") if NOT_OURS.isdisjoint(path.relative_to(ROOT).parts)
    ]
    long = {
        str(path.relative_to(ROOT)): lines
        for path in ours
        if (lines := len(path.read_text().splitlines())) > MAX_LINES
    }
    assert long == {}


@pytest.mark.parametrize(
    ("path", "text", "trespass"),
    [
        ("worker/x.py", "import bot.app", "worker.x imports bot.app"),
        ("worker/x.py", "from conversations import texts", "worker.x imports conversations.texts"),
        ("pipelines/x.py", "import conversations.texts", "pipelines.x imports conversations.texts"),
        ("conversations/x.py", "import pipelines", "conversations.x imports pipelines"),
        ("jobs/x.py", "def f():\n    from pipelines import y", "jobs.x imports pipelines"),
        ("phone/x.py", "from jobs.model import Job", "phone.x imports jobs.model"),
        ("modal_render/x.py", "import settings", "modal_render.x imports settings"),
        (
            "pipelines/x.py",
            "from modal_render import scene",
            "pipelines.x imports modal_render.scene",
        ),
        ("settings.py", "import jobs", "settings imports jobs"),
    ],
)
def test_a_wrong_import_is_found(tmp_path: Path, path: str, text: str, trespass: str) -> None:
    for name in (
        "bot/app.py",
        "conversations/texts.py",
        "pipelines/__init__.py",
        "jobs/__init__.py",
        "jobs/model.py",
        "modal_render/scene.py",
        "settings.py",
    ):
        _write(tmp_path / name, "")
    _write(tmp_path / path, text)
    assert trespasses(imports_of(modules_below(tmp_path))) == [trespass]


def test_a_circle_is_found(tmp_path: Path) -> None:
    _write(tmp_path / "jobs/a.py", "from . import b")
    _write(tmp_path / "jobs/b.py", "def later():\n    from jobs.c import thing")
    _write(tmp_path / "jobs/c.py", "import jobs.a")
    assert cycles(imports_of(modules_below(tmp_path))) == ["jobs.a -> jobs.b -> jobs.c -> jobs.a"]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
