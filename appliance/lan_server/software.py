"""The bundles of software that lie at the server for the shop's registers: `software/` in the store's folder.

They come through the back office (`Incoming`), or are moved there by hand, whole. Registers ask which there are, and
fetch one piece by piece. What is in them is nobody's business here: each register checks the signature before it
installs anything. The SHA-256 is reckoned once for each file, and remembered while the server runs.
"""

import hashlib
import re
import shutil
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final, NamedTuple, cast

from flask import Flask, current_app

from appliance import whole_file
from appliance.journal.wire import PIECE_BYTES, Offered, Shelf, Wanted
from appliance.lan_server.answers import BadMessage
from appliance.lan_server.room import Room
from appliance.machine import updates
from appliance.problems import Refusal
from appliance.store.database import DiskFull
from appliance.store.sqlite import named

SOFTWARE: Final = "open-pos-software"
FOLDER: Final = "software"
MOST: Final = 3
"""So many bundles are kept: the one that runs, the one before, and the next."""

FREE_BYTES: Final = 1_000_000_000
"""So much of the disk stays free: the journal lies there too."""

_BLOCK: Final = 1 << 20
_COPY: Final = re.compile(r" ?\([0-9]+\)(?=\.raucb$)")
"""What a browser adds to the name of a file that it has fetched before."""
_ODD: Final = re.compile(r"[^A-Za-z0-9._+~-]")
_Mark = tuple[str, int, int]


class NoBundle(Refusal):
    """The file is not a bundle: `file`."""

    code = "no_bundle"


class BundleUnnamed(Refusal):
    """The file's name does not say version and target: `file`."""

    code = "bundle_unnamed"


class BundleTooLarge(Refusal):
    """No bundle has more than `most_mb`: `file`."""

    code = "bundle_too_large"


class NoRoomForBundle(Refusal):
    """The disk would have less than `least_mb` left: `file`."""

    code = "no_room_for_bundle"


class TooManyBundles(Refusal):
    """There are `most` bundles already."""

    code = "too_many_bundles"


class BundleCutOff(Refusal):
    """The file ended before it began: `file`."""

    code = "bundle_cut_off"


class NoSuchBundle(Refusal):
    """There is no such bundle, or it is another one by now: `file`."""

    code = "no_such_bundle"


class Held(NamedTuple):
    """A bundle that lies here; `at_ns` is since when."""

    file: str
    version: str
    target: str
    size: int
    at_ns: int


class Bundles:
    """The folder. Any thread."""

    def __init__(self, room: Room) -> None:
        """Nothing is looked at yet."""
        self._room = room
        self._known: dict[_Mark, str] = {}
        self._reckoning = threading.Lock()
        self._changing = threading.Lock()

    @property
    def folder(self) -> Path:
        """Where they lie."""
        with self._room.readers.reading() as db:
            return db.folder / FOLDER

    def all(self) -> tuple[Held, ...]:
        """All of them, the newest version first."""
        found = []
        for one in updates.found_in((self.folder,)):
            target = updates.target_of(one.path)
            if one.version and target and updates.is_plain(one.path.name):
                # Somebody else may remove it in this moment.
                with suppress(FileNotFoundError):
                    file, size, at_ns = _stat(one.path)
                    found.append(Held(file, one.version, target, size, at_ns))
        return tuple(found)

    def offered(self) -> Shelf:
        """What registers are told of. Blocks to reckon one SHA-256, some seconds; what is missing then, comes later."""
        folder, told, has_reckoned = self.folder, [], False
        for one in self.all():
            mark = (one.file, one.size, one.at_ns)
            if mark not in self._known:
                if has_reckoned or not self._reckoning.acquire(blocking=False):
                    continue
                try:
                    has_reckoned = True
                    self._reckon(folder / one.file, mark)
                finally:
                    self._reckoning.release()
            if (sha256 := self._known.get(mark)) is not None:
                told.append(Offered(one.file, one.version, one.target, one.size, sha256))
        return Shelf(tuple(told))

    def piece(self, wanted: Wanted) -> bytes:
        """A piece of a bundle. Raises `NoSuchBundle`, `BadMessage`. Blocks as `offered` after a start of the server."""
        if not updates.is_plain(wanted.file):
            raise NoSuchBundle(file=_cleaned(wanted.file))
        path = self.folder / wanted.file
        try:
            mark = _stat(path)
            if mark not in self._known:
                with self._reckoning:
                    if mark not in self._known:
                        self._reckon(path, mark)
            if self._known.get(mark) != wanted.sha256:
                raise NoSuchBundle(file=wanted.file)
            if not 0 <= wanted.offset < mark[1]:
                raise BadMessage(why=f"byte {wanted.offset} of {mark[1]}")
            with path.open("rb") as file:
                file.seek(wanted.offset)
                return file.read(PIECE_BYTES)
        except OSError as why:
            raise NoSuchBundle(file=wanted.file) from why

    def remove(self, file: str, note: Callable[[], object]) -> None:
        """Remove a bundle; `note` is called before. Raises `NoSuchBundle`."""
        with self._changing:
            if not any(one.file == file for one in self.all()):
                raise NoSuchBundle(file=_cleaned(file))
            note()
            with suppress(FileNotFoundError):
                (self.folder / file).unlink()

    def receive(self, name: str, total: int | None, go_on: Callable[[], None]) -> "Incoming":
        """A file is about to come; `total` is about how many bytes. What is refused is told by `keep`.

        `go_on` is called for each part that came.
        """
        return Incoming(self, name, total, go_on)

    def keep(self, incoming: "Incoming", note: Callable[["Incoming"], object]) -> None:
        """What came is a bundle from now on; `note` is called before. Raises what is wrong with it."""
        with self._changing:
            incoming.refuse_unless_right()
            self.refuse_one_more(incoming.file)
            note(incoming)
            incoming.finish()
            path = self.folder / incoming.file
            self._known[_stat(path)] = incoming.sha256

    def refuse_one_more(self, file: str) -> None:
        """Raises `TooManyBundles`. One of the same name is replaced."""
        if len([one for one in self.all() if one.file != file]) >= MOST:
            raise TooManyBundles(most=MOST)

    def _reckon(self, path: Path, mark: _Mark) -> None:
        with suppress(OSError), path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
            # What was written meanwhile has another mark.
            self._known[mark] = found


