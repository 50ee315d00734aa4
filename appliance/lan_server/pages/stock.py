"""Stock: what is low, what came, what was counted, and the ledger of each product."""

import functools
from typing import Final

import msgspec
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from appliance.lan_server.access.doors import me, needs
from appliance.lan_server.pages import catalogue, goods
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.once import once_field, write_once
from appliance.lan_server.pages.page import (
    done,
    formats,
    is_posted,
    sent,
    show,
    typed,
    words,
    wrong,
    wrong_at,
)
from appliance.lan_server.pages.parts import Cell, Column, Fact, Field, Form, Link, Pager, Table
from appliance.lan_server.room import here
from appliance.services import catalogue_office, category_edit, product_edit, stock
from appliance.services.catalogue import NoSuchProduct
from appliance.services.catalogue_office import AT_ONCE, Listed, Wanted
from appliance.services.category_edit import CategoryRow
from appliance.services.product_edit import TooMany
from appliance.services.stock import LONGEST_NOTE, MOVES_AT_ONCE, Moved

BLUEPRINT: Final = Blueprint("stock", __name__, url_prefix="/catalogue/stock")
_ACTS: Final = ("receive", "count", "adjust")
_LONGEST_ID: Final = 40
_QUANTITY: Final = "q-"
"""How the names of a sheet's fields begin; the product's id follows."""


class SheetRow(msgspec.Struct, frozen=True):
    """A product with a field for a quantity."""

    title: Cell
    stock: Cell
    name: str
    label: str
    value: str
    error: str


class SheetPage(msgspec.Struct, frozen=True):
    """What `catalogue/sheet.html` shows: many products, a quantity beside each."""

    title: str
    sentence: str
    search_action: str
    search: Field
    filters: tuple[Field, ...]
    search_submit: str
    action: str
    once: Field
    columns: tuple[Column, ...]
    rows: tuple[SheetRow, ...]
    note: Field | None
    submit: str
    pager: Pager | None
    empty: str
    crumbs: tuple[Link, ...]


class ActSection(msgspec.Struct, frozen=True):
    """One thing that can be done with the stock of a product."""

    title: str
    sentence: str
    form: Form


class LedgerPage(msgspec.Struct, frozen=True):
    """What `catalogue/ledger.html` shows."""

    title: str
    more: str
    acts: tuple[Link, ...]
    facts: tuple[Fact, ...]
    sections: tuple[ActSection, ...]
    moves: Table
    older: tuple[Link, ...]
    crumbs: tuple[Link, ...]


@BLUEPRINT.route("/")
@needs("manager", "catalogue")
def index() -> ResponseReturnValue:
    """What is on hand, the low ones first."""
    form, at_page = formats(), catalogue.page_of_request()
    wanted = msgspec.structs.replace(catalogue.wanted_of_request(), sort="low", state="sold")
    with here().readers.reading() as db:
        count, found = catalogue_office.find(db, wanted, at_page)
        groups = category_edit.categories(db)
    say = form.words
    page = catalogue.ProductsPage(
        title=say("web.stock.title"),
        more=say("web.stock.sentence"),
        acts=tuple(
            Link(say(f"web.stock.{what}"), url_for(f"stock.{what}"), icon)
            for what, icon in (
                ("receive", "truck-delivery-outline"),
                ("count", "clipboard-list-outline"),
            )
        ),
        tabs=goods.tabs("stock.index"),
        tabs_label=say("web.room.catalogue"),
        action=url_for("stock.index"),
        search=Field("q", say("web.catalogue.search"), wanted.text, "search"),
        filters=_filters(wanted, groups, form),
        submit=say("web.catalogue.show"),
        products=_table(found, form),
        pager=catalogue.pager("stock.index", wanted, at_page, count, form),
        many=None,
    )
    return show("catalogue/index.html", page, title=page.title)


@BLUEPRINT.route("/receive", methods=["GET", "POST"])
@needs("manager", "catalogue")
def receive() -> ResponseReturnValue:
    """Goods that came: how much beside each product."""
    return _sheet("receive")


@BLUEPRINT.route("/count", methods=["GET", "POST"])
@needs("manager", "catalogue")
def count() -> ResponseReturnValue:
    """A count: what is there beside each product."""
    return _sheet("count")


