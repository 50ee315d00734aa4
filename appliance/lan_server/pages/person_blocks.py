"""One person as blocks of a page: what the records say, pay, leave, badges, and the way in over the web."""

import datetime
from typing import NamedTuple

from flask import url_for

from appliance.domain import calendar
from appliance.lan_server.access.doors import may_see, me
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.parts import Cell, Column, Fact, Link, Notice, Table
from appliance.lan_server.pages.stack import Block
from appliance.lan_server.pages.team import leave_name, length
from appliance.lan_server.room import here
from appliance.messages import PersonView
from appliance.messages.own_data import OwnRateView
from appliance.services import access, own_person, pay_rules, people, staff, wage_ledger
from appliance.services import leave as leave_service
from appliance.services.access import Password
from appliance.services.leave import Balance
from appliance.services.staff import OWNER, Details, OwnData
from appliance.services.wage_ledger import Taken


class Person(NamedTuple):
    """Everything that the page tells. `rates` are those of `own.rates` with their jobs by name, in the same order."""

    own: OwnData
    is_here: bool
    assigned: dict[str, str]
    rates: tuple[OwnRateView, ...]
    balances: tuple[Balance, ...]
    taken: tuple[Taken, ...]
    approved_to: str
    may_web: bool
    password: Password | None


def read(employee: str, now_ms: int, day: datetime.date) -> Person:
    """What is known of an employee (id or number) on a day. Raises `NoSuchEmployee`."""
    with here().readers.reading() as db:
        found = people.known(db, employee)
        is_here = people.is_active(db, found.id)
        return Person(
            own=staff.own_data(db, found.id, day),
            is_here=is_here,
            assigned=pay_rules.assigned_to(db, found.id),
            rates=own_person.look(db, found.id, now_ms).rates,
            balances=leave_service.balances(db, found.id, day.isoformat()),
            taken=wage_ledger.leave_taken(db, found.id, f"{day.year}-01-01", f"{day.year}-12-31"),
            approved_to=pay_rules.approved_to(db, found.id),
            may_web=is_here and access.may_have_web(db, found),
            password=access.password_of(db, found.id),
        )


def records(held: Person, form: Formats) -> Block:
    """What the records say, and what can be changed about it."""
    say, own = form.words, held.own
    may = may_change(own.person)
    return Block(
        title=say("web.staff.records"),
        notes=() if may else (Notice(say("web.staff.an_owner"), "look"),),
        facts=_facts(own.person, own.language, own.details, is_here=held.is_here, form=form),
        acts=_acts(own.person, own.details, is_here=held.is_here, form=form) if may else (),
    )


def pay(held: Person, form: Formats) -> Block:
    """Rates and jobs."""
    say, own = form.words, held.own
    jobs = tuple(held.assigned.values()) or ((say("web.staff.every_job"),) if own.jobs else ())
    approved = ""
    if held.approved_to:
        approved = say("web.staff.approved_to", day=form.date(held.approved_to))
    return Block(
        title=say("web.staff.rates"),
        id="rates",
        sentence=approved,
        facts=(Fact(say("web.staff.jobs"), ", ".join(jobs)),) if jobs else (),
        table=_rates(held, form),
        acts=(
            Link(
                say("web.staff.new_rate"),
                url_for("person_pay.rate", employee=own.person.id),
                "cash-plus",
            ),
            Link(
                say("web.staff.choose_jobs"),
                url_for("person_pay.jobs", employee=own.person.id),
                "briefcase-outline",
            ),
        ),
    )


def web(held: Person, form: Formats) -> Block:
    """Whether they come in over the web."""
    say = form.words
    told = say("web.access.none")
    if held.password is not None:
        told = say("web.access.since", since=form.moment(held.password.set_at_ms))
    elif not held.may_web:
        told = say("web.staff.no_web")
    acts: tuple[Link, ...] = ()
    if held.may_web and may_see("web_access.person"):
        href = url_for("web_access.person", employee=held.own.person.id)
        acts = (Link(say("web.staff.web_change"), href, "web"),)
    return Block(
        title=say("web.staff.web"), facts=(Fact(say("web.account.password"), told),), acts=acts
    )


def may_change(found: PersonView) -> bool:
    """Whether whoever looks may change this person: only owners change owners."""
    return found.role != OWNER or me().role == OWNER


def _facts(
    found: PersonView, language: str, told: Details, *, is_here: bool, form: Formats
) -> tuple[Fact, ...]:
    say = form.words
    facts = [
        Fact(say("web.account.number"), found.number),
        Fact(
            say("web.staff.language"),
            say(f"web.staff.language_{language}") if language else say("web.staff.language_shop"),
        ),
        Fact(say("web.staff.address"), told.address),
        Fact(say("web.staff.born_day"), form.date(told.born_day) if told.born_day else ""),
        Fact(say("web.staff.sex"), say(f"web.staff.sex_{told.sex}") if told.sex else ""),
        Fact(say("web.staff.occupation"), told.occupation),
        Fact(say("web.staff.first_day"), form.date(told.hired_day) if told.hired_day else ""),
        Fact(
            say("web.staff.last_day"),
            form.date(told.left_day) if told.left_day else "",
            "" if is_here else "look",
        ),
    ]
    return tuple(one if one.text else Fact(one.label, "–") for one in facts)


