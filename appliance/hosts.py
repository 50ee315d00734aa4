"""Hosts for drivers: one thread a device, a bounded queue of jobs, and every trouble reported once.

A host opens its driver, tries again when the device is away, and turns what happens into messages for the register.

    scanner   reads and posts `Scan`
    printer   prints slips in their order; one that could not be printed waits for paper, cover or cable and is
              tried again; one of which some may have come out is not
    drawer    kicks at most once: a kick that failed is reported, never repeated. A drawer on a printer's socket
              is kicked by the printer's own thread, because a printer has one writer
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

import drivers
from appliance.domain import receipt
from appliance.messages import (
    DeviceChanged,
    DeviceState,
    DrawerFailed,
    Event,
    Fields,
    KickDrawer,
    PrintFailed,
    PrintFinished,
    PrintSlip,
    Scan,
)
from drivers import DeviceTrouble, printer
from drivers.drawer import Drawer, DrawerJammed
from drivers.printer import Printer, PrintUnconfirmed, Slip
from drivers.scanner import Scanner

log = logging.getLogger(__name__)

QUEUE_LENGTH: Final = 100
"""Jobs that wait for one device; a longer queue is refused, and that is shown."""

OPEN_MS: Final = 2_000
READ_MS: Final = 5_000
PRINT_MS: Final = 15_000
STATUS_MS: Final = 2_000
KICK_MS: Final = 2_000
LOOKS_AT_DRAWER: Final = 10
LOOK_AGAIN_S: Final = 0.1
IDLE_S: Final = 3.0
"""How often an idle printer is asked how it is, and how soon a device that is away is tried again."""

Post = Callable[[Scan | Event], None]


class Host(Protocol):
    """What all hosts can do."""

    def start(self) -> None:
        """Begin to work in a thread of its own."""
        ...

    def stop(self) -> None:
        """End the thread, within the time limit of the driver's running call."""
        ...


class ScannerHost:
    """Reads a scanner."""

    kind: Final = "scanner"

    def __init__(self, name: str, driver: Scanner, post: Post) -> None:
        """Host `driver` under `name`."""
        self.name = name
        self._driver = driver
        self._report = _Reporter(name, self.kind, post)
        self._post = post
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"device {name}", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """End reading."""
        self._stopping.set()
        self._driver.wake()
        self._thread.join(OPEN_MS / 1000 + 1)

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                self._driver.open(OPEN_MS)
                self._report.well()
                scan = self._driver.read(READ_MS)
            except DeviceTrouble as trouble:
                self._report.trouble(trouble)
                self._stopping.wait(IDLE_S / 3)
                continue
            if scan is not None:
                self._post(Scan(text=scan.text, device=self.name, read_ns=time.monotonic_ns()))
        self._driver.close()


class _JobHost:
    """A thread that works through a bounded queue; urgent jobs overtake, even one that waits for paper."""

    kind: str

    def __init__(self, name: str, post: Post) -> None:
        self.name = name
        self._post = post
        self._report = _Reporter(name, self.kind, post)
        self._jobs: deque[Callable[[], None]] = deque()
        self._urgent: deque[Callable[[], None]] = deque()
        self._changed = threading.Condition()
        self._working = 0
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name=f"device {name}", daemon=True)

    @property
    def waiting(self) -> int:
        """Jobs not finished yet."""
        return len(self._jobs) + self._working

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._thread.join(OPEN_MS / 1000 + 1)

    def take(self, job: Callable[[], None], *, urgent: bool = False) -> bool:
        """Queue a job; False where the queue is full."""
        with self._changed:
            jobs = self._urgent if urgent else self._jobs
            if len(jobs) >= QUEUE_LENGTH:
                return False
            jobs.append(job)
            self._changed.notify_all()
        return True

    def _work(self) -> None:
        self._look()
        while not self._stopping:
            job = self._next(self._urgent, self._jobs, within_s=IDLE_S)
            if job is None:
                self._look()
            else:
                self._working = 1
                job()
                self._working = 0
        self._close()

    def _pause(self, seconds: float) -> None:
        """Wait before a job is tried again; urgent ones are done meanwhile."""
        until = time.monotonic() + seconds
        while not self._stopping and (left := until - time.monotonic()) > 0:
            job = self._next(self._urgent, within_s=left)
            if job is not None:
                job()

    def _next(
        self, *queues: deque[Callable[[], None]], within_s: float
    ) -> Callable[[], None] | None:
        until = time.monotonic() + within_s
        with self._changed:
            while not self._stopping:
                for jobs in queues:
                    if jobs:
                        return jobs.popleft()
                left = until - time.monotonic()
                if left <= 0:
                    return None
                self._changed.wait(left)
        return None

    def _look(self) -> None:
        """See how the device is, while nothing is to be done."""

    def _close(self) -> None:
        """Let go of the device."""


