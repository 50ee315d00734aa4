"""The people who work here: who is in, and everything about one of them. `person` and `person_pay` change it."""

from typing import Final

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from appliance.domain import calendar
from appliance.lan_server.access.doors import may_see, me, needs
from appliance.lan_server.pages.blocks import Block, BlocksPage
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.page import formats, show
from appliance.lan_server.pages.parts import Cell, Column, Fact, Link, Notice, Table, Tile
from appliance.lan_server.pages.team import (
    crumbs,
    job_names,
    leave_name,
    length,
    people_tabs,
    today,
)
from appliance.lan_server.room import here
from appliance.messages import PersonView
from appliance.messages.own_data import OwnRateView
from appliance.services import (
    access,
    leave,
    own_person,
    pay_rules,
    people,
    staff,
    team_hours,
    wage_ledger,
)
from appliance.services.badges import Held
from appliance.services.leave import Balance
from appliance.services.staff import OWNER, Details
from appliance.services.team_hours import TeamRow
from appliance.services.wage_ledger import Taken

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
    page = BlocksPage(
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
    return show("blocks.html", page, title=page.title)


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
    now_ms, day = here().now_ms(), today()
    year = (f"{day.year}-01-01", f"{day.year}-12-31")
    with here().readers.reading() as db:
        found = people.known(db, employee)
        is_here = people.is_active(db, found.id)
        own = staff.own_data(db, found.id, day)
        assigned = pay_rules.assigned_to(db, found.id)
        rates = own_person.look(db, found.id, now_ms).rates
        names = job_names(db)
        balances = leave.balances(db, found.id, day.isoformat())
        taken = wage_ledger.leave_taken(db, found.id, *year)
        approved_to = pay_rules.approved_to(db, found.id)
        may_web = is_here and access.may_have_web(db, found)
        password = access.password_of(db, found.id)
    form = formats()
    say = form.words
    may = may_change(found)
    codes = {name: code for code, name in names.items()}
    web = say("web.access.none")
    if password is not None:
        web = say("web.access.since", since=form.moment(password.set_at_ms))
    elif not may_web:
        web = say("web.staff.no_web")
    jobs = tuple(assigned.values()) or ((say("web.staff.every_job"),) if own.jobs else ())
    page = BlocksPage(
        title=found.name,
        more=say(f"web.role.{found.role}"),
        crumbs=crumbs(found),
        acts=(
            Link(
                say("web.staff.see_hours"),
                url_for("hours.person", employee=found.id),
                "clock-outline",
            ),
            Link(
                say("web.staff.see_wages"),
                url_for("wages.person", employee=found.id),
                "cash-clock",
            ),
        ),
        is_strong=False,
        blocks=(
            Block(
                title=say("web.staff.records"),
                notes=() if may else (Notice(say("web.staff.an_owner"), "look"),),
                facts=_facts(found, own.language, own.details, is_here=is_here, form=form),
                acts=_acts(found, own.details, is_here=is_here, form=form) if may else (),
            ),
            Block(
                title=say("web.staff.rates"),
                id="rates",
                sentence=say("web.staff.approved_to", day=form.date(approved_to))
                if approved_to
                else "",
                facts=(Fact(say("web.staff.jobs"), ", ".join(jobs)),) if jobs else (),
                table=_rates(found, rates, codes, form),
                acts=(
                    Link(
                        say("web.staff.new_rate"),
                        url_for("person_pay.rate", employee=found.id),
                        "cash-plus",
                    ),
                    Link(
                        say("web.staff.choose_jobs"),
                        url_for("person_pay.jobs", employee=found.id),
                        "briefcase-outline",
                    ),
                ),
            ),
            _leave(found, balances, taken, form),
            _badges(found, own.badges, form),
            Block(
                title=say("web.staff.web"),
                facts=(Fact(say("web.account.password"), web),),
                acts=(
                    Link(
                        say("web.staff.web_change"),
                        url_for("web_access.person", employee=found.id),
                        "web",
                    ),
                )
                if may_web and may_see("web_access.person")
                else (),
            ),
        ),
    )
    return show("blocks.html", page, title=page.title)


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


def _rates(
    found: PersonView, rates: tuple[OwnRateView, ...], codes: dict[str, str], form: Formats
) -> Table:
    say = form.words
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
                        job=codes.get(one.job, one.job),
                        since=one.from_day,
                    ),
                ),
            )
            for one in rates
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


def _leave(
    found: PersonView, balances: tuple[Balance, ...], taken: tuple[Taken, ...], form: Formats
) -> Block:
    say = form.words
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


def _badges(found: PersonView, held: tuple[Held, ...], form: Formats) -> Block:
    say = form.words
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
            for one in held
        ),
        empty=say("web.staff.no_badge"),
    )
    return Block(
        title=say("web.staff.badges"), id="badges", sentence=say("web.staff.give_how"), table=table
    )
