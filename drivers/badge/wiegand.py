"""Badge readers with a Wiegand plug, on two GPIO pins of the Raspberry Pi.

Wiring:

    D0 (green)          through a level shifter to `pin_d0`
    D1 (white)          through a level shifter to `pin_d1`
    ground (black)      to the Pi's ground
    + (red)             5 or 12 V from the reader's own supply, see its label

Readers drive both lines at 5 V and a Pi's pins bear 3.3 V: use a level shifter or a divider on each.
The pins' pull-ups are switched on.

Wire format: both lines rest high. A pulse of 50 to 100 µs low on D0 is a bit 0, on D1 a bit 1, one
each 1 to 2 ms. A frame has ended when nothing came for `gap_ms`. The first bit makes the ones of
the first half an even number, the last bit makes those of the second half odd:

    26 bits  H10301   p ffffffff cccccccccccccccc p          facility 8, card 16
    34 bits           p 32 bits p
    37 bits  H10304   p f{16} c{19} p                        facility 16, card 19

Each half of 37 bits has 18 of the 35, so that the middle one counts in both
(ooaccess.com, "37 Bit Card Format"). Examples of Civintec's CN56 manual: D41B81 is
`1 11010100 00011011 10000001 0`, 89D41B81 is `1 10001001 11010100 00011011 10000001 1`. Anything
else is thrown away. Two flipped bits in one half pass these checks; the format has no better one.

gpiozero (with lgpio) calls us from a thread of its own with the kernel's time of each edge. Those
calls only put a pulse into a queue with a bound and ring a bell; the rest is done by the thread
that reads.

Heartbeat: a line that is held low is noticed within a second: a reader without power behind a level
shifter, or a short. A cut wire looks like a reader to which nobody holds a badge, as the pull-ups
keep it high; a single cut data wire shows as badges that are thrown away.
"""

import collections
import contextlib
from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

import gpiozero
import msgspec

from drivers import DeviceAbsent, DeviceTrouble, _gpio
from drivers._bell import Bell
from drivers._clock import Deadline, now_ms
from drivers.badge import FORMS, Badge
from drivers.badge._taps import AWAY_MS, HEARTBEAT_MS, Away, Taps, keep_trying, next_tap, wait

__all__ = ["Driver", "Options"]

Pin = Annotated[int, msgspec.Meta(ge=0, le=63)]
Bits = Literal[26, 34, 37]

