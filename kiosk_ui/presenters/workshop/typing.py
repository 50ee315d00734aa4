"""The keyboard on the screen for one text of a form: letters, digits and the signs of addresses and paths."""

from typing import Final

import msgspec

from kiosk_ui.presenters.keys import KeyView, keyboard_rows
from kiosk_ui.presenters.workshop.views import EditView
from kiosk_ui.strings import Words

CARET: Final = "|"
SHIFT: Final = "shift"
SIGNS: Final = "/-_.:@,=+"
"""With the shift key as many as there are digits, so that all rows have keys of one width."""


def edit_view(words: Words, text: str, *, shifted: bool) -> EditView:
    """The text as far as it was typed, and the keys."""
    return EditView(
        text=text + CARET,
        keys=keyboard(words, shifted=shifted),
        take=words("workshop.take"),
        cancel=words("workshop.cancel"),
    )


def keyboard(words: Words, *, shifted: bool, signs: str = SIGNS) -> tuple[tuple[KeyView, ...], ...]:
    """Rows of keys: digits, letters, and a row of `signs` with the shift key."""
    rows = (*keyboard_rows(words.language, words("search.space")), _plain(signs))
    if shifted:
        rows = tuple(
            tuple(msgspec.structs.replace(key, text=capital(key.text)) for key in row)
            for row in rows
        )
    shift = KeyView(SHIFT, icon="apple-keyboard-shift", fill="blue_soft" if shifted else "surface")
    return (*rows[:-1], (shift, *rows[-1]))


def _plain(signs: str) -> tuple[KeyView, ...]:
    return tuple(KeyView(sign, text=sign) for sign in signs)


def capital(sign: str) -> str:
    """A capital letter; what has none of one letter stays as it is, and so do words."""
    upper = sign.upper()
    return upper if len(sign) == len(upper) == 1 else sign
