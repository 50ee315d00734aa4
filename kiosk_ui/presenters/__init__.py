"""What the screen says and does, without Kivy. `Presenters` puts all of them together for the app and for tests."""

from collections.abc import Callable
from typing import Final, TypedDict

from appliance.messages import Command, Snapshot
from kiosk_ui.navigation import Overlay, Page
from kiosk_ui.presenters.ask import AskPresenter
from kiosk_ui.presenters.base import NowMs, Open, Presenter, wall_ms
from kiosk_ui.presenters.cash import CashPresenter
from kiosk_ui.presenters.clock_banner import ClockBannerPresenter
from kiosk_ui.presenters.clock_pin import ClockPinPresenter
from kiosk_ui.presenters.done import DonePresenter
from kiosk_ui.presenters.door import DoorPresenter
from kiosk_ui.presenters.first_start import FirstStartPresenter
from kiosk_ui.presenters.keypad import KeypadPresenter
from kiosk_ui.presenters.labels import LabelsPresenter
from kiosk_ui.presenters.last_sale import MenuPresenter, ResumePresenter, Ways
from kiosk_ui.presenters.own_hours import OwnHoursPresenter
from kiosk_ui.presenters.say_punch import SayPunchPresenter
from kiosk_ui.presenters.scale import ScalePresenter
from kiosk_ui.presenters.search import SearchPresenter
from kiosk_ui.presenters.server import ServerPresenter
from kiosk_ui.presenters.sheet import SheetPresenter
from kiosk_ui.presenters.shell import ShellPresenter
from kiosk_ui.presenters.sign_in import SignInPresenter
from kiosk_ui.presenters.staff import StaffPresenter
from kiosk_ui.presenters.staff.hours import StaffHoursPresenter
from kiosk_ui.presenters.staff.pay import StaffPayPresenter
from kiosk_ui.presenters.staff.people import StaffPeoplePresenter
from kiosk_ui.presenters.staff.plan import PlanPresenter
from kiosk_ui.presenters.staff.rules import StaffRulesPresenter
from kiosk_ui.presenters.strip import StripPresenter
from kiosk_ui.presenters.ticket import TicketPresenter
from kiosk_ui.presenters.tiles import TilesPresenter
from kiosk_ui.presenters.upkeep import BandPresenter, UpkeepPresenter
from kiosk_ui.presenters.workshop import WorkshopPresenter
from kiosk_ui.strings import Words

_OWN_HOURS: Final = frozenset({Overlay.HOURS, Overlay.SAY_PUNCH})


class _Around(TypedDict):
    open_overlay: Open
    now_ms: NowMs


