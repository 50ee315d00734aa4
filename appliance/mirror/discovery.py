"""Which LAN servers the network has, by mDNS (RFC 6762). What is found is a hint: who it is, pairing proves."""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from zeroconf import Error, ServiceBrowser, ServiceInfo, ServiceListener, Zeroconf

from appliance.journal.pairing_wire import SERVICE
from appliance.messages import FoundServerView

log = logging.getLogger(__name__)

MOST: Final = 12
"""More servers than this are not told of: anybody on the network can announce any number."""
_ASK_MS: Final = 1_000
_LOOK_S: Final = 0.05
_LONGEST: Final = 60


class _Names(ServiceListener):
    """Remembers who spoke. Called by zeroconf's own thread."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def add_service(self, _zc: Zeroconf, _type: str, name: str) -> None:
        if len(self.names) < MOST:
            self.names.add(name)

    def update_service(self, _zc: Zeroconf, _type: str, _name: str) -> None:
        """What changed is asked for anyway."""

    def remove_service(self, _zc: Zeroconf, _type: str, name: str) -> None:
        self.names.discard(name)


def find(
    listen_s: float, is_wanted: Callable[[], bool] = lambda: False
) -> tuple[FoundServerView, ...]:
    """The servers that answer within `listen_s`, by the names of their shops. None where there is no network.

    Listens no longer once `is_wanted` says that there is something else to do.
    """
    try:
        network = Zeroconf()
    except OSError as why:
        log.info("no network to look for servers: %s", why)
        return ()
    listener = _Names()
    try:
        browser = ServiceBrowser(network, SERVICE, listener)
        until = time.monotonic() + listen_s
        while time.monotonic() < until and not is_wanted():
            time.sleep(_LOOK_S)
        found = []
        for name in sorted(listener.names):
            with suppress(OSError, Error):
                info = network.get_service_info(SERVICE, name, _ASK_MS)
                if info is not None:
                    found += read(info)
        browser.cancel()
    except (OSError, Error) as why:
        log.info("looking for servers: %s", why)
        return ()
    finally:
        network.close()
    return tuple(sorted(found, key=lambda one: (one.shop, one.host)))


def read(info: ServiceInfo) -> list[FoundServerView]:
    """What an announcement says; nothing where it says no address. Anybody may have written it."""
    addresses = info.parsed_addresses()
    if not addresses or info.port is None:
        return []
    said = {
        key.decode(errors="replace"): (value or b"").decode(errors="replace")
        for key, value in info.properties.items()
    }
    # An address of the fourth version first: a person can compare it with what the server's page says.
    address = min(addresses, key=lambda one: (":" in one, one))
    return [
        FoundServerView(
            _plain(said.get("shop", "")), address, info.port, _plain(said.get("fp", ""))
        )
    ]


def _plain(text: str) -> str:
    """Without what turns a line around or rings a bell, and short."""
    return "".join(sign for sign in text if sign.isprintable())[:_LONGEST]
