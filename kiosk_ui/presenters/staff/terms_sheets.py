"""What is filled in about bonuses, holidays, kinds of leave and the shop's own breaks: something new, or a change."""

from collections.abc import Callable, Iterable, Mapping

from appliance.messages import (
    Command,
    DefineLeave,
    HolidayView,
    LeaveKindView,
    OwnBreakSaid,
    OwnBreakView,
    SetHoliday,
    SetPayTerms,
    StaffRulesView,
)
from kiosk_ui.presenters.ask import Question
from kiosk_ui.presenters.formats import Formats
from kiosk_ui.presenters.keyed import hours_text, minutes_of
from kiosk_ui.presenters.sheet import Field, Sheet
from kiosk_ui.presenters.staff import bonus_sheets
from kiosk_ui.presenters.staff.bonus_sheets import free_code, name_field
from kiosk_ui.presenters.staff.rules_lists import PPM, hours_for_one, leave_name
from kiosk_ui.presenters.staff.rules_sheets import FACTORS, MINUTE_MS, PPM_PER_PERCENT
from kiosk_ui.strings import Words


def new(name: str, seen: StaffRulesView, formats: Formats) -> Sheet:
    """Something new in a list."""
    makes: Mapping[str, Callable[[], Sheet]] = {
        "bonuses": lambda: bonus_sheets.bonus(None, seen, formats),
        "all_holidays": lambda: _holiday(None, seen, formats),
        "leave": lambda: _leave(None, seen, formats.words),
        "own_breaks": lambda: _break(None, seen, formats.words),
    }
    return makes[name]()


def of(kind: str, which: str, seen: StaffRulesView, formats: Formats) -> Sheet | Question | None:
    """What a tap on a row opens: `bonus`, `holiday`, `leave` or `break`. None where it has gone meanwhile."""
    words = formats.words
    if kind == "bonus":
        day, _, code = which.partition(":")
        found = next((one for one in seen.bonuses if (one.from_day, one.code) == (day, code)), None)
        return None if found is None else bonus_sheets.bonus(found, seen, formats)
    if kind == "holiday":
        held = next((one for one in seen.holidays or () if one.day == which), None)
        if held is not None and not held.kept:
            return _keep_again(held, formats)
        return None if held is None else _holiday(held, seen, formats)
    if kind == "leave":
        sort = next((one for one in seen.leave_kinds if one.code == which), None)
        if sort is not None and sort.archived:
            return _use_again(sort, words)
        return None if sort is None else _leave(sort, seen, words)
    pause = next((one for one in seen.own_breaks if str(one.after_ms) == which), None)
    return None if pause is None else _break(pause, seen, words)


# --------------------------------------------------------------------------- holidays


def _holiday(held: HolidayView | None, seen: StaffRulesView, formats: Formats) -> Sheet:
    """A day of the shop's own, or what a day of the calendar pays here."""
    words = formats.words
    day = "" if held is None else held.day

    def command(filled: Mapping[str, str]) -> Command:
        return SetHoliday(
            day or filled["day"],
            filled.get("name") or (held.name if held is not None else ""),
            factor_ppm=int(filled["factor"]) if filled["factor"] else None,
            hours_ms=minutes_of(filled["hours"]) * MINUTE_MS if filled["hours"] else None,
        )

    which: tuple[Field, ...] = (
        Field("day", words("staff_rules.holiday.day"), "day", required=True),
        name_field(words, "", words("staff_rules.holiday.name_hint")),
    )
    if held is not None:
        which = () if held.is_public else (name_field(words, held.name, ""),)
    return Sheet(
        title=words("staff_rules.add.all_holidays")
        if held is None
        else words("staff_rules.row", label=held.name, value=formats.day(held.day)),
        text=words("staff_rules.holiday.text"),
        fields=(*which, _factor(held, seen, words), _hours(held, words)),
        save=words("staff_rules.save"),
        command=command,
        remove=""
        if held is None
        else words("staff_rules.holiday." + ("take_off" if held.is_public else "remove")),
        removing=None if held is None else _taking_off(held, formats),
    )


