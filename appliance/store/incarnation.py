"""Is the database in this folder the one that was here when the store was last opened for writing?

A database that was copied back from elsewhere would go on under an origin whose later entries others may hold: two
histories under one name. So each opening for writing gives the store a new mark, at two places:

    meta, key `incarnation`     the mark of this opening, a blank, what the file held before
    the file `incarnation`      the mark of this opening

The database is written first, then the file; both are on the disk before anything is sold. So the file holds one of the
two marks of the database, wherever the power fails, and a database from before or from elsewhere has neither. What
cannot be seen is a copy that was made *and* put back between two openings; the mirror finds that (a fork).

The file is never missing beside a database that has marks: it is made before the first mark is.
"""

import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from appliance import whole_file
from appliance.store import schema
from appliance.store.database import Database
from appliance.store.sqlite import named

FILE: Final = "incarnation"
_KEY: Final = "incarnation"
_RESTORED: Final = "restored"


class Marks:
    """The marks of a store that is being opened for writing."""

    def __init__(self, db: Database) -> None:
        """Look at both places. Raises `StoreTrouble` where the file cannot be read."""
        self._db = db
        self._file = db.folder / FILE
        self._on_disk = _read(self._file)
        self._in_database = tuple((schema.meta(db, _KEY) or "").split())

    @property
    def agree(self) -> bool:
        """Whether this database is the one that was here; a store that never had marks is."""
        if self._on_disk == _RESTORED:
            return False
        return not self._in_database or self._on_disk in self._in_database

    def renew_in_database(self) -> None:
        """The new mark, as part of the caller's transaction. Raises `OSError` for the file, which must exist."""
        if not self._on_disk:
            self._on_disk = _mark("")
            whole_file.write(self._file, self._on_disk.encode(), whole_file.FOR_ITS_OWNER)
        self._new = _mark(self._on_disk)
        schema.put_meta(self._db, _KEY, f"{self._new} {self._on_disk}")

    def renew_in_file(self) -> None:
        """The same mark beside the database, once that is on the disk.

        Where the disk is full the old mark stays, which the database knows as well.
        """
        with suppress(OSError):
            whole_file.write(self._file, self._new.encode(), whole_file.FOR_ITS_OWNER)


def mark_restored(folder: Path) -> None:
    """Whatever the marks in the database are, the next opening begins anew."""
    whole_file.write(folder / FILE, _RESTORED.encode(), whole_file.FOR_ITS_OWNER)


def _read(file: Path) -> str:
    try:
        found = whole_file.bytes_of(file)
    except OSError as why:
        raise (named(why, file) or why) from why
    return "" if found is None else found.decode("ascii", "replace").strip()


def _mark(before: str) -> str:
    """A number for people, one higher than before, and chance, so that no two openings have the same mark."""
    number = before.partition("-")[0]
    return f"{int(number) + 1 if number.isdecimal() else 1}-{secrets.token_hex(8)}"