_FORM: Final[dict[int, str]] = {26: "wiegand26", 34: "wiegand34", 37: "wiegand37"}
_MOST_PULSES: Final = 512
_MOST_BITS: Final = 64
_HELD_LOW_MS: Final = 20


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Pins by their BCM numbers, which frames are taken, and the times.

    `bits` are the lengths of frames that the reader may send. `gap_ms` is the silence that ends a
    frame.
    """

    pin_d0: Pin
    pin_d1: Pin
    bits: tuple[Bits, ...] = (26, 34, 37)
    gap_ms: Annotated[int, msgspec.Meta(ge=5, le=1000)] = 25
    away_ms: Away = AWAY_MS

    def __post_init__(self) -> None:
        """Refuse what msgspec cannot see. Each sentence begins with the key that it is about."""
        if self.pin_d1 == self.pin_d0:
            raise ValueError(f"pin_d1 is {self.pin_d1}: expected another pin than pin_d0")
        if not self.bits:
            raise ValueError("bits is empty: expected one or more of 26, 34 and 37")


class Pulse(msgspec.Struct, frozen=True):
    """One bit, and when the kernel saw it begin, in seconds of some clock that both lines share."""

    at_s: float
    bit: int


def badge_in(bits: Sequence[int], device: str) -> Badge | None:
    """The badge that a frame says, or nothing if its length or its parities are wrong, or it is blank."""
    form = _FORM.get(len(bits))
    if form is None:
        return None
    first, data, last = bits[0], bits[1:-1], bits[-1]
    half = (len(data) + 1) // 2
    is_sound = (first + sum(data[:half])) % 2 == 0 and (sum(data[-half:]) + last) % 2 == 1
    if not is_sound or len(set(data)) == 1:
        return None
    number = int("".join(map(str, data)), 2)
    return Badge(f"{number:0{FORMS[form]}X}", form, device)


class Frames:
    """Puts pulses together. A frame ends at a gap between two pulses, or by `end` after a silence."""

    def __init__(self, gap_ms: int) -> None:
        """Start between two frames."""
        self._gap_s = gap_ms / 1000
        self._bits: list[int] = []
        self._last_s: float | None = None
        self._is_void = False
        self._has_lost = False

    @property
    def is_within(self) -> bool:
        """Whether a frame has begun and not ended."""
        return bool(self._bits)

    def add(self, pulse: Pulse) -> list[int]:
        """Take one pulse. Answers the frame that the gap before it ended; empty if there was none."""
        is_gap = self._last_s is None or pulse.at_s - self._last_s > self._gap_s
        # What looks like a gap may be what was lost.
        is_gap = is_gap and not self._has_lost
        self._has_lost = False
        ended = self.end() if is_gap else []
        if is_gap:
            self._is_void = False
        elif not self._bits:
            # Late: the frame that this belongs to was ended too early, so this is only its tail.
            self._is_void = True
        self._last_s = pulse.at_s
        if len(self._bits) < _MOST_BITS:
            self._bits.append(pulse.bit)
        return ended

    def end(self) -> list[int]:
        """End the frame. Answers its bits; a length that no format has if it is void."""
        bits = self._bits[:1] if self._is_void else self._bits
        self._bits = []
        return bits

    def lose(self) -> None:
        """Pulses were lost: what is here and what comes up to the next gap is void."""
        self._is_void = self._has_lost = True


class Lines:
    """Both lines. Pulses are put into a queue by gpiozero's thread and taken out by ours."""

    def __init__(self, pin_d0: int, pin_d1: int, device: str) -> None:
        """Claim both pins for `device`. Raises `DeviceAbsent`, `DeviceBusy` and `DeviceRefused`."""
        self.bell = Bell()
        self._pulses: collections.deque[Pulse] = collections.deque(maxlen=_MOST_PULSES)
        self._device = device
        self._lines: list[Any] = []
        header = _gpio.header_pins(device)
        try:
            for pin, edge in ((pin_d0, self._zero), (pin_d1, self._one)):
                line = gpiozero.DigitalInputDevice(pin, pull_up=True, pin_factory=header)
                self._lines.append(line)
                # Straight from the pin, because only its callback has the time of the edge.
                line.pin.edges = "falling"
                line.pin.when_changed = edge
        except _gpio.troubles() as trouble:
            self.close()
            raise _gpio.why(device, trouble) from trouble

    def held_low(self) -> str:
        """The lines that are low right now, for a person; empty if both rest.

        Raises `DeviceAbsent`, `DeviceBusy` and `DeviceRefused`.
        """
        states = zip(("D0", "D1"), self._lines, strict=True)
        try:
            return " and ".join(name for name, line in states if not line.pin.state)
        except _gpio.troubles() as trouble:
            raise _gpio.why(self._device, trouble) from trouble

    def take(self) -> tuple[list[Pulse], bool]:
        """The pulses since the last question, by their times, and whether some were lost."""
        is_full = len(self._pulses) == _MOST_PULSES
        pulses = [self._pulses.popleft() for _ in range(len(self._pulses))]
        return sorted(pulses, key=lambda pulse: pulse.at_s), is_full

    def close(self) -> None:
        """Free the pins. Twice is no mistake."""
        for line in self._lines:
            with contextlib.suppress(*_gpio.troubles()):
                line.close()

    def _zero(self, ticks: float, state: object) -> None:
        self._fell(ticks, 0, state)

    def _one(self, ticks: float, state: object) -> None:
        self._fell(ticks, 1, state)

    def _fell(self, ticks: float, bit: int, state: object) -> None:
        if not state:
            self._pulses.append(Pulse(ticks, bit))
            self.bell.ring()


