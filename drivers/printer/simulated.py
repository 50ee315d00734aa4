"""A printer without a printer: keeps what it printed, for the demo's bench panel and for tests.

It lays slips out as the real drivers do, and refuses what a real one would refuse. Rows that those
would draw as pictures are kept as the text that they show. The levers (paper, cover, cable, cutter,
head) may be pulled by any thread.
"""

import threading
from typing import Literal

import msgspec

from drivers import DeviceAbsent
from drivers.printer import (
    PRINT_MS,
    BarcodeLine,
    Blank,
    CodePageRow,
    CoverOpen,
    Cut,
    CutterJammed,
    DrawerPin,
    LogoLine,
    PairLine,
    Paper,
    PaperOut,
    PrinterFault,
    PrinterOffline,
    PrintUnconfirmed,
    QrLine,
    Rule,
    Slip,
    SlipLine,
    Status,
    TextLine,
    check_pulse,
)
from drivers.printer._layout import plain, rows
from drivers.printer._options import read_logo

__all__ = ["Driver", "Options"]


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What it is called, how wide its paper is, its logo, and whether it is plugged in at the start."""

    label: str = "simulated printer"
    columns: Literal[32, 42, 48] = 48
    logo: str = ""
    plugged: bool = True

    def __post_init__(self) -> None:
        """Refuse a logo that there is not, as the real ones do."""
        read_logo(self.logo, self.columns)


class Driver:
    """A printer whose paper is a list. See `drivers.printer.Printer`."""

    def __init__(self, options: Options) -> None:
        """Start with a full roll, a closed cover and a shut drawer."""
        self.label = options.label
        self._columns = options.columns
        self._has_logo = bool(options.logo)
        self._lock = threading.RLock()
        self._is_plugged = options.plugged
        self._is_online = True
        self._is_cover_open = False
        self._is_jammed = False
        self._is_hot = False
        self._is_drawer_open = False
        self._loses_answer = False
        self._paper = Paper.OK
        self._lines_left: int | None = None
        self._lines_to_unplug: int | None = None
        self._lines_to_wear: int | None = None
        self._slips: list[Slip] = []
        self._torn: list[Slip] = []
        self._kicks: list[tuple[DrawerPin, int, int]] = []

    # ------------------------------------------------------------------ what came out

    @property
    def slips(self) -> tuple[Slip, ...]:
        """The slips that came out whole, oldest first."""
        with self._lock:
            return tuple(self._slips)

    @property
    def torn_slips(self) -> tuple[Slip, ...]:
        """The beginnings of slips that ran out of paper or lost their printer."""
        with self._lock:
            return tuple(self._torn)

    @property
    def texts(self) -> tuple[str, ...]:
        """The whole slips as one reads them, in the columns of the paper."""
        return tuple(self.render(slip) for slip in self.slips)

    @property
    def kicks(self) -> tuple[tuple[DrawerPin, int, int], ...]:
        """The pulses on the drawer socket: pin, milliseconds on, milliseconds off."""
        with self._lock:
            return tuple(self._kicks)

    def render(self, slip: Slip) -> str:
        """A slip as text; codes and the logo stand in brackets."""
        return "\n".join(row.rstrip() for line in slip.lines for row in self._rows(line))

    # ------------------------------------------------------------------ the levers, for any thread

    def take_paper(self) -> None:
        """Take the roll out."""
        with self._lock:
            self._paper = Paper.OUT

    def take_paper_after(self, lines: int) -> None:
        """Let the paper end in the middle of the next slip, after so many of its lines."""
        with self._lock:
            self._lines_left = lines

    def wear_paper(self) -> None:
        """Let the roll come near its end."""
        with self._lock:
            self._paper = Paper.LOW

    def wear_paper_after(self, lines: int) -> None:
        """Let the roll come near its end in the middle of the next slip; the slip still comes out."""
        with self._lock:
            self._lines_to_wear = lines

    def load_paper(self) -> None:
        """Put a new roll in."""
        with self._lock:
            self._paper = Paper.OK
            self._lines_left = self._lines_to_wear = None

    def open_cover(self) -> None:
        """Open the cover."""
        with self._lock:
            self._is_cover_open = True

    def close_cover(self) -> None:
        """Close the cover."""
        with self._lock:
            self._is_cover_open = False

    def jam(self) -> None:
        """Jam the cutter."""
        with self._lock:
            self._is_jammed = True

    def clear_jam(self) -> None:
        """Free the cutter."""
        with self._lock:
            self._is_jammed = False

    def overheat(self) -> None:
        """Let the print head become too hot."""
        with self._lock:
            self._is_hot = True

    def cool_down(self) -> None:
        """Let it cool down."""
        with self._lock:
            self._is_hot = False

    def go_offline(self) -> None:
        """Press the button that takes it offline."""
        with self._lock:
            self._is_online = False

    def go_online(self) -> None:
        """Press it again."""
        with self._lock:
            self._is_online = True

    def lose_next_answer(self) -> None:
        """Let the next slip come out and its confirmation get lost."""
        with self._lock:
            self._loses_answer = True

    def unplug(self) -> None:
        """Pull the cable."""
        with self._lock:
            self._is_plugged = False

    def unplug_after(self, lines: int) -> None:
        """Pull the cable in the middle of the next slip, after so many of its lines."""
        with self._lock:
            self._lines_to_unplug = lines

    def plug(self) -> None:
        """Put the cable back in."""
        with self._lock:
            self._is_plugged = True

    def shut_drawer(self) -> None:
        """Push the drawer on its socket shut."""
        with self._lock:
            self._is_drawer_open = False

    # ------------------------------------------------------------------ the driver

    def print(self, slip: Slip, timeout_ms: int) -> None:
        """Print `slip`; see `Printer.print`. Takes no time."""
        del timeout_ms
        with self._lock:
            self._check(sent=0)
            if self._lines_left is not None and self._lines_left < len(slip.lines):
                self._torn.append(Slip(slip.lines[: self._lines_left]))
                self._paper = Paper.OUT
                self._check(sent=1)
            if self._lines_to_unplug is not None and self._lines_to_unplug < len(slip.lines):
                self._torn.append(Slip(slip.lines[: self._lines_to_unplug]))
                self._is_plugged, self._lines_to_unplug = False, None
                raise PrintUnconfirmed(device=self.label, sent=1, why="device_absent")
            if self._lines_to_wear is not None and self._lines_to_wear < len(slip.lines):
                self._paper, self._lines_to_wear = Paper.LOW, None
            self._slips.append(slip)
            if self._loses_answer:
                self._loses_answer = False
                raise PrintUnconfirmed(device=self.label, sent=1, why="device_silent")

    def print_ms(self, slip: Slip) -> int:
        """A time limit for `slip`; see `Printer.print_ms`."""
        del slip
        return PRINT_MS

    def status(self, timeout_ms: int) -> Status:
        """How it is; see `Printer.status`."""
        del timeout_ms
        with self._lock:
            self._check_cable(sent=0)
            has_error = self._is_jammed or self._is_hot
            is_blocked = self._is_cover_open or has_error or self._paper is Paper.OUT
            return Status(
                online=self._is_online and not is_blocked,
                cover_open=self._is_cover_open,
                paper=self._paper,
                error=has_error,
                cutter_error=self._is_jammed,
                drawer_pin_high=self._is_drawer_open,
            )

    def kick(self, pin: DrawerPin, on_ms: int, off_ms: int, timeout_ms: int) -> None:
        """Open the drawer, even without paper; see `Printer.kick`."""
        del timeout_ms
        check_pulse(on_ms, off_ms)
        with self._lock:
            self._check_cable(sent=0)
            self._kicks.append((pin, on_ms, off_ms))
            self._is_drawer_open = True

    def close(self) -> None:
        """Nothing to let go of."""

    def _check_cable(self, sent: int) -> None:
        if not self._is_plugged:
            raise DeviceAbsent(device=self.label, sent=sent)

    def _check(self, sent: int) -> None:
        self._check_cable(sent)
        if self._is_cover_open:
            raise CoverOpen(sent=sent)
        if self._paper is Paper.OUT:
            raise PaperOut(sent=sent)
        if self._is_jammed:
            raise CutterJammed(sent=sent)
        if self._is_hot:
            raise PrinterFault(sent=sent)
        if not self._is_online:
            raise PrinterOffline(sent=sent)

    def _rows(self, line: SlipLine) -> tuple[str, ...]:
        shown: TextLine | PairLine | Rule | Blank
        match line:
            case TextLine():
                shown = msgspec.structs.replace(line, text=plain(line.text))
            case PairLine():
                shown = PairLine(plain(line.left), plain(line.right), line.bold, line.large)
            case BarcodeLine():
                shown = TextLine(f"[{line.symbology} {plain(line.text)}]", align="center")
            case QrLine():
                shown = TextLine(f"[qr {plain(line.text)}]", align="center")
            case LogoLine() if self._has_logo:
                shown = TextLine("[logo]", align="center")
            case CodePageRow():
                shown = TextLine(f"{plain(line.code_page):<12}{plain(line.text)}")
            case Cut() | LogoLine():
                return ()
            case Rule() | Blank():
                shown = line
        return tuple(row.text(self._columns) for row in rows(shown, self._columns))
