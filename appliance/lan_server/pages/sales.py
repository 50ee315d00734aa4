"""Sales: found by number, amount, day, person, product and more; each with its receipt and its entries; all as CSV."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple, TypeVar

import msgspec
from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from appliance.domain import calendar
from appliance.lan_server.access.doors import needs
from appliance.lan_server.pages import asked, csv_file
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.journal import kind_name
from appliance.lan_server.pages.page import formats, show, words_of
from appliance.lan_server.pages.parts import (
    Cell,
    Column,
    Fact,
    Field,
    Filters,
    Link,
    Pager,
    Table,
)
from appliance.lan_server.pages.today import tender_name
from appliance.lan_server.room import Readers, here
from appliance.problems import Refusal
from appliance.services import figures, pay_rules, people, sale_story, sales_list, shop, today
from appliance.services.sale_story import Story
from appliance.services.sales_list import Found, Place, Wanted
from appliance.store.database import Database

BLUEPRINT: Final = Blueprint("sales", __name__, url_prefix="/sales")
COLUMNS: Final = 42
"""Characters of a receipt on paper of 80 mm."""
AT_ONCE: Final = 500


_Read = TypeVar("_Read")


class Known(NamedTuple):
    """What filters can be set to: names by ids."""

    registers: Mapping[str, str]
    cashiers: dict[str, str]
    tenders: tuple[str, ...]


class SalesPage(msgspec.Struct, frozen=True):
    """What `sales/index.html` shows."""

    title: str
    filters: Filters
    sales: Table
    pager: Pager | None
    downloads: tuple[Link, ...]


class SalePage(msgspec.Struct, frozen=True):
    """What `sales/sale.html` shows."""

    title: str
    receipt_title: str
    receipt: str
    facts: tuple[Fact, ...]
    odd: Table | None
    entries: Table
    crumbs: tuple[Link, ...]


@BLUEPRINT.route("/")
@needs("manager")
def index() -> ResponseReturnValue:
    """The newest sales that fit."""
    form = formats()
    before = _place()
    unread: dict[str, Refusal] = {}
    with here().readers.reading() as db:
        known = _known(db)
        wanted = _wanted(db, known, form, unread)
        found: tuple[Found, ...] = ()
        if not unread:
            found = sales_list.page(db, wanted, form.words.language, before, sales_list.PAGE + 1)
        paid = {one.id: sales_list.tenders_of(db, one.id) for one in found}
        names = known.cashiers | figures.names(db, "employee", (one.cashier for one in found))
    page = SalesPage(
        title=form.words("web.room.sales"),
        filters=_filters(known, unread, form),
        sales=table(found[: sales_list.PAGE], paid, names, known.registers, form),
        pager=_pager(found, before, form),
        downloads=()
        if unread
        else (Link(form.words("web.asked.csv"), asked.address("sales.export", **_kept())),),
    )
    return show("sales/index.html", page, title=page.title)


@BLUEPRINT.route("/sales.csv")
@needs("manager")
def export() -> ResponseReturnValue:
    """All that was found, some hundred held at once. Raises `NotADay`, `NotAnAmount`, `NotAReceipt`."""
    form = formats()
    unread: dict[str, Refusal] = {}
    with here().readers.reading() as db:
        known = _known(db)
        wanted = _wanted(db, known, form, unread)
    for no in unread.values():
        raise no
    say = form.words
    head = [
        say(f"web.sales.{name}")
        for name in (
            *("id", "register", "number", "day", "clock", "cashier"),
            *("total", "rounding", "currency", "tender", "copies"),
        )
    ]
    return csv_file.answer("sales", head, _rows(here().readers, wanted, known, form))


@BLUEPRINT.route("/<sale_id>")
@needs("manager")
def sale(sale_id: str) -> ResponseReturnValue:
    """One sale. Raises `NoSuchSale`."""
    form = formats()
    with here().readers.reading() as db:
        story = sale_story.of(db, sale_id)
        facts = shop.read(db)
        printed = sale_story.receipt(
            db, story.sale, words_of(facts.language), COLUMNS, pay_rules.read(db).zone
        )
        actors = {entry.actor for entry in story.entries} | {story.sale.cashier}
        names = figures.names(db, "employee", actors)
        registers = today.registers(db)
    say = form.words
    title = say("web.sales.sale", number=story.sale.number)
    page = SalePage(
        title=title,
        receipt_title=say("web.sales.receipt"),
        receipt="\n".join(printed),
        facts=_facts(story, names, registers, form),
        odd=_odd(story, names, form) if story.odd else None,
        entries=_entries(story, names, registers, form),
        crumbs=(
            Link(say("web.room.sales"), url_for("sales.index")),
            Link(title, "", is_here=True),
        ),
    )
    return show("sales/sale.html", page, title=title)


# --------------------------------------------------------------------------- what is asked for


def _kept() -> dict[str, str]:
    names = ("first", "last", "number", "amount", "cashier", "product", "tender", "register", "odd")
    return {name: asked.text(name) for name in names}


def _known(db: Database) -> Known:
    return Known(today.registers(db), people.names(db), sales_list.tenders(db))


def _wanted(db: Database, known: Known, form: Formats, unread: dict[str, Refusal]) -> Wanted:
    """What the address says. Raises `NotADay`; what else was typed and cannot be read is put into `unread`."""
    number, sale_id = _read("number", lambda: asked.receipt("number"), unread) or (None, "")
    zone = pay_rules.read(db).zone
    first, last = asked.text("first"), asked.text("last")
    return Wanted(
        from_ms=calendar.day_begins_ms(pay_rules.day(first), zone) if first else None,
        to_ms=calendar.day_begins_ms(pay_rules.day(last) + calendar.ONE_DAY, zone)
        if last
        else None,
        number=number,
        id=sale_id,
        amount_minor=_read("amount", lambda: asked.amount("amount", form), unread),
        cashier=asked.text("cashier"),
        product=asked.text("product"),
        tender=asked.choice("tender", known.tenders),
        origin=asked.choice("register", known.registers),
        odd=asked.choice("odd", sales_list.ODD),
    )


def _read(name: str, read: Callable[[], _Read], unread: dict[str, Refusal]) -> _Read | None:
    try:
        return read()
    except Refusal as no:
        unread[name] = no
        return None


def _place() -> Place | None:
    at_ms = asked.whole("at")
    return None if at_ms is None else (at_ms, asked.text("id"))


def _filters(known: Known, unread: Mapping[str, Refusal], form: Formats) -> Filters:
    say, kept = form.words, _kept()
    wrong = {name: form.problem(no) for name, no in unread.items()}
    every = say("web.asked.any")
    odd = {what: say(f"web.odd.{what}") for what in sales_list.ODD}
    tenders = {one: tender_name(one, form) for one in known.tenders}
    return Filters(
        url_for("sales.index"),
        (
            Field("number", say("web.sales.number"), kept["number"], error=wrong.get("number", "")),
            Field(
                "amount",
                say("web.sales.total"),
                kept["amount"],
                error=wrong.get("amount", ""),
                inputmode="decimal",
            ),
            Field("product", say("web.sales.product"), kept["product"]),
            *asked.days_fields(asked.Days(kept["first"], kept["last"]), form),
            asked.select(
                "cashier", say("web.sales.cashier"), known.cashiers, kept["cashier"], every
            ),
            asked.select(
                "register", say("web.sales.register"), known.registers, kept["register"], every
            ),
            asked.select("tender", say("web.sales.tender"), tenders, kept["tender"], every),
            asked.select("odd", say("web.sales.only"), odd, kept["odd"], every),
        ),
        say("web.asked.find"),
        Link(say("web.asked.clear"), url_for("sales.index")) if any(kept.values()) else None,
    )


def _pager(found: tuple[Found, ...], before: Place | None, form: Formats) -> Pager | None:
    is_more = len(found) > sales_list.PAGE
    if not is_more and before is None:
        return None
    say, shown = form.words, found[: sales_list.PAGE]
    text = form.moment(shown[-1].at_ms) if shown else say("web.asked.end")
    return Pager(
        say("web.asked.back_to", text=text) if is_more else say("web.asked.end"),
        None
        if before is None
        else Link(say("web.asked.newest"), asked.address("sales.index", **_kept())),
        Link(
            say("web.asked.older"),
            asked.address("sales.index", **_kept(), at=shown[-1].at_ms, id=shown[-1].id),
        )
        if is_more
        else None,
    )


def _rows(readers: Readers, wanted: Wanted, known: Known, form: Formats) -> Iterator[list[str]]:
    before: Place | None = None
    while True:
        with readers.reading() as db:
            found = sales_list.page(db, wanted, form.words.language, before, AT_ONCE)
            paid = [sales_list.tenders_of(db, one.id) for one in found]
            names = known.cashiers | figures.names(db, "employee", (one.cashier for one in found))
        for one, tenders in zip(found, paid, strict=True):
            moment = calendar.moment_of(one.at_ms, form.zone)
            yield [
                one.id,
                known.registers.get(one.origin, one.origin),
                str(one.number),
                moment.date().isoformat(),
                moment.strftime("%H:%M:%S"),
                names.get(one.cashier, one.cashier),
                csv_file.amount(one.total_minor, form.currency),
                csv_file.amount(one.rounding_minor, form.currency),
                one.currency,
                " ".join(tender_name(tender, form) for tender in tenders),
                str(one.copies),
            ]
        if len(found) < AT_ONCE:
            return
        before = found[-1].at_ms, found[-1].id


# --------------------------------------------------------------------------- words and numbers


def table(
    found: tuple[Found, ...],
    paid: Mapping[str, tuple[str, ...]],
    names: Mapping[str, str],
    registers: Mapping[str, str],
    form: Formats,
) -> Table:
    """The list."""
    say = form.words
    return Table(
        caption=say("web.sales.found"),
        columns=(
            Column(say("web.sales.number"), is_title=True),
            Column(say("web.sales.when")),
            Column(say("web.sales.register")),
            Column(say("web.sales.cashier")),
            Column(say("web.sales.tender")),
            Column(say("web.sales.total"), "number"),
        ),
        rows=tuple(
            (
                Cell(str(one.number), url_for("sales.sale", sale_id=one.id)),
                Cell(
                    form.moment(one.at_ms),
                    more="" if one.clock_ok else say("web.sales.doubtful"),
                ),
                Cell(registers.get(one.origin, one.origin)),
                Cell(names.get(one.cashier, one.cashier) or "–"),
                Cell(", ".join(tender_name(each, form) for each in paid.get(one.id, ()))),
                Cell(form.money(one.total_minor)),
            )
            for one in found
        ),
        empty=say("web.sales.none"),
    )


def _facts(
    story: Story, names: Mapping[str, str], registers: Mapping[str, str], form: Formats
) -> tuple[Fact, ...]:
    say, sale = form.words, story.sale
    if sale.copies:
        key = "printed_once" if sale.copies == 1 else "printed_often"
        printed = say(f"web.sales.{key}", copies=form.number(sale.copies - 1))
    else:
        printed = say(f"web.sales.receipt_{sale.receipt}")
    facts = [
        Fact(say("web.sales.when"), form.moment(sale.at_ms)),
        Fact(say("web.sales.register"), registers.get(story.origin, story.origin)),
        Fact(say("web.sales.cashier"), names.get(sale.cashier, sale.cashier) or "–"),
        Fact(say("web.sales.total"), form.money(sale.total_minor)),
        Fact(say("web.sales.receipt"), printed),
        Fact(say("web.sales.drawer"), say(f"web.sales.drawer_{'yes' if story.kicked else 'no'}")),
        Fact(say("web.sales.id"), sale.id),
    ]
    if not sale.clock_ok:
        facts.insert(1, Fact(say("web.sales.clock"), say("web.sales.doubtful"), "look"))
    return tuple(facts)


def _odd(story: Story, names: Mapping[str, str], form: Formats) -> Table:
    return odd_table(
        form.words("web.sales.odd"),
        [(act, names.get(act.actor, act.actor)) for act in story.odd],
        form,
    )


def odd_table(caption: str, acts: list[tuple[Any, str]], form: Formats) -> Table:
    """Odd acts, each with who did it and a link to its entry."""
    say = form.words
    return Table(
        caption=caption,
        columns=(
            Column(say("web.odd.act"), is_title=True),
            Column(say("web.sales.when")),
            Column(say("web.odd.who")),
            Column(say("web.odd.amount"), "number"),
        ),
        rows=tuple(
            (
                Cell(
                    say(f"web.odd.{act.what}"),
                    url_for("journal.entry", entry_id=act.id),
                    more=say(
                        "web.odd.fewer",
                        was=form.quantity(act.was_milli),
                        now=form.quantity(act.qty_milli),
                    )
                    if act.what == "quantity_changed"
                    else "",
                ),
                Cell(form.moment(act.at_ms)),
                Cell(name or say("web.odd.nobody")),
                Cell(form.money(act.amount_minor) if act.amount_minor else "–"),
            )
            for act, name in acts
        ),
        empty=say("web.odd.none"),
    )


def _entries(
    story: Story, names: Mapping[str, str], registers: Mapping[str, str], form: Formats
) -> Table:
    say = form.words
    return Table(
        caption=say("web.sales.entries"),
        columns=(
            Column(say("web.sales.entry"), is_title=True),
            Column(say("web.sales.what")),
            Column(say("web.sales.when")),
            Column(say("web.odd.who")),
            Column(say("web.sales.device")),
        ),
        rows=tuple(
            (
                Cell(entry.id, url_for("journal.entry", entry_id=entry.id)),
                Cell(kind_name(entry.kind, form)),
                Cell(f"{form.clock(entry.at_ms)}:{entry.at_ms // 1000 % 60:02d}"),
                Cell(names.get(entry.actor, entry.actor) or "–"),
                Cell(registers.get(entry.origin, entry.origin)),
            )
            for entry in story.entries
        ),
    )
