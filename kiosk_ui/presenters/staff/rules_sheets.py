"""What is filled in about the pay rules: each rule's fields, what its values mean, and the command that follows."""

from collections.abc import Callable, Mapping
from typing import Final

from appliance.messages import (
    Command,
    OwnOvertimeSaid,
    SetPayRules,
    SetPayTerms,
    StaffRulesView,
)
from kiosk_ui.presenters.keyed import hours_text, minutes_of
from kiosk_ui.presenters.sheet import Field
from kiosk_ui.strings import Words

MINUTE_MS: Final = 60_000
PPM_PER_PERCENT: Final = 10_000
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "overtime": ("none", "us_federal", "us_california", "own"),
    "week_starts": tuple(map(str, range(7))),
    "period": ("weekly", "biweekly", "semi_monthly", "monthly"),
    "round_minutes": ("0", "5", "6", "15"),
    "breaks": ("none", "us_federal", "us_california", "de", "es", "own"),
    "meals_waived": ("no", "yes"),
    "early_minutes": ("-1", "0", "5", "10", "15", "30"),
    "late_minutes": ("0", "5", "10", "15", "30"),
}
"""Rules of which one value is chosen."""
MINUTES: Final = frozenset({"early_minutes", "late_minutes"})
ONE_VALUE: Final[Mapping[str, Callable[[str], Command]]] = {
    "overtime": lambda value: SetPayRules(overtime=value),
    "week_starts": lambda value: SetPayRules(week_starts=int(value)),
    "period": lambda value: SetPayRules(period=value),
    "period_anchor": lambda value: SetPayRules(period_anchor=value),
    "round_minutes": lambda value: SetPayRules(round_minutes=int(value)),
    "zone": lambda value: SetPayRules(zone=value),
    "early_minutes": lambda value: SetPayRules(early_minutes=int(value)),
    "late_minutes": lambda value: SetPayRules(late_minutes=int(value)),
    "breaks": lambda value: SetPayTerms(breaks=value),
    "meals_waived": lambda value: SetPayTerms(meals_waived=value == "yes"),
}
"""What a rule with one value asks of the register."""
COUNTRIES: Final = ("US", "DE", "ES", "AT", "CH", "GB", "FR", "MX")
"""Countries that can be chosen without typing; all others are typed."""
FACTORS: Final = ("1000000", "1250000", "1500000", "2000000", "2500000")


def choices(name: str, words: Words) -> tuple[tuple[str, str], ...]:
    """The values of a rule with what they are called; none where it is filled in otherwise."""
    values = CHOICES.get(name, ())
    if name == "week_starts":
        return tuple((day, words(f"date.weekday.{int(day) + 1}")) for day in values)
    if name in MINUTES:
        return tuple((value, minutes(int(value), words)) for value in values)
    return tuple((value, words(f"staff_rules.{name}.{value}")) for value in values)


def minutes(count: int, words: Words) -> str:
    """So many minutes, or that there is no limit."""
    return (
        words("staff_rules.field.no_limit") if count < 0 else words("staff_rules.minutes", n=count)
    )


def fields(name: str, seen: StaffRulesView, words: Words) -> tuple[Field, ...]:
    """What is to be filled in about a rule."""
    label = words(f"staff_rules.label.{name}")
    if name in CHOICES:
        held = _chosen(name, seen)
        return (Field(name, label, "choice", held, choices(name, words), required=True),)
    if name == "period_anchor":
        return (Field(name, label, "day", seen.period_anchor, required=True),)
    if name == "own_overtime":
        return _own_overtime(seen, words)
    if name == "holidays":
        return _whose_holidays(seen, words)
    if name == "holiday_pay":
        return (
            _factor("factor", seen.holiday_ppm, words),
            Field("hours", words("staff_rules.field.hours"), "hours", _hours(seen.holiday_ms)),
        )
    hint = words("staff_rules.zone.machine", zone=seen.machine_zone)
    return (Field(name, label, value=seen.zone, hint=hint),)


