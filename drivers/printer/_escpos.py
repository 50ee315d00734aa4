"""ESC/POS in bytes: what a slip, a pulse and a question look like on the wire, and how answers read.

python-escpos builds the common commands; it never sees a device. Each slip starts with `ESC @` and
an explicit code page, because nobody knows what the printer was told before or whether it was
switched off since. A row with characters that the code page lacks is a picture of the whole row
(`drivers.printer._pictures`).

    10 04 n          DLE EOT, answered at once even while printing is blocked, one byte: b & 93 = 12
    1D 72 01         GS r 1, answered in its turn, after all that was sent before it, one byte: b & 90 = 00
    1D 61 00         GS a 0, no status unasked: else four bytes whenever something changes, the first
                     b & 93 = 10, the others b & 90 = 00 like an answer to GS r 1 (`Sorter`)
    1B 70 m t1 t2    ESC p, pulse on pin 2 (m = 0) or 5 (m = 1), in its turn; t in 2 ms
    10 14 01 m t     DLE DC4, the same at once, even without paper; t in 100 ms on and 100 ms off
    1B 74 n          ESC t, code page; the numbers are python-escpos' for Epson's printers
    1D 76 30 00 …    GS v 0, a picture
"""

import bisect
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import msgspec
from escpos.constants import QR_ECLEVEL_M
from PIL import Image

