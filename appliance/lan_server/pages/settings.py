"""The shop's own facts. For owners; before anything changes, it is said what that means at the registers."""

from collections.abc import Callable
from typing import Final

import msgspec
from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from appliance.domain.money import CURRENCIES
from appliance.journal.kinds import ShopChanged
from appliance.lan_server.access.doors import me, needs
from appliance.lan_server.pages import entered, goods
from appliance.lan_server.pages.formats import Formats
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
from appliance.lan_server.pages.parts import Confirm, Field, Form, Link, Notice
from appliance.lan_server.pages.stack import Block, StackPage
from appliance.lan_server.room import here, write
from appliance.problems import Refusal
from appliance.services import shop
from appliance.services.people import NameNeeded
from appliance.services.shop import LANGUAGES, ShopFacts

BLUEPRINT: Final = Blueprint("settings", __name__, url_prefix="/settings")
_LONGEST_NAME: Final = 60
_LONGEST_LINE: Final = 60
_MOST_LINES: Final = 8
_LONGEST_TEXT: Final = 1000
_BASES: Final = ("receipt", "line")
_FIELDS: Final = (
    "name",
    "address",
    "tax_number",
    "footer",
    "currency",
    "cash_step",
    "language",
    "basis",
)


class TooManyLines(Refusal):
    """A text for the receipt has too many or too long lines: `most` lines of `letters` characters."""

    code = "receipt_text_too_long"


@BLUEPRINT.route("/", methods=["GET", "POST"])
@needs("owner", "shop")
def index() -> ResponseReturnValue:
    """Everything that stands on receipts and screens of all registers."""
    form = formats()
    with here().readers.reading() as db:
        facts = shop.read(db)
        has_sold = shop.has_sold(db)
    if is_posted():
        edit = _edit(facts, form)
        if not msgspec.json.decode(msgspec.json.encode(edit)):
            return done(words()("web.product.unchanged"), "settings.index")
        if not sent("sure"):
            return _ask(edit, form)
        write(shop.change, edit, me().id)
        return done(words()("web.saved"), "settings.index")
    say = form.words
    page = StackPage(
        title=say("web.room.settings"),
        more=say("web.shop.sentence"),
        acts=(
            Link(
                say("web.software.title"), url_for("software_page.index"), "package-variant-closed"
            ),
        ),
        is_strong=False,
        blocks=(
            Block(
                form=Form(
                    url_for("settings.index"),
                    _shown(facts, form, has_sold=has_sold),
                    say("web.tax.on"),
                ),
                notes=(Notice(say("web.shop.told")),),
            ),
        ),
    )
    return show("stack.html", page, title=page.title)


# --------------------------------------------------------------------------- what was typed


def _edit(facts: ShopFacts, form: Formats) -> ShopChanged:
    """What differs from what the shop knows."""
    step = facts.currency.cash_step_minor
    currency = goods.one_of("currency", tuple(CURRENCIES), facts.currency.code)
    if currency != facts.currency.code:
        step = CURRENCIES[currency].cash_step_minor
    elif sent("cash_step"):
        step = goods.amount_at("cash_step", form)
    now = {
        "name": facts.name,
        "address": facts.address,
        "tax_number": facts.tax_number,
        "currency": facts.currency.code,
        "cash_step_minor": facts.currency.cash_step_minor,
        "language": facts.language,
        "basis": facts.basis.value,
        "footer": facts.footer,
    }
    if not sent("name"):
        raise NameNeeded(field="name")
    wanted = {
        "name": sent("name", _LONGEST_NAME),
        "address": _lines("address"),
        "tax_number": sent("tax_number", _LONGEST_NAME),
        "currency": currency,
        "cash_step_minor": step,
        "language": goods.one_of("language", LANGUAGES, facts.language),
        "basis": goods.one_of("basis", _BASES, facts.basis.value),
        "footer": _lines("footer"),
    }
    differing = {name: value for name, value in wanted.items() if value != now[name]}
    return ShopChanged(**differing)  # type: ignore[arg-type]


def _lines(field: str) -> tuple[str, ...]:
    lines = tuple(line.strip() for line in sent(field, _LONGEST_TEXT).splitlines())
    if len(lines) > _MOST_LINES or any(len(line) > _LONGEST_LINE for line in lines):
        raise TooManyLines(most=_MOST_LINES, letters=_LONGEST_LINE, field=field)
    if any(not line.isprintable() for line in lines):
        raise TooManyLines(most=_MOST_LINES, letters=_LONGEST_LINE, field=field)
    return lines


