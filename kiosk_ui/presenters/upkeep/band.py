"""The band above every page while somebody may sign in over the network to help: nobody shall forget that."""

import msgspec

from appliance.messages import StatusView
from kiosk_ui.presenters.base import Presenter
from kiosk_ui.presenters.upkeep.views import lasting


class BandView(msgspec.Struct, frozen=True):
    """The band."""

    shown: bool = False
    text: str = ""


class BandPresenter(Presenter[BandView]):
    """Says that support access is open, and for how long."""

    topics = (StatusView,)

    def tick(self) -> None:
        """Once a second: the time runs down."""
        if self.seen.status.support_until_ms:
            self.refresh()

    def draw(self) -> BandView:
        """The band for now."""
        left_ms = self.seen.status.support_until_ms - self.now_ms()
        if left_ms <= 0:
            return BandView()
        return BandView(
            shown=True, text=self.words("upkeep.band", left=lasting(left_ms, self.formats))
        )
