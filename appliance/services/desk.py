"""What every service works with."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, TypeVar

from appliance.journal.book import Book
from appliance.store.database import Database

_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Desk:
    """The tables to read from and the book to record in. Used by one thread."""

    db: Database
    book: Book

    @property
    def origin(self) -> str:
        """The origin of this device."""
        return self.book.origin


def at_once(
    service: Callable[Concatenate[Desk, _Given], _Answer],
) -> Callable[Concatenate[Desk, _Given], _Answer]:
    """A service in one transaction, from its first look to its last entry: SQLite locks the file once for all."""

    @functools.wraps(service)
    def serve(desk: Desk, /, *args: _Given.args, **kwargs: _Given.kwargs) -> _Answer:
        with desk.book.batch():
            return service(desk, *args, **kwargs)

    return serve
