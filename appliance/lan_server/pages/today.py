"""Today: what was sold so far against a week ago, what needs a look, how the registers do, and who is in."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec
from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from appliance.config import StoreConfig
from appliance.domain.money import divide_half_up
from appliance.health import disks
from appliance.lan_server.access.doors import may_see, needs
from appliance.lan_server.devices import Health
from appliance.lan_server.pages import bars, register_views
from appliance.lan_server.pages.bars import Bar
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.page import NAVIGATION, formats, show
from appliance.lan_server.pages.parts import Cell, Chart, Column, Link, Notice, Table, Tile
from appliance.lan_server.room import here
from appliance.messages import HoursPersonView
from appliance.services import attention, registers, today
from appliance.services.registers import Register as Paired
from appliance.services.today import Alarms, Low, Register, Today

BLUEPRINT: Final = Blueprint("today", __name__)
_IN: Final = ("at_work", "on_break")
_MB: Final = 1024 * 1024


class TodayPage(msgspec.Struct, frozen=True):
    """What `today.html` shows."""

    title: str
    day: str
    choices: tuple[Link, ...]
    choose: str
    alarms: tuple[Notice, ...]
    tiles: tuple[Tile, ...]
    chart: Chart | None
    registers: Table
    best: Table
    tenders: Table
    present: Table
    low: Table


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
    chosen = request.args.get("register", "")
    with here().readers.reading() as db:
        names = today.registers(db)
        chosen = chosen if chosen in names else ""
        found = today.look(db, now_ms, chosen)
        alarmed = today.alarmed(db, now_ms)
        scarce = today.low(db)
        people = attention.look(db, now_ms).people
        gone, paired = today.gone(db), registers.all_of(db)
        room = disks.disk_space(db.folder, StoreConfig().warn_mb * _MB, StoreConfig().stop_mb * _MB)
    seen = {chosen, *(one.origin for one in found.registers)}
    names = {one: name for one, name in names.items() if one in seen or one not in gone}
    form = formats()
    page = TodayPage(
        title=form.words("web.room.today"),
        day=form.day(now_ms),
        choices=_choices(names, chosen, form) if len(names) > 1 else (),
        choose=form.words("web.today.register"),
        alarms=(*warned(alarmed, form), *_disk(room.level, dict(room.fields), form)),
        tiles=tiles(found, sum(one.presence in _IN for one in people), form),
        chart=chart(found, chosen, form),
        registers=by_register(found.registers, *_heard(paired), now_ms, form),
        best=best(found, form),
        tenders=tenders(found, form),
        present=present(tuple(one for one in people if one.presence in _IN), form),
        low=low(scarce, form),
    )
    return show("today.html", page, title=page.title)


@BLUEPRINT.route("/today/hours.svg")
@needs("manager")
def hours() -> ResponseReturnValue:
    """What was sold by the hour, today and a week ago."""
    with here().readers.reading() as db:
        found = today.look(db, here().now_ms(), request.args.get("register", ""))
    form = formats()
    drawn = bars.columns(
        [Bar(f"{one.hour}", one.total_minor, one.before_minor) for one in found.hours], form.coarse
    )
    return Response(drawn, mimetype="image/svg+xml")


# --------------------------------------------------------------------------- words and numbers


def _choices(names: Mapping[str, str], chosen: str, form: Formats) -> tuple[Link, ...]:
    every = Link(form.words("web.today.all_registers"), url_for("today.index"), is_here=not chosen)
    return (
        every,
        *(
            Link(name, url_for("today.index", register=one), is_here=one == chosen)
            for one, name in names.items()
        ),
    )


def tiles(found: Today, present: int, form: Formats) -> tuple[Tile, ...]:
    """Takings, sales and the average, each against a week ago at this time; and how many people are in."""
    say = form.words
    now, before = found.sold, found.before
    average = divide_half_up(now.total_minor, now.sales) if now.sales else 0
    was = divide_half_up(before.total_minor, before.sales) if before.sales else 0
    return (
        Tile(
            say("web.today.taken"),
            form.money(now.total_minor),
            _takings(found, form),
            _tone(now.total_minor, before.total_minor),
            icon="cash-multiple",
        ),
        Tile(
            say("web.today.sales"),
            form.number(now.sales),
            _against(now.sales, before.sales, form.number(before.sales), form),
            _tone(now.sales, before.sales),
            icon="receipt-text-outline",
        ),
        Tile(
            say("web.today.average"),
            form.money(average) if now.sales else "–",
            _against(average, was, form.money(was), form) if now.sales else "",
            icon="scale-balance",
        ),
        Tile(say("web.today.present"), form.number(present), icon="account-clock-outline"),
    )


def _takings(found: Today, form: Formats) -> str:
    """Against a week ago until the same time, and on that whole day."""
    whole, before = found.before_whole.total_minor, found.before.total_minor
    if not whole:
        return ""
    told = _against(found.sold.total_minor, before, form.money(before), form)
    day = form.words("web.today.whole_day", whole=form.money(whole))
    return f"{told} · {day}" if told else day


def _against(now: int, before: int, written: str, form: Formats) -> str:
    change = form.change(now, before)
    return form.words("web.today.against", change=change, before=written) if change else ""


def _tone(now: int, before: int) -> str:
    return "good" if before > 0 and now >= before else ""


def chart(found: Today, chosen: str, form: Formats) -> Chart | None:
    """The hours as a picture, and in words the best of them."""
    if not found.hours:
        return None
    top = max(found.hours, key=lambda one: one.total_minor)
    told = form.words(
        "web.today.hours_told", hour=f"{top.hour}:00", amount=form.money(top.total_minor)
    )
    return Chart(form.words("web.today.hours"), url_for("today.hours", register=chosen), told)


def by_register(
    of: Sequence[Register],
    paired: Mapping[str, Paired],
    health: Mapping[str, Health],
    now_ms: int,
    form: Formats,
) -> Table:
    """Each register: open or closed, what it sold, and whether the server hears of it.

    `paired` has the devices by each origin under which they wrote, `health` what was heard of them by their own.
    """
    say = form.words
    return Table(
        caption=say("web.today.by_register"),
        columns=(
            Column(say("web.today.register"), is_title=True),
            Column(say("web.today.state")),
            Column(say("web.today.network")),
            Column(say("web.today.sales"), "number"),
            Column(say("web.today.last"), "number"),
            Column(say("web.today.taken"), "number"),
        ),
        rows=tuple(
            (
                Cell(one.name, url_for("today.index", register=one.origin)),
                Cell(
                    say("web.today.open"),
                    tone="good",
                    icon="circle-medium",
                    more=form.moment(one.opened_at_ms)
                    if one.opened_at_ms < now_ms - 24 * 3_600_000
                    else "",
                )
                if one.opened_at_ms is not None
                else Cell(say("web.today.closed")),
                _network(paired.get(one.origin), health, now_ms, form),
                Cell(form.number(one.sold.sales)),
                Cell(_last(one.last_at_ms, now_ms, form)),
                Cell(
                    form.money(one.sold.total_minor),
                    more=form.change(one.sold.total_minor, one.before.total_minor),
                ),
            )
            for one in of
        ),
        empty=say("web.today.no_register"),
    )


def _last(at_ms: int, now_ms: int, form: Formats) -> str:
    if not at_ms:
        return "–"
    return form.clock(at_ms) if form.day(at_ms) == form.day(now_ms) else form.day(at_ms)


def _network(one: Paired | None, health: Mapping[str, Health], now_ms: int, form: Formats) -> Cell:
    """What the page of registers says of it; of what was never paired nothing is heard."""
    if one is None:
        return Cell(form.words("web.today.never_heard"), icon="help-circle-outline")
    return register_views.state(one, health.get(one.device), now_ms, form)


def _heard(paired: Sequence[Paired]) -> tuple[dict[str, Paired], Mapping[str, Health]]:
    """The devices by each origin under which they wrote, and what was heard of them."""
    held = here().network
    health = {} if held is None else held.devices.all()
    found: dict[str, Paired] = {}
    for one in paired:
        heard = health.get(one.device)
        for origin in (one.device, *one.origins, *([heard.origin] if heard else ())):
            found.setdefault(origin, one)
    return found, health


def best(found: Today, form: Formats) -> Table:
    """What brought in most."""
    say = form.words
    return Table(
        caption=say("web.today.best"),
        columns=(
            Column(say("web.today.product"), is_title=True),
            Column(say("web.today.quantity"), "number"),
            Column(say("web.today.amount"), "number"),
        ),
        rows=tuple(
            (
                Cell(found.best_names.get(one.product, one.product) or say("web.today.no_product")),
                Cell(form.quantity(one.qty_milli, one.unit)),
                Cell(form.money(one.amount_minor)),
            )
            for one in found.best
        ),
        empty=say("web.today.nothing_sold"),
    )


def tenders(found: Today, form: Formats) -> Table:
    """By what means customers paid."""
    say = form.words
    return Table(
        caption=say("web.today.tenders"),
        columns=(
            Column(say("web.today.tender"), is_title=True),
            Column(say("web.today.times"), "number"),
            Column(say("web.today.amount"), "number"),
        ),
        rows=tuple(
            (
                Cell(tender_name(one.tender, form)),
                Cell(form.number(one.times)),
                Cell(form.money(one.amount_minor)),
            )
            for one in found.tenders
        ),
        empty=say("web.today.nothing_sold"),
    )


def tender_name(tender: str, form: Formats) -> str:
    """How a tender is called; one that has no word by what the journal calls it."""
    key = f"tender.{tender}"
    said = form.words(key)
    return tender if said == key else said


def low(scarce: Sequence[Low], form: Formats) -> Table:
    """Of what little is left."""
    say = form.words
    return Table(
        caption=say("web.today.low"),
        columns=(
            Column(say("web.today.product"), is_title=True),
            Column(say("web.today.left"), "number"),
            Column(say("web.today.low_from"), "number"),
        ),
        rows=tuple(
            (
                Cell(one.name),
                Cell(
                    form.quantity(one.held_milli, one.unit),
                    tone="bad" if one.held_milli <= 0 else "",
                ),
                Cell(form.quantity(one.low_milli, one.unit)),
            )
            for one in scarce
        ),
        empty=say("web.today.nothing_low"),
    )


def warned(found: Alarms, form: Formats) -> tuple[Notice, ...]:
    """A sentence for each thing that should not be."""
    counts = (
        ("forks", found.forks, "bad"),
        ("apart", found.apart, "bad"),
        ("unapplied", found.unapplied, "look"),
        ("strangers", len(found.strangers), "look"),
        ("refused", found.refused, "look"),
    )
    return tuple(
        Notice(form.words(f"web.today.alarm_{key}", count=form.number(count)), tone)
        for key, count, tone in counts
        if count
    )


def _disk(level: str, fields: Mapping[str, str | int], form: Formats) -> Iterator[Notice]:
    if level in {"warn", "bad"}:
        free = form.number(int(fields.get("free_mb", 0)))
        yield Notice(form.words("web.today.alarm_disk", free_mb=free), "bad")


def present(of: tuple[HoursPersonView, ...], form: Formats) -> Table:
    """Who is clocked in."""
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
            for one in of
        ),
        empty=say("web.today.nobody"),
    )
