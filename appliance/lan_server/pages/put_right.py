"""Forms that put punches right: adding, correcting, taking a correction back, and answers to what employees ask for."""

from typing import Final

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from appliance.domain import calendar
from appliance.journal.time_kinds import PunchSaid
from appliance.lan_server.access.doors import me, needs
from appliance.lan_server.pages import punches
from appliance.lan_server.pages.hours import hours_crumbs
from appliance.lan_server.pages.once import once_field, write_once
from appliance.lan_server.pages.page import done, formats, is_posted, sent, words
from appliance.lan_server.pages.team import (
    LONGEST_TEXT,
    asked_day,
    form_page,
    job_names,
    known,
    said,
)
from appliance.lan_server.room import here, write
from appliance.messages import HoursPunchView, HoursRequestView, HoursSaidView, PersonView
from appliance.services import attention, hours, pay_rules, timeclock
from appliance.services.timeclock import NoSuchPunch, NoSuchRequest, ReasonNeeded

BLUEPRINT: Final = Blueprint("put_right", __name__, url_prefix="/people/hours")


@BLUEPRINT.route("/<employee>/add", methods=["GET", "POST"])
@needs("manager")
def add(employee: str) -> ResponseReturnValue:
    """A punch that was forgotten."""
    here().place.refuse_unless("correct")
    found, say = known(employee), words()
    if is_posted():
        wished = punches.read()
        write_once(punches.put_right, found.id, None, wished, here().place, me().id)
        return done(say("web.hours.added"), "hours.day", employee=found.id, day=wished.day)
    day = asked_day().isoformat()
    with here().readers.reading() as db:
        jobs = pay_rules.jobs(db)
    title = say("web.hours.add")
    return form_page(
        title,
        (once_field(), *punches.fields(day, jobs)),
        say("web.save"),
        _back(found, day),
        hours_crumbs(found, title),
        sentence=say("web.hours.stays_text"),
    )


@BLUEPRINT.route("/<employee>/correct/<punch>", methods=["GET", "POST"])
@needs("manager")
def correct(employee: str, punch: str) -> ResponseReturnValue:
    """A punch that was wrong, or is none."""
    here().place.refuse_unless("correct")
    found, form = known(employee), formats()
    say = form.words
    if is_posted():
        wished = punches.read()
        write(punches.put_right, found.id, punch, wished, here().place, me().id)
        day = wished.day if wished.what else asked_day().isoformat()
        return done(say("web.hours.put_right"), "hours.day", employee=found.id, day=day)
    held = _held(found, punch)
    with here().readers.reading() as db:
        jobs = pay_rules.jobs(db)
    day = calendar.day_of(held.said.at_ms, form.zone).isoformat()
    title = say("web.hours.correct")
    return form_page(
        f"{found.name}: {said(held.said, form, jobs)}",
        punches.fields(day, jobs, _plain(held.said), may_take_away=not held.gone),
        say("web.save"),
        _back(found, day),
        hours_crumbs(found, title),
        sentence=say("web.hours.stays_text"),
    )


@BLUEPRINT.route("/<employee>/undo/<punch>", methods=["GET", "POST"])
@needs("manager")
def undo(employee: str, punch: str) -> ResponseReturnValue:
    """A punch becomes again what it was before its last correction, by one more correction."""
    here().place.refuse_unless("correct")
    found, form = known(employee), formats()
    say = form.words
    held = _held(found, punch)
    if not held.corrections:
        raise NoSuchPunch(punch=punch)
    before = held.corrections[-1].was
    day = calendar.day_of(held.said.at_ms, form.zone).isoformat()
    if is_posted():
        reason = sent("reason", LONGEST_TEXT)
        was = None if before is None else _plain(before)
        write(timeclock.correct, found.id, punch, was, reason, here().place, me().id)
        return done(say("web.hours.undone"), "hours.day", employee=found.id, day=day)
    with here().readers.reading() as db:
        jobs = job_names(db)
    change = say(
        "web.hours.change",
        was=said(None if held.gone else held.said, form, jobs),
        said=said(before, form, jobs),
    )
    return form_page(
        say("web.hours.undo_title"),
        (punches.reason_field(),),
        say("web.hours.undo"),
        _back(found, day),
        hours_crumbs(found, say("web.hours.undo")),
        sentence=f"{change}. {say('web.hours.stays_text')}",
    )


@BLUEPRINT.route("/<employee>/confirm/<punch>", methods=["POST"])
@needs("manager")
def confirm(employee: str, punch: str) -> ResponseReturnValue:
    """A punch is right as it is, though its clock, its device or its employee says otherwise."""
    found, say = known(employee), words()
    held = _held(found, punch)
    if held.gone:
        raise NoSuchPunch(punch=punch)
    reason = say("web.hours.confirmed")
    write(timeclock.correct, found.id, punch, _plain(held.said), reason, here().place, me().id)
    day = calendar.day_of(held.said.at_ms, formats().zone).isoformat()
    return done(say("web.hours.confirm_done"), "hours.day", employee=found.id, day=day)


@BLUEPRINT.route("/requests/<request_id>/approve", methods=["POST"])
@needs("manager")
def approve(request_id: str) -> ResponseReturnValue:
    """What was asked for is so."""
    write(timeclock.answer, request_id, here().place, me().id, approved=True)
    return done(words()("web.hours.approved"), "hours.index")


@BLUEPRINT.route("/requests/<request_id>/decline", methods=["GET", "POST"])
@needs("manager")
def decline(request_id: str) -> ResponseReturnValue:
    """It is not so, and why."""
    here().place.refuse_unless("approve")
    form = formats()
    say = form.words
    if is_posted():
        reason = sent("reason", LONGEST_TEXT)
        if not reason:
            raise ReasonNeeded
        write(timeclock.answer, request_id, here().place, me().id, approved=False, reason=reason)
        return done(say("web.hours.declined"), "hours.index")
    found = _request(request_id)
    with here().readers.reading() as db:
        jobs = job_names(db)
    change = say(
        "web.hours.change", was=said(found.was, form, jobs), said=said(found.asked, form, jobs)
    )
    return form_page(
        say("web.hours.decline_title", name=found.name),
        (punches.reason_field(),),
        say("web.hours.decline"),
        url_for("hours.index"),
        hours_crumbs(known(found.employee), say("web.hours.decline")),
        sentence=f"{form.date(found.day)}, {change}. {found.reason}",
        kind="danger",
    )


# --------------------------------------------------------------------------- helpers


def _request(request_id: str) -> HoursRequestView:
    with here().readers.reading() as db:
        for one in attention.look(db, here().now_ms()).requests:
            if one.id == request_id:
                return one
    raise NoSuchRequest(request=request_id)


def _held(found: PersonView, punch: str) -> HoursPunchView:
    """A punch of somebody with all that was said of it. Raises `NoSuchPunch`."""
    zone = formats().zone
    with here().readers.reading() as db:
        at_ms = hours.moment_of(db, punch)
        day = calendar.day_of(at_ms, zone)
        week = hours.week(db, found.id, day, max(here().now_ms(), at_ms))
    for one in week.days:
        for held in one.punches:
            if held.id == punch:
                return held
    raise NoSuchPunch(punch=punch)


def _plain(told: HoursSaidView) -> PunchSaid:
    return PunchSaid(told.what, told.at_ms, told.job, told.paid)


def _back(found: PersonView, day: str) -> str:
    if request.args.get("day"):
        day = request.args["day"]
    return url_for("hours.day", employee=found.id, day=day)
