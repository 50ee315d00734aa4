"""The demo's bench, to the right of the till in the same window: a thing of its own, in the same colours."""

from pathlib import Path

from kivy.clock import Clock
from kivy.core.text import Label as Measure
from kivy.properties import NumericProperty
from kivy.uix.boxlayout import BoxLayout

from appliance.bench import Bench
from kiosk_ui.presenters.bench import BenchPresenter
from kiosk_ui.theme import MONO_FONT

# kv files name widgets without importing them; these modules make their names known.
from kiosk_ui.widgets import pools, tiles
from kiosk_ui.widgets.basic import Item, Part, Tap
from kiosk_ui.widgets.look import load_rules, theme_now

KNOWN = (pools, tiles)
LOOKS_PER_SECOND = 4
COLUMNS = 42
"""Of the demo's receipt paper."""

load_rules(Path(__file__).parent)


class ArticleCell(Item, Tap):
    """An article to hold under the scanner."""


class LeverCell(Item, Tap):
    """A cable, a cover, a roll of paper: a tap brings it into its other position."""


class BenchPanel(Part, BoxLayout):
    """The bench. Looks at the simulated devices a few times a second, and draws only what changed."""

    mono = MONO_FONT
    slip_size = NumericProperty(10)

    def __init__(self, bench: Bench) -> None:
        """Must be made after the theme is in use."""
        theme = theme_now()
        super().__init__(
            BenchPresenter(bench, compact=theme.compact),
            slip_size=size_for(COLUMNS, theme.dp(338), theme.dp(16)),
        )
        Clock.schedule_interval(lambda _: self.presenter.look(), 1 / LOOKS_PER_SECOND)


def size_for(columns: int, width: float, largest: float) -> int:
    """The largest font size at which so many fixed-width characters fit into `width` pixels."""
    line = "0" * columns
    for size in range(int(largest), 1, -1):
        if Measure(font_name=MONO_FONT, font_size=size).get_extents(line)[0] <= width:
            return size
    return 1
