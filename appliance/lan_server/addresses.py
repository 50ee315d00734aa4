"""The names and addresses at which this machine can be reached."""

import fcntl
import ipaddress
import socket
import struct
from pathlib import Path
from typing import Final

LOCAL: Final = ("localhost", "127.0.0.1", "::1")

_SIOCGIFADDR: Final = 0x8915
_IPV6: Final = Path("/proc/net/if_inet6")
_GLOBAL: Final = "00"
_TEMPORARY: Final = 0x01
_OFTEN_VIRTUAL: Final = ipaddress.ip_network("172.16.0.0/12")


def hosts(name: str = "") -> tuple[str, ...]:
    """Where registers and browsers may look for this machine, the best first: `name` where it is given.

    Addresses come before names, since a shop's network seldom has a name server that knows them. Never empty.
    """
    machine = socket.gethostname().split(".")[0].lower()
    names = [f"{machine}.local", machine] if machine and machine != "localhost" else []
    found = [name.lower()] if name else []
    return tuple(dict.fromkeys([*found, *outward(), *names])) or ("127.0.0.1",)


def url(host: str, port: int) -> str:
    """Where a browser finds the server at `host`."""
    return f"https://[{host}]:{port}/" if ":" in host else f"https://{host}:{port}/"


def outward() -> tuple[str, ...]:
    """This machine's own addresses that others can reach, IPv4 first; none where it has no network."""
    found = [ipaddress.ip_address(text) for text in (*_of_ipv4(), *_of_ipv6())]
    reachable = [one for one in found if not (one.is_loopback or one.is_link_local)]
    # Bridges of virtual machines and containers usually have addresses of 172.16/12: they come last.
    reachable.sort(key=lambda one: (one.version, one in _OFTEN_VIRTUAL, one.packed))
    return tuple(str(one) for one in reachable)


def _of_ipv4() -> list[str]:
    """The first address of each interface (netdevice(7))."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        for _index, name in socket.if_nameindex():
            question = struct.pack("256s", name.encode()[:15])
            try:
                answer = fcntl.ioctl(asker, _SIOCGIFADDR, question)
            except OSError:
                # This interface has none.
                continue
            found.append(socket.inet_ntoa(answer[20:24]))
    return found


def _of_ipv6() -> list[str]:
    """All that are good everywhere and for long (proc(5): address, index, prefix, scope, flags, name)."""
    try:
        lines = _IPV6.read_text().splitlines()
    except OSError:
        # A kernel without IPv6.
        return []
    rows = [line.split() for line in lines]
    return [
        socket.inet_ntop(socket.AF_INET6, bytes.fromhex(row[0]))
        for row in rows
        if row[3] == _GLOBAL and not int(row[4], 16) & _TEMPORARY
    ]