class Presenters:
    """One presenter for each part of the screen."""

    def __init__(
        self,
        send: Callable[[Command], bool],
        language: str = "en",
        *,
        now_ms: NowMs = wall_ms,
        version: str = "",
    ) -> None:
        """`send` answers False where the register's queue is full."""
        self._send = send
        words = Words(language)
        self.shell = ShellPresenter(self.send, words, now_ms=now_ms)
        around: _Around = {"open_overlay": self.open_overlay, "now_ms": now_ms}
        self.ask = AskPresenter(self.send, words, open_overlay=self.open_overlay, now_ms=now_ms)
        self.keypad = KeypadPresenter(self.send, words, **around)
        line = (self.ask.ask, self.keypad.open_for_line)
        self.ticket = TicketPresenter(self.send, words, *line, **around)
        self.tiles = TilesPresenter(self.send, words, **around)
        self.strip = StripPresenter(self.send, words, **around)
        self.scale = ScalePresenter(self.send, words, **around)
        self.search = SearchPresenter(self.send, words, **around)
        self.cash = CashPresenter(self.send, words, **around)
        self.done = DonePresenter(self.send, words, **around)
        self.clock_pin = ClockPinPresenter(self.send, words, **around)
        self.server = ServerPresenter(self.send, words, self.ask.ask, **around)
        at_sign_in = (self.clock_pin.open, self.server.open)
        self.sign_in = SignInPresenter(self.send, words, *at_sign_in, **around)
        self.first_start = FirstStartPresenter(self.send, words, self.server.open, **around)
        self.say_punch = SayPunchPresenter(self.send, words, **around)
        self.banner = ClockBannerPresenter(
            self.send,
            words,
            self.say_punch.of_missing,
            self.clock_pin.open_for_manager,
            **around,
        )
        self.hours = OwnHoursPresenter(
            self.send, words, self.say_punch.of_day, self.say_punch.of_correction, **around
        )
        self.door = DoorPresenter(self.send, words, *at_sign_in, **around)
        self.labels = LabelsPresenter(self.send, words, **around)
        self.band = BandPresenter(self.send, words, **around)
        self.sheet = SheetPresenter(self.send, words, self.ask.ask, **around)
        asking = (self.ask.ask, self.sheet.open)
        self.upkeep = UpkeepPresenter(self.send, words, *asking, **around)
        ways = Ways(self.labels.open, self.clock_pin.open, self.upkeep.open)
        self.menu = MenuPresenter(self.send, words, self.ask.ask, ways, version=version, **around)
        self.resume = ResumePresenter(self.send, words, **around)
        at_devices = (self.ask.ask, self.server.open)
        self.workshop = WorkshopPresenter(self.send, words, *at_devices, **around)
        self.staff = StaffPresenter(self.send, words, **around)
        self.plan = PlanPresenter(self.send, words, self.sheet.open, **around)
        self.staff_hours = StaffHoursPresenter(self.send, words, self.sheet.open, **around)
        self.staff_pay = StaffPayPresenter(self.send, words, *asking, **around)
        self.staff_rules = StaffRulesPresenter(self.send, words, *asking, **around)
        self.staff_people = StaffPeoplePresenter(self.send, words, *asking, **around)
        # The shell comes last: the page changes when its content is there.
        parts = [one for one in vars(self).values() if isinstance(one, Presenter)]
        self._all = (*(one for one in parts if one is not self.shell), self.shell)
        self._overlay = Overlay.NONE
        self.shell.follow(self._overlay_may_have_changed)

    def send(self, command: Command) -> None:
        """Send a command; where it was not taken, say so."""
        if not self._send(command):
            self.shell.busy()

    def open_overlay(self, overlay: Overlay) -> None:
        """A person wants an overlay over the page, or none."""
        self.shell.open(overlay)

    def show(self, snapshot: Snapshot) -> None:
        """Hand a snapshot to all; the page changes last, when its content is there."""
        searching = self.shell.view.overlay is Overlay.SEARCH
        for presenter in self._all:
            presenter.show(snapshot)
        if searching and self.shell.view.overlay is not Overlay.SEARCH:
            self.search.end()

    def _overlay_may_have_changed(self) -> None:
        """Own hours and the server's sheet are shut with their cards, and a PIN is forgotten, whatever closed them."""
        before, self._overlay = self._overlay, self.shell.view.overlay
        if before is Overlay.CLOCK_PIN and self._overlay is not before:
            self.clock_pin.left()
        if before is Overlay.SERVER and self._overlay is not before:
            self.server.left()
        if self._overlay is Overlay.SERVER and self._overlay is not before:
            self.server.entered()
        if before in _OWN_HOURS and self._overlay not in _OWN_HOURS:
            self.hours.left()

    def key(self, name: str) -> None:
        """A key of the sale page's keypad: most build a quantity, two change a line."""
        steps = {"plus": self.ticket.plus, "minus": self.ticket.minus}
        steps.get(name, lambda: self.keypad.key(name))()

    def typed(self, text: str) -> bool:
        """Text or `back` from a real keyboard. Answers whether anybody wanted it: a search, or a device's field."""
        if self.shell.view.page is Page.WORKSHOP and self.workshop.view.is_edit:
            self.workshop.key(text)
            return True
        if (
            self.shell.view.page is Page.FIRST_START
            and self.shell.view.overlay is Overlay.NONE
            and self.first_start.view.is_typing
        ):
            self.first_start.key(text)
            return True
        wanted_by = {
            Overlay.SEARCH: self.search.key,
            Overlay.LABELS: self.labels.key,
            Overlay.SHEET: self.sheet.typed,
            Overlay.SERVER: self.server.key,
            Overlay.CLOCK_PIN: self.clock_pin.key,
            Overlay.SAY_PUNCH: self.say_punch.key,
        }
        key = wanted_by.get(self.shell.view.overlay)
        if key is None:
            return False
        key(text)
        return True

    def tick(self) -> None:
        """Once a second."""
        self.shell.tick()
        self.strip.refresh()
        self.band.tick()
        self.upkeep.tick()
        self.sign_in.tick()
        self.staff_pay.tick()
        self.banner.tick()
        self.clock_pin.tick()
        self.door.tick()
