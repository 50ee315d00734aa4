"""What pages have in common that say what a punch was: their fields, and what becomes of what was typed."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from flask import request

from appliance.domain.timeclock import What
from appliance.journal.time_kinds import PunchSaid
from appliance.lan_server.pages.page import formats, sent, typed, words, wrong
from appliance.lan_server.pages.parts import Field
from appliance.lan_server.pages.team import LONGEST_TEXT, choose
from appliance.own_time import NotAPunch
from appliance.services import alarms, hours, pay_rules, timeclock
from appliance.services.desk import Desk, at_once
from appliance.services.pay_rules import NoSuchJob
from appliance.services.places import NotHere, Place
from appliance.services.timeclock import ask, correct

PAID: Final = "_paid"
NONE: Final = "none"
WEB: Final = "web"
_WHATS: Final = ("in", "out", "break_start", "break_start_paid", "break_end")


class Typed(NamedTuple):
    """A punch as it was typed, by the clock on the wall; `what` empty takes it away. `later`: of two equal hours."""

    what: str
    paid: bool
    day: str
    time: str
    later: bool | None
    job: str
    reason: str


def fields(
    day: str,
    jobs: Mapping[str, str],
    held: PunchSaid | None = None,
    *,
    may_take_away: bool = False,
) -> tuple[Field, ...]:
    """The fields, filled with what the punch says now (`held`)."""
    form = formats()
    say = form.words
    whats = {one: say(f"web.hours.what_{one}") for one in _WHATS}
    if may_take_away:
        whats[NONE] = say("web.hours.what_none")
    what, time, job = "", "", ""
    if held is not None:
        what = held.what + (PAID if held.what == "break_start" and held.paid else "")
        time, job = form.clock(held.at_ms), held.job
    elif "what" in request.args:
        what = request.args["what"]
    found = [
        Field(
            "what",
            say("web.hours.field_what"),
            kind="select",
            error=wrong("not_a_punch"),
            options=choose(whats, typed("what", what)),
        ),
        Field(
            "day",
            say("web.hours.field_day"),
            typed("day", day),
            "date",
            error=wrong("not_a_day", "period_locked"),
            is_needed=True,
        ),
        Field(
            "time",
            say("web.hours.field_time"),
            typed("time", time),
            "time",
            error=wrong("not_a_time", "no_such_time", "time_comes_twice", "punch_twice"),
            is_needed=not may_take_away,
        ),
    ]
    if wrong("time_comes_twice") or typed("later"):
        found.append(_later())
    if jobs:
        every = {"": say("web.hours.no_job")} | dict(jobs)
        found.append(
            Field(
                "job",
                say("web.hours.field_job"),
                kind="select",
                hint=say("web.hours.field_job_note"),
                options=choose(every, typed("job", job)),
            )
        )
    found.append(reason_field())
    return tuple(found)


def _later() -> Field:
    say = words()
    twice = {"": "–", "no": say("web.hours.first_time"), "yes": say("web.hours.second_time")}
    options = choose(twice, typed("later"))
    return Field("later", say("web.hours.field_later"), kind="select", options=options)


def reason_field(text: str = "") -> Field:
    """Why."""
    return Field(
        "reason",
        words()("web.hours.field_reason"),
        typed("reason", text),
        error=wrong("reason_needed"),
        letters=LONGEST_TEXT,
        is_needed=True,
    )


def read() -> Typed:
    """What was typed. Raises `NotAPunch`."""
    what = sent("what")
    if what not in {*_WHATS, NONE}:
        raise NotAPunch(what=what)
    return Typed(
        what="" if what == NONE else what.removesuffix(PAID),
        paid=what.endswith(PAID),
        day=sent("day"),
        time=sent("time"),
        later={"yes": True, "no": False}.get(sent("later")),
        job=sent("job"),
        reason=sent("reason", LONGEST_TEXT),
    )


@at_once
def put_right(
    desk: Desk, employee: str, punch: str | None, wished: Typed, place: Place, actor: str
) -> str:
    """A manager puts a punch right. Raises what `hours.moment` and `timeclock.correct` raise, and `NoSuchJob`."""
    said = None
    if wished.what:
        said = _said(desk, wished, punch)
    return correct(desk, employee, punch, said, wished.reason, place, actor)


@at_once
def request_it(
    desk: Desk, employee: str, punch: str | None, wished: Typed, place: Place, actor: str
) -> str:
    """An employee asks for it. Raises what `hours.moment` and `timeclock.ask` raise, `NotAPunch` and `NoSuchJob`."""
    if not wished.what:
        raise NotAPunch(what=NONE)
    return ask(desk, employee, _said(desk, wished, punch), wished.reason, place, punch, actor=actor)


@at_once
def punch_now(
    desk: Desk, employee: str, what: What, job: str, place: Place, now_ms: int
) -> NotHere | None:
    """Somebody punches over the web.

    Where that is not possible it is answered and not raised, so that the try stays noted. A job is one of their own:
    others may be paid better. Raises `NoSuchJob`, and what `timeclock.punch` raises besides.
    """
    if not place.allows("punch"):
        alarms.note(desk, now_ms, NotHere.code, place, employee=employee, by=WEB)
        return NotHere(act="punch", place=place.name)
    if job and job not in pay_rules.jobs_of(desk.db, employee):
        raise NoSuchJob(job=job)
    timeclock.punch(desk, employee, what, place, now_ms, by=WEB, job=job)
    return None


def _said(desk: Desk, wished: Typed, punch: str | None) -> PunchSaid:
    at_ms = hours.moment(desk.db, wished.day, wished.time, later=wished.later, keep=punch)
    what = What(wished.what)
    job = wished.job if what is What.IN else ""
    if job and job not in {one.code for one in pay_rules.all_jobs(desk.db)}:
        raise NoSuchJob(job=job)
    return PunchSaid(what.value, at_ms, job, wished.paid and what is What.BREAK_START)
