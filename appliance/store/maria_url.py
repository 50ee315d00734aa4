"""Where MariaDB is: one URL in the configuration, `mysql://user:password@host:port/database`.

A cluster is named by all of its nodes, one of which is used at a time: `mysql://u:p@one:3306,two:3306,three:3306/shop`.
`?socket=/run/mysqld/mysqld.sock` reaches a server on the same machine, `?ca=/etc/open-pos/database.pem` asks for TLS.
Letters that mean something in a URL are written with `%`: a password `a@b` as `a%40b`. The port is 3306 if none is
given.
"""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, unquote

from appliance.store.database import StoreTrouble

_PORT: Final = 3306
_MOST_PORT: Final = 65_535
_OPTIONS: Final = ("socket", "ca")


class BadDatabaseUrl(StoreTrouble):
    """The URL of the database cannot be read: `why`. It is not repeated, because a password may stand in it."""

    code = "bad_database_url"


@dataclass(frozen=True, slots=True)
class Nodes:
    """The servers that hold one database, and who we are to them."""

    hosts: tuple[tuple[str, int], ...]
    database: str
    user: str
    password: str = field(repr=False)
    socket: str = ""
    ca: str = ""

    @property
    def where(self) -> str:
        """What the database is called in messages: everything but the password."""
        return f"mysql://{self.user}@{','.join(map(self.host, range(len(self.hosts))))}/{self.database}"

    def host(self, place: int) -> str:
        """What one of the servers is called."""
        name, port = self.hosts[place]
        return self.socket or f"{f'[{name}]' if ':' in name else name}:{port}"


def parse(url: str) -> Nodes:
    """The servers of a URL. Raises `BadDatabaseUrl`."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in ("mysql", "mariadb"):
        raise BadDatabaseUrl(why="it begins with mysql://")
    rest, _, options = rest.partition("?")
    place, _, database = rest.partition("/")
    who, _, hosts = place.rpartition("@")
    user, _, password = who.partition(":")
    if not user:
        raise BadDatabaseUrl(why="a user stands before the @")
    if not database or "/" in database:
        raise BadDatabaseUrl(why="the name of a database stands after the /")
    given = dict(parse_qsl(options, keep_blank_values=True))
    for name in given:
        if name not in _OPTIONS:
            raise BadDatabaseUrl(why=f"{name!r} after the ? is not one of: {', '.join(_OPTIONS)}")
    return Nodes(
        hosts=tuple(_host(text) for text in hosts.split(",")),
        database=unquote(database),
        user=unquote(user),
        password=unquote(password),
        socket=given.get("socket", ""),
        ca=given.get("ca", ""),
    )


def _host(text: str) -> tuple[str, int]:
    name, separator, port = text.rpartition(":")
    if not separator or text.endswith("]"):
        name, port = text, str(_PORT)
    name = name.removeprefix("[").removesuffix("]")
    if not name:
        raise BadDatabaseUrl(why="a host stands between the @ and the /")
    if not (port.isascii() and port.isdecimal() and 0 < int(port) <= _MOST_PORT):
        raise BadDatabaseUrl(why=f"the port of {name} is a number up to {_MOST_PORT}")
    return name, int(port)
