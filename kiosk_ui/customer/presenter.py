"""What the customer's screen shows: the newest `Shown` in, one frozen view of what stands where out.

No words and no numbers are made here; they come finished. Without the till the last thing shown stays
for five seconds, in which a till that was started anew is back, and then the shop's name.
"""

from collections.abc import Callable
from typing import Final, Literal

import msgspec
from msgspec.structs import replace

from drivers.display import Shown
from kiosk_ui.customer.link import monotonic_ms

GONE_MS: Final = 5000
"""So long may the till be away without the customer seeing it."""

Ground = Literal["night", "brand"]


class LineView(msgspec.Struct, frozen=True):
    """One line of the ticket. The flags are the same in all of them, so that the lines line up."""

    name: str
    quantity: str
    amount: str
    has_quantities: bool
    is_dense: bool
    """Whether rows are low, so that more of them fit."""
    ground: str = "clear"
    mark: str = "clear"


class CustomerView(msgspec.Struct, frozen=True, kw_only=True):
    """One of three pages, and what is on it. `figure` is the largest thing on the screen."""

    is_idle: bool = False
    is_sale: bool = False
    is_done: bool = False
    title: str = ""
    lines: tuple[LineView, ...] = ()
    has_earlier: bool = False
    earlier: str = ""
    """How many lines stand above those that are shown."""
    label: str = ""
    figure: str = ""
    side_label: str = ""
    side_figure: str = ""
    has_side: bool = False
    ground: Ground = "night"


class CustomerPresenter:
    """Holds the newest of what was said, and how much room there is."""

    def __init__(self, now_ms: Callable[[], int] = monotonic_ms) -> None:
        """Begin with nothing to show."""
        self._now_ms = now_ms
        self._shown = Shown(state="idle")
        self._name = ""
        self._alone_since_ms: int | None = None
        self._room = (1, 1)
        self._followers: list[Callable[[], None]] = []
        self.view = self._draw()

    def follow(self, changed: Callable[[], None]) -> None:
        """Call `changed` after each replacement of the view."""
        self._followers.append(changed)

    def show(self, shown: Shown) -> None:
        """Take what the till says."""
        if shown.state == "idle" or not self._name:
            self._name = shown.title
        self._shown = shown
        self._refresh()

    def look(self, *, is_connected: bool) -> None:
        """Some time has gone by, with or without the till."""
        if is_connected:
            self._alone_since_ms = None
        elif self._alone_since_ms is None:
            self._alone_since_ms = self._now_ms()
        elif self._now_ms() - self._alone_since_ms >= GONE_MS and self._shown.state != "idle":
            self._shown = Shown(state="idle", title=self._name)
            self._refresh()

    def make_room(self, roomy: int, dense: int) -> None:
        """So many rows fit, when they are high and when they are low. At least one is shown."""
        self._room = (max(1, roomy), max(1, dense))
        self._refresh()

    def _refresh(self) -> None:
        view = self._draw()
        if view != self.view:
            self.view = view
            for changed in self._followers:
                changed()

    def _draw(self) -> CustomerView:
        shown = self._shown
        if shown.state == "idle":
            return CustomerView(is_idle=True, title=_line(shown.title))
        total = (_line(shown.total_label), _line(shown.total))
        due = (_line(shown.due_label), _line(shown.due))
        has_due = bool(due[1])
        (label, figure), (side_label, side_figure) = (due, total) if has_due else (total, ("", ""))
        is_done = shown.state == "done"
        lines = () if is_done else self._lines()
        earlier = 0 if is_done else len(shown.lines) - len(lines)
        return CustomerView(
            is_sale=not is_done,
            is_done=is_done,
            title=_line(shown.title),
            lines=lines,
            has_earlier=earlier > 0,
            earlier=str(earlier),
            label=label,
            figure=figure,
            side_label=side_label,
            side_figure=side_figure,
            has_side=has_due,
            ground="brand" if is_done else "night",
        )

    def _lines(self) -> tuple[LineView, ...]:
        """The newest lines that there is room for, the last of a ticket marked."""
        lines = self._shown.lines
        roomy, dense = self._room
        is_dense = len(lines) > roomy
        room = max(roomy, dense) if is_dense else roomy
        # The number of those above stands in a row of its own.
        shown = lines if len(lines) <= room else lines[-max(1, room - 1) :]
        has_quantities = any(line.quantity for line in shown)
        views = [
            LineView(
                name=_line(line.name),
                quantity=_line(line.quantity),
                amount=_line(line.amount),
                has_quantities=has_quantities,
                is_dense=is_dense,
            )
            for line in shown
        ]
        if views and self._shown.state == "ticket":
            views[-1] = replace(views[-1], ground="brand_soft", mark="brand")
        return tuple(views)


def _line(text: str) -> str:
    """In one line: line ends and other control characters would move what stands beside."""
    return "".join(c if c.isprintable() or c in "\u00a0\u202f" else " " for c in text).strip()
