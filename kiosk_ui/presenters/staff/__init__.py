"""The page of the staff: what its parts are called, which one is shown, and what was refused there.

Each part is a presenter of its own in this package, with a topic of its own.
"""

from typing import Final, get_args

import msgspec

from appliance.messages import CloseStaff, OpenStaff, PartName, StaffView, TimeclockView
from kiosk_ui.presenters.base import Presenter
from kiosk_ui.presenters.tiles import ChipView, chip

PARTS: Final[tuple[PartName, ...]] = get_args(PartName)


class StaffPageView(msgspec.Struct, frozen=True):
    """The heading, and what was refused."""

    title: str
    part: str
    chips: tuple[ChipView, ...]
    note: str
    has_note: bool


class StaffPresenter(Presenter[StaffPageView]):
    """Goes from part to part."""

    topics = (StaffView, TimeclockView)

    def tap_chip(self, part: PartName) -> None:
        """Another part of the page."""
        self.send(OpenStaff(part))

    def leave(self) -> None:
        """Back to the sale."""
        self.send(CloseStaff())

    def draw(self) -> StaffPageView:
        """The heading for now."""
        seen, words = self.seen.staff, self.words
        note = self.formats.problem(seen.problem, seen.problem_fields) if seen.problem else ""
        return StaffPageView(
            title=words("staff.title"),
            part=seen.part,
            chips=tuple(chip(part, self._name(part), active=part == seen.part) for part in PARTS),
            note=note,
            has_note=bool(note),
        )

    def _name(self, part: PartName) -> str:
        """What a part is called; of the hours with how many requests wait, of the schedule with how many are late."""
        clock = self.seen.timeclock
        waiting = {"hours": clock.requests, "plan": clock.late}.get(part, 0)
        name = self.words(f"staff.{part}")
        return f"{name} ({waiting})" if waiting else name
