import pytest

from appliance.messages import (
    DoneView,
    NoticeLevel,
    NoticeView,
    ResumeView,
    SessionView,
    StaffView,
    StartingView,
    TenderView,
    UpkeepView,
    WorkshopView,
)
from kiosk_ui.navigation import Overlay, Page, overlay_for, page_for
from tests.kiosk_ui import samples as s

QUIET = NoticeView(id=0)
NO_TENDER, NOT_DONE = TenderView(open=False), DoneView(sale=None)
CLOSED, AWAY = WorkshopView(open=False), StaffView()


@pytest.mark.parametrize(
    ("shop", "session", "tender", "done", "notice", "page"),
    [
        (None, None, NO_TENDER, NOT_DONE, QUIET, Page.STARTING),
        (s.SHOP, None, NO_TENDER, NOT_DONE, QUIET, Page.STARTING),
        (s.SHOP, s.SIGNED_OUT, NO_TENDER, NOT_DONE, QUIET, Page.SIGN_IN),
        (s.SHOP, s.SIGNED_OUT, s.TENDER, NOT_DONE, QUIET, Page.SIGN_IN),
        (s.SHOP, s.SIGNED_IN, NO_TENDER, NOT_DONE, QUIET, Page.SALE),
        (s.SHOP, s.SIGNED_IN, s.TENDER, NOT_DONE, QUIET, Page.CASH),
        (s.SHOP, s.SIGNED_IN, NO_TENDER, s.DONE, QUIET, Page.DONE),
        (None, None, NO_TENDER, NOT_DONE, s.STOPPED_LATER, Page.STOPPED),
        (s.SHOP, s.SIGNED_IN, s.TENDER, s.DONE, s.STOPPED_LATER, Page.STOPPED),
        (s.SHOP, s.SIGNED_IN, NO_TENDER, NOT_DONE, s.DEFECT, Page.SALE),
        (
            s.SHOP, s.SIGNED_IN, NO_TENDER, NOT_DONE,
            NoticeView(3, NoticeLevel.WARN, "disk_full"), Page.SALE,
        ),
    ],
)  # fmt: skip
def test_the_page_follows_from_what_the_register_says(
    shop: object, session: object, tender: object, done: object, notice: object, page: Page
) -> None:
    shown = (StartingView(done=True), shop, session, tender, done, notice)
    assert page_for(*shown, CLOSED, AWAY) is page  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("session", "tender", "done", "notice", "page"),
    [
        (s.SIGNED_IN, NO_TENDER, NOT_DONE, QUIET, Page.WORKSHOP),
        (s.SIGNED_IN, NO_TENDER, s.DONE, QUIET, Page.WORKSHOP),
        (s.SIGNED_OUT, NO_TENDER, NOT_DONE, QUIET, Page.SIGN_IN),
        (s.SIGNED_IN, NO_TENDER, NOT_DONE, s.STOPPED_LATER, Page.STOPPED),
    ],
)
def test_the_page_of_devices_lies_over_the_sale_but_not_over_sign_in(
    session: SessionView, tender: TenderView, done: DoneView, notice: NoticeView, page: Page
) -> None:
    shown = (StartingView(done=True), s.SHOP, session, tender, done, notice)
    assert page_for(*shown, WorkshopView(open=True), AWAY) is page


def test_the_page_of_the_staff_lies_over_the_sale_but_not_over_sign_in() -> None:
    begun, staff = StartingView(done=True), StaffView("people")
    shown = (NO_TENDER, s.DONE, QUIET, CLOSED, staff)
    assert page_for(begun, s.SHOP, s.SIGNED_IN, *shown) is Page.STAFF
    assert page_for(begun, s.SHOP, s.SIGNED_OUT, *shown) is Page.SIGN_IN


def test_nothing_is_shown_before_start_up_has_ended() -> None:
    shown = (s.SHOP, s.SIGNED_IN, NO_TENDER, NOT_DONE, QUIET, CLOSED, AWAY)
    assert page_for(StartingView(done=False), *shown) is Page.STARTING
    assert page_for(StartingView(done=False, problem="store_newer"), *shown) is Page.STOPPED


NO_RESUME = ResumeView(show=False)


@pytest.mark.parametrize(
    ("page", "resume", "notice", "wanted", "overlay"),
    [
        (Page.SALE, NO_RESUME, QUIET, Overlay.NONE, Overlay.NONE),
        (Page.SALE, NO_RESUME, QUIET, Overlay.MENU, Overlay.MENU),
        (Page.SALE, s.RESUME, QUIET, Overlay.MENU, Overlay.RESUME),
        (Page.SIGN_IN, s.RESUME, QUIET, Overlay.NONE, Overlay.NONE),
        (Page.SALE, s.RESUME, s.DEFECT, Overlay.MENU, Overlay.DEFECT),
        (Page.DONE, NO_RESUME, s.DEFECT, Overlay.NONE, Overlay.DEFECT),
        (Page.DONE, NO_RESUME, QUIET, Overlay.SEARCH, Overlay.NONE),
        (Page.SIGN_IN, NO_RESUME, QUIET, Overlay.MENU, Overlay.NONE),
        (Page.STOPPED, s.RESUME, s.STOPPED_LATER, Overlay.MENU, Overlay.NONE),
        (Page.SALE, NO_RESUME, s.UNKNOWN_BARCODE, Overlay.SEARCH, Overlay.SEARCH),
        (Page.SALE, NO_RESUME, QUIET, Overlay.LABELS, Overlay.LABELS),
        (Page.SIGN_IN, NO_RESUME, QUIET, Overlay.LABELS, Overlay.NONE),
        (Page.CASH, NO_RESUME, QUIET, Overlay.LABELS, Overlay.NONE),
    ],
)
def test_trouble_lies_over_what_start_up_found_and_that_over_what_was_opened(
    page: Page, resume: ResumeView, notice: NoticeView, wanted: Overlay, overlay: Overlay
) -> None:
    assert overlay_for(page, resume, notice, wanted) is overlay


@pytest.mark.parametrize(
    ("session", "workshop", "page"),
    [
        (s.SIGNED_IN, CLOSED, Page.UPKEEP),
        (s.SIGNED_OUT, CLOSED, Page.SIGN_IN),
        (s.SIGNED_IN, WorkshopView(open=True), Page.WORKSHOP),
    ],
)
def test_this_register_lies_over_the_sale_and_beneath_the_devices(
    session: SessionView, workshop: WorkshopView, page: Page
) -> None:
    begun, here = StartingView(done=True), UpkeepView(open=True)
    shown = page_for(begun, s.SHOP, session, s.TENDER, s.DONE, QUIET, workshop, AWAY, here)
    assert shown is page
