"""A Wi-Fi in the air around the emulated till: the kernel's own simulated radios (`mac80211_hwsim`).

The till has one of them. The other one is in a network namespace of its own, where wpa_supplicant is the access point
and a few lines of Python give out an address, so that the two know of each other by radio alone.
"""

import shlex
from typing import Final

from tests.image.till import Till

WORDS: Final = "modules_load=mac80211_hwsim mac80211_hwsim.radios=2"
"""On the kernel's command line."""
NAME: Final = "Corner: Wi-Fi"
PASSWORD: Final = "Latte & co: 7"
ADDRESS: Final = "10.77.0."
"""What the till's address begins with, once it has one."""

_ACCESS_POINT: Final = f"""\
network={{
  ssid="{NAME}"
  mode=2
  frequency=2437
  key_mgmt=WPA-PSK
  proto=RSN
  pairwise=CCMP
  psk="{PASSWORD}"
}}
"""
_ADDRESSES: Final = f"""\
import socket
here = socket.inet_aton("{ADDRESS}1")
yours = socket.inet_aton("{ADDRESS}20")
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
server.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"wlan1")
server.bind(("", 67))
while True:
    asked = server.recv(2000)
    options, told = asked[240:], {{}}
    while options and options[0] != 255:
        told[options[0]] = options[2:2 + options[1]]
        options = options[2 + options[1]:]
    kind = {{1: 2, 3: 5}}.get(told[53][0])
    if kind:
        head = bytes((2, 1, 6, 0)) + asked[4:8] + bytes(8) + yours + here + bytes(4) + asked[28:236]
        tail = bytes((53, 1, kind, 54, 4)) + here + bytes((51, 4, 0, 1, 0, 0, 1, 4, 255, 255, 255, 0, 255))
        server.sendto(head + asked[236:240] + tail, ("255.255.255.255", 68))
"""
"""A DHCP server with one address to give (RFC 2131, 2132): it answers DISCOVER with OFFER and REQUEST with ACK."""


def away(till: Till) -> None:
    """The second radio leaves the till for the street, and is silent there."""
    till.sh("until [ -e /sys/class/net/wlan1 ]; do sleep 1; done")
    till.sh("ip netns add street")
    till.sh("iw phy $(cat /sys/class/net/wlan1/phy80211/name) set netns name street")


def on(till: Till) -> None:
    """The router is switched on."""
    _writes(till, "/run/street.conf", _ACCESS_POINT)
    _writes(till, "/run/street.py", _ADDRESSES)
    till.sh(f"ip -n street addr add {ADDRESS}1/24 dev wlan1")
    till.sh(f"{_RUN}-ap {_IN_STREET} /usr/sbin/wpa_supplicant -i wlan1 -c /run/street.conf")
    till.sh(f"{_RUN}-dhcp {_IN_STREET} /usr/bin/python3 /run/street.py")


_RUN: Final = "systemd-run -q --unit street"
_IN_STREET: Final = "-p NetworkNamespacePath=/run/netns/street"


def _writes(till: Till, path: str, text: str) -> None:
    """A file in the till's memory. A terminal takes no long lines, so it goes there in short ones."""
    till.sh(f"rm -f {path}")
    for line in text.splitlines():
        till.sh(f"echo {shlex.quote(line)} >>{path}")
