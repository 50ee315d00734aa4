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
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from appliance.config import BadConfiguration, DeviceConfig
from appliance.devices import sort_out
from appliance.domain.countries import COUNTRIES, Country
from appliance.domain.money import CURRENCIES
from appliance.machine.network import refuse_password
from appliance.problems import Refusal
from appliance.services import first_start as service
from appliance.services import people, shop
from appliance.services.desk import Desk
from appliance.services.people import Pins
from appliance.words import LANGUAGES, Words

MOST_BYTES: Final = 256 * 1024
_DIGITS: Final = 8
_PORTS: Final = range(1, 65_536)
_LEAST_ALIKE: Final = 0.5
_MOST_COINS: Final = 1000


class FileUnreadable(Refusal):
    """The file cannot be read at all: `path`, `why`."""

    code = "first_start_file_unreadable"


class FileWrong(Refusal):
    """Something in the file is wrong: `path`, how many `mistakes`, and the first of them as `why`."""

    code = "first_start_file_wrong"


class ShopTable(msgspec.Struct, frozen=True):
    """What stands on receipts, and what of the country's suggestions is otherwise. `smallest_coin` in minor units."""

    name: str = ""
    address: tuple[str, ...] = ()
    tax_number: str = ""
    currency: str = ""
    prices_include_tax: bool | None = None
    smallest_coin: int = 0


class TaxTable(msgspec.Struct, frozen=True):
    """A tax class; with any of them, none of the country's are taken."""

    code: str
    name: str
    rate: str | int | float


class NetworkTable(msgspec.Struct, frozen=True):
    """The Wi-Fi to be joined; empty for a cable."""

    wifi: str = ""
    password: str = ""
    hidden: bool = False

    def __repr__(self) -> str:
        """Without the password."""
        return f"NetworkTable(wifi={self.wifi!r})"


class OwnerTable(msgspec.Struct, frozen=True):
    """Whom the shop belongs to."""

    name: str
    pin: str

    def __repr__(self) -> str:
        """Without the PIN."""
        return f"OwnerTable(name={self.name!r})"


class ServerTable(msgspec.Struct, frozen=True):
    """The LAN server to be paired with, by the eight digits that its page shows."""

    host: str
    code: str
    port: int = 8443

    def __repr__(self) -> str:
        """Without the code."""
        return f"ServerTable(host={self.host!r}, port={self.port})"


class DeviceTable(msgspec.Struct, frozen=True):
    """A device, as in the configuration file."""

    name: str
    kind: str
    type: str
    options: dict[str, Any] = {}


class Card(msgspec.Struct, frozen=True):
    """The whole file."""

    language: str = ""
    country: str = ""
    time_zone: str = ""
    demo_products: bool = False
    shop: ShopTable | None = None
    tax: tuple[TaxTable, ...] = ()
    network: NetworkTable | None = None
    owner: OwnerTable | None = None
    server: ServerTable | None = None
    device: tuple[DeviceTable, ...] = ()

    @property
    def devices(self) -> tuple[DeviceConfig, ...]:
        """The devices as the register has them."""
        return tuple(DeviceConfig(one.name, one.kind, one.type, one.options) for one in self.device)


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
    mistakes += _said(_checked(card), words)
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


# --------------------------------------------------------------------------- checking


_Checks = Iterator[tuple[str, Callable[[], object]]]


def _said(checks: _Checks, words: Words) -> list[str]:
    """What each check that refuses has to say, with where it stands."""
    told = []
    for where, check in checks:
        try:
            check()
        except Refusal as no:
            why = words.problem(no.code, no.fields)
            told.append(words("first_file.wrong", where=where, why=why))
    return told


