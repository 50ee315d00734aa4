"""The X server as the shop's screen is."""

import os
import pty
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from appliance import x_server
from tests.appliance.caretaker.conftest import Play, called, calls, play  # noqa: F401 - fixtures

PLAYED = """#!/bin/sh
# An X server that is open at once: it writes the number of its display where -displayfd says.
while [ $# -gt 0 ]; do
    [ "$1" != -displayfd ] || descriptor=$2
    shift
done
eval "echo 0 >&$descriptor"
"""


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("", 0),
        ("[screen]\nrotation = 90\n", 90),
        ("[screen]\nrotation = 270\n", 270),
        ("[screen]\nrotation = 45\n", 0),
        ("[screen]\nrotation = '90'\n", 0),
        ("[screen]\nrotation = true\n", 0),
        ("screen = 90\n", 0),
        ("[screen\n", 0),
    ],
)
def test_the_screen_is_turned_as_the_file_says_and_never_keeps_it_from_starting(
    tmp_path: Path, text: str, degrees: int
) -> None:
    file = tmp_path / "open-pos.toml"
    file.write_text(text)
    assert x_server.rotation(file) == degrees


def test_without_a_file_it_is_not_turned(tmp_path: Path) -> None:
    assert x_server.rotation(tmp_path / "none.toml") == 0


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_finger_lands_where_the_picture_is(degrees: int) -> None:
    """What is drawn at the picture's upper left corner is touched at that corner of the glass."""
    turned, matrix = x_server.TURNS[degrees]
    a, b, c, d, e, f, *rest = map(int, matrix.split())
    assert rest == [0, 0, 1]
    # Where the picture's upper left corner lies on the glass (right and down from its own), turned against the clock.
    x, y = {90: (0, 1), 180: (1, 1), 270: (1, 0)}[degrees]
    assert (a * x + b * y + c, d * x + e * y + f) == (0, 0)
    text = x_server.settings(degrees)
    assert f'Option "Rotate" "{turned}"' in text
    assert f'Option "CalibrationMatrix" "{matrix}"' in text


def test_a_screen_as_it_is_gets_no_matrix() -> None:
    text = x_server.settings(0)
    assert "Rotate" not in text
    assert "CalibrationMatrix" not in text
    assert 'Option "DontVTSwitch" "true"' in text


def test_the_customer_s_screen_is_not_turned() -> None:
    assert "HDMI-2" not in x_server.settings(90)


def test_the_service_manager_hears_when_the_server_draws(tmp_path: Path) -> None:
    server = tmp_path / "X"
    server.write_text(PLAYED)
    server.chmod(0o755)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(30)
        start(tmp_path, server, {"NOTIFY_SOCKET": str(tmp_path / "notify")})
        assert listener.recv(100).startswith(b"READY=1")
    assert stat.S_IMODE((tmp_path / "sockets").stat().st_mode) == 0o1777


