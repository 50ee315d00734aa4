"""Public holidays and the shop's own: what a day is, and what it pays.

Public holidays come from the library `holidays`, which is loaded when a shop that names a country asks for wages, and
never by a register that only sells. A name goes with the line that it explains, and with the approval: a newer library
changes nothing that was approved.
"""

import functools
from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec

from appliance.journal.pay_kinds import HolidayCalendar, OwnHoliday
from appliance.services import shop
from appliance.services.pay_rules import PayRules, UnknownPayRule
from appliance.store.database import Database
from appliance.store.projections import edits
from appliance.store.projections.pay import HOLIDAYS


class Holiday(NamedTuple):
    """A holiday: work on it is paid `factor_ppm` in all, and who is off is paid `hours_ms`."""

    name: str
    factor_ppm: int
    hours_ms: int


def of_years(db: Database, rules: PayRules, years: Iterable[int]) -> dict[str, Holiday]:
    """The holidays of some years by day: public ones where the shop names a country, and its own."""
    found: dict[str, Holiday] = {}
    if rules.holidays is not None:
        language = shop.read(db).language
        for year in years:
            for day, name in _public(rules.holidays, year, language):
                found[day] = Holiday(name, rules.holiday_ppm, rules.holiday_ms)
    for day, told in edits.of_thing(db, HOLIDAYS).items():
        own = msgspec.convert(told, OwnHoliday | None)
        if own is None:
            continue
        found.pop(day, None)
        if own.observed:
            factor = rules.holiday_ppm if own.factor_ppm is None else own.factor_ppm
            hours = rules.holiday_ms if own.hours_ms is None else own.hours_ms
            found[day] = Holiday(own.name, factor, hours)
    return found


def refuse_unknown(chosen: HolidayCalendar) -> None:
    """Raises `UnknownPayRule` for a country, or a part of it, that has no calendar."""
    library = _library()
    known: dict[str, list[str]] = library.list_supported_countries()
    if chosen.country not in known:
        raise UnknownPayRule(setting="country", value=chosen.country, known="DE, ES, US, …")
    parts = known[chosen.country]
    if chosen.subdivision and chosen.subdivision not in parts:
        listed = ", ".join(parts)
        raise UnknownPayRule(setting="subdivision", value=chosen.subdivision, known=listed)


@functools.lru_cache(maxsize=64)
def _public(chosen: HolidayCalendar, year: int, language: str) -> tuple[tuple[str, str], ...]:
    """Days and names. A language that the calendar does not speak is the country's own."""
    told = _library().country_holidays(
        chosen.country,
        subdiv=chosen.subdivision or None,
        years=year,
        language="en_US" if language == "en" else language,
    )
    return tuple(sorted((day.isoformat(), name) for day, name in told.items()))


def _library() -> Any:  # noqa: ANN401 - it knows its countries by name only
    # It costs a tenth of a second and some megabytes, which only a shop with public holidays should spend.
    import holidays  # noqa: PLC0415

    return holidays
