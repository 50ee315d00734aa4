"""The host of a label printer: labels in their order, a few at a time, so that it can be stopped in between.

What could not be printed is told and not tried again: nobody knows on which shelf somebody already is with the labels
that came out.
"""

import logging
import time
from collections.abc import Iterator
from typing import Any, Final

from appliance.hosts.base import STATUS_MS, JobHost, Post, fields_of
from appliance.messages import (
    Fields,
    LabelsFailed,
    LabelsPrinted,
    LabelsStepped,
    PrintLabelTexts,
)
from drivers import DeviceTrouble
from drivers.label import Label, LabelsUnconfirmed, trouble_of

log = logging.getLogger(__name__)

AT_ONCE: Final = 3
"""Copies that the driver is given at a time. Nobody can take them back, and stopping waits for them."""
TELL_EVERY_S: Final = 0.5
STOPPED: Final = "labels_stopped"


class LabelHost(JobHost):
    """Prints shelf labels, tells how far it is, and why it did not come to the end."""

    kind = "label"

    def __init__(self, name: str, driver: Any, post: Post) -> None:  # noqa: ANN401 - a driver of any class
        """Host `driver` under `name`."""
        super().__init__(name, driver, post)
        self._in_hand = 0
        self._is_given_up = False

    def print(self, job: PrintLabelTexts) -> bool:
        """Queue labels; False where the queue is full."""
        with self._changed:
            taken = self.take(lambda: self.print_now(job))
            self._in_hand += taken
        return taken

    def give_up(self) -> bool:
        """Print no more of the labels that were asked for so far; False where none are left to be printed."""
        with self._changed:
            self._is_given_up = self._in_hand > 0
            return self._is_given_up

    def print_now(self, job: PrintLabelTexts) -> None:
        """Print labels, in the host's own thread or where there is none."""
        printed, told_at = 0, time.monotonic()
        failed: tuple[str, Fields] | None = None
        for label, copies in _portions(job):
            if self._stopping or self._is_given_up:
                failed = (STOPPED, ())
                break
            try:
                self.driver.print((label,), copies, self.driver.print_ms((label,), copies))
            except DeviceTrouble as trouble:
                # That nobody knows is no state of the printer: how it is now is asked at once.
                is_known = not isinstance(trouble, LabelsUnconfirmed)
                state = trouble if is_known else self._state()
                # The job first: what becomes of it says more than how the printer is.
                self._end(job, printed, (trouble.code, _fields(trouble)))
                self._report(state)
                return
            printed += copies
            if time.monotonic() - told_at >= TELL_EVERY_S:
                told_at = time.monotonic()
                self._post(LabelsStepped(device=self.name, printed=printed))
        self._end(job, printed, failed)
        if printed:
            self.report.well()

    def _end(self, job: PrintLabelTexts, printed: int, failed: tuple[str, Fields] | None) -> None:
        with self._changed:
            self._in_hand = max(0, self._in_hand - 1)
            self._is_given_up = self._is_given_up and self._in_hand > 0
        if failed is None:
            self._post(LabelsPrinted(device=self.name, count=printed))
            return
        code, fields = failed
        log.info("%s: %s after %d of %d labels", self.name, code, printed, _count(job))
        self._post(LabelsFailed(device=self.name, printed=printed, code=code, fields=fields))

    def _look(self) -> None:
        self._report(self._state())

    def _state(self) -> DeviceTrouble | None:
        """What keeps it from printing."""
        try:
            return trouble_of(self.driver.status(STATUS_MS))
        except DeviceTrouble as trouble:
            return trouble

    def _report(self, trouble: DeviceTrouble | None) -> None:
        """Tell how the printer is; whether anything was sent is news of a job, and not of the printer."""
        if trouble is None:
            self.report.well()
        else:
            trouble.fields.pop("sent", None)
            self.report.trouble(trouble)

    def _close(self) -> None:
        # Whoever asked for labels that still wait hears that they will not come.
        while self._jobs:
            self._jobs.popleft()()
        super()._close()


def _portions(job: PrintLabelTexts) -> Iterator[tuple[Label, int]]:
    """The labels of a job, with so many copies at a time."""
    for text in job.labels:
        label = Label(
            name=text.name,
            price=text.price,
            unit_price=text.unit_price,
            barcode=text.barcode,
            note=text.note,
        )
        for begun in range(0, job.copies, AT_ONCE):
            yield label, min(AT_ONCE, job.copies - begun)


def _count(job: PrintLabelTexts) -> int:
    return len(job.labels) * job.copies


def _fields(trouble: DeviceTrouble) -> Fields:
    return tuple(field for field in fields_of(trouble) if field[0] != "sent")
