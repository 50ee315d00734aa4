"""Receipt printers: a slip of lines in, paper out, and an honest answer about whether it came.

A slip says what is on it, not where: columns, wrapping and code pages are the driver's business.
`print` returns only when the printer itself said that it is done with the slip, cut included,
wherever it can speak. Otherwise it raises, and the field `sent` of the trouble tells whether any of
the slip may be on paper (1) or certainly not (0).

One thread, one queue, one printer: two writers mix their slips, so whoever else wants something
from the printer, for instance a drawer that hangs on it, asks that thread.
"""

import enum
from typing import Annotated, Final, Literal, Protocol

import msgspec

from drivers import DeviceBusy, DeviceTrouble, known_codes

Align = Literal["left", "center", "right"]
Symbology = Literal["ean13", "ean8", "upca", "code128", "gs1_128"]
DrawerPin = Literal[2, 5]

PRINT_MS: Final = 15_000
"""Enough for an everyday slip; `Printer.print_ms` knows what a long one on a slow line needs."""
KICK_ON_MS: Final = 100
KICK_OFF_MS: Final = 400
"""A pulse that opens usual drawers and keeps the solenoid's duty at 1 : 4."""


class TextLine(msgspec.Struct, frozen=True, tag="text"):
    """A text, wrapped between words if it is too long. `large` is twice as high and no wider."""

    text: str
    align: Align = "left"
    bold: bool = False
    large: bool = False


class PairLine(msgspec.Struct, frozen=True, tag="pair"):
    """A name at the left and an amount at the right edge. A long name wraps; the amount stays whole."""

    left: str
    right: str
    bold: bool = False
    large: bool = False


class Rule(msgspec.Struct, frozen=True, tag="rule"):
    """A line across the paper."""


class Blank(msgspec.Struct, frozen=True, tag="blank"):
    """An empty line."""


class BarcodeLine(msgspec.Struct, frozen=True, tag="barcode"):
    """A barcode with its text below. What the symbology cannot say is printed as text instead.

    In a `gs1_128` the text is the element strings, with 0x1D between those that want a separator.
    """

    symbology: Symbology
    text: str


class QrLine(msgspec.Struct, frozen=True, tag="qr"):
    """A QR code, as large as the paper allows up to a handy size."""

    text: str


class LogoLine(msgspec.Struct, frozen=True, tag="logo"):
    """The shop's logo, in the middle; nothing at a printer whose options name none."""


class CodePageRow(msgspec.Struct, frozen=True, tag="code_page"):
    """A row that tells a code page: its name, and `text` in it as the printer itself draws it.

    Never a picture. What the page lacks is "?"; a page that nobody knows has its name alone.
    """

    code_page: str
    text: str


class Cut(msgspec.Struct, frozen=True, tag="cut"):
    """Cut the paper. A slip that does not end with one is cut all the same."""


SlipLine = TextLine | PairLine | Rule | Blank | BarcodeLine | QrLine | LogoLine | CodePageRow | Cut


class Slip(msgspec.Struct, frozen=True):
    """What is to be printed in one go."""

    lines: tuple[SlipLine, ...]


class Paper(enum.StrEnum):
    """What the paper sensors say."""

    OK = "ok"
    LOW = "low"
    OUT = "out"


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """How a printer is. `drawer_pin_high` is the level of the drawer's sense wire (pin 3 of the socket).

    Which level means open depends on the drawer; nothing stands for "cannot tell". `error` is any
    fault that a person must mend, a jammed cutter (`cutter_error`) too.
    """

    online: bool
    cover_open: bool = False
    paper: Paper = Paper.OK
    error: bool = False
    cutter_error: bool = False
    drawer_pin_high: bool | None = None

    @property
    def can_print(self) -> bool:
        """Whether a slip would come out."""
        is_well = self.online and not (self.cover_open or self.error or self.cutter_error)
        return is_well and self.paper is not Paper.OUT


class PaperOut(DeviceTrouble):
    """No paper. `sent` is 1 if a part of the slip may be printed and the rest may follow by itself."""

    code = "paper_out"


class CoverOpen(DeviceTrouble):
    """The cover is open. `sent` as in `PaperOut`."""

    code = "cover_open"


class PrinterOffline(DeviceTrouble):
    """The printer answers and says that it is offline: a button, or a state it does not name."""

    code = "printer_offline"


class PrinterFault(DeviceTrouble):
    """The head is too hot, the supply is wrong, or worse; the printer's lamp tells."""

    code = "printer_fault"


class CutterJammed(PrinterFault):
    """The cutter is jammed: paper or a label is stuck in it. `sent` as in `PaperOut`."""

    code = "cutter_jammed"


class StillPrinting(DeviceBusy):
    """It is not done with the slip before."""

    code = "still_printing"


class PrintUnconfirmed(DeviceTrouble):
    """The slip was sent, at least partly, and the printer did not say that it is done."""

    code = "print_unconfirmed"


