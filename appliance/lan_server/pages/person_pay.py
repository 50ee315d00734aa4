"""Forms about one person's pay and ways in: rates, jobs, badges."""

from typing import Final

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from appliance.journal.time_kinds import RateSet
from appliance.lan_server.access.doors import me, needs
from appliance.lan_server.pages import entered
from appliance.lan_server.pages.entered import NotALength
from appliance.lan_server.pages.page import done, formats, is_posted, sent, typed, words, wrong
from appliance.lan_server.pages.parts import Field
from appliance.lan_server.pages.team import (
    ask_once_more,
    choose,
    crumbs,
    form_page,
    guard,
    known,
    today,
)
from appliance.lan_server.room import here, write
from appliance.messages import PersonView
from appliance.services import badges, pay_rules
from appliance.services.badges import LONGEST_LABEL, NoSuchBadge
from appliance.services.desk import Desk, at_once

BLUEPRINT: Final = Blueprint("person_pay", __name__, url_prefix="/people")
guard(BLUEPRINT, "people")
_WEEK_MS: Final = 40 * entered.HOUR_MS


@BLUEPRINT.route("/<employee>/rate", methods=["GET", "POST"])
@needs("manager")
def rate(employee: str) -> ResponseReturnValue:
    """A new rate from a day on."""
    found, form = known(employee), formats()
    say = form.words
    if is_posted():
        by_week = sent("by") == "week"
        covers_ms = entered.length_ms(sent("hours")) if by_week else 0
        if by_week and not covers_ms:
            raise NotALength(text=sent("hours"))
        told = RateSet(
            employee=found.id,
            job=sent("job"),
            from_day=sent("since"),
            rate_minor=entered.amount(sent("amount"), form),
            covers_ms=covers_ms,
        )
        locked_to = write(pay_rules.set_rate, told, me().id)
        text = say("web.saved")
        if locked_to:
            text = f"{text} {say('web.staff.approved_to', day=form.date(locked_to))}"
        return done(text, "people.person", employee=found.id, _anchor="rates")
    title = say("web.staff.new_rate_for", name=found.name)
    return form_page(
        title,
        _rate_fields(),
        say("web.save"),
        _back(found),
        crumbs(found, say("web.staff.new_rate")),
    )


def _rate_fields() -> tuple[Field, ...]:
    say = words()
    with here().readers.reading() as db:
        jobs = pay_rules.jobs(db)
    by = {"hour": say("web.staff.by_the_hour"), "week": say("web.staff.by_the_week")}
    fields = [
        Field(
            "amount",
            say("web.staff.amount"),
            typed("amount"),
            error=wrong("not_an_amount", "unknown_pay_rule"),
            inputmode="decimal",
            is_needed=True,
            has_focus=True,
        ),
        Field("by", say("web.staff.by"), kind="select", options=choose(by, typed("by", "hour"))),
        Field(
            "hours",
            say("web.staff.hours"),
            typed("hours", entered.length_text(_WEEK_MS)),
            hint=say("web.staff.hours_note"),
            error=wrong("not_a_length"),
        ),
        Field(
            "since",
            say("web.staff.from"),
            typed("since", today().isoformat()),
            "date",
            error=wrong("not_a_day"),
            is_needed=True,
        ),
    ]
    if jobs:
        every = {"": say("web.staff.every_job")} | jobs
        fields.append(
            Field(
                "job",
                say("web.staff.for_job"),
                kind="select",
                options=choose(every, typed("job")),
            )
        )
    return tuple(fields)


@BLUEPRINT.route("/<employee>/rate/take-back", methods=["GET", "POST"])
@needs("manager")
def take_rate(employee: str) -> ResponseReturnValue:
    """A rate counts no more."""
    found, say = known(employee), words()
    job, since = request.args.get("job", ""), request.args.get("since", "")
    if is_posted():
        told = RateSet(employee=found.id, job=job, from_day=since, rate_minor=None)
        write(pay_rules.set_rate, told, me().id)
        return done(say("web.saved"), "people.person", employee=found.id, _anchor="rates")
    return ask_once_more(
        say("web.staff.take_rate_title"),
        say("web.staff.take_rate_text"),
        say("web.staff.take_rate"),
        _back(found),
        more=(f"{found.name}, {formats().date(pay_rules.day(since))}",),
    )


@BLUEPRINT.route("/<employee>/jobs", methods=["GET", "POST"])
@needs("manager")
def jobs(employee: str) -> ResponseReturnValue:
    """Which jobs somebody may come in for."""
    found, say = known(employee), words()
    with here().readers.reading() as db:
        all_jobs = pay_rules.jobs(db)
        assigned = pay_rules.assigned_to(db, found.id)
    if is_posted():
        wanted = {code: bool(sent(f"job-{code}")) for code in all_jobs}
        write(_assign, found.id, wanted, me().id)
        return done(say("web.saved"), "people.person", employee=found.id, _anchor="rates")
    fields = tuple(
        Field(f"job-{code}", name, "on" if code in assigned else "", "checkbox")
        for code, name in all_jobs.items()
    )
    title = say("web.staff.choose_jobs")
    return form_page(
        title,
        fields,
        say("web.save"),
        _back(found),
        crumbs(found, title),
        sentence=say("web.staff.jobs_hint" if all_jobs else "web.staff.no_jobs"),
    )


@at_once
def _assign(desk: Desk, employee: str, wanted: dict[str, bool], actor: str) -> None:
    """All choices together, or none."""
    for code, assigned in wanted.items():
        pay_rules.assign_job(desk, employee, code, actor, assigned=assigned)


@BLUEPRINT.route("/<employee>/badge/<badge>", methods=["GET", "POST"])
@needs("manager")
def badge(employee: str, badge: str) -> ResponseReturnValue:
    """What a badge is called."""
    found, say = known(employee), words()
    held = _held(found, badge)
    if is_posted():
        write(badges.label, badge, sent("label"), me().id)
        return done(say("web.saved"), "people.person", employee=found.id, _anchor="badges")
    fields = (
        Field(
            "label",
            say("web.staff.label"),
            typed("label", held.label),
            hint=say("web.staff.label_hint"),
            letters=LONGEST_LABEL,
            has_focus=True,
        ),
    )
    title = say("web.staff.badge")
    return form_page(title, fields, say("web.save"), _back(found), crumbs(found, title))


@BLUEPRINT.route("/<employee>/badge/<badge>/take-back", methods=["GET", "POST"])
@needs("manager")
def take_badge(employee: str, badge: str) -> ResponseReturnValue:
    """A badge is nobody's any more."""
    found, say = known(employee), words()
    held = _held(found, badge)
    if is_posted():
        write(badges.take_one, badge, me().id)
        return done(say("web.staff.badge_taken"), "people.person", employee=found.id)
    return ask_once_more(
        say("web.staff.take_badge_title", name=found.name),
        say("web.staff.take_badge_text"),
        say("web.staff.take_badge"),
        _back(found),
        more=(held.label,) if held.label else (),
    )


def _held(found: PersonView, badge: str) -> badges.Held:
    """One of somebody's badges. Raises `NoSuchBadge`."""
    with here().readers.reading() as db:
        for one in badges.held_by(db, found.id):
            if one.id == badge:
                return one
    raise NoSuchBadge(badge=badge)


def _back(found: PersonView) -> str:
    return url_for("people.person", employee=found.id)
