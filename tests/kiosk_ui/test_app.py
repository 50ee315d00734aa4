"""What surrounds the pages: mistakes in callbacks, sleep, codes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk_ui.app import (
    ASLEEP_AFTER_S,
    ASLEEP_FPS,
    AWAKE_FPS,
    DRAW_AGAIN_TIMES,
    Drowsiness,
    catch_defects,
    defect_code,
    draw_again,
    without_x,
)
from tests.kiosk_ui.scenes import SELLING
from tests.kiosk_ui.stage import Stage

from kivy.base import ExceptionManager  # isort: skip
from kivy.clock import Clock  # isort: skip


class FakeClock:
    _max_fps: float = AWAKE_FPS


def test_an_idle_till_draws_less_often_until_it_is_touched() -> None:
    clock = FakeClock()
    drowsiness = Drowsiness(clock)
    for _ in range(ASLEEP_AFTER_S - 1):
        drowsiness.tick()
    seen = [clock._max_fps]
    drowsiness.tick()
    seen.append(clock._max_fps)
    drowsiness.wake()
    assert [*seen, clock._max_fps] == [AWAKE_FPS, ASLEEP_FPS, AWAKE_FPS]


def test_without_an_x_server_the_first_pictures_are_drawn_again_and_then_no_more() -> None:
    drawn: list[int] = []
    draw = draw_again(lambda: drawn.append(1))
    while draw(0.5):
        assert len(drawn) < DRAW_AGAIN_TIMES
    assert len(drawn) == DRAW_AGAIN_TIMES


def test_without_an_x_server_it_draws_on_the_card_that_shows(tmp_path: Path) -> None:
    link = tmp_path / "screen"
    told = {"SDL_VIDEODRIVER": "kmsdrm", "KIVY_WINDOW": "sdl2"}
    assert without_x(link) == told
    link.symlink_to(tmp_path / "dri" / "card1")
    assert without_x(link) == {**told, "SDL_KMSDRM_DEVICE_INDEX": "1"}


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    handlers = list(ExceptionManager.handlers)
    catch_defects(stage.presenters)
    yield stage
    ExceptionManager.handlers[:] = handlers
    stage.close()


def test_a_mistake_in_a_callback_is_shown_and_the_till_goes_on(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.show(*SELLING)
    Clock.schedule_once(lambda _: 1 // 0)
    stage.step(4)
    assert stage.presenters.shell.view.overlay == "defect"
    assert "ZeroDivisionError" in caplog.text
    stage.tap("defect_go_on")
    assert stage.presenters.shell.view.overlay == "none"
    stage.tap("tile:p-espresso")
    assert stage.sent


def test_an_interrupt_is_no_defect(stage: Stage) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    Clock.schedule_once(interrupt)
    with pytest.raises(KeyboardInterrupt):
        stage.step(4)


def test_the_same_mistake_has_the_same_code() -> None:
    def code_of(divisor: int) -> str:
        try:
            return str(1 // divisor)
        except ZeroDivisionError as mistake:
            return defect_code(mistake)

    assert code_of(0) == code_of(0)
    assert len(code_of(0)) == 4