class Driver:
    """A Wiegand reader on two pins. See `drivers.badge.BadgeReader`."""

    def __init__(self, options: Options) -> None:
        """Touch no device yet."""
        self.label = f"Wiegand GPIO{options.pin_d0}/{options.pin_d1}"
        self._options = options
        self._taps = Taps(options.away_ms)
        self._bell = Bell()
        self._lines: Lines | None = None
        self._frames = Frames(options.gap_ms)
        self._looked_at_ms = 0
        self._heard_at_ms = 0
        self._began_ms = 0
        self._low_since_ms: int | None = None

    @property
    def voided(self) -> int:
        """How many frames were thrown away."""
        return self._taps.voided

    def open(self, timeout_ms: int) -> None:
        """Claim both pins; they must be high.

        Raises `DeviceAbsent` (no such pins here, or a line is held low), `DeviceBusy` and
        `DeviceRefused`.
        """
        if self._lines is None:
            keep_trying(self._take_lines, self._bell, timeout_ms)

    def read(self, timeout_ms: int) -> Badge | None:
        """The next badge; see `BadgeReader.read`."""
        return next_tap(self._taps, self._bell, timeout_ms, self._look)

    def wake(self) -> None:
        """End a running `open` or `read` early. Any thread."""
        self._bell.ring()

    def close(self) -> None:
        """Free the pins."""
        self._let_go()
        self._taps.forget()

    def _take_lines(self) -> None:
        lines = Lines(self._options.pin_d0, self._options.pin_d1, self.label)
        try:
            low = lines.held_low()
            if low:
                raise DeviceAbsent(device=self.label, why=f"{low} held low")
        except DeviceTrouble:
            lines.close()
            raise
        self._lines = lines
        self._low_since_ms = None
        self._looked_at_ms = now_ms()
        self._taps.resume(self._looked_at_ms)

    def _let_go(self) -> None:
        if self._lines is not None:
            self._lines.close()
            self._lines = None
        if self._frames.is_within:
            self._taps.void()
        self._frames = Frames(self._options.gap_ms)

    def _look(self, deadline: Deadline) -> None:
        """Wait once and tell the taps what came. Lets go of the pins and raises if a line is low."""
        if self._lines is None:
            raise DeviceAbsent(device=self.label)
        # What is there already came at some moment since the last look.
        earliest_ms = self._looked_at_ms
        if not self._lines.bell.heard():
            is_soon = self._frames.is_within or self._low_since_ms is not None
            pause_ms = self._options.gap_ms if is_soon else HEARTBEAT_MS
            left_ms = deadline.at_most(pause_ms).left_ms
            wait(left_ms, self._lines.bell.fileno(), self._bell.fileno())
            self._lines.bell.heard()
            earliest_ms = now_ms()
        self._looked_at_ms = now_ms()
        pulses, is_overrun = self._lines.take()
        if is_overrun:
            self._frames.lose()
        if pulses:
            self._heard_at_ms = self._looked_at_ms
        elif self._looked_at_ms - self._heard_at_ms >= self._options.gap_ms:
            self._end(self._frames.end())
            self._check_rest(self._lines)
        for pulse in pulses:
            if not self._frames.is_within:
                self._began_ms = earliest_ms
            self._end(self._frames.add(pulse))

    def _end(self, bits: list[int]) -> None:
        if not bits:
            return
        badge = badge_in(bits, self.label) if len(bits) in self._options.bits else None
        if badge is None:
            self._taps.void()
        else:
            self._taps.heard(badge, self._began_ms, self._looked_at_ms)

    def _check_rest(self, lines: Lines) -> None:
        try:
            low = lines.held_low()
        except DeviceTrouble:
            self._let_go()
            raise
        if not low:
            self._low_since_ms = None
        elif self._low_since_ms is None:
            self._low_since_ms = now_ms()
        elif now_ms() - self._low_since_ms >= _HELD_LOW_MS:
            self._let_go()
            raise DeviceAbsent(device=self.label, why=f"{low} held low")
