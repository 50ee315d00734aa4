"""What a manager may want to look at, by whom and how often.

Lines taken off, fewer than before, tickets given up, drawers opened by hand, copies of receipts: each is a fact of the
journal (`tables.OddAct`). None of it is forbidden, and much of it is daily work. What counts is who does it far more
often than others, for as many sales.
"""

from typing import Final, NamedTuple

from appliance.services.figures import Span
from appliance.store.database import Database

KINDS: Final = ("line_removed", "quantity_changed", "abandoned", "drawer_forced", "copy")

_COUNTS: Final = """
    SELECT actor, what, origin, COUNT(*), SUM(amount_minor) FROM odd_act
    WHERE at_ms >= ? AND at_ms < ? GROUP BY actor, what, origin
"""
_COLUMNS: Final = (
    "id, origin, at_ms, what, actor, ticket, line, sale, amount_minor, qty_milli, was_milli"
)


class Count(NamedTuple):
    """How often somebody did one thing, and what it came to."""

    times: int = 0
    amount_minor: int = 0


class Act(NamedTuple):
    """One such act; see `tables.OddAct`."""

    id: str
    origin: str
    at_ms: int
    what: str
    actor: str
    ticket: str
    line: str
    sale: str
    amount_minor: int
    qty_milli: int
    was_milli: int


def counts(db: Database, asked: Span) -> dict[str, dict[str, Count]]:
    """By who did it (empty: nobody was signed in) and by what was done."""
    found: dict[str, dict[str, Count]] = {}
    for actor, what, origin, count, amount_minor in db.sql(_COUNTS, asked[:2]):
        if asked.origin in {"", origin}:
            of_actor = found.setdefault(actor, {})
            held = of_actor.get(what, Count())
            of_actor[what] = Count(held.times + count, held.amount_minor + int(amount_minor))
    return found


def acts(
    db: Database,
    asked: Span,
    *,
    actor: str | None = None,
    what: str = "",
    before: tuple[int, str] | None = None,
    most: int = 50,
) -> tuple[Act, ...]:
    """The newest `most` of them; `before` goes on from the time and id of the last that was shown."""
    rules = ["at_ms >= ?", "at_ms < ?"]
    values: list[object] = [asked.from_ms, asked.to_ms]
    for column, value in (("origin", asked.origin), ("what", what)):
        if value:
            rules.append(f"{column} = ?")
            values.append(value)
    if actor is not None:
        rules.append("actor = ?")
        values.append(actor)
    if before is not None:
        rules.append("at_ms <= ? AND (at_ms < ? OR id < ?)")
        values += [before[0], *before]
    text = (
        f"SELECT {_COLUMNS} FROM odd_act WHERE {' AND '.join(rules)} "  # noqa: S608 - columns are ours
        "ORDER BY at_ms DESC, id DESC LIMIT ?"
    )
    return tuple(Act._make(row) for row in db.sql(text, (*values, most)))


def of_sale(db: Database, ticket: str, sale: str) -> tuple[Act, ...]:
    """What was odd about a sale and the ticket that it was, in the order of time."""
    text = (
        f"SELECT {_COLUMNS} FROM odd_act WHERE ticket = ? UNION "  # noqa: S608 - columns are ours
        f"SELECT {_COLUMNS} FROM odd_act WHERE sale = ? ORDER BY at_ms, id"
    )
    return tuple(Act._make(row) for row in db.sql(text, (ticket, sale)))
