"""From keys to characters, as libxkbcommon understands them.

A scanner that plays keyboard sends key numbers, which mean characters only in the layout that the
scanner was set to: `/` of a US scanner is `-` on a German keyboard. So each scan is typed into a
fresh XKB state of the configured layout: a stuck Shift or Caps Lock of one scan cannot reach the
next.

XKB does not know these things that scanners do, so they are done here:

- a dead key and Space are the accent itself, which is how `'` and `"` are typed on a "US
  international" keyboard and `^` on a German one; a dead key and a letter are one letter. The
  accents are those of the Compose table that comes with X11 (`en_US.UTF-8/Compose`: dead acute and
  Space are an apostrophe);
- digits of the keypad are digits whether or not Num Lock is on;
- Alt held while digits of the keypad are typed (Windows "ALT mode"): `Alt 0 2 9` is 0x1D;
- the GS1 separator 0x1D may travel as `Ctrl ]`, as `F12`, as `Alt 029`, or as a character of
  choice.
"""

import unicodedata
from typing import Final, Literal

import evdev.ecodes as e
from xkbcommon import xkb

from drivers.scanner import GROUP_SEPARATOR

Ending = Literal["enter", "tab"]

XKB_OFFSET: Final = 8
LAYOUT_LIST: Final = "/usr/share/X11/xkb/rules/evdev.lst"
KEYPAD: Final[dict[int, str]] = {
    e.KEY_KP0: "0",
    e.KEY_KP1: "1",
    e.KEY_KP2: "2",
    e.KEY_KP3: "3",
    e.KEY_KP4: "4",
    e.KEY_KP5: "5",
    e.KEY_KP6: "6",
    e.KEY_KP7: "7",
    e.KEY_KP8: "8",
    e.KEY_KP9: "9",
    e.KEY_KPDOT: ".",
}
ENDING_KEYS: Final[dict[int, Ending]] = {
    e.KEY_ENTER: "enter",
    e.KEY_KPENTER: "enter",
    e.KEY_TAB: "tab",
}
ENDING_CHARACTERS: Final[dict[str, Ending]] = {"\r": "enter", "\n": "enter", "\t": "tab"}
DEAD_KEYS: Final[dict[int, tuple[str, str]]] = {
    0xFE50: ("`", "\N{COMBINING GRAVE ACCENT}"),
    0xFE51: ("'", "\N{COMBINING ACUTE ACCENT}"),
    0xFE52: ("^", "\N{COMBINING CIRCUMFLEX ACCENT}"),
    0xFE53: ("~", "\N{COMBINING TILDE}"),
    0xFE54: ("¯", "\N{COMBINING MACRON}"),
    0xFE55: ("˘", "\N{COMBINING BREVE}"),
    0xFE56: ("˙", "\N{COMBINING DOT ABOVE}"),
    0xFE57: ('"', "\N{COMBINING DIAERESIS}"),
    0xFE58: ("°", "\N{COMBINING RING ABOVE}"),
    0xFE59: ("˝", "\N{COMBINING DOUBLE ACUTE ACCENT}"),
    0xFE5A: ("ˇ", "\N{COMBINING CARON}"),
    0xFE5B: ("\N{CEDILLA}", "\N{COMBINING CEDILLA}"),
    0xFE5C: ("\N{OGONEK}", "\N{COMBINING OGONEK}"),
}
"""XKB's number of a dead key (`xkbcommon-keysyms.h`): the accent by itself, and over a letter."""
_MOST_ALT_DIGITS: Final = 5
"""No character has a longer number: they end at 65,535 in the mode of Windows that scanners use."""
CONTROL_KEYS: Final = frozenset({e.KEY_LEFTCTRL, e.KEY_RIGHTCTRL})


