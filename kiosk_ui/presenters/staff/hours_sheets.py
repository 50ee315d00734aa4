"""The sheets of the part *Hours*: a punch is put right, taken away or added, a request is declined; always with why."""

from collections.abc import Mapping
from typing import Final

from appliance.messages import (
    ApproveCorrection,
    Command,
    HoursDayView,
    HoursPunchView,
    HoursRequestView,
    HoursWeekView,
    PutPunchRight,
)
from kiosk_ui.presenters.sheet import Field, Sheet
from kiosk_ui.presenters.staff.hours_rows import HOUR_MS, USUAL_HOURS, change
from kiosk_ui.presenters.staff.hours_words import HourWords

NONE: Final = "none"
"""There was no punch: it is taken away."""

PAID: Final = "break_start_paid"
WHATS: Final = ("in", "out", "break_start", PAID, "break_end")
FIRST, SECOND = "first", "second"
LONGEST_REASON: Final = 400


def punch_sheet(
    hours: HourWords,
    week: HoursWeekView,
    day: HoursDayView,
    jobs: tuple[tuple[str, str], ...],
    punch: HoursPunchView | None,
) -> Sheet:
    """What a punch really was; None is one that nobody made."""
    words = hours.words
    if punch is None:
        title = words("staff_hours.sheet_add", name=week.name, day=hours.day(day.day))
    else:
        said = hours.said(punch.said)
        title = words("staff_hours.sheet_right", name=week.name, day=hours.day(day.day), said=said)
    fields = [
        _what(hours, day, punch),
        Field(
            "time",
            words("staff_hours.field_time"),
            "time",
            "" if punch is None else hours.typed(punch.said.at_ms),
            required=True,
        ),
    ]
    if day.ends_ms - day.begins_ms > USUAL_HOURS * HOUR_MS:
        fields.append(_later(hours, punch))
    if jobs:
        fields.append(
            Field(
                "job",
                words("staff_hours.field_job"),
                "choice",
                "" if punch is None else punch.said.job,
                (("", words("staff_hours.no_job")), *jobs),
                note=words("staff_hours.field_job_note"),
            )
        )
    keys = ("forgot", "reader", "wrong", "agreed")
    chips = tuple(words(f"staff_hours.reason_{key}", name=week.name) for key in keys)
    fields.append(reason_field(hours, chips))
    return Sheet(
        title=title,
        fields=tuple(fields),
        save=words("staff_hours.save"),
        command=lambda filled: _command(week.employee, day.day, punch, filled),
        text=words("staff_hours.sheet_text"),
    )


def decline_sheet(hours: HourWords, request: HoursRequestView) -> Sheet:
    """Why a request is declined."""
    words = hours.words
    keys = ("unseen", "agreed", "again")
    chips = tuple(words(f"staff_hours.decline_{key}") for key in keys)
    asks = words("staff_hours.asks", name=request.name, change=change(hours, request))
    return Sheet(
        title=words("staff_hours.sheet_decline", asks=asks),
        fields=(reason_field(hours, chips),),
        save=words("staff_hours.decline"),
        command=lambda filled: ApproveCorrection(
            request.id, approved=False, reason=filled["reason"][:LONGEST_REASON]
        ),
        text=request.reason,
    )


def confirmation(hours: HourWords, employee: str, punch: HoursPunchView, day: str) -> Command:
    """A punch was right as it is: a correction that says the same."""
    said = punch.said
    return PutPunchRight(
        employee,
        day,
        hours.typed(said.at_ms),
        hours.words("staff_hours.confirmed"),
        punch.id,
        said.what,
        said.job,
        said.paid,
        said.later,
    )


def reason_field(hours: HourWords, chips: tuple[str, ...]) -> Field:
    """Why: one of the usual reasons, or whatever is typed."""
    choices = tuple((text, text) for text in chips)
    label = hours.words("staff_hours.field_reason")
    return Field("reason", label, choices=choices, required=True)


def _what(hours: HourWords, day: HoursDayView, punch: HoursPunchView | None) -> Field:
    words = hours.words
    choices = tuple((what, words(f"staff_hours.what_{what}")) for what in WHATS)
    if punch is None:
        # Somebody who came and never went is the usual reason for another punch.
        forgot = any(one.fault == "no_end" and not one.gone for one in day.punches)
        value = "out" if forgot else ""
    else:
        choices = (*choices, (NONE, words("staff_hours.what_none")))
        is_paid = punch.said.what == "break_start" and punch.said.paid
        value = PAID if is_paid else punch.said.what
    label = words("staff_hours.field_what")
    return Field("what", label, "choice", value, choices, required=True)


def _later(hours: HourWords, punch: HoursPunchView | None) -> Field:
    words = hours.words
    value = "" if punch is None else SECOND if punch.said.later else FIRST
    choices = (
        (FIRST, words("staff_hours.first_time")),
        (SECOND, words("staff_hours.second_time")),
    )
    return Field("later", words("staff_hours.field_later"), "choice", value, choices)


def _command(
    employee: str, day: str, punch: HoursPunchView | None, filled: Mapping[str, str]
) -> PutPunchRight:
    what = filled["what"]
    later = filled.get("later", "")
    return PutPunchRight(
        employee=employee,
        day=day,
        time=filled["time"],
        reason=filled["reason"],
        punch=None if punch is None else punch.id,
        what=None if what == NONE else "break_start" if what == PAID else what,
        job=filled.get("job", "") if what == "in" else "",
        paid=what == PAID,
        later=later == SECOND if later else None,
    )
