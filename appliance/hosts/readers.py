"""Hosts of what is read: barcode scanners and badge readers."""

import time
from collections.abc import Callable
from typing import Final

from appliance.hosts.base import ReadHost
from appliance.messages import BadgeRead, BadgeVoided, Event, Scan, ScanVoided
from drivers.badge import shortened

READ_MS: Final = 1_000
"""How long a reader waits for something to read, and so how late a scan that was thrown away is told of at most."""

Tap = Callable[[str | None], None]
"""Hears what was read, or None of what was read and not understood."""


class _Reader(ReadHost):
    """What scanners and badge readers share: while one is tried out, the till hears nothing of it."""

    tap: Tap | None = None
    """While it is tried out, what it reads goes here and not to the till."""

    _voided = 0

    def _tell_of_voided(self, event: Event) -> None:
        if self.driver.voided <= self._voided:
            return
        self._voided = self.driver.voided
        tap = self.tap
        if tap is None:
            self._post(event)
        else:
            tap(None)


class ScannerHost(_Reader):
    """Reads a scanner."""

    kind = "scanner"

    def _read(self) -> None:
        try:
            scan = self.driver.read(READ_MS)
        finally:
            # Before the trouble is told: a cable that was pulled in the middle of a scan does both.
            self._tell_of_voided(ScanVoided(device=self.name))
        if scan is None:
            return
        tap = self.tap
        if tap is None:
            self._post(Scan(text=scan.text, device=self.name, read_ns=time.monotonic_ns()))
        else:
            tap(scan.text)


class BadgeHost(_Reader):
    """Reads a badge reader. What a badge says is never logged, and its tap hears only of what form it is."""

    kind = "badge"

    def _read(self) -> None:
        try:
            badge = self.driver.read(READ_MS)
        finally:
            self._tell_of_voided(BadgeVoided(device=self.name))
        if badge is None:
            return
        tap = self.tap
        if tap is None:
            known = (badge, *shortened(badge))
            ids = tuple((form.form, form.id) for form in known)
            read_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
            self._post(BadgeRead(device=self.name, ids=ids, read_ns=read_ns))
        else:
            tap(badge.form)
