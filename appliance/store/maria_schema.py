"""Making the tables on MariaDB, and making them anew from the journal.

They are those of `tables.py`, column by column. Texts compare byte by byte and keep their blanks (`utf8mb4_nopad_bin`),
as they do in SQLite; keys are as long as an index allows (`keys.py`), other texts as long as anybody wants. MariaDB has
no partial indexes, so those are whole, and no transaction around DDL: the version of the tables stands in the one row
of `turn`, and is `BUILDING` while they are made. What was interrupted is begun again by the next server that opens the
store, and until then every transaction is refused.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from peewee import BigIntegerField, BlobField, ForeignKeyField

from appliance.store import keys, schema, tables
from appliance.store.database import StoreCorrupt, StoreNewer, StoreRebuilding
from appliance.store.maria import BUILDING, MariaDatabase
from appliance.store.maria_errors import RowRefused
from appliance.store.maria_names import TABLE as WORDS
from appliance.store.maria_names import WORD_LENGTH
from appliance.store.schema import Progress

_MARK: Final = "open-pos"
"""The comment of the table `turn`, by which a database is known to be a store."""

_PREFIX: Final = 100
_LOCK_S: Final = 600
_LIKE: Final = "ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin"
_TURN: Final = (
    "CREATE TABLE IF NOT EXISTS turn (id TINYINT NOT NULL PRIMARY KEY, turn BIGINT NOT NULL, "
    f"version BIGINT NOT NULL) {_LIKE} COMMENT='{_MARK}'"
)
_WORD: Final = (
    f"CREATE TABLE {WORDS} (word VARCHAR({WORD_LENGTH}) NOT NULL, num BIGINT NOT NULL, "
    f"PRIMARY KEY (word, num), KEY {WORDS}_num (num)) {_LIKE}"
)
_TRIGGERS: Final = {
    f"entry_never_{verb}": (
        f"CREATE TRIGGER IF NOT EXISTS entry_never_{verb} BEFORE {verb.upper()} ON entry "
        "FOR EACH ROW SIGNAL SQLSTATE '45000' "
        "SET MESSAGE_TEXT = 'journal entries are never changed or deleted'"
    )
    for verb in ("update", "delete")
}
_JOURNAL: Final = {"turn", *_TRIGGERS, *(table._meta.table_name for table in tables.JOURNAL)}  # noqa: SLF001 - Peewee's documented place
"""What a database has that is a store of open-pos, whatever its version."""


def prepare(db: MariaDatabase, progress: Progress) -> bool:
    """Make the tables of an empty database, or check those that are there. True if they were made anew.

    Raises `StoreCorrupt` for a database of another program, `StoreNewer` for one of a newer program.
    """
    there = _there(db)
    is_made = "turn" in there and _version(db) == schema.SCHEMA_VERSION
    if not is_made or not there >= _JOURNAL:
        with db.building(), _alone(db):
            there = _there(db)
            _create_journal(db, there)
            # Another server may have made them while this one waited.
            is_made = _version(db) == schema.SCHEMA_VERSION
            if not is_made:
                _make_anew(db, progress)
                return "entry" in there
    if not schema.wants_rebuild(db):
        return False
    rebuild(db, progress)
    return True


def rebuild(db: MariaDatabase, progress: Progress) -> None:
    """Empty the folded tables and fold them again from the journal, in one transaction."""
    with db.patient(), db.transaction():
        db.forget()
        for table in reversed(tables.FOLDED):
            db.sql(f"DELETE FROM {table._meta.table_name}")  # noqa: S608, SLF001 - names of our own tables
        db.sql(f"DELETE FROM {WORDS}")  # noqa: S608 - a constant
        schema.fold(db, db, progress)
        schema.rebuilt(db)


def create_table(table: type[tables.Table]) -> str:
    """The SQL that makes one table."""
    meta: Any = table._meta  # noqa: SLF001 - Peewee's documented place
    lengths = keys.lengths(table)
    columns = [
        f"`{field.column_name}` {_type(field, lengths)}{'' if field.null else ' NOT NULL'}"
        for field in meta.sorted_fields
    ]
    key = ", ".join(f"`{field.column_name}`" for field in meta.get_primary_keys())
    parts = [*columns, f"PRIMARY KEY ({key})"]
    parts += [_index(table, names, unique=unique) for names, unique in keys.indexes(table)]
    parts += [
        f"FOREIGN KEY (`{field.column_name}`) REFERENCES `{field.rel_model._meta.table_name}` (`id`)"  # noqa: SLF001
        for field in meta.sorted_fields
        if isinstance(field, ForeignKeyField)
    ]
    return f"CREATE TABLE IF NOT EXISTS `{meta.table_name}` ({', '.join(parts)}) {_LIKE}"


def _there(db: MariaDatabase) -> set[str]:
    """The names of the tables and triggers of the database. Raises `StoreCorrupt` if they are another program's."""
    found = dict(
        db.sql(
            "SELECT table_name, table_comment FROM information_schema.tables "
            "WHERE table_schema = database()"
        )
    )
    if found and found.get("turn") != _MARK:
        raise StoreCorrupt(path=db.where, why="the database is not a store of open-pos")
    triggers = db.sql(
        "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = database()"
    )
    return {*found, *(name for (name,) in triggers)}


