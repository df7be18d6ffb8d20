"""Open the database the settings ask for, with all that is kept in it."""

from __future__ import annotations

from dataclasses import dataclass

from jobs.alerts import Alerts
from jobs.api_keys import ApiKeys
from jobs.bells import Bells
from jobs.belongings import Belongings
from jobs.database import Database
from jobs.groups import Groups
from jobs.habits import HabitStore
from jobs.invites import Invites
from jobs.library import Library
from jobs.libsql import LibsqlWire
from jobs.outbox import Outbox
from jobs.pages import Pages
from jobs.people import People
from jobs.projects import ProjectStore
from jobs.quotas import Quotas
from jobs.remote import RemoteDatabase
from jobs.sqlite import SqliteDatabase
from jobs.store import JobStore
from jobs.turso import HranaWire
from jobs.updates import Updates
from jobs.uploads import Uploads
from jobs.usage import UsageReader
from settings import LIBSQL_CLIENT, JobStoreBackend, Settings, read_settings

EDITS_PER_VIDEO = 10  # previews and saves of a day, for each video of that day

_store: JobStore | None = None


@dataclass(frozen=True, slots=True)
class Store:
    """One database and its sides."""

    database: Database
    jobs: JobStore
    projects: ProjectStore
    outbox: Outbox
    people: People
    updates: Updates
    api_keys: ApiKeys
    uploads: Uploads
    pages: Pages
    library: Library
    habits: HabitStore
    groups: Groups
    invites: Invites
    usage: UsageReader
    belongings: Belongings
    alerts: Alerts
    bells: Bells

    async def close(self) -> None:
        await self.database.close()


def build_store(database: Database, quotas: Quotas | None = None) -> Store:
    """The sides of a database, not set up yet."""
    bells = Bells()
    return Store(
        database=database,
        jobs=JobStore(database, bells=bells, quotas=quotas),
        projects=ProjectStore(database, bells=bells),
        outbox=Outbox(database, bells=bells),
        people=People(database),
        updates=Updates(database),
        api_keys=ApiKeys(database),
        uploads=Uploads(database),
        pages=Pages(database),
        library=Library(database),
        habits=HabitStore(database),
        groups=Groups(database, bells=bells),
        invites=Invites(database),
        usage=UsageReader(database),
        belongings=Belongings(database),
        alerts=Alerts(database, bells=bells),
        bells=bells,
    )


def build_database(settings: Settings) -> Database:
    """The chosen database, not opened yet. Raises StoreUnusable when its driver is not there."""
    if settings.job_store_backend is JobStoreBackend.SQLITE:
        return SqliteDatabase(settings.database_path)
    url, token = settings.turso_database_url, settings.turso_auth_token
    if url.startswith((LIBSQL_CLIENT, "ws:", "wss:")):
        return RemoteDatabase(LibsqlWire(url.removeprefix(LIBSQL_CLIENT), token))
    return RemoteDatabase(HranaWire(url, token))


def quotas_of(settings: Settings) -> Quotas:
    return Quotas(
        active_renders=settings.active_renders,
        videos_per_day=settings.videos_per_day,
        bytes_per_day=settings.bytes_per_day,
        queued_ingests=settings.queued_ingests,
        edits_per_day=EDITS_PER_VIDEO * settings.videos_per_day,
    )


async def open_store(settings: Settings) -> Store:
    """The store of the chosen backend, ready for use. Raises StoreUnusable, StoreUnavailable."""
    store = build_store(build_database(settings), quotas_of(settings))
    try:
        await store.jobs.setup()
    except BaseException:
        await store.close()
        raise
    return store


def get_job_store() -> JobStore:
    """The one queue that the process's environment describes; it may need `setup()`."""
    global _store
    if _store is None:
        settings = read_settings()
        _store = JobStore(build_database(settings), quotas=quotas_of(settings))
    return _store


def reset_job_store() -> None:
    """Forget the queue; the next call of `get_job_store` reads the environment anew."""
    global _store
    _store = None
