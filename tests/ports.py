"""Ports for the servers that a test starts: none that the kernel may hand to somebody else meanwhile."""

import random
import socket
from typing import Final

_FIRST: Final = 20_000
_LAST: Final = 32_000
"""Below those that Linux gives to whoever connects (`ip_local_port_range`, 32768 and up)."""
_given: set[int] = set()


def free_port() -> int:
    """A port at which nobody listens now, and which was not given before."""
    while True:
        port = random.SystemRandom().randrange(_FIRST, _LAST)
        if port in _given:
            continue
        with socket.socket() as one:
            try:
                one.bind(("", port))
            except OSError:
                continue
        _given.add(port)
        return port
