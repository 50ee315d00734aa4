"""The conversation with an ESC/POS printer: look, print, and ask whether it is done.

1. DLE EOT 1 to 4 before the slip: nothing is sent to a printer that would not print it.
2. The slip, in one go, with GS r 1 behind the cut. The printer answers that in its turn, so the
   answer means that everything before it is done. (DLE EOT is answered at once and proves nothing.)
3. While that answer is missing, DLE EOT tells why: paper, cover, fault.

A trouble closes the connection. The next use opens a new one, after a power cut, a pulled cable or
a replaced printer alike. If a slip was left unconfirmed, its answer may still come; it is waited
out before the next slip, so that no slip is confirmed by its predecessor's answer. And if it was
torn in the middle of a picture, a printer that kept its power still waits for the rest and would
swallow what comes next: so many NULs go first as a picture may lack.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from drivers import DeviceAbsent, DeviceSilent, DeviceTrouble
from drivers._clock import Deadline
from drivers.printer import (
    PRINT_MS,
    CoverOpen,
    CutterJammed,
    DrawerPin,
    Paper,
    PaperOut,
    PrinterFault,
    PrinterOffline,
    PrintUnconfirmed,
    Slip,
    Status,
    StillPrinting,
    check_pulse,
)
from drivers.printer import _escpos as escpos
from drivers.printer._transport import Transport

ANSWER_MS: Final = 2000
"""A printer answers DLE EOT within milliseconds; a radio link may take longer."""
QUIET_MS: Final = 300
LOOK_EVERY_MS: Final = 400
FEED_DOTS_PER_S: Final = 400
"""50 mm a second at 8 dots a millimetre: slow printers, and fast ones on a weak supply."""


class EscposPrinter:
    """A printer at the end of a transport. See `drivers.printer.Printer`."""

    def __init__(self, transport: Transport, builder: escpos.Builder, *, confirm: bool) -> None:
        """Connect to nothing yet. Without `confirm` the printer is asked nothing, and believed."""
        self.label = transport.label
        self._transport = transport
        self._builder = builder
        self._asks = confirm and transport.can_answer
        self._is_unsettled = False
        self._statuses: list[int] = []
        self._confirmations: list[int] = []

    def print(self, slip: Slip, timeout_ms: int) -> None:
        """Print `slip`; see `Printer.print`."""
        deadline = Deadline(timeout_ms)
        job = self._builder.slip(slip).message
        with self._session():
            with _marked(sent=0):
                _check(self._look(deadline), sent=0)
                self._settle(deadline)
            try:
                self._send_and_wait(job, deadline)
            except (DeviceAbsent, DeviceSilent) as trouble:
                raise PrintUnconfirmed(device=self.label, sent=1, why=trouble.code) from trouble

    def print_ms(self, slip: Slip) -> int:
        """A time limit for `slip`; see `Printer.print_ms`."""
        job = self._builder.slip(slip)
        wire_ms = len(job.message) * 1000 // self._transport.bytes_per_s
        return PRINT_MS + wire_ms + job.feed_dots * 1000 // FEED_DOTS_PER_S

    def status(self, timeout_ms: int) -> Status:
        """How the printer is; see `Printer.status`."""
        with self._session():
            return self._look(Deadline(timeout_ms))

    def kick(self, pin: DrawerPin, on_ms: int, off_ms: int, timeout_ms: int) -> None:
        """Open the drawer; see `Printer.kick`.

        A printer that is blocked would keep `ESC p` and open the drawer when somebody loads paper,
        so it gets the command that is done at once or never.
        """
        check_pulse(on_ms, off_ms)
        deadline = Deadline(timeout_ms)
        with self._session():
            with _marked(sent=0):
                is_ready = self._look(deadline).can_print
            with _marked(sent=1):
                if not is_ready:
                    command = escpos.pulse_now(pin)
                elif self._is_unsettled:
                    command = escpos.PADDING + escpos.pulse(pin, on_ms, off_ms)
                else:
                    command = escpos.pulse(pin, on_ms, off_ms)
                self._transport.send(command, deadline)
                if self._asks:
                    # An answer means that the pulse was read, and may safely be followed by a hang-up.
                    self._ask(deadline.at_most(ANSWER_MS))

    def close(self) -> None:
        """Disconnect."""
        self._transport.close()

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

    def _look(self, deadline: Deadline) -> Status:
        """Connect if need be and ask how it is. A kept connection that is dead is replaced once."""
        if self._transport.is_open:
            try:
                return self._ask(deadline.at_most(ANSWER_MS))
            except (DeviceAbsent, DeviceSilent):
                self._transport.close()
        self._transport.open(deadline)
        return self._ask(deadline.at_most(ANSWER_MS))

    def _ask(self, deadline: Deadline) -> Status:
        if not self._asks:
            return Status(online=True)
        while self._transport.receive(Deadline(0)) and not deadline.is_over:
            """Answers to earlier questions answer nothing now; one who never stops talking is not heard out."""
        return self._status_now(deadline)

    def _status_now(self, deadline: Deadline) -> Status:
        answers: list[int] = []
        for number in escpos.STATUS_QUESTIONS:
            self._statuses.clear()
            self._transport.send(escpos.question(number), deadline)
            self._await(self._statuses, deadline)
            answers.append(self._statuses[0])
        first, second, third, fourth = answers
        return escpos.read_status((first, second, third, fourth))

    def _listen(self, deadline: Deadline) -> None:
        """Take what comes and sort it. Raises `DeviceSilent` when nothing came in time."""
        received = self._transport.receive(deadline)
        if not received:
            raise DeviceSilent(device=self.label, why="gives no answer")
        self._statuses.extend(byte for byte in received if escpos.is_status(byte))
        self._confirmations.extend(byte for byte in received if escpos.is_confirmation(byte))

    def _await(self, wanted: list[int], deadline: Deadline) -> None:
        """Listen until there is something in `wanted`; one who only talks of other things is silent, too."""
        while not wanted:
            was_over = deadline.is_over
            self._listen(deadline)
            if was_over and not wanted:
                raise DeviceSilent(device=self.label, why="gives no answer but nonsense")

    def _settle(self, deadline: Deadline) -> None:
        """Wait for the end of a slip that was not confirmed, if there was one."""
        if not self._is_unsettled:
            return
        if not self._asks:
            self._transport.send(escpos.PADDING, deadline)
            return
        self._confirmations.clear()
        self._transport.send(escpos.PADDING + escpos.CONFIRM, deadline)
        try:
            self._await(self._confirmations, deadline)
        except DeviceSilent as trouble:
            raise StillPrinting(device=self.label) from trouble
        # The first answer may have been the old slip's; then the other follows at its heels.
        while self._transport.receive(deadline.at_most(QUIET_MS)) and not deadline.is_over:
            """Nothing that comes now is about the next slip."""
        self._is_unsettled = False

    def _send_and_wait(self, job: bytes, deadline: Deadline) -> None:
        self._is_unsettled = True
        if not self._asks:
            self._transport.send(job, deadline)
            self._is_unsettled = False
            return
        self._confirmations.clear()
        self._transport.send(job + escpos.CONFIRM, deadline)
        was_in_trouble = False
        while not self._confirmations:
            if deadline.is_over:
                raise DeviceSilent(device=self.label, why="does not say that it is done")
            try:
                self._listen(deadline.at_most(LOOK_EVERY_MS))
                continue
            except DeviceSilent:
                status = self._status_if_it_answers(deadline)
            if self._confirmations or status is None:
                continue
            # Twice in a row: a printer may be offline for the moment of a paper feed.
            if was_in_trouble:
                _check(status, sent=1)
            was_in_trouble = not status.can_print
        self._is_unsettled = False

    def _status_if_it_answers(self, deadline: Deadline) -> Status | None:
        """Some printers are deaf while they print; only the end of the time is a verdict on them."""
        try:
            return self._status_now(deadline.at_most(ANSWER_MS))
        except DeviceSilent:
            return None


@contextmanager
def _marked(sent: int) -> Iterator[None]:
    """Add to a trouble whether anything of the job may have reached the printer."""
    try:
        yield
    except DeviceTrouble as trouble:
        trouble.fields.setdefault("sent", sent)
        raise


def _check(status: Status, sent: int) -> None:
    """Raise what keeps the printer from printing. An open cover hides the paper, so it comes first."""
    if status.cover_open:
        raise CoverOpen(sent=sent)
    if status.paper is Paper.OUT:
        raise PaperOut(sent=sent)
    if status.cutter_error:
        raise CutterJammed(sent=sent)
    if status.error:
        raise PrinterFault(sent=sent)
    if not status.online:
        raise PrinterOffline(sent=sent)
