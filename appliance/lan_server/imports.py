"""The one file of products that is being taken in: a thread of its own, which can be watched and stopped.

    checking → checked → taking → done
        any of them → stopped | failed

What is in stays in; the same file, chosen again, goes on after it (`services.catalogue_parts`). Between two parts the
scribe serves whoever waits, so a register that mirrors waits for one part at most.
"""

import errno
import hashlib
import logging
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final, cast

from flask import Flask, current_app

from appliance.lan_server.room import Room
from appliance.problems import Refusal
from appliance.services import catalogue_csv, catalogue_parts
from appliance.services.catalogue_import import ImportResult
from appliance.services.catalogue_parts import PART, FileMark, Rehearsal
from appliance.store.database import DiskFull, StoreReadOnly

log = logging.getLogger(__name__)

IMPORTS: Final = "open-pos-imports"
FOLDER: Final = "import"
"""In the store's folder: the file at hand and its rehearsal, gone afterwards."""

_BLOCK: Final = 1 << 20
_MOST_LATE: Final = 1_000


class ImportUnderWay(Refusal):
    """Another file is being taken in: `file`."""

    code = "import_under_way"


class NoImport(Refusal):
    """There is no file to be taken in, or it is not checked yet."""

    code = "no_import"


class ImportHasBadRows(Refusal):
    """The file has bad rows, and nobody said that they are to be left out: `count`."""

    code = "import_has_bad_rows"


@dataclass(slots=True)
class Job:
    """One file. Written by its thread, read by whoever looks; each field is replaced as a whole."""

    path: Path
    mark: FileMark
    actor: str
    by: str
    state: str = "checking"
    done: int = 0
    total: int = 0
    rehearsal: Rehearsal | None = None
    late: ImportResult = field(default_factory=ImportResult)
    problem: Refusal | None = None
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def is_busy(self) -> bool:
        """Whether its thread is at work."""
        return self.state in {"checking", "taking"}


