"""Labour cost against sales by the hour of the day: tiles, a chart that is a picture at its own address, a table."""

import datetime
from typing import Final

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue

from appliance import wage_sheets
from appliance.lan_server.access.doors import needs
from appliance.lan_server.pages import labour_chart
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.page import formats, show
from appliance.lan_server.pages.parts import Cell, Chart, Column, Link, Table, Tile
from appliance.lan_server.pages.stack import Block, StackPage
from appliance.lan_server.pages.team import asked_day, today, wages_tabs
from appliance.lan_server.pages.wages import pager
from appliance.lan_server.room import here
from appliance.services import labour, pay_rules, shop
from appliance.services.labour import Labour

BLUEPRINT: Final = Blueprint("labour", __name__, url_prefix="/wages/labour")
_TENTH_PPM: Final = 1000


@BLUEPRINT.route("/")
@needs("manager")
def index() -> ResponseReturnValue:
    """A pay period."""
    first, last, found = _counted()
    form = formats()
    say, day = form.words, first.isoformat()
    is_empty = not (found.worked_ms or found.sales_minor)
    chart = Chart(
        say("web.pay.chart_title"), url_for("labour.picture", day=day), _told(found, form)
    )
    file = Link(say("web.pay.labour_pdf"), url_for("labour.sheet", day=day), "file-pdf-box")
    page = StackPage(
        title=say("web.staff.tab_labour"),
        more=form.span(first, last),
        tabs=wages_tabs(),
        tabs_label=say("web.room.wages"),
        pager=pager("labour.index", first, last, form),
        blocks=(
            Block(tiles=_tiles(found, form), is_bare=True),
            Block(
                chart=None if is_empty else chart,
                sentence=say("web.pay.chart_text"),
                downloads=() if is_empty else (file,),
            ),
            Block(table=_table(found, form)),
        ),
    )
    return show("stack.html", page, title=page.title)


@BLUEPRINT.route("/chart.svg")
@needs("manager")
def picture() -> ResponseReturnValue:
    """The chart."""
    _, _, found = _counted()
    return Response(labour_chart.svg(found, formats()), mimetype="image/svg+xml")


@BLUEPRINT.route("/labour.pdf")
@needs("manager")
def sheet() -> ResponseReturnValue:
    """The same on paper."""
    first, last, found = _counted()
    form = formats()
    with here().readers.reading() as db:
        name = shop.read(db).name
    pdf = wage_sheets.labour_pdf(found, name, form.words)
    named = f'attachment; filename="labour-{first}-{last}.pdf"'
    return Response(pdf, mimetype="application/pdf", headers={"Content-Disposition": named})


def _counted() -> tuple[datetime.date, datetime.date, Labour]:
    """The period that the address names, and what it came to so far."""
    day, now_ms, on_day = asked_day(), here().now_ms(), today()
    with here().readers.reading() as db:
        first, last = pay_rules.period_at(db, day)
        until = max(first, min(last, on_day))
        found = labour.report(db, first.isoformat(), until.isoformat(), now_ms)
    return first, last, found


def ratio(ppm: int | None, form: Formats) -> str:
    """Cost by sales, to a tenth of a per cent."""
    if ppm is None:
        return "–"
    return form.percent((ppm + _TENTH_PPM // 2) // _TENTH_PPM * _TENTH_PPM)


def _tiles(found: Labour, form: Formats) -> tuple[Tile, ...]:
    say = form.words
    return (
        Tile(say("pay.labour.cost"), form.money(found.cost_minor), icon="cash-clock"),
        Tile(say("pay.labour.sales"), form.money(found.sales_minor), icon="cash-multiple"),
        Tile(say("pay.labour.ratio"), ratio(found.ratio_ppm, form), icon="scale-balance"),
        Tile(say("pay.labour.worked"), form.hours(found.worked_ms), icon="clock-outline"),
    )


def _told(found: Labour, form: Formats) -> str:
    """The chart in words, for those who do not see it."""
    return "; ".join(
        form.words(
            "web.pay.chart_hour",
            hour=one.hour,
            sales=form.money(one.sales_minor),
            cost=form.money(one.cost_minor),
        )
        for one in found.hours
        if one.worked_ms or one.sales_minor
    )


def _table(found: Labour, form: Formats) -> Table:
    say = form.words
    keys = ("worked", "cost", "sales", "ratio")

    def cells(worked_ms: int, cost: int, sales: int, ppm: int | None) -> tuple[Cell, ...]:
        return (
            Cell(form.hours(worked_ms)),
            Cell(form.money(cost)),
            Cell(form.money(sales)),
            Cell(ratio(ppm, form)),
        )

    return Table(
        caption="",
        columns=(
            Column(say("pay.labour.hour"), is_title=True),
            *(Column(say(f"pay.labour.{key}"), "number") for key in keys),
        ),
        rows=tuple(
            (
                Cell(f"{one.hour}:00 – {one.hour + 1}:00"),
                *cells(one.worked_ms, one.cost_minor, one.sales_minor, one.ratio_ppm),
            )
            for one in found.hours
            if one.worked_ms or one.sales_minor
        ),
        empty=say("web.pay.chart_empty"),
        total=(
            Cell(say("pay.labour.total")),
            *cells(found.worked_ms, found.cost_minor, found.sales_minor, found.ratio_ppm),
        ),
    )
