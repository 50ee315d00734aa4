"""`open-pos caretaker slot VERB`: which of the card's two systems starts. RAUC asks and tells it as its boot loader.

A Raspberry Pi's firmware starts from the partition that `autoboot.txt` names, and from the other one once if it was
asked to by `reboot "0 tryboot"` (config.txt documentation, "tryboot"). So a new system is *tried*: it starts once, and
only when it is well (`health`) does `autoboot.txt` name it. Whatever goes wrong before, a kernel that hangs or power
that goes, the next start is the old system's.

    get-primary | get-current | get-state A     what RAUC asks; the answer is a line: A, B, good, bad
    set-primary B | set-state B good            what RAUC tells
    leaving                                     the machine is about to restart: a trial is noted as begun
    back                                        the other system is to be tried at the next start
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Final

from appliance import whole_file

PARTITIONS: Final = {"A": 2, "B": 3}
"""From which partition each system starts."""
OTHER: Final = {"A": "B", "B": "A"}
_AUTOBOOT: Final = "[all]\ntryboot_a_b=1\nboot_partition={}\n[tryboot]\nboot_partition={}\n"
_TRY: Final = "0 tryboot"
_BAD_USE: Final = 64


class NotThisCard(Exception):
    """The card is not laid out as this program's image is; what was expected and what was found."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What is kept on the data partition. `trial` is the system to be tried; `is_asked`: the restart into it began."""

    trial: str = ""
    is_asked: bool = False
    states: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Slots:
    """The card's two systems. The places are parameters for tests."""

    settings: Path = Path("/boot/open-pos")
    notes: Path = Path("/data/caretaker/slots.json")
    command_line: Path = Path("/proc/cmdline")
    restart_with: Path = Path("/run/systemd/reboot-param")

    def current(self) -> str:
        """The system that runs. Raises `NotThisCard`."""
        for word in self.command_line.read_text(encoding="utf-8").split():
            name, _, value = word.partition("=")
            if name == "rauc.slot" and value in PARTITIONS:
                return value
        raise NotThisCard("the kernel's command line has no rauc.slot=A or rauc.slot=B")

    def kept(self) -> str:
        """The system that starts by itself. Raises `NotThisCard`."""
        text = (self.settings / "autoboot.txt").read_text(encoding="ascii", errors="replace")
        for name, number in PARTITIONS.items():
            if text == _autoboot(name):
                return name
            if f"[all]\ntryboot_a_b=1\nboot_partition={number}\n" in text:
                return name
        raise NotThisCard(f"autoboot.txt names neither system: {text!r}")

    def primary(self) -> str:
        """The system that starts next, be it for a trial."""
        return self.noted().trial or self.kept()

    def noted(self) -> Noted:
        """What was kept; whatever cannot be read counts as nothing."""
        try:
            found = json.loads(self.notes.read_text(encoding="utf-8"))
            return Noted(str(found["trial"]), bool(found["is_asked"]), dict(found["states"]))
        except (OSError, ValueError, KeyError, TypeError):
            return Noted()

    def state(self, name: str) -> str:
        """`good` or `bad`. The system that runs and the one that is kept are good until somebody says otherwise."""
        told = self.noted().states.get(name)
        return told or ("good" if name in {self.current(), self.kept()} else "bad")

    def choose(self, name: str) -> None:
        """Let a system start next: the one that is kept, or another one for a trial."""
        noted = self.noted()
        if name == self.kept():
            self._note(replace(noted, trial="", is_asked=False))
            self.restart_with.unlink(missing_ok=True)
            return
        self._note(replace(noted, trial=name, is_asked=False))
        self.arm()

    def arm(self) -> None:
        """The next restart is to be a trial."""
        self.restart_with.parent.mkdir(parents=True, exist_ok=True)
        self.restart_with.write_text(_TRY, encoding="ascii")

    def judge(self, name: str, state: str) -> None:
        """A system is `good` or `bad`. One that runs for a trial and is good is kept from now on."""
        noted = self.noted()
        self._note(replace(noted, states={**noted.states, name: state}))
        before = self.kept()
        if state == "good" and name == self.current() != before:
            self._keep(name)
            self._note_kept(name)

    def settle(self) -> bool:
        """Where power went after a system was kept and before that was noted, it is noted now; whether that was so."""
        kept = self.kept()
        if self.noted().trial != kept:
            return False
        self._note_kept(kept)
        return True

    def leaving(self) -> None:
        """The machine restarts: if it is for a trial, that is noted, so that a failed one is known as such."""
        if self.restart_with.exists() and self.noted().trial:
            self._note(replace(self.noted(), is_asked=True))

    def _note_kept(self, name: str) -> None:
        # The one before was well to the last, and is what there is to go back to.
        states = {**self.noted().states, name: "good", OTHER[name]: "good"}
        self._note(Noted(trial="", is_asked=False, states=states))

    def _note(self, noted: Noted) -> None:
        self.notes.parent.mkdir(parents=True, exist_ok=True)
        whole_file.write(self.notes, (json.dumps(asdict(noted)) + "\n").encode(), 0o644)

    def _keep(self, name: str) -> None:
        """Name the system in autoboot.txt: same length, same place, one sector, so that it is never half there."""
        file = self.settings / "autoboot.txt"
        with _writable(self.settings), file.open("r+b", buffering=0) as opened:
            text = _autoboot(name).encode()
            if len(opened.read()) != len(text):
                raise NotThisCard(f"{file} is not the one of this program's image")
            os.pwrite(opened.fileno(), text, 0)
            os.fsync(opened.fileno())


@contextmanager
def _writable(place: Path) -> Iterator[None]:
    """The settings partition is read-only but for the moment in which something is written. A folder stays as it is."""
    is_partition = place.is_mount()
    if is_partition:
        subprocess.run(["mount", "-o", "remount,rw", str(place)], check=True, timeout=60)
    try:
        yield
    finally:
        if is_partition:
            subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True, timeout=60)


def _autoboot(name: str) -> str:
    return _AUTOBOOT.format(PARTITIONS[name], PARTITIONS[OTHER[name]])


def main(arguments: Sequence[str], slots: Slots | None = None) -> int:
    """What RAUC asks and tells; see above. 0 where it was done."""
    slots = slots or Slots()
    try:
        told = _do(slots, list(arguments))
    except (NotThisCard, OSError, subprocess.SubprocessError) as why:
        sys.stderr.write(f"slot: {why}\n")
        return 1
    if told is None:
        sys.stderr.write(f"slot: unknown: {' '.join(arguments)}\n")
        return _BAD_USE
    if told:
        print(told)
    return 0


def _do(slots: Slots, words: list[str]) -> str | None:
    match words:
        case ["get-primary"]:
            return slots.primary()
        case ["get-current"]:
            return slots.current()
        case ["get-state", ("A" | "B") as name]:
            return slots.state(name)
        case ["set-primary", ("A" | "B") as name]:
            slots.choose(name)
        case ["set-state", ("A" | "B") as name, ("good" | "bad") as state]:
            slots.judge(name, state)
        case ["leaving"]:
            slots.leaving()
        case ["back"]:
            subprocess.run(["rauc", "status", "mark-active", "other"], check=True, timeout=60)
        case _:
            return None
    return ""
