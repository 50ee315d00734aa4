"""The blocks of one's own page."""

from collections.abc import Mapping, Sequence

from flask import url_for

from appliance.journal.time_kinds import PunchSaid
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.parts import Cell, Column, Fact, Link, Table
from appliance.lan_server.pages.person_blocks import rate_text
from appliance.lan_server.pages.stack import Block
from appliance.lan_server.pages.team import leave_name, length, said
from appliance.messages import CorrectionView, OwnDayView, OwnWeekView, RequestView, SaidView
from appliance.messages.own_data import OwnDataView
from appliance.services.staff import Details


def week_block(title: str, week: OwnWeekView, form: Formats, *, may_ask: bool) -> Block:
    """A week, day by day; each day leads to its punches."""
    say = form.words
    rows = []
    for day in week.days:
        if not (day.stretches or day.punches):
            continue
        odd = [say(f"web.hours.is_{one.why}") for one in day.odd]
        rows.append(
            (
                Cell(form.date(day.day), url_for("own.day", day=day.day)),
                Cell(times(day, form) or "–", more=", ".join(odd), tone="bad" if odd else ""),
                Cell(form.hours(day.paid_ms)),
                Cell(
                    say("web.own.wrong") if may_ask else "",
                    url_for("own.day", day=day.day) if may_ask else "",
                ),
            )
        )
    table = Table(
        caption="",
        columns=(
            Column(say("web.hours.field_day"), is_title=True),
            Column(say("web.hours.times")),
            Column(say("web.hours.paid"), "number"),
            Column("", "act"),
        ),
        rows=tuple(rows),
        empty=say("web.own.no_hours"),
        total=(
            Cell(say("web.hours.sum")),
            Cell(""),
            Cell(form.hours(week.paid_ms)),
            Cell(""),
        ),
    )
    return Block(title=title, table=table)


def times(day: OwnDayView, form: Formats) -> str:
    """Work and paid breaks of a day: `08:00 – 12:00, 12:30 – now`."""
    spans: list[tuple[str, str]] = []
    for one in day.stretches:
        if one.kind == "unpaid_break":
            continue
        begin = form.clock(one.begun_ms)
        end = form.words("web.hours.now") if one.goes_on else form.clock(one.ended_ms)
        if spans and spans[-1][1] == begin:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((begin, end))
    return ", ".join(f"{begin} – {end}" for begin, end in spans)


def punches_block(
    day: OwnDayView, jobs: Mapping[str, str], form: Formats, *, may_ask: bool
) -> Block:
    """The punches of a day, each with a way to say that it was another."""
    say = form.words
    faults = {one.punch: one.why for one in day.odd}
    rows = []
    for one in day.punches:
        why = faults.get(one.punch, "")
        rows.append(
            (
                Cell(
                    said(PunchSaid(one.what, one.at_ms, one.job, one.paid), form, jobs),
                    tone="bad" if why else "",
                    more=say(f"web.hours.is_{why}") if why else "",
                ),
                Cell(
                    say("web.own.ask_about") if may_ask else "",
                    url_for("own.ask_about", punch_id=one.punch) if may_ask else "",
                ),
            )
        )
    table = Table(
        caption="",
        columns=(Column(say("web.hours.punch"), is_title=True), Column("", "act")),
        rows=tuple(rows),
        empty=say("web.hours.no_punches"),
    )
    acts: tuple[Link, ...] = ()
    if may_ask:
        acts = (Link(say("web.own.ask"), url_for("own.ask", day=day.day), "plus"),)
    return Block(title=say("web.hours.punches"), table=table, acts=acts)


def _plain(told: SaidView | None) -> PunchSaid | None:
    return None if told is None else PunchSaid(told.what, told.at_ms, told.job, told.paid)


def requests_block(
    found: Sequence[RequestView], jobs: Mapping[str, str], form: Formats
) -> tuple[Block, ...]:
    """What was asked for and waits, or was declined and why."""
    if not found:
        return ()
    say = form.words
    table = Table(
        caption="",
        columns=(
            Column(say("web.hours.change_asked"), is_title=True),
            Column(say("web.hours.field_day")),
            Column(say("web.hours.field_reason")),
            Column(say("web.today.state")),
        ),
        rows=tuple(
            (
                Cell(said(_plain(one.said), form, jobs)),
                Cell(form.day(one.said.at_ms)),
                Cell(one.reason),
                Cell(say("web.own.declined"), tone="bad", more=one.answer_reason)
                if one.answer
                else Cell(say("web.own.waits_for"), tone="look"),
            )
            for one in found
        ),
    )
    return (Block(title=say("web.own.requests"), table=table),)


