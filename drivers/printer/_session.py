"""The conversation with an ESC/POS printer: look, print, and ask whether it is done.

1. DLE EOT 1 to 4 before the slip: nothing is sent to a printer that would not print it.
2. The slip, in one go, with GS r 1 behind the cut. The printer answers that in its turn, so the
   answer means that everything before it is done. (DLE EOT is answered at once and proves nothing.)
3. While that answer is missing, DLE EOT tells why: paper, cover, fault.

A slip is confirmed once. A printer that does it more often talks nonsense and is not believed, and
one that never stops talking is asked nothing.

A trouble closes the connection. The next use opens a new one, after a power cut, a pulled cable or
a replaced printer alike. If a slip was left unconfirmed, its answer may still come; it is waited
out before the next slip, so that no slip is confirmed by its predecessor's answer. And if it was
torn in the middle of a picture, a printer that kept its power still waits for the rest and would
swallow what comes next: so many NULs go first as a picture may lack.
"""

from collections.abc import Callable, Iterator
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

OPEN_MS: Final = 2500
"""A printer on the same network answers in milliseconds. One that is switched off never does, and who
waits for it holds up whoever wants the drawer."""
ANSWER_MS: Final = 2000
"""A printer answers DLE EOT within milliseconds; a radio link may take longer."""
QUIET_MS: Final = 300
LOOK_EVERY_MS: Final = 400
MOST_LATE: Final = 16
"""Answers that may come at once: to earlier questions too, which nobody was patient enough to hear."""
NONSENSE: Final = "gives no answer but nonsense"
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
        self._heard = escpos.Sorter()

    def print(self, slip: Slip, timeout_ms: int) -> None:
        """Print `slip`; see `Printer.print`."""
        deadline = Deadline(timeout_ms)
        job = self._builder.slip(slip, hush=self._asks).message
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
        and one that still has the slip before in hand would open it behind that: they get the
        command that is done at once or never.
        """
        check_pulse(on_ms, off_ms)
        deadline = Deadline(timeout_ms)
        with self._session():
            with _marked(sent=0):
                is_ready = self._look(deadline).can_print
            with _marked(sent=1):
                is_free = is_ready and not self._is_unsettled
                pulse = escpos.pulse(pin, on_ms, off_ms) if is_free else escpos.pulse_now(pin)
                self._transport.send(pulse, deadline)
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
        self._transport.open(deadline.at_most(OPEN_MS))
        self._heard = escpos.Sorter()
        return self._ask(deadline.at_most(ANSWER_MS))

    def _ask(self, deadline: Deadline) -> Status:
        if not self._asks:
            return Status(online=True)
        while self._hear(Deadline(0)):
            # Answers to earlier questions answer nothing now.
            if deadline.is_over:
                raise DeviceSilent(device=self.label, why="never stops talking")
        return self._status_now(deadline)

    def _status_now(self, deadline: Deadline) -> Status:
        answers: list[int] = []
        for number in escpos.STATUS_QUESTIONS:
            self._heard.forget_statuses()
            self._transport.send(escpos.question(number), deadline)
            self._await(lambda: self._heard.statuses > 0, deadline)
            if self._heard.statuses > MOST_LATE:
                raise DeviceSilent(device=self.label, why=NONSENSE)
            answers.append(self._heard.status)
        first, second, third, fourth = answers
        return escpos.read_status((first, second, third, fourth))

    def _hear(self, deadline: Deadline) -> bool:
        """Take what comes and sort it; False when nothing came in time."""
        received = self._transport.receive(deadline)
        self._heard.take(received)
        return bool(received)

    def _listen(self, deadline: Deadline) -> None:
        """The same, but `DeviceSilent` is raised when nothing came in time."""
        if not self._hear(deadline):
            raise DeviceSilent(device=self.label, why="gives no answer")

    def _await(self, has_come: Callable[[], bool], deadline: Deadline) -> None:
        """Listen until it has come; one who only talks of other things is silent, too."""
        while not has_come():
            was_over = deadline.is_over
            self._listen(deadline)
            if was_over and not has_come():
                raise DeviceSilent(device=self.label, why=NONSENSE)

    def _settle(self, deadline: Deadline) -> None:
        """Wait for the end of a slip that was not confirmed, if there was one."""
        if not self._is_unsettled:
            return
        if not self._asks:
            self._transport.send(escpos.PADDING, deadline)
            return
        self._heard.forget_confirmations()
        self._transport.send(escpos.PADDING + escpos.CONFIRM, deadline)
        try:
            self._await(lambda: self._heard.confirmations > 0, deadline)
        except DeviceSilent as trouble:
            raise StillPrinting(device=self.label) from trouble
        # The first answer may have been the old slip's; then the other follows at its heels.
        while self._hear(deadline.at_most(QUIET_MS)):
            # Nothing that comes now is about the next slip.
            if deadline.is_over:
                raise DeviceSilent(device=self.label, why="never stops talking")
        self._is_unsettled = False

    def _send_and_wait(self, job: bytes, deadline: Deadline) -> None:
        self._is_unsettled = True
        if not self._asks:
            self._transport.send(job, deadline)
            self._is_unsettled = False
            return
        self._heard.forget_confirmations()
        self._transport.send(job + escpos.CONFIRM, deadline)
        was_in_trouble = False
        while self._heard.confirmations == 0:
            if deadline.is_over:
                raise DeviceSilent(device=self.label, why="does not say that it is done")
            try:
                self._listen(deadline.at_most(LOOK_EVERY_MS))
                continue
            except DeviceSilent:
                status = self._status_if_it_answers(deadline)
            if self._heard.confirmations > 0 or status is None:
                continue
            # Twice in a row: a printer may be offline for the moment of a paper feed.
            if was_in_trouble:
                _check(status, sent=1)
            was_in_trouble = not status.can_print
        if self._heard.confirmations > 1:
            raise DeviceSilent(device=self.label, why=NONSENSE)
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
