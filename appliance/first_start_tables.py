"""What may stand in `open-pos.toml` on the card, and which values of it are wrong."""

from collections.abc import Callable, Iterator
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from appliance.config import BadConfiguration, DeviceConfig, ScreenDriver
from appliance.devices import sort_out
from appliance.domain.countries import COUNTRIES
from appliance.domain.money import CURRENCIES
from appliance.machine.network import refuse_password
from appliance.messages.upkeep import Rotation, TextPercent
from appliance.problems import Refusal
from appliance.services import people, shop
from appliance.words import LANGUAGES, Words

_DIGITS: Final = 8
_PORTS: Final = range(1, 65_536)
_MOST_COINS: Final = 1000


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
    """The Wi-Fi to be joined; empty for a cable. An open one has no password; an empty one was taken out."""

    wifi: str = ""
    password: str | None = None
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


class ScreenTable(msgspec.Struct, frozen=True):
    """The screen, as in the configuration file; what is None stays. `rotation` in degrees against the clock."""

    rotation: Rotation | None = None
    text_percent: TextPercent | None = None
    dark: bool | None = None
    driver: ScreenDriver | None = None


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
    screen: ScreenTable | None = None
    device: tuple[DeviceTable, ...] = ()

    @property
    def devices(self) -> tuple[DeviceConfig, ...]:
        """The devices as the register has them."""
        return tuple(DeviceConfig(one.name, one.kind, one.type, one.options) for one in self.device)

    @property
    def screen_keys(self) -> dict[str, int | str]:
        """What it says of the screen, as keys of the configuration file's `[screen]`."""
        said = msgspec.structs.asdict(self.screen) if self.screen is not None else {}
        return {key: value for key, value in said.items() if value is not None}


# --------------------------------------------------------------------------- checking


_Checks = Iterator[tuple[str, Callable[[], object]]]


def wrong_values(card: Card, words: Words) -> list[str]:
    """What each check that refuses has to say, with where it stands."""
    told = []
    for where, check in _checked(card):
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
        yield "[network] wifi", lambda: refuse_password(network.wifi, network.password or "", None)
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
    shop.rate_ppm(rate_text(tax.rate))


def rate_text(rate: str | float) -> str:
    """A rate as somebody types it."""
    return rate if isinstance(rate, str) else f"{rate:.12g}"


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
