"""`open-pos.toml` on the card: a register that is set up before it is switched on.

    language = "de"
    country = "DE"
    [shop]
    name = "Eckladen"
    [network]
    wifi = "Corner & Co."
    password = "…"
    [owner]
    name = "Olga"
    pin = "4711"

All of it may be left out (`image-build/open-pos.toml.example` has every key). It is checked as a whole, and everything
that is wrong is told, each with where it stands; then nothing is applied. What is right is applied in one transaction
and noted, so that it is never applied twice. It knows of no screen: `open-pos first-start` and the register call it.
"""

import difflib
import hashlib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from appliance.domain.countries import COUNTRIES, Country
from appliance.domain.money import CURRENCIES
from appliance.first_start_tables import (
    Card,
    DeviceTable,
    NetworkTable,
    OwnerTable,
    ScreenTable,
    ServerTable,
    ShopTable,
    TaxTable,
    rate_text,
    wrong_values,
)
from appliance.journal.upkeep_kinds import ScreenChanged
from appliance.problems import Refusal
from appliance.services import first_start as service
from appliance.services import shop
from appliance.services.desk import Desk
from appliance.services.people import Pins
from appliance.words import LANGUAGES, Words

MOST_BYTES: Final = 256 * 1024
_LEAST_ALIKE: Final = 0.5


class FileUnreadable(Refusal):
    """The file cannot be read at all: `path`, `why`."""

    code = "first_start_file_unreadable"


class FileWrong(Refusal):
    """Something in the file is wrong: `path`, how many `mistakes`, and the first of them as `why`."""

    code = "first_start_file_wrong"


class Read(NamedTuple):
    """A file that was read: its content, its SHA-256 in hex, and everything that is wrong, a sentence each."""

    card: Card
    digest: str
    mistakes: tuple[str, ...]
    words: Words


_TABLES: Final[Mapping[str, type[msgspec.Struct]]] = {
    "shop": ShopTable,
    "tax": TaxTable,
    "network": NetworkTable,
    "owner": OwnerTable,
    "server": ServerTable,
    "screen": ScreenTable,
    "device": DeviceTable,
}
_LISTS: Final = frozenset({"tax", "device"})


# --------------------------------------------------------------------------- reading


def read(path: Path, language: str = "en") -> Read:
    """Read and check a file. Blocks for the disk. Raises `FileUnreadable`.

    Sentences are in the file's own language; where it names none, in `language`.
    """
    try:
        with path.open("rb") as handle:
            data = handle.read(MOST_BYTES + 1)
    except OSError as why:
        raise FileUnreadable(path=str(path), why=why.strerror or str(why)) from why
    return parse(data, language)


def parse(data: bytes, language: str = "en") -> Read:
    """The same for the content of a file, whatever it may be."""
    digest, words = hashlib.sha256(data).hexdigest(), Words(language)
    if len(data) > MOST_BYTES:
        return Read(Card(), digest, (words("first_file.too_large"),), words)
    try:
        # Notepad begins a file with a mark.
        tables = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as why:
        return Read(Card(), digest, (words("first_file.no_toml", why=str(why)),), words)
    if tables.get("language") in LANGUAGES:
        words = Words(tables["language"])
    known, mistakes = _structured(tables, words)
    card = msgspec.convert(known, Card)
    mistakes += wrong_values(card, words)
    return Read(card, digest, tuple(mistakes), words)


def _structured(tables: dict[str, Any], words: Words) -> tuple[dict[str, Any], list[str]]:
    """The parts that have the right shape, and what is wrong with the others."""
    known: dict[str, Any] = {}
    mistakes: list[str] = []
    for key, value in tables.items():
        table = _TABLES.get(key)
        if table is None:
            one = {key: value}
            wrong = _unknown(one, Card, "", words) or _misshapen(one, Card, "", words)
            mistakes += wrong
            if not wrong:
                known[key] = value
            continue
        found = value if isinstance(value, list) and key in _LISTS else [value]
        if key in _LISTS and not isinstance(value, list):
            mistakes.append(words("first_file.brackets", where=f"[[{key}]]"))
            continue
        where = f"[[{key}]] {{}}" if key in _LISTS else f"[{key}]"
        wrong = [
            told
            for place, one in enumerate(found, 1)
            for told in _wrong_table(one, table, where.format(place), words)
        ]
        mistakes += wrong
        if not wrong:
            known[key] = value
    return known, mistakes


