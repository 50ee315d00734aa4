"""What the schedule is drawn from: finished words."""

import msgspec

from kiosk_ui.presenters.workshop.views import RowView


class BlockView(msgspec.Struct, frozen=True):
    """A shift, or a stay for none, in a day of somebody's."""

    key: str
    times: str
    text: str
    back: str
    ink: str
    enabled: bool = True


class PlanCellView(msgspec.Struct, frozen=True):
    """A day of somebody's; tapped beside its blocks it asks for another shift."""

    key: str
    blocks: tuple[BlockView, ...] = ()


class PlanRowView(msgspec.Struct, frozen=True):
    """Somebody's week; `most` is how many blocks its fullest day has."""

    employee: str
    name: str
    most: int
    cells: tuple[PlanCellView, ...]


class DayHeadView(msgspec.Struct, frozen=True):
    """What a column is called."""

    text: str
    ink: str = "muted"
    back: str = "clear"


class PlanPageView(msgspec.Struct, frozen=True):
    """The week with its buttons, or the list of what was refused."""

    title: str = ""
    heading: str = ""
    copy: str = ""
    switch: str = ""
    switch_icon: str = ""
    is_week: bool = True
    is_list: bool = False
    heads: tuple[DayHeadView, ...] = ()
    rows: tuple[PlanRowView, ...] = ()
    hint: str = ""
    has_hint: bool = False
    lines: tuple[RowView, ...] = ()
