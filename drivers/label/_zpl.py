r"""ZPL II in bytes: what a label and a question look like on the wire, and how the answer reads.

A label is one format. What others may have set is set anew; what belongs to the printer (darkness, speed, kind of
media) is left alone.

    ^XA ^CI28                             UTF-8
    ^FOx,y ^A0N,h ^FH_ ^FDGr_C3_BC_C3_9Fe^FS   a row of text in font 0, in dots
    ^FOx,y ^A0N,h ^FBw,1,0,R,0 ^FH_ ^FD…^FS    the same at the right edge of a box
    ^FOx,y ^GFA,n,n,b,<hex>^FS            a row of text as a picture, b bytes a row of dots
    ^FOx,y ^GBw,h,w^FS                    one bar
    ^PQ3,0,0,N ^XZ                        three of it

Nothing of a product's name can be taken for a command: of each text only letters, digits, blanks and a few harmless
signs go as they are, everything else as the hexadecimal digits of its UTF-8 bytes (`^FH`). Text beyond code page 1252,
which is what font 0 has on every printer, is drawn as a picture, and so is text with a backslash (`^FB` obeys it).

Bars are drawn as boxes, from the same modules as on sheets: firmware differs in which barcodes it has and how it counts
their check digits and shifts, but every firmware has boxes.

`~HS` asks how the printer is. It answers three strings (ZPL II Programming Guide, "Host Status Return"):

    STX aaa,b,c,dddd,eee,f,g,h,iii,j,k,l ETX CR LF      b paper out, c pause, eee formats in the buffer, h partial
                                                       format, j memory lost, k and l too cold and too hot
    STX mmm,n,o,p,q,r,s,t,uuuuuuuu,v,www ETX CR LF      o head up, p ribbon out, q thermal transfer, u labels remaining
    STX xxxx,y ETX CR LF                                password, static memory

The guide also says that a printer may be silent while media or ribbon are out, the head is open or too hot.
"""

import math
import re
from typing import Final

from drivers.label import Label, LabelStatus
from drivers.label import _letters as letters
from drivers.label._face import Bars, Text, arrange

QUESTION: Final = b"~HS"
ANSWER_LONGEST: Final = 256
"""Three strings have some 80 bytes; what goes on longer is no answer."""
HARMLESS: Final = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,:;/+-()=%*"
)
WIDEST_MODULE_MM: Final = 0.4
NARROWEST_MODULE_MM: Final = 0.16
"""Narrower bars are read by few hand scanners, and blurred by most print heads."""

FONT_0_WIDTHS: Final = {
    letter: hundredths / 100
    for hundredths, group in (
        (26, "'\\{|}¦"),
        (30, " /:;Iijltfª²³¹ºÌÍÎÏìíîï‘’‚‹›"),  # noqa: RUF001 - code page 1252
        (38, '!"(),.[]`rz¡¨¯´·¸žˆ˜'),  # noqa: RUF001 - the same
        (56, "ABCKPSVXY¶ÀÁÂÃÄÅÇÝÞŠŸ"),
        (62, "DGHNOQRUÐÑÒÓÔÕÖØÙÚÛÜ"),
        (70, "&w"),
        (82, "%-@MWm©®¼½¾ÆæŒœ"),
        (100, "—…™"),
        (120, "‰"),
    )
    for letter in group
}
"""Widths of the letters of font 0 in heights, rounded up, as zebrash draws them; all others have a half."""

_NUMBER: Final = rb"[0-9]{1,10}"
_FLAG: Final = rb"[01]"
_CODE: Final = rb"[0-9A-Za-z]{1,4}"


def _string(*fields: bytes) -> bytes:
    return rb"\x02" + b",".join(fields) + rb"\x03\r?\n?"


_ANSWER: Final = re.compile(
    _string(
        *(_NUMBER, rb"(?P<paper>[01])", rb"(?P<pause>[01])", _NUMBER, rb"(?P<formats>[0-9]{1,5})"),
        *(_FLAG, _FLAG, rb"(?P<partial>[01])", _NUMBER),
        *(rb"(?P<memory>[01])", rb"(?P<cold>[01])", rb"(?P<hot>[01])"),
    )
    + _string(
        *(_NUMBER, _NUMBER, rb"(?P<head>[01])", rb"(?P<ribbon>[01])", rb"(?P<transfer>[01])"),
        *(_CODE, _CODE, _FLAG, rb"(?P<labels>[0-9]{1,10})", _CODE, _NUMBER),
    )
    + _string(_CODE, _FLAG)
)


