"""The sheet of stock: many products, and beside each how much came or was counted.

What is typed stays while one searches or turns pages, all within one form, and nothing is recorded before it is saved.
"""

import functools
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import msgspec
from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from appliance.lan_server.access.doors import me
from appliance.lan_server.pages import catalogue, goods
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.once import once_field, write_once
from appliance.lan_server.pages.page import done, formats, is_posted, sent, show, words, wrong_at
from appliance.lan_server.pages.parts import Cell, Column, Field, Link
from appliance.lan_server.room import here
from appliance.problems import Refusal
from appliance.services import catalogue_office, category_edit, stock
from appliance.services.catalogue import NoSuchProduct
from appliance.services.catalogue_office import AT_ONCE, Listed, Wanted
from appliance.services.category_edit import CategoryRow
from appliance.services.stock import LONGEST_NOTE

MOST_TYPED: Final = 4 * AT_ONCE
"""How many quantities are saved at once; who has typed so many that another page might not fit saves them first."""

_QUANTITY: Final = "q-"
"""How the names of the fields begin; the product's id follows."""

_GO: Final = "go"
"""The button that was pressed: `search`, the number of a page, or none to save."""

_SEARCH: Final = "search"
_LONGEST_ID: Final = 40


class TooManyTyped(Refusal):
    """More quantities than are saved at once: `count`, `most`."""

    code = "too_many_typed"


class SheetRow(msgspec.Struct, frozen=True):
    """A product with a field for a quantity."""

    title: Cell
    stock: Cell
    name: str
    label: str
    value: str
    error: str


class Turn(msgspec.Struct, frozen=True):
    """A button to another page of the sheet, by its number from 0."""

    text: str
    page: str


class SheetPage(msgspec.Struct, frozen=True):
    """What `catalogue/sheet.html` shows: many products, a quantity beside each."""

    title: str
    sentence: str
    search: Field
    filters: tuple[Field, ...]
    search_submit: str
    action: str
    hidden: tuple[Field, ...]
    elsewhere: str
    columns: tuple[Column, ...]
    rows: tuple[SheetRow, ...]
    note: Field | None
    submit: str
    pager: str
    before: "Turn | None"
    after: "Turn | None"
    empty: str
    crumbs: tuple[Link, ...]


def show_or_save(what: str) -> ResponseReturnValue:
    """The sheet to `receive` or to `count`: shown, or recorded if its button was pressed."""
    at_page = catalogue.page_number(request.args)
    wanted = _wanted(request.args)
    if is_posted():
        chosen = sent(_GO)
        if not chosen:
            return _save(what)
        _refuse_more_than(MOST_TYPED - AT_ONCE)
        if chosen == _SEARCH:
            wanted, at_page = _wanted(request.form), 0
        else:
            at_page = catalogue.page_number({"page": chosen})
        if not _asked_for() and not sent("note"):
            return redirect(_address(what, wanted, at_page), HTTPStatus.SEE_OTHER)
    page = _page(what, wanted, at_page, formats())
    return show("catalogue/sheet.html", page, title=page.title)


def _wanted(given: Mapping[str, str]) -> Wanted:
    return msgspec.structs.replace(catalogue.wanted_of(given), state="sold", sort="name")


def _address(what: str, wanted: Wanted, at_page: int) -> str:
    return catalogue.address(f"stock.{what}", wanted, page=at_page or None)


# --------------------------------------------------------------------------- saved


def _save(what: str) -> ResponseReturnValue:
    given = _given()
    if what == "receive":
        write_once(stock.receive, given, sent("note", LONGEST_NOTE), me().id)
    else:
        write_once(stock.count_many, given, me().id)
    return done(words()(f"web.stock.{what}_done", count=len(given)), "stock.index")


def _asked_for() -> tuple[str, ...]:
    """The products beside which something was typed, whatever the list shows by now. Nothing typed is nothing said."""
    named = tuple(name for name in request.form if name.startswith(_QUANTITY) and sent(name))
    # A page more than is saved comes back with its refusal, so that nothing of it is lost.
    return tuple(
        name.removeprefix(_QUANTITY)[:_LONGEST_ID] for name in named[: MOST_TYPED + AT_ONCE]
    )


