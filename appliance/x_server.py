"""Starts the X server as the shop's screen is: `python -m appliance.x_server`, called by `open-pos-x.service`.

The process becomes Xorg. Before that it writes, into the folder of `--run`:

    xorg.conf.d/10-open-pos.conf   how the screen and the touch are turned, no blanking, no switching away
    authority                      who may draw on it: whoever can read this file (Xau's format)

and leaves a child behind that waits until the server's displays are open (`-displayfd`) and tells the service manager.

The server turns the screen itself, by names of outputs, so that a screen that is plugged in later is turned too and the
customer's is not. With `[screen] driver = "kmsdrm"` no server is started (`bare_screen.py`). Standard library only.
"""

import argparse
import os
import re
import secrets
import struct
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from appliance import bare_screen
from appliance.watchdog import notify

SERVER: Final = "/usr/lib/xorg/Xorg"
DISPLAY: Final = 0
_COOKIE: Final = b"MIT-MAGIC-COOKIE-1"
_MONITOR: Final = re.compile(r"^ *\d+: \S+ (\d+)/\d+x(\d+)/\d+\+(\d+)\+(\d+) ", re.MULTILINE)
"""` 0: +*HDMI-1 1280/344x800/193+0+0  HDMI-1`: width, height, and how far right and down."""
_TOUCHED: Final = "libinput Calibration Matrix ("
_PLACE: Final = "Coordinate Transformation Matrix"
_TIMEOUT_S: Final = 5
_ANY_HOST: Final = 0xFFFF
"""FamilyWild of Xau: good for whatever the machine is called by then."""

TURNS: Final = {
    0: ("normal", "1 0 0 0 1 0 0 0 1"),
    90: ("left", "0 -1 1 1 0 0 0 0 1"),
    180: ("inverted", "-1 0 1 0 -1 1 0 0 1"),
    270: ("right", "0 1 0 -1 0 1 0 0 1"),
}
"""Degrees against the clock, as Kivy counts: what X calls it, and the matrix of libinput in three rows."""

