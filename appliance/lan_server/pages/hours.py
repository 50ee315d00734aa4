"""Hours: everybody's week or pay period, what waits for a manager, one person's week, a day with all that was said."""

import datetime
from typing import Final

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from appliance.domain import calendar
from appliance.lan_server.access.doors import needs
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.hours_day import Day, day_blocks
from appliance.lan_server.pages.hours_waiting import waiting_blocks
from appliance.lan_server.pages.page import formats, show
from appliance.lan_server.pages.parts import Cell, Column, Link, Pager, Table
from appliance.lan_server.pages.stack import Block, StackPage
from appliance.lan_server.pages.team import (
    asked_day,
    crumbs,
    job_names,
    known,
    not_here,
    people_tabs,
    today,
)
from appliance.lan_server.room import here
from appliance.messages import HoursDayView, PersonView
from appliance.services import attention, hours, origins, pay_rules, team_hours
from appliance.services.team_hours import DaySum, TeamRow

BLUEPRINT: Final = Blueprint("hours", __name__, url_prefix="/people/hours")
_MOST_COLUMNS: Final = 16
"""So many days stand side by side; a longer period is shown by its weeks."""


@BLUEPRINT.route("/")
@needs("manager")
def index() -> ResponseReturnValue:
    """Everybody's hours, and what waits."""
    day, now_ms = asked_day(), here().now_ms()
    is_period = request.args.get("span") == "period"
    with here().readers.reading() as db:
        rules = pay_rules.read(db)
        if is_period:
            first, last = pay_rules.period_at(db, day)
        else:
            first = calendar.week_begins(day, rules.week_starts)
            last = first + (calendar.DAYS - 1) * calendar.ONE_DAY
        rows = team_hours.look(db, first, last, now_ms)
        waiting = attention.look(db, now_ms)
        strangers = origins.waiting(db)
        jobs = job_names(db)
    form = formats()
    say = form.words
    page = StackPage(
        title=say("web.staff.tab_hours"),
        more=form.span(first, last),
        tabs=people_tabs(),
        tabs_label=say("web.room.people"),
        acts=(_other_span(day, is_period=is_period, form=form),),
        pager=_pager(first, last, is_period=is_period, form=form),
        is_strong=False,
        blocks=(
            Block(table=team_table(rows, first, last, rules.week_starts, form)),
            *waiting_blocks(waiting, strangers, jobs, form),
        ),
    )
    return show("stack.html", page, title=page.title)


def _other_span(day: datetime.date, *, is_period: bool, form: Formats) -> Link:
    key, span = ("week", "week") if is_period else ("period", "period")
    href = url_for("hours.index", day=day.isoformat(), span=span)
    return Link(form.words(f"web.hours.show_{key}"), href, "calendar-range")


def _pager(first: datetime.date, last: datetime.date, *, is_period: bool, form: Formats) -> Pager:
    say, span = form.words, "period" if is_period else "week"

    def link(day: datetime.date, key: str) -> Link:
        return Link(say(key), url_for("hours.index", day=day.isoformat(), span=span))

    is_now = first <= today() <= last
    text = say(f"web.hours.this_{span}") if is_now else form.span(first, last)
    return Pager(
        text,
        link(first - calendar.ONE_DAY, "web.hours.before"),
        link(last + calendar.ONE_DAY, "web.hours.after"),
    )


# --------------------------------------------------------------------------- everybody


def team_table(
    rows: tuple[TeamRow, ...],
    first: datetime.date,
    last: datetime.date,
    week_starts: int,
    form: Formats,
) -> Table:
    """People by days; a long period by its weeks."""
    say = form.words
    days = tuple(calendar.days_between(first, last))
    by_week = len(days) > _MOST_COLUMNS
    groups: dict[datetime.date, list[int]] = {}
    for place, day in enumerate(days):
        key = calendar.week_begins(day, week_starts) if by_week else day
        groups.setdefault(key, []).append(place)
    titles = [
        say("web.pay.week_of", day=form.day_month(key))
        if by_week
        else f"{form.weekday(key)} {form.day_month(key)}"
        for key in groups
    ]
    return Table(
        caption="",
        columns=(
            Column(say("web.account.name"), is_title=True),
            *(Column(title, "number") for title in titles),
            Column(say("web.hours.sum"), "number"),
        ),
        rows=tuple(
            (
                Cell(
                    one.name,
                    url_for("hours.person", employee=one.employee, day=first.isoformat()),
                ),
                *(
                    _sum(one.employee, key, [one.days[at] for at in places], by_week, form)
                    for key, places in groups.items()
                ),
                Cell(form.hours(one.paid_ms)),
            )
            for one in rows
        ),
        empty=say("web.staff.nobody"),
        total=(
            Cell(say("web.hours.sum")),
            *(
                Cell(form.hours(sum(one.days[at].paid_ms for one in rows for at in places)))
                for places in groups.values()
            ),
            Cell(form.hours(sum(one.paid_ms for one in rows))),
        ),
    )


