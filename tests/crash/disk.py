"""A disk that remembers: what SQLite wrote, cut and synced, in order, so that the power can be cut anywhere.

The driver's own SQLite is given a VFS that is the system's one but for three functions: it notes every `xWrite`,
`xTruncate` and `xSync` of a file, and `xDelete`, and then does it. The register knows nothing of it. Shared memory,
locks and reading stay the system's own.

The file `incarnation` beside the database is written by the program itself, which has it on the disk before it goes on:
what it holds is noted (`put`) before each operation of SQLite that finds it changed.

What a disk may hold after a power cut (`states`): all that was written to a file before its last sync, and
of what was written since, anything: nothing, all, the beginning, or any part, torn at sectors of 512 bytes, with
rubbish in the sectors that were being written. Deleting a file is safe once the folder was synced, which SQLite does
with the first sync of a log or journal that it opened.

    struct sqlite3_vfs, struct sqlite3_io_methods    https://sqlite.org/c3ref/vfs.html, …/io_methods.html
"""

import ctypes
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final

from cysqlite import _cysqlite

SECTOR: Final = 512
MAIN: Final = "shop.db"
BESIDE: Final = "incarnation"

_Pointer = ctypes.c_void_p
_WRITE: Final = ctypes.CFUNCTYPE(ctypes.c_int, _Pointer, _Pointer, ctypes.c_int, ctypes.c_int64)
_TRUNCATE: Final = ctypes.CFUNCTYPE(ctypes.c_int, _Pointer, ctypes.c_int64)
_SYNC: Final = ctypes.CFUNCTYPE(ctypes.c_int, _Pointer, ctypes.c_int)
_OPEN: Final = ctypes.CFUNCTYPE(ctypes.c_int, _Pointer, _Pointer, _Pointer, ctypes.c_int, _Pointer)
_DELETE: Final = ctypes.CFUNCTYPE(ctypes.c_int, _Pointer, _Pointer, ctypes.c_int)


class _Vfs(ctypes.Structure):
    _fields_: ClassVar = [
        ("version", ctypes.c_int),
        ("size_of_file", ctypes.c_int),
        ("longest_path", ctypes.c_int),
        ("next", _Pointer),
        ("name", ctypes.c_char_p),
        ("app_data", _Pointer),
        ("open", _Pointer),
        ("delete", _Pointer),
        *((f"method_{place}", _Pointer) for place in range(14)),
    ]


class _Methods(ctypes.Structure):
    _fields_: ClassVar = [
        ("version", ctypes.c_int),
        ("close", _Pointer),
        ("read", _Pointer),
        ("write", _Pointer),
        ("truncate", _Pointer),
        ("sync", _Pointer),
        *((f"method_{place}", _Pointer) for place in range(13)),
    ]


