"""What texts of the catalogue may be: as long as its file allows, on one line, of characters that can be printed."""

from appliance.problems import Refusal
from appliance.services.catalogue_cells import FORBIDDEN


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
    if FORBIDDEN.search(text) or "\n" in text:
        raise Unprintable(field=field)
