"""What readers type, and what badge that is: the formats of 125 kHz readers that play keyboard.

The chip of an EM4100 tag says ten hex digits: version, customer and a number of 32 bits. Readers
type them in one of these ways, here for the tag 01026F6C3A (a maker's table of them:
zgznk.com, "09A-EMID-6H10D"; their catalogues call `10d` "8H10D", `13d` "10H13D", `8d` "6H8D",
`3d5d` "2H4H" or "WG26", and `5d5d` "4H4H"):

    10h         01026F6C3A              all five bytes
    13d         0004335823930           all five bytes as a decimal number
    8h          026F6C3A                the low four bytes
    10d         0040856634              the low four bytes as a decimal number
    5d5d        00623,27706             the low four bytes, two and two
    8d          07302202                the low three bytes as a decimal number
    3d5d        111,27706               the low three bytes: facility and card
    8h+10d      026F6C3A0040856634      two at once, which must say the same
    10d+3d5d    0040856634111,27706     what is printed on many tags; also with a blank between

One text may fit two formats: 0040856634 can be `10d` or a `10h` that happens to have no letters. The
format "auto" therefore takes decimal formats and the pairs only. A reader that types hex must be
named as such, and shows that at its first tag with a letter, rather than at every fiftieth tag
without one.
"""

import re
from typing import Final, Literal

from drivers.badge import FORMS, Badge, is_blank

Format = Literal["auto", "10h", "13d", "8h", "10d", "5d5d", "8d", "3d5d", "8h+10d", "10d+3d5d"]

MAX_LENGTH: Final = 24
"""No format is longer than this."""

_AUTO: Final[tuple[Format, ...]] = ("13d", "10d", "5d5d", "3d5d", "8h+10d", "10d+3d5d")

# Each named group is one number: `h` in hex and `d` in decimal for a whole, `hi` and `lo` for halves.
_PATTERNS: Final[dict[str, re.Pattern[str]]] = {
    "10h": re.compile(r"(?P<h>[0-9A-Fa-f]{10})"),
    "13d": re.compile(r"(?P<d>[0-9]{13})"),
    "8h": re.compile(r"(?P<h>[0-9A-Fa-f]{8})"),
    "10d": re.compile(r"(?P<d>[0-9]{10})"),
    "5d5d": re.compile(r"(?P<hi>[0-9]{5}),(?P<lo>[0-9]{5})"),
    "8d": re.compile(r"(?P<d>[0-9]{8})"),
    "3d5d": re.compile(r"(?P<hi>[0-9]{3}),(?P<lo>[0-9]{5})"),
    "8h+10d": re.compile(r"(?P<h>[0-9A-Fa-f]{8})[ ,]?(?P<d>[0-9]{10})"),
    "10d+3d5d": re.compile(r"(?P<d>[0-9]{10}) ?(?P<hi>[0-9]{3}),(?P<lo>[0-9]{5})"),
}
_FORM: Final[dict[str, str]] = {
    "10h": "em4100",
    "13d": "em4100",
    "8h": "em4100-32",
    "10d": "em4100-32",
    "5d5d": "em4100-32",
    "8d": "wiegand26",
    "3d5d": "wiegand26",
    "8h+10d": "em4100-32",
    "10d+3d5d": "em4100-32",
}
_LOW_BITS: Final = 16
_AROUND: Final = re.compile(r"^[^0-9A-Fa-f]+|[^0-9A-Fa-f]+$")
# The lengths of `FORMS`, and that of an RDM6300's frame, which is a number and its checksum.
_HEX_NUMBER: Final = re.compile(
    "|".join(f"[0-9A-Fa-f]{{{length}}}" for length in sorted({*FORMS.values(), 12}))
)


def badge_typed(text: str, written_as: Format, device: str) -> Badge | None:
    """The badge that `text` means, or nothing if it does not fit, is out of range, blank or in doubt."""
    formats = _AUTO if written_as == "auto" else (written_as,)
    found = [badge for name in formats if (badge := _read(text, name, device)) is not None]
    return found[0] if len(found) == 1 else None


def may_be_badge(text: str) -> bool:
    """Whether some badge reader may have said this, with whatever stands before and behind the number.

    For texts that nobody asked for: better to hide an article's number than to show a badge's.
    """
    core = _AROUND.sub("", text)
    return _HEX_NUMBER.fullmatch(core) is not None or any(
        _read(core, name, "") is not None for name in _PATTERNS
    )


def _read(text: str, name: str, device: str) -> Badge | None:
    fitting = _PATTERNS[name].fullmatch(text)
    if fitting is None:
        return None
    parts = fitting.groupdict()
    form = _FORM[name]
    digits = FORMS[form]
    numbers = [int(parts[key], base) for key, base in (("h", 16), ("d", 10)) if parts.get(key)]
    if "hi" in parts:
        high, low = int(parts["hi"]), int(parts["lo"])
        # The pair says 24 bits of a longer number, or all of it.
        pair_bits = 24 if len(parts["hi"]) == len("255") else 32
        if low >= 1 << _LOW_BITS:
            return None
        pair = high << _LOW_BITS | low
        if numbers and numbers[0] % (1 << pair_bits) != pair:
            return None
        numbers = numbers or [pair]
    if len(set(numbers)) != 1 or numbers[0] >= 1 << (4 * digits):
        return None
    badge_id = f"{numbers[0]:0{digits}X}"
    return None if is_blank(badge_id) else Badge(badge_id, form, device)
