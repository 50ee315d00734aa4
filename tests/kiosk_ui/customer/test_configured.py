"""The customer's screen as the shop's configuration has it."""

import contextlib
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.__main__ import NoSecondScreen, SecondScreenNeedsX, main, second_screen_of
from appliance.config import BadConfiguration, load
from drivers import DeviceTrouble
from drivers.display import Shown
from drivers.display._screen_line import default_path
from drivers.display.second_screen import Options
from kiosk_ui.customer.app import CustomerOptions
from kiosk_ui.customer.configured import differs, display_once_there, options_of
from kiosk_ui.customer.monitors import Monitor
from tests.kiosk_ui.customer.test_window import PATIENCE_S, ROOT, Desk

LEFT, RIGHT = Monitor(0, 0, 1280, 800), Monitor(1280, 0, 1024, 600)
IDLE = Shown(state="idle", title="Corner & Co.")


def configuration(file: Path, **options: str | int) -> Path:
    said = ", ".join(f"{key} = {value!r}" for key, value in options.items())
    file.write_text(
        '[[device]]\nname = "towards the customer"\nkind = "display"\ntype = "second_screen"\n'
        f"options = {{ {said} }}\n"
    )
    return file


def test_the_settings_are_those_of_the_second_screen(tmp_path: Path) -> None:
    file = configuration(tmp_path / "shop.toml", monitor=2, picture="/srv/logo.png")
    settings = second_screen_of(load(file), file)
    assert settings == Options(monitor=2, picture="/srv/logo.png")
    assert options_of(settings) == CustomerOptions(
        socket=default_path(), picture=Path("/srv/logo.png")
    )


def test_a_shop_without_one_is_told_where_to_add_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "shop.toml"
    file.write_text("columns = 42\n")
    with pytest.raises(NoSecondScreen):
        second_screen_of(load(file), file)
    assert main(["customer", "--config", str(file)]) == 2
    assert str(file) in capsys.readouterr().err


def test_where_the_till_has_the_graphics_card_to_itself_there_is_none(tmp_path: Path) -> None:
    file = configuration(tmp_path / "shop.toml", monitor=1)
    file.write_text('[screen]\ndriver = "kmsdrm"\n' + file.read_text())
    with pytest.raises(SecondScreenNeedsX):
        second_screen_of(load(file), file)


def test_it_waits_for_its_display() -> None:
    seen = iter([(), (LEFT,), (LEFT, RIGHT)])
    slept: list[float] = []
    assert display_once_there(1, lambda: next(seen), slept.append) == RIGHT
    assert len(slept) == 2


def test_other_settings_are_noticed_and_a_file_half_written_is_not_one(tmp_path: Path) -> None:
    file = configuration(tmp_path / "shop.toml", monitor=0)

    def read() -> Options:
        return second_screen_of(load(file), file)

    settings = read()
    assert not differs(read, settings)
    file.write_text("[[device]\n")
    with pytest.raises(BadConfiguration):
        read()
    assert not differs(read, settings)
    configuration(file, monitor=0, picture="/srv/summer.png")
    assert differs(read, settings)


@pytest.mark.parametrize("path", ["logo.png", "~/logo.png"])
def test_a_picture_is_named_by_its_whole_path(path: str) -> None:
    with pytest.raises(ValueError, match=r"^picture '.*' must begin with '/'"):
        Options(picture=path)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path, "1024x600")
    yield desk
    desk.close()


def wait_for_the_name(desk: Desk, ground: range) -> None:
    """Until the shop's name stands on a ground of this brightness, 0 to 255."""
    until = time.monotonic() + PATIENCE_S
    while True:
        with contextlib.suppress(DeviceTrouble):
            desk.driver.show(IDLE, 0)
        shades = desk.look().convert("L").histogram()
        commonest = shades.index(max(shades))
        if commonest in ground and sum(shades) > max(shades):
            return
        assert time.monotonic() < until, f"the ground is {commonest}"
        time.sleep(0.2)


@pytest.mark.skipif(
    not all(map(shutil.which, ("Xvfb", "xwd", "convert", "xrandr"))), reason="needs xvfb and xrandr"
)
def test_what_is_set_at_the_till_is_shown_without_anybody_starting_it_again(desk: Desk) -> None:
    socket = str(desk.folder / "customer.sock")
    file = configuration(desk.folder / "shop.toml", monitor=0, path=socket)
    desk.program = subprocess.Popen(
        [sys.executable, "-m", "appliance", "customer", "--config", str(file)],
        cwd=ROOT, env=desk.environment,
    )  # fmt: skip
    wait_for_the_name(desk, range(200, 256))
    file.write_text(file.read_text().replace("monitor = 0", "monitor = 0, dark = true"))
    wait_for_the_name(desk, range(1, 60))
    desk.program.send_signal(signal.SIGTERM)
    assert desk.program.wait(PATIENCE_S) == 0