class Imports:
    """Holds the file that is being taken in; there is one at a time."""

    def __init__(self, room: Room) -> None:
        """Nothing is under way."""
        self._room = room
        self._lock = threading.Lock()
        self._job: Job | None = None
        self._thread: threading.Thread | None = None

    @property
    def job(self) -> Job | None:
        """The file at hand, if there is one."""
        return self._job

    def check(self, stream: IO[bytes], name: str, actor: str, by: str) -> Job:
        """Keep a file and begin to rehearse it. Raises `ImportUnderWay`, `DiskFull`, `StoreReadOnly`."""
        with self._lock:
            self._refuse_second()
            self._forget()
            with self._room.readers.reading() as db:
                path = db.folder / FOLDER / "catalogue.csv"
            file = _kept(stream, path)
            with self._room.readers.reading() as db:
                held = catalogue_parts.mark_of(db, file)
            lines = catalogue_csv.line_count(path)
            mark = FileMark(file, name, 0, lines, 0, 0, is_done=False)
            if held is not None and not held.is_done:
                mark = held._replace(name=name)
            self._job = job = Job(path, mark, actor, by, total=lines)
            self._begin(job, self._rehearse)
            return job

    def take(self, *, skip_bad: bool) -> None:
        """Begin to take in what was checked. Raises `NoImport`, `ImportHasBadRows`."""
        with self._lock:
            job = self._job
            if job is None or job.state != "checked" or job.rehearsal is None:
                raise NoImport
            if job.rehearsal.result.bad_rows and not skip_bad:
                raise ImportHasBadRows(count=job.rehearsal.result.bad_rows)
            job.state, job.done = "taking", job.mark.line
            self._begin(job, self._take)

    def stop(self) -> None:
        """End what is under way after the part at hand, and wait for that."""
        job, thread = self._job, self._thread
        if job is not None and thread is not None and job.is_busy:
            job.stop.set()
            thread.join()

    def forget(self) -> None:
        """Let go of the file; what is in stays in. Raises `ImportUnderWay`."""
        with self._lock:
            self._refuse_second()
            self._forget()

    def wait(self) -> None:
        """Block until nothing is under way."""
        if self._thread is not None:
            self._thread.join()

    # ------------------------------------------------------------------ in the thread

    def _rehearse(self, job: Job) -> None:
        job.rehearsal = catalogue_parts.rehearse(
            self._rows_of_catalogue,
            job.path,
            after=job.mark.line,
            progress=lambda done, total: _note(job, done, total),
            stop=job.stop.is_set,
        )
        job.state = "stopped" if job.rehearsal.result.stopped else "checked"

    def _rows_of_catalogue(self) -> Iterator[tuple[str, Iterable[tuple[object, ...]]]]:
        # No longer than the rows are read: a rehearsal may take a minute.
        with self._room.readers.reading() as db:
            yield from catalogue_parts.rows_of_catalogue(db)

    def _take(self, job: Job) -> None:
        assert job.rehearsal is not None
        bad = frozenset(job.rehearsal.result.bad_lines)
        with self._room.readers.reading() as db:
            terms = catalogue_csv.terms_of(db)
        for done, read in catalogue_csv.read_parts(job.path, terms, PART, job.mark.line):
            if job.stop.is_set():
                job.state = "stopped"
                return
            drafts = [draft for draft in read if draft.line not in bad]
            mark = job.mark._replace(line=done)
            if drafts:
                result, job.mark = self._room.scribe.do(
                    lambda desk, drafts=drafts, mark=mark: catalogue_parts.take_part(  # type: ignore[misc]
                        desk, drafts, mark, job.actor
                    )
                )
                _add(job.late, result)
            job.done = done
        last = job.mark._replace(line=job.mark.lines, is_done=True)
        _, job.mark = self._room.scribe.do(
            lambda desk: catalogue_parts.take_part(desk, [], last, job.actor)
        )
        job.state = "done"

    # ------------------------------------------------------------------ helpers

    def _begin(self, job: Job, work: Callable[[Job], None]) -> None:
        def run() -> None:
            try:
                work(job)
            except (Refusal, OSError) as why:
                job.problem = why if isinstance(why, Refusal) else NoImport()
                job.state = "failed"
                log.warning("a file of products was not taken in: %s", why)
            except BaseException:
                job.state = "failed"
                raise

        self._thread = threading.Thread(target=run, name="import", daemon=True)
        self._thread.start()

    def _refuse_second(self) -> None:
        if self._job is not None and self._job.is_busy:
            raise ImportUnderWay(file=self._job.mark.name)

    def _forget(self) -> None:
        if self._job is not None:
            shutil.rmtree(self._job.path.parent, ignore_errors=True)
            self._job = None


def install(app: Flask, room: Room) -> None:
    """One for the application."""
    app.extensions[IMPORTS] = Imports(room)


def imports() -> Imports:
    """That of the request at hand."""
    return cast(Imports, current_app.extensions[IMPORTS])


def _kept(stream: IO[bytes], path: Path) -> str:
    """Store a file; what a server that was killed left there goes."""
    digest = hashlib.sha256()
    shutil.rmtree(path.parent, ignore_errors=True)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as handle:
            while block := stream.read(_BLOCK):
                digest.update(block)
                handle.write(block)
    except OSError as why:
        shutil.rmtree(path.parent, ignore_errors=True)
        trouble = DiskFull if why.errno == errno.ENOSPC else StoreReadOnly
        raise trouble(path=str(path.parent), why=why.strerror or "") from why
    return digest.hexdigest()


def _note(job: Job, done: int, total: int) -> None:
    job.done, job.total = done, total


def _add(late: ImportResult, part: ImportResult) -> None:
    late.added += part.added
    late.changed += part.changed
    late.unchanged += part.unchanged
    late.categories += part.categories
    late.stock_kept += part.stock_kept
    late.bad_rows += part.bad_rows
    late.bad += part.bad[: max(0, _MOST_LATE - len(late.bad))]
