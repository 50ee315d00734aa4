"""What the pages of the catalogue share: where they lie, how a product looks in a list, what is typed into a form."""

from collections.abc import Callable
from typing import Final, TypeVar

import msgspec
from flask import url_for

from appliance.lan_server.access.doors import may_see
from appliance.lan_server.pages import entered
from appliance.lan_server.pages.formats import STYLES, Formats
from appliance.lan_server.pages.page import sent, words
from appliance.lan_server.pages.parts import Cell, Field, Link, Option
from appliance.problems import Refusal
from appliance.services import catalogue_cells, shop
from appliance.services.catalogue_cells import BadValue
from appliance.services.catalogue_office import Listed
from appliance.store.database import Database

_Read = TypeVar("_Read")

ROOMS: Final = (
    ("catalogue.index", "products"),
    ("stock.index", "stock"),
    ("categories.index", "categories"),
    ("taxes.index", "taxes"),
    ("catalogue_file.index", "file"),
)
ICONS: Final = (
    "coffee",
    "tea",
    "cup",
    "bottle-soda",
    "glass-mug-variant",
    "bottle-wine",
    "water",
    "food-croissant",
    "bread-slice",
    "baguette",
    "cupcake",
    "cookie",
    "ice-cream",
    "food-apple",
    "fruit-cherries",
    "carrot",
    "leaf",
    "egg",
    "cheese",
    "fish",
    "food-steak",
    "sausage",
    "pizza",
    "hamburger",
    "pasta",
    "noodles",
    "pot-steam",
    "candy",
    "food-variant",
    "basket",
    "shopping",
    "gift",
    "flower",
    "candle",
    "book-open-variant",
    "newspaper",
    "pencil",
    "tshirt-crew",
    "shoe-sneaker",
    "watch",
    "sofa",
    "hammer",
    "spray-bottle",
    "paw",
    "baby-bottle",
    "pill",
    "content-cut",
    "tag",
)
"""Pictures of tiles that are offered; a catalogue's file can name any other."""

TINTS: Final = (
    "coffee",
    "bakery",
    "cold",
    "lunch",
    "retail",
    "gift",
    "red",
    "grey",
)
"""Colours of tiles that are offered: each hue of the till once."""

NO_ICON: Final = "tag-outline"


class NotAQuantity(Refusal):
    """What was typed is no quantity, or one that can be read in two ways: `text`."""

    code = "not_a_quantity"


class NotAWholeNumber(Refusal):
    """What was typed is no whole number: `text`."""

    code = "not_a_whole_number"


class Choice(msgspec.Struct, frozen=True):
    """One picture or colour to choose."""

    value: str
    name: str
    icon: str
    tint: str
    is_chosen: bool


def tabs(endpoint: str) -> tuple[Link, ...]:
    """The rooms of the catalogue, for whoever looks."""
    say = words()
    return tuple(
        Link(say(f"web.catalogue.tab_{name}"), url_for(room), is_here=room == endpoint)
        for room, name in ROOMS
        if may_see(room)
    )


def crumbs(*steps: tuple[str, str]) -> tuple[Link, ...]:
    """Where one is, from the list of products down: texts and addresses; the last one is here."""
    say = words()
    all_of_them = ((say("web.room.catalogue"), url_for("catalogue.index")), *steps)
    last = len(all_of_them) - 1
    return tuple(
        Link(text, href, is_here=place == last) for place, (text, href) in enumerate(all_of_them)
    )


# --------------------------------------------------------------------------- products in lists


def title(one: Listed, href: str = "") -> Cell:
    """A product with its picture, or its icon on its tint, and below it what tells it from others."""
    say = words()
    about = [one.code or "", one.sku]
    if one.archived:
        about.append(say("web.catalogue.archived"))
    return Cell(
        one.name,
        href or url_for("products.product", product=one.id),
        icon=one.icon or NO_ICON,
        tint=one.tint or "grey",
        image=picture_address(one.id, one.picture),
        more=" · ".join(filter(None, about)),
    )


