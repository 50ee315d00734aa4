"""ESC/POS in bytes: what a slip, a pulse and a question look like on the wire, and how answers read.

python-escpos builds the common commands; it never sees a device. Each slip starts with `ESC @` and
an explicit code page, because nobody knows what the printer was told before or whether it was
switched off since. Characters that the code page lacks lose their accent or become "?"; printing
them as pictures is not done yet.

    10 04 n     DLE EOT, answered at once even while printing is blocked, one byte: b & 93 = 12 1D
    72 01    GS r 1, answered in its turn, after all that was sent before it, one byte: b & 90 = 00
    1B 70 m t1 t2    ESC p, pulse on pin 2 (m = 0) or 5 (m = 1), in its turn; t in 2 ms 10 14 01 m t
    DLE DC4, the same at once, even without paper; t in 100 ms on and 100 ms off
"""

import bisect
from typing import Final

from escpos.constants import QR_ECLEVEL_M
from escpos.printer import Dummy

from drivers.printer import (
    BarcodeLine,
    Blank,
    Cut,
    DrawerPin,
    PairLine,
    Paper,
    QrLine,
    Rule,
    Slip,
    SlipLine,
    Status,
    TextLine,
    check_pulse,
)
from drivers.printer._layout import plain, printable, rows

GS: Final = b"\x1d"
CONFIRM: Final = b"\x1dr\x01"
STATUS_QUESTIONS: Final = (1, 2, 3, 4)
DOTS_PER_COLUMN: Final = 12
BARCODE_HEIGHT: Final = 80
REAL_TIME: Final = b"\x10"
"""DLE, with which every real-time command begins."""
QUIET_MODULES: Final = 20
BARCODE_KINDS: Final = {"upca": 65, "ean13": 67, "ean8": 68, "code128": 73}
QR_BYTES: Final = (
    *(
        14,
        26,
        42,
        62,
        84,
        106,
        122,
        152,
        180,
        213,
        251,
        287,
        331,
        362,
        412,
        450,
        504,
        560,
        624,
        666,
    ),
    *(711, 779, 857, 911, 997, 1059, 1125, 1190, 1264, 1370, 1452, 1538, 1628, 1722, 1809, 1911),
    *(1989, 2099, 2213, 2331),
)
"""Bytes that a QR code of version 1 to 40 holds at error correction M (ISO/IEC 18004, table 7)."""
DIGITS: Final = {"upca": 12, "ean13": 13, "ean8": 8}


class Builder:
    """Makes bytes for one kind of printer: its code page and its columns."""

    def __init__(self, columns: int, code_page: str) -> None:
        """Refuse a `code_page` that python-escpos does not know, by `ValueError`."""
        self._columns = columns
        self._code_page = code_page
        self._encoder = Dummy().magic.encoder
        self._encoder.get_sequence(self._encoder.get_encoding_name(code_page))

    def slip(self, slip: Slip) -> bytes:
        """The whole slip, cut at its end."""
        page = Dummy()
        page.hw("INIT")
        page.charcode(self._code_page)
        lines = slip.lines
        if not lines or not isinstance(lines[-1], Cut):
            lines = (*lines, Cut())
        for line in lines:
            self._line(page, line)
        return bytes(page.output)

    def _line(self, page: Dummy, line: SlipLine) -> None:
        match line:
            case TextLine() | PairLine():
                self._rows(page, self._printable(line), bold=line.bold, large=line.large)
            case Rule() | Blank():
                self._rows(page, line, bold=False, large=False)
            case BarcodeLine():
                self._barcode(page, line)
            case QrLine():
                self._qr(page, line)
            case Cut():
                page.cut()

    def _rows(
        self, page: Dummy, line: TextLine | PairLine | Rule | Blank, *, bold: bool, large: bool
    ) -> None:
        page.set_with_default(bold=bold, double_width=False, double_height=large)
        for row in rows(line, self._columns):
            page.textln(row)

    def _printable(self, line: TextLine | PairLine) -> TextLine | PairLine:
        if isinstance(line, TextLine):
            return TextLine(self._fit(line.text), line.align, line.bold, line.large)
        return PairLine(self._fit(line.left), self._fit(line.right), line.bold, line.large)

    def _fit(self, text: str) -> str:
        return printable(text, lambda c: self._encoder.can_encode(self._code_page, c))

    def _barcode(self, page: Dummy, line: BarcodeLine) -> None:
        symbol = _symbol(line, self._columns * DOTS_PER_COLUMN)
        if symbol is None:
            fallback = TextLine(line.text, align="center")
            self._rows(page, self._printable(fallback), bold=False, large=False)
            return
        page.set_with_default(align="center")
        page._raw(symbol)  # noqa: SLF001 - python-escpos' own barcode() prints to the terminal
        page.set_with_default()

    def _qr(self, page: Dummy, line: QrLine) -> None:
        text = line.text.replace(REAL_TIME.decode(), "")
        size = _qr_module_dots(text, self._columns * DOTS_PER_COLUMN)
        if not text or not size:
            self._rows(page, self._printable(TextLine(line.text)), bold=False, large=False)
            return
        page.set_with_default(align="center")
        # An empty row above and below is the code's quiet zone.
        page.textln()
        page.qr(text, ec=QR_ECLEVEL_M, size=size, native=True)
        page.textln()
        page.set_with_default()


