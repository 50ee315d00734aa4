"""The shop's own facts: name, address, currency, how tax is rounded, tax classes."""

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec
from msgspec import UNSET

from appliance.domain.labels import LabelTemplate
from appliance.domain.money import CURRENCIES, PPM, Currency
from appliance.domain.tax import RoundingBasis, Tax
from appliance.journal.kinds import ShopChanged, TaxClassDefined, TaxRate
from appliance.problems import Refusal
from appliance.services.desk import Desk
from appliance.services.people import NameNeeded
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import Edit, TaxClass

LANGUAGES: Final = ("en", "de", "es")

_SHOP: Final = Statement(lambda: Edit.select(Edit.field, Edit.value).where(Edit.thing == slot()))
_TAX_CLASSES: Final = Statement(
    lambda: TaxClass.select(TaxClass.code, TaxClass.name, TaxClass.taxes).order_by(TaxClass.code)
)
_CODE: Final = re.compile(r"[A-Za-z0-9]{1,8}")
_LONGEST_NAME: Final = 60
_PERCENT: Final = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,4}))?")
_TAXES: Final = msgspec.json.Decoder(tuple[TaxRate, ...])


class NoSuchTaxClass(Refusal):
    """A product names a tax class that was never defined."""

    code = "no_such_tax_class"


class UnknownSetting(Refusal):
    """A setting of the shop has a value that is none: `setting`, `value`, and `known` values."""

    code = "unknown_setting"


class CurrencyFixed(Refusal):
    """The currency of a shop that has sold something stays as it is: `currency`."""

    code = "currency_fixed"


class BadTaxCode(Refusal):
    """The code of a tax class is not one to eight letters and digits: `tax_class`."""

    code = "bad_tax_code"


class BadTaxRate(Refusal):
    """A tax rate is no percentage from 0 to 100 with at most four decimals."""

    code = "bad_tax_rate"


@dataclass(frozen=True, slots=True)
class ShopFacts:
    """The shop as it is set up. `currency` carries the shop's own cash step."""

    name: str
    address: tuple[str, ...]
    tax_number: str
    currency: Currency
    language: str
    basis: RoundingBasis
    footer: tuple[str, ...]
    labels: tuple[LabelTemplate, ...] = ()


def read(db: Database) -> ShopFacts:
    """The shop's facts, with sensible ones for a shop that has set nothing up."""
    return db.kept("shop", _read)


def _read(db: Database) -> ShopFacts:
    set_up: dict[str, Any] = {
        field: msgspec.json.decode(value) for field, value in db.rows(_SHOP, "shop")
    }
    currency = CURRENCIES[set_up.get("currency", "EUR")]
    step = set_up.get("cash_step_minor")
    if step is not None:
        currency = replace(currency, cash_step_minor=step)
    return ShopFacts(
        name=set_up.get("name", "open-pos"),
        address=tuple(set_up.get("address", ())),
        tax_number=set_up.get("tax_number", ""),
        currency=currency,
        language=set_up.get("language", "en"),
        basis=RoundingBasis(set_up.get("basis", "receipt")),
        footer=tuple(set_up.get("footer", ())),
        labels=tuple(
            LabelTemplate(label["pattern"], label["decimals"]) for label in set_up.get("labels", ())
        ),
    )


def change(desk: Desk, edit: ShopChanged, actor: str) -> None:
    """Change the shop's facts. Raises `UnknownSetting`, `CurrencyFixed`."""
    known: Mapping[str, tuple[object, tuple[str, ...]]] = {
        "currency": (edit.currency, tuple(CURRENCIES)),
        "language": (edit.language, LANGUAGES),
        "basis": (edit.basis, tuple(basis.value for basis in RoundingBasis)),
    }
    for setting, (value, values) in known.items():
        if value is not UNSET and value not in values:
            raise UnknownSetting(setting=setting, value=str(value), known=", ".join(values))
    now = read(desk.db).currency.code
    if edit.currency not in {UNSET, now} and has_sold(desk.db):
        raise CurrencyFixed(currency=now)
    if edit.cash_step_minor is not UNSET:
        code = now if edit.currency is UNSET else edit.currency
        coin = min(CURRENCIES[code].denominations_minor)
        if edit.cash_step_minor < coin or edit.cash_step_minor % coin:
            multiples = f"{coin}, {2 * coin}, {3 * coin}, …"
            raise UnknownSetting(
                setting="cash_step", value=str(edit.cash_step_minor), known=multiples
            )
    desk.book.record(actor, edit)


