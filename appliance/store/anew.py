"""A store that goes on under a new origin: restored from a backup, in the place of a dead register, or after a fork.

An origin is never used by two histories. Where it may be, the store takes four new letters, and the first entry under
them (`OriginBegun`) says where the old ones ended. Nothing of the old origin is touched: its open day stays open, for
the old register may be alive. An open ticket is taken over, so that the customer at the counter is served: its lines
are recorded again, on a new ticket of the new origin, with a business day of its own.

It happens while the store is opened, before anything sells (`settle`), and in one transaction: done or not done.
"""

import secrets
from collections.abc import Sequence
from typing import Any, Final, Protocol

import msgspec

from appliance.clock import Clock
from appliance.journal import book
from appliance.journal.entry import GENESIS, ORIGIN_LETTERS
from appliance.journal.kinds import DayOpened, LineAdded, ScaleShowed, TaxRate, TicketOpened
from appliance.journal.mirror_kinds import OriginBegun
from appliance.store import schema
from appliance.store.database import Database, DiskFull
from appliance.store.incarnation import Marks
from appliance.store.schema import Progress

_APART: Final = "apart"
_ANEW: Final = "anew"
_EARLIER: Final = "earlier_origins"
_TAXES: Final = msgspec.json.Decoder(tuple[TaxRate, ...])
_WEIGHING: Final = msgspec.json.Decoder(ScaleShowed)
_REQUESTS: Final = msgspec.json.Decoder(dict[str, int])
_USED: Final = """
    SELECT 1 FROM entry WHERE origin = ? UNION ALL SELECT 1 FROM quarantined WHERE origin = ?
    UNION ALL SELECT 1 FROM origin_said WHERE device = ? LIMIT 1
"""
_UNPAID: Final = (
    "SELECT id, origin FROM ticket WHERE origin IN (?, ?) AND state IN ('open', 'tendering')"
)
_LINES: Final = """
    SELECT name, qty_milli, price_minor, tax_class, taxes, product, unit, category, barcode, amount_given_minor,
    weighing, cost_minor FROM ticket_line WHERE ticket = ? AND removed IS NULL ORDER BY substr(id, 1, 4) <> ?, seq
"""
_OPEN_DAY: Final = (
    "SELECT id FROM day WHERE origin = ? AND closed_at_ms IS NULL ORDER BY number DESC LIMIT 1"
)


class Shelf(book.Shelf, Protocol):
    """A store that is being opened for writing."""

    @property
    def db(self) -> Database:
        """Its file."""
        ...

    def rebuild(self, progress: Progress) -> None:
        """Fold the tables anew."""
        ...

    def release_ballast(self) -> None:
        """Give back the space that was set aside on its disk."""
        ...


class _Request(msgspec.Struct, frozen=True):
    why: str
    was: str


_REQUEST: Final = msgspec.json.Decoder(_Request)


def settle(shelf: Shelf, clock: Clock, progress: Progress) -> str:
    """Everything that must be right about the origin before anybody records under it. Answers the origin.

    A new store gets one. What was asked for (`request_apart`, `request_anew`) is done, and a database that is not the
    one that was here begins anew. Blocks for a rebuild of the tables where entries are set apart. Raises
    `StoreTrouble`; then nothing has changed.
    """
    try:
        return _settle(shelf, clock, progress)
    except DiskFull:
        shelf.release_ballast()
        return _settle(shelf, clock, progress)


def _settle(shelf: Shelf, clock: Clock, progress: Progress) -> str:
    """See `settle`."""
    # fork.py stands on this module.
    from appliance.store import fork  # noqa: PLC0415

    db = shelf.db
    marks = Marks(db)
    origin = schema.meta(db, "origin")
    is_needed = origin is None or not marks.agree
    try:
        with shelf.transaction():
            if origin is None:
                origin = fresh_origin(db)
                schema.put_meta(db, "origin", origin)
            began = fork.set_apart_as_asked(shelf, clock, progress)
            if (asked := _request(db)) is not None:
                began = begin_anew(shelf, clock, asked.why, asked.was)
                schema.drop_meta(db, _ANEW)
            elif not marks.agree and began is None:
                began = begin_anew(shelf, clock, "restored")
            marks.renew_in_database()
    except (OSError, DiskFull):
        # A full disk keeps no till shut: what was asked for is done at a later start, and the marks stay as they are.
        if is_needed:
            raise
        assert origin is not None
        return origin
    marks.renew_in_file()
    return began or origin