def picture_address(product: str, picture: str | None) -> str:
    """Where a product's picture is, a new address for each new one; empty where it has none."""
    return url_for("pictures.show", product=product, v=picture) if picture else ""


def stock_cell(one: Listed, form: Formats) -> Cell:
    """What is on hand, marked where it is low or below nothing."""
    if one.stock_milli is None and one.low_stock_milli is None:
        return Cell("–")
    stock = one.stock_milli or 0
    text = form.quantity(stock, one.unit)
    if one.is_low or stock < 0:
        return Cell(text, tone="bad" if stock <= 0 else "look", icon="alert-outline")
    return Cell(text)


def included_ppm(db: Database) -> dict[str, int]:
    """The tax that is within prices, by tax class, in parts per million of the price without it."""
    return {
        code: sum(rate.rate_ppm for rate in rates if rate.included)
        for code, (_, rates) in shop.tax_classes(db).items()
    }


# --------------------------------------------------------------------------- forms


def at(field: str, read: Callable[[str], _Read]) -> _Read:
    """What `read` makes of a field; a refusal names the field, so that its sentence stands there."""
    try:
        return read(sent(field))
    except Refusal as no:
        no.fields["field"] = field
        raise


def amount_at(field: str, form: Formats) -> int:
    """An amount of money, in minor units."""
    return at(field, lambda text: entered.amount(text, form))


def quantity(text: str, unit: str) -> int:
    """A quantity in thousandths, below zero with a minus. Raises `NotAQuantity`."""
    text = text.replace("\N{MINUS SIGN}", "-").replace("\N{NO-BREAK SPACE}", "").replace(" ", "")
    text = text.removesuffix("kg").removeprefix("+")
    if unit == "piece" and catalogue_cells.is_doubtful(text):
        raise NotAQuantity(text=text)
    try:
        return catalogue_cells.quantity(text)
    except BadValue as why:
        raise NotAQuantity(text=text) from why


def quantity_text(milli: int | None, unit: str, form: Formats) -> str:
    """A quantity as a field shows it, with the decimal mark of whoever looks."""
    mark = STYLES[form.words.language].decimal_mark
    return catalogue_cells.quantity_text(milli, unit).replace(".", mark)


def whole_at(field: str) -> int:
    """A whole number of at most six digits, 0 where nothing was typed. Raises `NotAWholeNumber`."""

    def read(text: str) -> int:
        if text and not (text.isascii() and text.isdecimal() and len(text) <= len("999999")):
            raise NotAWholeNumber(text=text)
        return int(text or 0)

    return at(field, read)


def select(name: str, label: str, options: tuple[tuple[str, str], ...], chosen: str) -> Field:
    """A field to choose one of some, given as value and text."""
    return Field(
        name,
        label,
        kind="select",
        options=tuple(Option(value, text, value == chosen) for value, text in options),
    )


def icon_choices(chosen: str, tint: str) -> tuple[Choice, ...]:
    """Pictures to choose; one that is not among those offered stands first."""
    offered = ICONS if chosen in ICONS or not chosen else (chosen, *ICONS)
    return tuple(Choice(one, one, one, tint or "grey", one == chosen) for one in offered)


def tint_choices(chosen: str, icon: str) -> tuple[Choice, ...]:
    """Colours to choose, each with the picture on it."""
    say = words()
    offered = TINTS if chosen in TINTS or not chosen else (chosen, *TINTS)
    return tuple(
        Choice(one, say(f"web.tint.{one}"), icon or NO_ICON, one, one == chosen) for one in offered
    )


def one_of(field: str, known: tuple[str, ...], otherwise: str = "") -> str:
    """What was chosen, if it is something that could be."""
    chosen = sent(field)
    return next((one for one in known if one == chosen), otherwise)


def plain_name(field: str) -> str:
    """The name of an icon or tint as it was chosen: small letters, digits and hyphens; empty for anything else."""
    text = sent(field)
    plain = text.replace("-", "").replace("_", "")
    return text if len(text) <= catalogue_cells.LONGEST["icon"] and _is_plain(plain) else ""


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isalnum() and text == text.lower()
