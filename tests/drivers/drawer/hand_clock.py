"""Time and pins for the tests of drawers: a clock turned by hand, gpiozero's mock pins."""

from collections.abc import Callable

from gpiozero.pins.mock import MockFactory


class HandClock:
    """A clock that moves only when somebody sleeps or turns it. `at_sleep` happens in the middle."""

    def __init__(self) -> None:
        self.ms = 0
        self.slept: list[int] = []
        self.at_sleep: Callable[[], None] = lambda: None

    def now_ms(self) -> int:
        return self.ms

    def sleep_ms(self, duration_ms: int) -> None:
        self.slept.append(duration_ms)
        self.at_sleep()
        self.ms += duration_ms


def levels(pins: MockFactory, pin: int) -> list[bool]:
    """The levels that a pin had, one after the other."""
    states = [state.state for state in pins.pin(pin).states]
    return [level for place, level in enumerate(states) if place == 0 or level != states[place - 1]]