def _refuse_more_than(most: int) -> None:
    count = len(_asked_for())
    if count > most:
        raise TooManyTyped(count=count, most=most)


def _given() -> dict[str, int]:
    """What was typed, in thousandths. Raises `TooManyTyped`, `NoSuchProduct`, `NotAQuantity`."""
    _refuse_more_than(MOST_TYPED)
    with here().readers.reading() as db:
        found = catalogue_office.some(db, _asked_for())
    units = {one.id: one.unit for one in found if not one.archived}
    given = {}
    for product in _asked_for():
        field = f"{_QUANTITY}{product}"
        if product not in units:
            raise NoSuchProduct(product=product, field=field)
        given[product] = goods.at(field, functools.partial(goods.quantity, unit=units[product]))
    return given


# --------------------------------------------------------------------------- shown


def _page(what: str, wanted: Wanted, at_page: int, form: Formats) -> SheetPage:
    say = form.words
    with here().readers.reading() as db:
        count, found = catalogue_office.find(db, wanted, at_page)
        groups = category_edit.categories(db)
        typed_for = catalogue_office.some(db, _asked_for())
    shown = {one.id for one in found}
    elsewhere = tuple(one for one in typed_for if one.id not in shown)
    # What was refused is shown whole; who only looks further has it with them.
    is_refused = request.method == "POST" and not is_posted()
    rows, carried = ((*elsewhere, *found), ()) if is_refused else (found, elsewhere)
    pager = catalogue.pager(f"stock.{what}", wanted, at_page, count, form)
    return SheetPage(
        title=say(f"web.stock.{what}"),
        sentence=say(f"web.stock.{what}_sentence"),
        search=Field("q", say("web.catalogue.search"), wanted.text, "search"),
        filters=filters(wanted, groups, form),
        search_submit=say("web.catalogue.show"),
        action=_address(what, wanted, at_page),
        hidden=(once_field(), *map(_hidden, carried)),
        elsewhere=say("web.stock.elsewhere", count=form.number(len(carried))) if carried else "",
        columns=(
            Column(say("web.catalogue.product"), is_title=True),
            Column(say("web.stock.on_hand"), "number"),
            Column(say(f"web.stock.{what}_column"), "number"),
        ),
        rows=tuple(_row(one, form) for one in rows),
        note=_note_field() if what == "receive" else None,
        submit=say(f"web.stock.{what}_do"),
        pager="" if pager is None else pager.text,
        before=_turn(None if pager is None else pager.before, at_page - 1),
        after=_turn(None if pager is None else pager.after, at_page + 1),
        empty=say("web.catalogue.nothing_found"),
        crumbs=crumbs(say(f"web.stock.{what}")),
    )


def _turn(link: Link | None, at_page: int) -> Turn | None:
    return None if link is None else Turn(link.text, str(at_page))


def _hidden(one: Listed) -> Field:
    field = f"{_QUANTITY}{one.id}"
    return Field(field, "", sent(field), "hidden")


def _row(one: Listed, form: Formats) -> SheetRow:
    field = f"{_QUANTITY}{one.id}"
    return SheetRow(
        goods.title(one, url_for("stock.product", product=one.id)),
        goods.stock_cell(one, form),
        field,
        one.name,
        sent(field),
        wrong_at(field),
    )


def _note_field() -> Field:
    say = words()
    return Field(
        "note",
        say("web.stock.receive_note"),
        sent("note", LONGEST_NOTE),
        hint=say("web.stock.note_hint"),
        letters=LONGEST_NOTE,
    )


def filters(wanted: Wanted, groups: tuple[CategoryRow, ...], form: Formats) -> tuple[Field, ...]:
    """The fields beside the search: the category, and whether something is low."""
    say = form.words
    category, _, _, _ = catalogue.filters(wanted, groups, form)
    lacks = goods.select(
        "lacks",
        say("web.catalogue.lacks"),
        (("", say("web.catalogue.lacks_all")), ("low", say("web.catalogue.lacks_low"))),
        wanted.lacks,
    )
    return (category, lacks)


def crumbs(text: str) -> tuple[Link, ...]:
    """Where one is within the stock."""
    return goods.crumbs((words()("web.stock.title"), url_for("stock.index")), (text, ""))
