"""Support access: for some hours somebody who helps may sign in over the network, with a password that counts once.

`open-pos-support.service` opens it and closes it when it is stopped or its time is up. While it is open it leaves word
in `support.json`:

    {"until_ms": 1767225600000, "user": "support", "password": "…", "addresses": ["192.0.2.20"]}

For how many hours it is wanted stands in `support-hours`, which the register writes before it starts the unit.
"""

import time
from pathlib import Path
from typing import Final, Protocol

import msgspec

from appliance import whole_file
from appliance.machine import systemd
from appliance.machine.systemd import MachineRefused

REPORT: Final = Path("run/open-pos-caretaker/support.json")
HOURS: Final = Path("run/open-pos/support-hours")
UNIT: Final = "open-pos-support.service"
HOUR_MS: Final = 3_600_000
OPENS_S: Final = 70.0
"""The first time, the machine makes its key for it."""


class Access(msgspec.Struct, frozen=True):
    """An access that is open until `until_ms`."""

    until_ms: int
    user: str = ""
    password: str = ""
    addresses: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Without the password."""
        return f"Access(until_ms={self.until_ms}, user={self.user!r})"


_REPORTS: Final = msgspec.json.Decoder(Access)


class Support(Protocol):
    """The support access of a machine."""

    def state(self) -> Access | None:
        """The access, while one is open."""
        ...

    def open(self, hours: int) -> None:
        """Open it. Blocks for up to a minute. Raises `MachineRefused`."""
        ...

    def close(self) -> None:
        """Close it at once. Blocks for some seconds. Raises `MachineRefused`."""
        ...


class RealSupport:
    """The support access of this machine."""

    def __init__(self, root: Path = Path("/")) -> None:
        """Nothing is looked at yet."""
        self._report = root / REPORT
        self._hours = root / HOURS

    def state(self) -> Access | None:
        """What the caretaker says; one whose time is over is closed."""
        try:
            access = _REPORTS.decode(self._report.read_bytes())
        except (OSError, msgspec.DecodeError):
            return None
        return access if access.until_ms > time.time_ns() // 1_000_000 else None

    def open(self, hours: int) -> None:
        """Say for how long, and start the unit."""
        try:
            self._hours.parent.mkdir(parents=True, exist_ok=True)
            whole_file.write(self._hours, f"{hours}\n".encode())
        except OSError as why:
            raise MachineRefused(what=str(self._hours), why=why.strerror or str(why)) from why
        systemd.start(UNIT, OPENS_S)

    def close(self) -> None:
        """Stop the unit."""
        systemd.stop(UNIT)


class SimulatedSupport:
    """Opens nothing."""

    def __init__(self) -> None:
        """It is closed."""
        self._access: Access | None = None

    def state(self) -> Access | None:
        """As if it were open."""
        if self._access is not None and self._access.until_ms <= time.time_ns() // 1_000_000:
            self._access = None
        return self._access

    def open(self, hours: int) -> None:
        """Only say so."""
        until_ms = time.time_ns() // 1_000_000 + hours * HOUR_MS
        self._access = Access(until_ms, "support", "quiet-maple-4827", ("192.0.2.20",))

    def close(self) -> None:
        """Say so no more."""
        self._access = None
