"""What the pay rules list: shift bonuses, holidays, kinds of leave, and the shop's own breaks, each as rows."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from appliance.messages import (
    HolidayView,
    LeaveKindView,
    OwnBreakView,
    ShiftBonusView,
    StaffRulesView,
)
from kiosk_ui.presenters.formats import Formats
from kiosk_ui.presenters.keyed import hours_text
from kiosk_ui.presenters.staff.rules_sheets import MINUTE_MS, PPM_PER_PERCENT, parts_of
from kiosk_ui.presenters.workshop.views import RowView
from kiosk_ui.strings import Words

BETWEEN: Final = "  ·  "
WEEK: Final = 7
PPM: Final = 1_000_000
YEAR_DIGITS: Final = 4
FEW: Final = 3
"""So many names are enough to say what a list holds."""


def rows(name: str, seen: StaffRulesView, formats: Formats) -> tuple[RowView, ...]:
    """The rows of a list; where it is empty, one that says so."""
    made: Mapping[str, Callable[[], Iterator[RowView]]] = {
        "bonuses": lambda: (_bonus(one, seen, formats) for one in seen.bonuses),
        "own_breaks": lambda: (_break(one, formats.words) for one in seen.own_breaks),
        "leave": lambda: (_leave(one, formats.words) for one in seen.leave_kinds),
        "all_holidays": lambda: _holidays(seen, formats),
    }
    if name == "all_holidays" and seen.holidays is None:
        return (_said(formats.words("staff_rules.looking"), "timer-sand"),)
    nothing = _said(formats.words(f"staff_rules.nothing.{name}"), "information-outline")
    return tuple(made[name]()) or (nothing,)


def names_of_bonuses(seen: StaffRulesView, formats: Formats) -> str:
    """The bonuses by name, or that there are none."""
    return _some(tuple(one.name for one in seen.bonuses)) or formats.words("staff_rules.no_bonuses")


def names_of_breaks(seen: StaffRulesView, formats: Formats) -> str:
    """The shop's own breaks, or that there are none."""
    told = tuple(_break_text(one, formats.words) for one in seen.own_breaks)
    return _some(told) or formats.words("staff_rules.no_breaks")


def names_of_leave(seen: StaffRulesView, words: Words) -> str:
    """The kinds of leave by name."""
    names = tuple(leave_name(one, words) for one in seen.leave_kinds if not one.archived)
    return _some(names) or words("staff_rules.no_leave")


def _some(names: tuple[str, ...]) -> str:
    """The first few of some names, each once."""
    told = tuple(dict.fromkeys(names))
    return ", ".join(told[:FEW]) + (" …" if len(told) > FEW else "")


def country_and_part(seen: StaffRulesView, words: Words) -> str:
    """Whose public holidays count: `Germany, Bayern`."""
    if not seen.holiday_country:
        return words("staff_rules.no_holidays")
    part = dict(parts_of(seen, seen.holiday_country)).get(
        seen.holiday_subdivision, seen.holiday_subdivision
    )
    return ", ".join(filter(None, (country_name(seen.holiday_country, words), part)))


def country_name(country: str, words: Words) -> str:
    """A country's name, or its two letters."""
    key = f"staff_rules.country.{country}"
    return words(key) if words.has(key) else country


def leave_name(kind: LeaveKindView, words: Words) -> str:
    """What a kind of leave is called: by the shop, or by us where every shop has it."""
    own = f"staff_pay.leave_kind.{kind.code}"
    return kind.name or (words(own) if words.has(own) else kind.code)


def hours_for_one(accrual_ppm: int) -> int:
    """How many hours of work earn one of leave, to the nearest whole one; 0 where none is earned."""
    return (2 * PPM + accrual_ppm) // (2 * accrual_ppm) if accrual_ppm else 0


# --------------------------------------------------------------------------- rows


def _said(text: str, icon: str) -> RowView:
    return RowView("", icon, "muted", text, back="clear", border="clear", enabled=False)


