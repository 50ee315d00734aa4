"""One product: everything that can be changed of it, its picture, and what was done to it."""

from typing import Final

import msgspec
from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from appliance.domain.money import Minor
from appliance.journal.entry import canonical_json
from appliance.journal.kinds import NewProduct
from appliance.lan_server.access.doors import me, needs
from appliance.lan_server.pages import entered, goods, product_told
from appliance.lan_server.pages.catalogue import margin_cell
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.goods import Choice
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
from appliance.lan_server.pages.parts import Fact, Field, Form, Link, Table
from appliance.lan_server.room import here, write
from appliance.services import catalogue_office, category_edit, product_edit, product_history, shop
from appliance.services.catalogue_office import Listed
from appliance.services.category_edit import CategoryRow
from appliance.services.product_edit import UNITS, Held
from appliance.words import LANGUAGES

BLUEPRINT: Final = Blueprint("products", __name__, url_prefix="/catalogue/products")
_LONGEST_CODES: Final = 2000
_LONGEST_SHOWN: Final = 20_000
_EMPTY: Final = Held("", NewProduct("", 0, ""), archived=False, codes=())


class Group(msgspec.Struct, frozen=True):
    """Fields that belong together."""

    title: str
    fields: tuple[Field, ...]


class Looks(msgspec.Struct, frozen=True):
    """The choice of a picture or colour for a tile."""

    name: str
    title: str
    none: str
    is_none: bool
    choices: tuple[Choice, ...]


class ProductForm(msgspec.Struct, frozen=True):
    """The form of a product."""

    action: str
    shown: Field
    groups: tuple[Group, ...]
    looks: tuple[Looks, ...]
    submit: str
    cancel: Link


class ProductPage(msgspec.Struct, frozen=True):
    """What `catalogue/product.html` shows; the parts beside the form are there for a product that exists."""

    title: str
    more: str
    form: ProductForm
    crumbs: tuple[Link, ...]
    facts: tuple[Fact, ...] = ()
    links: tuple[Link, ...] = ()
    picture_title: str = ""
    picture: str = ""
    icon: str = ""
    tint: str = ""
    picture_form: Form | None = None
    picture_remove: Form | None = None
    put_away: Form | None = None
    put_away_title: str = ""
    put_away_told: str = ""
    history: Table | None = None


@BLUEPRINT.route("/new", methods=["GET", "POST"])
@needs("manager", "catalogue")
def new() -> ResponseReturnValue:
    """A product more."""
    say, form = words(), formats()
    if is_posted():
        wanted = _read(_EMPTY, form)
        made = write(product_edit.add, wanted, me().id, take_codes=bool(sent("take")))
        return done(say("web.product.added", name=wanted.name), "products.product", product=made)
    page = ProductPage(
        title=say("web.catalogue.new"),
        more="",
        form=_form(_EMPTY, form, url_for("products.new")),
        crumbs=goods.crumbs((say("web.catalogue.new"), "")),
    )
    return show("catalogue/product.html", page, title=page.title)


@BLUEPRINT.route("/<product>", methods=["GET", "POST"])
@needs("manager", "catalogue")
def product(product: str) -> ResponseReturnValue:
    """Everything about one product."""
    say, form = words(), formats()
    with here().readers.reading() as db:
        held = product_edit.held(db, product)
    if is_posted():
        wanted = _read(held, form)
        taken = bool(sent("take"))
        shown = _shown(held)
        is_new = write(product_edit.change, product, wanted, me().id, shown=shown, take_codes=taken)
        said = "web.product.saved" if is_new else "web.product.unchanged"
        return done(say(said), "products.product", product=product)
    with here().readers.reading() as db:
        listed = catalogue_office.some(db, (product,))[0]
        included = goods.included_ppm(db)
        history = product_history.of(db, product)
        names = {one.id: one.name for one in category_edit.categories(db)}
    page = ProductPage(
        title=held.fields.name,
        more=say("web.catalogue.archived") if held.archived else "",
        form=_form(held, form, url_for("products.product", product=product)),
        crumbs=goods.crumbs((held.fields.name, "")),
        facts=_facts(listed, included, form),
        links=_links(product),
        picture_title=say("web.product.picture"),
        picture=goods.picture_address(product, listed.picture),
        icon=listed.icon or goods.NO_ICON,
        tint=listed.tint or "grey",
        picture_form=_picture_form(product),
        picture_remove=_picture_remove(product) if listed.picture else None,
        put_away=_put_away_form(held),
        put_away_title=say(f"web.product.{'sell_again' if held.archived else 'put_away'}"),
        put_away_told=say(f"web.product.{'sell_again' if held.archived else 'put_away'}_told"),
        history=product_told.table(history, names, held.fields.unit, form),
    )
    return show("catalogue/product.html", page, title=page.title)


