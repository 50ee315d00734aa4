"""Holds the terminal while the till draws on the screen without an X server (`[screen] driver = "kmsdrm"`).

`open-pos-x.service` becomes this in Xorg's place. The kernel's console would otherwise write over the picture, blink
its cursor in it, and take what is typed for commands. Standard library only.
"""

import fcntl
import signal
import sys
from typing import Final

from appliance.watchdog import notify

# linux/kd.h
_KDSETMODE: Final = 0x4B3A
_KD_TEXT, _KD_GRAPHICS = 0, 1
_KDGKBMODE: Final = 0x4B44
_KDSKBMODE: Final = 0x4B45
_K_OFF: Final = 4


def hold(terminal: int = 0) -> int:
    """Keep the terminal of this descriptor blind and mute until SIGTERM. Returns the exit code.

    Where it is no terminal of the kernel's it is only waited: the picture is what matters.
    """
    asked = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, asked)
    keys_before = bytearray(4)
    try:
        fcntl.ioctl(terminal, _KDGKBMODE, keys_before)
        fcntl.ioctl(terminal, _KDSKBMODE, _K_OFF)
        fcntl.ioctl(terminal, _KDSETMODE, _KD_GRAPHICS)
    except OSError as why:
        sys.stderr.write(f"the terminal stays as it is: {why.strerror}\n")
        keys_before = bytearray()
    notify("READY=1\nSTATUS=the till draws by itself")
    signal.sigwait(asked)
    if keys_before:
        fcntl.ioctl(terminal, _KDSETMODE, _KD_TEXT)
        fcntl.ioctl(terminal, _KDSKBMODE, int.from_bytes(keys_before, sys.byteorder))
    return 0