@BLUEPRINT.route("/of/<product>", methods=["GET", "POST"])
@needs("manager", "catalogue")
def product(product: str) -> ResponseReturnValue:
    """The ledger of one product, and what can be done."""
    form = formats()
    with here().readers.reading() as db:
        held = product_edit.held(db, product)
        one = catalogue_office.some(db, (product,))[0]
        moves = stock.moves(db, product, _after())
    if is_posted():
        return _act(product, held.fields.unit)
    say = form.words
    page = LedgerPage(
        title=held.fields.name,
        more=say("web.stock.ledger"),
        crumbs=_crumbs(held.fields.name),
        acts=(
            Link(say("web.product.edit"), url_for("products.product", product=product), "pencil"),
        ),
        facts=_facts(one, form),
        sections=tuple(
            ActSection(
                say(f"web.stock.one_{act}"),
                say(f"web.stock.one_{act}_sentence"),
                _act_form(product, act, form),
            )
            for act in (() if held.archived else _ACTS)
        ),
        moves=_moves(moves[:MOVES_AT_ONCE], one.unit, form),
        older=_older(product, moves),
    )
    return show("catalogue/ledger.html", page, title=page.title)


# --------------------------------------------------------------------------- acts


def _sheet(what: str) -> ResponseReturnValue:
    form, at_page = formats(), catalogue.page_of_request()
    wanted = msgspec.structs.replace(catalogue.wanted_of_request(), state="sold", sort="name")
    with here().readers.reading() as db:
        found_count, found = catalogue_office.find(db, wanted, at_page)
        groups = category_edit.categories(db)
        typed_for = catalogue_office.some(db, _asked_for())
    if is_posted():
        given = _given(typed_for)
        if what == "receive":
            write_once(stock.receive, given, sent("note", LONGEST_NOTE), me().id)
        else:
            write_once(stock.count_many, given, me().id)
        return done(words()(f"web.stock.{what}_done", count=len(given)), "stock.index")
    say = form.words
    page = SheetPage(
        title=say(f"web.stock.{what}"),
        sentence=say(f"web.stock.{what}_sentence"),
        search_action=url_for(f"stock.{what}"),
        search=Field("q", say("web.catalogue.search"), wanted.text, "search"),
        filters=_filters(wanted, groups, form),
        search_submit=say("web.catalogue.show"),
        action=catalogue.address(f"stock.{what}", wanted, page=at_page),
        once=once_field(),
        columns=(
            Column(say("web.catalogue.product"), is_title=True),
            Column(say("web.stock.on_hand"), "number"),
            Column(say(f"web.stock.{what}_column"), "number"),
        ),
        rows=tuple(_sheet_row(one, form) for one in (*_not_in(found, typed_for), *found)),
        note=_note_field() if what == "receive" else None,
        submit=say(f"web.stock.{what}_do"),
        pager=catalogue.pager(f"stock.{what}", wanted, at_page, found_count, form),
        empty=say("web.catalogue.nothing_found"),
        crumbs=_crumbs(say(f"web.stock.{what}")),
    )
    return show("catalogue/sheet.html", page, title=page.title)


def _asked_for() -> tuple[str, ...]:
    """The products beside which something was typed, whatever the list shows by now. Nothing typed is nothing said."""
    named = tuple(name for name in request.form if name.startswith(_QUANTITY) and sent(name))
    return tuple(name.removeprefix(_QUANTITY)[:_LONGEST_ID] for name in named[: AT_ONCE + 1])


def _given(found: tuple[Listed, ...]) -> dict[str, int]:
    """What was typed beside the products, in thousandths. Raises `TooMany`, `NoSuchProduct`, `NotAQuantity`."""
    asked_for, known = _asked_for(), {one.id: one for one in found if not one.archived}
    if len(asked_for) > AT_ONCE:
        raise TooMany(count=len(asked_for), most=AT_ONCE)
    given = {}
    for product in asked_for:
        field = f"{_QUANTITY}{product}"
        if product not in known:
            raise NoSuchProduct(product=product, field=field)
        unit = known[product].unit
        given[product] = goods.at(field, functools.partial(goods.quantity, unit=unit))
    return given


def _not_in(found: tuple[Listed, ...], typed_for: tuple[Listed, ...]) -> tuple[Listed, ...]:
    """Products beside which something was typed and that the list does not show any more."""
    shown = {one.id for one in found}
    return tuple(one for one in typed_for if one.id not in shown)


def _act(product: str, unit: str) -> ResponseReturnValue:
    act = goods.one_of("act", _ACTS, "count")
    field = f"{act}_quantity"
    milli = goods.at(field, lambda text: goods.quantity(text, unit))
    if act == "receive":
        write_once(stock.receive, {product: milli}, sent("receive_note", LONGEST_NOTE), me().id)
    elif act == "adjust":
        write_once(stock.adjust, product, milli, sent("adjust_note", LONGEST_NOTE), me().id)
    else:
        write_once(stock.count, product, milli, me().id)
    return done(words()("web.saved"), "stock.product", product=product)


def _after() -> tuple[int, str] | None:
    lamport, _, move = request.args.get("after", "").partition("_")
    if lamport.isascii() and lamport.isdecimal() and len(lamport) < 19:  # noqa: PLR2004 - digits of a 63-bit number
        return int(lamport), move[:_LONGEST_ID]
    return None


