"""Making the tables, and making them anew from the journal.

`SCHEMA_VERSION` stands in the file's `user_version`. A newer number than ours is refused; a different older one means
that the folded tables are made anew from the journal, after a copy of the file was put into `backups/`.
"""

import heapq
import itertools
from collections.abc import Callable, Iterator, Sequence
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
from appliance.store import tables
from appliance.store.database import (
    APPLICATION_ID,
    Database,
    StoreCorrupt,
    StoreNewer,
)
from appliance.store.projections import APPLY
from appliance.store.statements import Statement, insert, set_column, slot

SCHEMA_VERSION: Final = 6
"""Raise this with every change of a folded table or of a projection."""

_TO_BE_REBUILT: Final = 1
"""An old number: there never were such tables outside of a desk."""

Progress = Callable[[int, int], None]
"""Called with how many entries are done and how many there are. May raise to stop the work."""

FOLD_AT_ONCE: Final = 500
_INAPPLICABLE: Final = (cysqlite.IntegrityError, UnknownKind, ValueError, KeyError, TypeError)
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
_SEARCH: Final = (
    f"CREATE VIRTUAL TABLE {tables.SEARCH} USING fts5(names, content='', contentless_delete=1, "
    "prefix='1 2 3', tokenize='unicode61 remove_diacritics 2')"
)
_SET_ASIDE: Final = insert(tables.Unapplied)
_OF_ORIGIN: Final = Statement(
    lambda: (
        tables.Entry.select()
        .where((tables.Entry.origin == slot()) & (tables.Entry.seq > slot()))
        .order_by(tables.Entry.seq)
        .limit(slot())
    )
)
# One step in the index an origin: a DISTINCT would read the whole of it.
_ORIGINS: Final = """
    WITH RECURSIVE held(origin) AS (
        SELECT min(origin) FROM entry
        UNION ALL
        SELECT (SELECT min(origin) FROM entry WHERE origin > held.origin)
        FROM held WHERE held.origin IS NOT NULL
    )
    SELECT origin FROM held WHERE origin IS NOT NULL
"""
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


def prepare(db: Database, progress: Progress) -> bool:
    """Make the tables of a new file, or check those of an old one. True if the tables were made anew.

    Raises `StoreCorrupt` for a file that is no store, `StoreNewer` for one of a newer program.
    """
    version = db.sql("PRAGMA user_version")[0][0]
    mark = db.sql("PRAGMA application_id")[0][0]
    if version == 0 and mark == 0 and not db.sql("SELECT 1 FROM sqlite_schema LIMIT 1"):
        _create(db)
        return False
    if mark != APPLICATION_ID:
        raise StoreCorrupt(path=str(db.path), why="the file is not a store of open-pos")
    if version > SCHEMA_VERSION:
        raise StoreNewer(path=str(db.path), found=version, known=SCHEMA_VERSION)
    if version == SCHEMA_VERSION and not _learnt_a_kind(db):
        return False
    if version != SCHEMA_VERSION:
        back_up(db, db.folder / "backups" / f"shop-schema-{version}.db")
    rebuild(db, progress)
    return True


def back_up(db: Database, target: Path) -> Path:
    """A copy of the whole store as one file. An older copy of that name is replaced once the new one is whole."""
    target.parent.mkdir(exist_ok=True)
    unfinished = target.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    db.sql("VACUUM INTO ?", (str(unfinished),))
    unfinished.replace(target)
    return target


def rebuild(db: Database, progress: Progress) -> None:
    """Drop the folded tables and fold them again from the journal, in one transaction."""
    with db.transaction():
        db.forget()
        _create_what_came_later(db)
        db.sql(f"DROP TABLE IF EXISTS {tables.SEARCH}")
        for table in reversed(tables.FOLDED):
            db.sql(f"DROP TABLE IF EXISTS {table._meta.table_name}")  # noqa: SLF001
        create_folded(db)
        fold(db, db, progress)
        db.sql(f"PRAGMA user_version={SCHEMA_VERSION}")


def fold(source: Database, target: Database, progress: Progress) -> None:
    """Apply every entry of `source` to the tables of `target`, causes before what they caused (Lamport time)."""
    total = source.sql("SELECT count(*) FROM entry")[0][0]
    entries = map(Entry._make, _in_order(source))
    done = 0
    while chunk := tuple(itertools.islice(entries, FOLD_AT_ONCE)):
        try:
            with target.savepoint():
                for entry in chunk:
                    apply(target, entry, typed(entry))
        except _INAPPLICABLE:
            # Some entry of these is not to be applied: now each by itself.
            for entry in chunk:
                apply_or_set_aside(target, entry)
        done += len(chunk)
        if done % PROGRESS_EVERY == 0:
            progress(done, total)
    progress(done, total)


