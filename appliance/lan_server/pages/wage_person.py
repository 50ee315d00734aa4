"""One person's wages of a pay period as blocks of a page."""

import datetime
from collections.abc import Mapping
from typing import Final, NamedTuple

from flask import url_for

from appliance.lan_server.access.doors import may_see
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.parts import Cell, Column, Fact, Link, Notice, Table
from appliance.lan_server.pages.stack import Block
from appliance.lan_server.pages.team import job_names, today
from appliance.lan_server.pages.wage_words import (
    adjustment,
    asked,
    reckoned,
    remarked,
    what,
    when,
)
from appliance.lan_server.room import here
from appliance.messages import PersonView
from appliance.services import extra_pay, pay_rules, wage_ledger, wage_record, wage_states, wages
from appliance.services.extra_pay import Earned
from appliance.services.wage_ledger import Payment
from appliance.services.wage_record import WageRecord
from appliance.services.wages import Owed, Question, Wages

_AT_HOURS: Final = frozenset(
    {"does_not_fit", "no_end", "open", "doubtful", "asked", "unknown_device"}
)


class Person(NamedTuple):
    """Everything that the page tells of somebody's wages."""

    wages: Wages
    record: WageRecord
    state: str
    owed: Owed
    payments: tuple[Payment, ...]
    earnings: tuple[Earned, ...]
    adjustments: tuple[Earned, ...]
    jobs: Mapping[str, str]


def read_person(employee: str, day: datetime.date) -> Person:
    """What is known of an employee (id) for the period of a day."""
    now_ms, on_day = here().now_ms(), today().isoformat()
    with here().readers.reading() as db:
        first, last = (one.isoformat() for one in pay_rules.period_at(db, day))
        found = wages.of_employee(db, employee, first, last, now_ms)
        return Person(
            wages=found,
            record=wage_record.of_wages(db, found),
            state=wage_states.state_of(db, found, on_day),
            owed=wages.owed(db, employee),
            payments=wage_ledger.payments(db, employee),
            earnings=extra_pay.earnings(db, employee, first, last),
            adjustments=extra_pay.adjustments(db, employee, first, last),
            jobs=job_names(db),
        )


def blocks_of(person: PersonView, held: Person, form: Formats) -> tuple[Block, ...]:
    """Questions first, then lines, sums, hours, what was entered by hand, and payments."""
    say = form.words
    blocks = []
    if held.wages.questions:
        table = _questions(person, held, form)
        blocks.append(Block(title=say("web.pay.to_settle"), id="questions", table=table))
    blocks.append(_lines(person, held, form))
    if held.wages.remarks:
        told = tuple(remarked(one, form) for one in held.wages.remarks)
        blocks.append(Block(title=say("slip.notes"), id="remarks", lines=told))
    if held.record.days:
        blocks.append(_days(person, held, form))
    if held.earnings or held.adjustments:
        blocks.append(_extras(person, held, form))
    blocks.append(_payments(person, held, form))
    return tuple(blocks)


def _questions(person: PersonView, held: Person, form: Formats) -> Table:
    say = form.words
    rows = []
    for one in held.wages.questions:
        text, href = _mend(person, held, one, form)
        rows.append((Cell(asked(one, held.jobs, form), tone="look"), Cell(text, href)))
    return Table(
        caption="",
        columns=(Column(say("web.pay.question"), is_title=True), Column("", "act")),
        rows=tuple(rows),
    )


def _mend(person: PersonView, held: Person, one: Question, form: Formats) -> tuple[str, str]:
    """Where a question is settled."""
    say = form.words
    if one.why == "changed":
        if not here().place.allows("approve"):
            return "", ""
        href = url_for(
            "wage_forms.settle",
            employee=person.id,
            approval=one.approval,
            day=held.wages.from_day,
        )
        return say("web.pay.settle"), href
    if one.why == "no_rate":
        return say("web.staff.new_rate"), url_for("person_pay.rate", employee=person.id)
    if one.why in _AT_HOURS and one.day:
        href = url_for("hours.day", employee=person.id, day=one.day)
        return say("web.pay.see_day"), href
    return "", ""


def _lines(person: PersonView, held: Person, form: Formats) -> Block:
    say, found = form.words, held.wages
    rows = [
        (
            Cell(what(line, found, held.jobs, form)),
            Cell(when(line, form)),
            Cell(reckoned(line, form)),
            Cell(form.money(line.amount_minor)),
        )
        for line in found.lines
    ]
    rows += [
        (
            Cell(adjustment(one, form)),
            Cell(form.date(one.day)),
            Cell(""),
            Cell(form.money(one.amount_minor)),
        )
        for one in found.adjustments
    ]
    table = Table(
        caption="",
        columns=(
            Column(say("web.pay.what"), is_title=True),
            Column(say("web.hours.when")),
            Column(say("web.pay.reckoned"), "number"),
            Column(say("web.staff.amount"), "number"),
        ),
        rows=tuple(rows),
        empty=say("web.pay.no_lines"),
        total=(
            Cell(say("web.pay.net")),
            Cell(""),
            Cell(form.hours(found.worked_ms)),
            Cell(form.money(found.net_minor)),
        ),
    )
    notes = [Notice(_locked(one, form), "lock") for one in _parts(found)]
    day = found.from_day
    files = (
        Link(
            say("web.pay.slip"),
            url_for("wage_files.slips", day=day, employee=person.id),
            "file-pdf-box",
        ),
        Link(
            say("web.pay.csv"),
            url_for("wage_files.table", day=day, employee=person.id),
            "file-delimited-outline",
        ),
    )
    return Block(
        title=say("web.pay.how"),
        notes=tuple(notes),
        table=table,
        facts=_sums(held, form),
        downloads=files,
    )


