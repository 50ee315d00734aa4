"""What the digits of a barcode mean.

A scanner sends text, at best with an AIM identifier in front (ISO/IEC 15424) that tells the symbology:

    ]E04006381333931                          EAN-13 (also UPC-A and UPC-E, filled with zeros)
    ]E496385074                               EAN-8
    ]C10104006381333931310300125010AB<GS>21X  GS1 element strings: item, 1.250 kg, batch, serial number
    ]Q1https://example.com/01/04006381333931  GS1 Digital Link

The catalogue knows codes by *keys*: a valid GTIN as its 14 digits, anything else as it is. A scan gives the keys by
which its product may stand there, best first; the caller takes the first that does. Keys are looked up in the table of
barcodes and nowhere else. An internal id (`K7Q2-1041`, also at the foot of receipts) is besides never a key: a code
that looks like one gets a `=` in front. So a barcode can never be taken for an id.

Scanners check the symbols they read, so a number with a wrong check digit is refused only under an identifier that
promises a right one. Elsewhere it is a shop's own number, and a key as it is.
"""

import calendar
import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Final, NoReturn

from biip import ParseConfig, ParseError
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_element_strings import GS1ElementString
from biip.gs1_messages import GS1Message

from appliance.domain.money import divide_half_up
from appliance.problems import Refusal

SEPARATOR: Final = "\x1d"
"""FNC1 between GS1 element strings, as scanners send it unless they are set otherwise."""

_AIM: Final = re.compile(r"\]([A-Za-z][0-9A-Za-z])")
_GTIN_LENGTHS: Final = (8, 12, 13, 14)
_ID_LIKE: Final = re.compile(r"=*[0-9A-Z]{4}-[0-9]+(\.[0-9]+)?", re.IGNORECASE)
_BLANKS: Final = "".join(map(chr, range(33))) + "\x7f\xa0"
_GS1_AIMS: Final = frozenset({"C1", "e0", "e1", "e2", "d2", "Q3", "J1"})
_EAN_AIMS: Final = frozenset({"E0", "E3", "E4"})
_ADD_ON: Final = re.compile(r"(97[789][0-9]{10})(?:[0-9]{2}|[0-9]{5})")
_ELEMENTS: Final = re.compile(r"01[0-9]{14}")
_GRAMS_PER_KILOGRAM: Final = (1000, 1)
_GRAMS_PER_POUND: Final = (45_359_237, 100_000)
"""453.59237 by definition (international yard and pound agreement, 1959)."""


class NotABarcode(Refusal):
    """The text is no barcode, or was misread. Fields: `text` (its beginning) and `reason`.

    The reason is `empty`, `check_digit`, `length`, `upc_e` (no UPC-E), `gs1` (no element strings), `date` or
    `verifier` (the price or weight on a label does not match its own check digit).
    """

    code: ClassVar[str] = "not_a_barcode"


@dataclass(frozen=True, slots=True)
class Scanned:
    """A barcode that was read.

    `text` is what was read without its AIM identifier, `aim` that identifier (`E0`). `keys` are candidate catalogue
    keys, best first, at least one. The rest is known where the code says it: `weight_milli_kg` is the net weight in
    grams, `price_minor_digits` an amount as (value, decimals), e.g. (2875, 2), `count` a number of pieces, `expires`
    the last day of use as an ISO date.
    """

    text: str
    aim: str | None
    keys: tuple[str, ...]
    weight_milli_kg: int | None = None
    price_minor_digits: tuple[int, int] | None = None
    count: int | None = None
    batch: str | None = None
    serial: str | None = None
    expires: str | None = None


def check_digit(digits: str) -> int:
    """The GS1 check digit that belongs after some digits: weights 3, 1, 3 … from the right, modulo 10.

    GS1 General Specifications, 7.9.1; the same for GTINs of all lengths, SSCC and GLN.
    """
    assert _is_number(digits), digits
    total = 3 * sum(map(int, digits[-1::-2])) + sum(map(int, digits[-2::-2]))
    return -total % 10


def is_gtin(text: str) -> bool:
    """Whether a text is a GTIN-8, 12, 13 or 14 with a right check digit."""
    return (
        len(text) in _GTIN_LENGTHS and _is_number(text) and check_digit(text[:-1]) == int(text[-1])
    )


def upc_e_to_upc_a(text: str) -> str:
    """The 12 digits of UPC-A for the 8 of UPC-E: number system, six digits, check digit.

    Also takes the six alone (number system 0) and seven without the check digit. Raises `NotABarcode`, as well for
    what has no right to be written so short (BS 797, rule 3 a to d).
    """
    if not _is_number(text) or len(text) not in {6, 7, 8}:
        _refuse(text, "upc_e")
    full = "0" + text if len(text) == 6 else text  # noqa: PLR2004 - the six digits of the symbol itself
    system, body = full[0], full[1:7]
    last = body[5]
    if last in "012":
        expanded = f"{body[:2]}{last}0000{body[2:5]}"
    elif last == "3":
        expanded = f"{body[:3]}00000{body[3:5]}"
    elif last == "4":
        expanded = f"{body[:4]}00000{body[4]}"
    else:
        expanded = f"{body[:5]}0000{last}"
    shorter_way = {"3": body[2] in "012", "4": body[3] == "0"}.get(
        last, last > "4" and body[4] == "0"
    )
    if system not in "01" or shorter_way:
        _refuse(text, "upc_e")
    upc_a = _completed(system + expanded)
    if full[7:] not in {"", upc_a[-1]}:
        _refuse(text, "check_digit")
    return upc_a


