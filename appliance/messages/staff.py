"""The page of the staff, for managers: people, hours, pay and plan. Each part of the page has a snapshot of its own."""

from typing import Literal

from appliance.messages.values import Command, Fields, Snapshot

PartName = Literal["people", "hours", "pay", "plan", "rules"]


class OpenStaff(Command, frozen=True, tag="open_staff"):
    """Show the page, or another part of it. Managers only."""

    part: PartName = "people"


class CloseStaff(Command, frozen=True, tag="close_staff"):
    """Back to the sale."""


class StaffView(Snapshot, frozen=True, tag="staff"):
    """Which part of the page is shown; an empty one while the page is closed.

    `answered` counts what was asked on the page and is done or refused; `problem` says why the last of it was refused.
    """

    part: PartName | Literal[""] = ""
    answered: int = 0
    problem: str = ""
    problem_fields: Fields = ()