def test_a_server_that_ends_before_it_draws_is_not_ready(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        start(tmp_path, Path("/bin/true"), {"NOTIFY_SOCKET": str(tmp_path / "notify")})
        listener.settimeout(1)
        with pytest.raises(TimeoutError):
            listener.recv(100)


def test_a_server_that_is_not_there_is_said(tmp_path: Path) -> None:
    ended = start(tmp_path, tmp_path / "none", {})
    assert ended.returncode == 1
    assert "cannot be started" in ended.stderr


def test_whoever_has_the_file_may_draw_and_nobody_else(tmp_path: Path) -> None:
    if shutil.which("Xvfb") is None or shutil.which("xdpyinfo") is None:
        pytest.skip("Xvfb and xdpyinfo are not installed")
    x_server.write_authority(tmp_path / "authority", os.urandom(16))
    tell, told = os.pipe()
    command = ["Xvfb", "-displayfd", str(told), "-auth", str(tmp_path / "authority")]
    with subprocess.Popen(command, pass_fds=[told], stderr=subprocess.DEVNULL) as server:
        os.close(told)
        with os.fdopen(tell) as said:
            display = f":{said.readline().strip()}"
        # Ours names display 0; this one has another number, so the entry is given that one.
        entry = (tmp_path / "authority").read_bytes()
        number = display[1:].encode()
        mine = entry[:4] + len(number).to_bytes(2, "big") + number + entry[7:]
        (tmp_path / "mine").write_bytes(mine)
        try:
            assert knock(display, tmp_path / "mine") == 0
            assert knock(display, tmp_path / "none") != 0
        finally:
            server.terminate()


def knock(display: str, authority: Path) -> int:
    environment = {**os.environ, "DISPLAY": display, "XAUTHORITY": str(authority)}
    return subprocess.run(
        ["xdpyinfo"], check=False, capture_output=True, env=environment
    ).returncode


def test_where_the_till_draws_by_itself_no_server_is_started(tmp_path: Path) -> None:
    """The unit holds the terminal, says that the till may begin, and ends when it is told to."""
    (tmp_path / "open-pos.toml").write_text('[screen]\ndriver = "kmsdrm"\n')
    ours, its = pty.openpty()
    command = [
        "--config",
        str(tmp_path / "open-pos.toml"),
        "--run",
        str(tmp_path),
        "--server",
        "/bin/false",
    ]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(30)
        with subprocess.Popen(
            [sys.executable, "-m", "appliance.x_server", *command],
            stdin=its,
            stderr=subprocess.PIPE,
            env={**os.environ, "NOTIFY_SOCKET": str(tmp_path / "notify")},
        ) as holding:
            os.close(its)
            assert listener.recv(100).startswith(b"READY=1")
            assert holding.poll() is None
            holding.terminate()
            _, said = holding.communicate(timeout=30)
    os.close(ours)
    assert holding.returncode == 0
    # A terminal that is none of the kernel's has no picture to be kept from.
    assert b"the terminal stays as it is" in said
    assert not (tmp_path / "authority").exists()


def start(
    folder: Path, server: Path, environment: dict[str, str]
) -> "subprocess.CompletedProcess[str]":
    arguments = ["--config", str(folder / "none"), "--run", str(folder), "--server", str(server)]
    arguments += ["--sockets", str(folder / "sockets")]
    return subprocess.run(
        [sys.executable, "-m", "appliance.x_server", *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **environment},
    )


TWO = """Monitors: 2
 0: +*HDMI-1 1280/344x800/193+0+0  HDMI-1
 1: +HDMI-2 1920/510x1080/287+1280+0  HDMI-2
"""
MOUSE = """Device 'Logitech USB Optical Mouse':
\tDevice Enabled (176):\t1
\tCoordinate Transformation Matrix (178):\t1.000000, 0.000000, 0.000000
\tlibinput Accel Speed (310):\t0.000000
"""
TOUCH = """Device 'ILITEK ILITEK-TP':
\tDevice Enabled (176):\t1
\tCoordinate Transformation Matrix (178):\t1.000000, 0.000000, 0.000000
\tlibinput Calibration Matrix (306):\t1.000000, 0.000000, 0.000000
"""


def xinput(folder: Path, props: str) -> None:
    """An xinput that lists one device with such properties."""
    (folder / "props").write_text(props)
    program = folder / "xinput"
    program.write_text(
        f"""#!/bin/sh
echo "xinput $*" >> {folder}/calls
case $1 in list) printf '2\\n9\\n' ;; list-props) [ "$2" = 2 ] || cat {folder}/props ;; esac
"""
    )
    program.chmod(0o755)


@pytest.mark.parametrize(
    ("monitors", "props", "is_mapped"),
    [(TWO, TOUCH, True), (TWO, MOUSE, False), (TWO.replace("1: ", "x: "), TOUCH, False)],
)
def test_fingers_stay_on_the_till_s_own_screen(
    play: Play,  # noqa: F811
    called: Path,  # noqa: F811
    monitors: str,
    props: str,
    is_mapped: bool,
) -> None:
    play("xrandr", monitors)
    xinput(called, props)
    x_server.keep_fingers_on_the_till(called / "authority")
    placed = [line for line in calls(called) if "set-prop" in line]
    # 1280 of 3200 pixels from the left, 800 of 1080 from above.
    numbers = "0.400000 0.000000 0.000000 0.000000 0.740741 0.000000 0.000000 0.000000 1.000000"
    whole = f"xinput set-prop 9 --type=float Coordinate Transformation Matrix {numbers}"
    assert placed == ([whole] if is_mapped else [])


def test_a_system_without_these_programs_starts_all_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    x_server.keep_fingers_on_the_till(tmp_path / "authority")
