"""Every environment variable, read once into a frozen `Settings`.

Nothing below an entry point reads the environment. A missing value of a chosen backend stops the
start with the names of all missing ones; a value is never guessed from where the program runs.
"""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from variables import VARIABLES, Variable

MIB = 1024 * 1024
TELEGRAM = "https://api.telegram.org"
DATABASE_SCHEMES = ("libsql", "https", "http", "wss", "ws")
LIBSQL_CLIENT = "libsql-client+"  # before an address that libsql-client is to speak to
SENTRY_SDK = "sentry-sdk==2.75.0"  # what pocketreel[sentry] brings
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class JobStoreBackend(StrEnum):
    SQLITE = "sqlite"
    TURSO = "turso"


class StorageBackend(StrEnum):
    LOCAL = "local"
    R2 = "r2"


class RenderPath(StrEnum):
    AUTO = "auto"
    WHOLE = "whole"
    SPLICE = "splice"


class RenderBackend(StrEnum):
    LOCAL = "local"
    MODAL = "modal"


class UpdatesMode(StrEnum):
    """How Telegram's updates reach the bot."""

    POLLING = "polling"
    WEBHOOK = "webhook"


class LogFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


class Refused(Exception):
    """What was asked for cannot be done; the message says why, in a sentence for people."""


class SettingsError(Refused):
    """The environment does not describe a runnable Pocketreel; the message names every variable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the whole program may know about where it runs. Durations in seconds, sizes in bytes."""

    telegram_bot_token: str = ""
    telegram_api_url: str = TELEGRAM
    telegram_files_dir: str = ""
    telegram_updates: UpdatesMode = UpdatesMode.POLLING
    public_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8080
    data_dir: Path = Path("data")
    signing_secret: str = ""
    job_store_backend: JobStoreBackend = JobStoreBackend.SQLITE
    turso_database_url: str = ""
    turso_auth_token: str = ""
    storage_backend: StorageBackend = StorageBackend.LOCAL
    r2_account_id: str = ""
    r2_endpoint_url: str = ""
    r2_bucket: str = ""
    r2_access_key_id: str = ""
    r2_secret_access_key: str = ""
    render_backend: RenderBackend = RenderBackend.LOCAL
    modal_token_id: str = ""
    modal_token_secret: str = ""
    modal_app: str = "pocketreel"
    modal_cpu: float = 4.0
    modal_memory_mib: int = 2048
    worker_concurrency: int = 2
    render_concurrency: int = 1
    render_threads: int = 0
    render_path: RenderPath = RenderPath.AUTO
    lease_s: float = 30.0
    max_source_bytes: int = 100 * MIB
    max_audio_s: float = 30 * 60.0
    active_renders: int = 3
    videos_per_day: int = 20
    bytes_per_day: int = 2048 * MIB
    queued_ingests: int = 20
    originals_hours: float = 72.0
    retention_days: float = 7.0
    metrics_token: str = ""
    log_level: str = "INFO"
    log_format: LogFormat = LogFormat.TEXT
    sentry_dsn: str = ""

    @property
    def database_path(self) -> Path:
        return self.data_dir / "pocketreel.sqlite3"

    @property
    def storage_dir(self) -> Path:
        return self.data_dir / "storage"

    @property
    def scratch_dir(self) -> Path:
        """Where children work; swept at start, never holds the only copy of anything."""
        return self.data_dir / "scratch"

    @property
    def retention_s(self) -> float:
        """How long a video is kept after it was made, and its card after it was last touched."""
        return self.retention_days * 24 * 3600.0

    @property
    def originals_s(self) -> float:
        """How long a recording is kept after its card was last touched; no longer than the card."""
        return min(self.originals_hours * 3600.0, self.retention_s)

    @property
    def link_base(self) -> str:
        """Where links to our own server begin; empty when nobody outside can reach us."""
        return self.public_url.rstrip("/")

    @property
    def page_base(self) -> str:
        """Where pages begin that people open from the chat; empty when they could not.

        An address on loopback is reached from this machine alone, and so by whoever chats with a
        Bot API that is on this machine: the phone of `make try`.
        """
        is_here = is_loopback(urlsplit(self.public_url).hostname or "")
        is_read_here = is_loopback(urlsplit(self.telegram_api_url).hostname or "")
        return self.link_base if is_read_here or not is_here else ""

    @property
    def r2_url(self) -> str:
        """Where the bucket's S3 is."""
        return self.r2_endpoint_url or f"https://{self.r2_account_id}.r2.cloudflarestorage.com"


