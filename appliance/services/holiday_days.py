"""Public holidays and the shop's own: what a day is, and what it pays.

Public holidays come from the library `holidays`, which is loaded when a shop that names a country asks for wages, and
never by a register that only sells. A name goes with the line that it explains, and with the approval: a newer library
changes nothing that was approved.
"""

import functools
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import msgspec

from appliance.journal.pay_kinds import HolidayCalendar, OwnHoliday
from appliance.services import shop
from appliance.services.pay_rules import PayRules, UnknownPayRule
from appliance.store.database import Database
from appliance.store.projections import edits
from appliance.store.projections.pay import HOLIDAYS

_ABBREVIATED: Final = 3


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


class Listed(NamedTuple):
    """A day that the public calendar or the shop names; `own` is what the shop says of it, kept or not."""

    day: str
    name: str
    is_public: bool
    own: OwnHoliday | None


def listed(db: Database, rules: PayRules, years: Iterable[int]) -> tuple[Listed, ...]:
    """All days of some years that have a name, in order: also public holidays that the shop does not keep."""
    public: dict[str, str] = {}
    wanted = tuple(years)
    if rules.holidays is not None:
        language = shop.read(db).language
        for year in wanted:
            public.update(_public(rules.holidays, year, language))
    own = {
        day: msgspec.convert(told, OwnHoliday)
        for day, told in edits.of_thing(db, HOLIDAYS).items()
        if told is not None and int(day[:4]) in wanted
    }
    return tuple(
        Listed(day, own[day].name if day in own else public[day], day in public, own.get(day))
        for day in sorted({*public, *own})
    )


@functools.lru_cache(maxsize=64)
def parts(country: str) -> tuple[tuple[str, str], ...]:
    """The parts of a country that have a calendar of their own, code and name, by name; none for one that has none."""
    library = _library()
    codes: list[str] = library.list_supported_countries().get(country, [])
    if not codes:
        return ()
    named: dict[str, list[str]] = library.country_holidays(country).get_subdivision_aliases()
    return tuple(sorted(((code, _longer(named.get(code), code)) for code in codes), key=_by_name))


def _longer(names: list[str] | None, code: str) -> str:
    """The first name of a part that is no abbreviation, as `MAY` is of Mayotte."""
    told = names or [code]
    return next((name for name in told if len(name) > _ABBREVIATED), max(told, key=len))


def _by_name(part: tuple[str, str]) -> str:
    return part[1].casefold()


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
