"""One's own page: hours, shifts, what was said of punches, own data. For everybody who may come in."""

from collections.abc import Mapping, Sequence
from typing import Final

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from appliance.domain import calendar
from appliance.domain.timeclock import Presence, Record, What
from appliance.lan_server.access.doors import me, needs
from appliance.lan_server.pages import punches
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.own_words import (
    corrections_block,
    data_block,
    data_rates,
    punches_block,
    requests_block,
    shifts_block,
    week_block,
)
from appliance.lan_server.pages.page import done, formats, is_posted, sent, show, words
from appliance.lan_server.pages.parts import Form, Link, Notice, Tile
from appliance.lan_server.pages.stack import Block, StackPage
from appliance.lan_server.pages.team import LONGEST_TEXT, asked_day, form_page, job_names, not_here
from appliance.lan_server.room import here, write
from appliance.messages import MissingView, OwnDayView, SlipView
from appliance.own_time import NotAPunch
from appliance.services import approvals, own_person, own_time, pay_rules, staff, timeclock
from appliance.services.timeclock import NoSuchPunch

BLUEPRINT: Final = Blueprint("own", __name__, url_prefix="/me")
_SINCE_MS: Final = 62 * 24 * 3_600_000
_SLIPS: Final = 4
_ACTS: Final[Mapping[Presence, tuple[What, ...]]] = {
    Presence.AWAY: (What.IN,),
    Presence.AT_WORK: (What.BREAK_START, What.OUT),
    Presence.ON_BREAK: (What.BREAK_END, What.OUT),
}
"""What may be punched from where one is. Breaks are unpaid ones; whether a law pays short ones, wages know."""


@BLUEPRINT.route("/")
@needs("cashier")
def index() -> ResponseReturnValue:
    """All of it."""
    person, now_ms = me(), here().now_ms()
    with here().readers.reading() as db:
        slip = own_time.slip(db, person.id, now_ms)
        this, last = own_time.weeks(db, person.id, now_ms)
        missing = own_time.missing(db, person.id, now_ms)
        told = own_time.corrections(db, person.id, now_ms - _SINCE_MS)
        asked = own_time.requests(db, person.id, now_ms - _SINCE_MS)
        data = own_person.look(db, person.id, now_ms)
        record = timeclock.record_of(db, person.id, now_ms)
        own_jobs = pay_rules.jobs_of(db, person.id)
        details = staff.details(db, person.id)
        approved = approvals.of_employee(db, person.id).counted
        jobs = job_names(db)
    form = formats()
    say = form.words
    may_ask = here().place.allows("ask")
    slips = tuple(
        Link(
            say("web.own.slip", period=form.span(one.from_day, one.to_day)),
            url_for("wage_files.own", day=one.from_day),
            "file-pdf-box",
        )
        for one in sorted(approved, key=lambda each: each.from_day, reverse=True)[:_SLIPS]
    )
    page = StackPage(
        title=person.name,
        more=_state(record, form),
        acts=(Link(say("web.own.ask"), url_for("own.ask"), "plus"),) if may_ask else (),
        is_strong=not here().place.allows("punch"),
        blocks=(
            *_clock(record, own_jobs, form),
            Block(
                tiles=_tiles(slip, form),
                notes=(*not_here("ask"), *_missing(missing, form)),
                is_bare=True,
            ),
            week_block(say("web.own.this_week"), this, form, may_ask=may_ask),
            week_block(say("web.own.last_week"), last, form, may_ask=may_ask),
            *requests_block(asked, jobs, form),
            *corrections_block(told, jobs, form),
            shifts_block(data, form),
            data_block(data, details, form),
            data_rates(data, slips, form),
        ),
    )
    return show("stack.html", page, title=say("web.room.own"))


@BLUEPRINT.route("/day/<day>")
@needs("cashier")
def day(day: str) -> ResponseReturnValue:
    """One of one's own days of this week and the last."""
    person, wanted = me(), pay_rules.day(day)
    with here().readers.reading() as db:
        weeks = own_time.weeks(db, person.id, here().now_ms())
        jobs = job_names(db)
    form = formats()
    held = OwnDayView(day=day, begins_ms=0, ends_ms=0)
    shown = next((one for week in weeks for one in week.days if one.day == day), held)
    title = form.date(wanted)
    page = StackPage(
        title=title,
        more=form.hours(shown.paid_ms) if shown.paid_ms else "",
        crumbs=_crumbs(title),
        blocks=(punches_block(shown, jobs, form, may_ask=here().place.allows("ask")),),
    )
    return show("stack.html", page, title=title)


def _state(record: Record, form: Formats) -> str:
    say = form.words
    if record.since is None:
        return say("web.staff.away")
    since = form.clock(record.since.at_ms)
    if record.presence is Presence.ON_BREAK:
        return f"{say('web.today.on_break')}, {say('web.access.since', since=since)}"
    return f"{say('web.today.at_work')}, {say('web.access.since', since=since)}"


