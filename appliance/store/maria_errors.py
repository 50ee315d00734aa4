"""What the numbers of MariaDB's errors mean for the shop.

https://mariadb.com/kb/en/mariadb-error-code-reference/ lists those of the server, and
https://dev.mysql.com/doc/mysql-errors/8.0/en/client-error-reference.html those from 2000 on, of the client.
"""

from typing import Final

import pymysql

from appliance.store.database import (
    KEY_TAKEN,
    REFERS_TO_NOTHING,
    VALUE_MISSING,
    WRONG_VALUE,
    DatabaseAway,
    DiskFull,
    Interrupted,
    NotPrimary,
    StoreReadOnly,
    StoreRebuilding,
    StoreTrouble,
)

ERRORS: Final = (pymysql.MySQLError, OSError)
"""What the driver raises."""

_NOT_PRIMARY: Final = frozenset({1047})
_GONE: Final = frozenset(
    {0, 1040, 1053, 1077, 1152, 1158, 1159, 1160, 1161, 1180, 1184, 1290, 1317, 1836, 1927}
    | {2000, 2002, 2003, 2005, 2006, 2013, 2014, 2026, 2027, 2055, 4031}
)
"""The server goes, went, does not write or was not reached: another one may do."""
_REFUSED_ROW: Final = {
    **dict.fromkeys((1062, 1557), KEY_TAKEN),
    **dict.fromkeys((1216, 1217, 1451, 1452), REFERS_TO_NOTHING),
    **dict.fromkeys((1048, 1364), VALUE_MISSING),
    **dict.fromkeys((1264, 1265, 1292, 1366, 1406, 1644, 4025), WRONG_VALUE),
}


class RowRefused(ValueError):
    """The tables do not take such a row: a key is there already, too long, missing, or of another type."""


class DatabaseDenied(StoreTrouble):
    """The database does not let us in: a wrong user, password or host. `path`, `why`."""

    code = "database_denied"


class DatabaseRights(StoreTrouble):
    """The user may not do what the store needs: `path`, `why`."""

    code = "database_rights"


class NoDatabase(StoreTrouble):
    """The server has no database of this name: `path`, `why`."""

    code = "no_database"


class DatabaseTooOld(StoreTrouble):
    """The server is none of MariaDB, or too old a one: `path`, `found`, `needed`."""

    code = "database_too_old"


class DatabaseMode(StoreTrouble):
    """The server does not keep the `setting` that was asked for: `path`, `setting`, `found`, `needed`."""

    code = "database_mode"


def is_gone(why: Exception) -> bool:
    """Whether the connection is of no more use after this error."""
    return isinstance(why, OSError) or _number(why) in _GONE | _NOT_PRIMARY


def named(why: Exception, where: str, connecting: str = "") -> Exception | None:
    """What an error of the driver means for the shop; None where it is a mistake of ours.

    `connecting` names the server that was to be reached.
    """
    number, said = _number(why), said_by(why)
    if number in _REFUSED_ROW:
        return RowRefused(_REFUSED_ROW[number])
    if number in _GONE or isinstance(why, OSError):
        if connecting:
            return DatabaseAway(path=where, why=f"{connecting}: {said}")
        return Interrupted(path=where, why=said)
    for trouble, numbers in _MEANINGS:
        if number in numbers:
            return trouble(path=where, why=said)
    return None


_MEANINGS: Final[tuple[tuple[type[StoreTrouble], frozenset[int]], ...]] = (
    # Another transaction was in the way: this one is lost, the connection is sound.
    (Interrupted, frozenset({1205, 1213})),
    (NotPrimary, _NOT_PRIMARY),
    (DatabaseDenied, frozenset({1044, 1045, 1129, 1130, 1251, 1698})),
    (DatabaseRights, frozenset({1142, 1143, 1227, 1370, 1410, 1419})),
    (NoDatabase, frozenset({1049})),
    (DiskFull, frozenset({1021, 1026, 1114})),
    (StoreRebuilding, frozenset({1146, 1412})),
    (StoreReadOnly, frozenset({1792})),
)


def _number(why: BaseException) -> int:
    first = why.args[0] if why.args else None
    return first if isinstance(first, int) and isinstance(why, pymysql.MySQLError) else -1


def said_by(why: BaseException) -> str:
    """The server's words, without the numbers around them; passwords are in none of them."""
    if isinstance(why, pymysql.MySQLError) and len(why.args) > 1:
        return f"{why.args[1] or 'the connection was lost'} ({why.args[0]})"
    return str(why) or type(why).__name__
