"""What is filled in about paid leave: days that are taken, hours that are granted, and what is taken back."""

import datetime
from collections.abc import Mapping
from typing import Final

from appliance.messages import (
    CancelLeave,
    Command,
    GrantLeave,
    LeaveTakenView,
    LeaveView,
    StaffPayView,
    TakeLeave,
    WagesOfView,
)
from kiosk_ui.presenters.keyed import minutes_of
from kiosk_ui.presenters.sheet import Field, Sheet
from kiosk_ui.presenters.staff.pay_lines import Lines
from kiosk_ui.presenters.staff.pay_sheets import within

MINUTE_MS: Final = 60_000
A_DAY: Final = "8:00"
WEEKDAYS: Final = tuple(map(str, range(7)))
WORKDAYS: Final = " ".join(WEEKDAYS[:5])
MOST_DAYS: Final = 366


def taking(seen: StaffPayView, who: WagesOfView, lines: Lines) -> Sheet:
    """Leave from one day to another, on some weekdays."""
    words = lines.words
    kinds = tuple((one.code, lines.leave_name(one)) for one in who.leave)

    def command(filled: Mapping[str, str]) -> Command:
        return TakeLeave(
            employee=who.employee,
            leave=filled["kind"],
            days=days_of(filled["from"], filled["to"], filled["weekdays"]),
            length_ms=minutes_of(filled["hours"]) * MINUTE_MS,
            reason=filled["reason"],
        )

    return Sheet(
        title=words("staff_pay.sheet.leave", name=who.name),
        text=words("staff_pay.sheet.leave_text"),
        fields=(
            Field(
                "kind", words("staff_pay.sheet.kind"), "choice", kinds[0][0], kinds, required=True
            ),
            Field("from", words("staff_pay.sheet.from"), "day", within(seen), required=True),
            Field("to", words("staff_pay.sheet.to"), "day", within(seen), required=True),
            Field(
                "weekdays",
                words("staff_pay.sheet.weekdays"),
                "many",
                WORKDAYS,
                tuple((day, words(f"sheet.weekday.{int(day) + 1}")) for day in WEEKDAYS),
                required=True,
            ),
            Field("hours", words("staff_pay.sheet.hours"), "hours", A_DAY, required=True),
            Field("reason", words("staff_pay.sheet.why"), note=words("staff_pay.sheet.leave_why")),
        ),
        save=words("staff_pay.sheet.save"),
        command=command,
    )


def granting(seen: StaffPayView, who: WagesOfView, kind: LeaveView, lines: Lines) -> Sheet:
    """Hours of leave that are somebody's from a day on."""
    words = lines.words
    return Sheet(
        title=words("staff_pay.sheet.grant", kind=lines.leave_name(kind), name=who.name),
        text=words("staff_pay.sheet.grant_text"),
        fields=(
            Field("hours", words("staff_pay.sheet.grant_hours"), "hours", required=True),
            Field("day", words("staff_pay.sheet.from"), "day", within(seen), required=True),
            Field("reason", words("staff_pay.sheet.note")),
        ),
        save=words("staff_pay.sheet.save"),
        command=lambda filled: GrantLeave(
            who.employee,
            kind.code,
            filled["day"],
            minutes_of(filled["hours"]) * MINUTE_MS,
            filled["reason"],
        ),
    )


def cancelling(taken: LeaveTakenView, lines: Lines) -> Sheet:
    """Leave that was not taken after all, with all its days."""
    words = lines.words
    return Sheet(
        title=words("staff_pay.sheet.leave_back"),
        text=words("staff_pay.sheet.leave_back_text", length=lines.length(taken.length_ms)),
        fields=(Field("reason", words("staff_pay.sheet.why"), required=True),),
        save=words("staff_pay.sheet.back_save"),
        command=lambda filled: CancelLeave(taken.id, filled["reason"]),
    )


def days_of(first: str, last: str, weekdays: str) -> tuple[str, ...]:
    """The days from the first to the last that fall on one of `weekdays` (`0` is Monday); at most a year of them."""
    chosen = set(weekdays.split())
    day, end = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)
    found: list[str] = []
    while day <= end and len(found) < MOST_DAYS:
        if str(day.weekday()) in chosen:
            found.append(day.isoformat())
        day += datetime.timedelta(days=1)
    return tuple(found)
