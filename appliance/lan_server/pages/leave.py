"""Paid leave of one person: granting it, taking it, and what was entered by mistake."""

import datetime
from typing import Final

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from appliance.domain import calendar
from appliance.journal.pay_kinds import LeaveGranted, LeaveTaken
from appliance.lan_server.access.doors import me, needs
from appliance.lan_server.pages import entered
from appliance.lan_server.pages.page import done, formats, is_posted, sent, typed, words, wrong
from appliance.lan_server.pages.parts import Field
from appliance.lan_server.pages.team import (
    LONGEST_TEXT,
    choose,
    crumbs,
    form_page,
    guard,
    known,
    leave_name,
    length,
    today,
)
from appliance.lan_server.room import here, write
from appliance.messages import PersonView
from appliance.problems import Refusal
from appliance.services import leave, pay_rules, pay_terms, wage_ledger
from appliance.services.leave import MOST_DAYS, NoSuchLeave

BLUEPRINT: Final = Blueprint("leave", __name__, url_prefix="/people")
guard(BLUEPRINT, "people")
_DAY_MS: Final = 8 * entered.HOUR_MS
_WORKDAYS: Final = frozenset(range(1, 6))


class NoLeaveDays(Refusal):
    """None of the days from the first to the last falls on one of the weekdays, or they are too many: `most`."""

    code = "no_leave_days"


@BLUEPRINT.route("/<employee>/leave/take", methods=["GET", "POST"])
@needs("manager")
def take(employee: str) -> ResponseReturnValue:
    """Paid leave on some days."""
    found, say = known(employee), words()
    if is_posted():
        told = LeaveTaken(
            employee=found.id,
            leave=sent("leave"),
            days=_days(pay_rules.day(sent("first")), pay_rules.day(sent("last"))),
            length_ms=entered.length_ms(sent("hours")),
            reason=sent("reason", LONGEST_TEXT),
        )
        write(leave.take, told, me().id)
        return done(say("web.saved"), "people.person", employee=found.id, _anchor="leave")
    day = today().isoformat()
    weekdays = tuple(
        Field(
            f"weekday-{one}",
            say(f"web.date.weekday_{one}"),
            typed(f"weekday-{one}", "on" if one in _WORKDAYS else ""),
            "checkbox",
        )
        for one in range(1, 8)
    )
    fields = (
        _kind(),
        _day("first", "from", day),
        _day("last", "to", day),
        *weekdays,
        _hours("hours_a_day", _DAY_MS),
        Field(
            "reason",
            say("web.pay.reason"),
            typed("reason"),
            hint=say("web.pay.leave_why"),
            error=wrong("not_enough_leave"),
            letters=LONGEST_TEXT,
        ),
    )
    title = say("web.pay.take_leave")
    return form_page(
        title,
        fields,
        say("web.save"),
        _back(found),
        crumbs(found, title),
        sentence=say("web.pay.leave_text"),
    )


@BLUEPRINT.route("/<employee>/leave/grant", methods=["GET", "POST"])
@needs("manager")
def grant(employee: str) -> ResponseReturnValue:
    """Hours that may be taken from a day on."""
    found, say = known(employee), words()
    if is_posted():
        hours_ms = entered.length_ms(sent("hours"))
        told = LeaveGranted(
            employee=found.id,
            leave=sent("leave"),
            day=sent("since"),
            length_ms=-hours_ms if sent("less") else hours_ms,
            reason=sent("reason", LONGEST_TEXT),
        )
        write(leave.grant, told, me().id)
        return done(say("web.saved"), "people.person", employee=found.id, _anchor="leave")
    fields = (
        _kind(),
        _day("since", "from", today().isoformat()),
        _hours("hours_in_all", 0),
        Field("less", say("web.pay.grant_less"), typed("less"), "checkbox"),
        Field("reason", say("web.pay.note"), typed("reason"), letters=LONGEST_TEXT),
    )
    title = say("web.pay.grant_leave")
    return form_page(
        title,
        fields,
        say("web.save"),
        _back(found),
        crumbs(found, title),
        sentence=say("web.pay.grant_text"),
    )


@BLUEPRINT.route("/<employee>/leave/cancel", methods=["GET", "POST"])
@needs("manager")
def cancel(employee: str) -> ResponseReturnValue:
    """Leave that was not taken after all."""
    found, form = known(employee), formats()
    say, year = form.words, today().year
    with here().readers.reading() as db:
        taken = wage_ledger.leave_taken(db, found.id, f"{year}-01-01", f"{year}-12-31")
        kinds = pay_terms.leave_kinds(db, also_archived=True)
    if is_posted():
        if sent("taken") not in {one.id for one in taken}:
            raise NoSuchLeave
        write(leave.cancel, sent("taken"), sent("reason", LONGEST_TEXT), me().id)
        return done(say("web.saved"), "people.person", employee=found.id, _anchor="leave")
    listed = tuple(
        (
            one.id,
            ", ".join(
                (
                    leave_name(one.code, kinds[one.code].name if one.code in kinds else "", form),
                    form.span(one.from_day, one.to_day),
                    length(one.length_ms, form),
                )
            ),
        )
        for one in taken
    )
    fields = (
        Field(
            "taken",
            say("web.pay.leave"),
            kind="select",
            options=choose(listed, typed("taken")),
        ),
        Field(
            "reason",
            say("web.pay.reason"),
            typed("reason"),
            error=wrong("reason_needed"),
            letters=LONGEST_TEXT,
            is_needed=True,
        ),
    )
    title = say("web.pay.cancel_leave")
    return form_page(
        title,
        fields,
        title,
        _back(found),
        crumbs(found, title),
        sentence=say("web.pay.cancel_text"),
        kind="danger",
    )


# --------------------------------------------------------------------------- helpers


def _days(first: datetime.date, last: datetime.date) -> tuple[str, ...]:
    if not 0 <= (last - first).days < MOST_DAYS:
        raise NoLeaveDays(most=MOST_DAYS)
    found = tuple(
        day.isoformat()
        for day in calendar.days_between(first, last)
        if f"weekday-{day.isoweekday()}" in request.form
    )
    if not found:
        raise NoLeaveDays(most=MOST_DAYS)
    return found


def _kind() -> Field:
    form = formats()
    with here().readers.reading() as db:
        kinds = pay_terms.leave_kinds(db)
    names = {code: leave_name(code, one.name, form) for code, one in kinds.items()}
    options = choose(names, typed("leave"))
    return Field("leave", form.words("web.pay.leave_kind"), kind="select", options=options)


def _day(name: str, key: str, day: str) -> Field:
    return Field(
        name,
        words()(f"web.pay.{key}"),
        typed(name, day),
        "date",
        error=wrong("not_a_day", "no_leave_days", "leave_twice", "period_locked"),
        is_needed=True,
    )


def _hours(key: str, length_ms: int) -> Field:
    return Field(
        "hours",
        words()(f"web.pay.{key}"),
        typed("hours", entered.length_text(length_ms) if length_ms else ""),
        hint=words()("web.pay.hours_hint"),
        error=wrong("not_a_length", "unknown_pay_rule"),
        inputmode="decimal",
        is_needed=True,
    )


def _back(found: PersonView) -> str:
    return url_for("people.person", employee=found.id)
