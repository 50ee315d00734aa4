"""What lies around the pages: which page and overlay, the notice bar, and the two sheets for trouble."""

from collections.abc import Mapping
from typing import Final

import msgspec

from appliance.messages import (
    DismissNotice,
    DoneView,
    Fields,
    FirstStartView,
    LabelsView,
    NoticeLevel,
    NoticeView,
    ResumeView,
    ServerView,
    SessionView,
    ShopView,
    Snapshot,
    StaffView,
    StartingView,
    TenderView,
    TicketView,
    TimeclockView,
    UpkeepView,
    WorkshopView,
)
from kiosk_ui.navigation import CLOCK, Overlay, Page, overlay_for, page_for
from kiosk_ui.presenters.base import Presenter, Seen

STAYS_MS: Final[Mapping[NoticeLevel, int]] = {
    NoticeLevel.BUSY: 8_000,
    NoticeLevel.DONE: 4_000,
    NoticeLevel.WARN: 12_000,
    NoticeLevel.REFUSED: 8_000,
}
LOOKS: Final[Mapping[NoticeLevel, tuple[str, str, str]]] = {
    NoticeLevel.BUSY: ("progress-clock", "blue_ink", "blue_soft"),
    NoticeLevel.DONE: ("check-circle", "brand_ink", "brand_soft"),
    NoticeLevel.WARN: ("alert-outline", "amber_ink", "amber_soft"),
    NoticeLevel.REFUSED: ("close-circle-outline", "danger_ink", "danger_soft"),
    NoticeLevel.DEFECT: ("alert-octagon-outline", "danger_ink", "danger_soft"),
}
ON_BANNER: Final = frozenset(
    {
        "badge_known",
        "punched_in",
        "punched_out",
        "punched_break_start",
        "punched_break_end",
        "punch_undone",
        "punch_does_not_fit",
    }
)
"""Notices that the time clock's banner says better."""

LOCAL_ID: Final = -1
"""A notice that the screen gives itself: nobody else knows of it."""

PASSING: Final = frozenset(
    {Overlay.SEARCH, Overlay.KEYPAD, Overlay.MENU, Overlay.DEVICES, Overlay.SCALE, Overlay.LABELS}
    | CLOCK
)
"""Overlays that wait for no answer: a scan closes them, and so does a tap beside them."""


class ShellView(msgspec.Struct, frozen=True):
    """Page, overlay, notice bar and the sentences of the two troubled pages."""

    page: Page
    overlay: Overlay
    starting: str
    starting_part: str
    starting_percent: int
    has_part: bool
    has_notice: bool
    notice: str
    notice_icon: str
    notice_ink: str
    notice_back: str
    defect_title: str
    defect_text: str
    defect_go_on: str
    stopped_title: str
    stopped_what: str
    stopped_where: str
    stopped_todo: str
    stopped_code: str