class PrinterHost(_JobHost):
    """Prints slips, one after another."""

    kind = "printer"

    def __init__(self, name: str, driver: Printer, post: Post) -> None:
        """Host `driver` under `name`."""
        super().__init__(name, post)
        self.driver: Final = driver
        self._wanted: set[PrintSlip] = set()

    def print(self, job: PrintSlip) -> bool:
        """Queue a slip; False where the queue is full."""
        slip = slip_of(job)
        self._wanted.add(job)
        if self.take(lambda: self._print_until_done(job, slip)):
            return True
        self._wanted.discard(job)
        return False

    def drop(self, sale: str) -> bool:
        """Forget the slips of a sale that wait; True where there were any."""
        dropped = {job for job in tuple(self._wanted) if job.sale == sale}
        self._wanted -= dropped
        return bool(dropped)

    def _print_until_done(self, job: PrintSlip, slip: Slip) -> None:
        told = ""
        while job in self._wanted and not self._stopping:
            try:
                self.driver.print(slip, PRINT_MS)
            except DeviceTrouble as trouble:
                self._report.trouble(trouble)
                if may_be_on_paper(trouble):
                    self._wanted.discard(job)
                    self._post(failed_slip(job, self.name, trouble))
                    return
                if trouble.code != told:
                    told = trouble.code
                    self._post(failed_slip(job, self.name, trouble))
                self._pause(IDLE_S / 3)
            else:
                self._wanted.discard(job)
                self._post(PrintFinished(sale=job.sale, copy=job.copy, device=self.name))
                self._report.well()
                return

    def _look(self) -> None:
        try:
            status = self.driver.status(STATUS_MS)
        except DeviceTrouble as trouble:
            self._report.trouble(trouble)
            return
        if status.can_print:
            if status.paper is printer.Paper.LOW:
                self._report.state(DeviceState.OK, "paper_low", ())
            else:
                self._report.well()
        else:
            self._report.state(DeviceState.TROUBLE, _why_not(status), ())

    def _close(self) -> None:
        self.driver.close()


class DrawerHost(_JobHost):
    """Kicks a drawer that has a wire of its own."""

    kind = "drawer"

    def __init__(
        self, name: str, driver: Drawer, post: Post, through: PrinterHost | None = None
    ) -> None:
        """Host `driver` under `name`; `through` is the printer on whose socket it hangs."""
        super().__init__(name, post)
        self._driver = driver
        self._through = through

    def start(self) -> None:
        """Begin to work; a drawer on a printer is worked by the printer's thread."""
        if self._through is None:
            super().start()
        self._report.well()

    def stop(self) -> None:
        """End the thread."""
        if self._through is None:
            super().stop()

    def kick(self, job: KickDrawer) -> bool:
        """Queue a kick; False where the queue is full."""
        taker = self if self._through is None else self._through
        return taker.take(lambda: self._kick_once(job), urgent=True)

    def _kick_once(self, job: KickDrawer) -> None:
        try:
            self._driver.kick(KICK_MS)
            refuse_a_jam(self._driver)
        except DeviceTrouble as trouble:
            self._report.trouble(trouble)
            self._post(
                DrawerFailed(
                    sale=job.sale, device=self.name, code=trouble.code, fields=_fields(trouble)
                )
            )
        else:
            self._report.well()

    def _close(self) -> None:
        self._driver.close()


def refuse_a_jam(drawer: Drawer) -> None:
    """Look whether a drawer that was just kicked came open, where it has a switch. Raises `DrawerJammed`.

    Blocks for at most a second and the time of the looks; a drawer without a switch is believed.
    """
    for _ in range(LOOKS_AT_DRAWER):
        if drawer.is_open(STATUS_MS) is not False:
            return
        time.sleep(LOOK_AGAIN_S)
    raise DrawerJammed


def slip_of(job: PrintSlip) -> Slip:
    """The slip of a job, in the printers' own words."""
    return Slip(tuple(map(_print_line, job.lines)))


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
        fields=_fields(trouble),
        maybe_on_paper=may_be_on_paper(trouble),
    )


class _Reporter:
    """Tells the register when a device's state changes, and only then."""

    def __init__(self, name: str, kind: str, post: Post) -> None:
        self._name = name
        self._kind = kind
        self._post = post
        self._told: tuple[DeviceState, str, Fields] | None = None

    def well(self) -> None:
        self.state(DeviceState.OK, "", ())

    def trouble(self, trouble: DeviceTrouble) -> None:
        away = isinstance(trouble, drivers.DeviceAbsent)
        self.state(
            DeviceState.ABSENT if away else DeviceState.TROUBLE, trouble.code, _fields(trouble)
        )

    def state(self, state: DeviceState, code: str, fields: Fields) -> None:
        if (state, code, fields) == self._told:
            return
        self._told = (state, code, fields)
        log.info("%s: %s %s", self._name, state, code)
        self._post(
            DeviceChanged(device=self._name, kind=self._kind, state=state, code=code, fields=fields)
        )


def _fields(trouble: DeviceTrouble) -> Fields:
    return tuple((key, value) for key, value in trouble.fields.items() if key != "device")


def _why_not(status: printer.Status) -> str:
    if status.cover_open:
        return printer.CoverOpen.code
    if status.paper is printer.Paper.OUT:
        return printer.PaperOut.code
    return printer.PrinterFault.code if status.error else printer.PrinterOffline.code


def _print_line(line: receipt.ReceiptLine) -> printer.SlipLine:
    made: printer.SlipLine
    match line:
        case receipt.TextLine():
            made = printer.TextLine(line.text, line.align.value, line.bold, line.large)
        case receipt.PairLine():
            made = printer.PairLine(line.left, line.right, line.bold, line.large)
        case receipt.Rule():
            made = printer.Rule()
        case receipt.Blank():
            made = printer.Blank()
        case receipt.BarcodeLine():
            made = printer.BarcodeLine(line.symbology, line.text)  # type: ignore[arg-type]
        case receipt.QrLine():
            made = printer.QrLine(line.text)
        case receipt.Cut():
            made = printer.Cut()
    return made
