"""Tables as CSV files that are sent while they are made: RFC 4180, amounts with a point and no groups.

UTF-8 with a mark at its beginning (BOM), without which spreadsheets take `ü` for two other letters.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from flask import Response

from appliance.domain.money import Currency, Minor, format_amount

_BOM: Final = "\ufeff"
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so is a formula to spreadsheets, which may run programs (OWASP, "CSV injection")."""
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def answer(name: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """A file to be kept, row by row as `rows` gives them; `name` is made of letters, digits and `-`.

    Rows are asked for when the request is over: what makes them knows no request, and was given all it needs.
    """
    assert re.fullmatch(r"[A-Za-z0-9_-]+", name), name

    def lines() -> Iterator[str]:
        yield _BOM + line(head)
        for row in rows:
            yield line(row)

    return Response(
        lines(),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def line(cells: Sequence[str]) -> str:
    """One row."""
    text = io.StringIO()
    csv.writer(text).writerow([safe(cell) for cell in cells])
    return text.getvalue()


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; a number is left as it is."""
    if cell.startswith(_FORMULAS) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def amount(minor: int, currency: Currency) -> str:
    """`-1234.50`."""
    return format_amount(Minor(minor), currency, ".", "")


def quantity(milli: int) -> str:
    """`3.000`."""
    whole, rest = divmod(abs(milli), 1000)
    return f"{'-' if milli < 0 else ''}{whole}.{rest:03d}"
