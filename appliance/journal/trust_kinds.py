"""The kinds of entries about what is not to be trusted; see `kinds` for what holds for all kinds.

Facts, both: what was refused at the time clock, and which devices people say are the shop's own.
"""

from typing import ClassVar, Final

from appliance.journal.body import Body


class PunchRefused(Body, frozen=True):
    """A punch or a badge was refused for a reason that smells. Never with the number of a badge.

    `why` is `not_here` (the act is not possible at `place`), `replayed` or `stale` (a reading of a badge that came
    twice, or late), `unknown_badge`, `taken_badge` (it was taken from somebody: lost or stolen), `left` (of somebody
    who no longer works here) or `pin_locked` (too many wrong PINs). `employee` is who it was or said to be, if known.
    `by` is `pin` or the form of the badge. `more` says that there were others within the hour, which are not noted.
    """

    kind: ClassVar[str] = "punch_refused"
    why: str
    place: str
    employee: str = ""
    device: str = ""
    by: str = ""
    more: bool = False


class OriginKnown(Body, frozen=True):
    """Somebody says that an origin is a device of the shop, or (`known` False) that it is none, or no longer.

    It counts only if the origin that recorded it is known itself: see `services.origins`.
    """

    kind: ClassVar[str] = "origin_known"
    device: str
    place: str
    name: str
    known: bool = True


TRUST_KINDS: Final[tuple[type[Body], ...]] = (PunchRefused, OriginKnown)
