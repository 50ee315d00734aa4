"""What stands on the customer's screen, without a screen."""

import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from drivers.display import Shown, ShownLine
from kiosk_ui.customer.presenter import GONE_MS, CustomerPresenter
from tests.drivers.display.test_rows import anything_shown
from tests.kiosk_ui.customer.scenes import DONE, IDLE, SCENES, TENDER, TICKET, TWELVE, replace

ROOT = Path(__file__).parents[3]


class HandClock:
    def __init__(self) -> None:
        self.ms = 0

    def __call__(self) -> int:
        return self.ms


def shown_on(shown: Shown, roomy: int = 7, dense: int = 12) -> CustomerPresenter:
    presenter = CustomerPresenter()
    presenter.make_room(roomy, dense)
    presenter.show(shown)
    return presenter


def pages(presenter: CustomerPresenter) -> list[str]:
    view = presenter.view
    flags = {"idle": view.is_idle, "sale": view.is_sale, "done": view.is_done}
    return [name for name, flag in flags.items() if flag]


def test_every_state_has_its_page() -> None:
    assert pages(shown_on(IDLE)) == ["idle"]
    assert pages(shown_on(TICKET)) == ["sale"]
    assert pages(shown_on(TENDER)) == ["sale"]
    assert pages(shown_on(DONE)) == ["done"]


def test_before_the_till_has_spoken_the_screen_is_empty() -> None:
    assert pages(CustomerPresenter()) == ["idle"]
    assert CustomerPresenter().view.title == ""


def test_the_largest_figure_is_the_total_until_something_is_due() -> None:
    view = shown_on(TICKET).view
    assert (view.label, view.figure, view.has_side) == ("Total", "€20.45", False)
    view = shown_on(TENDER).view
    assert (view.label, view.figure) == ("To pay", "€10.45")
    assert (view.side_label, view.side_figure, view.has_side) == ("Total", "€20.45", True)
    view = shown_on(DONE).view
    assert (view.label, view.figure) == ("Change", "€4.55")


def test_without_change_the_total_stays_the_largest_figure() -> None:
    view = shown_on(SCENES["done-exact"]).view
    assert (view.label, view.figure, view.has_side) == ("Total", "€20.45", False)


def test_only_the_newest_line_of_a_ticket_is_marked() -> None:
    assert [line.mark for line in shown_on(TICKET).view.lines] == ["clear", "clear", "brand"]
    assert [line.mark for line in shown_on(TENDER).view.lines] == ["clear"] * 3


def test_rows_become_low_when_high_ones_do_not_fit() -> None:
    seven = replace(TICKET, lines=TWELVE[:7])
    assert not shown_on(seven).view.lines[0].is_dense
    assert shown_on(replace(TICKET, lines=TWELVE[:8])).view.lines[0].is_dense
    assert len(shown_on(replace(TICKET, lines=TWELVE)).view.lines) == 12


def test_of_too_many_lines_the_newest_are_shown_and_the_others_counted() -> None:
    lines = tuple(ShownLine(str(n), "", "1") for n in range(1, 14))
    view = shown_on(replace(TICKET, lines=lines)).view
    assert [line.name for line in view.lines] == [str(n) for n in range(3, 14)]
    assert (view.has_earlier, view.earlier) == (True, "2")
    view = shown_on(replace(TICKET, lines=lines[:12])).view
    assert not view.has_earlier


def test_names_line_up_where_there_are_no_quantities() -> None:
    lines = (ShownLine("Espresso", "", "€2.40"),)
    assert not shown_on(replace(TICKET, lines=lines)).view.lines[0].has_quantities
    mixed = shown_on(replace(TICKET, lines=(*lines, *TWELVE[:1]))).view.lines
    assert [line.has_quantities for line in mixed] == [True, True]


def test_line_ends_in_names_do_not_move_anything() -> None:
    line = ShownLine("two\nlines\x07", "1", "1\u00a0234,00\u202f€")
    view = shown_on(replace(TICKET, lines=(line,))).view
    assert view.lines[0].name == "two lines"
    assert view.lines[0].amount == "1\u00a0234,00\u202f€"


def test_a_till_that_is_soon_back_was_never_away() -> None:
    clock = HandClock()
    presenter = CustomerPresenter(clock)
    presenter.show(TICKET)
    for ms in (0, GONE_MS - 1):
        clock.ms = ms
        presenter.look(is_connected=False)
    assert pages(presenter) == ["sale"]
    presenter.look(is_connected=True)
    clock.ms = 2 * GONE_MS
    presenter.look(is_connected=False)
    clock.ms = 3 * GONE_MS - 1
    presenter.look(is_connected=False)
    assert pages(presenter) == ["sale"]


def test_without_the_till_only_the_shops_name_stays() -> None:
    clock = HandClock()
    presenter = CustomerPresenter(clock)
    for shown in (IDLE, TICKET, DONE):
        presenter.show(shown)
    presenter.look(is_connected=False)
    clock.ms = GONE_MS
    presenter.look(is_connected=False)
    assert pages(presenter) == ["idle"]
    assert presenter.view.title == "Corner Café"
    assert presenter.view.figure == ""


def test_a_screen_started_in_the_middle_of_a_sale_knows_the_name_from_it() -> None:
    clock = HandClock()
    presenter = CustomerPresenter(clock)
    presenter.show(TICKET)
    presenter.look(is_connected=False)
    clock.ms = GONE_MS
    presenter.look(is_connected=False)
    assert presenter.view.title == "Corner Café"


def test_the_same_said_again_draws_nothing() -> None:
    presenter = shown_on(TICKET)
    drawn: list[int] = []
    presenter.follow(lambda: drawn.append(1))
    presenter.show(replace(TICKET))
    assert drawn == []
    presenter.show(DONE)
    assert drawn == [1]


@given(anything_shown, st.integers(-3, 40), st.integers(-3, 40))
def test_any_words_and_any_room_make_a_page(shown: Shown, roomy: int, dense: int) -> None:
    presenter = shown_on(shown, roomy, dense)
    view = presenter.view
    assert len(pages(presenter)) == 1
    assert len(view.lines) + view.has_earlier <= max(2, roomy, dense)
    if view.is_sale:
        assert len(view.lines) + int(view.earlier) == len(shown.lines)
        assert view.lines or not shown.lines
    for text in (view.title, view.figure, *(line.name for line in view.lines)):
        assert "\n" not in text


def test_presenter_and_link_know_nothing_of_kivy() -> None:
    look = "import sys, kiosk_ui.customer.presenter, kiosk_ui.customer.link; print(*sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", look], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert not {name for name in said.stdout.split() if name.split(".")[0] == "kivy"}


def test_the_till_does_not_load_the_customers_screen() -> None:
    look = "import sys, kiosk_ui.app; print(*sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", look], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert "kiosk_ui.app" in said.stdout.split()
    assert "kiosk_ui.customer" not in said.stdout.split()
