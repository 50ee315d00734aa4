"""The page of the staff: a heading with its parts, and the part that is shown."""

from collections.abc import Callable, Mapping
from typing import Final

from kivy.uix.widget import Widget

from kiosk_ui.presenters import Presenters
from kiosk_ui.screens.base import Page
from kiosk_ui.screens.plan import PlanPart
from kiosk_ui.screens.staff_hours import StaffHoursPart
from kiosk_ui.screens.staff_pay import StaffPayPart
from kiosk_ui.screens.staff_people import StaffPeople
from kiosk_ui.screens.staff_rules import StaffRulesPart

PARTS: Final[Mapping[str, Callable[[Presenters], Widget]]] = {
    "people": lambda presenters: StaffPeople(presenters.staff_people),
    "hours": lambda presenters: StaffHoursPart(presenters.staff_hours),
    "pay": lambda presenters: StaffPayPart(presenters.staff_pay),
    "plan": lambda presenters: PlanPart(presenters.plan),
    "rules": lambda presenters: StaffRulesPart(presenters.staff_rules),
}
"""Makes each part's widget."""


class StaffPage(Page):
    """Makes a part when it is first looked at, and keeps it."""

    def __init__(self, presenters: Presenters, **properties: object) -> None:
        """No part is made yet."""
        self._presenters = presenters
        self._made: dict[str, Widget] = {}
        super().__init__(presenters.staff, **properties)

    def follow_view(self) -> None:
        """Show the part that the heading names."""
        super().follow_view()
        part = self.view.part
        if part not in PARTS:
            return
        if part not in self._made:
            self._made[part] = PARTS[part](self._presenters)
        if self._made[part].parent is None:
            self.ids.part.clear_widgets()
            self.ids.part.add_widget(self._made[part])