def corrections_block(
    found: Sequence[CorrectionView], jobs: Mapping[str, str], form: Formats
) -> tuple[Block, ...]:
    """What managers made of one's punches, and a way to say that it is not so."""
    if not found:
        return ()
    say = form.words
    rows = []
    for one in found:
        change = say(
            "web.hours.change",
            was=said(_plain(one.was), form, jobs),
            said=said(_plain(one.said), form, jobs),
        )
        told = one.said or one.was
        if one.contested:
            last = Cell(say("web.hours.is_contested"), tone="look", more=one.contested)
        else:
            href = url_for("own.contest", correction=one.id)
            last = Cell(say("web.own.contest"), href)
        rows.append(
            (
                Cell(change, more="" if told is None else form.day(told.at_ms)),
                Cell(one.author, more=form.moment(one.at_ms)),
                Cell(one.reason),
                last,
            )
        )
    table = Table(
        caption="",
        columns=(
            Column(say("web.hours.what_changed"), is_title=True),
            Column(say("web.hours.by_whom")),
            Column(say("web.hours.field_reason")),
            Column("", "act"),
        ),
        rows=tuple(rows),
    )
    return (Block(title=say("web.own.corrections"), table=table),)


def shifts_block(data: OwnDataView, form: Formats) -> Block:
    """Shifts of today and the two weeks that follow."""
    say = form.words
    table = Table(
        caption="",
        columns=(
            Column(say("web.hours.field_day"), is_title=True),
            Column(say("web.hours.times")),
            Column(say("web.hours.field_job")),
            Column(say("web.plan.note")),
        ),
        rows=tuple(
            (
                Cell(form.day(one.begins_ms)),
                Cell(f"{form.clock(one.begins_ms)}–{form.clock(one.ends_ms)}"),
                Cell(one.job or "–"),
                Cell(one.note or "–"),
            )
            for one in data.shifts
        ),
        empty=say("web.own.no_shifts"),
    )
    return Block(title=say("web.own.shifts"), table=table)


def data_block(data: OwnDataView, details: Details, form: Formats) -> Block:
    """What the records say, and what is left of paid leave."""
    say = form.words
    language = (
        say(f"web.staff.language_{data.language}")
        if data.language
        else say("web.staff.language_shop")
    )
    badges = (
        f"{one.label or say('web.staff.badge')} ({form.date(one.given_day)})" for one in data.badges
    )
    facts = [
        Fact(say("web.account.number"), data.number),
        Fact(say("web.account.role"), say(f"web.role.{data.role}")),
        Fact(say("web.staff.language"), language),
        Fact(say("web.staff.jobs"), ", ".join(data.jobs) or "–"),
        Fact(say("web.staff.badges"), ", ".join(badges) or "–"),
        Fact(say("web.staff.address"), details.address or "–"),
        Fact(say("web.staff.born_day"), form.date(details.born_day) if details.born_day else "–"),
        Fact(
            say("web.staff.first_day"), form.date(details.hired_day) if details.hired_day else "–"
        ),
    ]
    facts += [
        Fact(
            say("web.own.leave_left", kind=leave_name(one.code, one.name, form)),
            length(one.left_ms, form),
            "bad" if one.left_ms < 0 else "",
        )
        for one in data.leave
    ]
    return Block(title=say("web.own.data"), facts=tuple(facts))


def data_rates(data: OwnDataView, slips: tuple[Link, ...], form: Formats) -> Block:
    """All rates that were ever agreed, and the newest wage slips."""
    say = form.words
    table = Table(
        caption="",
        columns=(
            Column(say("web.staff.amount"), is_title=True),
            Column(say("web.staff.for_job")),
            Column(say("web.staff.from"), "number"),
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
            )
            for one in data.rates
        ),
        empty=say("web.own.no_rate"),
    )
    return Block(title=say("web.staff.rates"), table=table, downloads=slips)