class _File(ctypes.Structure):
    _fields_: ClassVar = [("methods", ctypes.POINTER(_Methods))]


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that was asked of the disk. `what` is `open`, `write`, `truncate`, `sync`, `delete`, `put` or `seen`.

    `seen` marks the moment at which somebody outside was shown something; `at` is then how much they were shown.
    """

    what: str
    file: str = ""
    at: int = 0
    data: bytes = b""


@dataclass
class Tape:
    """All operations in order."""

    operations: list[Operation] = field(default_factory=list)

    def count(self, what: str, file: str = "") -> int:
        """How many operations of a sort there were."""
        return sum(
            operation.what == what and (not file or operation.file == file)
            for operation in self.operations
        )


_ENDED: Final[list[Any]] = []
"""A file that a test left open calls its recorder once more when Python collects it, so no recorder is ever freed."""


@contextmanager
def recording(folder: Path) -> Iterator[Tape]:
    """Every file that SQLite opens in `folder` meanwhile is recorded, by its name."""
    recorder = _Recorder(ctypes.CDLL(_cysqlite.__file__), folder)
    try:
        yield recorder.tape
        recorder.look_beside()
    finally:
        recorder.restore()
        _ENDED.append(recorder)


class _Recorder:
    def __init__(self, library: ctypes.CDLL, folder: Path) -> None:
        self.tape = Tape()
        self._folder = folder.resolve()
        self._library = library
        library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
        self._system = library.sqlite3_vfs_find(None)
        self._names: dict[int, str] = {}
        self._methods: dict[int, _Methods] = {}
        self._kept: list[Any] = []
        self._beside = b""
        system = self._system.contents
        self._open_system = _OPEN(system.open)
        self._delete_system = _DELETE(system.delete)
        self._vfs = _Vfs.from_buffer_copy(system)
        self._vfs.name = b"recording"
        self._vfs.next = None
        self._vfs.open = self._pointer(_OPEN(self._open))
        self._vfs.delete = self._pointer(_DELETE(self._delete))
        assert library.sqlite3_vfs_register(ctypes.byref(self._vfs), 1) == 0

    def restore(self) -> None:
        """SQLite opens no more files here; what is still open writes to no tape that anyone reads."""
        self.tape = Tape()
        self._library.sqlite3_vfs_register(self._system, 1)
        self._library.sqlite3_vfs_unregister(ctypes.byref(self._vfs))

    def _pointer(self, function: Any) -> Any:  # noqa: ANN401 - a function of ctypes
        self._kept.append(function)
        return ctypes.cast(function, _Pointer).value

    def _open(self, vfs: int, name: int | None, file: int, flags: int, out: int) -> int:
        result = self._open_system(vfs, name, file, flags, out)
        path = None if name is None else Path(ctypes.string_at(name).decode())
        if result == 0 and path is not None and path.parent == self._folder:
            opened = _File.from_address(file)
            system = ctypes.cast(opened.methods, _Pointer).value
            assert system is not None
            if system not in self._methods:
                self._methods[system] = self._recorded(opened.methods.contents)
            self._names[file] = path.name
            self.tape.operations.append(Operation("open", path.name))
            opened.methods = ctypes.pointer(self._methods[system])
        return int(result)

    def _recorded(self, system: _Methods) -> _Methods:
        write, truncate, sync = _WRITE(system.write), _TRUNCATE(system.truncate), _SYNC(system.sync)

        def noted_write(file: int, data: int, length: int, at: int) -> int:
            self._note("write", file, at, ctypes.string_at(data, length))
            return int(write(file, data, length, at))

        def noted_truncate(file: int, size: int) -> int:
            self._note("truncate", file, size)
            return int(truncate(file, size))

        def noted_sync(file: int, flags: int) -> int:
            result = int(sync(file, flags))
            self._note("sync", file)
            return result

        methods = _Methods.from_buffer_copy(system)
        methods.write = self._pointer(_WRITE(noted_write))
        methods.truncate = self._pointer(_TRUNCATE(noted_truncate))
        methods.sync = self._pointer(_SYNC(noted_sync))
        return methods

    def _delete(self, vfs: int, name: int, sync_folder: int) -> int:
        path = Path(ctypes.string_at(name).decode())
        if path.parent == self._folder:
            self.tape.operations.append(Operation("delete", path.name, sync_folder))
        return int(self._delete_system(vfs, name, sync_folder))

    def look_beside(self) -> None:
        """Note what the program wrote without SQLite."""
        with suppress(FileNotFoundError):
            found = (self._folder / BESIDE).read_bytes()
            if found != self._beside:
                self._beside = found
                self.tape.operations.append(Operation("put", BESIDE, data=found))

    def _note(self, what: str, file: int, at: int = 0, data: bytes = b"") -> None:
        self.look_beside()
        self.tape.operations.append(Operation(what, self._names[file], at, data))


# --------------------------------------------------------------------------- after the cut


@dataclass(frozen=True)
class State:
    """What the disk holds after a cut, how much had been seen by then, and how the unsynced part fared."""

    files: dict[str, bytes]
    seen: int
    fate: str
    at: int


FATES: Final = ("none", "all", "beginning", "any", "torn", "rubbish")


def states(tape: Tape, count: int, chance: random.Random) -> Iterator[State]:
    """So many states of the disk after a power cut, at random places of the tape, in the tape's order."""
    places = sorted(chance.randrange(1, len(tape.operations) + 1) for _ in range(count))
    return states_at(tape, places, FATES, chance)