def _bonus(one: ShiftBonusView, seen: StaffRulesView, formats: Formats) -> RowView:
    words = formats.words
    is_now = one.from_day <= seen.today
    amount = words(f"staff_rules.bonus_per_{one.per}", amount=formats.money(one.amount_minor))
    facts = (
        _window(one, words),
        _weekdays(one.weekdays, words),
        dict(seen.jobs).get(one.job, one.job),
        words("staff_rules.from_day", day=formats.day(one.from_day)),
        words("staff_rules.until_day", day=formats.day(one.until_day)) if one.until_day else "",
    )
    return RowView(
        key=f"bonus:{one.from_day}:{one.code}",
        icon="cash-plus" if is_now else "cash-clock",
        colour="brand_ink" if is_now else "muted",
        title=words("staff_rules.row", label=one.name, value=amount),
        text=BETWEEN.join(filter(None, facts)),
    )


def _window(one: ShiftBonusView, words: Words) -> str:
    if one.from_minute == one.to_minute:
        return words("staff_rules.around_the_clock", time=hours_text(one.from_minute))
    return f"{hours_text(one.from_minute)} – {hours_text(one.to_minute)}"


def _weekdays(days: tuple[int, ...], words: Words) -> str:
    if len(set(days)) in {0, WEEK}:
        return words("staff_rules.every_day")
    return ", ".join(words(f"sheet.weekday.{day + 1}") for day in sorted(set(days)))


def _break_text(one: OwnBreakView, words: Words) -> str:
    return words(
        "staff_rules.own_break",
        hours=hours_text(one.after_ms // MINUTE_MS),
        minutes=one.length_ms // MINUTE_MS,
    )


def _break(one: OwnBreakView, words: Words) -> RowView:
    return RowView(f"break:{one.after_ms}", "coffee-outline", "brand_ink", _break_text(one, words))


def _leave(one: LeaveKindView, words: Words) -> RowView:
    if one.archived:
        text = words("staff_rules.archived")
    elif not one.accrual_ppm:
        text = words("staff_rules.granted_only")
    else:
        text = words("staff_rules.earned", hours=hours_for_one(one.accrual_ppm))
    return RowView(
        key=f"leave:{one.code}",
        icon="beach",
        colour="muted" if one.archived else "brand_ink",
        title=leave_name(one, words),
        text=text,
        back="soft" if one.archived else "surface",
    )


def _holidays(seen: StaffRulesView, formats: Formats) -> Iterator[RowView]:
    """The days with a line before each year."""
    year = ""
    for one in seen.holidays or ():
        if one.day[:YEAR_DIGITS] != year:
            year = one.day[:YEAR_DIGITS]
            yield _said(year, "calendar-blank-outline")
        yield _holiday(one, seen, formats)


def _holiday(one: HolidayView, seen: StaffRulesView, formats: Formats) -> RowView:
    words = formats.words
    facts = [words("staff_rules.row", label=formats.day(one.day), value=_paid(one, seen, words))]
    if one.kept and one.is_own:
        facts.append(words("staff_rules.told_by_shop"))
    is_past = one.day < seen.today
    return RowView(
        key=f"holiday:{one.day}",
        icon="calendar-star" if one.kept else "calendar-remove-outline",
        colour="brand_ink" if one.kept and not is_past else "muted",
        title=one.name,
        text=BETWEEN.join(facts),
        back="surface" if one.kept else "soft",
    )


def _paid(one: HolidayView, seen: StaffRulesView, words: Words) -> str:
    if not one.kept:
        return words("staff_rules.not_kept")
    factor = seen.holiday_ppm if one.factor_ppm is None else one.factor_ppm
    hours = seen.holiday_ms if one.hours_ms is None else one.hours_ms
    return words(
        "staff_rules.holiday_value",
        percent=factor // PPM_PER_PERCENT,
        hours=hours_text(hours // MINUTE_MS),
    )
