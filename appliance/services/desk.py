"""What every service works with."""

from dataclasses import dataclass

from appliance.journal.book import Book
from appliance.store.database import Database


@dataclass(frozen=True, slots=True)
class Desk:
    """The tables to read from and the book to record in. Used by one thread."""

    db: Database
    book: Book

    @property
    def origin(self) -> str:
        """The origin of this device."""
        return self.book.origin
