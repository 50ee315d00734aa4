"""`python -m kiosk_ui.customer`: shows the customer what the till says, until it is told to end."""

import argparse
import logging
import re
import sys
from pathlib import Path

from drivers.display._screen_line import default_path
from kiosk_ui.customer.app import CustomerOptions, run
from kiosk_ui.customer.monitors import Monitor, monitors


def main() -> None:
    """Read the command line, open the window and stay in it."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    said = parser().parse_args()
    run(options_from(said, monitors() if said.fullscreen else ()))


def parser() -> argparse.ArgumentParser:
    """What the command line may say."""
    reader = argparse.ArgumentParser(prog="python -m kiosk_ui.customer", description=__doc__)
    reader.add_argument(
        "--socket", type=Path, default=default_path(), help="where the till tells (%(default)s)"
    )
    reader.add_argument("--size", type=size, default=(1024, 600), help="of the window: 1024x600")
    reader.add_argument("--fullscreen", action="store_true", help="fill the display (X11)")
    reader.add_argument("--display", type=int, default=0, help="which one, as xrandr counts from 0")
    reader.add_argument("--picture", type=Path, help="shown between sales, as large as it fits")
    reader.add_argument("--dark", action="store_true", help="light text on a dark ground")
    reader.add_argument("--debug-socket", type=Path, help="for tests: tells what is in the window")
    return reader


def size(text: str) -> tuple[int, int]:
    """`1024x600` as width and height in pixels."""
    found = re.fullmatch(r"([1-9]\d{1,4})x([1-9]\d{1,4})", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is no size such as 1024x600")
    return int(found[1]), int(found[2])


def options_from(said: argparse.Namespace, there: tuple[Monitor, ...]) -> CustomerOptions:
    """The command line as options; `there` are the displays to fill. Exits where the one to fill is not."""
    wanted, place = said.size, None
    if said.fullscreen:
        if not 0 <= said.display < len(there):
            sys.exit(f"display {said.display} is not there; {len(there)} are on")
        left, top, *wanted = there[said.display]
        place = left, top
    return CustomerOptions(
        socket=said.socket,
        size=(wanted[0], wanted[1]),
        place=place,
        picture=said.picture,
        dark=said.dark,
        debug_socket=said.debug_socket,
    )


if __name__ == "__main__":
    main()
