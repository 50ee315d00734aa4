"""Hot statements: built once by Peewee, then run with parameters.

A `Statement` is a Peewee query in which `slot()` stands where a value will come. It is compiled once per open store;
running it costs what the driver costs. Parameters are given in the order in which the slots stand in the SQL.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final, cast

from peewee import Field, Query, Value

from appliance.store.tables import Table


class _Slot:
    """The mark of a place for a value."""


_SLOT: Final = _Slot()


def slot() -> Any:  # noqa: ANN401 - stands wherever Peewee takes a value
    """A place in a query where a parameter will come."""
    return Value(_SLOT, converter=False)


class Statement:
    """A query to be compiled once. `build` makes the Peewee query."""

    __slots__ = ("build",)

    def __init__(self, build: Callable[[], Query]) -> None:
        """Keep the recipe; nothing is compiled yet."""
        self.build: Final = build


def insert(table: type[Table], *columns: str) -> Statement:
    """Insert one row; parameters are `columns` in the order given, all columns of the table if none are named."""
    fields = table._meta.fields  # noqa: SLF001 - Peewee's documented place
    names = columns or tuple(fields)
    # `insert({...})` would order the columns as the model does, not as they were named here.
    return Statement(
        lambda: table.insert_many(
            [[slot() for _ in names]], fields=[fields[name] for name in names]
        )
    )


def set_column(table: type[Table], column: str, key: Field) -> Statement:
    """Set one column of the row whose `key` is given; parameters are the value and the key."""
    return Statement(lambda: table.update({getattr(table, column): slot()}).where(key == slot()))


def compiled(statement: Statement, database: Any) -> str:  # noqa: ANN401 - any Peewee database
    """The SQL of a statement for this database. Raises `ValueError` if a value was written where a slot belongs."""
    sql, parameters = cast(
        tuple[str, Iterable[object]],
        database.get_sql_context().sql(statement.build()).query(),
    )
    constants = [value for value in parameters if value is not _SLOT]
    if constants:
        message = f"constants {constants!r} in a statement: use SQL literals or slots: {sql}"
        raise ValueError(message)
    return sql
