"""A receipt as neutral lines: no printer's language and no human one.

`compose` says what stands on a receipt, with the words of the shop's language; `layout` makes fixed-width text of it,
for printers and for the screen. Width is counted as terminals and receipt printers do: wide East Asian characters take
two columns, combining marks none. Large text is twice as high and no wider, so that columns stay columns.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from appliance.domain.money import MILLI, ZERO, Currency, Minor, format_amount
from appliance.domain.pricing import line_amount
from appliance.domain.tax import TaxTotal
from appliance.domain.ticket import Unit, Weighing

WORDS: Final = frozenset(
    {
        "cashier",
        "change",
        "copy",
        "decimal_mark",
        "due",
        "group_mark",
        "kilogram",
        "number",
        "register",
        "rounding",
        "scale",
        "subtotal",
        "tare",
        "tax_added",
        "tax_included",
        "tax_number",
        "time_not_confirmed",
        "total",
    }
)
"""The keys that `compose` looks up. `decimal_mark` and `group_mark` are how the language writes numbers.

`tax_added` and `tax_included` are sentences with `{name}`, `{rate}` and `{net}`, e.g. "incl. {name} {rate}% of {net}".
A word that is missing shows as its key, so that words never stop a sale.
"""

LEAST_COLUMNS: Final = 16
WEB: Final = "https://"


class Align(StrEnum):
    """Where a line of text stands."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class TextLine:
    """Text of its own, as long as it likes: it wraps."""

    text: str
    align: Align = Align.LEFT
    bold: bool = False
    large: bool = False


@dataclass(frozen=True, slots=True)
class PairLine:
    """Text on the left that wraps, and a figure on the right that does not."""

    left: str
    right: str
    bold: bool = False
    large: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class Blank:
    """An empty line."""


@dataclass(frozen=True, slots=True)
class BarcodeLine:
    """A barcode with its text below; `symbology` is `code128`."""

    symbology: str
    text: str


@dataclass(frozen=True, slots=True)
class QrLine:
    """A QR code with its text below."""

    text: str


@dataclass(frozen=True, slots=True)
class LogoLine:
    """The shop's logo, of which only the printer knows; nothing where it has none."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The end of a slip."""


ReceiptLine = TextLine | PairLine | Rule | Blank | BarcodeLine | QrLine | LogoLine | Cut


@dataclass(frozen=True, slots=True)
class SoldLine:
    """One line of the sale; `qty_milli` in thousandths of `unit`, the price for one of it."""

    name: str
    qty_milli: int
    unit: Unit
    price_minor: Minor
    amount_minor: Minor
    weighing: Weighing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleFacts:
    """Everything that a receipt says. Texts may be empty; then their line is left out.

    `tenders` are names and the amounts handed over. `code` is for the barcode at the foot. `time_confirmed` is False
    where the sale was made before the clock could be trusted.
    """

    shop_name: str
    number: int
    date_text: str
    lines: tuple[SoldLine, ...]
    taxes: tuple[TaxTotal, ...]
    subtotal_minor: Minor
    total_minor: Minor
    tenders: tuple[tuple[str, Minor], ...]
    currency: Currency
    address: tuple[str, ...] = ()
    tax_number: str = ""
    cashier: str = ""
    register: str = ""
    rounding_minor: Minor = ZERO
    change_minor: Minor = ZERO
    copy: bool = False
    time_confirmed: bool = True
    footer: tuple[str, ...] = ()
    code: str = ""


def compose(facts: SaleFacts, words: Mapping[str, str], columns: int) -> tuple[ReceiptLine, ...]:
    """A sale's receipt for paper of `columns` characters, in the language of `words` (see `WORDS`)."""
    assert columns >= LEAST_COLUMNS, columns
    writing = Writing(words, facts.currency)
    copy: tuple[ReceiptLine, ...] = ()
    if facts.copy:
        copy = (TextLine(writing.word("copy"), Align.CENTER, bold=True, large=True),)
    foot: list[ReceiptLine] = [_foot(text) for text in facts.footer]
    if facts.code:
        foot += [Blank(), BarcodeLine("code128", facts.code)]
    return (
        *copy,
        LogoLine(),
        *_head(facts, writing, columns),
        Rule(),
        *(part for line in facts.lines for part in _sold(line, writing)),
        Rule(),
        *_sums(facts, writing),
        *_included_taxes(facts, writing),
        *((Blank(), *foot) if foot else ()),
        *copy,
        Cut(),
    )


