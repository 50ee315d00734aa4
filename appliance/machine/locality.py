"""Where the machine stands: its time zone, and the country whose rules its Wi-Fi obeys.

The time zone is set by `timedatectl`. The country is written into a file of the configuration, and a unit of the system
(`open-pos-wifi-country.service`) tells it to the kernel, now and at each start: that needs root, and two letters only.
"""

import re
from pathlib import Path
from typing import Final, Protocol

from appliance import whole_file
from appliance.machine.programs import run
from appliance.problems import Refusal

PATIENCE_S: Final = 15.0
WIFI_COUNTRY: Final = Path("/etc/open-pos/wifi-country")
UNIT: Final = "open-pos-wifi-country.service"
_COUNTRY: Final = re.compile(r"[A-Z]{2}")


class LocalityTrouble(Refusal):
    """The machine would not be told where it stands: `what` (`zone`, `wifi_country`), `why`."""

    code = "locality_trouble"


class Locality(Protocol):
    """Where the machine stands. Blocks for some seconds at most."""

    def set_zone(self, zone: str) -> None:
        """The time zone, by its IANA name. Raises `LocalityTrouble`, and what running a program raises."""
        ...

    def set_country(self, country: str) -> None:
        """The country whose channels and strengths the Wi-Fi uses, ISO 3166. Raises as `set_zone` does."""
        ...


class SystemLocality:
    """The real one."""

    def __init__(self, file: Path = WIFI_COUNTRY) -> None:
        """`file` is where the country is written."""
        self._file = file

    def set_zone(self, zone: str) -> None:
        """See `Locality`."""
        self._do("zone", "timedatectl", "--no-ask-password", "set-timezone", "--", zone)

    def set_country(self, country: str) -> None:
        """See `Locality`."""
        if not _COUNTRY.fullmatch(country):
            raise LocalityTrouble(what="wifi_country", why=country)
        try:
            whole_file.write(self._file, f"{country}\n".encode())
        except OSError as why:
            raise LocalityTrouble(what="wifi_country", why=str(why)) from why
        self._do("wifi_country", "systemctl", "--no-ask-password", "restart", UNIT)

    @staticmethod
    def _do(what: str, *words: str) -> None:
        done = run(words, timeout_s=PATIENCE_S)
        if done.code:
            lines = done.complained.strip().splitlines()
            raise LocalityTrouble(what=what, why=lines[-1] if lines else str(done.code))


class SimulatedLocality:
    """The twin: remembers what it was told."""

    def __init__(self) -> None:
        """Nothing was told."""
        self.zone = ""
        self.country = ""

    def set_zone(self, zone: str) -> None:
        """See `Locality`."""
        self.zone = zone

    def set_country(self, country: str) -> None:
        """See `Locality`."""
        self.country = country
