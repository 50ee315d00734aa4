"""Categories: their order on the till, their names and looks, and what is in each."""

from typing import Final

import msgspec
from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from appliance.lan_server.access.doors import me, needs
from appliance.lan_server.pages import goods
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.page import (
    done,
    formats,
    is_posted,
    sent,
    show,
    typed,
    words,
    wrong_at,
)
from appliance.lan_server.pages.parts import Cell, Column, Field, Form, Link, Table
from appliance.lan_server.pages.products import Looks
from appliance.lan_server.room import here, write
from appliance.services import catalogue_office, category_edit
from appliance.services.catalogue_cells import LONGEST
from appliance.services.category_edit import CategoryRow

BLUEPRINT: Final = Blueprint("categories", __name__, url_prefix="/catalogue/categories")
_NEW: Final = CategoryRow("", "", "", "", 0)
_LONGEST_SHOWN: Final = 2_000


class CategoriesPage(msgspec.Struct, frozen=True):
    """What `catalogue/categories.html` shows."""

    title: str
    sentence: str
    tabs: tuple[Link, ...]
    tabs_label: str
    acts: tuple[Link, ...]
    categories: Table


class CategoryPage(msgspec.Struct, frozen=True):
    """What `catalogue/category.html` shows."""

    title: str
    action: str
    shown: Field
    name: Field
    looks: tuple[Looks, ...]
    submit: str
    cancel: Link
    links: tuple[Link, ...]
    crumbs: tuple[Link, ...]


@BLUEPRINT.route("/")
@needs("manager", "catalogue")
def index() -> ResponseReturnValue:
    """All categories in their order."""
    form = formats()
    say = form.words
    with here().readers.reading() as db:
        found = category_edit.categories(db)
        counts = catalogue_office.counts(db)
    page = CategoriesPage(
        title=say("web.category.title"),
        sentence=say("web.category.sentence"),
        tabs=goods.tabs("categories.index"),
        tabs_label=say("web.room.catalogue"),
        acts=(Link(say("web.category.new"), url_for("categories.new"), "plus"),),
        categories=_table(found, counts, form),
    )
    return show("catalogue/categories.html", page, title=page.title)


@BLUEPRINT.route("/new", methods=["GET", "POST"])
@needs("manager", "catalogue")
def new() -> ResponseReturnValue:
    """A category behind the others."""
    say = words()
    if is_posted():
        name, icon, tint = sent("name"), goods.plain_name("icon"), goods.plain_name("tint")
        write(category_edit.add_category, name, icon, tint, me().id)
        return done(say("web.category.added", name=name), "categories.index")
    return _page(say("web.category.new"), _NEW, url_for("categories.new"))


@BLUEPRINT.route("/<category>", methods=["GET", "POST"])
@needs("manager", "catalogue")
def category(category: str) -> ResponseReturnValue:
    """Its name and how it looks."""
    with here().readers.reading() as db:
        found = category_edit.category(db, category)
    if is_posted():
        wanted = found._replace(
            name=sent("name"), icon=goods.plain_name("icon"), tint=goods.plain_name("tint")
        )
        write(category_edit.change_category, wanted, me().id, _shown(found))
        return done(words()("web.saved"), "categories.index")
    return _page(found.name, found, url_for("categories.category", category=category))


@BLUEPRINT.route("/<category>/up", methods=["POST"])
@needs("manager", "catalogue")
def up(category: str) -> ResponseReturnValue:
    """One place up."""
    write(category_edit.move_category, category, -1, me().id)
    return done("", "categories.index")


@BLUEPRINT.route("/<category>/down", methods=["POST"])
@needs("manager", "catalogue")
def down(category: str) -> ResponseReturnValue:
    """One place down."""
    write(category_edit.move_category, category, 1, me().id)
    return done("", "categories.index")


def _shown(found: CategoryRow) -> CategoryRow:
    """How the category was when the form was made; as it is now, if the form does not say it."""
    try:
        return msgspec.json.decode(sent("shown", _LONGEST_SHOWN), type=CategoryRow)
    except msgspec.MsgspecError:
        return found


def _page(title: str, found: CategoryRow, action: str) -> ResponseReturnValue:
    say = words()
    icon, tint = typed("icon", found.icon), typed("tint", found.tint)
    name = Field(
        "name",
        say("web.product.name"),
        typed("name", found.name),
        error=wrong_at("name"),
        letters=LONGEST["category"],
        is_needed=True,
        has_focus=not found.id,
    )
    none = say("web.product.none")
    links = (
        (
            Link(
                say("web.category.products"),
                url_for("catalogue.index", category=found.id),
                "tag-multiple-outline",
            ),
        )
        if found.id
        else ()
    )
    page = CategoryPage(
        title=title,
        action=action,
        shown=Field("shown", "", typed("shown", msgspec.json.encode(found).decode()), "hidden"),
        name=name,
        looks=(
            Looks("icon", say("web.product.icon"), none, not icon, goods.icon_choices(icon, tint)),
            Looks("tint", say("web.product.tint"), none, not tint, goods.tint_choices(tint, icon)),
        ),
        submit=say("web.save"),
        cancel=Link(say("web.cancel"), url_for("categories.index")),
        links=links,
        crumbs=goods.crumbs((say("web.category.title"), url_for("categories.index")), (title, "")),
    )
    return show("catalogue/category.html", page, title=page.title)


def _table(found: tuple[CategoryRow, ...], counts: dict[str | None, int], form: Formats) -> Table:
    say = form.words
    last = len(found) - 1
    return Table(
        caption="",
        columns=(
            Column(say("web.catalogue.category"), is_title=True),
            Column(say("web.catalogue.tab_products"), "number"),
            Column(say("web.category.order"), "act"),
            Column("", "act"),
        ),
        rows=tuple(
            (
                Cell(
                    one.name,
                    url_for("categories.category", category=one.id),
                    icon=one.icon or goods.NO_ICON,
                    tint=one.tint or "grey",
                ),
                Cell(
                    form.number(counts.get(one.id, 0)), url_for("catalogue.index", category=one.id)
                ),
                _step(one, "up") if place else Cell(""),
                _step(one, "down") if place < last else Cell(""),
            )
            for place, one in enumerate(found)
        ),
        empty=say("web.category.none"),
    )


def _step(one: CategoryRow, step: str) -> Cell:
    action = url_for(f"categories.{step}", category=one.id)
    return Cell("", form=Form(action, (), words()(f"web.category.{step}"), "plain"))
