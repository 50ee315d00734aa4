"""The shop's own facts: name, address, currency, how tax is rounded, tax classes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from appliance.domain.labels import LabelTemplate
from appliance.domain.money import CURRENCIES, Currency
from appliance.domain.tax import RoundingBasis, Tax
from appliance.journal.kinds import TaxRate
from appliance.problems import Refusal
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import Edit, TaxClass

LANGUAGES: Final = ("en", "de", "es")

_SHOP: Final = Statement(lambda: Edit.select(Edit.field, Edit.value).where(Edit.thing == slot()))
_TAX_CLASS: Final = Statement(
    lambda: TaxClass.select(TaxClass.taxes).where(TaxClass.code == slot())
)
_TAX_CLASSES: Final = Statement(
    lambda: TaxClass.select(TaxClass.code, TaxClass.name, TaxClass.taxes).order_by(TaxClass.code)
)
_TAXES: Final = msgspec.json.Decoder(tuple[TaxRate, ...])


class NoSuchTaxClass(Refusal):
    """A product names a tax class that was never defined."""

    code = "no_such_tax_class"


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


def tax_rates(db: Database, code: str) -> tuple[TaxRate, ...]:
    """The taxes of a tax class. Raises `NoSuchTaxClass`."""
    row = db.row(_TAX_CLASS, code)
    if row is None:
        raise NoSuchTaxClass(tax_class=code)
    return _TAXES.decode(row[0])


def tax_classes(db: Database) -> Mapping[str, tuple[str, tuple[TaxRate, ...]]]:
    """All tax classes by code: name and taxes."""
    return {code: (name, _TAXES.decode(taxes)) for code, name, taxes in db.rows(_TAX_CLASSES)}


def taxes_from(rates: tuple[TaxRate, ...]) -> tuple[Tax, ...]:
    """Taxes as the domain computes with them."""
    return tuple(Tax(rate.code, rate.name, rate.rate_ppm, rate.included) for rate in rates)


def decoded_taxes(text: str) -> tuple[Tax, ...]:
    """Taxes of a stored line."""
    return taxes_from(_TAXES.decode(text))