def entries_of(db: Database, origin: str, after: int = 0) -> Iterator[Any]:
    """The entries of one origin after a `seq`, as rows, some hundreds held at once."""
    while rows := db.rows(_OF_ORIGIN, origin, after, FOLD_AT_ONCE):
        yield from rows
        after = rows[-1][1]


def _in_order(db: Database) -> Iterator[Any]:
    """All entries, each origin's in their order, and what one device saw of another after what it saw.

    An origin that goes on where another ended (`OriginBegun`) speaks of that one's tickets and days.
    """
    origins = [row[0] for row in db.sql(_ORIGINS)]
    return heapq.merge(*(entries_of(db, origin) for origin in origins), key=_lamport)


def _lamport(row: Sequence[Any]) -> tuple[int, str, int]:
    return row[4], row[0], row[1]


def apply(db: Database, entry: Entry, body: Body) -> None:
    """Fold one entry into the tables."""
    projection = APPLY.get(type(body))
    if projection is not None:
        projection(db, entry, body)


def apply_or_set_aside(db: Database, entry: Entry) -> None:
    """Fold one entry; what cannot be applied is noted in `unapplied` and blocks nothing."""
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
    except _INAPPLICABLE as why:
        _set_aside(db, entry, "not applicable", str(why))


def differences(db: Database, scratch: Database, progress: Progress) -> tuple[str, ...]:
    """The names of the tables that differ from what the journal folds to. `scratch` is a new, empty database."""
    _create(scratch)
    with scratch.transaction():
        fold(db, scratch, progress)
    names = [table._meta.table_name for table in tables.FOLDED]  # noqa: SLF001
    found = [name for name in names if not _same(db, scratch, name)]
    if _search_terms(db) != _search_terms(scratch):
        found.append(tables.SEARCH)
    return tuple(found)


def meta(db: Database, key: str) -> str | None:
    """A value of the `meta` table."""
    row = db.row(_META, key)
    return None if row is None else str(row[0])


def put_meta(db: Database, key: str, value: str) -> None:
    """Store a value, perhaps in the place of another."""
    if meta(db, key) is None:
        db.run(_ADD_META, key, value)
    else:
        db.run(_PUT_META, value, key)


def drop_meta(db: Database, key: str) -> None:
    """Forget a value."""
    db.run(_DROP_META, key)


def ask_for_rebuild(db: Database) -> None:
    """The tables are to be made anew from the journal when the store is opened the next time."""
    db.sql(f"PRAGMA user_version={_TO_BE_REBUILT}")


def _create(db: Database) -> None:
    with db.transaction():
        for table in tables.JOURNAL:
            _create_table(db, table)
        for trigger in _TRIGGERS:
            db.sql(trigger)
        create_folded(db)
        db.sql(f"PRAGMA application_id={APPLICATION_ID}")
        db.sql(f"PRAGMA user_version={SCHEMA_VERSION}")


def _create_what_came_later(db: Database) -> None:
    """Tables beside the journal that an older program did not know."""
    known = {name for (name,) in db.sql("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    for table in tables.JOURNAL:
        if table._meta.table_name not in known:  # noqa: SLF001
            _create_table(db, table)
    for verb, trigger in zip(("update", "delete"), _TRIGGERS, strict=True):
        db.sql(f"DROP TRIGGER IF EXISTS entry_never_{verb}")
        db.sql(trigger)


def create_folded(db: Database) -> None:
    """Make the folded tables, which must not exist."""
    for table in tables.FOLDED:
        _create_table(db, table)
    for statement in (*_INDEXES, _SEARCH):
        db.sql(statement)


def _create_table(db: Database, table: type[tables.Table]) -> None:
    manager: Any = SchemaManager(table, db.peewee)
    made, _ = manager._create_table(safe=False).query()  # noqa: SLF001 - Peewee has no public way to add STRICT
    db.sql(made + (" STRICT" if table in _WITH_ROWID else " STRICT, WITHOUT ROWID"))
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


def _same(db: Database, scratch: Database, name: str) -> bool:
    order = db.sql(f"SELECT group_concat(name, ', ') FROM pragma_table_info('{name}') WHERE pk > 0")  # noqa: S608
    statement = f"SELECT * FROM {name} ORDER BY {order[0][0]}"  # noqa: S608 - names of our own tables
    pairs = itertools.zip_longest(db.each_sql(statement), scratch.each_sql(statement))
    return all(tuple(ours or ()) == tuple(theirs or ()) for ours, theirs in pairs)


def _search_terms(db: Database) -> int:
    """A fingerprint of the search index: every term in every row, in whatever order they were indexed."""
    db.sql(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab(main, {tables.SEARCH}, instance)"
    )
    fingerprint = 0
    for term, num, _column, offset in db.each_sql("SELECT term, doc, col, offset FROM temp.terms"):
        fingerprint = (fingerprint + hash((term, num, offset))) % (1 << 64)
    return fingerprint