OUTPUTS: Final = ("DSI-1", "DSI-2", "DPI-1", "HDMI-1", "Virtual-1")
"""The till's own screen by the names of the kernel's outputs. The customer's is on the second HDMI socket."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the settings and become the X server. Returns only if it cannot."""
    parser = argparse.ArgumentParser(prog="x_server", description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--server", default=SERVER)
    parser.add_argument("--terminal", default="vt1")
    parser.add_argument("--sockets", type=Path, default=Path("/tmp/.X11-unix"))  # noqa: S108 - X's own place
    chosen = parser.parse_args(arguments)
    if asked_for(chosen.config).get("driver") == "kmsdrm":
        return bare_screen.hold()
    folder = chosen.run / "xorg.conf.d"
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    (folder / "10-open-pos.conf").write_text(settings(rotation(chosen.config)), encoding="utf-8")
    make_sockets_folder(chosen.sockets)
    write_authority(chosen.run / "authority", secrets.token_bytes(16))
    told, tell = os.pipe()
    if os.fork() == 0:
        os.close(tell)
        _tell_when_ready(told, chosen.run / "authority")
        os._exit(0)
    os.close(told)
    os.set_inheritable(tell, True)  # noqa: FBT003 - its only form
    command = server_command(chosen, tell)
    try:
        os.execv(command[0], command)  # noqa: S606 - this program, by its path
    except OSError as why:
        sys.stderr.write(f"{command[0]} cannot be started: {why.strerror}\n")
        return 1


def server_command(chosen: argparse.Namespace, tell: int) -> list[str]:
    """The server and its arguments; it writes the number of its display into the descriptor `tell`."""
    run: Path = chosen.run
    return [
        chosen.server,
        f":{DISPLAY}",
        chosen.terminal,
        *("-displayfd", str(tell)),
        *("-auth", str(run / "authority")),
        *("-configdir", str(run / "xorg.conf.d")),
        *("-logfile", str(run / "log")),
        # The boot splash stays until the till draws over it.
        *("-background", "none"),
        # The terminal is ours already; a switch would show the console for a moment.
        *("-keeptty", "-novtswitch"),
        *("-nolisten", "tcp"),
        *("-s", "0", "-dpms"),
        "-nocursor",
        "-noreset",
    ]


def rotation(config: Path) -> int:
    """`[screen] rotation` in degrees; 0 where the file has none that could be: the till tells what is wrong."""
    degrees = asked_for(config).get("rotation", 0)
    return degrees if isinstance(degrees, int) and degrees in TURNS else 0


def asked_for(config: Path) -> dict[str, object]:
    """`[screen]` as it stands in the file; empty where there is none that could be read."""
    try:
        screen = tomllib.loads(config.read_text(encoding="utf-8")).get("screen", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}
    return screen if isinstance(screen, dict) else {}


def settings(degrees: int) -> str:
    """A file of settings (xorg.conf(5)) for a screen that is turned by so many degrees against the clock."""
    turned, matrix = TURNS[degrees]
    sections = [
        _section(
            "ServerFlags",
            DontVTSwitch="true",
            DontZap="true",
            BlankTime="0",
            StandbyTime="0",
            SuspendTime="0",
            OffTime="0",
        ),
        # On a Raspberry Pi 5 the card that draws is not the one that shows.
        _section(
            "OutputClass",
            ("Identifier", "the card that shows"),
            ("MatchDriver", "vc4"),
            ("Driver", "modesetting"),
            PrimaryGPU="true",
        ),
    ]
    if degrees:
        sections += [_section("Monitor", ("Identifier", name), Rotate=turned) for name in OUTPUTS]
        # Fingers are turned along with the picture; mice go by themselves.
        sections += [
            _section(
                "InputClass",
                ("Identifier", f"turned {kind}"),
                (f"MatchIs{kind}", "on"),
                ("Driver", "libinput"),
                CalibrationMatrix=matrix,
            )
            for kind in ("Touchscreen", "Tablet")
        ]
    return "\n".join(sections)


def _section(name: str, *entries: tuple[str, str], **options: str) -> str:
    lines = [f'    {key} "{value}"' for key, value in entries]
    lines += [f'    Option "{key}" "{value}"' for key, value in options.items()]
    return "\n".join([f'Section "{name}"', *lines, "EndSection", ""])


def make_sockets_folder(folder: Path) -> None:
    """Where X's socket lies. X makes it only as root, and in a /tmp of its own (`PrivateTmp=`) it is missing."""
    if not folder.is_dir():
        folder.mkdir(parents=True)
        folder.chmod(0o1777)


def write_authority(file: Path, cookie: bytes) -> None:
    """One entry of Xau(7): family, address, display, name, cookie; each but the family with its length before it."""
    parts = (b"", str(DISPLAY).encode(), _COOKIE, cookie)
    entry = struct.pack(">H", _ANY_HOST) + b"".join(
        struct.pack(">H", len(part)) + part for part in parts
    )
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(entry)


def keep_fingers_on_the_till(authority: Path) -> None:
    """Where there is a customer's screen too, X would spread the till's touch screen over both. Never raises."""
    screens = [
        tuple(map(int, found.groups()))
        for found in _MONITOR.finditer(_ask(authority, "xrandr", "--listactivemonitors"))
    ]
    if len(screens) < 2:  # noqa: PLR2004 - two screens
        return
    width, height, x, y = screens[0]
    whole_width = max(one[0] + one[2] for one in screens)
    whole_height = max(one[1] + one[3] for one in screens)
    shares = (width / whole_width, 0, x / whole_width, 0, height / whole_height, y / whole_height)
    matrix = [f"{share:.6f}" for share in (*shares, 0, 0, 1)]
    for device in _ask(authority, "xinput", "list", "--id-only").split():
        # libinput gives this property to what is touched with a finger or a pen, and not to mice.
        if device.isdecimal() and _TOUCHED in _ask(authority, "xinput", "list-props", device):
            _ask(authority, "xinput", "set-prop", device, "--type=float", _PLACE, *matrix)


def _ask(authority: Path, *command: str) -> str:
    """What a program of X says; nothing where it is not there or does not answer."""
    environment = {**os.environ, "DISPLAY": f":{DISPLAY}", "XAUTHORITY": str(authority)}
    try:
        ended = subprocess.run(  # noqa: S603 - programs of X, with words of ours
            command,
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TIMEOUT_S,
            env=environment,
        )
    except (OSError, subprocess.TimeoutExpired) as why:
        sys.stderr.write(f"{command[0]}: {why}\n")
        return ""
    sys.stderr.write(ended.stderr)
    return ended.stdout


def _tell_when_ready(told: int, authority: Path) -> None:
    """Wait for the number of the display and tell the service manager; nothing where the server ends before."""
    with os.fdopen(told, "rb") as said:
        if said.readline().strip():
            keep_fingers_on_the_till(authority)
            notify("READY=1\nSTATUS=draws")


if __name__ == "__main__":
    sys.exit(main())