def begin_anew(
    shelf: Shelf,
    clock: Clock,
    why: str,
    was: str = "",
    *,
    origin: str = "",
    after: int | None = None,
) -> str:
    """Go on under a new origin (`origin`, or letters by chance), where `was` ended; answers it.

    `was` is this store's own origin if it is not named. Only while the store is opened: a `Book` that exists already
    would go on under the old one. `after` is where the line of `was` is left, if that is not its end.
    """
    own = schema.meta(shelf.db, "origin") or ""
    was = was or own
    with shelf.transaction():
        origin = take_origin(shelf.db, own, was, origin)
        seq, head = shelf.heads().get(was, (0, GENESIS))
        if after is not None and after < seq:
            seq, head = after, shelf.hash_at(was, after) or GENESIS
        new_book = book.Book(shelf, clock, origin)
        new_book.record("", OriginBegun(was=was, seq=seq, head=head.hex(), why=why))
        take_over_ticket(shelf.db, new_book, own)
    return origin


def take_origin(db: Database, own: str, was: str, origin: str = "") -> str:
    """From now on this store records under other letters; it still trusts itself as it was."""
    origin = origin or fresh_origin(db)
    earlier = {*earlier_origins(db), own, was} - {"", origin}
    schema.put_meta(db, "origin", origin)
    schema.put_meta(db, _EARLIER, " ".join(sorted(earlier)))
    db.forget()
    return origin


def earlier_origins(db: Database) -> tuple[str, ...]:
    """The origins that this store had before, and those whose places it took."""
    return tuple((schema.meta(db, _EARLIER) or "").split())


def fresh_origin(db: Database) -> str:
    """Four letters that no device known here has, nor ever had."""
    while True:
        origin = "".join(secrets.choice(ORIGIN_LETTERS) for _ in range(4))
        if not db.sql(_USED, (origin,) * 3):
            return origin


def take_over_ticket(db: Database, new_book: book.Book, was: str) -> None:
    """What was being rung up under the old origin is what is being rung up under the new one."""
    unpaid = {origin: ticket for ticket, origin in db.sql(_UNPAID, (was, new_book.origin))}
    # After a fork the ticket may be the new origin's already; then it lacks no more than a day to be paid in.
    is_here = new_book.origin in unpaid
    ticket = unpaid.get(new_book.origin) or unpaid.get(was, "")
    lines = list(db.sql(_LINES, (ticket, was)))
    if not is_here and not lines:
        return
    day = _open_day(db, new_book.origin)
    if not day:
        number = _last_day(db, new_book.origin) + 1
        day = new_book.record("", DayOpened(number=number))[0].id
    if not is_here:
        new_ticket = new_book.id_ahead()
        new_book.record("", TicketOpened(day=day), *(_line(new_ticket, row) for row in lines))


def _line(ticket: str, row: Sequence[Any]) -> LineAdded:
    name, qty_milli, price_minor, tax_class, taxes, product, unit, category, barcode = row[:9]
    return LineAdded(
        ticket=ticket,
        name=name,
        qty_milli=qty_milli,
        price_minor=price_minor,
        tax_class=tax_class,
        taxes=_TAXES.decode(taxes),
        product=product,
        unit=unit,
        category=category,
        barcode=barcode,
        amount_minor=row[9],
        weighing=None if row[10] is None else _WEIGHING.decode(row[10]),
        cost_minor=row[11],
    )


def _open_day(db: Database, origin: str) -> str:
    found = db.sql(_OPEN_DAY, (origin,))
    return str(found[0][0]) if found else ""


def _last_day(db: Database, origin: str) -> int:
    return int(db.sql("SELECT coalesce(max(number), 0) FROM day WHERE origin = ?", (origin,))[0][0])


# --------------------------------------------------------------------------- what is asked for at the next start


def request_apart(db: Database, origin: str, after_seq: int) -> None:
    """At the next start the entries of `origin` after `after_seq` go into quarantine; part of the caller's transaction.

    For this store's own origin they are recorded again under a new one. Asked twice, the lower `after_seq` counts.
    """
    asked = requested(db)
    asked[origin] = min(after_seq, asked.get(origin, after_seq))
    schema.put_meta(db, _APART, msgspec.json.encode(asked).decode())


def requested(db: Database) -> dict[str, int]:
    """What `request_apart` asked for and was not done yet: after which `seq` each origin is to be cut."""
    return _REQUESTS.decode(schema.meta(db, _APART) or "{}")


def drop_requests(db: Database) -> None:
    """It is done; part of the transaction that did it."""
    schema.drop_meta(db, _APART)


def request_anew(db: Database, why: str, was: str) -> None:
    """At the next start this store goes on under a new origin, where `was` ended; part of the caller's transaction."""
    schema.put_meta(db, _ANEW, msgspec.json.encode(_Request(why, was)).decode())


def _request(db: Database) -> _Request | None:
    asked = schema.meta(db, _ANEW)
    return None if asked is None else _REQUEST.decode(asked)
