"""Wages of a pay period: everybody's, what is owed, and one person's lines with what keeps them from being approved."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Final

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from appliance.domain import calendar
from appliance.lan_server.access.doors import needs
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.page import formats, show
from appliance.lan_server.pages.parts import Cell, Column, Link, Notice, Pager, Table, Tile
from appliance.lan_server.pages.stack import Block, StackPage
from appliance.lan_server.pages.team import asked_day, known, not_here, today, wages_tabs
from appliance.lan_server.pages.wage_person import Person, blocks_of, read_person
from appliance.lan_server.room import here
from appliance.services import pay_rules, wage_states
from appliance.services.wage_states import Standing

BLUEPRINT: Final = Blueprint("wages", __name__, url_prefix="/wages")
TONES: Final[Mapping[str, str]] = {
    "none": "",
    "running": "",
    "questions": "bad",
    "ready": "look",
    "approved": "look",
    "paid": "good",
}


@BLUEPRINT.route("/")
@needs("manager")
def index() -> ResponseReturnValue:
    """A pay period, everybody."""
    day, now_ms, on_day = asked_day(), here().now_ms(), today().isoformat()
    with here().readers.reading() as db:
        first, last = pay_rules.period_at(db, day)
        found = wage_states.standings(db, first, last, now_ms, on_day)
    form = formats()
    say = form.words
    ready = [one for one in found if one.state == "ready"]
    acts: tuple[Link, ...] = ()
    if ready and here().place.allows("approve"):
        href = url_for("wage_forms.approve_all", day=first.isoformat())
        acts = (Link(say("web.pay.approve_all", count=len(ready)), href, "check-all"),)
    page = StackPage(
        title=say("web.room.wages"),
        more=f"{form.span(first, last)} · {say(f'web.pay.period_{state_of_all(found, last)}')}",
        tabs=wages_tabs(),
        tabs_label=say("web.room.wages"),
        acts=acts,
        pager=pager("wages.index", first, last, form),
        blocks=(
            Block(tiles=_tiles(found, form), notes=not_here("approve"), is_bare=True),
            Block(table=_table(found, first, form), downloads=_files(found, first, form)),
        ),
    )
    return show("stack.html", page, title=page.title)


def pager(
    endpoint: str,
    first: datetime.date,
    last: datetime.date,
    form: Formats,
    employee: str | None = None,
) -> Pager:
    """The periods before and after."""
    say = form.words

    def link(day: datetime.date, key: str) -> Link:
        return Link(say(key), url_for(endpoint, employee=employee, day=day.isoformat()))

    is_now = first <= today() <= last
    return Pager(
        say("web.hours.this_period") if is_now else form.span(first, last),
        link(first - calendar.ONE_DAY, "web.hours.before"),
        link(last + calendar.ONE_DAY, "web.hours.after"),
    )


def state_of_all(found: Sequence[Standing], last: datetime.date) -> str:
    """The state of the one who is farthest behind."""
    states = {one.state for one in found} - {"none"}
    if last >= today():
        return "running"
    if not states:
        return "empty"
    if states & {"questions", "ready"}:
        return "ready"
    return "approved" if "approved" in states else "paid"


def _tiles(found: Sequence[Standing], form: Formats) -> tuple[Tile, ...]:
    say = form.words
    approved = [one.wages.net_minor for one in found if one.wages.approved]
    questions = sum(len(one.wages.questions) for one in found)
    return (
        Tile(
            say("web.pay.total"),
            form.money(sum(one.wages.net_minor for one in found)),
            icon="cash-multiple",
        ),
        Tile(say("web.pay.approved_sum"), form.money(sum(approved)), icon="check-circle-outline"),
        Tile(
            say("web.pay.owed_sum"),
            form.money(sum(one.owed_minor for one in found)),
            icon="cash-clock",
        ),
        Tile(
            say("web.pay.questions"),
            form.number(questions),
            tone="bad" if questions else "",
            more=say("web.pay.questions_wait") if questions else "",
            icon="help-circle-outline",
        ),
    )


def _table(found: Sequence[Standing], first: datetime.date, form: Formats) -> Table:
    say = form.words
    return Table(
        caption="",
        columns=(
            Column(say("web.account.name"), is_title=True),
            Column(say("web.today.state")),
            Column(say("web.pay.hours"), "number"),
            Column(say("web.pay.overtime"), "number"),
            Column(say("web.pay.wages"), "number"),
            Column(say("web.pay.net"), "number"),
            Column(say("web.pay.owed"), "number"),
        ),
        rows=tuple(
            (
                Cell(
                    one.wages.name,
                    url_for("wages.person", employee=one.wages.employee, day=first.isoformat()),
                    more=one.wages.number,
                ),
                Cell(
                    say(f"web.pay.state_{one.state}"),
                    tone=TONES[one.state],
                    more=say("web.pay.questions_count", count=len(one.wages.questions))
                    if one.wages.questions
                    else "",
                ),
                Cell(form.hours(one.wages.worked_ms)),
                Cell(form.hours(one.wages.overtime_ms) if one.wages.overtime_ms else "–"),
                Cell(form.money(one.wages.total_minor)),
                Cell(form.money(one.wages.net_minor)),
                Cell(form.money(one.owed_minor), tone="look" if one.owed_minor else ""),
            )
            for one in found
        ),
        empty=say("web.pay.empty"),
        total=(
            Cell(say("web.hours.sum")),
            Cell(""),
            Cell(form.hours(sum(one.wages.worked_ms for one in found))),
            Cell(form.hours(sum(one.wages.overtime_ms for one in found))),
            Cell(form.money(sum(one.wages.total_minor for one in found))),
            Cell(form.money(sum(one.wages.net_minor for one in found))),
            Cell(form.money(sum(one.owed_minor for one in found))),
        ),
    )


def _files(found: Sequence[Standing], first: datetime.date, form: Formats) -> tuple[Link, ...]:
    if not found:
        return ()
    say, day = form.words, first.isoformat()
    return (
        Link(say("web.pay.slips"), url_for("wage_files.slips", day=day), "file-pdf-box"),
        Link(say("web.pay.csv"), url_for("wage_files.table", day=day), "file-delimited-outline"),
    )


# --------------------------------------------------------------------------- one person


@BLUEPRINT.route("/<employee>")
@needs("manager")
def person(employee: str) -> ResponseReturnValue:
    """One person's wages of a period, line by line."""
    found, day = known(employee), asked_day()
    form = formats()
    say = form.words
    held: Person = read_person(found.id, day)
    first, last = pay_rules.day(held.wages.from_day), pay_rules.day(held.wages.to_day)
    acts = []
    if held.state == "ready" and here().place.allows("approve"):
        href = url_for("wage_forms.approve", employee=found.id, day=first.isoformat())
        acts.append(Link(say("web.pay.approve"), href, "check"))
    if here().place.allows("pay"):
        href = url_for("wage_forms.pay", employee=found.id, day=first.isoformat())
        acts.append(Link(say("web.pay.pay"), href, "cash-check"))
    href = url_for("wage_extras.add", employee=found.id, day=first.isoformat())
    acts.append(Link(say("web.pay.extra_pay"), href, "plus"))
    page = StackPage(
        title=found.name,
        more=f"{form.span(first, last)} · {say(f'web.pay.state_{held.state}')}",
        crumbs=(
            Link(say("web.room.wages"), url_for("wages.index", day=first.isoformat())),
            Link(found.name, "", is_here=True),
        ),
        acts=tuple(acts),
        pager=pager("wages.person", first, last, form, employee=found.id),
        is_strong=held.state == "ready",
        blocks=(
            Block(
                notes=(*_notes(held, form), *not_here("approve"), *not_here("pay")), is_bare=True
            ),
            *blocks_of(found, held, form),
        ),
    )
    return show("stack.html", page, title=page.title)


def _notes(held: Person, form: Formats) -> tuple[Notice, ...]:
    say = form.words
    if held.wages.approved:
        return (Notice(say("web.pay.note_locked"), "lock"),)
    if held.wages.questions:
        return (Notice(say("web.pay.note_questions"), "look"),)
    if held.state == "running":
        return (Notice(say("web.pay.note_running", day=form.date(held.wages.to_day))),)
    return ()