def _acts(found: PersonView, told: Details, *, is_here: bool, form: Formats) -> tuple[Link, ...]:
    say = form.words

    def link(key: str, icon: str, endpoint: str) -> Link:
        return Link(say(f"web.staff.{key}"), url_for(endpoint, employee=found.id), icon)

    acts = [
        link("edit", "account-edit-outline", "person.edit"),
        link("edit_records", "card-account-details-outline", "person.records"),
    ]
    if is_here:
        acts.append(link("new_pin", "form-textbox-password", "person.pin"))
        key = "stays" if told.left_day else "has_left"
        endpoint = "person.stay" if told.left_day else "person.let_go"
        acts.append(link(key, "account-arrow-right-outline", endpoint))
    else:
        acts.append(link("comes_back", "account-arrow-left-outline", "person.come_back"))
    return tuple(acts)


def _rates(held: Person, form: Formats) -> Table:
    say, found = form.words, held.own.person
    return Table(
        caption="",
        columns=(
            Column(say("web.staff.amount"), is_title=True),
            Column(say("web.staff.for_job")),
            Column(say("web.staff.from"), "number"),
            Column("", "act"),
        ),
        rows=tuple(
            (
                Cell(
                    rate_text(one.rate_minor, one.covers_ms, form),
                    tone="good" if one.counts else "",
                    more=say("web.staff.counts_now") if one.counts else "",
                ),
                Cell(one.job or say("web.staff.every_job")),
                Cell(form.date(one.from_day)),
                Cell(
                    say("web.staff.take_rate"),
                    url_for(
                        "person_pay.take_rate",
                        employee=found.id,
                        job=agreed.job,
                        since=one.from_day,
                    ),
                ),
            )
            for one, agreed in zip(held.rates, held.own.rates, strict=True)
        ),
        empty=say("web.staff.no_rate"),
    )


def rate_text(rate_minor: int, covers_ms: int, form: Formats) -> str:
    """`€15.00 an hour`, or `€800.00 a week for 40:00 h`."""
    if covers_ms:
        return form.words(
            "web.staff.by_week", amount=form.money(rate_minor), hours=form.hours(covers_ms)
        )
    return form.words("web.staff.by_hour", amount=form.money(rate_minor))


def leave(held: Person, form: Formats) -> Block:
    """What is left of paid leave, and what was taken this year."""
    say, found = form.words, held.own.person
    balances, taken = held.balances, held.taken
    names = {one.leave: leave_name(one.leave, one.name, form) for one in balances}
    table = Table(
        caption="",
        columns=(
            Column(say("web.pay.leave_kind"), is_title=True),
            Column(say("web.pay.granted"), "number"),
            Column(say("web.pay.accrued"), "number"),
            Column(say("web.pay.taken"), "number"),
            Column(say("web.pay.left"), "number"),
        ),
        rows=tuple(
            (
                Cell(names[one.leave]),
                Cell(length(one.granted_ms, form)),
                Cell(length(one.accrued_ms, form)),
                Cell(length(one.taken_ms, form)),
                Cell(length(one.left_ms, form), tone="bad" if one.left_ms < 0 else "good"),
            )
            for one in balances
        ),
    )
    return Block(
        title=say("web.pay.leave"),
        id="leave",
        table=table,
        facts=tuple(
            Fact(
                f"{say('web.pay.taken')}: {names.get(one.code, one.code)}, "
                + form.span(one.from_day, one.to_day),
                length(one.length_ms, form),
            )
            for one in taken
        ),
        acts=(
            Link(
                say("web.pay.take_leave"),
                url_for("leave.take", employee=found.id),
                "palm-tree",
            ),
            Link(
                say("web.pay.grant_leave"),
                url_for("leave.grant", employee=found.id),
                "calendar-plus",
            ),
            *(
                (
                    Link(
                        say("web.pay.cancel_leave"),
                        url_for("leave.cancel", employee=found.id),
                        "calendar-remove",
                    ),
                )
                if taken
                else ()
            ),
        ),
    )


def badges(held: Person, form: Formats) -> Block:
    """Their badges: a lost one can be taken back here, a new one is given at a reader."""
    say, found = form.words, held.own.person
    table = Table(
        caption="",
        columns=(
            Column(say("web.staff.badge"), is_title=True),
            Column(say("web.staff.given"), "number"),
            Column("", "act"),
        ),
        rows=tuple(
            (
                Cell(
                    one.label or say("web.staff.badge"),
                    url_for("person_pay.badge", employee=found.id, badge=one.id),
                ),
                Cell(form.date(calendar.day_of(one.given_at_ms, form.zone))),
                Cell(
                    say("web.staff.take_badge"),
                    url_for("person_pay.take_badge", employee=found.id, badge=one.id),
                ),
            )
            for one in held.own.badges
        ),
        empty=say("web.staff.no_badge"),
    )
    return Block(
        title=say("web.staff.badges"), id="badges", sentence=say("web.staff.give_how"), table=table
    )
