"""A customer display's few rows of fixed pitch, set from what is to be shown.

The last row is always the figure that matters. A name that is too long is cut; an amount never is,
because a part of an amount is another amount: one that does not fit shows as "###". A quantity other
than one piece stands before the name, whole or not at all.
"""

import textwrap
from collections.abc import Callable
from typing import Final

from drivers.display import Shown, ShownLine
from drivers.printer._layout import printable

TOO_WIDE: Final = "#"


def rows(
    shown: Shown, columns: int, count: int, can_show: Callable[[str], bool]
) -> tuple[str, ...]:
    """Exactly `count` rows of exactly `columns` characters, each of which `can_show`."""

    def fit(text: str) -> str:
        return " ".join(printable(text, can_show).split())

    def pair(left: str, right: str) -> str:
        return _pair(fit(left), fit(right), columns)

    title = _centred(fit(shown.title), columns, count)

    def sold(line: ShownLine) -> str:
        amount = fit(line.amount)
        return _pair(_named(line, fit, columns - len(amount) - 1), amount, columns)

    total = (pair(shown.total_label, shown.total),)
    match shown.state:
        case "idle":
            return _set(title, (), columns, count)
        case "ticket":
            newest = tuple(sold(line) for line in shown.lines[-(count - 1) :])
            return _set(newest or title, total, columns, count)
        case "tender" | "done" if shown.due:
            return _set((), (*total, pair(shown.due_label, shown.due)), columns, count)
        case "tender" | "done":
            return _set(title, total, columns, count)


def _named(line: ShownLine, fit: Callable[[str], str], room: int) -> str:
    """`2 x Name` or `0.350 kg Name`; one piece is the name alone, and a quantity without room is left out."""
    name, quantity = fit(line.name), fit(line.quantity)
    if quantity in {"", "1"}:
        return name
    times = " x " if quantity[-1].isdigit() else " "
    return f"{quantity}{times}{name}" if len(quantity) <= room else name


def _set(
    first: tuple[str, ...], last: tuple[str, ...], columns: int, count: int
) -> tuple[str, ...]:
    """As much of `first` as there is room for, and `last` at the bottom."""
    first = first[: count - len(last)]
    blank = (" " * columns,) * (count - len(first) - len(last))
    return (*first, *blank, *last)


def _pair(left: str, right: str, columns: int) -> str:
    """A name at the left, an amount at the right edge and at least one space between."""
    if len(right) > columns:
        right = TOO_WIDE * columns
    room = columns - len(right)
    space = 1 if right else 0
    return left[: max(0, room - space)].rstrip().ljust(room) + right


def _centred(text: str, columns: int, count: int) -> tuple[str, ...]:
    lines = textwrap.wrap(text, columns, break_on_hyphens=False)[:count]
    return tuple(line.center(columns) for line in lines)
