"""Making the tables, and making them anew from the journal: folding on any database, the rest for a file of SQLite.

`SCHEMA_VERSION` stands in the file's `user_version`. Another number than ours means that the folded tables are made
anew from the journal, after a copy of the file was put into `backups/`; a newer one is refused if there is anything in
the journal that this program cannot read (`older.py`). How MariaDB does the same stands in `maria_schema.py`.
"""

import itertools
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import cysqlite
from peewee import SchemaManager

from appliance.journal.body import Body
from appliance.journal.book import typed
from appliance.journal.chain import PROGRESS_EVERY
from appliance.journal.entry import Entry
from appliance.journal.kinds import (
    KINDS,
    UnknownKind,
)
from appliance.store import fts, held, keys, older, tables
from appliance.store import waiting as waits
from appliance.store.database import (
    KEY_TAKEN,
    REFERS_TO_NOTHING,
    VALUE_MISSING,
    WRONG_VALUE,
    Database,
    DiskFull,
    StoreCorrupt,
    StoreNewer,
)
from appliance.store.projections import APPLY
from appliance.store.sqlite import APPLICATION_ID, SqliteDatabase
from appliance.store.statements import Statement, insert, set_column, slot

SCHEMA_VERSION: Final = 7
"""Raise this with every change of a folded table or of a projection."""

Progress = Callable[[int, int], None]
"""Called with how many entries are done and how many there are. May raise to stop the work."""

FOLD_AT_ONCE: Final = 500
# A `ValueError` is also what MariaDB's refusal of a row is.
_INAPPLICABLE: Final = (cysqlite.IntegrityError, UnknownKind, ValueError, KeyError, TypeError)
_REFUSALS: Final = (
    ("UNIQUE constraint", KEY_TAKEN),
    ("FOREIGN KEY constraint", REFERS_TO_NOTHING),
    ("NOT NULL constraint", VALUE_MISSING),
)
_WITH_ROWID: Final = (tables.Entry, tables.Product)
_IN_QUARANTINE: Final = (
    "EXISTS (SELECT 1 FROM quarantined AS q "
    "WHERE q.origin = OLD.origin AND q.seq = OLD.seq AND q.hash = lower(hex(OLD.hash)))"
)
# The one way out of the journal leads into the quarantine (`fork`): what lies there may go here.
_TRIGGERS: Final = tuple(
    f"CREATE TRIGGER entry_never_{verb} BEFORE {verb.upper()} ON entry {but}"
    f"BEGIN SELECT RAISE(ABORT, 'journal entries are never changed or deleted'); END"
    for verb, but in (("update", ""), ("delete", f"WHEN NOT {_IN_QUARANTINE} "))
)
_INDEXES: Final = (
    "CREATE INDEX product_category ON product(category, name) WHERE category IS NOT NULL",
    "CREATE INDEX product_favourite ON product(favourite) WHERE favourite > 0",
    "CREATE INDEX product_sku ON product(sku) WHERE sku <> ''",
    "CREATE INDEX barcode_product ON barcode(product)",
    "CREATE INDEX stock_move_product ON stock_move(product, lamport)",
    "CREATE INDEX product_name ON product(name)",
    "CREATE INDEX ticket_unpaid ON ticket(origin) WHERE state IN ('open', 'tendering')",
)
_SET_ASIDE: Final = insert(tables.Unapplied)
_WAITING_KINDS: Final = Statement(
    lambda: (
        tables.Unapplied.select(tables.Unapplied.kind, tables.Unapplied.version)
        .where(tables.Unapplied.cause == slot())
        .distinct()
    )
)
_UNKNOWN: Final = "unknown kind"
_META: Final = Statement(
    lambda: tables.MetaRow.select(tables.MetaRow.value).where(tables.MetaRow.key == slot())
)
_ADD_META: Final = insert(tables.MetaRow, "key", "value")
_PUT_META: Final = set_column(tables.MetaRow, "value", tables.MetaRow.key)
_DROP_META: Final = Statement(lambda: tables.MetaRow.delete().where(tables.MetaRow.key == slot()))
_REBUILD: Final = "rebuild"