def _create_journal(db: MariaDatabase, there: set[str]) -> None:
    """Make what is missing beside the folded tables. DDL stops a whole cluster for a moment, so no more than that."""
    if "turn" not in there:
        db.sql(_TURN)
    if not db.sql("SELECT 1 FROM turn"):
        # Another server may be as far, and its row does as well.
        with suppress(RowRefused):
            db.sql(f"INSERT INTO turn VALUES (1, 0, {BUILDING})")  # noqa: S608 - a constant
    for table in tables.JOURNAL:
        if table._meta.table_name not in there:  # noqa: SLF001 - as above
            db.sql(create_table(table))
    for name, trigger in _TRIGGERS.items():
        if name not in there:
            db.sql(trigger)


def _make_anew(db: MariaDatabase, progress: Progress) -> None:
    db.sql(f"UPDATE turn SET version = {BUILDING} WHERE id = 1")  # noqa: S608 - a constant
    db.sql(f"DROP TABLE IF EXISTS {WORDS}")
    for table in reversed(tables.FOLDED):
        db.sql(f"DROP TABLE IF EXISTS {table._meta.table_name}")  # noqa: SLF001
    for table in tables.FOLDED:
        db.sql(create_table(table))
    db.sql(_WORD)
    with db.transaction():
        schema.fold(db, db, progress)
        db.sql("UPDATE turn SET version = ? WHERE id = 1", (schema.SCHEMA_VERSION,))


def _version(db: MariaDatabase) -> int:
    """The version of the tables. Raises `StoreNewer`."""
    rows = db.sql("SELECT version FROM turn WHERE id = 1")
    version = int(rows[0][0]) if rows else BUILDING
    if version > schema.SCHEMA_VERSION:
        raise StoreNewer(path=db.where, found=version, known=schema.SCHEMA_VERSION)
    return version


@contextmanager
def _alone(db: MariaDatabase) -> Iterator[None]:
    """Only one server at a time makes tables. A cluster does not know this lock between its nodes."""
    if db.sql("SELECT get_lock('open-pos tables', ?)", (_LOCK_S,)) != [(1,)]:
        raise StoreRebuilding(path=db.where, why="another server makes the tables")
    try:
        yield
    finally:
        db.sql("SELECT release_lock('open-pos tables')")


# --------------------------------------------------------------------------- columns and indexes


def _type(field: Any, key_lengths: dict[str, int]) -> str:  # noqa: ANN401 - Peewee's fields are untyped
    if isinstance(field, BigIntegerField):
        return "BIGINT"
    if isinstance(field, BlobField):
        return "VARBINARY(32)"
    length = key_lengths.get(field.column_name)
    return "LONGTEXT" if length is None else f"VARCHAR({length})"


def _index(table: type[tables.Table], names: tuple[str, ...], *, unique: bool) -> str:
    meta: Any = table._meta  # noqa: SLF001 - as above
    whole = keys.lengths(table)
    numbers = {f.column_name for f in meta.sorted_fields if isinstance(f, BigIntegerField)}
    parts = ", ".join(
        f"`{name}`" if name in whole or name in numbers else f"`{name}`({_PREFIX})"
        for name in names
    )
    name = "_".join((meta.table_name, *names))
    return f"{'UNIQUE ' if unique else ''}KEY `{name}` ({parts})"
