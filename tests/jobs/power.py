"""A disk that forgets: notes what SQLite writes and syncs, and says what a power cut leaves of it.

What was synced stays. Of what was not, nothing is left or any part of it, sector by sector and in
any order. A file's end and its deletion are kept or lost likewise; a sync of any file keeps the
deletions before it, as file systems with a journal do.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import apsw

from jobs.database import ConstraintViolated, Parameters, Row, Statement
from jobs.model import JobStatus

SECTOR = 512
_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Write:
    file: str
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    file: str
    size: int


@dataclass(frozen=True, slots=True)
class Sync:
    file: str


@dataclass(frozen=True, slots=True)
class Delete:
    file: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Whoever asked was told that the job is there, and how it stands."""

    job_id: str
    status: JobStatus


Event = Write | Truncate | Sync | Delete | Acknowledged
Files = dict[str, bytes]


class Disk(apsw.VFS):
    """The real disk, and a log of what happened to it."""

    def __init__(self) -> None:
        self.log: list[Event] = []
        self.name = f"noting{next(_numbers)}"
        super().__init__(self.name, "")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        return _File(self.log, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        super().xDelete(filename, syncdir)
        self.log.append(Delete(Path(filename).name))

    def acknowledge(self, job_id: str, status: JobStatus) -> None:
        self.log.append(Acknowledged(job_id, status))


class _File(apsw.VFSFile):
    def __init__(
        self, log: list[Event], name: str | apsw.URIFilename | None, flags: list[int]
    ) -> None:
        spelt = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._log, self._name = log, Path(spelt or "temporary").name
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        super().xWrite(data, offset)
        self._log.append(Write(self._name, offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:
        super().xTruncate(newsize)
        self._log.append(Truncate(self._name, newsize))

    def xSync(self, flags: int) -> None:
        super().xSync(flags)
        self._log.append(Sync(self._name))


class PoweredDatabase:
    """The three verbs on a disk that notes everything."""

    def __init__(self, path: Path, disk: Disk, pragmas: Sequence[str]) -> None:
        self._connection = apsw.Connection(str(path), vfs=disk.name)
        self._connection.row_trace = _as_dict
        for pragma in pragmas:
            self._connection.execute(pragma)

    async def execute(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        return (await self.batch([Statement(sql, parameters or {})]))[0]

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        try:
            return self._applied(statements)
        except apsw.ConstraintError as refused:
            raise ConstraintViolated(str(refused)) from refused

    async def close(self) -> None:
        self._connection.close()

    def _applied(self, statements: Sequence[Statement]) -> list[list[Row]]:
        run = self._connection.execute
        if len(statements) == 1:
            return [list(run(statements[0].sql, dict(statements[0].parameters)))]
        run("BEGIN IMMEDIATE")
        try:
            answers = [list(run(each.sql, dict(each.parameters))) for each in statements]
            run("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                run("ROLLBACK")
            raise
        return answers


def _as_dict(cursor: apsw.Cursor, row: apsw.SQLiteValues) -> Row:
    return dict(zip((column[0] for column in cursor.get_description()), row, strict=True))


@dataclass(slots=True)
class _Kept:
    """What is surely on the disk of one file, and what happened to it since."""

    durable: bytearray = field(default_factory=bytearray)
    pending: list[Write | Truncate] = field(default_factory=list)
    is_deleted: bool = False

    def take(self, event: Write | Truncate) -> None:
        self.pending.append(event)

    def sync(self) -> None:
        for event in self.pending:
            _apply(self.durable, event)
        self.pending.clear()

    def left(self, chance: random.Random | None) -> bytes:
        content = bytearray(self.durable)
        for event in self.pending if chance else ():
            for part in _torn(event, chance):
                _apply(content, part)
        return bytes(content)


def cut(
    log: Sequence[Event], points: Sequence[int], chance: random.Random | None
) -> Iterator[tuple[Files, dict[str, JobStatus]]]:
    """For each point, an index into the log and rising: the files that are left when the power
    goes before it, and what had been acknowledged. Without `chance` all that was not synced is
    lost, else it decides.
    """
    files: dict[str, _Kept] = {}
    told: dict[str, JobStatus] = {}
    begin = 0
    for point in points:
        for event in log[begin:point]:
            if isinstance(event, Acknowledged):
                told[event.job_id] = event.status
            else:
                _happen(files, event)
        begin = point
        there = {name: kept for name, kept in files.items() if not _is_gone(kept, chance)}
        yield {name: kept.left(chance) for name, kept in there.items()}, dict(told)


def _happen(files: dict[str, _Kept], event: Write | Truncate | Sync | Delete) -> None:
    kept = files.setdefault(event.file, _Kept())
    match event:
        case Sync():
            kept.sync()
            for name in [name for name, other in files.items() if other.is_deleted]:
                del files[name]
        case Delete():
            kept.is_deleted = True
        case _:
            if kept.is_deleted:
                kept = files[event.file] = _Kept()
            kept.take(event)


def _is_gone(kept: _Kept, chance: random.Random | None) -> bool:
    return kept.is_deleted and chance is not None and chance.random() < 0.5


def _torn(event: Write | Truncate, chance: random.Random | None) -> Iterator[Write | Truncate]:
    """What chance leaves of it."""
    assert chance is not None
    if isinstance(event, Truncate):
        if chance.random() < 0.5:
            yield event
        return
    for start in range(0, len(event.data), SECTOR):
        if chance.random() < 0.5:
            yield Write(event.file, event.offset + start, event.data[start : start + SECTOR])


def _apply(content: bytearray, event: Write | Truncate) -> None:
    if isinstance(event, Truncate):
        del content[event.size :]
        return
    missing = event.offset - len(content)
    if missing > 0:
        content.extend(bytes(missing))
    content[event.offset : event.offset + len(event.data)] = event.data
