"""Badge readers that play USB keyboard, the usual cheap ones: they type a number and Enter.

Wiring and setting up: plug it in; the user must be in group `input`. `open-pos` lists it by vendor
and product, as `lsusb` does (many 125 kHz readers are `ffff:0035` or `08ff:0009`). It is grabbed,
so that no other program sees its keys, and never taken by guesswork: the configuration names it,
and without a name `open` refuses and lists what is there.

Wire format: key events of a keyboard, see `drivers.scanner.evdev`, which make a text; what texts
mean stands in `drivers/badge/_wedge_texts.py`. `format` names how this reader writes numbers. With
"auto", decimal formats are recognised and hex is thrown away, because a number in hex that happens
to have no letters looks like a decimal one.

Half a badge (a pulled cable, keys that the kernel lost, a pause of `stale_ms`) is thrown away.

Heartbeat: an unplugged reader is noticed at once. The reader itself cannot be asked: one that is
plugged in and reads no more looks like a reader to which nobody holds a badge.
"""

from typing import Annotated

import evdev.ecodes as e
import msgspec

from drivers import DeviceAbsent
from drivers._bell import Bell
from drivers._clock import Deadline, now_ms
from drivers._held_keyboard import HeldKeyboard, take
from drivers._input_events import PRESS, RELEASE, Event
from drivers.badge import Badge, BadgeReaderAmbiguous, BadgeReaderNotChosen
from drivers.badge._taps import AWAY_MS, HEARTBEAT_MS, Away, Taps, keep_trying, next_tap, wait
from drivers.badge._wedge_texts import MAX_LENGTH, Format, badge_typed
from drivers.input_devices import HexId, Match
from drivers.scanner._assembly import Assembly, Frame, Milliseconds, Suffix
from drivers.scanner._keys import ENDING_CHARACTERS, ENDING_KEYS, Keys, compile_layout

