"""What `open-pos recorder` does."""

import argparse
import signal
import sys
from pathlib import Path

from appliance.clock import SystemClock
from appliance.words import Words


def recorder(chosen: argparse.Namespace, words: Words) -> int:
    """The cameras, until it is told to end; without one it ends at once."""
    # Video and arithmetic take a while to load, and nothing else needs them.
    from appliance.recorder import process, settings  # noqa: PLC0415

    found = settings.read(Path(chosen.config))
    for one in found.wrong:
        sys.stderr.write(words("cli.camera_wrong", name=one.name, why=one.why) + "\n")
    if not found.cameras:
        sys.stderr.write(words("cli.no_camera", path=chosen.config) + "\n")
        return 0
    made = process.Recorder(found, SystemClock())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: made.stop())
    return made.run()
