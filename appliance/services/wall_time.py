"""Times of the day as people write them."""

import re
from typing import Final

from appliance.problems import Refusal

_CLOCK: Final = re.compile(r"(\d|[01]\d|2[0-3]):([0-5]\d)", re.ASCII)


class NotATime(Refusal):
    """A time of the day is written as hours and minutes, `8:58` or `09:30`: `text`."""

    code = "not_a_time"


def minute(text: str) -> int:
    """The minute of the day of `09:30`. Raises `NotATime`."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise NotATime(text=text)
    return int(found[1]) * 60 + int(found[2])