class Builder:
    """Makes formats for one size of labels, in millimetres, at so many dots a millimetre."""

    def __init__(self, width_mm: float, height_mm: float, dpmm: int) -> None:
        """Know the paper."""
        self.width_mm = width_mm
        self.height_mm = height_mm
        self.dpmm = dpmm

    @property
    def picture_bytes(self) -> int:
        """How long a label's format is about, if all of it is a picture: two digits for eight dots."""
        return 2 * (self._dots(self.width_mm) + 7) // 8 * self._dots(self.height_mm)

    def label(self, label: Label, copies: int) -> bytes:
        """One label, so many times. Raises `_letters.FontMissing` if it needs a picture that cannot be drawn."""
        modules = [dots / self.dpmm for dots in self._module_dots()]
        face = arrange(label, self.width_mm, self.height_mm, self, modules)
        fields = [self._text(text) for text in face.texts]
        if face.bars is not None:
            fields.append(self._bars(face.bars))
        across, down = self._dots(self.width_mm), self._dots(self.height_mm)
        head = f"^XA^CI28^LH0,0^LS0^FWN^PON^PMN^LRN^PW{across}^LL{down}\n"
        return f"{head}{''.join(fields)}^PQ{copies},0,0,N^XZ\n".encode("ascii")

    def width(self, text: str, size: float, *, bold: bool) -> float:
        """At least as wide as `text` will be printed; see `_face.Letters`. Font 0 is always bold."""
        del bold
        if is_printable(text):
            return size * sum(FONT_0_WIDTHS.get(letter, 0.5) for letter in text)
        return letters.width(text, size, bold=True)

    def _module_dots(self) -> range:
        widest = math.floor(WIDEST_MODULE_MM * self.dpmm)
        return range(widest, math.ceil(NARROWEST_MODULE_MM * self.dpmm) - 1, -1)

    def _dots(self, length_mm: float) -> int:
        return round(length_mm * self.dpmm)

    def _text(self, text: Text) -> str:
        if not text.text:
            return ""
        x, y, size = self._dots(text.x), self._dots(text.y), self._dots(text.size)
        width = self._dots(text.width)
        if is_printable(text.text):
            box = "" if text.align == "left" else f"^FB{width},1,0,{text.align[0].upper()},0"
            return f"^FO{x},{y}^A0N,{size}{box}^FH_^FD{escaped(text.text)}^FS\n"
        drawn = letters.picture(text.text, size, bold=True)
        free = max(0, width - drawn.width)
        x += {"left": 0, "center": free // 2, "right": free}[text.align]
        row_bytes = (drawn.width + 7) // 8
        ink = drawn.tobytes()
        return f"^FO{x},{y}^GFA,{len(ink)},{len(ink)},{row_bytes},{ink.hex().upper()}^FS\n"

    def _bars(self, bars: Bars) -> str:
        x, y, height = self._dots(bars.x), self._dots(bars.y), self._dots(bars.height)
        module = self._dots(bars.module)
        return "".join(
            f"^FO{x + place * module},{y}^GB{width * module},{height},{width * module}^FS\n"
            for place, width in bars.symbol.bars()
        )


def is_printable(text: str) -> bool:
    """Whether font 0 has all of its letters and obeys none of them."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return "\\" not in text


def escaped(text: str) -> str:
    """`text` as field data behind `^FH_`."""
    return "".join(
        character
        if character in HARMLESS
        else "".join(f"_{byte:02X}" for byte in character.encode())
        for character in text
    )


def read_status(answer: bytes) -> LabelStatus | None:
    """What the answer to `~HS` says; nothing unless it is exactly three strings as above.

    The ribbon counts only in thermal transfer mode: a printer that burns the paper itself has none.
    """
    found = _ANSWER.fullmatch(answer)
    if found is None:
        return None

    def is_set(name: str) -> bool:
        return found[name] == b"1"

    return LabelStatus(
        labels_out=is_set("paper"),
        ribbon_out=is_set("ribbon") and is_set("transfer"),
        head_open=is_set("head"),
        paused=is_set("pause"),
        fault=is_set("memory") or is_set("cold") or is_set("hot"),
        waiting=int(found["formats"]) + int(found["labels"]) + is_set("partial"),
    )
