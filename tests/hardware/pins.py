"""Pins without a Raspberry Pi: two chips of gpio-sim, the second of which is labelled as a Pi's.

Line 17 of that one is the LED "drawer" while the module drawer_led (modules/) is loaded.
"""

import subprocess
import threading
from pathlib import Path
from typing import Final, Self

from tests.hardware.bench import eventually, put

CONFIG: Final = Path("/sys/kernel/config/gpio-sim")
HEADER: Final = "pinctrl-bcm2835"
LED: Final = Path("/sys/class/leds/drawer")


class Chip:
    """One simulated chip, made on the spot."""

    def __init__(self, label: str) -> None:
        folder = CONFIG / label
        bank = folder / "bank"
        bank.mkdir(parents=True)
        put(bank / "num_lines", 28)
        put(bank / "label", label)
        put(folder / "live", 1)
        device = (folder / "dev_name").read_text().strip()
        self.name = (bank / "chip_name").read_text().strip()
        self._lines = Path("/sys/devices/platform") / device / self.name
        eventually((Path("/dev") / self.name).exists, "the chip")

    def value(self, line: int) -> int:
        """What a meter at the pin would show."""
        return int((self._lines / f"sim_gpio{line}/value").read_text())

    def pull(self, line: int, *, up: bool) -> None:
        """Pull the pin from outside, as the drawer's switch does."""
        put(self._lines / f"sim_gpio{line}/pull", "pull-up" if up else "pull-down")


class Meter:
    """Notes the levels of one line, one after the other, as long as it is held to it."""

    def __init__(self, chip: Chip, line: int) -> None:
        self.levels = [chip.value(line)]
        self._chip = chip
        self._line = line
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._note()

    def _watch(self) -> None:
        while not self._stop.wait(0.001):
            self._note()

    def _note(self) -> None:
        level = self._chip.value(self._line)
        if level != self.levels[-1]:
            self.levels.append(level)


def plug_led() -> None:
    subprocess.run(["modprobe", "drawer_led"], check=True)
    eventually(LED.exists, "the LED")


def unplug_led() -> None:
    subprocess.run(["modprobe", "--remove", "drawer_led"], check=True)