def _sum(
    employee: str,
    day: datetime.date,
    found: list[DaySum],
    by_week: bool,  # noqa: FBT001 - which of two pages it leads to
    form: Formats,
) -> Cell:
    say = form.words
    paid_ms = sum(one.paid_ms for one in found)
    odd, is_open = sum(one.odd for one in found), any(one.is_open for one in found)
    if not (paid_ms or odd or is_open):
        return Cell("·")
    href = (
        url_for("hours.person", employee=employee, day=day.isoformat())
        if by_week
        else url_for("hours.day", employee=employee, day=day.isoformat())
    )
    if odd:
        return Cell(form.hours(paid_ms), href, "bad", more=say("web.hours.to_settle"))
    if is_open:
        return Cell(form.hours(paid_ms), href, "good", more=say("web.hours.goes_on"))
    more = say("web.hours.is_locked") if all(one.is_locked for one in found) else ""
    return Cell(form.hours(paid_ms), href, more=more)


# --------------------------------------------------------------------------- one person


@BLUEPRINT.route("/<employee>")
@needs("manager")
def person(employee: str) -> ResponseReturnValue:
    """Somebody's week."""
    found, day, now_ms = known(employee), asked_day(), here().now_ms()
    with here().readers.reading() as db:
        week = hours.week(db, found.id, day, now_ms)
    form = formats()
    say = form.words

    def link(other: str, key: str) -> Link:
        return Link(say(key), url_for("hours.person", employee=found.id, day=other))

    first, last = week.days[0].day, week.days[-1].day
    add: tuple[Link, ...] = ()
    if here().place.allows("correct"):
        href = url_for("put_right.add", employee=found.id, day=day.isoformat())
        add = (Link(say("web.hours.add"), href, "plus"),)
    page = StackPage(
        title=found.name,
        more=form.span(first, last),
        crumbs=hours_crumbs(found),
        acts=add,
        pager=Pager(
            form.span(first, last),
            link(week.before, "web.hours.before"),
            link(week.after, "web.hours.after"),
        ),
        blocks=(Block(notes=not_here("correct"), table=_week(found, week.days, form)),),
    )
    return show("stack.html", page, title=page.title)


def hours_crumbs(found: PersonView, last: str = "") -> tuple[Link, ...]:
    """The way back to everybody's hours."""
    say = formats().words
    hours_of_all = Link(say("web.staff.tab_hours"), url_for("hours.index"))
    own = Link(found.name, url_for("hours.person", employee=found.id), is_here=not last)
    return (*crumbs(), hours_of_all, own, *((Link(last, "", is_here=True),) if last else ()))


def _week(found: PersonView, days: tuple[HoursDayView, ...], form: Formats) -> Table:
    say = form.words
    rows = []
    for one in days:
        marks = [say(f"web.hours.is_{mark}") for mark in _marks(one)]
        if one.lock is not None:
            marks.append(say("web.hours.is_locked"))
        rows.append(
            (
                Cell(form.date(one.day), url_for("hours.day", employee=found.id, day=one.day)),
                Cell(Day(one, form).times or "–"),
                Cell(form.hours(one.unpaid_ms) if one.unpaid_ms else "–"),
                Cell(form.hours(one.paid_ms) if one.paid_ms else "–"),
                Cell(", ".join(marks), tone="bad" if _marks(one) else ""),
            )
        )
    return Table(
        caption="",
        columns=(
            Column(say("web.hours.field_day"), is_title=True),
            Column(say("web.hours.times")),
            Column(say("web.hours.unpaid"), "number"),
            Column(say("web.hours.paid"), "number"),
            Column(say("web.hours.marks")),
        ),
        rows=tuple(rows),
        total=(
            Cell(say("web.hours.sum")),
            Cell(""),
            Cell(form.hours(sum(one.unpaid_ms for one in days))),
            Cell(form.hours(sum(one.paid_ms for one in days))),
            Cell(""),
        ),
    )


def _marks(day: HoursDayView) -> list[str]:
    """What does not fit on a day."""
    found = [one.fault for one in day.punches if one.fault and not one.gone]
    found += [
        one.clock
        for one in day.punches
        if one.clock in {"doubtful", hours.UNKNOWN_DEVICE} and not one.gone
    ]
    if any(one.corrections and one.corrections[-1].contested for one in day.punches):
        found.append("contested")
    return list(dict.fromkeys(found))


@BLUEPRINT.route("/<employee>/<day>")
@needs("manager")
def day(employee: str, day: str) -> ResponseReturnValue:
    """A day of somebody: what counts, each punch, and all that was ever said of it."""
    found, wanted, now_ms = known(employee), pay_rules.day(day), here().now_ms()
    with here().readers.reading() as db:
        week = hours.week(db, found.id, wanted, now_ms)
        jobs = job_names(db)
    form = formats()
    say = form.words
    shown = next(one for one in week.days if one.day == day)

    def link(other: datetime.date) -> Link:
        href = url_for("hours.day", employee=found.id, day=other.isoformat())
        return Link(f"{form.weekday(other)} {form.day_month(other)}", href)

    page = StackPage(
        title=found.name,
        more=form.date(wanted),
        crumbs=hours_crumbs(found, form.date(wanted)),
        pager=Pager("", link(wanted - calendar.ONE_DAY), link(wanted + calendar.ONE_DAY)),
        blocks=day_blocks(found, shown, jobs, form),
    )
    return show("stack.html", page, title=f"{found.name}, {say('web.staff.tab_hours')}")
