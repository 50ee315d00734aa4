"""What may lie over a page: questions, the menu, the search, the keypad, the devices, what start-up found, defects."""

from collections.abc import Callable
from typing import Any

from kivy.properties import ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk_ui.navigation import Overlay
from kiosk_ui.presenters import Presenters
from kiosk_ui.presenters.base import Presenter
from kiosk_ui.screens.base import Card
from kiosk_ui.screens.labels import LabelsCard
from kiosk_ui.screens.server import ServerCard
from kiosk_ui.screens.sheet import SheetCard
from kiosk_ui.screens.time_clock import ClockPinCard, OwnHoursCard, SayPunchCard
from kiosk_ui.widgets.basic import Item, Part
from kiosk_ui.widgets.keypads import KeypadPanel


class AskCard(Card):
    """A question before something that cannot be taken back."""


class DefectCard(Card):
    """Something went wrong; the sale is saved."""


class ResumeCard(Card):
    """What start-up found."""


class MenuCard(Card):
    """What is behind the three dots."""


class DevicesCard(Card):
    """Every device and how it is."""


class ScaleCard(Card):
    """What the scale shows now, its zero and its tare."""


class SearchCard(Card):
    """The field, the hits, the keyboard."""

    def __init__(self, presenter: Presenter[Any], **properties: object) -> None:
        """The keyboard's rows hold keys of their own."""
        super().__init__(presenter, **properties)
        self.ids.keyboard.add_widget(Keyboard(presenter))


class KeyRow(Item, BoxLayout):
    """A row of the keyboard."""


class Keyboard(Part, BoxLayout):
    """Letters and digits, built once."""


class KeypadCard(Card):
    """The keypad where the page has no room for it."""

    pad = ObjectProperty(None)

    def __init__(self, presenter: Presenter[Any], pad: Presenters, **properties: object) -> None:
        """The same keypad as on the page of the regular layout."""
        super().__init__(presenter, pad=pad, **properties)
        self.ids.pad.add_widget(KeypadPanel(presenter, pad))


def make_overlay(overlay: Overlay, presenters: Presenters) -> Card:
    """Build the card of an overlay. It is built when first wanted, and kept."""
    makers: dict[Overlay, Callable[[], Card]] = {
        Overlay.ASK: lambda: AskCard(presenters.ask),
        Overlay.DEFECT: lambda: DefectCard(presenters.shell),
        Overlay.RESUME: lambda: ResumeCard(presenters.resume),
        Overlay.MENU: lambda: MenuCard(presenters.menu),
        Overlay.DEVICES: lambda: DevicesCard(presenters.strip),
        Overlay.SCALE: lambda: ScaleCard(presenters.scale),
        Overlay.SEARCH: lambda: SearchCard(presenters.search),
        Overlay.LABELS: lambda: LabelsCard(presenters.labels),
        Overlay.SHEET: lambda: SheetCard(presenters.sheet),
        Overlay.SERVER: lambda: ServerCard(presenters.server),
        Overlay.CLOCK_PIN: lambda: ClockPinCard(presenters.clock_pin),
        Overlay.HOURS: lambda: OwnHoursCard(presenters.hours),
        Overlay.SAY_PUNCH: lambda: SayPunchCard(presenters.say_punch),
        Overlay.KEYPAD: lambda: KeypadCard(presenters.keypad, presenters),
    }
    return makers[overlay]()
