"""The bench beside the demo's till: articles to scan, levers of the devices, what came out of the printer.

It plays what happens around a till, so it speaks to the simulated devices and never to the register. `look` is called
a few times a second; the view is replaced only when something changed.
"""

from typing import Final

import msgspec

from appliance.bench import UNKNOWN_BARCODE, Article, Bench, BenchView
from kiosk_ui.presenters.base import Presenter
from kiosk_ui.presenters.tiles import ChipView, chip
from kiosk_ui.strings import Words

PAGE: Final = 8
"""Articles on one page: two columns of four."""

ARTICLES: Final = "bench_articles"
DEVICES: Final = "bench_devices"
PAPER: Final = "bench_paper"
COUNTER: Final = "bench_counter"

WEIGHTS: Final = (0, 125, 485, 1250)
"""Grams that can be laid on the scale."""


class ArticleView(msgspec.Struct, frozen=True):
    """An article on the counter."""

    barcode: str
    name: str
    price: str


class LeverView(msgspec.Struct, frozen=True):
    """Something with two positions. `name` is what a tap on it turns."""

    name: str
    title: str
    state: str
    icon: str
    ink: str
    back: str


class BenchPanelView(msgspec.Struct, frozen=True):
    """The whole panel. Where there is room for one part only, the tabs choose it."""

    title: str
    about: str
    tabs: tuple[ChipView, ...]
    shows_articles: bool
    shows_devices: bool
    shows_paper: bool
    shows_counter: bool
    has_room: bool
    hold: str
    hold_ink: str
    articles: tuple[ArticleView, ...]
    page: str
    can_back: bool
    can_next: bool
    again: str
    again_name: str
    can_again: bool
    unknown: str
    levers: tuple[LeverView, ...]
    drawer: str
    drawer_kicks: str
    drawer_icon: str
    drawer_back: str
    drawer_ink: str
    drawer_act: str
    drawer_act_icon: str
    scale: str
    on_scale: str
    weights: tuple[ChipView, ...]
    reader: str
    reader_ink: str
    badges: tuple[ChipView, ...]
    display: str
    display_text: str
    made: str
    paper_title: str
    slip: str
    has_slip: bool
    no_slip: str
    is_empty: bool
    can_earlier: bool
    can_later: bool


