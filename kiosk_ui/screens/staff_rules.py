"""The part of the staff's page about the pay rules."""

from kivy.uix.boxlayout import BoxLayout

from kiosk_ui.widgets.basic import Part


class StaffRulesPart(Part, BoxLayout):
    """A row for each rule, or for what one of the lists holds."""

    def follow_view(self) -> None:
        """A list is looked at from the top."""
        before = self.view
        super().follow_view()
        if self.view.list != before.list:
            self.ids.rows.scroll_y = 1