from drivers.known_codes import GROUP_SEPARATOR
from drivers.printer import (
    BarcodeLine,
    Blank,
    CodePageRow,
    Cut,
    DrawerPin,
    LogoLine,
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
from drivers.printer import _pictures as pictures
from drivers.printer._layout import JOINERS, UNKNOWN, plain, printable, rows
from drivers.printer._pictures import DOTS_PER_COLUMN

if TYPE_CHECKING:
    from escpos.printer import Dummy

GS: Final = b"\x1d"
CONFIRM: Final = b"\x1dr\x01"
HUSH: Final = b"\x1da\x00"
STATUS_QUESTIONS: Final = (1, 2, 3, 4)
BARCODE_HEIGHT: Final = 80
BARCODE_FEED: Final = 120
CUT_FEED: Final = 300
LABEL_COLUMNS: Final = 12
LINE_FEED: Final = 34
"""Dots: a sixth of an inch at 203 dpi. Epson's 180 dpi have 30."""
PADDING: Final = bytes(pictures.LONGEST_DATA)
"""Ends a command whose data was cut off: what it does not swallow, printers ignore."""
REAL_TIME: Final = b"\x10"
"""DLE, with which every real-time command begins."""
QUIET_MODULES: Final = 20
BARCODE_KINDS: Final = {"upca": 65, "ean13": 67, "ean8": 68, "code128": 73, "gs1_128": 73}
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


class Job(msgspec.Struct, frozen=True):
    """A slip in bytes, and how many dots of paper it is long, about."""

    message: bytes
    feed_dots: int


def _blank_page() -> "Dummy":
    # With it python-escpos reads all that it knows of all printers: only who has a printer waits for that.
    from escpos.printer import Dummy  # noqa: PLC0415 - see above

    return Dummy()


class Builder:
    """Makes bytes for one kind of printer: its code page, its columns and its logo."""

    def __init__(
        self,
        columns: int,
        code_page: str,
        *,
        lettering: pictures.Lettering | None = None,
        logo: Image.Image | None = None,
    ) -> None:
        """Without `lettering` nothing is drawn. Refuse a `code_page` that there is not, by `ValueError`."""
        self._columns = columns
        self._encoder = _blank_page().magic.encoder
        self._code_page = self._known(code_page)
        self._lettering = lettering
        self._logo = b"" if logo is None else pictures.raster(logo)
        self._logo_feed = 0 if logo is None else logo.height

    def slip(self, slip: Slip, *, hush: bool = False) -> Job:
        """The whole slip, cut at its end. With `hush` the printer is told to say nothing unasked."""
        page = _blank_page()
        page.hw("INIT")
        if hush:
            # Behind ESC @, which gives some printers back the habits that they were switched on with.
            page._raw(HUSH)  # noqa: SLF001 - python-escpos has no name for it
        page.charcode(self._code_page)
        lines = slip.lines
        if not lines or not isinstance(lines[-1], Cut):
            lines = (*lines, Cut())
        feed_dots = sum(self._line(page, line) for line in lines)
        return Job(bytes(page.output), feed_dots)

    def _known(self, code_page: str) -> str:
        try:
            name: str = self._encoder.get_encoding_name(code_page)
            self._encoder.encode("", name)
        except LookupError as trouble:
            # There are pages of which python-escpos knows the number and not the characters.
            raise ValueError(code_page) from trouble
        return name

    def _line(self, page: "Dummy", line: SlipLine) -> int:
        """Put a line on the page, and answer how many dots of paper it takes."""
        match line:
            case TextLine() | PairLine():
                feed = self._text(page, line)
            case Rule() | Blank():
                feed = self._rows(page, line, None)
            case BarcodeLine():
                feed = self._barcode(page, line)
            case QrLine():
                feed = self._qr(page, line)
            case LogoLine():
                page.set_with_default()
                page._raw(self._logo)  # noqa: SLF001 - python-escpos would scale and place it itself
                feed = self._logo_feed
            case CodePageRow():
                feed = self._code_page_row(page, line)
            case Cut():
                page.cut()
                feed = CUT_FEED
        return feed

    def _text(self, page: "Dummy", line: TextLine | PairLine) -> int:
        whole = line.text if isinstance(line, TextLine) else line.left + line.right
        lettering = self._lettering_for(plain(whole))
        is_printed = self._printed_beside(lettering)
        can_draw = lettering.can_draw if lettering else None

        def fit(text: str) -> str:
            return printable(text, is_printed, can_draw)

        fitted: TextLine | PairLine
        if isinstance(line, TextLine):
            fitted = msgspec.structs.replace(line, text=fit(line.text))
        else:
            fitted = msgspec.structs.replace(line, left=fit(line.left), right=fit(line.right))
        return self._rows(page, fitted, lettering)

    def _rows(
        self,
        page: "Dummy",
        line: TextLine | PairLine | Rule | Blank,
        lettering: pictures.Lettering | None,
    ) -> int:
        bold, large = (
            (line.bold, line.large) if isinstance(line, TextLine | PairLine) else (False, False)
        )
        page.set_with_default(bold=bold, double_width=False, double_height=large)
        is_printed = self._printed_beside(lettering)
        set_rows = rows(line, self._columns)
        for row in set_rows:
            text = row.text(self._columns)
            text = "".join(character for character in text if character not in JOINERS)
            if lettering is None or all(map(is_printed, text)):
                page.textln(text)
            else:
                picture = lettering.draw(row, bold=bold, large=large)
                page._raw(pictures.raster(picture))  # noqa: SLF001 - as it was drawn, dot by dot
        return len(set_rows) * LINE_FEED * (2 if large else 1)

    def _lettering_for(self, text: str) -> pictures.Lettering | None:
        """What draws the rows of a text; nothing if the printer's own letters do it, or do it better.

        A picture must not lose what the printer could have printed: Thai, say, that no font has.
        """
        lettering = self._lettering
        is_printed = self._printed_beside(lettering)
        if lettering is None or all(map(is_printed, text)):
            return None
        can_all_be_drawn = all(map(lettering.can_draw, filter(is_printed, text)))
        return lettering if can_all_be_drawn else None

    def _printed_beside(self, lettering: pictures.Lettering | None) -> Callable[[str], bool]:
        """Whether the printer's own letters do for a character, if `lettering` can do the others.

        They are set from the left, so they do not do for a script that is written from the right.
        """

        def is_printed(character: str) -> bool:
            is_reversed = pictures.is_right_to_left(character)
            if lettering and is_reversed and lettering.can_draw(character):
                return False
            return self._can_encode(character)

        return is_printed

    def _can_encode(self, character: str) -> bool:
        return bool(self._encoder.can_encode(self._code_page, character))

    def _code_page_row(self, page: "Dummy", line: CodePageRow) -> int:
        page.set_with_default()
        try:
            code_page = self._known(line.code_page)
        except ValueError:
            return self._text(page, TextLine(line.code_page))
        # Nothing stands for anything else here: a letter without its accent would look like a mistake.
        text = "".join(
            character if self._encoder.can_encode(code_page, character) else UNKNOWN
            for character in plain(line.text)
        )
        page.charcode(code_page)
        page.textln(f"{code_page:<{LABEL_COLUMNS}}{text}"[: self._columns])
        page.charcode(self._code_page)
        return LINE_FEED

    def _barcode(self, page: "Dummy", line: BarcodeLine) -> int:
        symbol = _symbol(line, self._columns * DOTS_PER_COLUMN)
        if symbol is None:
            return self._text(page, TextLine(line.text, align="center"))
        page.set_with_default(align="center")
        page._raw(symbol)  # noqa: SLF001 - python-escpos' own barcode() prints to the terminal
        page.set_with_default()
        return BARCODE_FEED

    def _qr(self, page: "Dummy", line: QrLine) -> int:
        text = line.text.replace(REAL_TIME.decode(), "")
        size = _qr_module_dots(text, self._columns * DOTS_PER_COLUMN)
        if not text or not size:
            return self._text(page, TextLine(line.text))
        page.set_with_default(align="center")
        # An empty row above and below is the code's quiet zone.
        page.textln()
        page.qr(text, ec=QR_ECLEVEL_M, size=size, native=True)
        page.textln()
        page.set_with_default()
        return self._columns * DOTS_PER_COLUMN


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


class Sorter:
    """Tells a printer's bytes apart: its answers, and the status that some send unasked.

    The bytes of the latter look like answers but for the first, so the three after it belong to it
    (Epson's and Citizen's "transmission status identification"). XON and XOFF may stand anywhere.
    """

    def __init__(self) -> None:
        """Nothing has come yet."""
        self.status = 0
        """The last answer to DLE EOT."""
        self.statuses = 0
        """How many there were since `forget_statuses`."""
        self.confirmations = 0
        """Answers to GS r 1 since `forget_confirmations`."""
        self._unasked = 0

    def take(self, received: bytes) -> None:
        """Sort what came in, behind all that came before on this connection."""
        for byte in received:
            if byte & 0x93 == 0x10:
                self._unasked = 3
            elif byte & 0x93 == 0x12:
                self.status = byte
                self.statuses += 1
            elif byte & 0x90 == 0x00 and self._unasked:
                self._unasked -= 1
            elif byte & 0x90 == 0x00:
                self.confirmations += 1

    def forget_statuses(self) -> None:
        """The next answer to DLE EOT is to a new question."""
        self.statuses = 0

    def forget_confirmations(self) -> None:
        """What was confirmed so far is of no interest."""
        self.confirmations = 0


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
        cutter_error=bool(error_cause & 0x08),
        drawer_pin_high=bool(printer & 0x04),
    )


def _connector(pin: DrawerPin) -> int:
    return 0 if pin == 2 else 1


def _symbol(line: BarcodeLine, paper_dots: int) -> bytes | None:
    """`GS k` with its size and text; nothing if the symbology cannot say the text or it is too wide."""
    text = plain(line.text)
    if line.symbology in {"code128", "gs1_128"}:
        payload = _gs1_128(line.text) if line.symbology == "gs1_128" else _code128(text)
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


def _gs1_128(text: str) -> bytes:
    """FNC1 in front and in the place of each separator, in code set B; empty as in `_code128`."""
    parts = text.split(GROUP_SEPARATOR)
    if not all(part and all(" " <= sign <= "~" for sign in part) for part in parts):
        return b""
    return b"{B" + b"".join(b"{1" + part.replace("{", "{{").encode() for part in parts)


def _qr_module_dots(text: str, paper_dots: int) -> int:
    """Dots per module: 6 is read from a hand's distance; long texts need smaller ones to fit.

    0 if the text is too long for any, or no text (half a surrogate pair).
    """
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        return 0
    version = bisect.bisect_left(QR_BYTES, size) + 1
    if version > len(QR_BYTES):
        return 0
    modules = 17 + 4 * version + 8
    return min(6, paper_dots // modules)
