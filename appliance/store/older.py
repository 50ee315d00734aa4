"""May this program, older than the one that made a store's tables, go on with the store?

So it is after an update that was not kept: the new till opened the store for its trial, and the one before is to sell
again. Tables are disposable, entries are not. Where this program can read all that this register ever recorded, its own
tables are made anew from the journal, and nothing is different from a store that no newer program ever opened. Where it
cannot, it refuses: a sale that it does not understand would be missing in its sums, and its number be given again. Of
other registers it may hold what it does not understand, as ever (`unapplied`).
"""

from typing import Final

from appliance.journal.kinds import KINDS
from appliance.store import tables
from appliance.store.projections import APPLY
from appliance.store.sqlite import SqliteDatabase

_OWN: Final = "SELECT value FROM meta WHERE key IN ('origin', 'earlier_origins')"
_RECORDED: Final = "SELECT DISTINCT kind, version FROM entry WHERE origin IN ?"
_TABLES: Final = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid DESC"


def may_go_on(db: SqliteDatabase) -> bool:
    """Whether the journal is as this program knows it. Reads all of it: a second or two for a million entries."""
    if any(_columns(db, table) != _known_columns(table) for table in tables.JOURNAL):
        return False
    own = [origin for (value,) in db.sql(_OWN) for origin in str(value).split()]
    return all(_is_known(kind, version) for kind, version in db.among(_RECORDED, own))


def drop_what_refers(db: SqliteDatabase) -> None:
    """Drop the newer program's tables that refer to ours, which are to be dropped. Part of the rebuild.

    What must stay refers to no table that is made anew at each change, so what does is one of those itself; others of
    the newer program's tables are left to it.
    """
    known = {table._meta.table_name for table in (*tables.JOURNAL, *tables.FOLDED)}  # noqa: SLF001
    left = [name for (name,) in db.sql(_TABLES) if name not in known]
    while left:
        refers = {name: _refers_to(db, name) for name in left}
        last = [
            name
            for name in left
            if refers[name]
            and not any(name in refers[other] - {name} for other in left if other != name)
        ]
        if not last:
            return
        for name in last:
            db.sql(f'DROP TABLE "{name}"')
        left = [name for name in left if name not in last]


def _refers_to(db: SqliteDatabase, name: str) -> set[str]:
    return {
        str(other) for (other,) in db.sql('SELECT "table" FROM pragma_foreign_key_list(?)', (name,))
    }


def _columns(db: SqliteDatabase, table: type[tables.Table]) -> list[str]:
    name = table._meta.table_name  # noqa: SLF001
    return [str(column) for (column,) in db.sql("SELECT name FROM pragma_table_info(?)", (name,))]


def _known_columns(table: type[tables.Table]) -> list[str]:
    return [field.column_name for field in table._meta.sorted_fields]  # noqa: SLF001


def _is_known(kind: str, version: int) -> bool:
    """Whether this program makes of such an entry what there is to be made of it, be it nothing."""
    known = KINDS.get(kind)
    return known is not None and (version <= known.version or known not in APPLY)
