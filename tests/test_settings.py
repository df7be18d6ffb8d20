"""Settings: what the environment may say, and that every place that lists them agrees."""

from __future__ import annotations

import re
import subprocess
import sys
from enum import StrEnum
from pathlib import Path

import pytest

from settings import (
    Settings,
    SettingsError,
    UpdatesMode,
    read_settings,
    signing_key,
)
from variables import VARIABLES

ROOT = Path(__file__).parents[1]
SECRET = "hunter2-hunter2"

R2 = {
    "R2_ACCOUNT_ID": "0123456789abcdef" * 2,
    "R2_BUCKET": "reels",
    "R2_ACCESS_KEY_ID": "id",
    "R2_SECRET_ACCESS_KEY": SECRET,
}
MODAL = {"MODAL_TOKEN_ID": "ak-1", "MODAL_TOKEN_SECRET": SECRET}

STARTER = """
import pathlib, sys
from settings import Settings, signing_key

sys.stdin.readline()
print(signing_key(Settings(data_dir=pathlib.Path(sys.argv[1]))).decode())
"""


def default_text(field: str) -> str:
    """The default of a field as one would write it into the environment."""
    default = Settings.__dataclass_fields__[field].default
    if isinstance(default, StrEnum):
        return default.value
    return f"{default:g}" if isinstance(default, float) else str(default)


def example() -> str:
    """What .env.example must say: every variable, its line of documentation and its default."""
    lines = [
        "# Everything Pocketreel reads from its environment. What is commented out is the default.",
        "",
    ]
    for variable in VARIABLES:
        mark = "" if variable.field == "telegram_bot_token" else "#"
        lines += [
            f"# {variable.about}",
            f"{mark}{variable.name}={default_text(variable.field)}",
            "",
        ]
    return "\n".join(lines)


def test_an_empty_environment_gives_the_defaults() -> None:
    assert read_settings({}) == Settings()


def test_every_variable_fills_its_field() -> None:
    assert {variable.field for variable in VARIABLES} == set(Settings.__dataclass_fields__)
    assert len({variable.name for variable in VARIABLES}) == len(VARIABLES)
    for variable in VARIABLES:
        assert variable.name == variable.field.upper()
        assert read_settings({variable.name: default_text(variable.field)}) == Settings()


def test_values_get_the_type_of_their_field() -> None:
    settings = read_settings(
        {
            "PORT": " 9000 ",
            "LEASE_S": "2.5",
            "DATA_DIR": "/var/lib/pocketreel",
            "PUBLIC_URL": "http://reel.example/",
        }
    )
    assert (settings.port, settings.lease_s) == (9000, 2.5)
    assert settings.database_path == Path("/var/lib/pocketreel/pocketreel.sqlite3")
    assert settings.public_url == settings.link_base == "http://reel.example"
    assert settings.telegram_updates is UpdatesMode.POLLING


def test_an_empty_value_is_no_value() -> None:
    assert read_settings({"PORT": "", "LOG_LEVEL": "  "}) == Settings()


def test_all_problems_are_named_at_once() -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(
            {
                "PORT": "http",
                "LEASE_S": "-1",
                "RENDER_BACKEND": "cloud",
                "PUBLIC_URL": "reel.example",
                "RETENTION_DAYS": "nan",
            }
        )
    assert str(refused.value).splitlines() == [
        "PUBLIC_URL: must be an http or https address without a password in it",
        "PORT: must be a number",
        "RENDER_BACKEND: must be one of local, modal",
        "LEASE_S: must be from 1 to 300",
        "RETENTION_DAYS: must be from 0.01 to 3,650",
    ]


