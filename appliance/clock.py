"""What time it is, and whether that can be believed.

A Raspberry Pi before the 5 has no battery clock: after a power cut it starts somewhere in the past until a time
server answers. So a moment is more than a wall time: it names the boot it belongs to and the nanoseconds since
that boot, by which a wrong wall time can be put right later (DESIGN §1 rule 10).
"""

import ctypes
import ctypes.util
import time
from pathlib import Path
from typing import Final, NamedTuple, Protocol

_STA_UNSYNC: Final = 0x0040
_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
_TRUST_CHECK_NS: Final = 10_000_000_000


class Moment(NamedTuple):
    """One instant as this device sees it.

    `at_ms` is UTC milliseconds by the wall clock, `ok` whether that clock was synchronised, `boot` names the
    boot and `boot_ns` is the time since that boot, suspended time included.
    """

    at_ms: int
    ok: bool
    boot: str
    boot_ns: int


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> Moment:
        """The present moment. Never blocks."""
        ...


class SystemClock:
    """The machine's clock. Trusted while the kernel says that a time server disciplines it (adjtimex(2))."""

    def __init__(self, *, always_ok: bool = False) -> None:
        """With `always_ok` the clock is believed without asking, as a demo on a laptop does."""
        self._always_ok = always_ok
        self._boot = _BOOT_ID.read_text().strip().replace("-", "")[:12]
        self._libc = ctypes.CDLL(ctypes.util.find_library("c"), use_errno=True)
        self._checked_ns = -_TRUST_CHECK_NS
        self._ok = always_ok

    def now(self) -> Moment:
        """The present moment; asks the kernel for its trust at most every ten seconds."""
        boot_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        if not self._always_ok and boot_ns - self._checked_ns >= _TRUST_CHECK_NS:
            self._checked_ns = boot_ns
            self._ok = self._kernel_is_synchronised()
        return Moment(time.time_ns() // 1_000_000, self._ok, self._boot, boot_ns)

    def _kernel_is_synchronised(self) -> bool:
        timex = _Timex()
        if self._libc.adjtimex(ctypes.byref(timex)) < 0:
            return False
        return not timex.status & _STA_UNSYNC


class ScriptedClock:
    """A clock that a script sets. Each reading is one millisecond after the last, so no two are equal."""

    def __init__(self, at_ms: int, boot: str = "script") -> None:
        """Start at `at_ms` UTC."""
        self._start_ms = at_ms
        self._at_ms = at_ms
        self._boot = boot
        self._boot_ns = 0

    def set(self, at_ms: int) -> None:
        """The next reading will be `at_ms`."""
        self._boot_ns += max(0, at_ms - self._at_ms) * 1_000_000
        self._at_ms = at_ms

    def now(self) -> Moment:
        """The moment that was set last, and a millisecond more with each reading."""
        moment = Moment(self._at_ms, ok=True, boot=self._boot, boot_ns=self._boot_ns)
        self._at_ms += 1
        self._boot_ns += 1_000_000
        return moment


class _Timex(ctypes.Structure):
    """The head of `struct timex` (adjtimex(2)), padded to more than its full size."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_char * 256),
    )