def _factor(held: HolidayView | None, seen: StaffRulesView, words: Words) -> Field:
    chosen = "" if held is None or held.factor_ppm is None else str(held.factor_ppm)
    known = FACTORS if chosen in {"", *FACTORS} else (*FACTORS, chosen)
    usual = words("staff_rules.holiday.usual", percent=seen.holiday_ppm // PPM_PER_PERCENT)
    percents = (
        (one, words("staff_rules.percent", percent=int(one) // PPM_PER_PERCENT)) for one in known
    )
    return Field(
        "factor", words("staff_rules.field.factor"), "choice", chosen, (("", usual), *percents)
    )


def _hours(held: HolidayView | None, words: Words) -> Field:
    hours_ms = None if held is None else held.hours_ms
    return Field(
        "hours",
        words("staff_rules.field.hours"),
        "hours",
        "" if hours_ms is None else hours_text(hours_ms // MINUTE_MS),
        hint=words("staff_rules.holiday.hours_hint"),
    )


def _taking_off(one: HolidayView, formats: Formats) -> Question:
    words, is_public = formats.words, one.is_public
    what = "take_off" if is_public else "remove"
    return Question(
        title=words(f"staff_rules.holiday.{what}_title", name=one.name),
        text=words(f"staff_rules.holiday.{what}_text", day=formats.day(one.day)),
        yes=words(f"staff_rules.holiday.{what}"),
        no=words("staff_rules.keep"),
        command=SetHoliday(one.day, one.name, observed=False)
        if is_public
        else SetHoliday(one.day, None),
    )


def _keep_again(one: HolidayView, formats: Formats) -> Question:
    words = formats.words
    return Question(
        title=words("staff_rules.holiday.again_title", name=one.name),
        text=words("staff_rules.holiday.again_text", day=formats.day(one.day)),
        yes=words("staff_rules.holiday.again"),
        no=words("staff_rules.leave_it"),
        command=SetHoliday(one.day, None),
        destroys=False,
    )


# --------------------------------------------------------------------------- kinds of leave


def _leave(held: LeaveKindView | None, seen: StaffRulesView, words: Words) -> Sheet:
    """A kind of leave: what it is called, and how much work earns an hour of it."""
    earned = "" if held is None else str(hours_for_one(held.accrual_ppm) or "")
    named = "" if held is None else leave_name(held, words)

    def command(filled: Mapping[str, str]) -> Command:
        codes = [one.code for one in seen.leave_kinds]
        return DefineLeave(
            free_code(filled["name"], codes) if held is None else held.code,
            name=None if filled["name"] == named else filled["name"],
            accrual_ppm=None if filled["every"] == earned else _accrual_ppm(filled["every"]),
        )

    return Sheet(
        title=words("staff_rules.add.leave") if held is None else named,
        text=words("staff_rules.leave.text"),
        fields=(
            name_field(words, named, words("staff_rules.leave.name_hint")),
            Field(
                "every",
                words("staff_rules.leave.every"),
                "digits",
                earned,
                hint=words("staff_rules.granted_only"),
            ),
        ),
        save=words("staff_rules.save"),
        command=command,
        remove=words("staff_rules.archive"),
        removing=None
        if held is None
        else Question(
            title=words("staff_rules.leave.archive_title", name=named),
            text=words("staff_rules.leave.archive_text"),
            yes=words("staff_rules.archive"),
            no=words("staff_rules.keep"),
            command=DefineLeave(held.code, archived=True),
        ),
    )


def _accrual_ppm(hours: str) -> int:
    """The part of an hour that an hour of work earns, rounded up: never less than the law's one for thirty."""
    count = int(hours or 0)
    return (PPM + count - 1) // count if count else 0


def _use_again(kind: LeaveKindView, words: Words) -> Question:
    return Question(
        title=words("staff_rules.leave.again_title", name=leave_name(kind, words)),
        text=words("staff_rules.leave.again_text"),
        yes=words("staff_rules.leave.again"),
        no=words("staff_rules.leave_it"),
        command=DefineLeave(kind.code, archived=False),
        destroys=False,
    )


# --------------------------------------------------------------------------- the shop's own breaks


def _break(held: OwnBreakView | None, seen: StaffRulesView, words: Words) -> Sheet:
    """Breaks that are due after so many hours; another one after as many takes its place."""
    others = [one for one in seen.own_breaks if one != held]

    def command(filled: Mapping[str, str]) -> Command:
        after_ms = minutes_of(filled["after"]) * MINUTE_MS
        said = OwnBreakSaid(after_ms, int(filled["minutes"]) * MINUTE_MS)
        return SetPayTerms(
            own_breaks=_in_order(
                [said, *(_as_said(one) for one in others if one.after_ms != after_ms)]
            )
        )

    return Sheet(
        title=words("staff_rules.add.own_breaks" if held is None else "staff_rules.break.title"),
        text=words("staff_rules.break.text"),
        fields=(
            Field(
                "after",
                words("staff_rules.break.after"),
                "hours",
                "" if held is None else hours_text(held.after_ms // MINUTE_MS),
                required=True,
            ),
            Field(
                "minutes",
                words("staff_rules.break.minutes"),
                "digits",
                "" if held is None else str(held.length_ms // MINUTE_MS),
                required=True,
            ),
        ),
        save=words("staff_rules.save"),
        command=command,
        check=lambda filled: "" if int(filled["minutes"]) else words("staff_rules.break.none"),
        remove=words("staff_rules.break.remove"),
        removing=None
        if held is None
        else Question(
            title=words("staff_rules.break.remove_title"),
            text=words("staff_rules.break.remove_text"),
            yes=words("staff_rules.break.remove"),
            no=words("staff_rules.keep"),
            command=SetPayTerms(own_breaks=_in_order(map(_as_said, others))),
        ),
    )


def _as_said(one: OwnBreakView) -> OwnBreakSaid:
    return OwnBreakSaid(one.after_ms, one.length_ms)


def _in_order(breaks: Iterable[OwnBreakSaid]) -> tuple[OwnBreakSaid, ...]:
    return tuple(sorted(breaks, key=lambda one: one.after_ms))
