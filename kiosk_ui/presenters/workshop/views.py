"""What the page of devices draws: finished words, colours' names, what can be tapped."""

import enum

import msgspec

from kiosk_ui.presenters.keys import KeyView
from kiosk_ui.presenters.tiles import ChipView


class Mode(enum.StrEnum):
    """What is to be done on the page."""

    ADD = "add"
    FORM = "form"
    EDIT = "edit"
    PAIR = "pair"
    CHECKS = "checks"
    BADGES = "badges"


class RowView(msgspec.Struct, frozen=True):
    """A line of the list, of what is plugged in, or of the self-test. Those that say only something have no `back`."""

    key: str
    icon: str
    colour: str
    title: str
    text: str = ""
    text_colour: str = "muted"
    back: str = "surface"
    border: str = "line"
    enabled: bool = True


class FieldView(msgspec.Struct, frozen=True):
    """One option in the form: a text to be tapped, or chips."""

    key: str
    label: str
    name: str = ""
    """The option's name in the configuration file: sentences about mistakes use it."""
    value: str = ""
    value_colour: str = "ink"
    has_text: bool = False
    has_chips: bool = False
    chips: tuple[ChipView, ...] = ()


class FormView(msgspec.Struct, frozen=True):
    """A device that is being set up."""

    fields: tuple[FieldView, ...] = ()
    more: str = ""
    has_more: bool = False
    save: str = ""
    can_save: bool = False
    check: str = ""
    can_check: bool = False
    remove: str = ""
    can_remove: bool = False


class EditView(msgspec.Struct, frozen=True):
    """One text of the form, with a keyboard."""

    text: str = ""
    keys: tuple[tuple[KeyView, ...], ...] = ()
    take: str = ""
    cancel: str = ""


class PairView(msgspec.Struct, frozen=True):
    """The code that a scanner is to read, and what came of it."""

    modules: str = ""
    """The bars as ones and zeros, the white on both sides with them."""
    text: str = ""
    note: str = ""
    note_colour: str = "muted"
    use: str = ""
    can_use: bool = False
    again: str = ""


class ChecksView(msgspec.Struct, frozen=True):
    """The self-test."""

    has_question: bool = False
    question: str = ""
    yes: str = ""
    no: str = ""
    has_yes: bool = False
    can_answer: bool = False
    modules: str = ""
    """The bars of a barcode to be scanned, as in `PairView`."""
    has_choices: bool = False
    choices: tuple[ChipView, ...] = ()
    steps: tuple[RowView, ...] = ()
    sum: str = ""
    stop: str = ""
    can_stop: bool = False
    print: str = ""
    can_print: bool = False


class HolderLineView(msgspec.Struct, frozen=True):
    """Somebody who works here: a row to be tapped, and a button for who has a badge."""

    id: str
    row: RowView
    has_take: bool
    take: str


class BadgesPartView(msgspec.Struct, frozen=True):
    """The people, and what is waited for."""

    people: tuple[HolderLineView, ...] = ()
    is_waiting: bool = False
    waiting: str = ""
    cancel: str = ""


class WorkshopPageView(msgspec.Struct, frozen=True):
    """The whole page. Of `form`, `edit`, `pair`, `checks` and `badges` only the one that is shown is filled."""

    title: str
    has_list: bool
    """Whether there is room for the list beside what is to be done."""
    rows: tuple[RowView, ...]
    add: str
    check_all: str
    is_add: bool
    is_form: bool
    is_edit: bool
    is_pair: bool
    is_checks: bool
    is_badges: bool
    heading: str
    note: str
    note_colour: str
    note_back: str
    has_note: bool
    again: str
    found: tuple[RowView, ...] = ()
    form: FormView = FormView()
    edit: EditView = EditView()
    pair: PairView = PairView()
    checks: ChecksView = ChecksView()
    badges: BadgesPartView = BadgesPartView()
