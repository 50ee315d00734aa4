"""Today: what the registers have taken so far, and who is in. The worked example of `README.md`."""

from typing import Final

import msgspec
from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from appliance.domain.money import divide_half_up
from appliance.lan_server.access.doors import may_see, needs
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.page import NAVIGATION, formats, show
from appliance.lan_server.pages.parts import Cell, Column, Table, Tile
from appliance.lan_server.room import here
from appliance.messages import HoursPersonView
from appliance.services import attention, today
from appliance.services.today import Taken

BLUEPRINT: Final = Blueprint("today", __name__)
_IN: Final = ("at_work", "on_break")


class TodayPage(msgspec.Struct, frozen=True):
    """What `today.html` shows."""

    title: str
    day: str
    tiles: tuple[Tile, ...]
    registers: Table
    present: Table


@BLUEPRINT.route("/")
@needs("cashier")
def home() -> ResponseReturnValue:
    """The first page that whoever signed in may see."""
    rooms = (f"{room}.index" for room, _ in NAVIGATION)
    return redirect(url_for(next(filter(may_see, rooms), "account.index")))


@BLUEPRINT.route("/today")
@needs("manager")
def index() -> ResponseReturnValue:
    """The page itself: reads, words it, shows it."""
    now_ms = here().now_ms()
    with here().readers.reading() as db:
        taken = today.taken(db, now_ms)
        people = attention.look(db, now_ms).people
    present = tuple(one for one in people if one.presence in _IN)
    page = view(taken, present, now_ms, formats())
    return show("today.html", page, title=page.title)


def view(
    taken: tuple[Taken, ...], present: tuple[HoursPersonView, ...], now_ms: int, form: Formats
) -> TodayPage:
    """All words and numbers of the page."""
    say = form.words
    total_minor = sum(one.total_minor for one in taken)
    sales = sum(one.sales for one in taken)
    return TodayPage(
        title=say("web.room.today"),
        day=form.day(now_ms),
        tiles=(
            Tile(say("web.today.taken"), form.money(total_minor), icon="cash-multiple"),
            Tile(say("web.today.sales"), form.number(sales), icon="receipt-text-outline"),
            Tile(
                say("web.today.average"), _average(total_minor, sales, form), icon="scale-balance"
            ),
            Tile(say("web.today.present"), form.number(len(present)), icon="account-clock-outline"),
        ),
        registers=_registers(taken, form),
        present=_present(present, form),
    )


def _average(total_minor: int, sales: int, form: Formats) -> str:
    return form.money(divide_half_up(total_minor, sales)) if sales else "–"


def _registers(taken: tuple[Taken, ...], form: Formats) -> Table:
    say = form.words
    return Table(
        caption=say("web.today.by_register"),
        columns=(
            Column(say("web.today.register"), is_title=True),
            Column(say("web.today.state")),
            Column(say("web.today.sales"), "number"),
            Column(say("web.today.last"), "number"),
            Column(say("web.today.taken"), "number"),
        ),
        rows=tuple(
            (
                Cell(one.name),
                Cell(say("web.today.open"), tone="good", icon="circle-medium")
                if one.is_open
                else Cell(say("web.today.closed")),
                Cell(form.number(one.sales)),
                Cell(form.clock(one.last_at_ms) if one.last_at_ms else "–"),
                Cell(form.money(one.total_minor)),
            )
            for one in taken
        ),
        empty=say("web.today.no_register"),
    )


def _present(present: tuple[HoursPersonView, ...], form: Formats) -> Table:
    say = form.words
    return Table(
        caption=say("web.today.present"),
        columns=(
            Column(say("web.today.person"), is_title=True),
            Column(say("web.today.state")),
            Column(say("web.today.since"), "number"),
            Column(say("web.today.week"), "number"),
        ),
        rows=tuple(
            (
                Cell(one.name),
                Cell(say("web.today.at_work"), tone="good", icon="circle-medium")
                if one.presence == "at_work"
                else Cell(say("web.today.on_break"), tone="look", icon="coffee-outline"),
                Cell(form.clock(one.since_ms)),
                Cell(form.hours(one.week_ms)),
            )
            for one in present
        ),
        empty=say("web.today.nobody"),
    )
