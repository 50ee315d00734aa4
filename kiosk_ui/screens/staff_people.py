"""The people who work here: the list, and beside it (or in its place) whoever was chosen, or the jobs of the shop."""

from kivy.uix.boxlayout import BoxLayout

from kiosk_ui.widgets.basic import Item, Part, Tap


class StaffPersonLine(Item, Tap):
    """Somebody in the list."""


class StaffFactLine(Item, BoxLayout):
    """A line of the records."""


class StaffPeople(Part, BoxLayout):
    """The part `people` of the page of the staff."""

    def follow_view(self) -> None:
        """Somebody else is looked at from the top."""
        before = self.view
        super().follow_view()
        if self.view.person.id != before.person.id:
            self.ids.detail.scroll_y = 1
