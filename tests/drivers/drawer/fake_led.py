"""The files of one LED, and the part of the kernel behind them, as far as it can be played by files.

Whenever the driver sleeps, this kernel looks at what was written: it starts a pulse, or ends it when
its time is over. The true kernel is in tests/hardware.
"""

from pathlib import Path

from tests.drivers.drawer.hand_clock import HandClock

TRIGGER_FILES = ("duration", "state", "activate")


class FakeLed:
    """`root` is the folder to give to the driver."""

    def __init__(self, root: Path, clock: HandClock, name: str = "drawer") -> None:
        self.root = root
        self.pulses: list[int] = []
        self.late_ms = 0
        self.is_stuck = False
        self._folder = root / name
        self._clock = clock
        self._ends_at_ms: int | None = None
        self._folder.mkdir(parents=True)
        self.write("trigger", "[none] timer transient")
        self.write("brightness", "0")
        for file in TRIGGER_FILES:
            self.write(file, "0")
        clock.at_sleep = self.tick

    def read(self, file: str) -> str:
        return (self._folder / file).read_text().strip()

    def write(self, file: str, text: str) -> None:
        (self._folder / file).write_text(text + "\n")

    def remove(self, *files: str) -> None:
        for file in files:
            (self._folder / file).unlink()

    def tick(self) -> None:
        """What the kernel does at a write and at a timer, done when the driver sleeps."""
        if self._ends_at_ms is None and self.read("activate") == "1":
            assert self.read("state") == "1"
            self.pulses.append(int(self.read("duration")))
            self._ends_at_ms = self._clock.ms + self.pulses[-1] + self.late_ms
            self.write("brightness", "255")
        if self._ends_at_ms is not None and not self.is_stuck:
            next_sleep_ends_ms = self._clock.ms + self._clock.slept[-1]
            if next_sleep_ends_ms >= self._ends_at_ms:
                self.write("brightness", "0")
                self.write("activate", "0")
                self._ends_at_ms = None
