"""Runs the real app with the scripted register: `python -m tests.kiosk_ui.scripted_till SOCKET [WIDTHxHEIGHT]`."""

import sys
import threading
from collections.abc import Callable
from pathlib import Path

from appliance.messages import Command, Snapshot
from kiosk_ui.app import ScreenOptions, run
from tests.kiosk_ui.scripted import ScriptedRegister


def main() -> None:
    socket, size = Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "1280x800"
    width, height = map(int, size.split("x"))
    held: list[ScriptedRegister] = []

    def attach(publish: Callable[[Snapshot], None]) -> None:
        held.append(ScriptedRegister(publish))
        # From another thread, as the register does.
        threading.Thread(target=held[0].start).start()

    def send(command: Command) -> bool:
        threading.Thread(target=held[0].send, args=(command,)).start()
        return True

    options = ScreenOptions(size=(width, height), debug_socket=socket, version="0.1.0")
    run(send, attach, beat=lambda: None, options=options)
    print("ended well", flush=True)


if __name__ == "__main__":
    main()