def prepare(db: SqliteDatabase, progress: Progress) -> bool:
    """Make the tables of a new file, or check those of an old one. True if the tables were made anew.

    Raises `StoreCorrupt` for a file that is no store, `StoreNewer` for one of a newer program that recorded what this
    one cannot read.
    """
    version = db.sql("PRAGMA user_version")[0][0]
    mark = db.sql("PRAGMA application_id")[0][0]
    if version == 0 and mark == 0 and not db.sql("SELECT 1 FROM sqlite_schema LIMIT 1"):
        _create(db)
        return False
    if mark != APPLICATION_ID:
        raise StoreCorrupt(path=db.where, why="the file is not a store of open-pos")
    if version > SCHEMA_VERSION and not older.may_go_on(db):
        raise StoreNewer(path=db.where, found=version, known=SCHEMA_VERSION)
    if version == SCHEMA_VERSION and not wants_rebuild(db):
        return False
    if version != SCHEMA_VERSION:
        # A newer program made a copy when it came. For one more there may be no room, and no till stays shut for it.
        with suppress(*([DiskFull] if version > SCHEMA_VERSION else [])):
            back_up(db, db.folder / "backups" / f"shop-schema-{version}.db")
    rebuild(db, progress)
    return True


def back_up(db: SqliteDatabase, target: Path) -> Path:
    """A copy of the whole store as one file. An older copy of that name is replaced once the new one is whole."""
    target.parent.mkdir(exist_ok=True)
    unfinished = target.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        db.sql("VACUUM INTO ?", (str(unfinished),))
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    unfinished.replace(target)
    return target


def rebuild(db: SqliteDatabase, progress: Progress) -> None:
    """Drop the folded tables and fold them again from the journal, in one transaction."""
    with db.transaction():
        db.forget()
        _create_what_came_later(db)
        db.sql(f"DROP TABLE IF EXISTS {tables.SEARCH}")
        older.drop_what_refers(db)
        for table in reversed(tables.FOLDED):
            db.sql(f"DROP TABLE IF EXISTS {table._meta.table_name}")  # noqa: SLF001
        create_folded(db)
        fold(db, db, progress)
        rebuilt(db)
        db.sql(f"PRAGMA user_version={SCHEMA_VERSION}")


def fold(source: Database, target: Database, progress: Progress) -> None:
    """Apply every entry of `source` to the tables of `target`, causes before what they caused (Lamport time)."""
    total = source.sql("SELECT count(*) FROM entry")[0][0]
    origins = sorted(held.heads(source))
    waiting = waits.blocked(source, origins)
    entries = held.in_order(source, origins, FOLD_AT_ONCE)
    done = 0
    while chunk := tuple(itertools.islice(entries, FOLD_AT_ONCE)):
        for entry in chunk if waiting else ():
            if entry.origin in waiting:
                _set_aside(target, entry, waits.CAUSE, "")
        _apply_all(target, [entry for entry in chunk if entry.origin not in waiting])
        done += len(chunk)
        if done % PROGRESS_EVERY == 0:
            progress(done, total)
    progress(done, total)


def apply(db: Database, entry: Entry, body: Body) -> None:
    """Fold one entry into the tables."""
    projection = APPLY.get(type(body))
    if projection is not None:
        projection(db, entry, body)


def apply_or_set_aside(db: Database, entries: Sequence[Entry]) -> None:
    """Fold entries; what cannot be applied, or not yet, is noted in `unapplied` and blocks nothing."""
    ready = []
    for entry in entries:
        if waits.must_wait(db, entry):
            _set_aside(db, entry, waits.CAUSE, "")
            waits.noted(db)
        else:
            ready.append(entry)
    _apply_all(db, ready)


def apply_what_waited(db: Database) -> None:
    """Fold entries that came before what they go on from, if that is here now."""

    def apply_all(origin: str, after: int) -> None:
        while chunk := held.span(db, origin, after, FOLD_AT_ONCE):
            apply_or_set_aside(db, chunk)
            after = chunk[-1].seq

    waits.release(db, apply_all)


def _apply_all(db: Database, entries: Sequence[Entry]) -> None:
    try:
        with db.savepoint():
            for entry in entries:
                apply(db, entry, typed(entry))
    except _INAPPLICABLE:
        # Some entry of these is not to be applied: now each by itself.
        for entry in entries:
            _apply_or_note(db, entry)


def _apply_or_note(db: Database, entry: Entry) -> None:
    try:
        body = typed(entry)
    except UnknownKind as why:
        _set_aside(db, entry, _UNKNOWN, str(why))
        return
    except ValueError as why:
        _set_aside(db, entry, "unreadable", str(why))
        return
    try:
        with db.savepoint():
            apply(db, entry, body)
    except cysqlite.IntegrityError as why:
        _set_aside(db, entry, "not applicable", _refusal(str(why)))
    except _INAPPLICABLE as why:
        _set_aside(db, entry, "not applicable", str(why))


def _refusal(said: str) -> str:
    """Why SQLite did not take a row, in words that are the same for either database."""
    return next((words for mark, words in _REFUSALS if mark in said), WRONG_VALUE)


