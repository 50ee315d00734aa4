"""The time clock's banner as it is drawn: what it covers, what it does not, and what taps on it reach."""

from collections.abc import Iterator

import pytest

from appliance.messages import AddProduct, PunchClock, Snapshot
from kiosk_ui.navigation import Overlay
from tests.kiosk_ui import clock_samples as c
from tests.kiosk_ui import samples as s
from tests.kiosk_ui.scenes import GERMAN, SELLING
from tests.kiosk_ui.stage import SIZES, Stage

from kivy.uix.widget import Widget  # isort: skip

HALF_A_SECOND = 40
"""In frames: longer than the banner's buttons take no tap after they changed."""


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}", scope="module")
def made(request: pytest.FixtureRequest) -> Iterator[Stage]:
    """Made once for each size: that is what takes long."""
    stage = Stage(request.param)
    yield stage
    stage.close()


@pytest.fixture
def stage(made: Stage) -> Stage:
    made.reset()
    return made


def box(widget: Widget) -> tuple[float, float, float, float]:
    x, y = widget.to_window(*widget.pos)
    return x, y, x + widget.width, y + widget.height


def meet(one: Widget, other: Widget) -> bool:
    left, bottom, right, top = box(one)
    other_left, other_bottom, other_right, other_top = box(other)
    return left < other_right and other_left < right and bottom < other_top and other_bottom < top


def banner(stage: Stage) -> Widget:
    (found,) = [one for one in stage.widgets() if type(one).__name__ == "ClockBanner"]
    return found


def saying(stage: Stage, text: str) -> Widget:
    return next(one for one in stage.widgets() if getattr(one, "text", "") == text)


@pytest.mark.parametrize("clock", [c.AT_WORK, c.LONGEST, c.LONGEST_SLIP, c.SEVERAL_JOBS])
def test_the_banner_covers_neither_the_total_nor_the_key_that_pays(
    stage: Stage, clock: Snapshot
) -> None:
    stage.show(*GERMAN, clock)
    assert not meet(banner(stage), stage.find("pay_cash"))
    assert not meet(banner(stage), saying(stage, stage.presenters.ticket.view.total))
    for line in stage.presenters.ticket.view.lines:
        assert not meet(banner(stage), saying(stage, line.name))


@pytest.mark.parametrize("clock", [c.ASKS, c.AT_WORK, c.LONGEST])
def test_whoever_searches_finds_the_banner_on_no_key_of_the_keyboard(
    stage: Stage, clock: Snapshot
) -> None:
    stage.show(*GERMAN, clock)
    stage.presenters.open_overlay(Overlay.SEARCH)
    stage.step(4)
    assert banner(stage).parent is not None
    for letter in "0pouzlkj":
        assert not meet(banner(stage), stage.find(f"key:{letter}"))
    stage.presenters.open_overlay(Overlay.NONE)
    stage.step(4)
    assert not meet(banner(stage), stage.find("pay_cash"))


@pytest.mark.parametrize(
    ("snapshots", "keys"),
    [
        ((*SELLING, s.TENDER), ("cash_take", "cash_back")),
        ((*SELLING, s.DONE), ("new_sale", "receipt_print", "receipt_none")),
        ((s.SHOP, s.SIGNED_OUT), (f"person:{s.ANA.id}",)),
    ],
)
def test_on_other_pages_it_leaves_what_people_need_to_go_on(
    stage: Stage, snapshots: tuple[Snapshot, ...], keys: tuple[str, ...]
) -> None:
    stage.show(*snapshots, c.LONGEST)
    for key in keys:
        assert not meet(banner(stage), stage.find(key)), key
    if s.DONE in snapshots:
        assert not meet(banner(stage), saying(stage, stage.presenters.done.view.change))


def test_by_the_door_it_leaves_the_clock_to_be_seen(stage: Stage) -> None:
    stage.show(c.GERMAN_DOOR, s.SIGNED_OUT, c.WITH_READER, c.LONGEST)
    assert not meet(banner(stage), saying(stage, "14:32"))
    assert not meet(banner(stage), stage.find("door_devices"))


def test_a_tap_on_the_banner_punches_and_nothing_beneath_it_is_hit(stage: Stage) -> None:
    stage.show(*SELLING, c.AT_WORK)
    stage.step(HALF_A_SECOND)
    stage.tap("clock:out")
    stage.tap("clock_close")
    assert PunchClock("out") in stage.sent
    assert not any(isinstance(one, AddProduct) for one in stage.sent)


def test_the_tiles_beside_the_banner_go_on_selling(stage: Stage) -> None:
    stage.show(*SELLING, c.CAME)
    tile = next(
        one
        for one in stage.widgets()
        if str(getattr(one, "key", "")).startswith("tile:") and not meet(one, banner(stage))
    )
    stage.tap(tile.key)
    assert [type(one) for one in stage.sent] == [AddProduct]