def layout(lines: Iterable[ReceiptLine], columns: int) -> tuple[str, ...]:
    """A receipt as plain text, no line wider than `columns`. A barcode or QR code shows as its text."""
    return tuple(text for line in lines for text in layout_line(line, columns))


def layout_line(line: ReceiptLine, columns: int) -> tuple[str, ...]:
    """One line of a receipt as plain text: none for a logo or a cut, several where it wraps.

    Control characters become blanks, so that no product's name can command a printer.
    """
    assert columns >= LEAST_COLUMNS, columns
    match line:
        case TextLine(text, align):
            return tuple(_aligned(part, align, columns) for part in wrap(text, columns))
        case PairLine(left, right):
            return _pair(left, right, columns)
        case Rule():
            return ("-" * columns,)
        case Blank():
            return ("",)
        case BarcodeLine(text=text) | QrLine(text):
            return tuple(_aligned(part, Align.CENTER, columns) for part in wrap(text, columns))
        case LogoLine() | Cut():
            return ()


def width(text: str) -> int:
    """How many columns a text takes."""
    return sum(map(_character_width, text))


def wrap(text: str, columns: int) -> tuple[str, ...]:
    """Text broken between words, and inside a word only where it is wider than `columns`; at least one line."""
    broken: list[str] = []
    line = ""
    plain = "".join(" " if _is_control(letter) else letter for letter in text)
    for word in filter(None, plain.split(" ")):
        longer = f"{line} {word}" if line else word
        if width(longer) <= columns:
            line = longer
            continue
        if line:
            broken.append(line)
        *full, line = _pieces(word, columns)
        broken += full
    return (*broken, line) if line else tuple(broken) or ("",)


class Writing:
    """Words and figures as one language writes them."""

    def __init__(self, words: Mapping[str, str], currency: Currency) -> None:
        """Write with these words (`decimal_mark`, `group_mark`, `kilogram` …) in this currency."""
        self._words = words
        self._currency = currency
        self._decimal_mark = words.get("decimal_mark", ".")
        self._group_mark = words.get("group_mark", ",")

    def word(self, key: str) -> str:
        """A word, or its key where there is none."""
        return self._words.get(key, key)

    def amount(self, minor: Minor) -> str:
        """An amount of money without a symbol."""
        return format_amount(minor, self._currency, self._decimal_mark, self._group_mark)

    def decimals(self, value: int, digits: int, least: int) -> str:
        """A number of `digits` decimals, of which those after the first `least` are left out where they are zero."""
        whole, rest = divmod(abs(value), 10**digits)
        fraction = f"{rest:0{digits}d}"
        shown = fraction[:least] + fraction[least:].rstrip("0")
        sign = "-" if value < 0 else ""
        return f"{sign}{whole}{self._decimal_mark}{shown}" if shown else f"{sign}{whole}"

    def quantity(self, qty_milli: int, unit: Unit) -> str:
        """A quantity in thousandths: pieces, or kilograms with their unit."""
        if unit is Unit.KILOGRAM:
            return f"{self.decimals(qty_milli, 3, 3)} {self.word('kilogram')}"
        return self.decimals(qty_milli, 3, 0)

    def weighing(self, weighing: Weighing) -> str:
        """What the scale showed, where that is more than the quantity says: another unit, or a tare."""
        parts: list[str] = []
        if weighing.unit != "kg":
            parts.append(f"{self.word('scale')} {weighing.shown} {weighing.unit}")
        if weighing.tare_milli:
            parts.append(f"{self.word('tare')} {self.quantity(weighing.tare_milli, Unit.KILOGRAM)}")
        return ", ".join(parts)

    def tax(self, total: TaxTotal) -> PairLine:
        """A tax as a line of the receipt."""
        values = {
            "name": total.name,
            "rate": self.decimals(total.rate_ppm, 4, 0),
            "net": self.amount(total.net_minor),
        }
        sentence = self.word("tax_included" if total.included else "tax_added")
        left = re.sub(r"\{(\w+)\}", lambda name: values.get(name[1], name[0]), sentence)
        return PairLine(left, self.amount(total.tax_minor))