def differences(db: Database, scratch: SqliteDatabase, progress: Progress) -> tuple[str, ...]:
    """The names of the tables that differ from what the journal folds to. `scratch` is a new, empty file."""
    _create(scratch)
    with scratch.transaction():
        fold(db, scratch, progress)
    found = [
        table._meta.table_name  # noqa: SLF001
        for table in tables.FOLDED
        if not _same(db, scratch, table)
    ]
    if db.names.differs(scratch):
        found.append(tables.SEARCH)
    return tuple(found)


def meta(db: Database, key: str) -> str | None:
    """A value of the `meta` table, of this program where several share the store."""
    row = db.row(_META, _of_holder(db, key))
    return None if row is None else str(row[0])


def put_meta(db: Database, key: str, value: str) -> None:
    """Store a value, perhaps in the place of another."""
    if meta(db, key) is None:
        db.run(_ADD_META, _of_holder(db, key), value)
    else:
        db.run(_PUT_META, value, _of_holder(db, key))


def drop_meta(db: Database, key: str) -> None:
    """Forget a value."""
    db.run(_DROP_META, _of_holder(db, key))


def ask_for_rebuild(db: Database) -> None:
    """The tables are to be made anew from the journal when the store is opened the next time, by whichever program."""
    if db.row(_META, _REBUILD) is None:
        db.run(_ADD_META, _REBUILD, "asked")


def wants_rebuild(db: Database) -> bool:
    """Whether that was asked for, or entries that were kept unapplied have become known since."""
    return db.row(_META, _REBUILD) is not None or _learnt_a_kind(db)


def rebuilt(db: Database) -> None:
    """It was done; part of the transaction that did it."""
    db.run(_DROP_META, _REBUILD)


def _of_holder(db: Database, key: str) -> str:
    return f"{key}/{db.holder}" if db.holder else key


def _create(db: SqliteDatabase) -> None:
    with db.transaction():
        for table in tables.JOURNAL:
            _create_table(db, table)
        for trigger in _TRIGGERS:
            db.sql(trigger)
        create_folded(db)
        db.sql(f"PRAGMA application_id={APPLICATION_ID}")
        db.sql(f"PRAGMA user_version={SCHEMA_VERSION}")


def _create_what_came_later(db: SqliteDatabase) -> None:
    """Tables beside the journal that an older program did not know."""
    known = {name for (name,) in db.sql("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    for table in tables.JOURNAL:
        if table._meta.table_name not in known:  # noqa: SLF001
            _create_table(db, table)
    for verb, trigger in zip(("update", "delete"), _TRIGGERS, strict=True):
        db.sql(f"DROP TRIGGER IF EXISTS entry_never_{verb}")
        db.sql(trigger)


def create_folded(db: SqliteDatabase) -> None:
    """Make the folded tables, which must not exist."""
    for table in tables.FOLDED:
        _create_table(db, table)
    for statement in (*_INDEXES, fts.CREATE):
        db.sql(statement)


def _create_table(db: SqliteDatabase, table: type[tables.Table]) -> None:
    manager: Any = SchemaManager(table, db.peewee)
    made, _ = manager._create_table(safe=False).query()  # noqa: SLF001 - Peewee has no public way to add STRICT
    longest = keys.lengths(table) if table in tables.FOLDED else {}
    checks = "".join(f", CHECK (length({name}) <= {most})" for name, most in longest.items())
    kind = " STRICT" if table in _WITH_ROWID else " STRICT, WITHOUT ROWID"
    db.sql(f"{made.removesuffix(')')}{checks}){kind}")
    for index in manager._create_indexes(safe=False):  # noqa: SLF001
        db.sql(index.query()[0])


def _learnt_a_kind(db: Database) -> bool:
    """Whether entries that were kept unapplied have become known since."""
    return any(
        kind in KINDS and KINDS[kind].version >= version
        for kind, version in db.rows(_WAITING_KINDS, _UNKNOWN)
    )


def _set_aside(db: Database, entry: Entry, cause: str, why: str) -> None:
    db.run(_SET_ASIDE, entry.origin, entry.seq, entry.kind, entry.version, cause, why)


def _same(db: Database, scratch: Database, table: type[tables.Table]) -> bool:
    meta_of: Any = table._meta  # noqa: SLF001
    columns = ", ".join(f"`{field.column_name}`" for field in meta_of.sorted_fields)
    key = ", ".join(f"`{field.column_name}`" for field in meta_of.get_primary_keys())
    statement = f"SELECT {columns} FROM {meta_of.table_name} ORDER BY {key}"  # noqa: S608 - names of our own tables
    pairs = itertools.zip_longest(db.each_sql(statement), scratch.each_sql(statement))
    return all(tuple(ours or ()) == tuple(theirs or ()) for ours, theirs in pairs)
