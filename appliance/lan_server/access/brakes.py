"""What slows down whoever asks too often: one bucket of tokens an address, in memory.

An IPv6 network of 64 bits counts as one address, because whoever has one address of it has all. At most so many
addresses are remembered; those that were seen longest ago are forgotten first.
"""

import ipaddress
import threading
from collections import OrderedDict
from typing import Final

from appliance.problems import Refusal

MOST_ADDRESSES: Final = 4096
_IPV6_NETWORK: Final = 64


class TooOften(Refusal):
    """Too many questions from one address: ask again in `wait_ms`."""

    code = "too_often"


class Brake:
    """Lets `burst` through at once from each address, and then one every `refill_ms`."""

    def __init__(self, burst: int, refill_ms: int) -> None:
        """Nobody has asked yet."""
        self._burst_ms = burst * refill_ms
        self._refill_ms = refill_ms
        self._spent: OrderedDict[str, int] = OrderedDict()
        """Until when each address has spent its tokens, in the time of `take`."""
        self._lock = threading.Lock()

    def take(self, address: str, now_ms: int) -> None:
        """One question from `address`. `now_ms` never goes back. Raises `TooOften`."""
        key = network_of(address)
        with self._lock:
            spent = max(self._spent.pop(key, now_ms), now_ms) + self._refill_ms
            over = spent - now_ms - self._burst_ms
            self._spent[key] = spent if over <= 0 else spent - self._refill_ms
            while len(self._spent) > MOST_ADDRESSES:
                self._spent.popitem(last=False)
        if over > 0:
            raise TooOften(wait_ms=over)


def network_of(address: str) -> str:
    """What counts as one address; a text that is none counts as itself."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, _IPV6_NETWORK), strict=False))
    return str(found)
