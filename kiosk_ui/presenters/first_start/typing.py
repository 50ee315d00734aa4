"""What is typed at the first start: names, rates, PINs, and passwords that may hold every sign there is."""

from typing import Final

import msgspec

from kiosk_ui.presenters.keys import BACKSPACE, BACKSPACE_KEY, NO_KEY, KeyView, digit_pad
from kiosk_ui.presenters.sheet import DOT, NAME_SIGNS
from kiosk_ui.presenters.workshop.typing import CARET, SHIFT, capital, keyboard
from kiosk_ui.strings import Words

LONGEST: Final = 200
LONGEST_PIN: Final = 12
LONGEST_RATE: Final = 8
SIGNS: Final = "signs"
_SYMBOLS: Final = ("!\"#$%&'()*", "+,-./:;<=>", "?@[\\]^_`{|", "}~€£§")


class Typing(msgspec.Struct, frozen=True):
    """A text while it is typed: of which field, how, and whether capitals or signs are shown.

    `how` is `text`, `password` (every sign), `secret` (digits that are not shown) or `rate` (digits and a point).
    """

    key: str
    how: str
    text: str = ""
    shifted: bool = False
    signs: bool = False

    @property
    def is_pad(self) -> bool:
        """Whether it is keyed on a pad of digits."""
        return self.how in {"secret", "rate"}

    @property
    def shown(self) -> str:
        """The text as it is to be read while it is typed."""
        return (DOT * len(self.text) if self.how == "secret" else self.text) + CARET

    def keyed(self, name: str) -> "Typing":
        """After one more key."""
        if name == SHIFT:
            return msgspec.structs.replace(self, shifted=not self.shifted)
        if name == SIGNS:
            return msgspec.structs.replace(self, signs=not self.signs)
        if name == BACKSPACE:
            return msgspec.structs.replace(self, text=self.text[:-1])
        if self.how == "secret":
            fits = name.isdecimal() and name.isascii() and len(self.text) < LONGEST_PIN
        elif self.how == "rate":
            is_digit = name.isdecimal() and name.isascii()
            fits = len(self.text) < LONGEST_RATE and (
                is_digit or (name == "." and "." not in self.text)
            )
        else:
            fits = name.isprintable() and len(name) == 1 and len(self.text) < LONGEST
        if not fits:
            return self
        sign = capital(name) if self.shifted and not self.signs else name
        return msgspec.structs.replace(self, text=self.text + sign)

    def keys(self, words: Words) -> tuple[tuple[KeyView, ...], ...]:
        """The keyboard; nothing for what is keyed on the pad."""
        if self.is_pad:
            return ()
        if self.how == "text":
            return keyboard(words, shifted=self.shifted, signs=NAME_SIGNS[words.language])
        if self.signs:
            return symbols(words)
        *upper, last = keyboard(words, shifted=self.shifted, signs="-_.!@#$&")
        return (*upper, (last[0], _switch(words, "first.signs"), *last[1:]))

    def pad(self) -> tuple[KeyView, ...]:
        """The digits; nothing for what is typed on the keyboard."""
        if not self.is_pad:
            return ()
        return digit_pad(corner=KeyView(".", text=".") if self.how == "rate" else NO_KEY)


def symbols(words: Words) -> tuple[tuple[KeyView, ...], ...]:
    """All signs of ASCII that are neither letters nor digits, and some more."""
    digits = tuple(KeyView(sign, text=sign) for sign in "1234567890")
    *upper, last = (tuple(KeyView(sign, text=sign) for sign in row) for row in _SYMBOLS)
    space = KeyView(" ", text=words("search.space"), share=3)
    return (digits, *upper, (_switch(words, "first.letters"), *last, space, BACKSPACE_KEY))


def _switch(words: Words, key: str) -> KeyView:
    return KeyView(SIGNS, text=words(key), fill="blue_soft")
