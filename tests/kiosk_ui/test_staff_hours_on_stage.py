"""The hours of the staff with taps, at every size: from what waits to somebody's day, and a punch put right."""

import pytest

from appliance import messages as m
from kiosk_ui.navigation import Overlay
from tests.kiosk_ui import hours_samples as h
from tests.kiosk_ui.scenes import MANAGING
from tests.kiosk_ui.stage import SIZES, Stage

MORNING = "K7Q2-1300"


@pytest.mark.parametrize("size", SIZES)
def test_a_manager_finds_the_way_with_taps(size: tuple[int, int]) -> None:
    stage = Stage(size)
    stage.show(*MANAGING, h.PAGE, h.HOURS)
    stage.tap("approve:K7Q2-1700")
    if stage.theme.compact:
        stage.tap("chip:people")
    stage.tap(f"person:{h.ANA_ID}")
    stage.show(h.AT_WEEK)
    stage.tap("hours_day:2026-11-16")
    stage.show(h.at_day(h.AT_WEEK, 3))
    stage.tap("hours_after")
    assert stage.sent == [
        m.ApproveCorrection("K7Q2-1700", reason="as asked"),
        m.ShowHours(h.ANA_ID),
        m.ShowHours(h.ANA_ID, "2026-11-16", one_day=True),
        m.ShowHours(h.ANA_ID, "2026-11-20", one_day=True),
    ]
    stage.tap(f"punch:{MORNING}")
    assert stage.presenters.shell.view.overlay is Overlay.SHEET
    stage.tap("chip:what=none")
    stage.presenters.sheet.tap_chip("reason=Forgot to punch")
    stage.step(2)
    stage.tap("sheet_save")
    assert stage.sent[-1] == m.PutPunchRight(
        h.ANA_ID, "2026-11-19", "8:45", "Forgot to punch", MORNING
    )
    stage.close()


def test_the_picture_of_a_day_has_its_hours_where_they_belong() -> None:
    stage = Stage(SIZES[1])
    stage.show(*MANAGING, h.PAGE, h.at_day(h.AT_NIGHTS, 6))
    (ticks,) = [one for one in stage.widgets() if type(one).__name__ == "HourTicks"]
    places = {one.text: one.center_x - ticks.x for one in ticks.children}
    # In this night of 25 hours three o'clock is the fourth hour.
    assert abs(places["3"] - ticks.width * 4 / 25) < 2
    assert abs(places["12"] - ticks.width * 13 / 25) < 2
    assert max(one.right for one in ticks.children) <= ticks.right
    stage.close()
