"""The real process on a real X server, fed by the real driver; killed, started again, left alone."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from drivers import DeviceAbsent, DeviceTrouble
from drivers.display import Shown
from drivers.display.second_screen import Driver, Options
from tests.kiosk_ui.customer.scenes import DONE, IDLE, SCENES, TENDER, TICKET
from tests.kiosk_ui.customer.stage import SIZES

ROOT = Path(__file__).parents[3]
NO_TIME_MS = 0
BRAND = (0x0B, 0x6E, 0x4F)
NIGHT = (0x14, 0x18, 0x1F)
PATIENCE_S = 60

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("Xvfb", "xwd", "convert"))), reason="needs xvfb and xwd"
)


class Desk:
    """An X server, the driver, and the customer's screen in a process of its own."""

    def __init__(self, folder: Path, size: str) -> None:
        self.folder = folder
        self.driver = Driver(Options(path=str(folder / "customer.sock")))
        read, write = os.pipe()
        self.xvfb = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-noreset", "-screen", "0", f"{size}x24"],
            pass_fds=[write], stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(write)
        with os.fdopen(read) as display:
            self.display = ":" + display.readline().strip()
        self.environment = os.environ | {"DISPLAY": self.display, "SDL_VIDEODRIVER": "x11"}
        self.program: subprocess.Popen[bytes] | None = None

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        own = ["--socket", str(self.folder / "customer.sock")]
        own += ["--debug-socket", str(self.folder / "debug.sock")]
        self.program = subprocess.Popen(
            [sys.executable, "-m", "kiosk_ui.customer", *own, *words],
            cwd=ROOT, env=self.environment,
        )  # fmt: skip
        return self.program

    def show_until_seen(self, shown: Shown) -> None:
        """What a till's thread does: say it again and again, and go on whatever is answered."""
        for _ in range(PATIENCE_S * 10):
            assert self.program is not None
            assert self.program.poll() is None, "the program ended"
            try:
                self.driver.show(shown, NO_TIME_MS)
            except DeviceTrouble:
                pass
            else:
                wanted = {text for text in (shown.title, shown.due or shown.total) if text}
                if wanted <= set(self.texts()):
                    return
            time.sleep(0.1)
        raise TimeoutError(shown, self.texts())

    def texts(self) -> list[str]:
        return [widget["text"] for widget in self.ask("tree")["widgets"] if widget["text"]]

    def ask(self, what: str) -> dict[str, Any]:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(PATIENCE_S)
            line.connect(str(self.folder / "debug.sock"))
            line.sendall(json.dumps({"ask": what}).encode() + b"\n")
            answer: dict[str, Any] = json.loads(line.makefile().readline())
        return answer

    def picture(self, name: str) -> Image.Image:
        self.ask("idle")
        return self.look(name)

    def look(self, name: str = "seen") -> Image.Image:
        taken = subprocess.run(
            ["xwd", "-root", "-silent"], env=self.environment, check=True, capture_output=True
        )
        file = self.folder / f"{name}.png"
        subprocess.run(["convert", "xwd:-", str(file)], input=taken.stdout, check=True)
        with Image.open(file) as picture:
            return picture.convert("RGB")

    def close(self) -> None:
        for process in (self.program, self.xvfb):
            if process is not None and process.poll() is None:
                process.terminate()
                process.wait(PATIENCE_S)
        self.driver.close()


@pytest.fixture
def desk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    desk = Desk(tmp_path, getattr(request, "param", "1024x600"))
    yield desk
    desk.close()


def share(picture: Image.Image, colour: tuple[int, int, int]) -> float:
    """How much of the picture has this colour, a little more or less."""
    near = sum(
        count
        for count, other in picture.getcolors(1 << 22) or []
        if isinstance(other, tuple)
        and max(abs(a - b) for a, b in zip(colour, other, strict=True)) <= 2
    )
    return near / (picture.width * picture.height)


@pytest.mark.parametrize("desk", [f"{w}x{h}" for w, h in SIZES], indirect=True)
def test_a_customer_sees_the_whole_sale(desk: Desk, request: pytest.FixtureRequest) -> None:
    size = request.node.callspec.params["desk"]
    desk.start("--size", size)
    desk.show_until_seen(IDLE)
    assert share(desk.picture("idle"), (0xF4, 0xF5, 0xF7)) > 0.8
    desk.show_until_seen(TICKET)
    assert "Cinnamon bun" in desk.texts()
    assert 0.03 < share(desk.picture("ticket"), NIGHT) < 0.3
    desk.show_until_seen(TENDER)
    assert "€20.45" in desk.texts()
    desk.picture("tender")
    desk.show_until_seen(DONE)
    assert share(desk.picture("done"), BRAND) > 0.6
    for name in ("ticket-many", "ticket-longest", "tender-longest", "done-longest"):
        desk.show_until_seen(SCENES[name])
        assert SCENES[name].total in desk.texts()
        desk.picture(name)


def test_killed_it_is_noticed_and_started_again_it_shows_the_newest(desk: Desk) -> None:
    program = desk.start()
    desk.show_until_seen(TICKET)
    program.send_signal(signal.SIGKILL)
    program.wait(PATIENCE_S)
    for shown in (TENDER, DONE):
        with pytest.raises(DeviceAbsent):
            desk.driver.show(shown, NO_TIME_MS)
    desk.start()
    desk.show_until_seen(DONE)


def test_it_waits_for_a_till_that_starts_later_and_outlives_it(desk: Desk) -> None:
    desk.start()
    desk.show_until_seen(IDLE)
    desk.show_until_seen(TICKET)
    desk.driver.close()
    for _ in range(PATIENCE_S * 10):
        if desk.texts() == ["Corner Café"]:
            break
        time.sleep(0.1)
    assert desk.texts() == ["Corner Café"]
    desk.driver = Driver(Options(path=str(desk.folder / "customer.sock")))
    desk.show_until_seen(DONE)


def test_it_ends_well_when_it_is_told_to(desk: Desk) -> None:
    program = desk.start()
    desk.show_until_seen(IDLE)
    program.terminate()
    assert program.wait(PATIENCE_S) == 0


@pytest.mark.skipif(not shutil.which("xrandr"), reason="needs x11-xserver-utils")
@pytest.mark.parametrize("desk", ["2080x800"], indirect=True)
def test_it_fills_the_second_of_two_displays_and_leaves_the_first_alone(desk: Desk) -> None:
    for name, where in (("till", "1280/340x800/210+0+0"), ("customer", "800/210x480/130+1280+0")):
        output = "screen" if name == "till" else "none"
        subprocess.run(
            ["xrandr", "--setmonitor", name, where, output], env=desk.environment, check=True
        )
    desk.start("--fullscreen", "--display", "1")
    desk.show_until_seen(DONE)
    picture = desk.picture("two displays")
    assert share(picture.crop((1280, 0, 2080, 480)), BRAND) > 0.6
    assert picture.crop((0, 0, 1280, 800)).getcolors() == [(1280 * 800, (0, 0, 0))]
    assert picture.crop((1280, 480, 2080, 800)).getcolors() == [(800 * 320, (0, 0, 0))]


def test_a_display_that_is_not_there_ends_the_program_with_a_word(desk: Desk) -> None:
    program = subprocess.run(
        [sys.executable, "-m", "kiosk_ui.customer", "--fullscreen", "--display", "7"],
        cwd=ROOT, env=desk.environment, capture_output=True, text=True, check=False,
        timeout=PATIENCE_S,
    )  # fmt: skip
    assert program.returncode == 1
    assert "display 7 is not there" in program.stderr
