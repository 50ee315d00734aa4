"""Many products at once: what is to change, then every single change to look at, then it is done."""

from typing import Final

import msgspec
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import UNSET

from appliance.domain.money import PPM
from appliance.lan_server.access.doors import me, needs
from appliance.lan_server.pages import catalogue, entered, goods
from appliance.lan_server.pages.catalogue import category_names, margin_cell
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
from appliance.lan_server.pages.parts import Cell, Column, Field, Link
from appliance.lan_server.room import here, write
from appliance.problems import Refusal
from appliance.services import catalogue_office, category_edit, product_edit, shop
from appliance.services.catalogue_office import Listed, Wanted
from appliance.services.product_edit import (
    ENDINGS,
    MOST_AT_ONCE,
    ChangedSince,
    Many,
    Planned,
    TooMany,
)

BLUEPRINT: Final = Blueprint("many", __name__, url_prefix="/catalogue/many")
_ACTS: Final = ("price", "category", "tax_class", "put_away", "sell_again")
_NONE: Final = "-"
_PERCENT_MOST: Final = 10_000_000
_FORM_BYTES: Final = 256 * 1024


class NothingToChange(Refusal):
    """None of the products would be another one."""

    code = "nothing_to_change"


class NotAChange(Refusal):
    """What was typed is no change of a price in per cent: `text`."""

    code = "not_a_change"


class AskPage(msgspec.Struct, frozen=True):
    """What `catalogue/many.html` shows: what is to change."""

    title: str
    more: str
    action: str
    sections: tuple["Section", ...]
    crumbs: tuple[Link, ...]


class Section(msgspec.Struct, frozen=True):
    """One thing that can be done, with the fields that it needs."""

    act: str
    title: str
    fields: tuple[Field, ...]
    submit: str


class Row(msgspec.Struct, frozen=True):
    """A product that would change."""

    id: str
    label: str
    cells: tuple[Cell, ...]