class Incoming:
    """A file that comes through the back office, as Werkzeug's parser of forms writes it: one thread.

    It is written beside the others, and is none of them before `finish`. What is wrong with it is remembered, and the
    rest of it thrown away: a browser that is not listened to until it has said all shows no answer.
    """

    def __init__(
        self, bundles: Bundles, name: str, total: int | None, go_on: Callable[[], None]
    ) -> None:
        """See `Bundles.receive`."""
        self.file = _cleaned(name)
        self.size = 0
        self._go_on = go_on
        self._since_told = 0
        self._begin = b""
        self._digest = hashlib.sha256()
        self._beside = ExitStack()
        self._trouble: Refusal | None = None
        self._folder = bundles.folder
        path = Path(self.file)
        try:
            if not updates.is_plain(self.file):
                raise NoBundle(file=self.file)
            if not updates.version_of(path) or not updates.target_of(path):
                raise BundleUnnamed(file=self.file)
            bundles.refuse_one_more(self.file)
            self._folder.mkdir(mode=0o700, exist_ok=True)
            whole_file.clear(self._folder)
            self._refuse_without_room(total or 0)
            self._out = self._beside.enter_context(whole_file.written(self._folder / self.file))
        except (Refusal, OSError) as why:
            self._fail(why)

    @property
    def version(self) -> str:
        """What its name says."""
        return updates.version_of(Path(self.file))

    @property
    def sha256(self) -> str:
        """Of all that came."""
        return self._digest.hexdigest()

    def write(self, part: bytes) -> int:
        """A part of it. Blocks for the disk."""
        self.size += len(part)
        self._since_told += len(part)
        if self._since_told >= _BLOCK:
            self._since_told = 0
            self._go_on()
            self._guarded(lambda: self._refuse_without_room(0))
        if self._trouble is None:
            self._guarded(lambda: self._take(part))
        return len(part)

    def refuse_unless_right(self) -> None:
        """Raises what is wrong with it."""
        if self._trouble is None and len(self._begin) < len(updates.MAGIC):
            self._fail(BundleCutOff(file=self.file))
        if self._trouble is not None:
            raise self._trouble

    def finish(self) -> None:
        """It is one of the bundles. Blocks for the disk. Raises `StoreTrouble`."""
        try:
            self._beside.close()
        except OSError as why:
            raise (named(why, self._folder) or why) from why

    def close(self) -> None:
        """Let go of it; what is not finished is gone."""
        # Nothing else tells `written` that it ends in another way.
        self._beside.__exit__(_Dropped, _Dropped(), None)

    def read(self, _most: int = -1) -> bytes:
        """Nobody reads it from here."""
        return b""

    def seek(self, _to: int, _whence: int = 0) -> int:
        """The parser goes back to its begin."""
        return 0

    def _take(self, part: bytes) -> None:
        if self.size > updates.MOST_BYTES:
            raise BundleTooLarge(file=self.file, most_mb=updates.MOST_BYTES // 1_000_000)
        short = len(updates.MAGIC) - len(self._begin)
        if short:
            self._begin += part[:short]
            if not updates.MAGIC.startswith(self._begin):
                raise NoBundle(file=self.file)
        self._out.write(part)
        self._digest.update(part)

    def _refuse_without_room(self, needed: int) -> None:
        if shutil.disk_usage(self._folder).free - needed < FREE_BYTES:
            raise NoRoomForBundle(file=self.file, least_mb=FREE_BYTES // 1_000_000)

    def _guarded(self, work: Callable[[], None]) -> None:
        if self._trouble is not None:
            return
        try:
            work()
        except (Refusal, OSError) as why:
            self._fail(why)

    def _fail(self, why: Refusal | OSError) -> None:
        """What is wrong; the disk is free again at once."""
        known = why if isinstance(why, Refusal) else named(why, self._folder)
        assert known is not None
        if isinstance(known, DiskFull):
            known = NoRoomForBundle(file=self.file, least_mb=FREE_BYTES // 1_000_000)
        self._trouble = known
        self.close()


class _Dropped(Exception):
    """What comes is not kept."""


def install(app: Flask, room: Room) -> None:
    """One for the application."""
    app.extensions[SOFTWARE] = Bundles(room)


def bundles() -> Bundles:
    """Those of the request at hand."""
    return cast(Bundles, current_app.extensions[SOFTWARE])


def _cleaned(name: str) -> str:
    """A name for a file: the last part of a path, without what is odd."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return _ODD.sub("", _COPY.sub("", last))[-200:].lstrip(".") or "?"


def _stat(path: Path) -> _Mark:
    found = path.stat()
    return path.name, found.st_size, found.st_mtime_ns


__all__ = ["Bundles", "Held", "Incoming", "bundles", "install"]