# --------------------------------------------------------------------------- what will change


def _ask(edit: ShopChanged, form: Formats) -> ResponseReturnValue:
    say = form.words
    changed = msgspec.json.decode(msgspec.json.encode(edit))
    writers: dict[str, Callable[[object], str]] = {
        "address": _joined,
        "footer": _joined,
        "cash_step_minor": lambda value: form.money(value) if isinstance(value, int) else "",
        "language": lambda value: say(f"web.language.{value}"),
        "basis": lambda value: say(f"web.shop.basis_{value}"),
    }
    more = []
    for name in changed:
        key = name.removesuffix("_minor")
        label = say(f"web.shop.{key}")
        now = writers.get(name, str)(changed[name]) or "–"
        more.append(f"{label}: {now}. {say(f'web.shop.then_{key}')}")
    hidden = tuple(Field(name, "", sent(name, _LONGEST_TEXT), "hidden") for name in _FIELDS)
    page = Confirm(
        title=say("web.shop.sure_title"),
        sentence=say("web.shop.sure"),
        more=tuple(more),
        form=Form(
            url_for("settings.index"),
            (*hidden, Field("sure", "", "yes", "hidden")),
            say("web.shop.do"),
            cancel=Link(say("web.cancel"), url_for("settings.index")),
        ),
    )
    return show("confirm.html", page, title=page.title)


def _joined(value: object) -> str:
    return " / ".join(map(str, value)) if isinstance(value, list) else ""


# --------------------------------------------------------------------------- the form


def _shown(facts: ShopFacts, form: Formats, *, has_sold: bool) -> tuple[Field, ...]:
    return (*_who(facts, form), *_money(facts, form, has_sold=has_sold), *_manner(facts, form))


def _who(facts: ShopFacts, form: Formats) -> tuple[Field, ...]:
    """What stands on receipts."""
    say = form.words
    return (
        Field(
            "name",
            say("web.shop.name"),
            typed("name", facts.name),
            hint=say("web.shop.name_hint"),
            error=wrong_at("name"),
            letters=_LONGEST_NAME,
            is_needed=True,
        ),
        Field(
            "address",
            say("web.shop.address"),
            typed("address", "\n".join(facts.address)),
            "textarea",
            hint=say("web.shop.address_hint"),
            error=wrong_at("address"),
        ),
        Field(
            "tax_number",
            say("web.shop.tax_number"),
            typed("tax_number", facts.tax_number),
            hint=say("web.shop.tax_number_hint"),
            letters=_LONGEST_NAME,
        ),
        Field(
            "footer",
            say("web.shop.footer"),
            typed("footer", "\n".join(facts.footer)),
            "textarea",
            hint=say("web.shop.footer_hint"),
            error=wrong_at("footer"),
        ),
    )


def _money(facts: ShopFacts, form: Formats, *, has_sold: bool) -> tuple[Field, ...]:
    say = form.words
    currencies = (facts.currency.code,) if has_sold else tuple(sorted(CURRENCIES))
    return (
        msgspec.structs.replace(
            goods.select(
                "currency",
                say("web.shop.currency"),
                tuple((code, code) for code in currencies),
                typed("currency", facts.currency.code),
            ),
            hint=say("web.shop.currency_fixed") if has_sold else say("web.shop.currency_hint"),
            error=wrong("currency_fixed"),
        ),
        Field(
            "cash_step",
            say("web.shop.cash_step"),
            typed("cash_step", entered.amount_text(facts.currency.cash_step_minor, form)),
            hint=say("web.shop.cash_step_hint"),
            error=wrong_at("cash_step") or wrong("unknown_setting"),
            inputmode="decimal",
        ),
    )


def _manner(facts: ShopFacts, form: Formats) -> tuple[Field, ...]:
    """Its language, and how it rounds taxes."""
    say = form.words
    return (
        goods.select(
            "language",
            say("web.shop.language"),
            tuple((one, say(f"web.language.{one}")) for one in LANGUAGES),
            typed("language", facts.language),
        ),
        msgspec.structs.replace(
            goods.select(
                "basis",
                say("web.shop.basis"),
                tuple((one, say(f"web.shop.basis_{one}")) for one in _BASES),
                typed("basis", facts.basis.value),
            ),
            hint=say("web.shop.basis_hint"),
        ),
    )
