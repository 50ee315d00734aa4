"""The pairing code: one Code 128 symbol from which a scanner's settings can be told.

What a scanner that plays keyboard sends are places on a keyboard, and the same places are another
text on each country's keyboard. So the scanner reads a text that is known beforehand, and the
layout in which its keys say just that is the layout that it is set to. What stands around the text
are the prefix, the AIM identifier (`]C0` for Code 128) and the suffix.
"""

import re
from typing import Final, Literal

import msgspec

from drivers.scanner._assembly import Suffix

CODE: Final = "OP0-zyaqwm_/+:]')\\1"
"""The text of the symbol that the screen shows: 19 characters, 244 modules wide as Code 128.

`z y a q w m 0` and the signs tell the families of keyboards apart; `'` tells "US international" from
"US", `)` Slovak from Czech, and the backslash Norwegian, Danish and Swedish, and British from
American. It has none of the accents that are dead keys on most keyboards (`^`, the backtick, `~`).
"""

Layout = tuple[str, str]
"""XKB's names of a layout and its variant; an empty variant is the layout's usual one."""

LAYOUTS: Final[tuple[Layout, ...]] = (
    ("us", ""),  # and the Polish (programmers), Latvian, Romanian (programmers), Australian ones
    ("gb", ""),  # and the Irish one
    ("de", ""),  # and the Austrian one
    ("fr", ""),
    ("it", ""),
    ("es", ""),
    ("ch", ""),  # in German and in French
    ("be", ""),
    ("nl", ""),
    ("se", ""),  # and the Finnish one
    ("no", ""),
    ("dk", ""),
    ("is", ""),
    ("pt", ""),
    ("br", ""),
    ("latam", ""),
    ("cz", ""),
    ("cz", "qwerty"),
    ("sk", ""),
    ("sk", "qwerty"),
    ("pl", "qwertz"),
    ("hu", ""),
    ("hu", "qwerty"),
    ("hr", ""),  # and the Slovenian, Serbian (Latin) and Bosnian ones
    ("ro", "std"),
    ("tr", ""),
    ("tr", "f"),
    ("us", "intl"),
    ("ca", ""),
    ("ca", "fr-legacy"),
    ("ca", "multix"),
    ("jp", ""),
    ("us", "dvorak"),
)
"""One of each kind, the first that fits is taken. Those beside it type the same: a test proves it."""

_FRAMED: Final = re.compile(
    rf"(?P<prefix>[^\r\n\t]*?)(?P<aim>\][A-Za-z][0-9A-Za-z])?{re.escape(CODE)}(?P<ending>[\r\n\t]*)"
)
ENDINGS: Final = "\r\n\t"
_LONGEST_PREFIX: Final = 8
# Makers have letters of their own for each symbology, "D" or "j" for Code 128. Such a letter, or an
# AIM identifier in front of the prefix, is another one before the next kind of symbol.
_NO_PREFIX: Final = re.compile(r"[A-Za-z]|.*\][A-Za-z][0-9A-Za-z].*", re.DOTALL)


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A scanner that read the code: `options` are ready for a table of the configuration.

    `aim` says whether it sends AIM identifiers; if not, advise to switch them on. `node` is the device's
    file, as the kernel calls it now.
    """

    type: str
    label: str
    options: dict[str, object]
    aim: bool
    node: str = ""


class Misread(msgspec.Struct, frozen=True, kw_only=True):
    """Something like a scan came from `label`, and it is not the code in any way that is known.

    `why` is "another_code"; "unknown_frame" if the code is in it, with something before or behind
    it that no option can express (the scanner wants another suffix or no prefix); or "garbled" if
    a serial line's speed was wrong (another one is set now: scan again).
    """

    label: str
    text: str
    why: Literal["another_code", "unknown_frame", "garbled"] = "another_code"


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """What stood around the code, in the words of a scanner's options."""

    prefix: str
    suffix: Suffix
    aim: bool

    @property
    def options(self) -> dict[str, object]:
        """As keys of a configuration table; no prefix is no key."""
        prefix = {"prefix": self.prefix} if self.prefix else {}
        return {**prefix, "suffix": self.suffix}


def frame_of(text: str, *, mixed_ending: Suffix | None) -> Frame | None:
    """What stands around the code in `text`, or nothing if it is not exactly the code.

    It is nothing as well if no option can express it: anything but Enter and Tab behind the code, a
    prefix that changes with the kind of symbol. `mixed_ending` is the suffix that copes with Enter
    and Tab together.
    """
    framed = _FRAMED.fullmatch(text)
    if framed is None:
        return None
    prefix, ending = framed["prefix"], framed["ending"]
    if len(prefix) > _LONGEST_PREFIX or _NO_PREFIX.fullmatch(prefix):
        return None
    suffix = _suffix_of(ending) if ending else "none"
    suffix = suffix or mixed_ending
    return Frame(prefix=prefix, suffix=suffix, aim=framed["aim"] is not None) if suffix else None


def _suffix_of(ending: str) -> Suffix | None:
    if ending == "\t":
        return "tab"
    return "enter" if "\t" not in ending else None