def catalogue_key(code: str) -> str:
    """How the catalogue stores a code, typed or scanned: a valid GTIN as 14 digits, anything else as it is.

    Blanks and control characters around it go, and so does an AIM identifier. A code that looks like an internal id
    gets a `=` in front, so that no key ever looks like one.
    """
    _, text = _parted(code)
    if is_gtin(text):
        return text.zfill(14)
    return f"={text}" if _ID_LIKE.fullmatch(text) else text


def as_it_is(code: str) -> Scanned:
    """A code that means nothing but itself: for one that the catalogue has though `read` refuses it."""
    aim, text = _parted(code)
    return Scanned(text=text, aim=aim, keys=(catalogue_key(text),))


@functools.lru_cache(maxsize=4096)
def read(text: str, separators: tuple[str, ...] = (SEPARATOR,)) -> Scanned:
    """What a scan says. `separators` are the characters that the scanner may send for FNC1.

    Raises `NotABarcode` for empty text, a wrong check digit where the AIM identifier promises a right one, and GS1
    element strings that are none.
    """
    aim, plain = _parted(text)
    if not plain:
        _refuse(text, "empty")
    if plain.startswith(("http://", "https://")):
        return _read_link(plain, aim)
    # A caret is how GS1's own tools write a leading FNC1.
    if aim in _GS1_AIMS or (aim is None and plain.startswith("^")):
        return _read_elements(plain, aim, separators)
    if aim is None and _ELEMENTS.match(plain):
        return _read_unmarked(plain, separators)
    return Scanned(plain, aim, _keys(plain, aim))


def _parted(code: str) -> tuple[str | None, str]:
    """The AIM identifier, if there is one, and the text without it."""
    text = code.strip(_BLANKS)
    aim = _AIM.match(text)
    return (None, text) if aim is None else (aim[1], text[aim.end() :].strip(_BLANKS))


def _keys(text: str, aim: str | None) -> tuple[str, ...]:
    if aim is None:
        return _number_keys(text)
    if aim in _EAN_AIMS:
        return _ean_keys(text, aim)
    if aim == "I1" and len(text) == 14 and not is_gtin(text):  # noqa: PLR2004 - ITF-14
        _refuse(text, "check_digit")
    return (catalogue_key(text),)


def _ean_keys(digits: str, aim: str) -> tuple[str, ...]:
    """Keys for EAN and UPC symbols, whose check digit the scanner has verified if it sends one."""
    if aim == "E3" and len(digits) in {15, 18}:
        # An issue of a magazine may be known by its add-on, or the magazine alone.
        if not is_gtin(digits[:13]):
            _refuse(digits, "check_digit")
        return digits, *_gtin_keys(digits[:13])
    if not _is_number(digits) or len(digits) not in {6, 7, 8, 11, 12, 13}:
        _refuse(digits, "length")
    if aim == "E4":
        if len(digits) == 7:  # noqa: PLR2004 - EAN-8 sent without its check digit
            return (catalogue_key(_completed(digits)),)
        if not is_gtin(digits):
            _refuse(digits, "check_digit")
        return (catalogue_key(digits),)
    keys = _upc_e_keys(digits) if len(digits) in {6, 7, 8} else _number_keys(digits)
    if not keys or (len(digits) == 13 and not is_gtin(digits)):  # noqa: PLR2004
        _refuse(digits, "check_digit")
    return keys


def _number_keys(text: str) -> tuple[str, ...]:
    """Keys for what came without an identifier.

    A number without a right check digit may be one that the scanner sends without it. A right one is never stretched
    into something else, but for 8 digits, which are EAN-8 or UPC-E and often right as both.
    """
    if is_gtin(text):
        keys = _gtin_keys(text)
        return _once(*keys, *_upc_e_keys(text)) if len(text) == 8 else keys  # noqa: PLR2004
    found = [catalogue_key(text)]
    if _is_number(text):
        if len(text) in {7, 11, 12}:
            found += _gtin_keys(_completed(text))
        if len(text) in {6, 7, 8}:
            found += _upc_e_keys(text)
    if add_on := _ADD_ON.fullmatch(text):
        found += _gtin_keys(add_on[1])
    return _once(*found)


