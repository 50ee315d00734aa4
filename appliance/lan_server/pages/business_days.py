"""Business days and their Z reports: the list, each on a page and on paper, with the head of the journal."""

from collections.abc import Mapping
from typing import Final

import msgspec
from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue

from appliance.lan_server.access.doors import needs
from appliance.lan_server.pages import asked, report_grids, report_sheet
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.page import formats, show
from appliance.lan_server.pages.parts import Cell, Column, Fact, Link, Pager, Table, Tile
from appliance.lan_server.pages.report_grids import Figure, Grid, money, plain
from appliance.lan_server.pages.reports import table
from appliance.lan_server.room import here
from appliance.services import figures, shop, today, z_reports
from appliance.services.z_reports import DayRow, ZReport

BLUEPRINT: Final = Blueprint("business_days", __name__, url_prefix="/reports/days")


class DaysPage(msgspec.Struct, frozen=True):
    """What `reports/days.html` shows."""

    title: str
    choices: tuple[Link, ...]
    choose: str
    days: Table
    pager: Pager | None
    crumbs: tuple[Link, ...]


class DayPage(msgspec.Struct, frozen=True):
    """What `reports/day.html` shows."""

    title: str
    more: str
    tiles: tuple[Tile, ...]
    facts: tuple[Fact, ...]
    taxes: Table
    tenders: Table
    categories: Table
    head: str
    head_title: str
    head_hint: str
    downloads: tuple[Link, ...]
    crumbs: tuple[Link, ...]


@BLUEPRINT.route("/")
@needs("manager")
def index() -> ResponseReturnValue:
    """The newest business days."""
    form = formats()
    say = form.words
    at_ms = asked.whole("at")
    before = None if at_ms is None else (at_ms, asked.text("id"))
    with here().readers.reading() as db:
        names = today.registers(db)
        register = asked.choice("register", names)
        found = z_reports.days(db, register, before, z_reports.PAGE + 1)
    shown = found[: z_reports.PAGE]
    older = newest = None
    if len(found) > z_reports.PAGE:
        last = shown[-1]
        older = Link(
            say("web.asked.older"),
            asked.address(
                "business_days.index", register=register, at=last.opened_at_ms, id=last.id
            ),
        )
    if before is not None:
        newest = Link(
            say("web.asked.newest"), asked.address("business_days.index", register=register)
        )
    every = Link(
        say("web.today.all_registers"), url_for("business_days.index"), is_here=not register
    )
    page = DaysPage(
        title=say("web.days.title"),
        choices=(
            every,
            *(
                Link(name, url_for("business_days.index", register=one), is_here=one == register)
                for one, name in names.items()
            ),
        ),
        choose=say("web.sales.register"),
        days=days_table(shown, names, form),
        pager=Pager("", newest, older) if newest or older else None,
        crumbs=_crumbs(form, say("web.days.title")),
    )
    return show("reports/days.html", page, title=page.title)


@BLUEPRINT.route("/<day_id>")
@needs("manager")
def day(day_id: str) -> ResponseReturnValue:
    """One business day. Raises `NoSuchBusinessDay`."""
    form = formats()
    found, names, categories = _read(day_id)
    say = form.words
    title = _title(found, form)
    page = DayPage(
        title=title,
        more=names.get(found.origin, found.origin),
        tiles=(
            Tile(
                say("web.reports.takings"),
                form.money(found.sold.total_minor),
                icon="cash-multiple",
            ),
            Tile(
                say("web.reports.sales"),
                form.number(found.sold.sales),
                say("web.days.receipts", first=found.first, last=found.last) if found.first else "",
                icon="receipt-text-outline",
            ),
        ),
        facts=tuple(Fact(label, text) for label, text in _facts(found, names, form)),
        taxes=table(report_grids.taxes(found.taxes, form), form),
        tenders=table(report_grids.tenders(found.tenders, found.sold, form), form),
        categories=table(
            report_grids.items(found.categories, categories, form, by="category"), form
        ),
        head=found.head,
        head_title=say("web.days.head"),
        head_hint=say("web.days.head_hint"),
        downloads=(Link(say("web.asked.pdf"), url_for("business_days.pdf", day_id=found.id)),),
        crumbs=_crumbs(form, title, Link(say("web.days.title"), url_for("business_days.index"))),
    )
    return show("reports/day.html", page, title=title)


