"""The list of products: searched, filtered, sorted, a page at a time."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from appliance.lan_server.access.doors import needs
from appliance.lan_server.pages import goods
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.page import formats, show
from appliance.lan_server.pages.parts import Cell, Column, Field, Link, Pager, Table
from appliance.lan_server.room import here
from appliance.services import catalogue_office, category_edit
from appliance.services.catalogue_office import (
    AT_ONCE,
    LACKS,
    NONE,
    SORTS,
    STATES,
    Listed,
    Wanted,
    margin_ppm,
)
from appliance.services.category_edit import CategoryRow
from appliance.store.database import Database

BLUEPRINT: Final = Blueprint("catalogue", __name__, url_prefix="/catalogue")
_LONGEST: Final = 100
_MOST_PAGE: Final = 100_000


class ProductsPage(msgspec.Struct, frozen=True):
    """What `catalogue/index.html` shows."""

    title: str
    more: str
    acts: tuple[Link, ...]
    tabs: tuple[Link, ...]
    tabs_label: str
    action: str
    search: Field
    filters: tuple[Field, ...]
    submit: str
    products: Table
    pager: Pager | None
    many: Link | None


@BLUEPRINT.route("/")
@needs("manager", "catalogue")
def index() -> ResponseReturnValue:
    """One page of what is looked for."""
    wanted, at_page, form = wanted_of_request(), page_of_request(), formats()
    with here().readers.reading() as db:
        count, found = catalogue_office.find(db, wanted, at_page)
        groups = category_edit.categories(db)
        included = goods.included_ppm(db)
    page = view(wanted, at_page, (count, found), groups, included, form)
    return show("catalogue/index.html", page, title=page.title)


def view(
    wanted: Wanted,
    at_page: int,
    found: tuple[int, tuple[Listed, ...]],
    groups: tuple[CategoryRow, ...],
    included: dict[str, int],
    form: Formats,
) -> ProductsPage:
    """All words and numbers of the page."""
    say = form.words
    count, products = found
    key = "web.catalogue.count_one" if count == 1 else "web.catalogue.count"
    return ProductsPage(
        title=say("web.room.catalogue"),
        more=say(key, count=form.number(count)),
        acts=(Link(say("web.catalogue.new"), url_for("products.new"), "plus"),),
        tabs=goods.tabs("catalogue.index"),
        tabs_label=say("web.room.catalogue"),
        action=url_for("catalogue.index"),
        search=Field("q", say("web.catalogue.search"), wanted.text, "search"),
        filters=filters(wanted, groups, form),
        submit=say("web.catalogue.show"),
        products=_table(products, groups, included, form, is_narrow=wanted.is_narrow),
        pager=pager("catalogue.index", wanted, at_page, count, form),
        many=Link(
            say("web.catalogue.many", count=form.number(count)),
            address("many.index", wanted),
            "playlist-edit",
        )
        if count
        else None,
    )


# --------------------------------------------------------------------------- what is looked for


def wanted_of_request() -> Wanted:
    """What the address asks for."""
    return wanted_of(request.args)


def wanted_of(given: Mapping[str, str]) -> Wanted:
    """What is asked for; what is not known counts as not said."""

    def one_of(name: str, known: tuple[str, ...]) -> str:
        value = given.get(name, "")
        return value if value in known else known[0]

    return Wanted(
        text="".join(filter(str.isprintable, given.get("q", ""))).strip()[:_LONGEST],
        category=given.get("category", "")[:_LONGEST],
        state=one_of("state", STATES),
        lacks=one_of("lacks", ("", *LACKS)),
        sort=one_of("sort", SORTS),
    )


def page_of_request() -> int:
    """Which page the address asks for, from 0."""
    return page_number(request.args)


def page_number(given: Mapping[str, str]) -> int:
    """Which page is asked for, from 0."""
    text = given.get("page", "")
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(_MOST_PAGE))
    return min(int(text), _MOST_PAGE) if is_number else 0


def address(endpoint: str, wanted: Wanted, **more: Any) -> str:  # noqa: ANN401 - as in `url_for`
    """Where a list shows what is looked for; what is usual is left out."""
    usual = Wanted()
    told = {
        "q": (wanted.text, usual.text),
        "category": (wanted.category, usual.category),
        "state": (wanted.state, usual.state),
        "lacks": (wanted.lacks, usual.lacks),
        "sort": (wanted.sort, usual.sort),
    }
    values: dict[str, Any] = {
        name: value for name, (value, otherwise) in told.items() if value != otherwise
    }
    return url_for(endpoint, **values, **more)


def filters(wanted: Wanted, groups: tuple[CategoryRow, ...], form: Formats) -> tuple[Field, ...]:
    """The fields beside the search."""
    say = form.words
    categories = (
        ("", say("web.catalogue.all_categories")),
        *((one.id, one.name) for one in groups),
        (NONE, say("web.catalogue.without_category")),
    )
    return (
        goods.select("category", say("web.catalogue.category"), categories, wanted.category),
        goods.select(
            "state",
            say("web.catalogue.state"),
            tuple((one, say(f"web.catalogue.state_{one}")) for one in STATES),
            wanted.state,
        ),
        goods.select(
            "lacks",
            say("web.catalogue.lacks"),
            tuple((one, say(f"web.catalogue.lacks_{one or 'all'}")) for one in ("", *LACKS)),
            wanted.lacks,
        ),
        goods.select(
            "sort",
            say("web.catalogue.sort"),
            tuple((one, say(f"web.catalogue.sort_{one}")) for one in SORTS),
            wanted.sort,
        ),
    )


def pager(
    endpoint: str, wanted: Wanted, at_page: int, count: int, form: Formats, **more: str
) -> Pager | None:
    """Where one is in a list of so many; None where it fits on one page."""
    if count <= AT_ONCE and not at_page:
        return None
    say = form.words
    first, last = at_page * AT_ONCE + 1, min((at_page + 1) * AT_ONCE, count)
    before = (
        Link(say("web.catalogue.page_before"), address(endpoint, wanted, page=at_page - 1, **more))
        if at_page
        else None
    )
    after = (
        Link(say("web.catalogue.page_after"), address(endpoint, wanted, page=at_page + 1, **more))
        if last < count
        else None
    )
    text = say(
        "web.catalogue.page_range",
        first=form.number(first),
        last=form.number(last),
        count=form.number(count),
    )
    return Pager(text, before, after)


def category_names(db: Database) -> dict[str | None, str]:
    """The names of categories by their ids."""
    return {one.id: one.name for one in category_edit.categories(db)}


# --------------------------------------------------------------------------- helpers


def _table(
    products: tuple[Listed, ...],
    groups: tuple[CategoryRow, ...],
    included: dict[str, int],
    form: Formats,
    *,
    is_narrow: bool,
) -> Table:
    say = form.words
    names = {one.id: one.name for one in groups}
    return Table(
        caption="",
        columns=(
            Column(say("web.catalogue.product"), is_title=True),
            Column(say("web.catalogue.category")),
            Column(say("web.catalogue.price"), "number"),
            Column(say("web.catalogue.margin"), "number"),
            Column(say("web.catalogue.stock"), "number"),
        ),
        rows=tuple(
            (
                goods.title(one),
                Cell(names.get(one.category or "", "–")),
                _price(one, form),
                margin_cell(one, included, form),
                goods.stock_cell(one, form),
            )
            for one in products
        ),
        empty=say("web.catalogue.nothing_found" if is_narrow else "web.catalogue.empty"),
    )


def _price(one: Listed, form: Formats) -> Cell:
    if not one.price_minor:
        return Cell(form.money(0), tone="look")
    text = form.money(one.price_minor)
    return Cell(text, more=form.words("web.catalogue.per_kg") if one.unit == "kilogram" else "")


def margin_cell(one: Listed, included: dict[str, int], form: Formats) -> Cell:
    """What is left of the price, as a share of it without tax."""
    if one.cost_minor is None:
        return Cell("–")
    ppm = margin_ppm(one.price_minor, one.cost_minor, included.get(one.tax_class, 0))
    if ppm is None:
        return Cell("–")
    return Cell(whole_percent(ppm, form), tone="bad" if ppm <= 0 else "")


def whole_percent(ppm: int, form: Formats) -> str:
    """A share to one decimal of a per cent: nobody reckons a margin finer."""
    tenths = (abs(ppm) + 500) // 1000
    return form.percent((tenths if ppm >= 0 else -tenths) * 1000)