def _parts(found: Wages) -> tuple[wages.LockedPart, ...]:
    return found.locked


def _locked(one: wages.LockedPart, form: Formats) -> str:
    key = "web.pay.left_out" if one.left_out_minor else "web.pay.locked_part"
    return form.words(
        key,
        days=form.span(one.from_day, one.to_day),
        total=form.money(one.total_minor),
        left_out=form.money(one.left_out_minor),
    )


def _sums(held: Person, form: Formats) -> tuple[Fact, ...]:
    """The sums of 29 CFR 516.2(a)(8) to (11) that there are."""
    record = held.record
    sums = (
        ("straight", record.straight_minor),
        ("premium", record.premium_minor),
        ("other", record.other_minor),
        ("additions", record.additions_minor),
        ("deductions", -record.deductions_minor),
    )
    told = [Fact(form.words(f"slip.{key}"), form.money(amount)) for key, amount in sums if amount]
    told.append(Fact(form.words("slip.rules"), form.words(f"slip.overtime.{record.rules}")))
    return tuple(told)


def _days(person: PersonView, held: Person, form: Formats) -> Block:
    say, record = form.words, held.record
    table = Table(
        caption="",
        columns=(
            Column(say("web.hours.field_day"), is_title=True),
            Column(say("web.pay.hours"), "number"),
        ),
        rows=tuple(
            (
                Cell(
                    form.date(one.day),
                    url_for("hours.day", employee=person.id, day=one.day)
                    if may_see("hours.day")
                    else "",
                ),
                Cell(form.hours(one.worked_ms)),
            )
            for one in record.days
            if one.worked_ms
        ),
        total=(Cell(say("web.hours.sum")), Cell(form.hours(record.worked_ms))),
        empty=say("web.pay.no_lines"),
    )
    weeks = tuple(
        Fact(
            say("web.pay.week_of", day=form.date(one.week)),
            f"{form.hours(one.worked_ms)}, "
            + say("slip.regular_rate", rate=form.money(one.regular_rate_minor)),
        )
        for one in record.weeks
    )
    return Block(title=say("slip.days"), table=table, facts=weeks)


def _extras(person: PersonView, held: Person, form: Formats) -> Block:
    say = form.words
    rows = []
    for key, found in (("earning", held.earnings), ("adjustment", held.adjustments)):
        for one in found:
            cells = [
                Cell(f"{say(f'web.pay.{key}_{one.kind}')}: {one.name}".removesuffix(": ")),
                Cell(form.date(one.day)),
                Cell(form.money(one.amount_minor)),
            ]
            href = url_for(
                "wage_extras.remove",
                employee=person.id,
                kind=key,
                extra=one.id,
                day=held.wages.from_day,
            )
            cells.append(Cell("" if held.wages.approved else say("web.pay.remove"), href))
            rows.append(tuple(cells))
    table = Table(
        caption="",
        columns=(
            Column(say("web.pay.what"), is_title=True),
            Column(say("web.hours.when")),
            Column(say("web.staff.amount"), "number"),
            Column("", "act"),
        ),
        rows=tuple(rows),
    )
    return Block(title=say("web.pay.extras"), id="extras", table=table)


def _payments(person: PersonView, held: Person, form: Formats) -> Block:
    say, owed = form.words, held.owed
    may = here().place.allows("pay") and may_see("wage_forms.pay")
    rows = []
    for one in held.payments:
        is_back = one.amount_minor < 0
        cells = [
            Cell(say("web.pay.taken_back") if is_back else say("web.pay.was_paid"), more=one.note),
            Cell(form.date(one.day)),
            Cell(form.money(one.amount_minor)),
        ]
        if may:
            href = url_for("wage_forms.pay_back", employee=person.id, payment=one.id)
            cells.append(Cell("", "") if is_back else Cell(say("web.pay.take_back"), href))
        rows.append(tuple(cells))
    columns = [
        Column(say("web.pay.payment"), is_title=True),
        Column(say("web.hours.when")),
        Column(say("web.staff.amount"), "number"),
    ]
    if may:
        columns.append(Column("", "act"))
    return Block(
        title=say("web.pay.payments"),
        id="payments",
        facts=(
            Fact(say("web.pay.approved_in_all"), form.money(owed.approved_minor)),
            Fact(say("web.pay.paid_in_all"), form.money(owed.paid_minor)),
            Fact(
                say("web.pay.owed"),
                form.money(owed.owed_minor),
                "look" if owed.owed_minor else "good",
            ),
        ),
        table=Table(
            caption="",
            columns=tuple(columns),
            rows=tuple(rows),
            empty=say("web.pay.nothing_paid_yet"),
        ),
    )