def states_at(
    tape: Tape, places: Sequence[int], fates: Sequence[str], chance: random.Random
) -> Iterator[State]:
    """A state after each of these places (ascending counts of operations), with one of these fates."""
    disk = _Disk()
    done = 0
    for place in places:
        for operation in tape.operations[done:place]:
            disk.take(operation)
        done = place
        fate = chance.choice(fates)
        yield State(disk.after_cut(fate, chance), disk.seen, fate, place)


class _Disk:
    def __init__(self) -> None:
        self._durable: dict[str, bytearray] = {}
        self._pending: list[Operation] = []
        self._opened: set[str] = set()
        self.seen = 0

    def take(self, operation: Operation) -> None:
        match operation.what:
            case "seen":
                self.seen = operation.at
            case "put":
                self._durable[operation.file] = bytearray(operation.data)
            case "open":
                self._opened.add(operation.file)
            case "sync":
                self._settle(lambda done: done.file == operation.file)
                self._durable.setdefault(operation.file, bytearray())
                if operation.file in self._opened and operation.file != MAIN:
                    self._settle(lambda done: done.what == "delete")
                self._opened.discard(operation.file)
            case "delete" if operation.at:
                self._pending.append(operation)
                self._settle(lambda done: done.file == operation.file or done.what == "delete")
            case _:
                self._pending.append(operation)

    def _settle(self, is_safe: Callable[[Operation], bool]) -> None:
        for operation in filter(is_safe, self._pending):
            _apply(self._durable, operation)
        self._pending = [operation for operation in self._pending if not is_safe(operation)]

    def after_cut(self, fate: str, chance: random.Random) -> dict[str, bytes]:
        files = {name: bytearray(data) for name, data in self._durable.items()}
        survivors = self._survivors(fate, chance)
        still_there: set[str] = set()
        for operation in self._pending:
            # What was written under a name that was deleted went into another file, which then has no name yet.
            if operation.what == "delete" and operation not in survivors:
                still_there.add(operation.file)
        for operation in survivors:
            if operation.file not in still_there:
                _apply(files, operation)
        return {name: bytes(data) for name, data in files.items()}

    def _survivors(self, fate: str, chance: random.Random) -> list[Operation]:
        pending = self._pending
        match fate:
            case "none":
                return []
            case "all":
                return pending
            case "beginning":
                return pending[: chance.randrange(len(pending) + 1)]
            case "any":
                return [operation for operation in pending if chance.random() < 0.5]
        kept = pending[: chance.randrange(len(pending) + 1)]
        if kept and kept[-1].what == "write":
            kept = [*kept[:-1], *_sectors(kept[-1], fate, chance)]
        return kept


def _sectors(write: Operation, fate: str, chance: random.Random) -> Iterator[Operation]:
    """A write of which some sectors arrived, or all, with rubbish in one that was under way."""
    starts = range(0, len(write.data), SECTOR)
    spoilt = chance.choice(starts) if fate == "rubbish" else -1
    for start in starts:
        data = write.data[start : start + SECTOR]
        if start == spoilt:
            data = chance.randbytes(len(data))
        elif chance.random() < 0.5:
            continue
        yield Operation("write", write.file, write.at + start, data)


def _apply(files: dict[str, bytearray], operation: Operation) -> None:
    if operation.what == "delete":
        files.pop(operation.file, None)
        return
    content = files.setdefault(operation.file, bytearray())
    if operation.what == "truncate":
        if operation.at <= len(content):
            del content[operation.at :]
        else:
            content.extend(bytes(operation.at - len(content)))
        return
    if operation.at > len(content):
        content.extend(bytes(operation.at - len(content)))
    content[operation.at : operation.at + len(operation.data)] = operation.data
