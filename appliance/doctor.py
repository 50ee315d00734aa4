"""`open-pos doctor`: the self-test on a terminal. Finds, exercises and senses every device, and the machine itself.

Each step is a line: what was tried, how it went, and for a fault what it is and how to mend it. Without a terminal, or
with `hands=False`, nobody is asked anything, and steps that need a person are skipped.
"""

import fcntl
import logging
import queue
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TextIO

from appliance import health
from appliance.config import Config
from appliance.devices import Devices
from appliance.hosts.selftest import Reply, SelfTest
from appliance.hosts.workshop import wrongly_set_up
from appliance.messages import CheckStepView, Command, Event
from appliance.services.check_slip import measured
from appliance.words import Words

log = logging.getLogger(__name__)

WAIT_FOR_DEVICES_S: Final = 3.0
_ANSWERED: Final = frozenset({"scale_weighs", "code_page"})
"""Steps by hand that are answered, and so are questions."""
_SHOWN_ELSEWHERE: Final = frozenset({"scanner_reads", "scanner_separates"})
"""Steps for which the screen shows a barcode; a terminal's user has it on paper."""
_MARKS: Final = {"passed": "✓", "failed": "✗", "skipped": "–", "asking": "?", "running": "…"}


def run(
    config: Config,
    look_at_machine: Callable[[], tuple[health.Finding, ...]],
    words: Words,
    *,
    hands: bool,
    out: TextIO = sys.stdout,
) -> int:
    """The whole self-test; how many steps failed. A device that is wrongly set up is one of them."""
    console = _Console(words, hands, out)
    for finding in look_at_machine():
        console.machine(finding)
    try:
        is_running = _is_running(Path(config.store.folder))
    except OSError as why:
        place = config.store.folder
        out.write(words("cli.doctor_cannot_tell", place=place, why=why.strerror) + "\n")
        return console.failed + 1
    if is_running:
        # The devices are in the register's hands; it has a page for this.
        out.write(words("cli.doctor_register_runs") + "\n")
        return console.failed
    said: queue.SimpleQueue[Command | Event] = queue.SimpleQueue()
    devices = Devices(config.device, said.put)
    for one in devices.unusable:
        console.tell(wrongly_set_up(one))
    devices.start()
    try:
        _wait_for(devices)
        test = SelfTest(devices.hosts, console, {one.name: one for one in config.device})
        test.run([device.name for device in config.device])
    finally:
        devices.stop()
    out.writelines(
        words("cli.doctor_learnt", device=name, key=key, value=value) + "\n"
        for name, key, value in test.learnt
    )
    failed = console.failed
    out.write(words("cli.doctor_failed" if failed else "cli.doctor_well", count=failed) + "\n")
    return failed


def _wait_for(devices: Devices) -> None:
    until = time.monotonic() + WAIT_FOR_DEVICES_S
    while time.monotonic() < until and not all(host.is_well for host in devices.hosts.values()):
        time.sleep(0.1)


def _is_running(store: Path) -> bool:
    """Whether a register holds the store, and with it the devices. Raises `OSError` where that cannot be seen."""
    try:
        with (store / "shop.lock").open("r") as handle:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        # No register was ever started on it.
        return False
    return False


class _Console:
    """Tells and asks on a terminal. See `selftest.Talk`."""

    def __init__(self, words: Words, hands: bool, out: TextIO) -> None:  # noqa: FBT001 - internal
        self._words = words
        self._hands = hands
        self._out = out
        self.failed = 0

    def machine(self, finding: health.Finding) -> None:
        """One finding about the machine itself."""
        bad = finding.level in {"warn", "bad"}
        self.failed += bad
        mark = _MARKS["failed" if bad else "skipped" if finding.level == "unknown" else "passed"]
        fields = dict(finding.fields)
        self._say(f"{mark} {self._words('health.' + finding.code, **fields)}")
        if bad:
            self._say(f"    {self._words('health.' + finding.code + '_mend', **fields)}")

    @property
    def shows_symbols(self) -> bool:
        """A terminal's bars are too coarse for a scanner: they are on the printed slip."""
        return False

    def tell(self, step: CheckStepView) -> None:
        """A step that ended is a line; so is what is to be done by hand."""
        if step.state in {"running", "waiting"}:
            return
        if step.state == "asking":
            if self._hands and step.by_hand and step.step not in _ANSWERED:
                self._say(f"{_MARKS['asking']} {step.device}: {self._question(step)}")
            return
        self.failed += step.state == "failed"
        what = self._words(f"check.step.{step.step}")
        shown = ""
        if step.state == "passed" and not step.code:
            shown = measured(step.fields, self._words)
        self._say(f"{_MARKS[step.state]} {step.device}: {what} {shown}".rstrip())
        if step.code:
            self._say(f"    {self._problem(step)}")

    def reply(self, step: CheckStepView, within_s: float) -> Reply | None:
        """Ask, where somebody is there. A step by hand goes on by itself when the hand has done it."""
        if not self._hands:
            return Reply(yes=False) if within_s < 1 else None
        if within_s < 1:
            time.sleep(within_s)
            return None
        if step.code:
            self._say(f"    {self._problem(step)}")
        self._out.write(f"? {step.device}: {self._question(step)} ")
        self._out.flush()
        line = sys.stdin.readline()
        if not line:
            return None
        text = line.strip()
        return Reply(yes=text.lower() not in {"n", "no", "nein", ""}, text=text)

    def _question(self, step: CheckStepView) -> str:
        key = f"check.ask.{step.step}"
        if step.step in _SHOWN_ELSEWHERE:
            key += "_on_paper"
        choices = f" ({', '.join(step.choices)})" if step.choices else ""
        return self._words(key, **dict(step.fields)) + choices

    def _problem(self, step: CheckStepView) -> str:
        fields = {**dict(step.fields), "device": step.device}
        return self._words.problem(step.code, fields)

    def is_stopped(self) -> bool:
        """Ctrl-C stops it, with an exception."""
        return False

    def _say(self, text: str) -> None:
        self._out.write(text + "\n")
        self._out.flush()