class BenchPresenter(Presenter[BenchPanelView]):
    """The hands of whoever plays the demo."""

    _page = 0
    _face = ARTICLES
    _last: Article | None = None
    _unheard = False
    _unread = False
    _back_from_newest = 0

    def __init__(self, bench: Bench, *, compact: bool = False) -> None:
        """`compact` shows one part at a time."""
        self._bench = bench
        self._compact = compact
        self._now = bench.view
        super().__init__(lambda _: None, Words("en"))

    def look(self) -> None:
        """See whether anything on the bench changed. Costs next to nothing when nothing did."""
        now, shop = self._bench.view, self._bench.shop
        if now != self._now:
            if len(now.slips) != len(self._now.slips):
                self._back_from_newest = 0
            if now.scanner_plugged:
                self._unheard = False
            self._now = now
            self.refresh()
        if shop is not None and shop is not self.seen.shop:
            self.show(shop)

    # ------------------------------------------------------------------ gestures

    def scan(self, barcode: str) -> None:
        """Hold an article under the scanner."""
        self._last = next(one for one in self._all_articles() if one.barcode == barcode)
        self._unheard = not self._bench.scan(barcode)
        self.refresh()

    def scan_again(self) -> None:
        """The same article once more."""
        if self._last is not None:
            self.scan(self._last.barcode)

    def scan_unknown(self) -> None:
        """Hold something under the scanner that the shop does not sell."""
        self.scan(UNKNOWN_BARCODE)

    def back_page(self) -> None:
        """The articles before these."""
        self._page -= 1
        self.refresh()

    def next_page(self) -> None:
        """The articles after these."""
        self._page += 1
        self.refresh()

    def pull(self, lever: str) -> None:
        """Bring a lever into its other position."""
        bench, now = self._bench, self._bench.view
        match lever:
            case "scanner_cable":
                bench.plug_scanner(not now.scanner_plugged)
            case "printer_cable":
                bench.plug_printer(not now.printer_plugged)
            case "paper":
                bench.load_paper(not now.paper)
            case "cover":
                bench.open_cover(not now.cover_open)
            case "drawer":
                bench.push_drawer(not now.drawer_open)
        self.look()

    def earlier(self) -> None:
        """The receipt before this one."""
        self._back_from_newest += 1
        self.refresh()

    def later(self) -> None:
        """The receipt after this one."""
        self._back_from_newest -= 1
        self.refresh()

    def tap_chip(self, name: str) -> None:
        """Another part of the bench, a weight on the scale, or a badge at the reader."""
        what, _, which = name.partition(":")
        if what == "scale":
            self._bench.put_on_scale(int(which))
            self.look()
        elif what == "badge":
            self._unread = not self._bench.tap_badge(which)
            self.refresh()
        else:
            self._face = name
            self.refresh()

    # ------------------------------------------------------------------ drawing

    def draw(self) -> BenchPanelView:
        """The bench as it stands."""
        now, words = self._now, self.words
        articles = self._bench.articles
        pages = max(1, -(-len(articles) // PAGE))
        shown = articles[self._page * PAGE : (self._page + 1) * PAGE]
        slip = len(now.slips) - self._back_from_newest
        drawer = "open" if now.drawer_open else "shut"
        return BenchPanelView(
            title=words("bench.title"),
            about=words("bench.pins", pins="  ·  ".join(map(" ".join, self._bench.pins))),
            tabs=self._tabs(),
            shows_articles=self._face == ARTICLES,
            shows_devices=not self._compact or self._face == DEVICES,
            shows_paper=not self._compact or self._face == PAPER,
            shows_counter=self._face == COUNTER,
            has_room=self._compact and self._face != PAPER,
            hold=self._hold(),
            hold_ink="amber_ink" if self._unheard else "ink",
            articles=tuple(self._article(one) for one in shown),
            page=words("bench.page", page=self._page + 1, pages=pages),
            can_back=self._page > 0,
            can_next=self._page + 1 < pages,
            again=words("bench.again"),
            again_name=self._name(self._last) if self._last else "",
            can_again=self._last is not None,
            unknown=words("bench.unknown"),
            levers=self._levers(now),
            drawer=words(f"bench.drawer_{drawer}"),
            drawer_kicks=words.count("bench.kicks", now.kicks),
            drawer_icon="lock-open-variant-outline" if now.drawer_open else "lock-outline",
            drawer_back="amber_soft" if now.drawer_open else "surface",
            drawer_ink="amber_ink" if now.drawer_open else "muted",
            drawer_act=words("bench.push_shut" if now.drawer_open else "bench.open_by_key"),
            drawer_act_icon="arrow-collapse-up" if now.drawer_open else "key-outline",
            scale=words("bench.scale"),
            on_scale=words("bench.on_scale", weight=self._weight(now.scale_grams)),
            weights=tuple(
                chip(f"scale:{grams}", self._weight(grams), active=grams == now.scale_grams)
                for grams in WEIGHTS
            ),
            reader=words("bench.badge_not_read" if self._unread else "bench.badges"),
            reader_ink="amber_ink" if self._unread else "ink",
            badges=(
                *(chip(f"badge:{name}", name, active=False) for name in self._bench.badges),
                chip("badge:", words("bench.stranger"), active=False),
            ),
            display=words("bench.display"),
            display_text="\n".join(now.display),
            made=words("bench.made", labels=now.labels, beeps=self._beeps(now)),
            paper_title=words("bench.slip", number=slip, count=len(now.slips))
            if now.slips
            else words("bench.paper"),
            slip=now.slips[slip - 1] if now.slips else "",
            has_slip=bool(now.slips),
            no_slip=words("bench.no_slip"),
            is_empty=not now.slips,
            can_earlier=slip > 1,
            can_later=self._back_from_newest > 0,
        )

    def _tabs(self) -> tuple[ChipView, ...]:
        faces = (ARTICLES, DEVICES, COUNTER, PAPER) if self._compact else (ARTICLES, COUNTER, PAPER)
        return tuple(
            chip(
                face, self.words(f"bench.{face.removeprefix('bench_')}"), active=face == self._face
            )
            for face in faces
        )

    def _weight(self, grams: int) -> str:
        return self.formats.quantity(grams, "kilogram")

    def _beeps(self, now: BenchView) -> str:
        heard = (self.words("bench.high" if good else "bench.low") for good in now.beeps)
        return ", ".join(heard) or self.words("bench.no_beeps")

    def _hold(self) -> str:
        if not self._unheard:
            return self.words("bench.hold")
        return self.words("bench.not_heard" if self._now.scanner_plugged else "bench.no_cable")

    def _levers(self, now: BenchView) -> tuple[LeverView, ...]:
        plugged = {True: "plugged_in", False: "pulled_out"}
        return (
            self._lever(
                "scanner_cable",
                plugged[now.scanner_plugged],
                "barcode-scan" if now.scanner_plugged else "power-plug-off-outline",
                well=now.scanner_plugged,
            ),
            self._lever(
                "printer_cable",
                plugged[now.printer_plugged],
                "printer-outline" if now.printer_plugged else "power-plug-off-outline",
                well=now.printer_plugged,
            ),
            self._lever(
                "paper",
                "paper_in" if now.paper else "paper_out",
                "paper-roll-outline",
                well=now.paper,
            ),
            self._lever(
                "cover",
                "cover_open" if now.cover_open else "cover_shut",
                "package-variant" if now.cover_open else "package-variant-closed",
                well=not now.cover_open,
            ),
        )

    def _lever(self, name: str, state: str, icon: str, *, well: bool) -> LeverView:
        return LeverView(
            name,
            self.words("bench.roll" if name == "paper" else f"bench.{name}"),
            self.words(f"bench.{state}"),
            icon,
            "muted" if well else "amber_ink",
            "surface" if well else "amber_soft",
        )

    def _all_articles(self) -> tuple[Article, ...]:
        return (*self._bench.articles, Article(UNKNOWN_BARCODE, ""))

    def _name(self, article: Article) -> str:
        return article.name_in(self.words.language) or self.words("bench.unknown")

    def _article(self, article: Article) -> ArticleView:
        price = self.formats.price(article.price_minor, article.unit)
        return ArticleView(article.barcode, self._name(article), price)
