"""What texts that people type may be: on one line, of characters that can be printed. In the catalogue not too long."""

import re
from typing import Final

from appliance.problems import Refusal
from appliance.services.catalogue_cells import FORBIDDEN

_TURNING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""What turns the direction of all that comes after it, beyond the text itself (Unicode Annex 9): `abc` reads `cba`."""


class TooLong(Refusal):
    """A text is too long: `found` characters, at most `most`."""

    code = "text_too_long"


class Unprintable(Refusal):
    """A text has a character that cannot be printed."""

    code = "text_unprintable"


def refuse_text(text: str, field: str, most: int) -> None:
    """Raises `TooLong` or `Unprintable`, naming the field."""
    if len(text) > most:
        raise TooLong(found=len(text), most=most, field=field)
    refuse_signs(text, field)


def refuse_signs(text: str, field: str) -> None:
    """Raises `Unprintable`, naming the field."""
    if FORBIDDEN.search(text) or _TURNING.search(text) or "\n" in text:
        raise Unprintable(field=field)
