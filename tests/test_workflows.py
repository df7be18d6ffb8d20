"""The workflow on GitHub as data; `make check` holds it to zizmor's rules as well."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.dockerfile import steps

ROOT = Path(__file__).parents[1]
PATH = ROOT / ".github" / "workflows" / "checks.yml"
WORKFLOW: Mapping[Any, Any] = yaml.safe_load(PATH.read_text())
JOBS: Mapping[str, Mapping[str, Any]] = WORKFLOW["jobs"]


def runs(job: str) -> Iterator[str]:
    for step in JOBS[job]["steps"]:
        yield step.get("run", "")


def test_it_is_the_only_workflow() -> None:
    assert list(PATH.parent.iterdir()) == [PATH]


def test_pushes_and_pull_requests_are_checked_as_anywhere_else() -> None:
    events = WORKFLOW[True]  # YAML takes `on` for that
    assert events == {"push": {"branches": ["main"]}, "pull_request": None}
    assert ".ci/run" in runs("checks")
    assert "secrets" not in str(JOBS["checks"])


def test_what_runs_alone_is_found_by_the_files_that_say_so() -> None:
    """`make test` looks for them with grep, so as not to read every test for a dozen."""
    files = [path for path in (ROOT / "tests").rglob("*.py") if "mark.alone" in path.read_text()]
    assert {path.name.partition("_")[0] for path in files} == {"test"}
    assert "'mark\\.alone' tests" in (ROOT / "Makefile").read_text()


def test_a_job_has_the_rights_it_needs_and_no_others() -> None:
    assert WORKFLOW["permissions"] == {}
    rights = {name: job["permissions"] for name, job in JOBS.items()}
    assert rights == {
        "checks": {"contents": "read"},
        "image": {"contents": "read", "packages": "write"},
        "modal": {"contents": "read"},
    }


@pytest.mark.parametrize("job", ["image", "modal"])
def test_only_what_passed_on_main_is_deployed(job: str) -> None:
    assert JOBS[job]["needs"] == "checks"
    assert JOBS[job]["if"] == "github.event_name == 'push'"


def test_what_others_wrote_is_named_by_its_content_and_version() -> None:
    used = re.findall(r"uses: (.*)", PATH.read_text())
    assert used
    for action in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action)


def test_it_runs_on_the_python_of_the_image() -> None:
    dockerfile = steps((ROOT / "Dockerfile").read_text())
    (version,) = {step.rest.split()[0] for step in dockerfile if step.word == "FROM"}
    numbers = version.partition(":")[2].partition("-")[0]
    for job in ("checks", "modal"):
        assert JOBS[job]["container"]["image"].startswith(f"python:{numbers}-")


def test_modal_is_left_alone_where_there_is_no_token() -> None:
    assert set(JOBS["modal"]["env"]) == {"MODAL_TOKEN_ID", "MODAL_TOKEN_SECRET"}
    assert all(step["if"] == "env.MODAL_TOKEN_ID != ''" for step in JOBS["modal"]["steps"])
    assert "modal deploy -m modal_render.app" in runs("modal")


def test_the_tests_find_node_for_their_peer_of_npm() -> None:
    assert any("nodejs npm" in run for run in runs("checks"))


def test_every_job_ends_some_time() -> None:
    assert all(job["timeout-minutes"] <= 60 for job in JOBS.values())
