"""The conversation with a ZPL printer: look, print, and ask until nothing is left to print.

`~HS` is answered when the printer has read everything before it. So after the labels it tells how many formats and
labels still wait; when twice in a row there are none, all of them came out. While some wait, it tells why: labels
out, ribbon out, head open, paused.

A trouble closes the connection, and the next use opens a new one.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from drivers import DeviceAbsent, DeviceRefused, DeviceSilent, DeviceTrouble
from drivers._clock import Deadline
from drivers.label import (
    Label,
    LabelPrinterSilent,
    LabelStatus,
    LabelsUnconfirmed,
    check_copies,
    print_ms,
    trouble_of,
)
from drivers.label import _zpl as zpl
from drivers.label._letters import FontMissing
from drivers.printer._transport import Transport

ANSWER_MS: Final = 2000
LOOK_EVERY_MS: Final = 250


class ZplPrinter:
    """A printer at the end of a transport. See `drivers.label.LabelPrinter`."""

    def __init__(self, transport: Transport, builder: zpl.Builder, *, confirm: bool) -> None:
        """Connect to nothing yet. Without `confirm` the printer is asked nothing, and believed."""
        self.label = transport.label
        self._transport = transport
        self._builder = builder
        self._asks = confirm and transport.can_answer

    def print(self, labels: Sequence[Label], copies: int, timeout_ms: int) -> None:
        """Print `labels`; see `LabelPrinter.print`."""
        check_copies(copies)
        deadline = Deadline(timeout_ms)
        formats = self._formats(labels, copies)
        if not formats:
            return
        with self._session():
            with _marked(sent=0):
                raise_trouble(self._look(deadline), sent=0)
            try:
                for each in formats:
                    self._transport.send(each, deadline)
                self._wait_until_done(deadline)
            except (DeviceAbsent, DeviceSilent) as trouble:
                raise LabelsUnconfirmed(device=self.label, sent=1, why=trouble.code) from trouble

    def print_ms(self, labels: Sequence[Label], copies: int) -> int:
        """A time limit for `print`; see `LabelPrinter.print_ms`."""
        # At worst, all of a label is a picture. Building it only to know its bytes would be as slow as printing it.
        wire_ms = len(labels) * self._builder.picture_bytes * 1000 // self._transport.bytes_per_s
        return print_ms(len(labels) * copies, self._builder.height_mm) + wire_ms

    def status(self, timeout_ms: int) -> LabelStatus:
        """How the printer is; see `LabelPrinter.status`."""
        with self._session():
            return self._look(Deadline(timeout_ms))

    def close(self) -> None:
        """Disconnect."""
        self._transport.close()

    def _formats(self, labels: Sequence[Label], copies: int) -> list[bytes]:
        try:
            return [self._builder.label(label, copies) for label in labels]
        except FontMissing as trouble:
            why = f"{trouble} is missing: install fonts-dejavu-core and fonts-droid-fallback"
            raise DeviceRefused(device=self.label, why=why, sent=0) from trouble

    @contextmanager
    def _session(self) -> Iterator[None]:
        """Close after a trouble; else only if others may want the printer."""
        try:
            yield
        except BaseException:
            self._transport.close()
            raise
        if self._transport.is_shared:
            self._transport.close()

    def _look(self, deadline: Deadline) -> LabelStatus:
        """Connect if need be and ask how it is. A kept connection that is dead is replaced once."""
        if self._transport.is_open:
            try:
                return self._ask(deadline.at_most(ANSWER_MS))
            except (DeviceAbsent, DeviceSilent):
                self._transport.close()
        self._transport.open(deadline)
        return self._ask(deadline.at_most(ANSWER_MS))

    def _ask(self, deadline: Deadline) -> LabelStatus:
        if not self._asks:
            return LabelStatus()
        while self._transport.receive(Deadline(0)) and not deadline.is_over:
            """Answers to earlier questions answer nothing now."""
        self._transport.send(zpl.QUESTION, deadline)
        answer = b""
        while len(answer) <= zpl.ANSWER_LONGEST:
            status = zpl.read_status(answer)
            if status is not None:
                return status
            received = self._transport.receive(deadline)
            if not received:
                break
            answer += received
        raise LabelPrinterSilent(device=self.label, why="gives no answer that can be read")

    def _wait_until_done(self, deadline: Deadline) -> None:
        if not self._asks:
            return
        quiet = troubled = 0
        while quiet < 2:
            if deadline.is_over:
                raise DeviceSilent(device=self.label, why="does not say that it is done")
            try:
                status = self._ask(deadline.at_most(ANSWER_MS))
            except LabelPrinterSilent:
                # Some are deaf in trouble; only the end of the time is a verdict on them.
                continue
            # Twice in a row, both: between reading a format and printing it, a printer may say that it has none.
            quiet = 0 if status.waiting else quiet + 1
            troubled = 0 if status.can_print else troubled + 1
            if status.waiting and troubled > 1:
                raise_trouble(status, sent=1)
            if quiet < 2:
                self._transport.receive(deadline.at_most(LOOK_EVERY_MS))


def raise_trouble(status: LabelStatus, sent: int) -> None:
    """Raise what keeps the printer from printing."""
    trouble = trouble_of(status)
    if trouble is not None:
        trouble.fields["sent"] = sent
        raise trouble


@contextmanager
def _marked(sent: int) -> Iterator[None]:
    """Add to a trouble whether anything of the job may have reached the printer."""
    try:
        yield
    except DeviceTrouble as trouble:
        trouble.fields.setdefault("sent", sent)
        raise
