"""What was asked for in the address of a page: days, a register, numbers, and where a list goes on.

Rubbish in an address is no reason for trouble: what cannot be read counts as not asked for. Only what people type is
refused with a sentence (`NotADay`, `NotAnAmount`, `NotAReceipt`), for there somebody meant something.
"""

import datetime
import re
from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import urlencode

from flask import request, url_for

from appliance.domain import calendar
from appliance.lan_server.pages import entered
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.parts import Field, Link, Option
from appliance.problems import Refusal

LONGEST: Final = 100
_MOST_DIGITS: Final = 18
_NUMBER: Final = re.compile(rf"#?\s*([0-9]{{1,{_MOST_DIGITS}}})")
_ID: Final = re.compile(r"#?\s*([A-Z0-9]+-[0-9]+)")
PRESETS: Final = (
    "today",
    "yesterday",
    "this_week",
    "last_week",
    "this_month",
    "last_month",
    "this_year",
)


class Days(NamedTuple):
    """From one day to another, both included, as `2026-11-28`."""

    first: str
    last: str


class NotAReceipt(Refusal):
    """What was typed is no number of a receipt, nor the id of a sale: `text`."""

    code = "not_a_receipt"


def text(name: str) -> str:
    """A part of the address, without blanks around it and of bounded length."""
    return request.args.get(name, "").strip()[:LONGEST]


def whole(name: str) -> int | None:
    """A whole number that is not negative."""
    typed = text(name)
    return int(typed) if typed.isdecimal() and len(typed) <= _MOST_DIGITS else None


def choice(name: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    """One of what is known; empty otherwise."""
    typed = text(name)
    return typed if typed in known else ""


def amount(name: str, form: Formats) -> int | None:
    """An amount as people type it or as pages write it, in minor units. Raises `NotAnAmount`."""
    typed = text(name)
    return entered.amount(typed, form) if typed else None


def receipt(name: str) -> tuple[int | None, str]:
    """A receipt by its number, or a sale by the id that stands on its receipt. Raises `NotAReceipt`."""
    typed = text(name)
    if not typed:
        return None, ""
    if (found := _NUMBER.fullmatch(typed)) is not None:
        return int(found[1]), ""
    if (found := _ID.fullmatch(typed.upper())) is not None:
        return None, found[1]
    raise NotAReceipt(text=typed)


def presets(today: datetime.date, week_starts: int) -> dict[str, Days]:
    """The days that are asked for most."""
    week = calendar.week_begins(today, week_starts)
    month = today.replace(day=1)
    last_month = (month - calendar.ONE_DAY).replace(day=1)
    spans = (
        (today, today),
        (today - calendar.ONE_DAY, today - calendar.ONE_DAY),
        (week, today),
        (week - 7 * calendar.ONE_DAY, week - calendar.ONE_DAY),
        (month, today),
        (last_month, month - calendar.ONE_DAY),
        (today.replace(month=1, day=1), today),
    )
    return {
        name: Days(first.isoformat(), last.isoformat())
        for name, (first, last) in zip(PRESETS, spans, strict=True)
    }


def preset_links(
    endpoint: str, known: Mapping[str, Days], chosen: Days, form: Formats, **kept: str
) -> tuple[Link, ...]:
    """A link for each of them, to the same page."""
    return tuple(
        Link(
            form.words(f"web.asked.{name}"),
            address(endpoint, **kept, first=days.first, last=days.last),
            is_here=days == chosen,
        )
        for name, days in known.items()
    )


def address(endpoint: str, **parts: object) -> str:
    """A page with what is asked of it; what is empty is left out."""
    asked = {name: str(part) for name, part in parts.items() if part not in {"", None}}
    return url_for(endpoint) + (f"?{urlencode(asked)}" if asked else "")


def days_fields(days: Days, form: Formats) -> tuple[Field, ...]:
    """From and to."""
    return (
        Field("first", form.words("web.asked.first"), days.first, "date"),
        Field("last", form.words("web.asked.last"), days.last, "date"),
    )


def select(
    name: str, label: str, options: Mapping[str, str], chosen: str, every: str = ""
) -> Field:
    """A field to choose one from, and (with `every`) any."""
    any_one = (Option("", every, not chosen),) if every else ()
    given = (Option(value, said, value == chosen) for value, said in options.items())
    return Field(name, label, kind="select", options=(*any_one, *given))
