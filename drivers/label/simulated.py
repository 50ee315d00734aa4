"""A label printer without a printer: keeps the labels that it printed, for the demo's bench panel and for tests.

It refuses what a real one would refuse. The levers (labels, ribbon, head, pause button, cable) may be pulled by any
thread.
"""

import threading
from collections.abc import Sequence

import msgspec

from drivers import DeviceAbsent
from drivers.label import Label, LabelStatus, LabelsUnconfirmed, check_copies, print_ms
from drivers.label._session import raise_trouble
from drivers.label._stock import Stock

__all__ = ["Driver", "Options"]


class Options(Stock, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What it is called, what labels are in it, and whether it is plugged in at the start."""

    label: str = "simulated label printer"
    plugged: bool = True


class Driver:
    """A printer whose roll is a list. See `drivers.label.LabelPrinter`."""

    def __init__(self, options: Options) -> None:
        """Start with a full roll and a shut head."""
        self.label = options.label
        self._builder = options.builder()
        self._lock = threading.RLock()
        self._is_plugged = options.plugged
        self._status = LabelStatus()
        self._labels_left: int | None = None
        self._loses_answer = False
        self._labels: list[Label] = []

    @property
    def labels(self) -> tuple[Label, ...]:
        """The labels that came out, each copy of them, oldest first."""
        with self._lock:
            return tuple(self._labels)

    def zpl(self, label: Label) -> bytes:
        """What a real printer would be sent for one of them."""
        return self._builder.label(label, 1)

    # ------------------------------------------------------------------ the levers, for any thread

    def take_labels(self) -> None:
        """Take the roll out."""
        self._set(labels_out=True)

    def take_labels_after(self, count: int) -> None:
        """Let the roll end after so many more labels."""
        with self._lock:
            self._labels_left = count

    def load_labels(self) -> None:
        """Put a new roll in."""
        with self._lock:
            self._labels_left = None
            self._set(labels_out=False)

    def take_ribbon(self) -> None:
        """Let the ribbon end."""
        self._set(ribbon_out=True)

    def load_ribbon(self) -> None:
        """Put a new ribbon in."""
        self._set(ribbon_out=False)

    def open_head(self) -> None:
        """Open the print head."""
        self._set(head_open=True)

    def close_head(self) -> None:
        """Shut the print head."""
        self._set(head_open=False)

    def pause(self) -> None:
        """Press pause."""
        self._set(paused=True)

    def resume(self) -> None:
        """Press it again."""
        self._set(paused=False)

    def overheat(self) -> None:
        """Let the head become too hot."""
        self._set(fault=True)

    def cool_down(self) -> None:
        """Let it cool."""
        self._set(fault=False)

    def lose_next_answer(self) -> None:
        """Let the next labels come out and the answer get lost."""
        with self._lock:
            self._loses_answer = True

    def unplug(self) -> None:
        """Pull the cable."""
        with self._lock:
            self._is_plugged = False

    def plug(self) -> None:
        """Put the cable back in."""
        with self._lock:
            self._is_plugged = True

    # ------------------------------------------------------------------ the driver

    def print(self, labels: Sequence[Label], copies: int, timeout_ms: int) -> None:
        """Print `labels`; see `LabelPrinter.print`. Takes no time."""
        del timeout_ms
        check_copies(copies)
        if not labels:
            return
        with self._lock:
            self._check_cable()
            raise_trouble(self._status, sent=0)
            for label in labels:
                for _ in range(copies):
                    self._feed(label)
            if self._loses_answer:
                self._loses_answer = False
                raise LabelsUnconfirmed(device=self.label, sent=1, why="device_silent")

    def print_ms(self, labels: Sequence[Label], copies: int) -> int:
        """What a real one would need; see `LabelPrinter.print_ms`."""
        return print_ms(len(labels) * copies, self._builder.height_mm)

    def status(self, timeout_ms: int) -> LabelStatus:
        """How it is; see `LabelPrinter.status`."""
        del timeout_ms
        with self._lock:
            self._check_cable()
            return self._status

    def close(self) -> None:
        """Nothing to let go of."""

    def _feed(self, label: Label) -> None:
        if self._labels_left is not None:
            if self._labels_left == 0:
                self._set(labels_out=True)
                raise_trouble(self._status, sent=1)
            self._labels_left -= 1
        self._labels.append(label)

    def _set(self, **flags: bool) -> None:
        with self._lock:
            self._status = msgspec.structs.replace(self._status, **flags)

    def _check_cable(self) -> None:
        if not self._is_plugged:
            raise DeviceAbsent(device=self.label, sent=0)