def _clock(record: Record, own_jobs: Mapping[str, str], form: Formats) -> tuple[Block, ...]:
    """Buttons to punch, where the shop allows it over the web; else why there are none."""
    say = form.words
    if not here().place.allows("punch"):
        return (Block(notes=(Notice(say("web.staff.not_here_punch")),), is_bare=True),)
    buttons: list[Form] = []
    for what in _ACTS[record.presence]:
        codes: Sequence[str] = tuple(own_jobs) if what is What.IN and len(own_jobs) > 1 else ("",)
        for code in codes:
            text = say(f"web.own.do_{what.value}")
            if code:
                text = f"{text}: {own_jobs[code]}"
            action = url_for("own.punch", what=what.value, job=code)
            buttons.append(Form(action, (), text, "plain" if buttons else "strong"))
    return (Block(title=say("web.own.clock"), buttons=tuple(buttons)),)


def _tiles(slip: SlipView, form: Formats) -> tuple[Tile, ...]:
    say = form.words
    pay = "–" if slip.period_minor is None else form.money(slip.period_minor)
    return (
        Tile(say("web.own.today"), form.hours(slip.today_ms), icon="clock-outline"),
        Tile(say("web.own.this_week"), form.hours(slip.week_ms), icon="calendar-week"),
        Tile(
            say("web.own.pay"), pay, more=form.span(slip.from_day, slip.to_day), icon="cash-clock"
        ),
    )


def _missing(missing: Sequence[MissingView], form: Formats) -> tuple[Notice, ...]:
    say = form.words
    found = []
    for one in missing:
        if one.waits:
            found.append(Notice(say("web.own.waits", day=form.day(one.at_ms))))
        else:
            what = f"{say(f'web.hours.what_{one.what}')} {form.clock(one.at_ms)}"
            text = say(
                "web.own.forgot",
                day=form.day(one.at_ms),
                what=what,
                missing=say(f"web.hours.what_{one.missing}"),
            )
            found.append(Notice(text, "look"))
    return tuple(found)


# --------------------------------------------------------------------------- acts


@BLUEPRINT.route("/punch/<what>", methods=["POST"])
@needs("cashier")
def punch(what: str) -> ResponseReturnValue:
    """Come, go, begin or end a break: only where the shop's table of acts has it."""
    if what not in set(What):
        raise NotAPunch(what=what)
    person, job = me(), request.args.get("job", "")
    refused = write(punches.punch_now, person.id, What(what), job, here().place, here().now_ms())
    if refused is not None:
        raise refused
    return done(words()(f"web.own.done_{what}"), "own.index")


@BLUEPRINT.route("/ask", methods=["GET", "POST"])
@needs("cashier")
def ask() -> ResponseReturnValue:
    """A punch that was forgotten."""
    return _ask(None)


@BLUEPRINT.route("/ask/<punch_id>", methods=["GET", "POST"])
@needs("cashier")
def ask_about(punch_id: str) -> ResponseReturnValue:
    """A punch of one's own that was another."""
    return _ask(punch_id)


def _ask(punch_id: str | None) -> ResponseReturnValue:
    here().place.refuse_unless("ask")
    person, form = me(), formats()
    say = form.words
    if is_posted():
        wished = punches.read()
        write(punches.request_it, person.id, punch_id, wished, here().place, person.id)
        return done(say("web.own.asked"), "own.index")
    day, held = asked_day().isoformat(), None
    with here().readers.reading() as db:
        jobs = pay_rules.jobs_of(db, person.id)
        if punch_id is not None:
            held = timeclock.own_punch(db, person.id, punch_id)
            if held is None:
                raise NoSuchPunch(punch=punch_id)
            day = calendar.day_of(held.at_ms, form.zone).isoformat()
    title = say("web.own.ask" if held is None else "web.own.ask_about")
    return form_page(
        title,
        punches.fields(day, jobs, held),
        say("web.own.send"),
        url_for("own.index"),
        _crumbs(title),
        sentence=say("web.own.ask_text"),
    )


@BLUEPRINT.route("/contest/<correction>", methods=["GET", "POST"])
@needs("cashier")
def contest(correction: str) -> ResponseReturnValue:
    """One does not agree with what a manager put right."""
    say, person = words(), me()
    if is_posted():
        write(timeclock.contest, correction, sent("reason", LONGEST_TEXT), person.id)
        return done(say("web.own.contested"), "own.index")
    title = say("web.own.contest")
    return form_page(
        title,
        (punches.reason_field(),),
        say("web.own.send"),
        url_for("own.index"),
        _crumbs(title),
        sentence=say("web.own.contest_text"),
    )


def _crumbs(last: str) -> tuple[Link, ...]:
    return (Link(words()("web.room.own"), url_for("own.index")), Link(last, "", is_here=True))