def command(name: str, filled: Mapping[str, str], seen: StaffRulesView) -> Command:
    """What is asked of the register; `seen` has what the sheet does not show and stays as it is."""
    if name in ONE_VALUE:
        return ONE_VALUE[name](filled[name])
    if name == "holidays":
        country = _country(filled)
        part = filled["subdivision"].strip()
        codes = {code.upper(): code for code, _ in parts_of(seen, country)}
        return SetPayTerms(
            holiday_country=country,
            holiday_subdivision=codes.get(part.upper(), part.upper()) if country else "",
        )
    if name == "holiday_pay":
        hours_ms = minutes_of(filled["hours"]) * MINUTE_MS
        return SetPayTerms(holiday_ppm=int(filled["factor"]), holiday_ms=hours_ms)
    return SetPayTerms(
        own_overtime=OwnOvertimeSaid(
            weekly_after_ms=_limit(filled["weekly"]),
            weekly_ppm=int(filled["weekly_factor"]),
            daily_after_ms=_limit(filled["daily"]),
            daily_ppm=int(filled["daily_factor"]),
            double_after_ms=_limit(filled["double"]),
            double_ppm=int(filled["double_factor"]),
            seventh_day=seen.seventh_day,
        )
    )


def parts_of(seen: StaffRulesView, country: str) -> tuple[tuple[str, str], ...]:
    """The parts of a country, by code and name, as far as the register has told."""
    return next((one.parts for one in seen.countries if one.country == country), ())


def _country(filled: Mapping[str, str]) -> str:
    return filled["country"].strip().upper()


def _whose_holidays(seen: StaffRulesView, words: Words) -> tuple[Field, ...]:
    """A country, and one of its parts; both can be typed too."""
    return (
        Field(
            "country",
            words("staff_rules.field.country"),
            value=seen.holiday_country,
            choices=tuple((one, words(f"staff_rules.country.{one}")) for one in COUNTRIES),
            hint=words("staff_rules.field.another_country"),
            note=words("staff_rules.field.country_note"),
        ),
        Field(
            "subdivision",
            words("staff_rules.field.subdivision"),
            value=seen.holiday_subdivision,
            hint=words("staff_rules.field.whole_country"),
            offers=lambda filled: parts_of(seen, _country(filled)),
        ),
    )


def _chosen(name: str, seen: StaffRulesView) -> str:
    held = getattr(seen, name)
    if isinstance(held, bool):
        return "yes" if held else "no"
    return str(held)


def _own_overtime(seen: StaffRulesView, words: Words) -> tuple[Field, ...]:
    never = words("staff_rules.field.no_limit")
    limits = (
        ("weekly", seen.weekly_after_ms, seen.weekly_ppm),
        ("daily", seen.daily_after_ms, seen.daily_ppm),
        ("double", seen.double_after_ms, seen.double_ppm),
    )
    found: list[Field] = []
    for key, after_ms, factor_ppm in limits:
        label = words(f"staff_rules.field.{key}")
        found.append(Field(key, label, "hours", _hours(after_ms), hint=never))
        found.append(_factor(f"{key}_factor", factor_ppm, words))
    return tuple(found)


def _factor(key: str, held_ppm: int, words: Words) -> Field:
    known = FACTORS if str(held_ppm) in FACTORS else (*FACTORS, str(held_ppm))
    return Field(
        key,
        words(f"staff_rules.field.{key}"),
        "choice",
        str(held_ppm),
        tuple(
            (one, words("staff_rules.percent", percent=int(one) // PPM_PER_PERCENT))
            for one in known
        ),
        required=True,
    )


def _hours(length_ms: int | None) -> str:
    return hours_text(length_ms // MINUTE_MS) if length_ms else ""


def _limit(text: str) -> int | None:
    return minutes_of(text) * MINUTE_MS if text else None