def _gtin_keys(gtin: str) -> tuple[str, ...]:
    """The key of a valid GTIN, and where it is a UPC-A with a short form, that one as somebody may have typed it.

    Most UPC-E are right as GTIN-8, too, and stand in the catalogue as such. Beginning with 0, no other trade item has
    that number (RCN-8, GS1 General Specifications, 1.4); beginning with 1, another one may, and it is not offered.
    """
    key = gtin.zfill(14)
    short = _upc_e_of(key[2:]) if key.startswith("00") else None
    if short is None or (short.startswith("1") and is_gtin(short)):
        return (key,)
    return key, catalogue_key(short)


def _upc_e_keys(digits: str) -> tuple[str, ...]:
    try:
        return _gtin_keys(upc_e_to_upc_a(digits))
    except NotABarcode:
        return ()


def _upc_e_of(upc_a: str) -> str | None:
    """The UPC-E that stands for a UPC-A, if one does: the only one that expands to it."""
    system, digits, check = upc_a[0], upc_a[1:11], upc_a[11]
    for body in (
        digits[:2] + digits[7:] + digits[2],
        digits[:3] + digits[8:] + "3",
        digits[:4] + digits[9] + "4",
        digits[:5] + digits[9],
    ):
        try:
            if upc_e_to_upc_a(system + body + check) == upc_a:
                return system + body + check
        except NotABarcode:
            continue
    return None


def _read_elements(text: str, aim: str | None, separators: tuple[str, ...]) -> Scanned:
    if not text.isascii():
        _refuse(text, "gs1")
    if text.startswith("^"):
        separators = (*separators, "^")
    config = ParseConfig(separator_chars=separators, gs1_element_strings_verify_date=False)
    try:
        found = GS1Message.parse(text.strip("".join(separators)), config=config).element_strings
    except ParseError:
        _refuse(text, "gs1")
    if not found:
        _refuse(text, "gs1")
    return _said(text, aim, found)


def _read_unmarked(text: str, separators: tuple[str, ...]) -> Scanned:
    """What looks like element strings with an item in front, but for an identifier to tell so."""
    try:
        found = _read_elements(text, None, separators)
    except NotABarcode:
        return as_it_is(text)
    return replace(found, keys=_once(*found.keys, catalogue_key(text)))


def _read_link(text: str, aim: str | None) -> Scanned:
    """A Digital Link; any other address is a key as it is."""
    config = ParseConfig(gs1_element_strings_verify_date=False)
    try:
        link = GS1DigitalLinkURI.parse(text, config=config)
    except (ParseError, ValueError):
        return Scanned(text, aim, (text,))
    return _said(text, aim, link.element_strings) if text.isascii() else Scanned(text, aim, (text,))


def _said(text: str, aim: str | None, elements: Iterable[GS1ElementString]) -> Scanned:
    """What element strings say about an item (GS1 General Specifications, 3). Others are left unread.

    A price with a currency of its own (AI 393n) and a price per kilogram (395n) are not what the item costs here.
    """
    said = {element.ai.ai: element.value for element in elements}
    gtin = said.get("01")
    if gtin is not None and not is_gtin(gtin):
        _refuse(text, "check_digit")
    expires = said.get("17")
    return Scanned(
        text=text,
        aim=aim,
        keys=(catalogue_key(text),) if gtin is None else _gtin_keys(gtin),
        weight_milli_kg=_grams(said),
        price_minor_digits=_figure(said, "392"),
        count=int(said["30"]) if said.get("30") else None,
        batch=said.get("10"),
        serial=said.get("21"),
        expires=None if expires is None else _iso_date(text, expires),
    )


def _figure(said: Mapping[str, str], kind: str) -> tuple[int, int] | None:
    """A figure and its decimals, which are the last digit of its identifier: `3102 001400` is 14.00."""
    for ai, value in said.items():
        if ai[:3] == kind:
            return int(value), int(ai[3])
    return None


def _grams(said: Mapping[str, str]) -> int | None:
    for kind, (grams, parts) in (("310", _GRAMS_PER_KILOGRAM), ("320", _GRAMS_PER_POUND)):
        if figure := _figure(said, kind):
            value, decimals = figure
            return divide_half_up(value * grams, parts * 10**decimals)
    return None


def _iso_date(text: str, six: str) -> str | None:
    """The date of YYMMDD in this century; day 00 is the month's last, all zeros are no date.

    GS1 takes years more than 50 ahead for the century before, which no goods on sale expired in, and for which this
    would have to know today's date.
    """
    if six == "000000":
        return None
    year, month, day = 2000 + int(six[:2]), int(six[2:4]), int(six[4:])
    if not 1 <= month <= 12:  # noqa: PLR2004
        _refuse(text, "date")
    days = calendar.monthrange(year, month)[1]
    if day > days:
        _refuse(text, "date")
    return f"{year}-{month:02d}-{day or days:02d}"


def _completed(digits: str) -> str:
    return f"{digits}{check_digit(digits)}"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _once(*keys: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keys))


def _refuse(text: str, reason: str) -> NoReturn:
    raise NotABarcode(text=text[:48], reason=reason)
