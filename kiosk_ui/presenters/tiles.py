"""The tiles: categories as chips, products to be tapped, pages of them."""

import re
from typing import Final

import msgspec

from appliance.messages import AddProduct, CatalogueView, ShowCategory, Snapshot, TileView
from kiosk_ui.presenters.base import Presenter, Seen
from kiosk_ui.presenters.formats import Formats

FAVOURITES: Final = ""
MEASURE: Final = re.compile(r"(?<=\d) (?=(?:g|kg|mg|l|ml|cl|m|cm|mm|%)\b)")
NO_BREAK_BEFORE_UNIT: Final = "\N{NO-BREAK SPACE}"


class ChipView(msgspec.Struct, frozen=True):
    """A category. `name` is empty for the favourites."""

    name: str
    text: str
    back: str = "surface"
    press: str = "press"
    ink: str = "ink"


def chip(name: str, text: str, *, active: bool) -> ChipView:
    """A chip; the active one is dark."""
    if active:
        return ChipView(name, text, back="chip", press="chip", ink="chip_ink")
    return ChipView(name, text)


class ProductTile(msgspec.Struct, frozen=True):
    """A product as a tile or a search hit shows it."""

    product: str
    name: str
    price: str
    icon: str
    tint: str
    badge: str


class TilesView(msgspec.Struct, frozen=True):
    """Chips, one page of tiles, and the way to the other pages."""

    chips: tuple[ChipView, ...]
    tiles: tuple[ProductTile, ...]
    has_pages: bool
    page: str
    can_back: bool
    can_next: bool
    is_empty: bool
    has_tiles: bool
    empty_text: str


class TilesPresenter(Presenter[TilesView]):
    """Cuts the register's page of tiles into pages that fit this display."""

    topics = (CatalogueView,)
    capacity = 15
    """How many tiles the display takes. Set by the page."""
    _part = 0
    _from_end = False

    def tap_tile(self, product: str) -> None:
        """Sell a product."""
        self.send(AddProduct(product))

    def tap_chip(self, name: str) -> None:
        """Show a category."""
        self._part = 0
        self.send(ShowCategory(name or None))
        self.refresh()

    def next_page(self) -> None:
        """Turn the page."""
        seen = self.seen.catalogue
        if self._part + 1 < self._parts():
            self._part += 1
            self.refresh()
        elif seen.page + 1 < seen.pages:
            self.send(ShowCategory(seen.category, seen.page + 1))

    def back_page(self) -> None:
        """Turn the page back."""
        seen = self.seen.catalogue
        if self._part > 0:
            self._part -= 1
            self.refresh()
        elif seen.page > 0:
            self._from_end = True
            self.send(ShowCategory(seen.category, seen.page - 1))

    def took(self, snapshot: Snapshot, before: Seen) -> None:  # noqa: ARG002
        """Begin another page at its start, or at its end if the page was turned back."""
        now, then = self.seen.catalogue, before.catalogue
        if (now.category, now.page) != (then.category, then.page):
            self._part = self._parts() - 1 if self._from_end else 0
            self._from_end = False
        self._part = min(self._part, self._parts() - 1)

    def _parts(self) -> int:
        return max(1, -(-len(self.seen.catalogue.tiles) // self.capacity))

    def draw(self) -> TilesView:
        """The chips and the part of the page that fits."""
        seen, words, part = self.seen.catalogue, self.words, self._part
        favourites = chip(FAVOURITES, words("sale.favourites"), active=seen.category is None)
        shown = seen.tiles[part * self.capacity : (part + 1) * self.capacity]
        can_back = part > 0 or seen.page > 0
        can_next = part + 1 < self._parts() or seen.page + 1 < seen.pages
        return TilesView(
            chips=(
                favourites,
                *(chip(c.id, c.name, active=c.id == seen.category) for c in seen.categories),
            ),
            tiles=tuple(product_tile(tile, self.formats) for tile in shown),
            has_pages=can_back or can_next,
            page=words("sale.page", page=seen.page + part + 1),
            can_back=can_back,
            can_next=can_next,
            is_empty=not seen.tiles,
            has_tiles=bool(seen.tiles),
            empty_text=words("sale.no_tiles"),
        )


def product_tile(tile: TileView, formats: Formats) -> ProductTile:
    """A product in words: `€5.80`, `2 left`, `none left`."""
    words, badge = formats.words, ""
    if tile.low and tile.stock_milli is not None:
        amount = formats.quantity(tile.stock_milli, tile.unit)
        badge = words("sale.left", n=amount) if tile.stock_milli > 0 else words("sale.none_left")
    return ProductTile(
        product=tile.product,
        name=MEASURE.sub(NO_BREAK_BEFORE_UNIT, tile.name),
        price=formats.price(tile.price_minor, tile.unit),
        icon=tile.icon or ("scale" if tile.unit == "kilogram" else "tag-outline"),
        tint=tile.tint,
        badge=badge,
    )
