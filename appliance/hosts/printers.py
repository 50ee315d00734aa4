"""The host of a receipt printer: slips in their order, one writer a printer.

A slip that could not be printed waits for paper, cover or cable and is tried again, or goes to another printer that is
well, if the shop has one. A slip of which some may have come out is not tried again: a person decides.
"""

from collections.abc import Callable
from typing import Any, Final

from appliance.domain import receipt
from appliance.hosts.base import IDLE_S, STATUS_MS, JobHost, Post, fields_of
from appliance.messages import DeviceState, PrintFailed, PrintFinished, PrintSlip
from drivers import DeviceTrouble, printer
from drivers.printer import PrintUnconfirmed, Slip, Status

WITH_A_DRAWER_IDLE_S: Final = 1.0
"""How often an idle printer is asked for the level of its drawer's switch."""


class PrinterHost(JobHost):
    """Prints slips, one after another."""

    kind = "printer"

    def __init__(self, name: str, driver: Any, post: Post) -> None:  # noqa: ANN401 - a driver of any class
        """Host `driver` under `name`."""
        super().__init__(name, driver, post)
        # In the order in which they were asked for.
        self._wanted: dict[PrintSlip, None] = {}
        self._printing: PrintSlip | None = None
        self._has_left = False
        self.hand_over: Callable[[PrintSlip], bool] = lambda _job: False
        """Gives a slip to another printer that is well, or to any where this one was taken out; False where none is."""
        self.hear_status: Callable[[Status], None] | None = None
        """Whoever wants to know each status: the drawer on the printer's socket."""

    def print(self, job: PrintSlip) -> bool:
        """Queue a slip; False where the queue is full. One that comes while this host stops is for its successor."""
        slip = slip_of(job)
        self._wanted[job] = None
        if self.take(lambda: self._print_until_done(job, slip)) or self._stopping:
            return True
        self._wanted.pop(job, None)
        return False

    def drop(self, sale: str) -> bool:
        """Forget the slips of a sale that wait; True where there were any."""
        dropped = [job for job in tuple(self._wanted) if job.sale == sale]
        for job in dropped:
            self._wanted.pop(job, None)
        return bool(dropped)

    def leave(self) -> tuple[PrintSlip, ...]:
        """Give up the slips that wait, oldest first, for another host; to be called after `stop`.

        One that the driver has in hand still stays: whether it came out is known only when the driver returns, and if
        it did not, it goes to `hand_over`.
        """
        with self._changed:
            self._has_left = True
            left = tuple(job for job in tuple(self._wanted) if job != self._printing)
            for job in left:
                self._wanted.pop(job, None)
        return left

    def _print_until_done(self, job: PrintSlip, slip: Slip) -> None:
        self._printing = job
        self._try_to_print(job, slip)
        with self._changed:
            self._printing = None
            is_nobodys = self._has_left and job in self._wanted
        if is_nobodys:
            self._wanted.pop(job, None)
            self.hand_over(job)

    def _try_to_print(self, job: PrintSlip, slip: Slip) -> None:
        told = ""
        while job in self._wanted and not self._stopping:
            try:
                self.driver.print(slip, self.driver.print_ms(slip))
            except DeviceTrouble as trouble:
                self.report.trouble(trouble)
                if may_be_on_paper(trouble):
                    self._wanted.pop(job, None)
                    self._post(failed_slip(job, self.name, trouble))
                    return
                if self.hand_over(job):
                    self._wanted.pop(job, None)
                    return
                if trouble.code != told:
                    told = trouble.code
                    self._post(failed_slip(job, self.name, trouble))
                self._pause(IDLE_S / 3)
            else:
                self._wanted.pop(job, None)
                self._post(PrintFinished(sale=job.sale, copy=job.copy, device=self.name))
                # Paper that is low is still low; the next look tells what a slip cannot.
                if not self.report.is_well:
                    self.report.well()
                return

    def _look(self) -> None:
        try:
            status = self.driver.status(STATUS_MS)
        except DeviceTrouble as trouble:
            self.report.trouble(trouble)
            return
        if self.hear_status is not None:
            self.hear_status(status)
        if status.can_print:
            if status.paper is printer.Paper.LOW:
                self.report.state(DeviceState.OK, "paper_low", ())
            else:
                self.report.well()
        else:
            self.report.state(DeviceState.TROUBLE, why_not(status), ())


def slip_of(job: PrintSlip) -> Slip:
    """The slip of a job, in the printers' own words."""
    return Slip(tuple(made for line in job.lines for made in _print_lines(line)))


def may_be_on_paper(trouble: DeviceTrouble) -> bool:
    """Whether some of a slip may have come out: such a slip is never printed again unasked."""
    return isinstance(trouble, PrintUnconfirmed) or bool(trouble.fields.get("sent"))


def failed_slip(job: PrintSlip, device: str, trouble: DeviceTrouble) -> PrintFailed:
    """The event of a slip that did not come out, or of which nobody knows."""
    return PrintFailed(
        sale=job.sale,
        copy=job.copy,
        device=device,
        code=trouble.code,
        fields=fields_of(trouble),
        maybe_on_paper=may_be_on_paper(trouble),
    )


def why_not(status: Status) -> str:
    """The code of what keeps a printer from printing."""
    if status.cover_open:
        return printer.CoverOpen.code
    if status.paper is printer.Paper.OUT:
        return printer.PaperOut.code
    if status.cutter_error:
        return printer.CutterJammed.code
    return printer.PrinterFault.code if status.error else printer.PrinterOffline.code


def _print_lines(line: receipt.ReceiptLine) -> tuple[printer.SlipLine, ...]:
    made: tuple[printer.SlipLine, ...]
    match line:
        case receipt.TextLine():
            made = (printer.TextLine(line.text, line.align.value, line.bold, line.large),)
        case receipt.PairLine():
            made = (printer.PairLine(line.left, line.right, line.bold, line.large),)
        case receipt.Rule():
            made = (printer.Rule(),)
        case receipt.Blank():
            made = (printer.Blank(),)
        case receipt.BarcodeLine():
            made = (printer.BarcodeLine(line.symbology, line.text),)  # type: ignore[arg-type]
        case receipt.QrLine():
            made = (printer.QrLine(line.text), printer.TextLine(line.text, "center"))
        case receipt.LogoLine():
            made = (printer.LogoLine(),)
        case receipt.Cut():
            made = (printer.Cut(),)
    return made