class ShellPresenter(Presenter[ShellView]):
    """Follows the register from page to page."""

    topics = (
        StartingView,
        SessionView,
        ShopView,
        TicketView,
        TenderView,
        DoneView,
        ResumeView,
        NoticeView,
        WorkshopView,
        ServerView,
        LabelsView,
        StaffView,
        TimeclockView,
        UpkeepView,
        FirstStartView,
    )
    _wanted = Overlay.NONE
    _beneath = Overlay.NONE
    _local = NoticeView(id=0)
    _since_ms = 0

    def open(self, overlay: Overlay) -> None:
        """A person wants an overlay, or none.

        The time clock's own may come over a question or a sheet of somebody else's, which is there again after them.
        """
        if overlay in CLOCK and self._wanted not in CLOCK:
            self._beneath = Overlay.NONE if self._wanted in PASSING else self._wanted
        elif overlay is Overlay.NONE and self._wanted in CLOCK:
            overlay = self._beneath
        self._wanted = overlay
        self.refresh()

    def tap_outside(self) -> None:
        """A tap beside an overlay closes it, unless it waits for an answer."""
        if self._wanted in PASSING:
            self.open(Overlay.NONE)

    def busy(self) -> None:
        """The register's queue is full: what was tapped last was not heard."""
        self._say(NoticeView(LOCAL_ID, NoticeLevel.WARN, "busy"))

    def defect(self, code: str) -> None:
        """The screen itself made a mistake."""
        self._say(NoticeView(LOCAL_ID, NoticeLevel.DEFECT, code))

    def dismiss(self) -> None:
        """The notice was read."""
        notice = self._notice()
        if notice.id == LOCAL_ID:
            self._local = NoticeView(id=0)
            self.refresh()
        elif notice.id:
            self.send(DismissNotice(notice.id))

    def tick(self) -> None:
        """Once a second: notices go by themselves, defects and what must be read do not."""
        notice = self._notice()
        stays_ms = None if notice.stays else STAYS_MS.get(notice.level)
        if notice.id and stays_ms and self.now_ms() - self._since_ms >= stays_ms:
            self.dismiss()

    def took(self, snapshot: Snapshot, before: Seen) -> None:
        """A new notice takes the place of an older one; a scan closes what lies over the tiles."""
        if isinstance(snapshot, NoticeView) and snapshot.id != before.notice.id:
            self._since_ms = self.now_ms()
            if snapshot.id and self._local.level is not NoticeLevel.DEFECT:
                self._local = NoticeView(id=0)
        ticket = self.seen.ticket
        sold = ticket.newest_line is not None and ticket.lines != before.ticket.lines
        if isinstance(snapshot, TicketView) and sold and self._wanted in PASSING:
            self._wanted = self._beneath if self._wanted in CLOCK else Overlay.NONE

    def _say(self, notice: NoticeView) -> None:
        self._local = notice
        self._since_ms = self.now_ms()
        self.refresh()

    def _notice(self) -> NoticeView:
        return self._local if self._local.id else self.seen.notice

    def draw(self) -> ShellView:
        """The page and what lies over it."""
        seen, words = self.seen, self.words
        notice = self._notice()
        page = page_for(
            seen.starting,
            seen.shop,
            seen.session,
            seen.tender,
            seen.done,
            seen.notice,
            seen.workshop,
            seen.staff,
            seen.upkeep,
            first_start=seen.first_start,
        )
        overlay = overlay_for(page, seen.resume, notice, self._wanted)
        if hasattr(self, "view") and page is not self.view.page:
            self._wanted = self._beneath = Overlay.NONE
            overlay = overlay_for(page, seen.resume, notice, Overlay.NONE)
        icon, ink, back = LOOKS[notice.level]
        starting = seen.starting
        code, values = starting.problem or notice.code, starting.fields or notice.fields
        in_bar = (
            bool(notice.id)
            and notice.level is not NoticeLevel.DEFECT
            and not self._is_said_by(page, notice)
            and not self._is_said_at_clock(overlay, notice)
            and not (overlay is Overlay.SERVER and self._is_said_of_server(notice))
            and not (overlay is Overlay.LABELS and self._is_said_of_labels(notice))
        )
        return ShellView(
            page=page,
            overlay=overlay,
            starting=words(f"starting.{seen.starting.task}"),
            starting_part=self._part(),
            starting_percent=100 * seen.starting.part // max(1, seen.starting.total),
            has_part=seen.starting.total > 0,
            has_notice=in_bar,
            notice=self._sentence(notice) if in_bar else "",
            notice_icon=icon,
            notice_ink=ink,
            notice_back=back,
            defect_title=words("defect.title"),
            defect_text=words("defect.text", code=notice.code),
            defect_go_on=words("defect.go_on"),
            stopped_title=words("stopped.title"),
            stopped_what=self.formats.problem(code, values),
            stopped_where=_where(values),
            stopped_todo=self._todo(code),
            stopped_code=words("stopped.code", code=code),
        )

    def _is_said_by(self, page: Page, notice: NoticeView) -> bool:
        """Whether the page itself says it, beside where it can be mended."""
        if page is Page.SIGN_IN:
            session = self.seen.session
            return session is not None and notice.code == session.refused
        if page is Page.WORKSHOP:
            workshop = self.seen.workshop
            names = {device.name for device in workshop.devices}
            is_in_the_list = notice.level is NoticeLevel.WARN and (
                dict(notice.fields).get("device") in names
            )
            return is_in_the_list or notice.code == workshop.problem
        if page is Page.UPKEEP:
            ended = self.seen.upkeep.ended
            own = {self.seen.upkeep.problem, ended.code, f"upkeep_{ended.name}"}
            return bool(notice.code) and notice.code in own
        if page is Page.STAFF:
            return notice.code == self.seen.staff.problem
        if page is Page.FIRST_START:
            # A new card has no time yet; the network, which brings it, is one of the steps.
            return notice.code in {self.seen.first_start.problem, "clock_not_trusted"}
        return page is Page.DONE and notice.code == self.seen.done.trouble

    def _is_said_at_clock(self, overlay: Overlay, notice: NoticeView) -> bool:
        """Whether the time clock says it: its banner, or the card of PINs."""
        if notice.code in ON_BANNER:
            return True
        if notice.code == "too_early" and self.seen.timeclock.early is not None:
            return True
        return overlay is Overlay.CLOCK_PIN and notice.code == self.seen.timeclock.refused

    def _is_said_of_server(self, notice: NoticeView) -> bool:
        """Whether the sheet of the LAN server says it."""
        return notice.code in {self.seen.server.problem, "server_paired", "server_forgotten"}

    def _is_said_of_labels(self, notice: NoticeView) -> bool:
        """Whether the card of labels says it."""
        printers = {device.id for device in self.seen.status.devices if device.kind == "label"}
        return (
            notice.code.startswith("labels_")
            or notice.code == self.seen.labels.run.code
            or dict(notice.fields).get("device") in printers
        )

    def _sentence(self, notice: NoticeView) -> str:
        for key in (f"notice.{notice.code}", f"health.{notice.code}"):
            if self.words.has(key):
                return self.formats.sentence(key, notice.fields)
        said = self.formats.problem(notice.code, notice.fields)
        return self._of_device(notice, said)

    def _of_device(self, notice: NoticeView, said: str) -> str:
        """A device's trouble with the device's name before it."""
        name = dict(notice.fields).get("device")
        kinds = {device.id: device.kind for device in self.seen.status.devices}
        if name not in kinds:
            return said
        key = f"device.{kinds[str(name)]}"
        device = self.words(key) if self.words.has(key) else str(name)
        return self.words("status.short", device=device, trouble=said)

    def _part(self) -> str:
        part, total = self.seen.starting.part, self.seen.starting.total
        number = self.formats.number
        return self.words("starting.part", part=number(part), total=number(total)) if total else ""

    def _todo(self, code: str) -> str:
        key = f"todo.{code}"
        return self.words(key) if self.words.has(key) else self.words("todo.unknown")


def _where(values: Fields) -> str:
    """Where it is: the path, or whatever else the problem names."""
    named = dict(values)
    if "path" in named:
        return str(named["path"])
    return "   ".join(f"{name}: {value}" for name, value in values)
