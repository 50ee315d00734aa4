"""What the scale's sheet says and does."""

from appliance import messages as m
from drivers.scale import ScaleState
from kiosk_ui.navigation import Overlay
from tests.kiosk_ui import samples as s
from tests.kiosk_ui.scenes import SELLING
from tests.kiosk_ui.test_presenters import Screen


def test_the_scale_is_shown_as_it_shows_itself() -> None:
    """Not a digit is added or taken away, and only a weight at rest looks like one."""
    screen = Screen(*SELLING)
    screen.show(s.SCALE_RESTS)
    view = screen.scale.view
    assert (view.weight, view.tare, view.weight_colour) == ("1.250 kg", "Tare 0.200\u00a0kg", "ink")
    screen.show(s.replace(s.SCALE_RESTS, state="moving", shown="01.2"))
    view = screen.scale.view
    assert (view.weight, view.state, view.weight_colour) == ("01.2 kg", "Moving …", "muted")
    assert not view.can_take_tare
    screen.show(m.ScaleView())
    view = screen.scale.view
    assert (view.weight, view.state) == ("–", "The scale does not answer")
    assert not any((view.can_zero, view.can_take_tare, view.can_clear, view.has_tare))


def test_each_state_that_a_scale_may_be_in_has_words() -> None:
    screen = Screen(*SELLING)
    said = set()
    for state in ScaleState:
        screen.show(s.replace(s.SCALE_RESTS, state=state.value))
        said.add(screen.scale.view.state)
    assert len(said) == len(ScaleState)


def test_the_scale_is_zeroed_tared_and_freed_of_its_tare() -> None:
    screen = Screen(*SELLING)
    screen.show(s.SCALE_RESTS)
    screen.scale.zero()
    screen.scale.take_tare()
    screen.scale.clear()
    assert screen.sent == [m.ZeroScale(), m.TareScale(), m.ClearTare()]


def test_the_sheet_of_devices_leads_to_the_scale_where_there_is_one() -> None:
    screen = Screen(*SELLING)
    offered = [screen.strip.view.has_scale]
    screen.show(s.WITH_SCALE)
    offered.append(screen.strip.view.has_scale)
    assert offered == [False, True]
    screen.strip.open_scale()
    assert screen.shows(Overlay.SCALE)
    screen.scale.close()
    assert screen.shows(Overlay.NONE)


def test_a_tared_line_says_what_was_taken_off() -> None:
    screen = Screen(*SELLING)
    weighed = s.replace(s.TICKET.lines[0], unit="kilogram", tare_milli=200, shown="2.205 lb")
    screen.show(s.replace(s.TICKET, lines=(weighed,)))
    note = screen.ticket.view.lines[0].note
    assert note.startswith("2.205 lb  ·  ")
    assert "Tare 0.200\u00a0kg" in note
