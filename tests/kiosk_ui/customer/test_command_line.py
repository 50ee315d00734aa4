"""How the customer's screen is told where to be."""

from pathlib import Path

import pytest

from drivers.display._screen_line import default_path
from kiosk_ui.customer.__main__ import options_from, parser
from kiosk_ui.customer.app import CustomerOptions, is_wide, theme_of
from kiosk_ui.customer.monitors import Monitor, read

SAID = """Monitors: 3
 0: +*HDMI-1 1280/217x800/136+0+0  HDMI-1
 1: +HDMI-2 1024/154x600/90+1280+0  HDMI-2
 2: customer 600/0x1024/0+0-1024
"""
THREE = (Monitor(0, 0, 1280, 800), Monitor(1280, 0, 1024, 600), Monitor(0, -1024, 600, 1024))


def told(*words: str) -> CustomerOptions:
    return options_from(parser().parse_args(words), THREE)


def test_displays_are_read_from_xrandr() -> None:
    assert read(SAID) == THREE
    assert read("") == read("Monitors: 0\n") == read("Can't open display :7\n") == ()


def test_by_itself_it_is_a_small_window_where_the_driver_listens() -> None:
    assert told() == CustomerOptions(socket=default_path(), size=(1024, 600), place=None)


def test_a_size_is_width_and_height() -> None:
    assert told("--size", "800x480").size == (800, 480)


@pytest.mark.parametrize("words", ["800", "800x", "0x480", "-800x480", "800x480x2", "axb"])
def test_what_is_no_size_is_refused(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        told(f"--size={words}")
    assert "is no size such as 1024x600" in capsys.readouterr().err


def test_a_full_screen_lies_exactly_on_its_display() -> None:
    options = told("--fullscreen", "--display", "1")
    assert (options.place, options.size) == ((1280, 0), (1024, 600))
    assert told("--fullscreen").place == (0, 0)


@pytest.mark.parametrize("number", ["3", "-1"])
def test_a_display_that_is_not_there_is_named(number: str) -> None:
    with pytest.raises(SystemExit, match=f"display {number} is not there; 3 are on"):
        told("--fullscreen", f"--display={number}")


def test_picture_and_socket_are_paths() -> None:
    options = told("--socket", "/run/x.sock", "--picture", "/srv/logo.png", "--dark")
    assert options == CustomerOptions(
        socket=Path("/run/x.sock"), picture=Path("/srv/logo.png"), dark=True
    )


def test_letters_grow_with_the_display_whichever_way_it_stands() -> None:
    assert is_wide((1024, 600))
    assert not is_wide((600, 1024))
    assert theme_of((1024, 600)).scale == theme_of((600, 1024)).scale == 1.0
    assert theme_of((1920, 1080)).scale == 1.8
    assert theme_of((800, 480)).scale == 0.78
