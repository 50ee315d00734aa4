"""The people who work here: who is in, and everything about one of them. `person` and `person_pay` change it."""

from typing import Final

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from appliance.domain import calendar
from appliance.lan_server.access.doors import may_see, needs
from appliance.lan_server.pages import person_blocks
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.page import formats, show
from appliance.lan_server.pages.parts import Cell, Column, Link, Table, Tile
from appliance.lan_server.pages.stack import Block, StackPage
from appliance.lan_server.pages.team import (
    crumbs,
    people_tabs,
    today,
)
from appliance.lan_server.room import here
from appliance.messages import PersonView
from appliance.services import (
    pay_rules,
    people,
    staff,
    team_hours,
)
from appliance.services.team_hours import TeamRow

BLUEPRINT: Final = Blueprint("people", __name__, url_prefix="/people")
AT_WORK: Final = "at_work"
ON_BREAK: Final = "on_break"


@BLUEPRINT.route("/")
@needs("manager")
def index() -> ResponseReturnValue:
    """Everybody, with who is in."""
    now_ms, day = here().now_ms(), today()
    with here().readers.reading() as db:
        everyone = people.everyone(db)
        first = calendar.week_begins(day, pay_rules.read(db).week_starts)
        present = {one.employee: one for one in team_hours.look(db, first, day, now_ms)}
        hired, left = staff.days_of(db, "hired_day"), staff.days_of(db, "left_day")
    form = formats()
    say = form.words
    working = [one for one, is_here in everyone if is_here]
    page = StackPage(
        title=say("web.room.people"),
        tabs=people_tabs(),
        tabs_label=say("web.room.people"),
        acts=(Link(say("web.staff.add"), url_for("person.new"), "account-plus-outline"),),
        blocks=(
            Block(tiles=_tiles(working, present, form), is_bare=True),
            Block(
                table=_working(working, present, hired, left, form),
                acts=_other_pages(form),
            ),
            *_gone([one for one, is_here in everyone if not is_here], left, form),
        ),
    )
    return show("stack.html", page, title=page.title)


def _tiles(
    working: list[PersonView], present: dict[str, TeamRow], form: Formats
) -> tuple[Tile, ...]:
    say = form.words
    states = [present[one.id].presence for one in working if one.id in present]
    week_ms = sum(present[one.id].paid_ms for one in working if one.id in present)
    return (
        Tile(
            say("web.staff.is_in"),
            form.number(states.count(AT_WORK)),
            icon="account-clock-outline",
        ),
        Tile(say("web.today.on_break"), form.number(states.count(ON_BREAK)), icon="coffee-outline"),
        Tile(say("web.staff.work_here"), form.number(len(working)), icon="account-group-outline"),
        Tile(say("web.staff.this_week"), form.hours(week_ms), icon="clock-outline"),
    )


def _other_pages(form: Formats) -> tuple[Link, ...]:
    say = form.words
    found = [Link(say("web.staff.shop_jobs"), url_for("jobs.index"), "briefcase-outline")]
    if may_see("web_access.index"):
        found.append(Link(say("web.access.title"), url_for("web_access.index"), "web"))
    return tuple(found)


def _working(
    working: list[PersonView],
    present: dict[str, TeamRow],
    hired: dict[str, str],
    left: dict[str, str],
    form: Formats,
) -> Table:
    say, day = form.words, today().isoformat()
    rows = []
    for one in working:
        at = present.get(one.id, TeamRow(one.id, one.name, ()))
        more = ""
        if left.get(one.id):
            more = say("web.staff.leaves", day=form.date(left[one.id]))
        elif hired.get(one.id, "") > day:
            more = say("web.staff.begins", day=form.date(hired[one.id]))
        rows.append(
            (
                Cell(one.name, url_for("people.person", employee=one.id), more=more),
                Cell(one.number),
                Cell(say(f"web.role.{one.role}")),
                presence(at, form),
                Cell(form.hours(at.paid_ms), url_for("hours.person", employee=one.id)),
            )
        )
    return Table(
        caption=say("web.staff.work_here"),
        columns=(
            Column(say("web.account.name"), is_title=True),
            Column(say("web.account.number")),
            Column(say("web.account.role")),
            Column(say("web.staff.now")),
            Column(say("web.staff.this_week"), "number"),
        ),
        rows=tuple(rows),
        empty=say("web.staff.nobody"),
    )


def presence(at: TeamRow, form: Formats) -> Cell:
    """Where somebody is, and since when."""
    say = form.words
    since = say("web.access.since", since=form.clock(at.since_ms)) if at.since_ms else ""
    if at.presence == AT_WORK:
        return Cell(say("web.today.at_work"), tone="good", icon="circle-medium", more=since)
    if at.presence == ON_BREAK:
        return Cell(say("web.today.on_break"), tone="look", icon="coffee-outline", more=since)
    return Cell(say("web.staff.away"))


def _gone(gone: list[PersonView], left: dict[str, str], form: Formats) -> tuple[Block, ...]:
    if not gone:
        return ()
    say = form.words
    table = Table(
        caption=say("web.staff.gone"),
        columns=(
            Column(say("web.account.name"), is_title=True),
            Column(say("web.account.role")),
            Column(say("web.staff.last_day"), "number"),
        ),
        rows=tuple(
            (
                Cell(one.name, url_for("people.person", employee=one.id)),
                Cell(say(f"web.role.{one.role}")),
                Cell(form.date(left[one.id]) if left.get(one.id) else "–"),
            )
            for one in gone
        ),
    )
    return (Block(table=table),)


# --------------------------------------------------------------------------- one person


@BLUEPRINT.route("/<employee>")
@needs("manager")
def person(employee: str) -> ResponseReturnValue:
    """One person: what the records say, how they are paid, what they have left, what opens doors to them."""
    held = person_blocks.read(employee, here().now_ms(), today())
    form = formats()
    say, found = form.words, held.own.person

    def link(key: str, endpoint: str, icon: str) -> Link:
        return Link(say(f"web.staff.{key}"), url_for(endpoint, employee=found.id), icon)

    page = StackPage(
        title=found.name,
        more=say(f"web.role.{found.role}"),
        crumbs=crumbs(found),
        acts=(
            link("see_hours", "hours.person", "clock-outline"),
            link("see_wages", "wages.person", "cash-clock"),
        ),
        is_strong=False,
        blocks=(
            person_blocks.records(held, form),
            person_blocks.pay(held, form),
            person_blocks.leave(held, form),
            person_blocks.badges(held, form),
            person_blocks.web(held, form),
        ),
    )
    return show("stack.html", page, title=page.title)