@BLUEPRINT.route("/<day_id>/z.pdf")
@needs("manager")
def pdf(day_id: str) -> ResponseReturnValue:
    """The same on paper. Raises `NoSuchBusinessDay`, `FontsMissing`."""
    form = formats()
    found, names, categories = _read(day_id)
    with here().readers.reading() as db:
        facts = shop.read(db)
    head = [facts.name, *facts.address]
    if facts.tax_number:
        head.append(facts.tax_number)
    head.append(names.get(found.origin, found.origin))
    grid = sheet(found, names, categories, form)
    foot = form.words("web.reports.made", at=form.moment(here().now_ms()))
    name = f"z-{found.origin}-{found.number}"
    return Response(
        report_sheet.pdf(grid, head, form.words("web.reports.cut"), foot=foot),
        mimetype="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}.pdf"'},
    )


def days_table(of: tuple[DayRow, ...], names: Mapping[str, str], form: Formats) -> Table:
    """The list of business days."""
    say = form.words
    return Table(
        caption=say("web.days.title"),
        columns=(
            Column(say("web.days.day"), is_title=True),
            Column(say("web.sales.register")),
            Column(say("web.days.opened")),
            Column(say("web.days.closed")),
            Column(say("web.reports.sales"), "number"),
            Column(say("web.reports.takings"), "number"),
        ),
        rows=tuple(
            (
                Cell(
                    say("web.days.number", number=one.number),
                    url_for("business_days.day", day_id=one.id),
                ),
                Cell(names.get(one.origin, one.origin)),
                Cell(form.moment(one.opened_at_ms)),
                Cell(say("web.days.is_open"), tone="good", icon="circle-medium")
                if one.closed_at_ms is None
                else Cell(form.moment(one.closed_at_ms)),
                Cell(form.number(one.sales)),
                Cell(form.money(one.total_minor)),
            )
            for one in of
        ),
        empty=say("web.days.none"),
    )


def sheet(
    found: ZReport, names: Mapping[str, str], categories: Mapping[str, str], form: Formats
) -> Grid:
    """The report as one grid for paper: a line a figure."""
    say = form.words
    rows: list[tuple[Figure, ...]] = [
        (plain(label), plain(text)) for label, text in _facts(found, names, form)
    ]
    for grid in (
        report_grids.taxes(found.taxes, form),
        report_grids.tenders(found.tenders, found.sold, form),
        report_grids.items(found.categories, categories, form, by="category"),
    ):
        rows += [(plain(""), plain("")), (plain(grid.title.upper()), plain(""))]
        for row in grid.rows:
            if grid.columns[-1][0] == say("web.reports.gross"):
                parts = zip(grid.columns[2:], row[2:], strict=True)
                rows.append((row[0], plain("")))
                rows += [(plain(f"    {title}"), cell) for (title, _), cell in parts]
            else:
                rows.append((row[0], row[-1]))
    rows.append((plain(""), plain("")))
    notes: tuple[str, ...] = ()
    if found.head:
        notes = (
            f"{say('web.days.head')}: {found.closed_entry}",
            found.head,
            say("web.days.head_hint"),
        )
    return Grid(
        title=_title(found, form),
        columns=((say("web.days.what"), "text"), (say("web.reports.amount"), "number")),
        rows=tuple(rows),
        total=(plain(say("web.reports.takings")), money(found.sold.total_minor, form)),
        bars=(),
        notes=notes,
    )


def _read(day_id: str) -> tuple[ZReport, dict[str, str], dict[str, str]]:
    """The report, the names of registers and people, and those of categories."""
    with here().readers.reading() as db:
        found = z_reports.of(db, day_id)
        people = figures.names(db, "employee", (found.opened_by, found.closed_by))
        categories = figures.names(db, "category", (one.category for one in found.categories))
        return found, today.registers(db) | people, categories


def _title(found: ZReport, form: Formats) -> str:
    key = "web.days.x" if found.closed_at_ms is None else "web.days.z"
    return form.words(key, number=found.number)


def _facts(found: ZReport, names: Mapping[str, str], form: Formats) -> tuple[tuple[str, str], ...]:
    say = form.words
    opened = f"{form.moment(found.opened_at_ms)} {names.get(found.opened_by, found.opened_by)}"
    closed = say("web.days.is_open")
    if found.closed_at_ms is not None:
        closed = f"{form.moment(found.closed_at_ms)} {names.get(found.closed_by, found.closed_by)}"
    return (
        (say("web.days.opened"), opened.strip()),
        (say("web.days.closed"), closed.strip()),
        (say("web.reports.sales"), form.number(found.sold.sales)),
        (say("web.days.range"), f"{found.first} – {found.last}" if found.first else "–"),
        (say("web.days.subtotal"), form.money(found.sold.subtotal_minor)),
        (say("web.reports.takings"), form.money(found.sold.total_minor)),
        (say("web.sales.rounding"), form.money(found.sold.rounding_minor)),
    )


def _crumbs(form: Formats, title: str, *between: Link) -> tuple[Link, ...]:
    return (
        Link(form.words("web.room.reports"), url_for("reports.index")),
        *between,
        Link(title, "", is_here=True),
    )
