"""The way to other machines.

- Interfaces: kernel, Documentation/ABI/testing/sysfs-class-net (`carrier` cannot be read while an interface is down).
- `/proc/net/route`: interface, destination, gateway, flags, ..., mask; addresses as hexadecimal words of the
  machine's own byte order, so 169.254.0.0 is 0000FEA9. The flags: RTF_ in linux/route.h.
- `/proc/net/ipv6_route`: destination, prefix length, ..., flags, interface. `/proc/net/if_inet6`: address, index,
  prefix length, scope (00 is global), flags, interface.
"""

from pathlib import Path
from typing import Final, NamedTuple

from appliance.health.files import children, integer, is_there, number, rows
from appliance.health.finding import Finding, found

_IFF_UP: Final = 0x1
_RTF_UP: Final = 0x1
_RTF_REJECT: Final = 0x200
_V4_ANY: Final = "00000000"
_V4_OWN_CHOICE: Final = "FEA9"


class _Interface(NamedTuple):
    name: str
    radio: bool
    up: bool
    carrier: bool
    had_carrier: bool


def network(root: Path, *, alone: bool = False) -> Finding:
    """Whether there is a way to other machines. A register sells without one, so nothing here is "bad".

    An interface that nobody switched on is no fault, and neither is one that was never connected since the start: such
    a shop has no network. One that was connected and is no more is a fault, except where the register works `alone`.
    """
    if not is_there(root / "sys/class/net"):
        return found("network", "unknown", "network_unknown")
    up = [interface for interface in _interfaces(root) if interface.up]
    connected = [interface.name for interface in up if interface.carrier]
    addressed, routed = _addressed(root), _routed(root)
    for name in connected:
        if name in addressed and name in routed:
            return found("network", "ok", "network_ok", interface=name)
    for name in connected:
        if name in addressed:
            return found("network", "ok", "network_local", interface=name)
    lost = [interface for interface in up if interface.had_carrier]
    if alone or not (connected or lost):
        return found("network", "ok", "network_none")
    if connected:
        return found("network", "warn", "network_no_address", interface=connected[0])
    # Of several it is the socket that all can see.
    missed = min(lost, key=lambda interface: interface.radio)
    code = "network_no_radio" if missed.radio else "network_cable_out"
    return found("network", "warn", code, interface=missed.name)


def _interfaces(root: Path) -> list[_Interface]:
    """The interfaces that are hardware: loopback, bridges and tunnels have no `device`."""
    return [
        _Interface(
            name=net.name,
            radio=is_there(net / "wireless") or is_there(net / "phy80211"),
            up=bool((number(net / "flags", base=16) or 0) & _IFF_UP),
            carrier=number(net / "carrier") == 1,
            had_carrier=(number(net / "carrier_up_count") or 0) > 0,
        )
        for net in children(root / "sys/class/net")
        if is_there(net / "device")
    ]


def _addressed(root: Path) -> set[str]:
    """Interfaces with an address that was given to them, not one that they chose (169.254/16, fe80::/10)."""
    v4 = rows(root / "proc/net/route", 8)
    v6 = rows(root / "proc/net/if_inet6", 6)
    return {row[0] for row in v4 if not row[1].endswith(_V4_OWN_CHOICE)} | {
        row[5] for row in v6 if row[3] == "00"
    }


def _routed(root: Path) -> set[str]:
    """Interfaces with a default route."""
    v4 = rows(root / "proc/net/route", 8)
    v6 = rows(root / "proc/net/ipv6_route", 10)
    return {row[0] for row in v4 if row[1] == row[7] == _V4_ANY and _leads_on(row[3])} | {
        row[9] for row in v6 if row[1] == "00" and _leads_on(row[8])
    }


def _leads_on(flags: str) -> bool:
    return (integer(flags, 16) or 0) & (_RTF_UP | _RTF_REJECT) == _RTF_UP
