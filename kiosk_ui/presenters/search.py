"""The search: text from the on-screen keyboard or a real one, hits as they come."""

from typing import Final

import msgspec

from appliance.messages import AddProduct, Search, SearchView
from kiosk_ui.navigation import Overlay
from kiosk_ui.presenters.base import Presenter
from kiosk_ui.presenters.keys import BACKSPACE, KeyView, keyboard_rows
from kiosk_ui.presenters.tiles import ProductTile, product_tile

LONGEST: Final = 60
CARET: Final = "|"


class SearchPageView(msgspec.Struct, frozen=True):
    """The field, the hits and the keyboard."""

    text: str
    text_colour: str
    can_clear: bool
    hits: tuple[ProductTile, ...]
    note: str
    has_note: bool
    rows: tuple[tuple[KeyView, ...], ...]
    close: str


class SearchPresenter(Presenter[SearchPageView]):
    """Sends the text at each key; what comes back may lag behind the keys."""

    topics = (SearchView,)
    _text = ""

    def key(self, name: str) -> None:
        """A key of the keyboard on the screen, or a real one."""
        text = self._text[:-1] if name == BACKSPACE else (self._text + name)[:LONGEST]
        if name.isprintable() and text != self._text:
            self._text = text
            self.send(Search(text))
            self.refresh()

    def clear(self) -> None:
        """Empty the field."""
        self.end()

    def end(self) -> None:
        """End the search, as a scan does too."""
        if self._text:
            self._text = ""
            self.send(Search(""))
            self.refresh()

    def close(self) -> None:
        """Back to the tiles."""
        self.end()
        self.open_overlay(Overlay.NONE)

    def tap_tile(self, product: str) -> None:
        """Sell a hit."""
        self.close()
        self.send(AddProduct(product))

    def draw(self) -> SearchPageView:
        """The field and the hits for the newest text."""
        seen, words = self.seen.search, self.words
        hits = seen.hits if self._text else ()
        note = ""
        if not self._text:
            note = words("search.begin")
        elif not hits and seen.text == self._text:
            note = words("search.none", text=self._text)
        elif seen.more:
            note = words("search.more")
        return SearchPageView(
            text=(self._text + CARET) if self._text else words("search.hint"),
            text_colour="ink" if self._text else "muted",
            can_clear=bool(self._text),
            hits=tuple(product_tile(hit, self.formats) for hit in hits),
            note=note,
            has_note=bool(note),
            rows=keyboard_rows(words.language, words("search.space")),
            close=words("search.close"),
        )
