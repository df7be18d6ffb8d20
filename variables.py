"""Every environment variable there is, each with the line that documents it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One environment variable: its name, the field it fills and the line that documents it.

    A number must be `least` or more and `most` or less; a text must match `pattern`, which `form`
    says in words.
    """

    name: str
    field: str
    about: str
    least: float = 0
    most: float = 1e15
    pattern: str = ""
    form: str = ""


VARIABLES: tuple[Variable, ...] = (
    Variable(
        name="TELEGRAM_BOT_TOKEN",
        field="telegram_bot_token",
        about="from BotFather; `make try` needs none",
    ),
    Variable(
        name="TELEGRAM_API_URL",
        field="telegram_api_url",
        about="a Bot API server of your own, if you run one",
    ),
    Variable(
        name="TELEGRAM_FILES_DIR",
        field="telegram_files_dir",
        about="where that server keeps its files when it runs with --local; lifts the 20 MB",
        pattern=r"/.+",
        form="an absolute path",
    ),
    Variable(
        name="TELEGRAM_UPDATES",
        field="telegram_updates",
        about="polling or webhook; webhook by default when PUBLIC_URL is https",
    ),
    Variable(
        name="PUBLIC_URL",
        field="public_url",
        about="where the bot's server is reached from outside; without it only R2 gives links",
    ),
    Variable(name="HOST", field="host", about="address the bot's server listens on"),
    Variable(
        name="PORT",
        field="port",
        about="port of the bot's server (`try`: of the phone)",
        least=0,
        most=65_534,
    ),
    Variable(name="DATA_DIR", field="data_dir", about="database, files and scratch space"),
    Variable(
        name="SIGNING_SECRET",
        field="signing_secret",
        about="signs links and reports; at least 32 characters; made and kept in DATA_DIR if empty",
    ),
    Variable(
        name="JOB_STORE_BACKEND",
        field="job_store_backend",
        about="sqlite, or turso: a database that workers elsewhere reach too",
    ),
    Variable(
        name="TURSO_DATABASE_URL",
        field="turso_database_url",
        about="libsql://... of Turso; https, http, wss or ws of a libSQL server of your own",
    ),
    Variable(
        name="TURSO_AUTH_TOKEN",
        field="turso_auth_token",
        about="from `turso db tokens create`; http and ws servers may do without",
    ),
    Variable(
        name="STORAGE_BACKEND",
        field="storage_backend",
        about="local (files in DATA_DIR) or r2 (a bucket of Cloudflare R2)",
    ),
    Variable(
        name="R2_ACCOUNT_ID",
        field="r2_account_id",
        about="the Cloudflare account of the bucket",
        pattern=r"[0-9a-f]{32}",
        form="the 32 hexadecimal digits of the account",
    ),
    Variable(
        name="R2_ENDPOINT_URL",
        field="r2_endpoint_url",
        about="where the S3 is, when it is not at R2's usual address",
    ),
    Variable(
        name="R2_BUCKET",
        field="r2_bucket",
        about="name of the bucket",
        pattern=r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]",
        form="3 to 63 small letters, digits and dashes",
    ),
    Variable(
        name="R2_ACCESS_KEY_ID",
        field="r2_access_key_id",
        about="of an R2 token that may read and write objects",
    ),
    Variable(
        name="R2_SECRET_ACCESS_KEY", field="r2_secret_access_key", about="of the same R2 token"
    ),
    Variable(
        name="RENDER_BACKEND",
        field="render_backend",
        about="local, or modal: videos are made on Modal's machines, nowhere else",
    ),
    Variable(name="MODAL_TOKEN_ID", field="modal_token_id", about="from `modal token new`: its id"),
    Variable(
        name="MODAL_TOKEN_SECRET", field="modal_token_secret", about="the secret of the same token"
    ),
    Variable(
        name="MODAL_APP",
        field="modal_app",
        about="name of the app there; also read by `modal deploy -m modal_render.app`",
        pattern=r"[A-Za-z0-9][A-Za-z0-9._-]{0,55}",
        form="up to 56 letters, digits, dots, dashes and underscores",
    ),
    Variable(
        name="MODAL_CPU",
        field="modal_cpu",
        about="cores of each container there; read by `modal deploy` alone",
        least=0.125,
        most=64,
    ),
    Variable(
        name="MODAL_MEMORY_MIB",
        field="modal_memory_mib",
        about="memory of each container there; read by `modal deploy` alone",
        least=1024,
        most=65_536,
    ),
    Variable(
        name="WORKER_CONCURRENCY",
        field="worker_concurrency",
        about="recordings, previews and pictures worked on at once",
        least=1,
        most=64,
    ),
    Variable(
        name="RENDER_CONCURRENCY",
        field="render_concurrency",
        about="videos made at once",
        least=1,
        most=64,
    ),
    Variable(
        name="RENDER_THREADS",
        field="render_threads",
        about="threads of one render; 0 = all cores",
        most=256,
    ),
    Variable(
        name="RENDER_PATH",
        field="render_path",
        about="auto, whole or splice: encode only the rows that move where the look allows it",
    ),
    Variable(
        name="LEASE_S",
        field="lease_s",
        about="a worker silent this long is taken for dead",
        least=1,
        most=300,
    ),
    Variable(
        name="MAX_SOURCE_BYTES",
        field="max_source_bytes",
        about="largest source file",
        least=1024 * 1024,
    ),
    Variable(
        name="MAX_AUDIO_S", field="max_audio_s", about="longest recording", least=1, most=30 * 60
    ),
    Variable(name="ACTIVE_RENDERS", field="active_renders", about="videos a person may have going"),
    Variable(name="VIDEOS_PER_DAY", field="videos_per_day", about="videos a person may make a day"),
    Variable(name="BYTES_PER_DAY", field="bytes_per_day", about="bytes a person may send a day"),
    Variable(
        name="QUEUED_INGESTS", field="queued_ingests", about="recordings a person may have waiting"
    ),
    Variable(
        name="ORIGINALS_HOURS",
        field="originals_hours",
        about="how long the recording of a quiet card is kept, and the card until it has a video",
        least=0.25,
        most=24 * 3650,
    ),
    Variable(
        name="RETENTION_DAYS",
        field="retention_days",
        about="how long videos and their quiet cards are kept",
        least=0.01,
        most=3650,
    ),
    Variable(
        name="METRICS_TOKEN",
        field="metrics_token",
        about="what whoever reads /metrics shows as a bearer token; without it nothing is served",
    ),
    Variable(name="LOG_LEVEL", field="log_level", about="DEBUG, INFO, WARNING or ERROR"),
    Variable(
        name="LOG_FORMAT",
        field="log_format",
        about="text, or json: one object a line, with what it is about",
    ),
    Variable(
        name="SENTRY_DSN",
        field="sentry_dsn",
        about="where errors are reported, as Sentry names it; needs pocketreel[sentry]",
        pattern=r"https?://[^/@\s]+@[^/@\s]+/\S+",
        form="the DSN that the project's page in Sentry shows",
    ),
)