__all__ = ["Driver", "Options"]


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which device it is, how it types numbers, and after how long away a badge is new again.

    Everything set of `vendor`, `product`, `serial`, `path` and `name` must fit, see
    `drivers.input_devices.Match`. `prefix` to `stale_ms` as for scanners, see
    `drivers.scanner._assembly.Frame`.
    """

    vendor: HexId | None = None
    product: HexId | None = None
    serial: str | None = None
    path: str | None = None
    name: str | None = None
    format: Format = "auto"
    layout: str = "us"
    variant: str = ""
    prefix: Annotated[str, msgspec.Meta(max_length=16)] = ""
    suffix: Suffix = "enter"
    gap_ms: Milliseconds = 150
    stale_ms: Milliseconds = 1000
    away_ms: Away = AWAY_MS

    def __post_init__(self) -> None:
        """Refuse what msgspec cannot see. Each sentence begins with the key that it is about."""
        compile_layout(self.layout, self.variant)

    @property
    def match(self) -> Match:
        """Which device is meant."""
        return Match(
            vendor=self.vendor,
            product=self.product,
            serial=self.serial,
            path=self.path,
            name=self.name,
        )

    @property
    def frame(self) -> Frame:
        """How a number begins and ends."""
        return Frame(
            prefix=self.prefix,
            suffix=self.suffix,
            gap_ms=self.gap_ms,
            stale_ms=self.stale_ms,
            max_length=MAX_LENGTH,
        )


class Driver:
    """A badge reader that plays keyboard. See `drivers.badge.BadgeReader`."""

    def __init__(self, options: Options) -> None:
        """Touch no device yet."""
        self.label = options.match.describe() or "badge reader"
        self._options = options
        self._assembly = Assembly(options.frame)
        self._keys = Keys(compile_layout(options.layout, options.variant), frozenset())
        self._taps = Taps(options.away_ms)
        self._bell = Bell()
        self._device: HeldKeyboard | None = None
        self._is_dropping = False
        self._looked_at_ms = 0
        self._heard_at_ms = 0
        self._earliest_ms = 0

    @property
    def voided(self) -> int:
        """How many texts were thrown away: half, or no number of the format."""
        return self._assembly.voided + self._taps.voided

    def open(self, timeout_ms: int) -> None:
        """Find the reader by its match and grab it; see `drivers._held_keyboard.take`."""
        if self._device is None:
            keep_trying(self._take_device, self._bell, timeout_ms)

    def read(self, timeout_ms: int) -> Badge | None:
        """The next badge; see `BadgeReader.read`."""
        return next_tap(self._taps, self._bell, timeout_ms, self._look)

    def wake(self) -> None:
        """End a running `open` or `read` early. Any thread."""
        self._bell.ring()

    def close(self) -> None:
        """Give the device back to the other programs."""
        self._let_go()
        self._taps.forget()

    def _take_device(self) -> None:
        self._device = take(
            self._options.match,
            self.label,
            not_chosen=BadgeReaderNotChosen,
            ambiguous=BadgeReaderAmbiguous,
        )
        self.label = self._device.name
        self._looked_at_ms = now_ms()
        self._taps.resume(self._looked_at_ms)
        for event in self._device.overheard:
            # Others saw these keys too, so whatever they are part of is void.
            if (event.kind, event.value) == (e.EV_KEY, PRESS) and event.code not in ENDING_KEYS:
                self._assembly.void(event.at_ms)
            self._handle(event)

    def _let_go(self) -> None:
        if self._device is not None:
            self._device.let_go()
            self._device = None
        self._is_dropping = False
        self._assembly.drop()

    def _look(self, deadline: Deadline) -> None:
        """Wait once and tell the taps what was typed. Lets go of the device and raises if it went."""
        if self._device is None:
            raise DeviceAbsent(device=self.label)
        # What is there already came at some moment since the last look.
        self._earliest_ms = self._looked_at_ms
        asked_ms = now_ms()
        if not (flags := wait(0, self._device.fileno())):
            pause_ms = self._assembly.wait_ms(now_ms() - self._heard_at_ms) or HEARTBEAT_MS
            left_ms = deadline.at_most(min(pause_ms, HEARTBEAT_MS)).left_ms
            flags = wait(left_ms, self._device.fileno(), self._bell.fileno())
            self._earliest_ms = now_ms()
        self._looked_at_ms = now_ms()
        if self._device.fileno() in flags:
            self._receive(self._device)
        elif not self._device.is_there:
            self._let_go()
            raise DeviceAbsent(device=self.label)
        elif not flags:
            # Nothing was there at the asking; since then, half a number may have come that is not read yet.
            self._keep(self._assembly.idle(asked_ms - self._heard_at_ms))

    def _receive(self, device: HeldKeyboard) -> None:
        self._heard_at_ms = self._looked_at_ms
        try:
            events = device.events()
        except DeviceAbsent:
            self._let_go()
            raise
        for event in events:
            self._handle(event)

    def _handle(self, event: Event) -> None:
        if event.kind == e.EV_SYN and event.code == e.SYN_DROPPED:
            self._is_dropping = True
            self._keep(self._assembly.touch(event.at_ms))
            self._assembly.void(event.at_ms)
        elif event.kind == e.EV_SYN and event.code == e.SYN_REPORT:
            self._is_dropping = False
        elif event.kind == e.EV_KEY and not self._is_dropping:
            if event.value == PRESS:
                self._press(event.code, event.at_ms)
            elif event.value == RELEASE:
                self._release(event.code, event.at_ms)

    def _press(self, code: int, at_ms: int) -> None:
        self._keep(self._assembly.touch(at_ms))
        if self._assembly.has_just_begun:
            self._keys.reset()
        if self._ends(ENDING_KEYS.get(code)):
            self._keep(self._assembly.end())
        else:
            self._add(self._keys.press(code))

    def _release(self, code: int, at_ms: int) -> None:
        text = self._keys.release(code)
        if text is None:
            self._assembly.void(at_ms)
        else:
            self._add(text)

    def _add(self, text: str) -> None:
        if self._ends(ENDING_CHARACTERS.get(text)):
            self._keep(self._assembly.end())
        else:
            self._assembly.add(text)

    def _ends(self, ending: str | None) -> bool:
        """Whether this key is the suffix. If there is to be none, Enter and Tab end a number all the same."""
        return ending is not None and self._options.suffix in (ending, "none")

    def _keep(self, text: str | None) -> None:
        if not text:
            return
        badge = badge_typed(text, self._options.format, self.label)
        if badge is None:
            self._taps.void()
        else:
            self._taps.heard(badge, self._earliest_ms, self._looked_at_ms)
