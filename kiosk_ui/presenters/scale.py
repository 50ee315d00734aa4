"""The scale's own sheet: what it shows now, its zero, and the container whose weight it takes off."""

from typing import Final

import msgspec

from appliance.messages import ClearTare, ScaleView, TareScale, ZeroScale
from kiosk_ui.navigation import Overlay
from kiosk_ui.presenters.base import Presenter

SETTLED: Final = "settled"


class ScaleSheetView(msgspec.Struct, frozen=True):
    """The sheet in finished words."""

    title: str
    weight: str
    weight_colour: str
    state: str
    state_colour: str
    tare: str
    has_tare: bool
    zero: str
    can_zero: bool
    take_tare: str
    can_take_tare: bool
    clear: str
    can_clear: bool
    close: str


class ScalePresenter(Presenter[ScaleSheetView]):
    """Shows the weight unedited, as the scale itself does."""

    topics = (ScaleView,)

    def zero(self) -> None:
        """The empty scale is at zero."""
        self.send(ZeroScale())

    def take_tare(self) -> None:
        """What lies on it is the container."""
        self.send(TareScale())

    def clear(self) -> None:
        """No container any more."""
        self.send(ClearTare())

    def close(self) -> None:
        """Back to the sale."""
        self.open_overlay(Overlay.NONE)

    def draw(self) -> ScaleSheetView:
        """The sheet for what the scale shows now."""
        scale, words = self.seen.scale, self.words
        is_settled = scale.state == SETTLED
        key = f"scale.state_{scale.state or 'away'}"
        tare = self.formats.quantity(scale.tare_milli, "kilogram")
        return ScaleSheetView(
            title=words("scale.title"),
            weight=f"{scale.shown} {scale.unit}" if scale.shown else "–",
            weight_colour="ink" if is_settled else "muted",
            state=words(key) if words.has(key) else words("scale.state_fault"),
            state_colour="brand_ink" if is_settled else "amber_ink",
            tare=words("scale.tare", weight=tare) if scale.tare_milli else "",
            has_tare=bool(scale.tare_milli),
            zero=words("scale.zero"),
            can_zero=scale.can_zero,
            take_tare=words("scale.take_tare"),
            can_take_tare=scale.can_tare and is_settled,
            clear=words("scale.clear"),
            can_clear=scale.can_clear,
            close=words("common.close"),
        )