def _checked(card: Card) -> _Checks:
    """Everything whose shape is right and whose value may be wrong."""
    if card.language:
        yield "language", lambda: _one_of("language", card.language, LANGUAGES)
    if card.country:
        yield "country", lambda: _one_of("country", card.country, tuple(COUNTRIES))
    if card.time_zone:
        yield "time_zone", lambda: _refuse_zone(card.time_zone)
    if card.shop is not None:
        yield from _checked_shop(card.shop, card.country)
    codes: list[str] = []
    for place, tax in enumerate(card.tax, 1):
        yield f"[[tax]] {place}", _later(_refuse_tax, tax, tuple(codes))
        codes.append(tax.code)
    network, owner, server = card.network, card.owner, card.server
    if network is not None and network.wifi:
        yield "[network] wifi", lambda: refuse_password(network.wifi, network.password, None)
    if owner is not None:
        yield "[owner] name", lambda: people.named(owner.name)
        yield "[owner] pin", lambda: _refuse_pin(owner.pin)
    if server is not None:
        yield "[server]", lambda: _refuse_server(server)
    names: set[str] = set()
    for place, device in enumerate(card.devices, 1):
        yield f"[[device]] {place}", _later(_refuse_device, device, frozenset(names), card.devices)
        names.add(device.name)


def _checked_shop(table: ShopTable, country: str) -> _Checks:
    yield "[shop] name", lambda: people.named(table.name)
    for line in table.address:
        yield "[shop] address", _later(people.named, line)
    if table.tax_number:
        yield "[shop] tax_number", lambda: people.named(table.tax_number)
    if table.currency:
        yield "[shop] currency", lambda: _one_of("currency", table.currency, tuple(CURRENCIES))
    if table.smallest_coin:
        suggested = COUNTRIES.get(country)
        code = table.currency or (suggested.currency if suggested else "EUR")
        yield "[shop] smallest_coin", lambda: _refuse_coin(table.smallest_coin, code)


def _later(check: Callable[..., object], *given: object) -> Callable[[], object]:
    return lambda: check(*given)


def _one_of(setting: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise shop.UnknownSetting(setting=setting, value=value, known=", ".join(known))


def _refuse_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as why:
        known = "Europe/Berlin, America/Los_Angeles, …"
        raise shop.UnknownSetting(setting="time_zone", value=zone, known=known) from why


def _refuse_coin(step: int, currency: str) -> None:
    if currency in CURRENCIES:
        coin = min(CURRENCIES[currency].denominations_minor)
        if not coin <= step <= _MOST_COINS * coin or step % coin:
            known = f"{coin}, {2 * coin}, {3 * coin}, …"
            raise shop.UnknownSetting(setting="smallest_coin", value=str(step), known=known)


def _refuse_tax(tax: TaxTable, before: tuple[str, ...]) -> None:
    shop.refuse_tax_class(tax.code, tax.name)
    if tax.code in before:
        raise shop.BadTaxCode(tax_class=tax.code)
    shop.rate_ppm(_rate(tax.rate))


def _rate(rate: str | float) -> str:
    return rate if isinstance(rate, str) else f"{rate:g}"


def _refuse_pin(pin: str) -> None:
    if len(pin) < people.LEAST_DIGITS or not (pin.isascii() and pin.isdigit()):
        raise people.PinTooShort(least=people.LEAST_DIGITS)


def _refuse_server(server: ServerTable) -> None:
    digits = server.code.replace(" ", "")
    wrong = len(digits) != _DIGITS or not (digits.isascii() and digits.isdigit())
    if wrong or not server.host.strip() or server.port not in _PORTS:
        setting = "code" if wrong else "host, port"
        known = "12345678" if wrong else "shop.local, 1 – 65535"
        raise shop.UnknownSetting(setting=setting, value="…", known=known)


def _refuse_device(
    device: DeviceConfig, before: frozenset[str], devices: tuple[DeviceConfig, ...]
) -> None:
    if not device.name.strip() or device.name in before:
        raise BadConfiguration(where=f"device {device.name!r}", why="a name of its own is needed")
    _, wrong = sort_out(devices)
    if device.name in wrong:
        raise wrong[device.name]


# --------------------------------------------------------------------------- applying


def apply(desk: Desk, keeper: Pins, found: Read, goods: service.Goods | None) -> None:
    """Record what the file says about the shop, all or nothing, and that it was applied.

    Its devices, its Wi-Fi and its server are whoever calls to see to. Raises `FileWrong`, and what the services raise.
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
    taxes = tuple((one.code, one.name, _rate(one.rate)) for one in card.tax)
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
