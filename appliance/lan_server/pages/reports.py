"""Reports: what was sold from a day to another, by whatever one likes; as a table, a chart, CSV and PDF."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

import msgspec
from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue

from appliance.domain import calendar
from appliance.lan_server.access.doors import needs
from appliance.lan_server.pages import asked, bars, csv_file, report_grids, report_sheet
from appliance.lan_server.pages.asked import Days
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.page import formats, show
from appliance.lan_server.pages.parts import Cell, Chart, Column, Filters, Link, Pager, Table
from appliance.lan_server.pages.report_grids import Grid
from appliance.lan_server.pages.sales import odd_table
from appliance.lan_server.room import here
from appliance.services import figures, odd, pay_rules, shop, today
from appliance.services.figures import Span
from appliance.store.database import Database

BLUEPRINT: Final = Blueprint("reports", __name__, url_prefix="/reports")
MOST_ROWS: Final = 200
"""So many rows a page shows; files have all."""
ACTS: Final = 50

_Made = Callable[[Database, Span, Formats], Grid]


class ReportPage(msgspec.Struct, frozen=True):
    """What `reports/index.html` shows."""

    title: str
    more: str
    kinds: tuple[Link, ...]
    kinds_label: str
    presets: tuple[Link, ...]
    presets_label: str
    filters: Filters
    wrong: str
    chart: Chart | None
    table: Table | None
    notes: tuple[str, ...]
    downloads: tuple[Link, ...]


class ActsPage(msgspec.Struct, frozen=True):
    """What `reports/acts.html` shows."""

    title: str
    acts: Table
    pager: Pager | None
    crumbs: tuple[Link, ...]


@BLUEPRINT.route("/")
@needs("manager")
def index() -> ResponseReturnValue:
    """One report; of days that are none only the form is shown again, with what is wrong."""
    form = formats()
    now_ms = here().now_ms()
    with here().readers.reading() as db:
        rules = pay_rules.read(db)
        names = today.registers(db)
        day = calendar.day_of(now_ms, rules.zone)
        by, register, days = _asked(names, now_ms, form)
        grid, wrong = None, ""
        try:
            grid = made(db, by, figures.span(db, *days, register), form)
        except (pay_rules.NotADay, figures.DaysTurnedRound) as no:
            wrong = form.problem(no)
    say = form.words
    kept = {"by": by, "first": days.first, "last": days.last, "register": register}
    page = ReportPage(
        title=say("web.room.reports"),
        more=_span(days, form) if grid else "",
        kinds=(
            *(
                Link(
                    say(f"web.reports.kind_{one}"),
                    asked.address("reports.index", **{**kept, "by": one}),
                    is_here=one == by,
                )
                for one in REPORTS
            ),
            Link(say("web.days.title"), url_for("business_days.index")),
        ),
        kinds_label=say("web.reports.which"),
        presets=asked.preset_links(
            "reports.index",
            asked.presets(day, rules.week_starts),
            days,
            form,
            by=by,
            register=register,
        ),
        presets_label=say("web.reports.days"),
        filters=_filters(kept, names, form),
        wrong=wrong,
        chart=_chart(grid, kept, form) if grid else None,
        table=table(grid, form) if grid else None,
        notes=grid.notes if grid else (),
        downloads=(
            Link(say("web.asked.csv"), asked.address("reports.csv", **kept)),
            Link(say("web.asked.pdf"), asked.address("reports.pdf", **kept)),
        )
        if grid
        else (),
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return show("reports/index.html", page, status, title=page.title)


@BLUEPRINT.route("/chart.svg")
@needs("manager")
def chart() -> ResponseReturnValue:
    """The picture of a report."""
    form, grid, _, _ = _grid()
    if grid.is_in_time:
        return Response(bars.columns(grid.bars, form.coarse), mimetype="image/svg+xml")
    return Response(bars.rows(grid.bars, form.money), mimetype="image/svg+xml")


@BLUEPRINT.route("/report.csv")
@needs("manager")
def csv() -> ResponseReturnValue:
    """All rows of a report."""
    _, grid, by, days = _grid()
    rows = ([cell.raw for cell in row] for row in grid.rows)
    name = f"{by}-{days.first}-{days.last}"
    return csv_file.answer(name, [title for title, _ in grid.columns], rows)


@BLUEPRINT.route("/report.pdf")
@needs("manager")
def pdf() -> ResponseReturnValue:
    """A report on paper. Raises `FontsMissing`."""
    form, grid, by, days = _grid()
    with here().readers.reading() as db:
        name = shop.read(db).name
        register = today.registers(db).get(asked.text("register"), "")
    head = [name, _span(days, form), *([register] if register else [])]
    foot = form.words("web.reports.made", at=form.moment(here().now_ms()))
    sheet = report_sheet.pdf(grid, head, form.words("web.reports.cut"), foot=foot)
    return Response(
        sheet,
        mimetype="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{by}-{days.first}-{days.last}.pdf"'
        },
    )


@BLUEPRINT.route("/acts")
@needs("manager")
def acts() -> ResponseReturnValue:
    """What was odd, act by act. Raises `NotADay`, `DaysTurnedRound`."""
    form = formats()
    say = form.words
    what = asked.choice("what", odd.KINDS)
    at_ms = asked.whole("at")
    before = None if at_ms is None else (at_ms, asked.text("id"))
    with here().readers.reading() as db:
        names = today.registers(db)
        _, register, days = _asked(names, here().now_ms(), form)
        span = figures.span(db, *days, register)
        actor = asked.text("actor")
        found = odd.acts(db, span, actor=actor, what=what, before=before, most=ACTS + 1)
        people = figures.names(db, "employee", [actor])
    shown = found[:ACTS]
    kept = {"first": days.first, "last": days.last, "register": register}
    person = people.get(actor, actor) or say("web.odd.nobody")
    title = f"{say(f'web.odd.{what}') if what else say('web.reports.by_exception')}: {person}"
    older = Link(
        say("web.asked.older"),
        asked.address(
            "reports.acts", **kept, actor=actor, what=what, at=shown[-1].at_ms, id=shown[-1].id
        ),
    ) if len(found) > ACTS else None  # fmt: skip
    page = ActsPage(
        title=title,
        acts=odd_table(_span(days, form), [(one, person) for one in shown], form),
        pager=Pager("", None, older) if older else None,
        crumbs=(
            Link(say("web.room.reports"), asked.address("reports.index", **kept, by="exception")),
            Link(title, "", is_here=True),
        ),
    )
    return show("reports/acts.html", page, title=title)


# --------------------------------------------------------------------------- what each report asks


def made(db: Database, by: str, span: Span, form: Formats) -> Grid:
    """The report by something that `REPORTS` knows."""
    return REPORTS[by](db, span, form)


def _by_day(db: Database, span: Span, form: Formats) -> Grid:
    found = figures.by_clock(db, figures.trade(db, span, "quarter_ms"), lambda at: at.date())
    rows = (
        (form.day(calendar.day_begins_ms(day, form.zone)), day.isoformat(), sold)
        for day, sold in sorted(found.items())
    )
    grid = report_grids.trade("day", rows, form, is_in_time=True)
    short = tuple(
        bar._replace(label=f"{day.day}.{day.month}.")
        for day, bar in zip(sorted(found), grid.bars, strict=True)
    )
    return grid._replace(bars=short)


def _by_hour(db: Database, span: Span, form: Formats) -> Grid:
    found = figures.by_clock(db, figures.trade(db, span, "quarter_ms"), lambda at: at.hour)
    rows = ((f"{hour:02d}–{hour + 1:02d}", str(hour), found[hour]) for hour in sorted(found))
    return report_grids.trade("hour", rows, form, is_in_time=True)


def _by_weekday(db: Database, span: Span, form: Formats) -> Grid:
    found = figures.by_clock(db, figures.trade(db, span, "quarter_ms"), lambda at: at.isoweekday())
    starts = pay_rules.read(db).week_starts
    order = sorted(found, key=lambda day: (day - 1 - starts) % calendar.DAYS)
    rows = ((form.words(f"web.date.weekday_{day}"), str(day), found[day]) for day in order)
    return report_grids.trade("weekday", rows, form, is_in_time=True)


def _by_cashier(db: Database, span: Span, form: Formats) -> Grid:
    found = figures.grouped(figures.trade(db, span, "cashier"), lambda one: one.cashier)
    names = figures.names(db, "employee", found)
    return report_grids.trade("cashier", _best_first(found, names, form), form)


def _by_register(db: Database, span: Span, form: Formats) -> Grid:
    found = figures.grouped(figures.trade(db, span, "origin"), lambda one: one.origin)
    return report_grids.trade("register", _best_first(found, today.registers(db), form), form)


def _best_first(
    found: Mapping[str, figures.Sold], names: Mapping[str, str], form: Formats
) -> list[tuple[str, str, figures.Sold]]:
    order = sorted(found, key=lambda one: (-found[one].total_minor, one))
    nobody = form.words("web.odd.nobody")
    return [(names.get(one, one) or nobody, names.get(one, one), found[one]) for one in order]


def _by_item(db: Database, span: Span, form: Formats) -> Grid:
    found = figures.items(db, span)
    return report_grids.items(found, _products(db, found), form)


def _by_category(db: Database, span: Span, form: Formats) -> Grid:
    found = figures.categories(figures.items(db, span))
    names = figures.names(db, "category", (one.category for one in found))
    return report_grids.items(found, names, form, by="category")


def _by_margin(db: Database, span: Span, form: Formats) -> Grid:
    found = figures.items(db, span)
    return report_grids.margins(found, _products(db, found), form)


def _by_tax(db: Database, span: Span, form: Formats) -> Grid:
    return report_grids.taxes(figures.taxes(db, span), form)


def _by_tender(db: Database, span: Span, form: Formats) -> Grid:
    whole = figures.total(figures.trade(db, span, "origin"))
    return report_grids.tenders(figures.tenders(db, span), whole, form)


def _by_exception(db: Database, span: Span, form: Formats) -> Grid:
    counts = odd.counts(db, span)
    sales = figures.grouped(figures.trade(db, span, "cashier"), lambda one: one.cashier)
    names = figures.names(db, "employee", counts.keys() | sales.keys())

    def link(actor: str, what: str) -> str:
        kept = {name: asked.text(name) for name in ("first", "last", "register")}
        return asked.address("reports.acts", **kept, actor=actor, what=what)

    return report_grids.exceptions(counts, sales, names, link, form)


def _products(db: Database, found: tuple[figures.Item, ...]) -> dict[str, str]:
    return figures.names(db, "product", (one.product for one in found))


REPORTS: Final[Mapping[str, _Made]] = {
    "day": _by_day,
    "hour": _by_hour,
    "weekday": _by_weekday,
    "item": _by_item,
    "category": _by_category,
    "margin": _by_margin,
    "cashier": _by_cashier,
    "register": _by_register,
    "tender": _by_tender,
    "tax": _by_tax,
    "exception": _by_exception,
}
"""The reports, in the order of their tabs."""


# --------------------------------------------------------------------------- words and numbers


def table(grid: Grid, form: Formats) -> Table:
    """A grid as the page shows it."""
    cut = len(grid.rows) > MOST_ROWS
    more = form.words(
        "web.reports.first", count=form.number(MOST_ROWS), all=form.number(len(grid.rows))
    )
    return Table(
        caption=f"{grid.title} ({more})" if cut else grid.title,
        columns=tuple(
            Column(title, kind, is_title=place == 0)
            for place, (title, kind) in enumerate(grid.columns)
        ),
        rows=tuple(
            tuple(Cell(cell.text, cell.href) for cell in row) for row in grid.rows[:MOST_ROWS]
        ),
        total=tuple(Cell(cell.text) for cell in grid.total),
        empty=form.words("web.reports.nothing"),
    )


def _grid() -> tuple[Formats, Grid, str, Days]:
    form = formats()
    with here().readers.reading() as db:
        by, register, days = _asked(today.registers(db), here().now_ms(), form)
        return form, made(db, by, figures.span(db, *days, register), form), by, days


def _asked(names: Mapping[str, str], now_ms: int, form: Formats) -> tuple[str, str, Days]:
    """By what, at which register and of which days; today's by the hour if nothing is said."""
    day = calendar.day_of(now_ms, form.zone).isoformat()
    first = asked.text("first") or asked.text("last") or day
    days = Days(first, asked.text("last") or first)
    return asked.choice("by", REPORTS) or "hour", asked.choice("register", names), days


def _span(days: Days, form: Formats) -> str:
    first, last = (form.day(calendar.day_begins_ms(pay_rules.day(one), form.zone)) for one in days)
    return first if first == last else f"{first} – {last}"


def _filters(kept: Mapping[str, str], names: Mapping[str, str], form: Formats) -> Filters:
    say = form.words
    reports = {one: say(f"web.reports.kind_{one}") for one in REPORTS}
    return Filters(
        url_for("reports.index"),
        (
            asked.select("by", say("web.reports.which"), reports, kept["by"]),
            *asked.days_fields(Days(kept["first"], kept["last"]), form),
            asked.select(
                "register",
                say("web.sales.register"),
                names,
                kept["register"],
                say("web.today.all_registers"),
            ),
        ),
        say("web.reports.go"),
    )


def _chart(grid: Grid, kept: Mapping[str, str], form: Formats) -> Chart | None:
    if not any(bar.figure for bar in grid.bars):
        return None
    top = max(grid.bars, key=lambda one: one.figure)
    told = form.words("web.reports.told", name=top.label, amount=form.money(top.figure))
    return Chart(grid.title, asked.address("reports.chart", **kept), told)
