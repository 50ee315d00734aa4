"""The schedule: a week of shifts, person by person, and what became of them."""

from typing import Final

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from appliance.domain import calendar
from appliance.lan_server.access.doors import me, needs
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
from appliance.lan_server.pages.parts import Field, Link
from appliance.lan_server.pages.schedule_grid import view
from appliance.lan_server.pages.team import (
    ask_once_more,
    asked_day,
    choose,
    crumbs,
    form_page,
    job_names,
    known,
)
from appliance.lan_server.room import here, write
from appliance.services import pay_rules, people, plan, shifts, staff
from appliance.services.plan import NoSuchShift, Wished
from appliance.services.shifts import Planned, clock_text

BLUEPRINT: Final = Blueprint("schedule", __name__, url_prefix="/people/schedule")
_LONGEST_NOTE: Final = 100


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
    sentence = ""
    if limit != pay_rules.NO_LIMIT and not held.early_allowed:
        if here().place.allows("allow"):
            fields.append(Field("early", say("web.plan.early"), typed("early"), "checkbox"))
        else:
            sentence = say("web.staff.not_here_allow")
    title = say("web.plan.change", name=names[held.employee])
    drop = Link(say("web.plan.drop"), url_for("schedule.drop", shift=shift), "calendar-remove")
    return form_page(
        title,
        tuple(fields),
        say("web.save"),
        url_for("schedule.index", day=day),
        _crumbs(title),
        sentence=sentence,
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
