"""Stock: what is low, what came, what was counted, and the ledger of each product."""

from typing import Final

import msgspec
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from appliance.lan_server.access.doors import me, needs
from appliance.lan_server.pages import catalogue, goods, stock_sheet
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
from appliance.lan_server.pages.parts import Cell, Column, Fact, Field, Form, Link, Table
from appliance.lan_server.room import here
from appliance.services import catalogue_office, category_edit, product_edit, stock
from appliance.services.catalogue_office import Listed
from appliance.services.stock import LONGEST_NOTE, MOVES_AT_ONCE, Moved

BLUEPRINT: Final = Blueprint("stock", __name__, url_prefix="/catalogue/stock")
_ACTS: Final = ("receive", "count", "adjust")
_LONGEST_ID: Final = 40


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
        filters=stock_sheet.filters(wanted, groups, form),
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
    return stock_sheet.show_or_save("receive")


@BLUEPRINT.route("/count", methods=["GET", "POST"])
@needs("manager", "catalogue")
def count() -> ResponseReturnValue:
    """A count: what is there beside each product."""
    return stock_sheet.show_or_save("count")


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
        crumbs=stock_sheet.crumbs(held.fields.name),
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
