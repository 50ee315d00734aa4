"""Hosts of what is read: barcode scanners and badge readers."""

import time
from collections.abc import Callable
from typing import Final

from appliance.hosts.base import ReadHost
from appliance.messages import BadgeRead, Scan, ScanVoided
from drivers.badge import shortened

READ_MS: Final = 1_000
"""How long a reader waits for something to read, and so how late a scan that was thrown away is told of at most."""

Tap = Callable[[str], None]


class ScannerHost(ReadHost):
    """Reads a scanner."""

    kind = "scanner"

    tap: Tap | None = None
    """While a scanner is tried out, its scans go here and not to the till."""

    _voided = 0

    def _read(self) -> None:
        try:
            scan = self.driver.read(READ_MS)
        finally:
            # Before the trouble is told: a cable that was pulled in the middle of a scan does both.
            self._tell_of_voided()
        if scan is None:
            return
        tap = self.tap
        if tap is None:
            self._post(Scan(text=scan.text, device=self.name, read_ns=time.monotonic_ns()))
        else:
            tap(scan.text)

    def _tell_of_voided(self) -> None:
        if self.driver.voided > self._voided:
            self._voided = self.driver.voided
            self._post(ScanVoided(device=self.name))


class BadgeHost(ReadHost):
    """Reads a badge reader. What a badge says is never logged."""

    kind = "badge"

    tap: Tap | None = None
    """While a reader is tried out, the forms of its badges go here and not to the till."""

    def _read(self) -> None:
        badge = self.driver.read(READ_MS)
        if badge is None:
            return
        tap = self.tap
        if tap is None:
            known = (badge, *shortened(badge))
            ids = tuple((form.form, form.id) for form in known)
            self._post(BadgeRead(device=self.name, ids=ids))
        else:
            tap(badge.form)