def test_contradictions_are_named_at_once() -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(
            {
                "TELEGRAM_UPDATES": "webhook",
                "SIGNING_SECRET": "short",
                "JOB_STORE_BACKEND": "turso",
                "STORAGE_BACKEND": "r2",
                "RENDER_BACKEND": "modal",
                "LEASE_S": "0.5",
            }
        )
    named = [line.partition(":")[0] for line in str(refused.value).splitlines()]
    assert named == [
        "LEASE_S",
        "SIGNING_SECRET",
        "PUBLIC_URL",
        "TURSO_DATABASE_URL",
        "TURSO_AUTH_TOKEN",
        "R2_ACCOUNT_ID",
        "R2_BUCKET",
        "R2_ACCESS_KEY_ID",
        "R2_SECRET_ACCESS_KEY",
        "PUBLIC_URL",
        "MODAL_TOKEN_ID",
        "MODAL_TOKEN_SECRET",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "70000"),
        ("PORT", "65535"),  # the phone takes the one above, too
        ("WORKER_CONCURRENCY", "0"),
        ("RETENTION_DAYS", "0"),
        ("MAX_AUDIO_S", "1801"),  # no recipe may be longer
        ("LOG_LEVEL", "loud"),
        ("PUBLIC_URL", "http://localhost:8081"),
        ("PUBLIC_URL", "http://reel"),
        ("R2_ACCOUNT_ID", "https://dash.cloudflare.com/0123"),
        ("R2_ENDPOINT_URL", "https://0123.r2.cloudflarestorage.com/reels"),  # as it is copied there
        ("R2_BUCKET", "Reels/2027"),
        ("TELEGRAM_FILES_DIR", "telegram"),
    ],
)
def test_what_could_not_work_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name}: "):
        read_settings({name: value})


@pytest.mark.parametrize(
    ("url", "missing"),
    [
        ("", ["TURSO_DATABASE_URL", "TURSO_AUTH_TOKEN"]),
        ("libsql://reel.turso.io", ["TURSO_AUTH_TOKEN"]),
        ("https://reel.turso.io", ["TURSO_AUTH_TOKEN"]),
        ("wss://reel.example", ["TURSO_AUTH_TOKEN"]),
        ("http://127.0.0.1:8081", []),
        ("ws://127.0.0.1:8081", []),
        ("libsql-client+http://127.0.0.1:8081", []),
    ],
)
def test_everything_that_turso_lacks_is_named(url: str, missing: list[str]) -> None:
    refusal = _refusal({"JOB_STORE_BACKEND": "turso", "TURSO_DATABASE_URL": url})
    assert [line.partition(":")[0] for line in refusal.splitlines()] == missing
    assert _refusal({"TURSO_DATABASE_URL": url}) == ""


@pytest.mark.parametrize(
    "url",
    [
        "reel.turso.io",
        "file:reel.db",
        "libsql://",
        "libsql://reel.turso.io?authToken=abc",
        "https://me:abc@reel.example",
    ],
)
def test_the_address_of_a_database_is_that_alone(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^TURSO_DATABASE_URL: must be an address"):
        read_settings({"TURSO_DATABASE_URL": url})


def test_a_bucket_is_found_by_its_account_or_where_the_settings_say() -> None:
    r2 = {
        "STORAGE_BACKEND": "r2",
        "R2_BUCKET": "reels",
        "R2_ACCESS_KEY_ID": "id",
        "R2_SECRET_ACCESS_KEY": SECRET,
    }
    account = "0123456789abcdef" * 2
    by_account = read_settings({**r2, "R2_ACCOUNT_ID": account})
    assert by_account.r2_url == f"https://{account}.r2.cloudflarestorage.com"
    elsewhere = f"https://{account}.eu.r2.cloudflarestorage.com"
    assert read_settings({**r2, "R2_ENDPOINT_URL": f"{elsewhere}/"}).r2_url == elsewhere


@pytest.mark.parametrize(
    ("environment", "missing"),
    [
        ({}, ["PUBLIC_URL", "MODAL_TOKEN_ID", "MODAL_TOKEN_SECRET", "STORAGE_BACKEND"]),
        ({"STORAGE_BACKEND": "r2", **R2, "PUBLIC_URL": "https://reel.example", **MODAL}, []),
        (
            {
                "STORAGE_BACKEND": "r2", **R2, "PUBLIC_URL": "https://reel.example", **MODAL,
                "JOB_STORE_BACKEND": "turso", "TURSO_DATABASE_URL": "http://127.0.0.1:8081",
            },
            ["SIGNING_SECRET"],
        ),
    ],
    ids=["nothing", "one host", "several hosts"],
)  # fmt: skip
def test_everything_that_modal_lacks_is_named(
    environment: dict[str, str], missing: list[str]
) -> None:
    refusal = _refusal({"RENDER_BACKEND": "modal", **environment})
    assert [line.partition(":")[0] for line in refusal.splitlines()] == missing


def test_a_log_level_is_read_in_any_case() -> None:
    assert read_settings({"LOG_LEVEL": "info"}).log_level == "INFO"


def test_telegram_is_given_no_webhook_it_would_refuse() -> None:
    plain = {"TELEGRAM_UPDATES": "webhook", "PUBLIC_URL": "http://reel.example"}
    with pytest.raises(SettingsError, match=r"^PUBLIC_URL: must be https"):
        read_settings(plain)
    own = read_settings({**plain, "TELEGRAM_API_URL": "http://127.0.0.1:8081"})
    assert own.telegram_updates is UpdatesMode.WEBHOOK


@pytest.mark.parametrize("variable", [variable.name for variable in VARIABLES])
def test_a_refusal_never_repeats_the_value(variable: str) -> None:
    for value in (SECRET, f"https://user:{SECRET}@reel.example", f"{SECRET}\n1"):
        refusal = _refusal({variable: value})
        assert SECRET not in refusal
        assert refusal == "" or refusal.startswith(f"{variable}: ")


def _refusal(environment: dict[str, str]) -> str:
    try:
        read_settings(environment)
    except SettingsError as refused:
        return str(refused)
    return ""


def test_files_of_a_server_need_the_server() -> None:
    files = {"TELEGRAM_FILES_DIR": "/telegram"}
    with pytest.raises(SettingsError, match=r"^TELEGRAM_API_URL: is needed"):
        read_settings(files)
    own = read_settings({**files, "TELEGRAM_API_URL": "http://127.0.0.1:8081"})
    assert own.telegram_files_dir == "/telegram"


def test_an_address_with_https_brings_updates_by_webhook() -> None:
    public = {"PUBLIC_URL": "https://reel.example"}
    assert read_settings(public).telegram_updates is UpdatesMode.WEBHOOK
    polling = read_settings({**public, "TELEGRAM_UPDATES": "polling"})
    assert polling.telegram_updates is UpdatesMode.POLLING


def test_the_environment_of_the_process_is_read_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "1234")
    assert read_settings().port == 1234


