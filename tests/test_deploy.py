"""docs/deploy.md and the pages around it: what they name exists, what they say to type works."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from cli import _parser
from settings import Settings
from variables import VARIABLES

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = ("deploy.md", "operations.md", "scale.md", "r2.md", "modal.md")
DEPLOY = (DOCS / "deploy.md").read_text()
# Names that are not ours: the Bot API server's.
OTHERS = {"TELEGRAM_API_ID", "TELEGRAM_API_HASH"}


@pytest.mark.parametrize("page", PAGES)
def test_every_variable_a_page_names_exists(page: str) -> None:
    words = re.findall(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b", (DOCS / page).read_text())
    assert words
    assert set(words) - {variable.name for variable in VARIABLES} <= OTHERS


@pytest.mark.parametrize("page", PAGES)
def test_every_file_a_page_leads_to_is_there(page: str) -> None:
    text = (DOCS / page).read_text()
    headings = {
        re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if target.startswith("#"):
            assert target[1:] in headings
        elif not target.startswith("https://"):
            assert (DOCS / target.partition("#")[0]).exists(), target
    for name in re.findall(r"`((?:tests|docs|benchmarks|\.github)/[\w./*-]+)`", text):
        assert list(ROOT.glob(name)), name


def test_the_versions_it_installs_are_those_of_the_extra() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    pins = re.findall(r"[\w-]+==[\w.]+", DEPLOY)
    assert pins == project["optional-dependencies"]["fonts"]


def test_every_command_it_says_to_type_is_one() -> None:
    known = {
        name
        for action in _parser()._subparsers._group_actions  # type: ignore[union-attr]  # it is there
        for name in action.choices or ()
    }
    typed = re.findall(r"(?:bin/| bot )pocketreel (\w+)", DEPLOY)
    assert typed
    assert set(typed) <= known
    assert "doctor --cloud" in DEPLOY


def test_what_it_starts_with_compose_is_in_compose_yaml() -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    services = compose["services"]
    for profile in re.findall(r"--profile (\S+)", DEPLOY):
        assert any(profile in service.get("profiles", ()) for service in services.values())
    for service in re.findall(r"docker compose (?:exec|run --rm|logs) ([\w-]+)", DEPLOY):
        assert service in services
    assert "--scale worker=2 worker" in DEPLOY


def test_what_stands_in_front_passes_on_to_our_port() -> None:
    (caddyfile,) = re.findall(r"```\n(reel\.example \{.*?\n\})\n```", DEPLOY, re.DOTALL)
    assert len(caddyfile.splitlines()) == 3
    assert f"reverse_proxy 127.0.0.1:{Settings().port}" in caddyfile
