"""Saying on the network, by mDNS, that the server is here: a hint where to look, never a reason to trust.

Started beside the server and never in its way: without a network it tries again until there is one.
"""

import ipaddress
import logging
import threading
from typing import Final

from zeroconf import (
    Error,
    InterfaceChoice,
    IPVersion,
    NonUniqueNameException,
    ServiceInfo,
    Zeroconf,
)

from appliance.journal.pairing_wire import SERVICE
from appliance.lan_server import addresses

log = logging.getLogger(__name__)

TRY_AGAIN_S: Final = 30.0
MOST_NAME: Final = 40
"""An instance's name has 63 bytes at most (RFC 6763 §4.1.1)."""


class Announcer:
    """Announces one server until it is closed, and again whenever the machine's addresses change."""

    def __init__(self, shop: str, short_fingerprint: str, port: int) -> None:
        """Nothing is said yet."""
        self._shop = shop
        self._fingerprint = short_fingerprint
        self._port = port
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="announcer", daemon=True)

    def start(self) -> None:
        """Begin in a thread; never blocks, never fails."""
        self._thread.start()

    def close(self) -> None:
        """Take the announcement back; blocks for some seconds at most."""
        self._is_over.set()
        self._thread.join(5)

    def _run(self) -> None:
        said: tuple[str, ...] = ()
        speaker: Zeroconf | None = None
        while True:
            now = addresses.outward()
            if now != said:
                _close(speaker)
                speaker = self._announced(now)
                said = now if speaker is not None else ()
            if self._is_over.wait(TRY_AGAIN_S):
                break
        _close(speaker)

    def _announced(self, now: tuple[str, ...]) -> Zeroconf | None:
        if not now:
            return None
        speaker: Zeroconf | None = None
        try:
            speaker = Zeroconf(interfaces=InterfaceChoice.All, ip_version=IPVersion.V4Only)
            speaker.register_service(self._service(now), allow_name_change=True)
        except (
            OSError,
            Error,
            NonUniqueNameException,
            RuntimeError,
            ValueError,
            TimeoutError,
        ) as why:
            log.info("not announced, tried again later: %s", why)
            _close(speaker)
            return None
        return speaker

    def _service(self, now: tuple[str, ...]) -> ServiceInfo:
        short = self._fingerprint.lower()
        name = self._shop.encode()[:MOST_NAME].decode(errors="ignore").replace(".", " ").strip()
        return ServiceInfo(
            SERVICE,
            f"{name or 'open-pos'} {short}.{SERVICE}",
            port=self._port,
            addresses=[ipaddress.ip_address(address).packed for address in now],
            properties={"v": "1", "fp": self._fingerprint, "shop": self._shop[:MOST_NAME]},
            server=f"open-pos-{short}.local.",
        )


def _close(speaker: Zeroconf | None) -> None:
    if speaker is None:
        return
    try:
        speaker.close()
    except (OSError, Error, RuntimeError) as why:
        log.info("the announcement was not taken back: %s", why)