def read_settings(environment: Mapping[str, str] | None = None, **instead: str) -> Settings:
    """The settings that `environment` (default: the process's own) describes.

    `instead` are variables that something else, such as the command line, has the word on.
    Raises SettingsError with one line per variable that cannot be used.
    """
    env = {**(os.environ if environment is None else environment), **instead}
    values: dict[str, object] = {}
    problems: list[str] = []
    for variable in VARIABLES:
        text = env.get(variable.name, "").strip()
        if text:
            try:
                values[variable.field] = _parse(variable, text)
            except ValueError as wrong:
                problems.append(f"{variable.name}: {wrong}")
    if "telegram_updates" not in values and str(values.get("public_url", "")).startswith("https:"):
        values["telegram_updates"] = UpdatesMode.WEBHOOK
    settings = Settings(**values)  # type: ignore[arg-type]  # _parse made each field's own type
    problems += contradictions(settings)
    if problems:
        raise SettingsError("\n".join(problems))
    return settings


def signing_key(settings: Settings) -> bytes:
    """The secret that signs links: SIGNING_SECRET, or one made once and kept in DATA_DIR (0600)."""
    if settings.signing_secret:
        return settings.signing_secret.encode()
    path = settings.data_dir / "signing.key"
    if not path.exists():
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_hex(32))
        # link() refuses to replace: of two first starters one wins and both read the winner's.
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().encode()


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach that address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _parse(variable: Variable, text: str) -> object:
    field = variable.field
    default = Settings.__dataclass_fields__[field].default
    if isinstance(default, StrEnum):
        kind = type(default)
        try:
            return kind(text)
        except ValueError:
            raise ValueError(f"must be one of {', '.join(kind)}") from None
    if isinstance(default, Path):
        return Path(text)
    if isinstance(default, int | float):
        return _number(type(default), text, variable)
    if field == "log_level":
        return _log_level(text)
    if field in ("public_url", "telegram_api_url"):
        return _url(text)
    if field == "turso_database_url":
        return _database_url(text)
    if field == "r2_endpoint_url":
        return _bare_url(text)
    return _plain(variable, text)


def _number(kind: type[int | float], text: str, variable: Variable) -> float:
    try:
        number = kind(text)
    except ValueError:
        raise ValueError("must be a number") from None
    # Written so that NaN fails it.
    if not variable.least <= number <= variable.most:
        raise ValueError(f"must be from {variable.least:,g} to {variable.most:,g}")
    return number


def _log_level(text: str) -> str:
    level = text.upper()
    if level not in LOG_LEVELS:
        raise ValueError(f"must be one of {', '.join(LOG_LEVELS)}")
    return level


def _url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise ValueError("must be an http or https address without a password in it")
    return text.rstrip("/")


def _database_url(text: str) -> str:
    parts = urlsplit(text.removeprefix(LIBSQL_CLIENT))
    if parts.scheme not in DATABASE_SCHEMES or not parts.hostname:
        raise ValueError(f"must be an address that begins with {', '.join(DATABASE_SCHEMES)}")
    # Addresses are logged.
    if parts.username or parts.query or parts.fragment:
        raise ValueError("must be an address alone; the token is TURSO_AUTH_TOKEN")
    return text.rstrip("/")


def _bare_url(text: str) -> str:
    url = _url(text)
    if urlsplit(url).path or {"?", "#"} & set(url):
        raise ValueError("must end with the host; the bucket's name goes into R2_BUCKET")
    return url


