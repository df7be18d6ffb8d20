"""Builds what the Dockerfile says below a folder: its own COPY and RUN steps, without an engine.

Each stage is a folder that stands for the image's root, and absolute paths in the steps lead into
it. In the last stage `python` is that of a fresh environment, as it is in the base image.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path, PurePath

BUILD_S = 300
# The start of an absolute path: of a word, or of what an option or a variable is set to.
_ROOTED = re.compile(r"(?<![\w./:-])/(?=[\w])")
_MOUNT = re.compile(r"--mount=(\S+)\s+")


@dataclass(frozen=True, slots=True)
class Step:
    word: str
    rest: str


@dataclass(slots=True)
class Image:
    """The last stage: what it is started with, all paths below `root`."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    workdir: Path = Path()
    user: str = ""
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)

    def inside(self, path: str) -> Path:
        return self.root / path.lstrip("/")


def steps(text: str) -> list[Step]:
    """The instructions in order, comments left out and continued lines joined."""
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    whole = lines.replace("\\\n", " ").splitlines()
    parted = [line.strip().partition(" ") for line in whole if line.strip()]
    return [Step(word, rest.strip()) for word, _, rest in parted]


def build(context: Path, folder: Path) -> tuple[Image, Mapping[str, Path]]:
    """The image, and the roots of the stages by their names."""
    stages: dict[str, Path] = {}
    image = Image(folder)
    todo = steps((context / "Dockerfile").read_text())
    last = max(number for number, step in enumerate(todo) if step.word == "FROM")
    for number, step in enumerate(todo):
        if step.word == "FROM":
            name = step.rest.partition(" AS ")[2] or "final"
            image = Image(folder / name)
            stages[name] = image.root
            _begin(image, is_last=number == last)
        else:
            _take(step, image, context, stages)
    return image, stages


def sent(context: Path) -> Iterator[Path]:
    """What an engine would be sent: the files that .dockerignore lets through, as they lie here."""
    ignore = [
        line
        for line in (context / ".dockerignore").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    for top in sorted(context.iterdir()):
        if not _is_ignored(PurePath(top.name), ignore):
            for path in [top] if top.is_file() else sorted(top.rglob("*")):
                name = path.relative_to(context)
                if path.is_file() and not _is_ignored(name, ignore):
                    yield name


def _begin(image: Image, *, is_last: bool) -> None:
    (image.root / "tmp").mkdir(parents=True)
    home = Path(sys.executable).parent
    if is_last:
        home = _base(image.root / "usr") / "bin"
    image.environment["PATH"] = f"{home}:{os.environ['PATH']}"


def _base(home: Path) -> Path:
    """A fresh environment with the pip that we have, which it takes five seconds to unpack anew."""
    command = [sys.executable, "-m", "venv", "--without-pip", str(home)]
    subprocess.run(command, check=True, timeout=BUILD_S)
    (packages,) = home.glob("lib/python*/site-packages")
    for path in Path(sysconfig.get_path("purelib")).glob("pip*"):
        (packages / path.name).symlink_to(path)
    return home


def _take(step: Step, image: Image, context: Path, stages: Mapping[str, Path]) -> None:
    match step.word:
        case "COPY":
            _copy(step.rest.split(), image, context)
        case "RUN":
            _run(step.rest, image, stages)
        case "ENV":
            pairs = (pair.partition("=") for pair in step.rest.split())
            image.environment |= {name: _rooted(value, image.root) for name, _, value in pairs}
        case "WORKDIR":
            image.workdir = image.inside(step.rest)
            image.workdir.mkdir(parents=True, exist_ok=True)
        case "USER":
            image.user = step.rest
        case "CMD":
            image.command = json.loads(step.rest)
        case "HEALTHCHECK":
            image.health = json.loads(step.rest.partition(" CMD ")[2])
        case "VOLUME" | "EXPOSE" | "STOPSIGNAL":
            pass
        case unknown:
            raise AssertionError(f"{unknown}: this does not know how to do it")


def _copy(words: Sequence[str], image: Image, context: Path) -> None:
    *sources, target = words
    assert not any(source.startswith("-") for source in sources), sources
    known = list(sent(context))
    place = image.workdir / target if target == "." else image.inside(target)
    for source in sources:
        names = [name for name in known if source in (".", name.as_posix())]
        assert names, f"nothing of {source} gets past .dockerignore"
        for name in names:
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(context / name, place / name)


def _run(command: str, image: Image, stages: Mapping[str, Path]) -> None:
    mounts = [
        dict(option.split("=", 1) for option in m.split(",")) for m in _MOUNT.findall(command)
    ]
    command = _MOUNT.sub("", command)
    for mount in mounts:
        if mount["type"] == "bind":
            there = stages[mount["from"]] / mount["source"].lstrip("/")
            command = re.sub(rf"(?<!\S){re.escape(mount['target'])}\b", str(there), command)
    outside = [str(stage) for stage in stages.values()]
    words = [
        word if word.startswith(tuple(outside)) else _rooted(word, image.root)
        for word in command.split(" ")
    ]
    done = subprocess.run(
        ["/bin/sh", "-ec", " ".join(words)],
        cwd=image.workdir if image.workdir != Path() else image.root,
        env={**_of_pip(), **image.environment, "PATH": _able(image)},
        capture_output=True,
        text=True,
        timeout=BUILD_S,
        check=False,
    )
    assert done.returncode == 0, f"RUN {command}\n{done.stdout}{done.stderr}"


def _of_pip() -> Mapping[str, str]:
    """pip finds its index and its cache in the home folder's or the system's configuration.

    It does not compile what it installs, of which few modules are ever loaded.
    """
    ours = {name: os.environ[name] for name in os.environ if name.startswith(("PIP_", "HOME"))}
    return {**ours, "PIP_NO_COMPILE": "false"}  # which pip takes for `compile = false`


def _able(image: Image) -> str:
    """PATH, for those who are not root with a `chown` that does nothing: all is theirs anyway."""
    if os.geteuid() == 0:
        return image.environment["PATH"]
    folder = image.root.with_name("able")
    folder.mkdir(exist_ok=True)
    (folder / "chown").write_text("#!/bin/sh\n")
    (folder / "chown").chmod(0o755)
    return f"{folder}:{image.environment['PATH']}"


def _rooted(text: str, root: Path) -> str:
    return _ROOTED.sub(f"{root}/", text)


def _is_ignored(path: PurePath, patterns: Sequence[str]) -> bool:
    """As .dockerignore is read: the last pattern that fits the path or a folder above it counts."""
    ignored = False
    for pattern in patterns:
        bare = pattern.removeprefix("!")
        wanted = bare.removeprefix("**/").split("/")
        starts = range(len(path.parts)) if bare.startswith("**/") else range(1)
        if any(_fits(path.parts[start:], wanted) for start in starts):
            ignored = not pattern.startswith("!")
    return ignored


def _fits(parts: Sequence[str], wanted: Sequence[str]) -> bool:
    return len(parts) >= len(wanted) and all(map(fnmatch, parts, wanted))
