"""What all presenters share: the newest snapshots, the words, and one frozen view that is replaced.

A presenter is a plain class. `show(snapshot)` takes what the register says, gesture methods send commands,
`view` is what the screen draws: finished words, colours' names, enabled flags. Whoever `follow`s is called
after the view was replaced by another one.
"""

import time
from collections.abc import Callable
from typing import ClassVar, Generic, TypeVar

import msgspec

from appliance.messages import (
    BadgesView,
    CatalogueView,
    Command,
    DoneView,
    FirstStartView,
    HoursView,
    LabelsView,
    LastSaleView,
    NoticeView,
    PlanView,
    ResumeView,
    ScaleView,
    SearchView,
    ServerView,
    SessionView,
    ShopView,
    Snapshot,
    StaffHoursView,
    StaffPayView,
    StaffPeopleView,
    StaffRulesView,
    StaffView,
    StartingView,
    StatusView,
    TenderView,
    TicketView,
    TimeclockView,
    UpkeepView,
    WorkshopView,
)
from kiosk_ui.navigation import Overlay
from kiosk_ui.presenters.formats import Formats
from kiosk_ui.strings import Words

Send = Callable[[Command], None]
Open = Callable[[Overlay], None]
NowMs = Callable[[], int]
View = TypeVar("View")

NO_TICKET = TicketView(
    id=None,
    number=0,
    state="open",
    lines=(),
    selected=None,
    keyed_qty_milli=0,
    item_count=0,
    subtotal_minor=0,
    taxes=(),
    included_tax_minor=0,
    added_tax_minor=0,
    total_minor=0,
)


def wall_ms() -> int:
    """The time of day in UTC milliseconds."""
    return time.time_ns() // 1_000_000


def _stay(_overlay: Overlay) -> None:
    """Open nothing: what a presenter does that stands alone."""


class Seen(msgspec.Struct, frozen=True):
    """The newest snapshot of each topic; the fields are named as the topics are."""

    starting: StartingView = StartingView(done=True)
    shop: ShopView | None = None
    session: SessionView | None = None
    ticket: TicketView = NO_TICKET
    tender: TenderView = TenderView(open=False)
    done: DoneView = DoneView(sale=None)
    last_sale: LastSaleView = LastSaleView(sale=None)
    resume: ResumeView = ResumeView(show=False)
    catalogue: CatalogueView = CatalogueView((), None, 0, 1, ())
    search: SearchView = SearchView("", ())
    status: StatusView = StatusView(())
    scale: ScaleView = ScaleView()
    notice: NoticeView = NoticeView(id=0)
    workshop: WorkshopView = WorkshopView(open=False)
    server: ServerView = ServerView()
    upkeep: UpkeepView = UpkeepView()
    badges: BadgesView = BadgesView()
    labels: LabelsView = LabelsView(open=False)
    staff: StaffView = StaffView()
    staff_hours: StaffHoursView = StaffHoursView()
    staff_pay: StaffPayView = StaffPayView()
    staff_rules: StaffRulesView = StaffRulesView()
    staff_people: StaffPeopleView = StaffPeopleView()
    timeclock: TimeclockView = TimeclockView()
    hours: HoursView = HoursView()
    plan: PlanView = PlanView()
    first_start: FirstStartView = FirstStartView()

    def take(self, snapshot: Snapshot) -> "Seen":
        """The same with `snapshot` in its place. Of a topic that the screen does not know yet, nothing is kept."""
        topic = str(snapshot.__struct_config__.tag)
        if topic not in self.__struct_fields__:
            return self
        return msgspec.structs.replace(self, **{topic: snapshot})


class Presenter(Generic[View]):
    """Subclasses fill in `draw` and their gestures, and name the `topics` that their view depends on."""

    topics: ClassVar[tuple[type[Snapshot], ...]] = ()

    def __init__(
        self, send: Send, words: Words, *, open_overlay: Open = _stay, now_ms: NowMs = wall_ms
    ) -> None:
        """`send` takes commands, `open_overlay` wishes for what may lie over the page."""
        self.send = send
        self.open_overlay = open_overlay
        self.now_ms = now_ms
        self.seen = Seen()
        self.words = words
        self.formats = Formats(words, "")
        self._followers: list[Callable[[], None]] = []
        self.view: View = self.draw()

    def draw(self) -> View:
        """The view for what is known now."""
        raise NotImplementedError

    def follow(self, changed: Callable[[], None]) -> None:
        """Call `changed` after each replacement of the view."""
        self._followers.append(changed)

    def show(self, snapshot: Snapshot) -> None:
        """Take what the register says."""
        before = self.seen
        self.seen = before.take(snapshot)
        if isinstance(snapshot, ShopView):
            if snapshot.language != self.words.language:
                self.words = Words(snapshot.language)
            self.formats = Formats(self.words, snapshot.currency)
        if isinstance(snapshot, (ShopView, *self.topics)):
            self.took(snapshot, before)
            self.refresh()

    def took(self, snapshot: Snapshot, before: Seen) -> None:
        """Settle what the presenter itself remembers, before the view is drawn."""

    def refresh(self) -> None:
        """Draw, and tell the followers if the view is another one."""
        view = self.draw()
        if view != self.view:
            self.view = view
            for changed in self._followers:
                changed()