@BLUEPRINT.route("/<product>/put-away", methods=["POST"])
@needs("manager", "catalogue")
def put_away(product: str) -> ResponseReturnValue:
    """Not sold any more, or sold again."""
    archived = sent("archived") == "yes"
    write(product_edit.put_away, product, me().id, archived=archived)
    said = "web.product.put_away_done" if archived else "web.product.sell_again_done"
    return done(words()(said), "products.product", product=product)


# --------------------------------------------------------------------------- from the form


def _shown(held: Held) -> NewProduct:
    """How the product was when the form was made; as it is now, if the form does not say it."""
    try:
        return msgspec.json.decode(sent("shown", _LONGEST_SHOWN), type=NewProduct)
    except msgspec.MsgspecError:
        return held.fields


def _read(held: Held, form: Formats) -> NewProduct:
    unit = goods.one_of("unit", UNITS, "piece")
    # Names in languages that this form does not show stay as they are.
    names = {key: name for key, name in held.fields.names.items() if key not in LANGUAGES}
    names |= {key: name for key in LANGUAGES if (name := sent(f"name_{key}"))}
    return NewProduct(
        name=sent("name"),
        price_minor=goods.amount_at("price", form),
        tax_class=sent("tax_class"),
        unit=unit,
        category=sent("category") or None,
        barcodes=product_edit.keys_of(sent("barcodes", _LONGEST_CODES)),
        names=dict(sorted(names.items())),
        sku=sent("sku"),
        icon=goods.plain_name("icon"),
        tint=goods.plain_name("tint"),
        favourite=goods.whole_at("favourite"),
        low_stock_milli=goods.at("low_stock", lambda text: goods.quantity(text, unit))
        if sent("low_stock")
        else None,
        cost_minor=goods.amount_at("cost", form) if sent("cost") else None,
    )


# --------------------------------------------------------------------------- the form


def _form(held: Held, form: Formats, action: str) -> ProductForm:
    say = form.words
    with here().readers.reading() as db:
        categories = category_edit.categories(db)
        taxes = {code: name for code, (name, _) in shop.tax_classes(db).items()}
    icon, tint = typed("icon", held.fields.icon), typed("tint", held.fields.tint)
    return ProductForm(
        action=action,
        shown=Field("shown", "", typed("shown", canonical_json(held.fields)), "hidden"),
        groups=(
            Group(say("web.product.group_name"), _name_fields(held, form)),
            Group(say("web.product.group_price"), _price_fields(held, taxes, form)),
            Group(say("web.product.group_codes"), _code_fields(held, form)),
            Group(say("web.product.group_till"), _till_fields(held, categories, form)),
        ),
        looks=(
            Looks(
                "icon",
                say("web.product.icon"),
                say("web.product.none"),
                not icon,
                goods.icon_choices(icon, tint),
            ),
            Looks(
                "tint",
                say("web.product.tint"),
                say("web.product.none"),
                not tint,
                goods.tint_choices(tint, icon),
            ),
        ),
        submit=say("web.save"),
        cancel=Link(say("web.cancel"), url_for("catalogue.index")),
    )


def _name_fields(held: Held, form: Formats) -> tuple[Field, ...]:
    say, fields = form.words, held.fields
    plain = Field(
        "name",
        say("web.product.name"),
        typed("name", fields.name),
        hint=say("web.product.name_hint"),
        error=wrong_at("name"),
        is_needed=True,
        has_focus=not held.id,
    )
    return (
        plain,
        *(
            Field(
                f"name_{key}",
                say(f"web.product.name_{key}"),
                typed(f"name_{key}", fields.names.get(key, "")),
                error=wrong_at(f"name_{key}"),
            )
            for key in LANGUAGES
        ),
    )