def _head(facts: SaleFacts, writing: Writing, columns: int) -> list[ReceiptLine]:
    lines: list[ReceiptLine] = [TextLine(facts.shop_name, Align.CENTER, bold=True, large=True)]
    lines += [TextLine(text, Align.CENTER) for text in facts.address]
    if facts.tax_number:
        lines.append(TextLine(f"{writing.word('tax_number')} {facts.tax_number}", Align.CENTER))
    lines.append(Blank())
    number = f"{writing.word('number')} {facts.number}"
    cashier = f"{writing.word('cashier')} {facts.cashier}" if facts.cashier else ""
    register = f"{writing.word('register')} {facts.register}" if facts.register else ""
    for left, right in ((number, facts.date_text), (cashier, register)):
        if left and right and width(left) + 1 + width(right) <= columns:
            lines.append(PairLine(left, right))
        else:
            lines += [TextLine(text) for text in (left, right) if text]
    if not facts.time_confirmed:
        lines.append(TextLine(writing.word("time_not_confirmed")))
    return lines


def _foot(text: str) -> ReceiptLine:
    """A line of the foot; one that is the address of a page is a QR code too, for whoever has a telephone."""
    is_address = text.startswith(WEB) and " " not in text
    return QrLine(text) if is_address else TextLine(text, Align.CENTER)


def _sold(line: SoldLine, writing: Writing) -> list[ReceiptLine]:
    """Name and amount; below it the quantity and price, where the amount does not say it all."""
    sold: list[ReceiptLine] = [PairLine(line.name, writing.amount(line.amount_minor))]
    if line_amount(line.price_minor, line.qty_milli) != line.amount_minor:
        # The label gave the amount, so that price × quantity would only confuse.
        if line.unit is Unit.KILOGRAM:
            sold.append(TextLine(writing.quantity(line.qty_milli, line.unit)))
    elif line.unit is Unit.KILOGRAM or line.qty_milli != MILLI:
        per = f"/{writing.word('kilogram')}" if line.unit is Unit.KILOGRAM else ""
        price = writing.amount(line.price_minor)
        sold.append(TextLine(f"{writing.quantity(line.qty_milli, line.unit)} x {price}{per}"))
    if line.weighing is not None and (told := writing.weighing(line.weighing)):
        sold.append(TextLine(told))
    return sold


def _sums(facts: SaleFacts, writing: Writing) -> list[ReceiptLine]:
    lines: list[ReceiptLine] = []
    added = [writing.tax(total) for total in facts.taxes if not total.included]
    if added:
        lines.append(PairLine(writing.word("subtotal"), writing.amount(facts.subtotal_minor)))
        lines += added
    total = f"{writing.word('total')} {facts.currency.code}"
    lines.append(PairLine(total, writing.amount(facts.total_minor), bold=True, large=True))
    if facts.rounding_minor:
        due = Minor(facts.total_minor + facts.rounding_minor)
        lines.append(PairLine(writing.word("rounding"), writing.amount(facts.rounding_minor)))
        lines.append(PairLine(writing.word("due"), writing.amount(due), bold=True))
    lines += [PairLine(name, writing.amount(amount)) for name, amount in facts.tenders]
    if facts.change_minor:
        lines.append(PairLine(writing.word("change"), writing.amount(facts.change_minor)))
    return lines


def _included_taxes(facts: SaleFacts, writing: Writing) -> list[ReceiptLine]:
    included: list[ReceiptLine] = [writing.tax(total) for total in facts.taxes if total.included]
    return [Rule(), *included] if included else []


def _pair(left: str, right: str, columns: int) -> tuple[str, ...]:
    """The figure ends the last line of the text; it gets a line of its own where it leaves the text too little room."""
    *full, figure = wrap(right, columns)
    room = columns - width(figure) - 1
    if full or room < LEAST_COLUMNS // 2:
        above = wrap(left, columns)
        return (*above, *(_aligned(part, Align.RIGHT, columns) for part in (*full, figure)))
    *full, last = wrap(left, room)
    return (*full, last + " " * (columns - width(last) - width(figure)) + figure)


def _aligned(text: str, align: Align, columns: int) -> str:
    match align:
        case Align.LEFT:
            return text
        case Align.CENTER:
            return " " * ((columns - width(text)) // 2) + text
        case Align.RIGHT:
            return " " * (columns - width(text)) + text


def _pieces(word: str, columns: int) -> list[str]:
    """A word cut so that no piece is wider than `columns`; a combining mark stays with its letter."""
    pieces = [""]
    for letter in word:
        if width(pieces[-1] + letter) > columns:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _character_width(letter: str) -> int:
    if unicodedata.combining(letter) or unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in {"W", "F"} else 1


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"}
