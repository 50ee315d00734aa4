"""The service manager's watchdog (sd_notify(3)): fed only while both the screen and the register thread answer."""

import os
import socket
from typing import Final

MORE_TIME: Final = "EXTEND_TIMEOUT_USEC=120000000"
"""Said while a start goes on: the service manager waits two minutes from now, whatever its limit was."""

_SOCKET: Final = "NOTIFY_SOCKET"


def notify(state: str) -> None:
    """Tell systemd a state such as `READY=1` or `WATCHDOG=1`; does nothing where nobody asked for it."""
    address = os.environ.get(_SOCKET)
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
        try:
            sender.sendto(state.encode(), address)
        except OSError:
            # A service manager that went away will notice our silence by itself.
            return
