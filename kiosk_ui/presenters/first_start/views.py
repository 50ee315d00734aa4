"""What the page of the first start draws: finished words, colours' names, what can be tapped."""

import msgspec

from kiosk_ui.presenters.keys import KeyView
from kiosk_ui.presenters.workshop.views import FieldView, RowView


class CellView(msgspec.Struct, frozen=True):
    """One of many things to be chosen from, such as a country."""

    key: str
    text: str
    back: str = "surface"
    ink: str = "ink"


class Content(msgspec.Struct, frozen=True):
    """What one step asks: rows, cells or fields, and its buttons."""

    head: str = ""
    text: str = ""
    rows: tuple[RowView, ...] = ()
    cells: tuple[CellView, ...] = ()
    fields: tuple[FieldView, ...] = ()
    go_on: str = ""
    """What the strong button says; empty where a tap on a row goes on."""
    can_go_on: bool = True
    can_skip: bool = True
    again: str = ""
    """What the button says that looks again; empty where there is nothing to look for."""


class FirstStartPageView(msgspec.Struct, frozen=True):
    """The whole page."""

    title: str = ""
    heading: str = ""
    step_text: str = ""
    percent: int = 0
    has_back: bool = False
    leave: str = ""
    steps: tuple[RowView, ...] = ()
    text: str = ""
    has_text: bool = False
    note: str = ""
    note_colour: str = "danger_ink"
    note_back: str = "danger_soft"
    has_note: bool = False
    is_rows: bool = False
    is_cells: bool = False
    is_fields: bool = False
    is_keys: bool = False
    is_pad: bool = False
    is_bare: bool = False
    """Nothing is there to be tapped but the buttons."""
    rows: tuple[RowView, ...] = ()
    cells: tuple[CellView, ...] = ()
    fields: tuple[FieldView, ...] = ()
    edited: str = ""
    keys: tuple[tuple[KeyView, ...], ...] = ()
    pad: tuple[KeyView, ...] = ()
    take: str = ""
    cancel: str = ""
    is_typing: bool = False
    is_busy: bool = False
    busy: str = ""
    busy_percent: int = 0
    skip: str = ""
    can_skip: bool = False
    again: str = ""
    has_again: bool = False
    go_on: str = ""
    has_go_on: bool = False
    can_go_on: bool = False
