"""What is usual in a country: currency, tax classes, the smallest coin, time zone. Only suggestions for a new shop.

Each can be changed before it is taken and afterwards, and none is advice on tax: which goods belong to which class, the
shop knows or asks. Rates are those of 1 January 2026, as far as these publish them:

- EU members: European Commission, Taxes in Europe Database (TEDB), VAT rates applied in the member states
- GB: HMRC, VAT rates. CH and LI: Federal Tax Administration, VAT rates. NO: Skatteetaten, satser for merverdiavgift
- CA: Canada Revenue Agency, GST/HST calculator (the federal GST only: provinces add their own). US: each state, county
  and town has rates of its own, so none is suggested
- AU: Australian Taxation Office, GST. NZ: Inland Revenue, GST. ZA: SARS, VAT. JP: National Tax Agency, consumption tax.
  MX: Ley del IVA, art. 1 and 2-A

The smallest coin: Finance Canada, "Eliminating the penny"; Belgium, law of 1 December 2019; Italy, decreto-legge
50/2017, art. 13-quater; Slovakia from 1 July 2022; Lithuania from 1 May 2025; Finland, Ireland and the Netherlands
round to 5 cents by law or custom; elsewhere in the euro area cents are paid. All others as in `money.CURRENCIES`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

CODES: Final = "ABCDEFGH"
"""Tax classes are called so on receipts, from the standard rate on."""


@dataclass(frozen=True, slots=True)
class Country:
    """A country by its ISO 3166 code. `rates_ppm` are the usual rates, the standard one first.

    `tax` is what the tax is called on a receipt, `included` whether prices on shelves include it. `cash_step_minor` is
    the smallest difference that is paid in cash. With `fiscal` the law asks tills of many shops for a certified device
    or program, which open-pos is not.
    """

    code: str
    currency: str
    language: str
    zone: str
    tax: str
    rates_ppm: tuple[int, ...]
    cash_step_minor: int = 1
    included: bool = True
    fiscal: bool = False

    @property
    def classes(self) -> tuple[tuple[str, int], ...]:
        """The code and the rate of each tax class."""
        return tuple(zip(CODES, self.rates_ppm, strict=False))


def _percent(*rates: str) -> tuple[int, ...]:
    """Percentages as parts per million: `8.1` is 81,000."""
    parts = [rate.partition(".") for rate in rates]
    return tuple(int(whole) * 10_000 + int(rest.ljust(4, "0")) for whole, _, rest in parts)


_COUNTRIES: Final = (
    Country("AT", "EUR", "de", "Europe/Vienna", "USt", _percent("20", "10", "13"), fiscal=True),
    Country("AU", "AUD", "en", "Australia/Sydney", "GST", _percent("10", "0"), cash_step_minor=5),
    Country(
        "BE", "EUR", "en", "Europe/Brussels", "BTW/TVA", _percent("21", "12", "6"), 5, fiscal=True
    ),
    Country("BG", "EUR", "en", "Europe/Sofia", "ДДС", _percent("20", "9"), fiscal=True),
    Country("CA", "CAD", "en", "America/Toronto", "GST", _percent("5", "0"), 5, included=False),
    Country("CH", "CHF", "de", "Europe/Zurich", "MWST/TVA", _percent("8.1", "2.6", "3.8"), 5),
    Country("CY", "EUR", "en", "Asia/Nicosia", "ΦΠΑ", _percent("19", "9", "5")),
    Country("DE", "EUR", "de", "Europe/Berlin", "USt", _percent("19", "7"), fiscal=True),
    Country("DK", "DKK", "en", "Europe/Copenhagen", "moms", _percent("25"), 50),
    Country("EE", "EUR", "en", "Europe/Tallinn", "KM", _percent("24", "13", "9")),
    Country("ES", "EUR", "es", "Europe/Madrid", "IVA", _percent("21", "10", "4")),
    Country("FI", "EUR", "en", "Europe/Helsinki", "ALV", _percent("25.5", "13.5", "10"), 5),
    Country(
        "FR", "EUR", "en", "Europe/Paris", "TVA", _percent("20", "10", "5.5", "2.1"), fiscal=True
    ),
    Country("GB", "GBP", "en", "Europe/London", "VAT", _percent("20", "5", "0")),
    Country("GR", "EUR", "en", "Europe/Athens", "ΦΠΑ", _percent("24", "13", "6"), fiscal=True),
    Country("HR", "EUR", "en", "Europe/Zagreb", "PDV", _percent("25", "13", "5"), fiscal=True),
    Country(
        "HU", "HUF", "en", "Europe/Budapest", "ÁFA", _percent("27", "18", "5"), 500, fiscal=True
    ),
    Country("IE", "EUR", "en", "Europe/Dublin", "VAT", _percent("23", "13.5", "9"), 5),
    Country(
        "IT", "EUR", "en", "Europe/Rome", "IVA", _percent("22", "10", "5", "4"), 5, fiscal=True
    ),
    Country("JP", "JPY", "en", "Asia/Tokyo", "消費税", _percent("10", "8")),
    Country("LI", "CHF", "de", "Europe/Vaduz", "MWST", _percent("8.1", "2.6", "3.8"), 5),
    Country("LT", "EUR", "en", "Europe/Vilnius", "PVM", _percent("21", "12", "5"), 5, fiscal=True),
    Country("LU", "EUR", "de", "Europe/Luxembourg", "TVA", _percent("17", "14", "8", "3")),
    Country("LV", "EUR", "en", "Europe/Riga", "PVN", _percent("21", "12", "5"), fiscal=True),
    Country("MT", "EUR", "en", "Europe/Malta", "VAT", _percent("18", "7", "5")),
    Country("MX", "MXN", "es", "America/Mexico_City", "IVA", _percent("16", "0"), 5),
    Country("NL", "EUR", "en", "Europe/Amsterdam", "BTW", _percent("21", "9"), 5),
    Country("NO", "NOK", "en", "Europe/Oslo", "MVA", _percent("25", "15", "12"), 100, fiscal=True),
    Country("NZ", "NZD", "en", "Pacific/Auckland", "GST", _percent("15"), 10),
    Country("PL", "PLN", "en", "Europe/Warsaw", "PTU", _percent("23", "8", "5"), fiscal=True),
    Country("PT", "EUR", "en", "Europe/Lisbon", "IVA", _percent("23", "13", "6"), fiscal=True),
    Country(
        "SE", "SEK", "en", "Europe/Stockholm", "moms", _percent("25", "12", "6"), 100, fiscal=True
    ),
    Country("SI", "EUR", "en", "Europe/Ljubljana", "DDV", _percent("22", "9.5", "5"), fiscal=True),
    Country(
        "SK", "EUR", "en", "Europe/Bratislava", "DPH", _percent("23", "19", "5"), 5, fiscal=True
    ),
    # What is taxed, and how high, is a matter of the place: the shop fills it in.
    Country("US", "USD", "en", "America/New_York", "Sales tax", _percent("0", "0"), included=False),
    Country("ZA", "ZAR", "en", "Africa/Johannesburg", "VAT", _percent("15", "0"), 10),
)

COUNTRIES: Final[Mapping[str, Country]] = MappingProxyType({one.code: one for one in _COUNTRIES})
"""All countries with suggestions, by code. A shop anywhere else fills in its own."""

ZONES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "AU": (
            "Australia/Sydney",
            "Australia/Brisbane",
            "Australia/Adelaide",
            "Australia/Darwin",
            "Australia/Perth",
        ),
        "CA": (
            "America/Toronto",
            "America/Vancouver",
            "America/Edmonton",
            "America/Winnipeg",
            "America/Halifax",
            "America/St_Johns",
        ),
        "ES": ("Europe/Madrid", "Atlantic/Canary"),
        "MX": ("America/Mexico_City", "America/Cancun", "America/Hermosillo", "America/Tijuana"),
        "PT": ("Europe/Lisbon", "Atlantic/Azores"),
        "US": (
            "America/New_York",
            "America/Chicago",
            "America/Denver",
            "America/Phoenix",
            "America/Los_Angeles",
            "America/Anchorage",
            "Pacific/Honolulu",
        ),
    }
)
"""The time zones of countries that have several, by where most people live."""


def zones(code: str) -> tuple[str, ...]:
    """The time zones of a country; none where it is not known."""
    country = COUNTRIES.get(code)
    return ZONES.get(code, () if country is None else (country.zone,))