def compile_layout(layout: str, variant: str) -> xkb.Keymap:
    """The key map of one layout, for instance "de" with variant "nodeadkeys".

    Raises `ValueError`, whose sentence begins with "layout", when there is no such layout.
    """
    context = xkb.Context(no_environment_names=True)
    context.set_log_level(0)
    try:
        return context.keymap_new_from_names(
            rules="evdev", model="pc105", layout=layout, variant=variant or None
        )
    except xkb.XKBError as trouble:
        raise ValueError(
            f"layout {layout!r} with variant {variant!r} is unknown; {LAYOUT_LIST} lists them"
        ) from trouble


class Keys:
    """One scan's keyboard. `press` answers the characters that a key adds."""

    def __init__(self, keymap: xkb.Keymap, separators: frozenset[str]) -> None:
        """Type into a fresh state of `keymap`; `separators` as in the options of the driver."""
        self._keymap = keymap
        self._separators = separators
        self.reset()

    def reset(self) -> None:
        """Forget all modifiers and locks: a new scan begins."""
        self._state = self._keymap.state_new()
        self._down: set[int] = set()
        self._alt_digits = ""
        self._accent: tuple[str, str] | None = None

    def press(self, code: int) -> str:
        """The characters that pressing evdev key `code` gives: none for a modifier."""
        if e.KEY_LEFTALT in self._down and code in KEYPAD and KEYPAD[code].isdigit():
            # One more than counts is enough to know that it was too many.
            self._alt_digits = (self._alt_digits + KEYPAD[code])[: _MOST_ALT_DIGITS + 1]
            return ""
        text = self._accented(code, self._text_of(code))
        self._down.add(code)
        self._state.update_key(code + XKB_OFFSET, xkb.KeyDirection.XKB_KEY_DOWN)
        return text

    def release(self, code: int) -> str | None:
        """The characters that releasing `code` gives: some only at the end of Alt and digits.

        Nothing at all (None) where more digits were typed than a character has: part of a number, or rubbish.

        A key that was not pressed in this scan is left alone: it belongs to the one before.
        """
        if code not in self._down:
            return ""
        self._down.discard(code)
        self._state.update_key(code + XKB_OFFSET, xkb.KeyDirection.XKB_KEY_UP)
        if code != e.KEY_LEFTALT or not self._alt_digits:
            return ""
        digits, self._alt_digits = self._alt_digits, ""
        if len(digits) > _MOST_ALT_DIGITS:
            return None
        return self._separated(_alt_character(digits), "alt_029")

    def rest(self) -> str:
        """The accent of a dead key after which nothing came; asked at the end of a scan."""
        accent, self._accent = self._accent, None
        return accent[0] if accent else ""

    def _accented(self, code: int, text: str) -> str:
        """`text` with the accent of the dead key before it, which waits until a character comes."""
        dead = None if text else DEAD_KEYS.get(self._state.key_get_one_sym(code + XKB_OFFSET))
        if not text and not dead:
            return ""
        accent, self._accent = self._accent, dead
        if accent is None:
            return text
        alone, combining = accent
        if text == " ":
            return alone
        letter = unicodedata.normalize("NFC", text + combining)
        return letter if text and len(letter) == 1 else alone + text

    def _text_of(self, code: int) -> str:
        if code in KEYPAD:
            return KEYPAD[code]
        if code == e.KEY_F12:
            return GROUP_SEPARATOR if "f12" in self._separators else ""
        # By its place as well: in other layouts this key is no bracket, and scanners do not care.
        if code == e.KEY_RIGHTBRACE and self._down & CONTROL_KEYS:
            return GROUP_SEPARATOR if "ctrl_]" in self._separators else ""
        text: str = self._state.key_get_string(code + XKB_OFFSET)
        text = self._separated(text, "ctrl_]")
        return GROUP_SEPARATOR if text in self._separators else text

    def _separated(self, text: str, travelled_as: str) -> str:
        if text == GROUP_SEPARATOR and travelled_as not in self._separators:
            return ""
        return text


def _alt_character(digits: str) -> str:
    """What Windows makes of Alt and these digits: a leading zero means code page 1252, else 437."""
    number = int(digits) % 256
    code_page = "cp1252" if digits.startswith("0") else "cp437"
    return bytes([number]).decode(code_page, errors="replace")