def has_sold(db: Database) -> bool:
    """Whether anything was ever sold."""
    return bool(db.sql("SELECT 1 FROM sale LIMIT 1"))


def define_tax(
    desk: Desk, code: str, name: str, percent: str, actor: str, *, included: bool
) -> None:
    """A tax class of one tax, its rate as text such as `19` or `8.875`. Raises `BadTaxRate`."""
    rate = TaxRate(code, name, rate_ppm(percent), included)
    desk.book.record(actor, TaxClassDefined(code=code, name=name, taxes=(rate,)))


def rate_ppm(percent: str) -> int:
    """A tax rate that was typed, in parts per million. Raises `BadTaxRate`."""
    match = _PERCENT.fullmatch(percent.replace("%", "").strip())
    if match is None:
        raise BadTaxRate(rate=percent)
    ppm = int(match[1]) * 10_000 + int((match[2] or "").ljust(4, "0"))
    if ppm > PPM:
        raise BadTaxRate(rate=percent)
    return ppm


def percent_text(rate_ppm: int) -> str:
    """A tax rate as somebody would type it: 88,750 is `8.875`."""
    whole, rest = divmod(rate_ppm, 10_000)
    return f"{whole}.{rest:04}".rstrip("0").rstrip(".")


def refuse_tax_class(code: str, name: str) -> None:
    """Raises `BadTaxCode`, `NameNeeded` for what a tax class cannot be called."""
    if not _CODE.fullmatch(code):
        raise BadTaxCode(tax_class=code, field="code")
    if not name or len(name) > _LONGEST_NAME:
        raise NameNeeded(field="name")


def define_taxes(
    desk: Desk,
    code: str,
    name: str,
    rates: Sequence[tuple[str, int]],
    actor: str,
    *,
    included: bool,
) -> bool:
    """A tax class of one or more taxes, each with its name and rate; answers whether it is another one than before.

    The first tax has the code of its class, the others that code and a number. Raises `BadTaxCode`, `NameNeeded`.
    """
    refuse_tax_class(code, name)
    taxes = tuple(
        TaxRate(f"{code}{place or ''}", tax_name or name, ppm, included)
        for place, (tax_name, ppm) in enumerate(rates)
    )
    if tax_classes(desk.db).get(code) == (name, taxes):
        return False
    desk.book.record(actor, TaxClassDefined(code=code, name=name, taxes=taxes))
    return True


def rates_of(tax_class: str, taxes: str | None) -> tuple[TaxRate, ...]:
    """The rates of a tax class, from its JSON. Raises `NoSuchTaxClass` where there is none."""
    if taxes is None:
        raise NoSuchTaxClass(tax_class=tax_class)
    return decoded_rates(taxes)


def tax_classes(db: Database) -> Mapping[str, tuple[str, tuple[TaxRate, ...]]]:
    """All tax classes by code: name and taxes."""
    return {code: (name, _TAXES.decode(taxes)) for code, name, taxes in db.rows(_TAX_CLASSES)}


def taxes_from(rates: tuple[TaxRate, ...]) -> tuple[Tax, ...]:
    """Taxes as the domain computes with them."""
    return tuple(Tax(rate.code, rate.name, rate.rate_ppm, rate.included) for rate in rates)


@functools.cache
def decoded_rates(text: str) -> tuple[TaxRate, ...]:
    """Tax rates as a tax class or a line is stored with."""
    return _TAXES.decode(text)


@functools.cache
def decoded_taxes(text: str) -> tuple[Tax, ...]:
    """Taxes of a stored line."""
    return taxes_from(decoded_rates(text))