def _plain(variable: Variable, text: str) -> str:
    if variable.pattern and not re.fullmatch(variable.pattern, text):
        raise ValueError(f"must be {variable.form}")
    return text


def contradictions(settings: Settings) -> list[str]:
    """What the settings lack, or say against each other: a line each that names the variable."""
    problems = []
    if settings.metrics_token and len(settings.metrics_token) < 16:
        problems.append("METRICS_TOKEN: must be at least 16 characters")
    if settings.signing_secret and len(settings.signing_secret) < 32:
        problems.append("SIGNING_SECRET: must be at least 32 characters")
    if settings.telegram_updates is UpdatesMode.WEBHOOK and not settings.public_url:
        problems.append("PUBLIC_URL: is needed when TELEGRAM_UPDATES=webhook")
    if _is_refused_by_telegram(settings):
        problems.append("PUBLIC_URL: must be https when TELEGRAM_UPDATES=webhook")
    if settings.telegram_files_dir and settings.telegram_api_url == TELEGRAM:
        problems.append("TELEGRAM_API_URL: is needed when TELEGRAM_FILES_DIR is set")
    host = urlsplit(settings.public_url).hostname or ""
    if host and not {".", ":"} & set(host):
        problems.append(f"PUBLIC_URL: Telegram takes no links to {host}; localhost is 127.0.0.1")
    problems += [
        f"{name}: is needed when JOB_STORE_BACKEND=turso" for name in _missing_of_turso(settings)
    ]
    if settings.storage_backend is StorageBackend.R2:
        problems += _missing_for_r2(settings)
    if settings.render_backend is RenderBackend.MODAL:
        problems += _missing_for_modal(settings)
    return problems


def _missing_of_turso(settings: Settings) -> list[str]:
    if settings.job_store_backend is not JobStoreBackend.TURSO:
        return []
    url = settings.turso_database_url.removeprefix(LIBSQL_CLIENT)
    is_open = url.startswith(("http:", "ws:"))  # in a network of one's own
    needed = {
        "TURSO_DATABASE_URL": bool(url),
        "TURSO_AUTH_TOKEN": bool(settings.turso_auth_token) or is_open,
    }
    return [name for name, is_there in needed.items() if not is_there]


def _missing_for_r2(settings: Settings) -> list[str]:
    needed = {
        "R2_ACCOUNT_ID": settings.r2_account_id or settings.r2_endpoint_url,
        "R2_BUCKET": settings.r2_bucket,
        "R2_ACCESS_KEY_ID": settings.r2_access_key_id,
        "R2_SECRET_ACCESS_KEY": settings.r2_secret_access_key,
    }
    missing = [name for name, value in needed.items() if not value]
    return [f"{name}: is needed when STORAGE_BACKEND=r2" for name in missing]


def _missing_for_modal(settings: Settings) -> list[str]:
    needed = {
        "PUBLIC_URL": settings.public_url,  # where renders report to
        "MODAL_TOKEN_ID": settings.modal_token_id,
        "MODAL_TOKEN_SECRET": settings.modal_token_secret,
    }
    problems = [
        f"{name}: is needed when RENDER_BACKEND=modal"
        for name, value in needed.items()
        if not value
    ]
    if settings.storage_backend is not StorageBackend.R2:
        problems.append("STORAGE_BACKEND: must be r2 when RENDER_BACKEND=modal")
    # A worker signs what the bot checks. Those that share a DATA_DIR share the key in it, but whose
    # database is elsewhere may be on several machines.
    if settings.job_store_backend is JobStoreBackend.TURSO and not settings.signing_secret:
        problems.append(
            "SIGNING_SECRET: is needed when RENDER_BACKEND=modal and the database is away"
        )
    return problems


def _is_refused_by_telegram(settings: Settings) -> bool:
    """A Bot API server of one's own takes any address for a webhook, Telegram's takes https."""
    is_webhook = settings.telegram_updates is UpdatesMode.WEBHOOK
    is_hosted = settings.telegram_api_url == TELEGRAM
    return is_webhook and is_hosted and settings.public_url.startswith("http:")
