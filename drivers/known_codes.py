"""Two barcodes whose texts are known beforehand: what a scanner makes of them tells how it is set.

They stand on the printed self-test slip, and on the screen while a scanner is tried out.

* `LAYOUT` is a Code 128 of letters and signs that lie elsewhere on the keyboards of other countries, and of digits. If
  anything else arrives, articles with letters in their numbers would be sold as others, or not at all.
* `SEPARATOR` is a GS1-128 (Code 128 that begins with FNC1) of two element strings: batch (10), of a length that is not
  fixed, and serial number (21). Between them stands FNC1, which a scanner sends as the group separator 0x1D (GS1
  General Specifications, 7.8.3). Without it nobody can tell where the batch ends.
"""

import re
from typing import Final, Literal

import msgspec

GROUP_SEPARATOR: Final = "\x1d"
LAYOUT: Final = "OP-AZYQWM/09"
SEPARATOR: Final = f"10ZY{GROUP_SEPARATOR}2107"

Verdict = Literal["right", "wrong_layout", "adds_something", "no_separator", "another"]

_AIM: Final = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_FEW: Final = 5
_JOINED: Final = re.compile(rf".{{0,{_FEW}}}10ZY.{{0,{_FEW}}}2107.{{0,{_FEW}}}", re.DOTALL)


class Heard(msgspec.Struct, frozen=True):
    """What a scanner made of a known code, and whether it sends AIM identifiers."""

    verdict: Verdict
    aim: bool


def judge(text: str, code: str) -> Heard:
    """What `text`, which a scanner sent, says of the scanner that was to read `code`.

    Another article is no fault: a number of digits alone, or a text of quite another length. A text of about the right
    length is the code in the letters of another keyboard, an AIM identifier in front garbled with it.
    """
    aim = _AIM.match(text)
    said = text[aim.end() :] if aim else text
    return Heard(_verdict(said, code), aim is not None)


def shown(text: str) -> str:
    """A text for people: the separator, which has no shape, by its name."""
    return text.replace(GROUP_SEPARATOR, "<GS>")


def _verdict(said: str, code: str) -> Verdict:
    if said == code or (code == SEPARATOR and said.removeprefix(GROUP_SEPARATOR) == code):
        return "right"
    if code == SEPARATOR:
        return "no_separator" if _JOINED.fullmatch(said) else "another"
    if code in said:
        return "adds_something"
    # "]C0" typed in another layout is three other characters; a dead key may have swallowed one.
    is_about_as_long = len(code) - 1 <= len(said) <= len(code) + 4
    is_known = said.isdecimal() or _JOINED.fullmatch(said)
    return "wrong_layout" if is_about_as_long and not is_known else "another"