def pulse(pin: DrawerPin, on_ms: int, off_ms: int) -> bytes:
    """All five bytes of `ESC p`: with fewer the printer waits, and the next slip opens the drawer."""
    check_pulse(on_ms, off_ms)
    return bytes((0x1B, 0x70, _connector(pin), on_ms // 2, off_ms // 2))


def pulse_now(pin: DrawerPin) -> bytes:
    """The pulse that is given even while printing is blocked: 100 ms, once."""
    return bytes((0x10, 0x14, 0x01, _connector(pin), 1))


def question(number: int) -> bytes:
    """DLE EOT `number`, 1 to 4."""
    return bytes((0x10, 0x04, number))


def is_status(byte: int) -> bool:
    """Whether this byte answers DLE EOT."""
    return byte & 0x93 == 0x12


def is_confirmation(byte: int) -> bool:
    """Whether this byte answers GS r 1."""
    return byte & 0x90 == 0x00


def read_status(answers: tuple[int, int, int, int]) -> Status:
    """What the answers to DLE EOT 1 to 4 mean (Epson's and Citizen's command references)."""
    printer, offline_cause, error_cause, paper_sensor = answers
    out = bool(paper_sensor & 0x60 or offline_cause & 0x20)
    low = bool(paper_sensor & 0x0C)
    return Status(
        online=not printer & 0x08,
        cover_open=bool(offline_cause & 0x04),
        paper=Paper.OUT if out else Paper.LOW if low else Paper.OK,
        error=bool(offline_cause & 0x40 or error_cause & 0x68),
        drawer_pin_high=bool(printer & 0x04),
    )


def _connector(pin: DrawerPin) -> int:
    return 0 if pin == 2 else 1


def _symbol(line: BarcodeLine, paper_dots: int) -> bytes | None:
    """`GS k` with its size and text; nothing if the symbology cannot say the text or it is too wide."""
    text = plain(line.text)
    if line.symbology == "code128":
        payload = _code128(text)
        modules = 11 * len(payload) + 13
    else:
        is_number = text.isascii() and text.isdigit() and len(text) == DIGITS[line.symbology]
        payload = text.encode() if is_number else b""
        modules = 95
    # Two dots is the narrowest bar that printers and scanners agree on.
    bar = next((dots for dots in (3, 2) if (modules + QUIET_MODULES) * dots <= paper_dots), 0)
    if not payload or not bar or len(payload) > 255:
        return None
    size = GS + b"h" + bytes((BARCODE_HEIGHT,)) + GS + b"w" + bytes((bar,))
    text_below = GS + b"f\x00" + GS + b"H\x02"
    kind = bytes((BARCODE_KINDS[line.symbology], len(payload)))
    return size + text_below + GS + b"k" + kind + payload


def _code128(text: str) -> bytes:
    """The text in code set C if it is pairs of digits, else B; empty if B lacks one of its characters.

    Set C is sent as bytes 0 to 99, and printers obey real-time commands even inside of data: the
    digits 1620010005 would open the drawer. Whatever holds such a beginning goes in set B.
    """
    if not text or not all(" " <= character <= "~" for character in text):
        return b""
    if text.isdigit() and len(text) % 2 == 0:
        pairs = bytes(int(text[i : i + 2]) for i in range(0, len(text), 2))
        if REAL_TIME not in pairs:
            return b"{C" + pairs
    return b"{B" + text.replace("{", "{{").encode()


def _qr_module_dots(text: str, paper_dots: int) -> int:
    """Dots per module: 6 is read from a hand's distance; long texts need smaller ones to fit.

    0 if the text is too long for any.
    """
    version = bisect.bisect_left(QR_BYTES, len(text.encode())) + 1
    if version > len(QR_BYTES):
        return 0
    modules = 17 + 4 * version + 8
    return min(6, paper_dots // modules)
