"""What somebody at the clock may see of themselves besides hours. Times are UTC milliseconds, days `2026-11-28`."""

import msgspec


class OwnShiftView(msgspec.Struct, frozen=True):
    """A shift that is planned; `job` is its name, empty for none."""

    begins_ms: int
    ends_ms: int
    job: str = ""
    note: str = ""


class OwnLeaveView(msgspec.Struct, frozen=True):
    """What is left of a kind of paid leave; `name` is empty for a kind that every shop has."""

    code: str
    name: str
    left_ms: int


class OwnRateView(msgspec.Struct, frozen=True):
    """What is paid from a day on: by the hour, or for `covers_ms` of a week.

    `job` is its name, empty for whatever has no rate of its own. With `counts` it is what is paid today.
    """

    job: str
    from_day: str
    rate_minor: int
    covers_ms: int = 0
    counts: bool = False


class OwnBadgeView(msgspec.Struct, frozen=True):
    """A badge: what it is called and on which day it was given. Its number is known to nobody."""

    label: str
    given_day: str


class OwnDataView(msgspec.Struct, frozen=True):
    """Somebody's own data. `jobs` are names; `shifts` those of today and of the two weeks that follow, in order."""

    number: str
    role: str
    language: str = ""
    jobs: tuple[str, ...] = ()
    shifts: tuple[OwnShiftView, ...] = ()
    leave: tuple[OwnLeaveView, ...] = ()
    rates: tuple[OwnRateView, ...] = ()
    badges: tuple[OwnBadgeView, ...] = ()