# --------------------------------------------------------------------------- shown


def _act_form(product: str, act: str, form: Formats) -> Form:
    say = form.words
    is_this = typed("act") == act
    field = f"{act}_quantity"
    error = wrong_at(field) or (wrong("quantity_out_of_range", "nothing_moved") if is_this else "")
    fields = [
        once_field(),
        Field("act", "", act, "hidden"),
        Field(
            field,
            say(f"web.stock.{act}_quantity"),
            typed(field),
            error=error,
            inputmode="text" if act == "adjust" else "decimal",
            is_needed=True,
        ),
    ]
    if act != "count":
        fields.append(
            Field(
                f"{act}_note",
                say(f"web.stock.{act}_note"),
                typed(f"{act}_note"),
                error=wrong("reason_needed") if act == "adjust" else "",
                letters=LONGEST_NOTE,
                is_needed=act == "adjust",
            )
        )
    action = url_for("stock.product", product=product)
    return Form(action, tuple(fields), say(f"web.stock.one_{act}"), "plain", id=act)


def _facts(one: Listed, form: Formats) -> tuple[Fact, ...]:
    say = form.words
    on_hand = goods.stock_cell(one, form)
    low = "–" if one.low_stock_milli is None else form.quantity(one.low_stock_milli, one.unit)
    return (
        Fact(say("web.stock.on_hand"), on_hand.text, on_hand.tone),
        Fact(say("web.product.low_stock"), low),
    )


def _table(found: tuple[Listed, ...], form: Formats) -> Table:
    say = form.words
    return Table(
        caption="",
        columns=(
            Column(say("web.catalogue.product"), is_title=True),
            Column(say("web.stock.on_hand"), "number"),
            Column(say("web.stock.wanted"), "number"),
        ),
        rows=tuple(
            (
                goods.title(one, url_for("stock.product", product=one.id)),
                goods.stock_cell(one, form),
                Cell(
                    "–"
                    if one.low_stock_milli is None
                    else form.quantity(one.low_stock_milli, one.unit)
                ),
            )
            for one in found
        ),
        empty=say("web.catalogue.nothing_found"),
    )


def _moves(moves: tuple[Moved, ...], unit: str, form: Formats) -> Table:
    say = form.words
    return Table(
        caption=say("web.stock.moves"),
        columns=(
            Column(say("web.product.when"), is_title=True),
            Column(say("web.product.what")),
            Column(say("web.product.who")),
            Column(say("web.stock.moved"), "number"),
            Column(say("web.stock.after"), "number"),
        ),
        rows=tuple(
            (
                Cell(form.moment(one.at_ms)),
                Cell(say(f"web.stock.reason_{one.reason}"), more=one.note),
                Cell(one.by or "–"),
                Cell(
                    ("+" if one.qty_milli > 0 else "") + form.quantity(one.qty_milli, unit),
                    tone="good" if one.qty_milli > 0 else "",
                ),
                Cell(
                    form.quantity(one.after_milli, unit), tone="bad" if one.after_milli < 0 else ""
                ),
            )
            for one in moves
        ),
        empty=say("web.stock.no_moves"),
    )


def _older(product: str, moves: tuple[Moved, ...]) -> tuple[Link, ...]:
    if len(moves) <= MOVES_AT_ONCE:
        return ()
    last = moves[MOVES_AT_ONCE - 1]
    after = f"{last.lamport}_{last.id}"
    return (
        Link(words()("web.stock.older"), url_for("stock.product", product=product, after=after)),
    )


def _filters(wanted: Wanted, groups: tuple[CategoryRow, ...], form: Formats) -> tuple[Field, ...]:
    say = form.words
    category, _, _, _ = catalogue.filters(wanted, groups, form)
    lacks = goods.select(
        "lacks",
        say("web.catalogue.lacks"),
        (("", say("web.catalogue.lacks_all")), ("low", say("web.catalogue.lacks_low"))),
        wanted.lacks,
    )
    return (category, lacks)


def _sheet_row(one: Listed, form: Formats) -> SheetRow:
    field = f"{_QUANTITY}{one.id}"
    return SheetRow(
        goods.title(one, url_for("stock.product", product=one.id)),
        goods.stock_cell(one, form),
        field,
        one.name,
        typed(field),
        wrong_at(field),
    )


def _note_field() -> Field:
    say = words()
    return Field(
        "note",
        say("web.stock.receive_note"),
        typed("note"),
        hint=say("web.stock.note_hint"),
        letters=LONGEST_NOTE,
    )


def _crumbs(text: str) -> tuple[Link, ...]:
    return goods.crumbs((words()("web.stock.title"), url_for("stock.index")), (text, ""))
