"""Tax classes: what is sold at which rate. For owners; a new rate counts for what is rung up from then on."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from appliance.journal.kinds import TaxRate
from appliance.lan_server.access.doors import me, needs
from appliance.lan_server.pages import goods
from appliance.lan_server.pages.formats import STYLES, Formats
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
from appliance.lan_server.pages.parts import Cell, Column, Confirm, Field, Form, Link, Notice, Table
from appliance.lan_server.pages.stack import Block, StackPage
from appliance.lan_server.room import here, write
from appliance.services import shop
from appliance.services.shop import NoSuchTaxClass
from appliance.store.database import Database

BLUEPRINT: Final = Blueprint("taxes", __name__, url_prefix="/catalogue/taxes")
_MOST_TAXES: Final = 3
_IN_CLASS: Final = "SELECT tax_class, count(*) FROM product WHERE archived = 0 GROUP BY tax_class"


@BLUEPRINT.route("/")
@needs("owner", "shop")
def index() -> ResponseReturnValue:
    """All tax classes."""
    form = formats()
    say = form.words
    with here().readers.reading() as db:
        classes = shop.tax_classes(db)
        counts = _counts(db)
    page = StackPage(
        title=say("web.tax.title"),
        more=say("web.tax.sentence"),
        tabs=goods.tabs("taxes.index"),
        tabs_label=say("web.room.catalogue"),
        acts=(Link(say("web.tax.new"), url_for("taxes.new"), "plus"),),
        blocks=(Block(table=_table(classes, counts, form)),),
    )
    return show("stack.html", page, title=page.title)


@BLUEPRINT.route("/new", methods=["GET", "POST"])
@needs("owner", "shop")
def new() -> ResponseReturnValue:
    """A tax class more."""
    say = words()
    if is_posted():
        code = sent("code").upper()
        with here().readers.reading() as db:
            if code in shop.tax_classes(db):
                raise TaxClassTwice(tax_class=code, field="code")
        return _define(code)
    fields = (
        Field(
            "code",
            say("web.tax.code"),
            typed("code"),
            hint=say("web.tax.code_hint"),
            error=wrong_at("code"),
            letters=8,
            is_needed=True,
            has_focus=True,
        ),
        *_fields("", (), formats()),
    )
    return _form_page(say("web.tax.new"), fields, url_for("taxes.new"), ())


@BLUEPRINT.route("/<code>", methods=["GET", "POST"])
@needs("owner", "shop")
def tax_class(code: str) -> ResponseReturnValue:
    """A new definition of a class that is there; asks before it counts."""
    form = formats()
    with here().readers.reading() as db:
        found = shop.tax_classes(db).get(code)
        count = _counts(db).get(code, 0)
    if found is None:
        raise NoSuchTaxClass(tax_class=code[:8])
    if is_posted():
        return _define(code) if sent("sure") else _ask(code, count, form)
    say = form.words
    notes = (Notice(say("web.tax.explained", count=form.number(count)), "look"),)
    fields = _fields(found[0], found[1], form)
    return _form_page(f"{code} · {found[0]}", fields, url_for("taxes.tax_class", code=code), notes)


class TaxClassTwice(NoSuchTaxClass):
    """There is a tax class of this code already: `tax_class`."""

    code = "tax_class_twice"


# --------------------------------------------------------------------------- helpers


def _typed_rates() -> tuple[tuple[str, int], ...]:
    rates = []
    for place in range(_MOST_TAXES):
        if place == 0 or sent(f"rate_{place}"):
            ppm = goods.at(f"rate_{place}", shop.rate_ppm)
            rates.append((sent(f"tax_{place}", 60), ppm))
    return tuple(rates)


def _define(code: str) -> ResponseReturnValue:
    included = sent("included") != "no"
    write(shop.define_taxes, code, sent("name"), _typed_rates(), me().id, included=included)
    return done(words()("web.tax.saved", code=code), "taxes.index")


def _ask(code: str, count: int, form: Formats) -> ResponseReturnValue:
    say = form.words
    rates = _typed_rates()
    names = (
        "name",
        "included",
        *(f"{one}_{n}" for n in range(_MOST_TAXES) for one in ("tax", "rate")),
    )
    hidden = tuple(Field(name, "", sent(name), "hidden") for name in names)
    page = Confirm(
        title=say("web.tax.sure_title", code=code),
        sentence=say("web.tax.sure", code=code, rate=_rates_text(rates, form)),
        more=(
            say("web.tax.sure_products", count=form.number(count)),
            say("web.tax.sure_when"),
            say("web.tax.sure_before"),
            say(f"web.tax.sure_{'added' if sent('included') == 'no' else 'included'}"),
        ),
        form=Form(
            url_for("taxes.tax_class", code=code),
            (*hidden, Field("sure", "", "yes", "hidden")),
            say("web.tax.do"),
            cancel=Link(say("web.cancel"), url_for("taxes.index")),
        ),
    )
    return show("confirm.html", page, title=page.title)


def _fields(name: str, rates: tuple[TaxRate, ...], form: Formats) -> tuple[Field, ...]:
    say = form.words
    fields = [
        Field(
            "name",
            say("web.product.name"),
            typed("name", name),
            hint=say("web.tax.name_hint"),
            error=wrong_at("name"),
            letters=60,
            is_needed=True,
        )
    ]
    included = "no" if rates and not rates[0].included else "yes"
    fields.append(
        goods.select(
            "included",
            say("web.tax.included"),
            (("yes", say("web.tax.included_yes")), ("no", say("web.tax.included_no"))),
            typed("included", included),
        )
    )
    for place in range(_MOST_TAXES):
        rate = rates[place] if place < len(rates) else None
        which = "" if place == 0 else f" {place + 1}"
        fields.append(
            Field(
                f"rate_{place}",
                say("web.tax.rate") + which,
                typed(f"rate_{place}", "" if rate is None else _percent_text(rate.rate_ppm, form)),
                hint=say("web.tax.rate_hint") if place == 0 else say("web.tax.rate_more"),
                error=wrong_at(f"rate_{place}"),
                inputmode="decimal",
                is_needed=place == 0,
            )
        )
        fields.append(
            Field(
                f"tax_{place}",
                say("web.tax.tax_name") + which,
                typed(f"tax_{place}", "" if rate is None else rate.name),
                hint=say("web.tax.tax_name_hint") if place == 0 else "",
                letters=60,
            )
        )
    return tuple(fields)


def _form_page(
    title: str, fields: tuple[Field, ...], action: str, notes: tuple[Notice, ...]
) -> ResponseReturnValue:
    say = words()
    cancel = Link(say("web.cancel"), url_for("taxes.index"))
    form = Form(action, fields, say("web.tax.on" if notes else "web.save"), cancel=cancel)
    page = StackPage(
        title=title,
        crumbs=goods.crumbs((say("web.tax.title"), url_for("taxes.index")), (title, "")),
        blocks=(Block(notes=notes, form=form),),
    )
    return show("stack.html", page, title=page.title)


def _counts(db: Database) -> dict[str, int]:
    return dict(db.sql(_IN_CLASS))


def _rates_text(rates: tuple[tuple[str, int], ...], form: Formats) -> str:
    return " + ".join(form.percent(ppm) for _, ppm in rates)


def _percent_text(ppm: int, form: Formats) -> str:
    whole, rest = divmod(ppm, 10_000)
    decimals = f"{rest:04d}".rstrip("0")
    return f"{whole}{STYLES[form.words.language].decimal_mark if decimals else ''}{decimals}"


def _table(
    classes: Mapping[str, tuple[str, tuple[TaxRate, ...]]], counts: dict[str, int], form: Formats
) -> Table:
    say = form.words
    return Table(
        caption="",
        columns=(
            Column(say("web.tax.class"), is_title=True),
            Column(say("web.tax.rate"), "number"),
            Column(say("web.tax.in_price")),
            Column(say("web.catalogue.tab_products"), "number"),
        ),
        rows=tuple(
            (
                Cell(f"{code} · {name}", url_for("taxes.tax_class", code=code)),
                Cell(_rates_text(tuple((one.name, one.rate_ppm) for one in rates), form)),
                Cell(say(f"web.tax.{_inclusion(rates)}")),
                Cell(form.number(counts.get(code, 0))),
            )
            for code, (name, rates) in classes.items()
        ),
        empty=say("web.tax.none"),
    )


def _inclusion(rates: tuple[TaxRate, ...]) -> str:
    return "included_yes" if all(rate.included for rate in rates) else "included_no"