def _wrong_table(found: object, table: type[msgspec.Struct], where: str, words: Words) -> list[str]:
    if not isinstance(found, dict):
        return [words("first_file.no_table", where=where)]
    return _unknown(found, table, where, words) or _misshapen(found, table, where, words)


def _unknown(
    found: Mapping[str, Any], table: type[msgspec.Struct], where: str, words: Words
) -> list[str]:
    """Keys that are none, each with the nearest right one."""
    known = [field.encode_name for field in msgspec.structs.fields(table)]
    told = []
    for key in found:
        if key in known:
            continue
        close = difflib.get_close_matches(key, known, n=1, cutoff=_LEAST_ALIKE)
        place = f"{where} {key}".strip()
        if close:
            told.append(words("first_file.unknown_near", where=place, nearest=close[0]))
        else:
            told.append(words("first_file.unknown", where=place, known=", ".join(known)))
    return told


def _misshapen(
    found: Mapping[str, Any], table: type[msgspec.Struct], where: str, words: Words
) -> list[str]:
    """Values of the wrong kind. Each is looked at for itself, so that all are told."""
    told = []
    for field in msgspec.structs.fields(table):
        place = f"{where} {field.encode_name}".strip()
        if field.encode_name not in found:
            if field.required:
                told.append(words("first_file.missing", where=place))
            continue
        value = found[field.encode_name]
        try:
            msgspec.convert(value, field.type)
        except msgspec.ValidationError as why:
            quotes = isinstance(value, (int, float)) and field.type is str
            key = "first_file.quotes" if quotes else "first_file.misshapen"
            told.append(words(key, where=place, why=str(why)))
    return told


# --------------------------------------------------------------------------- applying


def apply(desk: Desk, keeper: Pins, found: Read, goods: service.Goods | None) -> None:
    """Record what the file says about the shop, all or nothing, and that it was applied.

    Its devices, its screen, its Wi-Fi and its server are whoever calls to see to. Raises `FileWrong`, and what the
    services raise.
    """
    card = found.card
    if found.mistakes:
        raise FileWrong(mistakes=len(found.mistakes), why=found.mistakes[0])
    with desk.book.batch():
        if card.language:
            service.take_language(desk, card.language, "", "file")
        terms = _terms(desk, card)
        if terms is not None:
            service.take_country(desk, terms, "", "file")
        table = card.shop
        if table is not None:
            service.take_shop(desk, table.name, table.address, table.tax_number, "", "file")
        if card.owner is not None:
            service.add_owner(desk, keeper, card.owner.name, card.owner.pin, "", "file")
        if card.device:
            service.note(desk, "devices", "file", "")
        if card.screen_keys:
            desk.book.record("", msgspec.convert(card.screen_keys, ScreenChanged))
        if card.demo_products and goods is not None:
            goods(desk, "", "file")
        service.note_file(desk, found.digest, is_all=card.owner is not None)


def _terms(desk: Desk, card: Card) -> service.Terms | None:
    """What holds in the country; None where the file says nothing of it."""
    table = card.shop or ShopTable()
    own = (card.country, card.time_zone, card.tax, table.currency, table.smallest_coin)
    if not any(own) and table.prices_include_tax is None:
        return None
    facts = shop.read(desk.db)
    country: Country | None = COUNTRIES.get(card.country)
    code = table.currency or (country.currency if country else facts.currency.code)
    step = CURRENCIES[code].cash_step_minor
    if country is not None and country.currency == code:
        step = country.cash_step_minor
    included = table.prices_include_tax
    if included is None:
        included = country is None or country.included
    taxes = tuple((one.code, one.name, rate_text(one.rate)) for one in card.tax)
    if not taxes and country is not None:
        taxes = tuple(
            (letter, country.tax, shop.percent_text(ppm)) for letter, ppm in country.classes
        )
    zone = card.time_zone or (country.zone if country else "")
    return service.Terms(card.country, code, table.smallest_coin or step, included, zone, taxes)


def errors_text(found: Read, name: str) -> str:
    """What is written beside the file that was not applied."""
    head = found.words("first_file.errors_head", file=name)
    return "\n".join((head, "", *(f"- {one}" for one in found.mistakes), ""))