def test_a_given_secret_signs_and_none_is_made(tmp_path: Path) -> None:
    key = signing_key(Settings(data_dir=tmp_path, signing_secret="x" * 32))
    assert key == b"x" * 32
    assert list(tmp_path.iterdir()) == []


def test_a_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new")
    key = signing_key(settings)
    assert len(key) >= 32
    assert signing_key(settings) == key
    (kept,) = (tmp_path / "new").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600


def test_starters_that_race_sign_with_one_secret(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", STARTER, str(tmp_path)]
    starters = [
        subprocess.Popen(argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    for starter in starters:
        assert starter.stdin is not None
        starter.stdin.write("go\n")
        starter.stdin.flush()
    keys = {starter.communicate(timeout=30)[0] for starter in starters}
    assert len(keys) == 1
    assert len(keys.pop().strip()) == 64
    assert [path.name for path in tmp_path.iterdir()] == ["signing.key"]


def test_the_example_names_every_variable_with_its_default() -> None:
    assert (ROOT / ".env.example").read_text() == example()


def test_the_example_as_it_stands_gives_the_defaults() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    set_by_it = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert read_settings(set_by_it) == Settings()


def test_the_readme_lists_every_variable_with_its_default() -> None:
    readme = (ROOT / "README.md").read_text()
    rows = re.findall(r"^\| `([A-Z0-9_]+)` \| *(?:`([^`]*)`)? *\|", readme, re.MULTILINE)
    assert dict(rows) == {variable.name: default_text(variable.field) for variable in VARIABLES}


@pytest.mark.parametrize(
    ("public", "api", "base"),
    [
        ("https://reel.example/", "https://api.telegram.org", "https://reel.example"),
        ("http://192.168.1.7:8080", "https://api.telegram.org", "http://192.168.1.7:8080"),
        ("http://127.0.0.1:8081", "http://127.0.0.1:8080", "http://127.0.0.1:8081"),
        ("http://127.0.0.1:8081", "https://api.telegram.org", ""),
        ("http://[::1]:8081", "http://bot-api:8081", ""),
        ("", "http://127.0.0.1:8080", ""),
    ],
)
def test_pages_are_where_whoever_reads_the_chat_can_open_them(
    public: str, api: str, base: str
) -> None:
    assert Settings(public_url=public, telegram_api_url=api).page_base == base
