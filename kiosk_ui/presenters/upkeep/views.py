"""What the page "This register" draws: finished words, colours' names, what can be tapped."""

from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from appliance.messages import SessionView, TicketView, UpkeepView
from kiosk_ui.presenters.ask import Ask
from kiosk_ui.presenters.formats import Formats
from kiosk_ui.presenters.sheet import Fill
from kiosk_ui.presenters.tiles import ChipView
from kiosk_ui.presenters.workshop.views import FieldView, RowView

GB = 1_000_000_000
MB = 1_000_000


class ActionView(msgspec.Struct, frozen=True):
    """A button at the foot of the page; `fill` and `press` are colours, `ink` that of its words."""

    key: str
    icon: str
    text: str
    enabled: bool = True
    fill: str = "surface"
    press: str = "press"
    ink: str = "ink"
    border: str = "line"


class PartView(msgspec.Struct, frozen=True):
    """One part of the page. `symbol` are the rows of a QR code as ones and zeros, `secret` is what it says.

    A `secret` without one, such as a password, stands alone in large letters, with its `label`.
    """

    intro: str = ""
    rows: tuple[RowView, ...] = ()
    fields: tuple[FieldView, ...] = ()
    actions: tuple[ActionView, ...] = ()
    symbol: tuple[str, ...] = ()
    secret: str = ""
    label: str = ""


class UpkeepPageView(msgspec.Struct, frozen=True):
    """The whole page: heading, parts, what came of the last thing asked, how far something is, and the part."""

    title: str = ""
    part: str = "backup"
    chips: tuple[ChipView, ...] = ()
    note: str = ""
    has_note: bool = False
    note_colour: str = "brand_ink"
    note_back: str = "brand_soft"
    has_progress: bool = False
    progress: str = ""
    progress_percent: int = 0
    stop: str = ""
    can_stop: bool = False
    intro: str = ""
    has_intro: bool = False
    rows: tuple[RowView, ...] = ()
    fields: tuple[FieldView, ...] = ()
    has_symbol: bool = False
    symbol: tuple[str, ...] = ()
    secret: str = ""
    label: str = ""
    has_label: bool = False
    actions: tuple[ActionView, ...] = ()
    has_actions: bool = False


@dataclass(slots=True)
class Around:
    """What a part of the page works with: what the register says, the words, the time, and what can be opened."""

    seen: UpkeepView
    ticket: TicketView
    session: SessionView | None
    formats: Formats
    now_ms: int
    stick: str = ""
    """The stick that was chosen."""
    ask: Ask = field(default=lambda _question: None)
    fill: Fill = field(default=lambda _sheet: None)
    send: Callable[..., None] = field(default=lambda _command: None)

    def say(self, key: str, /, **values: str | int) -> str:
        """Words of this page."""
        return self.formats.words(f"upkeep.{key}", **values)


def strong(key: str, icon: str, text: str, *, enabled: bool = True) -> ActionView:
    """The thing to do."""
    if not enabled:
        return ActionView(key, icon, text, enabled=False)
    return ActionView(
        key, icon, text, fill="brand", press="brand_press", ink="on_strong", border="clear"
    )


def dangerous(key: str, icon: str, text: str) -> ActionView:
    """Something that one may regret."""
    return ActionView(key, icon, text, ink="danger_ink")


def fact(
    key: str, icon: str, title: str, text: str = "", colour: str = "muted", ink: str = "muted"
) -> RowView:
    """A row that only says something."""
    return RowView(
        f"fact:{key}", icon, colour, title, text, ink, back="clear", border="clear", enabled=False
    )


def size(bytes_: int, formats: Formats) -> str:
    """`14.2 GB`, `380 MB`."""
    if bytes_ >= GB:
        tenths = bytes_ * 10 // GB
        return f"{formats.number(tenths // 10)}{formats.decimal_mark}{tenths % 10} GB"
    return f"{formats.number(-(-bytes_ // MB))} MB"


def lasting(left_ms: int, formats: Formats) -> str:
    """What is left: `3 h 12 min`, `4 min`."""
    minutes = max(1, -(-left_ms // 60_000))
    hours, rest = divmod(minutes, 60)
    words = formats.words
    if hours:
        return words("upkeep.hours_minutes", hours=hours, minutes=rest)
    return words("upkeep.minutes", minutes=rest)