class PreviewPage(msgspec.Struct, frozen=True):
    """What `catalogue/preview.html` shows: every change, each with a tick."""

    title: str
    sentence: str
    action: str
    hidden: tuple[Field, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    submit: str
    cancel: Link
    crumbs: tuple[Link, ...]


@BLUEPRINT.route("/", methods=["GET", "POST"])
@needs("manager", "catalogue")
def index() -> ResponseReturnValue:
    """What is to change of all products that were found; sent, it shows what would."""
    form, wanted = formats(), catalogue.wanted_of_request()
    found = _found(wanted)
    if is_posted():
        planned = product_edit.plan(found, _many())
        if not planned:
            raise NothingToChange
        return _preview(planned, form)
    say = form.words
    with here().readers.reading() as db:
        groups = category_edit.categories(db)
        taxes = tuple(
            (code, f"{code} · {name}") for code, (name, _) in shop.tax_classes(db).items()
        )
    page = AskPage(
        title=say("web.many.title"),
        more=say("web.catalogue.count", count=form.number(len(found))),
        action=catalogue.address("many.index", wanted),
        sections=_sections(((_NONE, "–"), *((one.id, one.name) for one in groups)), taxes, form),
        crumbs=goods.crumbs((say("web.many.title"), "")),
    )
    return show("catalogue/many.html", page, title=page.title)


@BLUEPRINT.route("/do", methods=["POST"])
@needs("manager", "catalogue")
def do() -> ResponseReturnValue:
    """Do what was shown, without those whose tick was taken away."""
    form = formats()
    shown = tuple(sent("shown", _FORM_BYTES).split())
    picked = set(request.form.getlist("pick"))
    if len(shown) > MOST_AT_ONCE:
        raise TooMany(count=len(shown), most=MOST_AT_ONCE)
    with here().readers.reading() as db:
        found = catalogue_office.some(db, shown)
    planned = product_edit.plan(found, _many())
    if product_edit.seal_of(planned) != sent("seal"):
        raise ChangedSince
    wanted = tuple(one for one in planned if one.product.id in picked)
    count = write(product_edit.change_many, wanted, me().id)
    return done(words()("web.many.done", count=form.number(count)), "catalogue.index")


# --------------------------------------------------------------------------- what is to change


def _found(wanted: Wanted) -> tuple[Listed, ...]:
    with here().readers.reading() as db:
        count, found = catalogue_office.find(db, wanted, at_once=MOST_AT_ONCE)
    if count > MOST_AT_ONCE:
        raise TooMany(count=count, most=MOST_AT_ONCE)
    return found


def _many() -> Many:
    act = goods.one_of("act", _ACTS)
    if act == "price":
        percent = goods.at("percent", change_ppm)
        return Many(percent_ppm=percent, ending=goods.one_of("ending", ENDINGS))
    if act == "category":
        chosen = sent("category")
        return Many(category=None if chosen == _NONE else chosen)
    if act == "tax_class":
        return Many(tax_class=sent("tax_class"))
    if act in {"put_away", "sell_again"}:
        return Many(archived=act == "put_away")
    return Many(category=UNSET)


def change_ppm(text: str) -> int:
    """By how much a price changes, in parts per million: `5`, `-2,5`, `+10 %`. Raises `NotAChange`."""
    plain = text.replace("\N{MINUS SIGN}", "-").strip()
    is_down = plain.startswith("-")
    try:
        ppm = entered.percent_ppm(plain.lstrip("+-").strip())
    except entered.NotAPercentage as why:
        raise NotAChange(text=text) from why
    if not ppm or ppm > _PERCENT_MOST or (is_down and ppm > PPM):
        raise NotAChange(text=text)
    return -ppm if is_down else ppm


def _sections(
    groups: tuple[tuple[str, str], ...], taxes: tuple[tuple[str, str], ...], form: Formats
) -> tuple[Section, ...]:
    say = form.words
    mark = entered.amount_text(195, form)[1] if form.currency.digits else ""
    endings = tuple(
        (one, _ending(one, mark, form))
        for one in ENDINGS
        if len(one) <= form.currency.digits or not one
    )
    price = (
        Field(
            "percent",
            say("web.many.percent"),
            typed("percent"),
            hint=say("web.many.percent_hint"),
            error=wrong_at("percent"),
            inputmode="text",
        ),
        goods.select("ending", say("web.many.ending"), endings, typed("ending")),
    )
    category = goods.select("category", say("web.catalogue.category"), groups, typed("category"))
    tax = goods.select("tax_class", say("web.product.tax_class"), taxes, typed("tax_class"))
    fields: dict[str, tuple[Field, ...]] = {
        "price": price,
        "category": (category,),
        "tax_class": (tax,),
    }
    return tuple(
        Section(act, say(f"web.many.{act}"), fields.get(act, ()), say("web.many.preview"))
        for act in _ACTS
    )


def _ending(ending: str, mark: str, form: Formats) -> str:
    if not ending:
        return form.words("web.many.ending_none")
    shown = "x" * (form.currency.digits - len(ending)) + ending
    return f"…{mark}{shown}"


# --------------------------------------------------------------------------- what would happen


def _preview(planned: tuple[Planned, ...], form: Formats) -> ResponseReturnValue:
    say = form.words
    with here().readers.reading() as db:
        names, included = category_names(db), goods.included_ppm(db)
    again = ("act", "percent", "ending", "category", "tax_class")
    hidden = (
        *(Field(name, "", sent(name), "hidden") for name in again),
        Field("shown", "", " ".join(one.product.id for one in planned), "hidden"),
        Field("seal", "", product_edit.seal_of(planned), "hidden"),
    )
    page = PreviewPage(
        title=say("web.many.preview_title"),
        sentence=say("web.many.preview_sentence", count=form.number(len(planned))),
        action=url_for("many.do"),
        hidden=hidden,
        columns=(
            Column(say("web.catalogue.product"), is_title=True),
            Column(say("web.many.before"), "number"),
            Column(say("web.many.after"), "number"),
            Column(say("web.many.margin_after"), "number"),
        ),
        rows=tuple(_row(one, names, included, form) for one in planned),
        submit=say("web.many.do"),
        cancel=Link(say("web.cancel"), url_for("catalogue.index")),
        crumbs=goods.crumbs((say("web.many.title"), "")),
    )
    return show("catalogue/preview.html", page, title=page.title)


def _row(
    planned: Planned, names: dict[str | None, str], included: dict[str, int], form: Formats
) -> Row:
    one = planned.product
    after = one._replace(**planned.fields)  # type: ignore[arg-type]
    before_text, after_text = "", ""
    for name in planned.fields:
        before_text = _written(name, one, names, form)
        after_text = _written(name, after, names, form)
    return Row(
        one.id,
        one.name,
        (
            goods.title(one),
            Cell(before_text),
            Cell(after_text, tone="good"),
            margin_cell(after, included, form),
        ),
    )


def _written(name: str, one: Listed, names: dict[str | None, str], form: Formats) -> str:
    say = form.words
    if name == "price_minor":
        return form.money(one.price_minor)
    if name == "category":
        return names.get(one.category, "–")
    if name == "archived":
        return say("web.catalogue.state_archived" if one.archived else "web.catalogue.state_sold")
    return one.tax_class
