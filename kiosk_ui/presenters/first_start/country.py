"""The step of the country: what is usual there as fields, and what they become."""

from collections.abc import Mapping
from typing import Final

from appliance.domain.countries import CODES, COUNTRIES, zones
from appliance.domain.money import CURRENCIES
from appliance.messages import FirstStartView, TakeCountry, TaxTerm
from kiosk_ui.presenters.first_start.views import CellView
from kiosk_ui.presenters.formats import Formats
from kiosk_ui.presenters.tiles import chip
from kiosk_ui.presenters.workshop.views import FieldView
from kiosk_ui.strings import Words

OTHER: Final = "other"
_YES, _NO = "yes", "no"
_STEPS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_LEAST_CLASSES: Final = 3
"""So many rates can be filled in at least."""

Values = Mapping[str, str]


def cells(words: Words, chosen: str) -> tuple[CellView, ...]:
    """All countries by their names, and one for any other."""
    named = sorted((words(f"first.country_name.{code}"), code) for code in COUNTRIES)
    named.sort(key=lambda one: _plain(one[0]))
    return tuple(
        CellView(
            f"country:{code}",
            name,
            *(("chip", "chip_ink") if code == chosen else ()),
        )
        for name, code in (*named, (words("first.other_country"), OTHER))
    )


def _plain(name: str) -> str:
    """Österreich stands beside Polen's O, not behind Zypern."""
    return name.translate(str.maketrans("ÄÖÜÁÉÍÓÚ", "AOUAEIOU"))


def suggested(code: str, seen: FirstStartView) -> dict[str, str]:
    """The values that the fields begin with: the shop's own where this country was taken, else what is usual there."""
    country = COUNTRIES.get(code)
    if country is None or seen.country == code:
        taxes = {f"rate:{one.code}": one.rate for one in seen.taxes}
        return {
            "currency": seen.currency,
            "included": _YES if seen.included else _NO,
            "tax": seen.taxes[0].name if seen.taxes else "",
            "coin": str(seen.cash_step_minor),
            "zone": seen.zone,
            **taxes,
        }
    rates = {f"rate:{letter}": _text(ppm) for letter, ppm in country.classes}
    return {
        "currency": country.currency,
        "included": _YES if country.included else _NO,
        "tax": country.tax,
        "coin": str(country.cash_step_minor),
        "zone": country.zone,
        **rates,
    }


def _text(rate_ppm: int) -> str:
    whole, rest = divmod(rate_ppm, 10_000)
    return f"{whole}.{rest:04}".rstrip("0").rstrip(".")


def with_currency(values: Values) -> dict[str, str]:
    """The values after another currency was chosen: its own smallest coin."""
    currency = CURRENCIES.get(values["currency"])
    step = "1" if currency is None else str(currency.cash_step_minor)
    return {**values, "coin": step}


def fields(code: str, values: Values, words: Words) -> tuple[FieldView, ...]:
    """All that can be changed of the suggestion."""
    country = COUNTRIES.get(code)
    name = words(f"first.country_name.{code}") if country else words("first.other_country")
    formats = Formats(words, values["currency"])
    return (
        FieldView("country", words("first.country"), value=name, has_text=True),
        _chosen(
            "currency", words("first.currency"), values, [(one, one) for one in _first(values)]
        ),
        _chosen(
            "included",
            words("first.included"),
            values,
            [(_YES, words("first.included_yes")), (_NO, words("first.included_no"))],
        ),
        FieldView(
            "tax",
            words("first.tax"),
            value=values["tax"] or words("first.empty"),
            value_colour="ink" if values["tax"] else "muted",
            has_text=True,
        ),
        *(_rate(letter, values, words) for letter in _letters(values)),
        _chosen(
            "coin",
            words("first.coin"),
            values,
            [(str(step), formats.money(step)) for step in _coins(values)],
        ),
        _zone(code, values, words),
    )


def _first(values: Values) -> list[str]:
    """The currencies, the chosen one first."""
    return sorted(CURRENCIES, key=lambda one: (one != values["currency"], one))


def _letters(values: Values) -> str:
    used = [letter for letter in CODES if values.get(f"rate:{letter}")]
    return CODES[: max(_LEAST_CLASSES, len(used) + 1)]


def _rate(letter: str, values: Values, words: Words) -> FieldView:
    rate = values.get(f"rate:{letter}", "")
    what = "first.rate_standard" if letter == CODES[0] else "first.rate_other"
    if rate and not rate.strip("0."):
        what = "first.rate_zero"
    return FieldView(
        f"rate:{letter}",
        words("first.rate", code=letter),
        name=words(what) if rate else "",
        value=f"{rate} %" if rate else words("first.rate_none"),
        value_colour="ink" if rate else "muted",
        has_text=True,
    )


def _coins(values: Values) -> list[int]:
    currency = CURRENCIES.get(values["currency"])
    if currency is None:
        return [int(values["coin"])]
    coin = min(currency.denominations_minor)
    usual = {coin, currency.cash_step_minor, int(values["coin"] or coin)}
    usual.update(step for step in _STEPS if step >= coin and step % coin == 0 and step <= 10 * coin)
    return sorted(step for step in usual if step >= coin and step % coin == 0)


def _zone(code: str, values: Values, words: Words) -> FieldView:
    offered = zones(code)
    return FieldView(
        "zone",
        words("first.zone"),
        value=values["zone"] or words("first.empty"),
        has_text=True,
        has_chips=len(offered) > 1,
        chips=tuple(
            chip(
                f"zone={one}", one.partition("/")[2].replace("_", " "), active=one == values["zone"]
            )
            for one in offered
        ),
    )


def _chosen(key: str, label: str, values: Values, offered: list[tuple[str, str]]) -> FieldView:
    return FieldView(
        key,
        label,
        has_chips=True,
        chips=tuple(chip(f"{key}={one}", text, active=values[key] == one) for one, text in offered),
    )


def remark(code: str, words: Words) -> str:
    """What is good to know about tills there."""
    country = COUNTRIES.get(code)
    if code == "US":
        return words("first.us_tax")
    return words("first.fiscal") if country is not None and country.fiscal else ""


def command(code: str, values: Values) -> TakeCountry:
    """The answer to the step."""
    return TakeCountry(
        country=code if code in COUNTRIES else "",
        currency=values["currency"],
        cash_step_minor=int(values["coin"]),
        included=values["included"] == _YES,
        zone=values["zone"].strip(),
        taxes=tuple(
            TaxTerm(letter, values["tax"].strip(), rate)
            for letter in CODES
            if (rate := values.get(f"rate:{letter}", ""))
        ),
    )
