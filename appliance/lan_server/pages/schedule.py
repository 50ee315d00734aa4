"""The schedule: a week of shifts, person by person, and what became of them."""

import datetime
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

import msgspec
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from appliance.domain import calendar
from appliance.domain.attendance import State
from appliance.lan_server.access.doors import me, needs
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.page import (
    done,
    formats,
    is_posted,
    sent,
    show,
    typed,
    words,
    wrong,
)
from appliance.lan_server.pages.parts import Field, Form, Link, Notice, Pager
from appliance.lan_server.pages.team import (
    ask_once_more,
    asked_day,
    choose,
    crumbs,
    form_page,
    job_names,
    known,
    not_here,
    people_tabs,
    today,
)
from appliance.lan_server.room import here, write
from appliance.services import pay_rules, people, plan, shifts, staff
from appliance.services.plan import Judged, NoSuchShift, Week, Wished
from appliance.services.shifts import Planned, clock_text

BLUEPRINT: Final = Blueprint("schedule", __name__, url_prefix="/people/schedule")
_LONGEST_NOTE: Final = 100
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


@BLUEPRINT.route("/")
@needs("manager")
def index() -> ResponseReturnValue:
    """A week."""
    day, now_ms = asked_day(), here().now_ms()
    with here().readers.reading() as db:
        week = plan.week(db, day, now_ms)
        names = people.names(db)
        working = staff.here_on(db, week.days[0].isoformat())
        jobs = job_names(db)
        late = plan.not_there(db, now_ms)
    shown = {one.id: one.name for one in working}
    shown |= {one.planned.employee: names[one.planned.employee] for one in week.shifts}
    shown |= {employee: names[employee] for employee, _ in week.unplanned}
    page = view(week, shown, {one.id for one in working}, jobs, late, formats())
    return show("people/schedule.html", page, title=page.title)


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


# --------------------------------------------------------------------------- planning


@BLUEPRINT.route("/new/<employee>", methods=["GET", "POST"])
@needs("manager")
def new(employee: str) -> ResponseReturnValue:
    """One more shift."""
    here().place.refuse_unless("plan")
    found, say = known(employee), words()
    if is_posted():
        wished = _wished(found.id)
        write(plan.plan, wished, here().place, me().id)
        return done(say("web.plan.was_planned", name=found.name), "schedule.index", day=wished.day)
    day = asked_day().isoformat()
    title = say("web.plan.new", name=found.name)
    return form_page(
        title,
        _fields(day, "09:00", "17:00", "", ""),
        say("web.save"),
        url_for("schedule.index", day=day),
        _crumbs(title),
    )


@BLUEPRINT.route("/<shift>", methods=["GET", "POST"])
@needs("manager")
def change(shift: str) -> ResponseReturnValue:
    """A shift is to be another one."""
    here().place.refuse_unless("plan")
    form = formats()
    say = form.words
    held = _held(shift)
    day = calendar.day_of(held.begins_ms, form.zone).isoformat()
    if is_posted():
        wished = _wished(sent("employee"))
        write(
            plan.change,
            shift,
            wished._asdict(),
            here().place,
            me().id,
            allows_early=bool(sent("early")),
        )
        return done(say("web.saved"), "schedule.index", day=wished.day)
    with here().readers.reading() as db:
        names = {one.id: one.name for one in people.active(db)}
        names.setdefault(held.employee, people.known(db, held.employee).name)
        limit = pay_rules.read(db).early_minutes
    who = Field(
        "employee",
        say("web.plan.who"),
        kind="select",
        options=choose(names, typed("employee", held.employee)),
    )
    begins = clock_text(calendar.minute_of(held.begins_ms, form.zone))
    ends = clock_text(calendar.minute_of(held.ends_ms, form.zone))
    fields = [who, *_fields(day, begins, ends, held.job, held.note)]
    if here().place.allows("allow") and limit != pay_rules.NO_LIMIT and not held.early_allowed:
        fields.append(Field("early", say("web.plan.early"), typed("early"), "checkbox"))
    title = say("web.plan.change", name=names[held.employee])
    drop = Link(say("web.plan.drop"), url_for("schedule.drop", shift=shift), "calendar-remove")
    return form_page(
        title,
        tuple(fields),
        say("web.save"),
        url_for("schedule.index", day=day),
        _crumbs(title),
        acts=(drop,),
    )


@BLUEPRINT.route("/<shift>/drop", methods=["GET", "POST"])
@needs("manager")
def drop(shift: str) -> ResponseReturnValue:
    """A shift is not to be worked."""
    here().place.refuse_unless("plan")
    form = formats()
    say = form.words
    held = _held(shift)
    day = calendar.day_of(held.begins_ms, form.zone)
    if is_posted():
        write(plan.drop, shift, here().place, me().id)
        return done(say("web.plan.dropped"), "schedule.index", day=day.isoformat())
    when = f"{form.date(day)}, {form.clock(held.begins_ms)}–{form.clock(held.ends_ms)}"
    return ask_once_more(
        say("web.plan.drop_title"),
        say("web.plan.drop_text", name=known(held.employee).name, when=when),
        say("web.plan.drop"),
        url_for("schedule.change", shift=shift),
    )


@BLUEPRINT.route("/copy", methods=["POST"])
@needs("manager")
def copy() -> ResponseReturnValue:
    """The week as the week before."""
    day = request.args.get("day", "")
    copied, left_out = write(plan.copy_week, day, here().place, me().id)
    key = "web.plan.copied_but" if left_out else "web.plan.copied"
    text = words()(key, count=copied, left_out=left_out)
    return done(text, "schedule.index", day=day)


# --------------------------------------------------------------------------- helpers


def _held(shift: str) -> Planned:
    with here().readers.reading() as db:
        held = shifts.one(db, shift)
    if held is None or held.dropped:
        raise NoSuchShift(shift=shift)
    return held


def _wished(employee: str) -> Wished:
    return Wished(
        employee,
        sent("day"),
        sent("begins"),
        sent("ends"),
        sent("job"),
        sent("note", _LONGEST_NOTE),
    )


def _fields(day: str, begins: str, ends: str, job: str, note: str) -> tuple[Field, ...]:
    say = words()
    with here().readers.reading() as db:
        jobs = pay_rules.jobs(db)
    found = [
        Field(
            "day",
            say("web.plan.day"),
            typed("day", day),
            "date",
            error=wrong("not_a_day"),
            is_needed=True,
        ),
        Field(
            "begins",
            say("web.plan.begins"),
            typed("begins", begins),
            "time",
            error=wrong("not_a_time"),
            is_needed=True,
        ),
        Field(
            "ends",
            say("web.plan.ends"),
            typed("ends", ends),
            "time",
            hint=say("web.plan.next_day"),
            error=wrong("shift_too_long", "shifts_overlap"),
            is_needed=True,
        ),
    ]
    if jobs:
        every = {"": say("web.hours.no_job")} | jobs
        options = choose(every, typed("job", job))
        found.append(Field("job", say("web.plan.job"), kind="select", options=options))
    note_field = Field("note", say("web.plan.note"), typed("note", note), letters=_LONGEST_NOTE)
    return (*found, note_field)


def _crumbs(last: str) -> tuple[Link, ...]:
    schedule = Link(words()("web.staff.tab_plan"), url_for("schedule.index"))
    return (*crumbs(), schedule, Link(last, "", is_here=True))
