"""A week of the schedule as a grid of people and days: shifts, and what became of them, in words."""

import datetime
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

import msgspec
from flask import url_for

from appliance.domain import calendar
from appliance.domain.attendance import State
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.parts import Form, Link, Notice, Pager
from appliance.lan_server.pages.team import not_here, people_tabs, today
from appliance.lan_server.room import here
from appliance.services.plan import Judged, Week

_TONES: Final[Mapping[State, str]] = {
    State.COMING: "",
    State.HERE: "good",
    State.LATE: "look",
    State.MISSING: "bad",
    State.DONE: "good",
}


class Chip(msgspec.Struct, frozen=True):
    """A shift, or a time at work that nobody planned, in the grid. `tone` as in `parts.Cell`."""

    times: str
    more: tuple[str, ...] = ()
    tone: str = ""
    href: str = ""


class Slot(msgspec.Struct, frozen=True):
    """A person's day: its `chips`, and a link for one more where that is possible."""

    day: str
    chips: tuple[Chip, ...]
    add: Link | None = None


class Line(msgspec.Struct, frozen=True):
    """A person's week."""

    name: str
    href: str
    total: str
    slots: tuple[Slot, ...]


class SchedulePage(msgspec.Struct, frozen=True):
    """What `people/schedule.html` shows."""

    title: str
    more: str
    tabs: tuple[Link, ...]
    tabs_label: str
    pager: Pager
    notes: tuple[Notice, ...]
    person: str
    total: str
    days: tuple[str, ...]
    today: int
    lines: tuple[Line, ...]
    empty: str
    copy: Form | None


def view(
    week: Week,
    shown: Mapping[str, str],
    working: set[str],
    jobs: Mapping[str, str],
    late: tuple[str, ...],
    form: Formats,
) -> SchedulePage:
    """All words of the page."""
    say, first, last = form.words, week.days[0], week.days[-1]
    may = here().place.allows("plan")
    notes = list(not_here("plan"))
    if late:
        notes.append(Notice(say("web.plan.late_now", names=", ".join(late)), "look"))
    copy = None
    if may:
        action = url_for("schedule.copy", day=first.isoformat())
        copy = Form(action, (), say("web.plan.copy"), "plain")
    by_person: dict[str, list[Judged]] = defaultdict(list)
    for one in week.shifts:
        by_person[one.planned.employee].append(one)
    lines = tuple(
        _line(
            employee,
            name,
            by_person[employee],
            week,
            jobs,
            form,
            may=may and employee in working,
        )
        for employee, name in sorted(shown.items(), key=lambda one: (one[1].casefold(), one[0]))
    )

    def link(day: datetime.date, key: str) -> Link:
        return Link(say(key), url_for("schedule.index", day=day.isoformat()))

    is_now = first <= today() <= last
    return SchedulePage(
        title=say("web.staff.tab_plan"),
        more=form.span(first, last),
        tabs=people_tabs(),
        tabs_label=say("web.room.people"),
        pager=Pager(
            say("web.hours.this_week") if is_now else form.span(first, last),
            link(first - calendar.ONE_DAY, "web.hours.before"),
            link(last + calendar.ONE_DAY, "web.hours.after"),
        ),
        notes=tuple(notes),
        person=say("web.account.name"),
        total=say("web.plan.planned"),
        days=tuple(f"{form.weekday(one)} {form.day_month(one)}" for one in week.days),
        today=week.days.index(today()) if is_now else -1,
        lines=lines,
        empty=say("web.plan.hint") if not week.shifts else "",
        copy=copy,
    )


def _line(
    employee: str,
    name: str,
    own: list[Judged],
    week: Week,
    jobs: Mapping[str, str],
    form: Formats,
    *,
    may: bool,
) -> Line:
    say = form.words
    slots = []
    for day in week.days:
        chips = [
            _chip(one, jobs, form)
            for one in own
            if calendar.day_of(one.planned.begins_ms, form.zone) == day
        ]
        for whose, stay in week.unplanned:
            if whose == employee and calendar.day_of(stay.begun_ms, form.zone) == day:
                end = form.clock(stay.ended_ms) if stay.ended_ms else say("web.hours.now")
                times = f"{form.clock(stay.begun_ms)}–{end}"
                href = url_for("hours.day", employee=employee, day=day.isoformat())
                chips.append(Chip(times, (say("web.plan.unplanned"),), "look", href))
        add = None
        if may:
            href = url_for("schedule.new", employee=employee, day=day.isoformat())
            add = Link(say("web.plan.add_for", name=name, day=form.day_month(day)), href, "plus")
        slots.append(Slot(f"{form.weekday(day)} {form.day_month(day)}", tuple(chips), add))
    total_ms = sum(one.planned.ends_ms - one.planned.begins_ms for one in own)
    return Line(
        name,
        url_for("people.person", employee=employee),
        form.hours(total_ms) if total_ms else "–",
        tuple(slots),
    )


def _chip(one: Judged, jobs: Mapping[str, str], form: Formats) -> Chip:
    say, planned, found = form.words, one.planned, one.attendance
    more = [text for text in (jobs.get(planned.job, planned.job), planned.note) if text]
    tone = _TONES[found.state]
    if found.state is State.LATE:
        more.append(say("web.plan.late", length=form.hours(found.late_ms)))
    elif found.state is not State.COMING:
        more.append(say(f"web.plan.{found.state.value}"))
    if found.late_ms and found.state in {State.HERE, State.DONE}:
        more.append(say("web.plan.came_late", length=form.hours(found.late_ms)))
        tone = "look"
    if found.left_early_ms:
        more.append(say("web.plan.left_early", length=form.hours(found.left_early_ms)))
        tone = "look"
    if one.clashes:
        more.append(say("web.plan.clash"))
        tone = "bad"
    if planned.early_allowed:
        more.append(say("web.plan.allowed"))
    times = f"{form.clock(planned.begins_ms)}–{form.clock(planned.ends_ms)}"
    return Chip(times, tuple(more), tone, url_for("schedule.change", shift=planned.id))
