"""The time clock speaks to whoever is at it in their own language, and to nobody else: the till stays in the shop's."""

from typing import TypeVar

from appliance.messages import Snapshot
from kiosk_ui.presenters.base import Presenter, Seen
from kiosk_ui.presenters.formats import Formats
from kiosk_ui.strings import Words

View = TypeVar("View")


class OwnLanguagePresenter(Presenter[View]):
    """A presenter of what one person reads at the clock. Its topics have `TimeclockView` among them."""

    @property
    def shop_words(self) -> Words:
        """The shop's words, for what is written down: a manager reads it."""
        shop = self.seen.shop
        return self.words if shop is None else Words(shop.language)

    def took(self, snapshot: Snapshot, before: Seen) -> None:
        """Somebody has come who has a language of their own, or has gone."""
        super().took(snapshot, before)
        shop = self.seen.shop
        language = self.seen.timeclock.language or (shop.language if shop else "")
        if language and language != self.words.language:
            self.words = Words(language)
            self.formats = Formats(self.words, shop.currency if shop else "")
