"""What the part *Hours* draws: finished words, colours' names, lengths as parts of a million."""

import msgspec

from kiosk_ui.presenters.tiles import ChipView
from kiosk_ui.presenters.workshop.views import RowView


class TickView(msgspec.Struct, frozen=True):
    """An hour beside the picture of a day."""

    at_ppm: int
    text: str


class BarView(msgspec.Struct, frozen=True):
    """A stretch in the picture of a day. It `comes` from the day before, or `goes` on into the next one.

    What is `hollow` goes on now and counts for nothing yet.
    """

    from_ppm: int
    to_ppm: int
    colour: str
    comes: bool = False
    goes: bool = False
    hollow: bool = False


class PictureView(msgspec.Struct, frozen=True):
    """A day as a line from midnight to midnight."""

    bars: tuple[BarView, ...] = ()
    ticks: tuple[TickView, ...] = ()


class ActView(msgspec.Struct, frozen=True):
    """A button below a line."""

    key: str
    icon: str
    text: str
    enabled: bool = True
    back: str = "surface"
    press: str = "press"
    ink: str = "ink"


class LineView(msgspec.Struct, frozen=True):
    """A line of a list, with buttons below it."""

    row: RowView
    acts: tuple[ActView, ...] = ()
    has_acts: bool = False


class WeekLineView(msgspec.Struct, frozen=True):
    """One day of somebody's week."""

    key: str
    day: str
    length: str
    icon: str
    colour: str
    text: str
    note: str
    note_colour: str
    picture: PictureView


class HoursPageView(msgspec.Struct, frozen=True):
    """The part: who works here, and beside it what waits, a week or a day."""

    people: tuple[RowView, ...] = ()
    people_title: str = ""
    has_faces: bool = False
    faces: tuple[ChipView, ...] = ()
    """What waits or the people, where there is no room for both."""
    alone: tuple[RowView, ...] = ()
    """The people, where they are what was chosen."""
    is_overview: bool = True
    is_week: bool = False
    is_day: bool = False
    has_heading: bool = False
    title: str = ""
    text: str = ""
    add: str = ""
    can_add: bool = False
    is_quiet: bool = False
    quiet: str = ""
    quiet_text: str = ""
    week: tuple[WeekLineView, ...] = ()
    picture: PictureView = PictureView()
    stretches: str = ""
    has_stretches: bool = False
    lines: tuple[LineView, ...] = ()
