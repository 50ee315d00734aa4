"""What the people of the page of the staff look like: finished words, colours' names, what can be tapped."""

import msgspec

from kiosk_ui.presenters.tiles import ChipView
from kiosk_ui.presenters.workshop.views import RowView


class PersonLineView(msgspec.Struct, frozen=True):
    """Somebody in the list; who has left is dimmed."""

    key: str
    initials: str
    name: str
    text: str
    ink: str = "ink"
    text_colour: str = "muted"
    round_back: str = "brand_soft"
    round_ink: str = "brand_ink"
    badge: str = ""
    """The icon of who has a badge."""
    back: str = "surface"
    border: str = "line"


class FactView(msgspec.Struct, frozen=True):
    """A line of the records: what it is, and what was told."""

    label: str
    value: str
    colour: str = "ink"


class PersonPartView(msgspec.Struct, frozen=True):
    """Everything about one person."""

    id: str = ""
    initials: str = ""
    name: str = ""
    facts: str = ""
    note: str = ""
    has_note: bool = False
    edit: str = ""
    pin: str = ""
    can_change: bool = False
    badges_title: str = ""
    badges: tuple[RowView, ...] = ()
    give: str = ""
    can_give: bool = False
    give_hint: str = ""
    has_give_hint: bool = False
    is_waiting: bool = False
    waiting: str = ""
    cancel: str = ""
    jobs_title: str = ""
    jobs: tuple[ChipView, ...] = ()
    has_jobs: bool = False
    jobs_hint: str = ""
    rates_title: str = ""
    rates: tuple[RowView, ...] = ()
    rates_hint: str = ""
    has_rates_hint: bool = False
    new_rate: str = ""
    records_title: str = ""
    records: tuple[FactView, ...] = ()
    edit_records: str = ""
    leave: str = ""
    leave_icon: str = ""
    leave_ink: str = "ink"


class JobsPartView(msgspec.Struct, frozen=True):
    """The jobs of the shop."""

    title: str = ""
    hint: str = ""
    jobs: tuple[RowView, ...] = ()
    add: str = ""


class StaffPeoplePageView(msgspec.Struct, frozen=True):
    """The list, and what was chosen; of `person` and `shop_jobs` only the one that is shown is filled."""

    people: tuple[PersonLineView, ...] = ()
    jobs: str = ""
    add: str = ""
    has_detail: bool = False
    is_person: bool = False
    is_jobs: bool = False
    is_nothing: bool = True
    hint: str = ""
    person: PersonPartView = PersonPartView()
    shop_jobs: JobsPartView = JobsPartView()
