"""The presenters with a part of the page of the staff open, and a register that remembers what it was sent."""

from appliance import messages as m
from kiosk_ui.navigation import Overlay
from kiosk_ui.presenters import Presenters
from tests.kiosk_ui import samples as s
from tests.kiosk_ui.scenes import MANAGING


class Desk(Presenters):
    """Shows what it is given, and keeps what it sends."""

    def __init__(self, *snapshots: m.Snapshot) -> None:
        self.sent: list[m.Command] = []
        super().__init__(self._take, now_ms=lambda: s.NOW_MS)
        for snapshot in (*MANAGING, *snapshots):
            self.show(snapshot)
        self.sent.clear()

    def _take(self, command: m.Command) -> bool:
        self.sent.append(command)
        return True

    def overlay(self) -> Overlay:
        """What lies over the page."""
        return self.shell.view.overlay

    def fill(self, **texts: str) -> None:
        """Key texts into the sheet's fields, and save."""
        for key, text in texts.items():
            self.sheet.edit(key)
            for sign in text:
                self.typed(sign)
            self.sheet.take()
        self.sheet.save()
