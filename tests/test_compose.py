"""compose.yaml as data: what it starts may do little, and says nothing it should not know."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from settings import Settings, read_settings
from tests.dockerfile import steps
from variables import VARIABLES

ROOT = Path(__file__).parents[1]
COMPOSE: Mapping[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: Mapping[str, Mapping[str, Any]] = COMPOSE["services"]
OURS = ("bot", "worker")
TELEGRAMS = {"TELEGRAM_API_ID", "TELEGRAM_API_HASH"}  # variables of the Bot API server
DOCKERFILE = {step.word: step.rest for step in steps((ROOT / "Dockerfile").read_text())}


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_can_write_only_where_it_must(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == "unless-stopped"
    assert service["tmpfs"] == "/tmp"
    assert "privileged" not in service


@pytest.mark.parametrize("name", SERVICES)
def test_no_setting_and_no_secret_is_written_into_it(name: str) -> None:
    service = SERVICES[name]
    given = service.get("environment", {})
    assert given.keys() <= {"HOST", "PORT", "DATA_DIR"}
    assert service["env_file"]
    # Nothing is taken from the shell either, where a value would be seen in a list of processes.
    assert re.findall(r"\$", (ROOT / "compose.yaml").read_text()) == []


def test_every_variable_it_names_exists() -> None:
    words = set(
        re.findall(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b", (ROOT / "compose.yaml").read_text())
    )
    assert words - {variable.name for variable in VARIABLES} == TELEGRAMS


def test_a_bot_that_serves_is_asked_how_it_is_and_a_worker_is_not() -> None:
    assert "/health" in DOCKERFILE["HEALTHCHECK"]
    assert "healthcheck" not in SERVICES["bot"], "the image's own"
    assert SERVICES["worker"]["healthcheck"] == {"disable": True}
    assert SERVICES["bot-api"]["healthcheck"]["test"][-1] == "8081"


def test_the_port_is_open_to_this_host_only() -> None:
    (port,) = SERVICES["bot"]["ports"]
    assert port == f"127.0.0.1:8080:{SERVICES['bot']['environment']['PORT']}"
    assert not any("ports" in SERVICES[name] for name in SERVICES if name != "bot")


def test_jobs_are_let_finish_before_a_container_is_killed() -> None:
    from worker.run import DRAIN_S

    for name in OURS:
        assert float(SERVICES[name]["stop_grace_period"].rstrip("s")) >= DRAIN_S + 10


def test_only_the_bot_is_started_unless_more_is_asked_for() -> None:
    assert [name for name, service in SERVICES.items() if "profiles" not in service] == ["bot"]
    assert SERVICES["worker"]["command"] == ["pocketreel", "worker"]


def test_what_a_bot_api_server_keeps_is_read_where_it_says_it_is() -> None:
    text = (ROOT / "compose.yaml").read_text()
    (url,) = re.findall(r"TELEGRAM_API_URL=(\S+?),", text)
    (folder,) = re.findall(r"TELEGRAM_FILES_DIR=(\S+)", text)
    settings = read_settings({"TELEGRAM_API_URL": url, "TELEGRAM_FILES_DIR": folder})
    server = SERVICES["bot-api"]
    assert settings.telegram_api_url == "http://bot-api:8081"
    assert {"--local", "--http-port=8081", f"--dir={folder}"} <= set(server["command"])
    assert server["volumes"][0]["target"] == folder
    for name in OURS:
        assert f"telegram:{folder}:ro" in SERVICES[name]["volumes"]
    # An empty volume takes its owner from the image that sees it first, which is to be ours.
    assert server["volumes"][0]["volume"] == {"nocopy": True}
    assert server["depends_on"] == ["bot"]
    assert server["user"] == DOCKERFILE["USER"]
    assert f"chown {server['user']} /data {folder}" in (ROOT / "Dockerfile").read_text()


def test_every_image_that_is_not_ours_has_its_version() -> None:
    assert re.fullmatch(r"[\w./-]+:\d[\w.]*", SERVICES["bot-api"]["image"])
    assert {SERVICES[name]["image"] for name in OURS} == {"pocketreel"}


def test_the_example_is_a_beginning_for_its_env_file() -> None:
    assert SERVICES["bot"]["env_file"] == ".env"
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert {".env", SERVICES["bot-api"]["env_file"][0]["path"]} <= set(ignored)
    given = {name: str(value) for name, value in SERVICES["bot"]["environment"].items()}
    assert read_settings(given) == Settings(host="0.0.0.0", data_dir=Path("/data"))