class Printer(Protocol):
    """A receipt printer that one thread talks to.

    It connects by itself when it is first needed and again after every loss, so there is no `open`.
    """

    @property
    def label(self) -> str:
        """What the printer is called in logs: its address or its port."""
        ...

    def print(self, slip: Slip, timeout_ms: int) -> None:
        """Print `slip`; returns when the printer is done with it.

        A roll that ended or a cover that was opened after that is no trouble of this slip: the next
        `status` tells. Raises `DeviceAbsent`, `DeviceSilent`, `DeviceBusy`, `DeviceRefused`,
        `PaperOut`, `CoverOpen`, `PrinterOffline`, `PrinterFault`, `CutterJammed` and
        `PrintUnconfirmed`, each with the field `sent`.
        """
        ...

    def print_ms(self, slip: Slip) -> int:
        """A sensible `timeout_ms` for printing `slip`, `PRINT_MS` or more. Touches no device.

        It counts the bytes at the speed of the line and the paper at that of a slow printer.
        """
        ...

    def status(self, timeout_ms: int) -> Status:
        """How the printer is. Raises `DeviceAbsent`, `DeviceSilent`, `DeviceBusy`, `DeviceRefused`."""
        ...

    def kick(self, pin: DrawerPin, on_ms: int, off_ms: int, timeout_ms: int) -> None:
        """Open the drawer on `pin` by one pulse, once: nothing is left behind to open it later.

        `on_ms` is 10 to 120 and `off_ms` four times as much or more, up to 510; anything else is a
        `ValueError`. Raises `DeviceAbsent`, `DeviceSilent`, `DeviceBusy`, `DeviceRefused`.
        """
        ...

    def close(self) -> None:
        """Let go of the printer. The next use connects again."""
        ...


PulseMs = Annotated[int, msgspec.Meta(ge=10, le=120)]
RestMs = Annotated[int, msgspec.Meta(ge=40, le=510)]


def check_pulse(on_ms: int, off_ms: int) -> None:
    """Refuse a pulse that the printer cannot time or that would burn a solenoid, by `ValueError`.

    `ESC p` counts in 2 ms up to 510, and makers allow ON / (ON + OFF) <= 0.2 (Citizen iDP manuals).
    """
    if not (10 <= on_ms <= 120 and 4 * on_ms <= off_ms <= 510):
        message = f"on_ms {on_ms} and off_ms {off_ms}: expected 10 to 120, and 4 x on_ms to 510"
        raise ValueError(message)


CODE_PAGES: Final = (
    *("CP437", "CP850", "CP858", "CP1252", "ISO_8859-15"),  # western Europe
    *("CP860", "CP863", "CP865"),  # Portugal, French Canada, the Nordic countries
    *("CP852", "CP1250", "ISO_8859-2"),  # central Europe
    *("CP775", "CP1257"),  # the Baltic countries
    *("CP857", "CP1254"),  # Turkey
    *("CP737", "CP1253", "ISO_8859-7"),  # Greece
    *("CP866", "CP855", "CP1251", "CP1125"),  # Cyrillic
)
"""The code pages of which a shop may have to choose one, by python-escpos' names."""
TELLING: Final = "€ £ é ñ ß ø ł Ω Ж"
"""Characters of which each code page has some and none has all."""


def code_page_sheet(code_pages: tuple[str, ...] = CODE_PAGES) -> Slip:
    """A sheet by which a person chooses a printer's code page: one row for each, with its name.

    The first row is what the characters should look like, drawn as a picture. A row in which all
    but the question marks look like that names a page that the printer really has.
    """
    rows = tuple(CodePageRow(code_page, TELLING) for code_page in code_pages)
    return Slip((TextLine(f"{'':12}{TELLING}"), Rule(), *rows, Cut()))


def self_test_slip(columns: int) -> Slip:
    """What shows whether a printer is set up well: its columns, letters, codes, logo and cutter.

    `columns` as in the printer's options. The ruler must take one row and end at the edge of the
    paper, the amounts must stand below its end, and a scanner must read the four codes. Two of them
    are those by which a scanner is tried out (`drivers.known_codes`).
    """
    ruler = "".join(f"{column:.>5}" for column in range(5, columns, 5))
    samples = (
        *("ABC abc 0123456789", "ÄÖÜ éèê ñ åø Łódź"),
        *("Ελληνικά", "Кириллица"),
        *("العربية", "中文 日本語"),
    )
    return Slip(
        (
            LogoLine(),
            TextLine("open-pos", align="center", bold=True, large=True),
            TextLine(f"{ruler:.<{columns - 1}}|"),
            *(PairLine(sample, "1.234,50 €") for sample in samples),
            PairLine("0123456789", "9.876,50 €", bold=True, large=True),
            Rule(),
            BarcodeLine("ean13", "4006381333931"),
            Blank(),
            BarcodeLine("code128", known_codes.LAYOUT),
            Blank(),
            BarcodeLine("gs1_128", known_codes.SEPARATOR),
            QrLine("https://example.org/open-pos?0123456789"),
            Cut(),
        )
    )
