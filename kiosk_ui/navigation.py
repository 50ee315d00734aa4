"""Which page and which overlay are to be seen. Both follow from what the register says; nothing is remembered here.

stopped > starting > workshop and first start, while a register is set up > sign_in > workshop > upkeep > staff > done >
cash > sale; a time clock by the door has but door and workshop
"""

import enum
from collections.abc import Mapping
from typing import Final

from appliance.messages import (
    DoneView,
    FirstStartView,
    NoticeLevel,
    NoticeView,
    ResumeView,
    SessionView,
    ShopView,
    StaffView,
    StartingView,
    TenderView,
    UpkeepView,
    WorkshopView,
)

STOPPING: Final = frozenset(
    {
        "bad_configuration",
        "journal_damaged",
        "store_broken",
        "store_corrupt",
        "store_in_use",
        "store_newer",
        "store_trouble",
        "store_read_only",
        "disk_full",
        "sqlite_too_old",
    }
)
"""Defects with which no sale can be made. As a `DEFECT` notice they show `stopped`, as `StartingView.problem` does."""


NO_FIRST_START: Final = FirstStartView()
"""Nothing is being set up."""


class Page(enum.StrEnum):
    """The pages. Exactly one is shown."""

    STARTING = "starting"
    STOPPED = "stopped"
    SIGN_IN = "sign_in"
    SALE = "sale"
    CASH = "cash"
    DONE = "done"
    WORKSHOP = "workshop"
    UPKEEP = "upkeep"
    STAFF = "staff"
    DOOR = "door"
    FIRST_START = "first_start"


class Overlay(enum.StrEnum):
    """What may lie over a page."""

    NONE = "none"
    DEFECT = "defect"
    RESUME = "resume"
    ASK = "ask"
    MENU = "menu"
    SEARCH = "search"
    KEYPAD = "keypad"
    DEVICES = "devices"
    SCALE = "scale"
    LABELS = "labels"
    SHEET = "sheet"
    CLOCK_PIN = "clock_pin"
    HOURS = "hours"
    SAY_PUNCH = "say_punch"
    SERVER = "server"


CLOCK: Final = frozenset({Overlay.CLOCK_PIN, Overlay.HOURS, Overlay.SAY_PUNCH})
"""The time clock's own overlays: they may lie over every page on which somebody stands."""


ALLOWED: Final[Mapping[Page, frozenset[Overlay]]] = {
    Page.STARTING: frozenset(),
    Page.STOPPED: frozenset(),
    Page.SIGN_IN: frozenset({Overlay.DEVICES, Overlay.ASK, Overlay.SERVER}) | CLOCK,
    Page.SALE: frozenset(
        {
            Overlay.ASK,
            Overlay.MENU,
            Overlay.SEARCH,
            Overlay.KEYPAD,
            Overlay.DEVICES,
            Overlay.SCALE,
            Overlay.LABELS,
        }
    )
    | CLOCK,
    Page.CASH: frozenset({Overlay.DEVICES}) | CLOCK,
    Page.DONE: frozenset({Overlay.DEVICES}) | CLOCK,
    Page.WORKSHOP: frozenset({Overlay.ASK, Overlay.SERVER}) | CLOCK,
    Page.UPKEEP: frozenset({Overlay.ASK, Overlay.SHEET}) | CLOCK,
    Page.STAFF: frozenset({Overlay.ASK, Overlay.SHEET}) | CLOCK,
    Page.FIRST_START: frozenset({Overlay.ASK, Overlay.SERVER}) | CLOCK,
    Page.DOOR: frozenset({Overlay.DEVICES, Overlay.ASK, Overlay.SERVER}) | CLOCK,
}
"""Which overlays a person may open on which page."""


def page_for(  # noqa: PLR0913, PLR0917 - one for each snapshot that it follows from
    starting: StartingView,
    shop: ShopView | None,
    session: SessionView | None,
    tender: TenderView,
    done: DoneView,
    notice: NoticeView,
    workshop: WorkshopView,
    staff: StaffView,
    upkeep: UpkeepView | None = None,
    *,
    first_start: FirstStartView = NO_FIRST_START,
) -> Page:
    """The page for what the register said last. None stands for what it has not said yet."""
    if starting.problem or (notice.level is NoticeLevel.DEFECT and notice.code in STOPPING):
        return Page.STOPPED
    if not starting.done or shop is None or session is None:
        return Page.STARTING
    is_door = shop.place == "door"
    lying = (
        (first_start.open and workshop.open, Page.WORKSHOP),
        (first_start.open, Page.FIRST_START),
        (session.employee is None, Page.DOOR if is_door else Page.SIGN_IN),
        (workshop.open, Page.WORKSHOP),
        (is_door, Page.DOOR),
        (upkeep is not None and upkeep.open, Page.UPKEEP),
        (bool(staff.part), Page.STAFF),
        (done.sale is not None, Page.DONE),
        (tender.open, Page.CASH),
    )
    return next((page for is_shown, page in lying if is_shown), Page.SALE)


def overlay_for(page: Page, resume: ResumeView, notice: NoticeView, wanted: Overlay) -> Overlay:
    """The overlay on `page`: trouble first, then what start-up found, then what the person opened."""
    if page is Page.STOPPED:
        return Overlay.NONE
    if notice.id and notice.level is NoticeLevel.DEFECT:
        return Overlay.DEFECT
    if page is Page.SALE and resume.show:
        return Overlay.RESUME
    return wanted if wanted in ALLOWED[page] else Overlay.NONE