def _price_fields(held: Held, taxes: dict[str, str], form: Formats) -> tuple[Field, ...]:
    say, fields = form.words, held.fields
    tax_class = typed("tax_class", fields.tax_class or next(iter(taxes), ""))
    named = tuple(
        (code, f"{code} · {name}" if name != code else code) for code, name in taxes.items()
    )
    return (
        Field(
            "price",
            say("web.product.price", currency=form.currency.symbol or form.currency.code),
            typed("price", entered.amount_text(fields.price_minor, form) if held.id else ""),
            error=wrong_at("price"),
            inputmode="decimal",
            is_needed=True,
        ),
        Field(
            "cost",
            say("web.product.cost", currency=form.currency.symbol or form.currency.code),
            typed(
                "cost",
                "" if fields.cost_minor is None else entered.amount_text(fields.cost_minor, form),
            ),
            hint=say("web.product.cost_hint"),
            error=wrong_at("cost"),
            inputmode="decimal",
        ),
        _with_error(goods.select("tax_class", say("web.product.tax_class"), named, tax_class)),
        goods.select(
            "unit",
            say("web.product.unit"),
            tuple((unit, say(f"web.product.unit_{unit}")) for unit in UNITS),
            typed("unit", fields.unit),
        ),
    )


def _code_fields(held: Held, form: Formats) -> tuple[Field, ...]:
    say = form.words
    fields = [
        Field(
            "barcodes",
            say("web.product.barcodes"),
            typed("barcodes", "\n".join(held.codes)),
            "textarea",
            hint=say("web.product.barcodes_hint"),
            error=wrong_at("barcodes"),
        ),
        Field(
            "sku",
            say("web.product.sku"),
            typed("sku", held.fields.sku),
            hint=say("web.product.sku_hint"),
            error=wrong_at("sku"),
        ),
    ]
    if wrong("barcode_of_other"):
        fields.insert(1, Field("take", say("web.product.take"), kind="checkbox"))
    return tuple(fields)


def _till_fields(
    held: Held, categories: tuple[CategoryRow, ...], form: Formats
) -> tuple[Field, ...]:
    say, fields = form.words, held.fields
    named = (("", "–"), *((one.id, one.name) for one in categories))
    category = typed("category", fields.category or "")
    return (
        _with_error(goods.select("category", say("web.catalogue.category"), named, category)),
        Field(
            "favourite",
            say("web.product.favourite"),
            typed("favourite", str(fields.favourite) if fields.favourite else ""),
            hint=say("web.product.favourite_hint"),
            error=wrong_at("favourite"),
            inputmode="numeric",
        ),
        Field(
            "low_stock",
            say("web.product.low_stock"),
            typed("low_stock", goods.quantity_text(fields.low_stock_milli, fields.unit, form)),
            hint=say("web.product.low_stock_hint"),
            error=wrong_at("low_stock"),
            inputmode="decimal",
        ),
    )


def _with_error(field: Field) -> Field:
    return msgspec.structs.replace(field, error=wrong_at(field.name))


# --------------------------------------------------------------------------- beside the form


def _facts(one: Listed, included: dict[str, int], form: Formats) -> tuple[Fact, ...]:
    say = form.words
    stock, margin = goods.stock_cell(one, form), margin_cell(one, included, form)
    kept = ""
    if one.cost_minor is not None and one.price_minor:
        with_tax = 1_000_000 + included.get(one.tax_class, 0)
        net = Minor((2 * one.price_minor * 1_000_000 + with_tax) // (2 * with_tax))
        kept = form.money(net - one.cost_minor)
    facts = [
        Fact(say("web.catalogue.stock"), stock.text, stock.tone),
        Fact(say("web.catalogue.margin"), margin.text, margin.tone),
    ]
    if kept:
        facts.append(Fact(say("web.product.kept"), kept))
    return tuple(facts)


def _links(product: str) -> tuple[Link, ...]:
    return (
        Link(words()("web.product.stock"), url_for("stock.product", product=product), "warehouse"),
    )


def _picture_form(product: str) -> Form:
    say = words()
    field = Field(
        "file",
        say("web.product.picture_file"),
        kind="file",
        hint=say("web.product.picture_hint"),
        is_needed=True,
    )
    action = url_for("pictures.set_picture", product=product)
    return Form(action, (field,), say("web.product.picture_set"), "plain", id="picture")


def _picture_remove(product: str) -> Form:
    say = words()
    action = url_for("pictures.remove", product=product)
    return Form(action, (), say("web.product.picture_remove"), "plain", id="picture-remove")


def _put_away_form(held: Held) -> Form:
    say = words()
    return Form(
        url_for("products.put_away", product=held.id),
        (Field("archived", "", "no" if held.archived else "yes", "hidden"),),
        say(f"web.product.{'sell_again' if held.archived else 'put_away'}"),
        "plain",
        id="put-away",
    )
