"""A scale without a scale, for the demo's bench panel and for tests.

`put` and `lift` are the hand with the goods, `shake` keeps the weight moving until `settle`,
`overload` puts too much on it, `unplug` and `plug` are the cable, `silence` and `babble` are a scale
that gives no answer or nonsense, until `answer`. The levers may be pulled by any thread.

It weighs in kilograms with three decimals, tells its tare, and can be zeroed only near its zero, as
real ones.
"""

import threading

import msgspec

from drivers import DeviceAbsent, DeviceSilent
from drivers._clock import Deadline
from drivers.scale import (
    Reading,
    ScaleNotTared,
    ScaleNotZeroed,
    ScaleState,
    ScaleUnreadable,
    WeighingStopped,
    Weight,
    refusal,
)

__all__ = ["Driver", "Options"]


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What it is called, how much it can weigh in grams, and whether it is plugged in at the start."""

    label: str = "simulated scale"
    capacity_grams: int = 15_000
    plugged: bool = True

    def __post_init__(self) -> None:
        """Refuse a scale that can weigh nothing."""
        if not 1 <= self.capacity_grams <= 99_999:
            message = f"capacity_grams must be from 1 to 99999, not {self.capacity_grams}"
            raise ValueError(message)


class Driver:
    """A scale whose platter is a method. See `drivers.scale.Scale`."""

    can_zero = True
    can_tare = True
    can_set_tare = True

    def __init__(self, options: Options) -> None:
        """Start empty, at zero and at rest."""
        self.label = options.label
        self._capacity_grams = options.capacity_grams
        self._is_plugged = options.plugged
        self._load_grams = 0
        self._zero_grams = 0
        self._tare_grams = 0
        self._is_moving = False
        self._is_silent = False
        self._is_babbling = False
        self._is_woken = False
        self._changed = threading.Condition()

    # ------------------------------------------------------------------ the levers, for any thread

    @property
    def is_plugged(self) -> bool:
        """Whether the cable is in."""
        return self._is_plugged

    @property
    def load_grams(self) -> int:
        """What lies on the platter."""
        return self._load_grams

    def put(self, grams: int) -> None:
        """Have so much lie on the platter, instead of what lay there. Negative pulls it up."""
        with self._changed:
            self._load_grams = grams
            self._changed.notify_all()

    def lift(self) -> None:
        """Take everything off."""
        self.put(0)

    def overload(self) -> None:
        """Put more on it than it can weigh."""
        self.put(self._capacity_grams + 1000)

    def shake(self) -> None:
        """Keep the weight moving, until `settle`."""
        with self._changed:
            self._is_moving = True
            self._changed.notify_all()

    def settle(self) -> None:
        """Let it come to rest."""
        with self._changed:
            self._is_moving = False
            self._changed.notify_all()

    def unplug(self) -> None:
        """Pull the cable. The scale has its own current and forgets nothing."""
        with self._changed:
            self._is_plugged = False
            self._changed.notify_all()

    def plug(self) -> None:
        """Put the cable back in."""
        with self._changed:
            self._is_plugged = True
            self._changed.notify_all()

    def silence(self) -> None:
        """Give no answer any more, until `answer`."""
        with self._changed:
            self._is_silent = True
            self._changed.notify_all()

    def babble(self) -> None:
        """Answer nonsense, until `answer`."""
        with self._changed:
            self._is_babbling = True
            self._changed.notify_all()

    def answer(self) -> None:
        """Answer again as a scale should."""
        with self._changed:
            self._is_silent = False
            self._is_babbling = False
            self._changed.notify_all()

    # ------------------------------------------------------------------ the driver

    def weigh(self, timeout_ms: int) -> Weight:
        """The weight, once it is at rest; see `Scale.weigh`."""
        with self._changed:
            return self._settled(Deadline(timeout_ms))

    def look(self, timeout_ms: int) -> Reading:
        """How the scale is now; see `Scale.look`."""
        with self._changed:
            self._wait_until_it_answers(Deadline(timeout_ms))
            return self._reading()

    def zero(self, timeout_ms: int) -> None:
        """Make what lies on it the new zero, if that is little; see `Scale.zero`."""
        with self._changed:
            before = self._at_rest(Deadline(timeout_ms))
            if before.state is ScaleState.OVERLOADED:
                raise refusal(before, self.label)
            # OIML R 76-1, 4.5.1: setting to zero reaches no further than 4 % of the capacity.
            if self._tare_grams or abs(self._load_grams) * 25 > self._capacity_grams:
                raise ScaleNotZeroed(device=self.label)
            self._zero_grams = self._load_grams
            self._changed.notify_all()

    def tare(self, timeout_ms: int) -> None:
        """Make what lies on it the tare; see `Scale.tare`."""
        with self._changed:
            self._settled(Deadline(timeout_ms))
            gross_grams = self._load_grams - self._zero_grams
            if gross_grams <= 0:
                raise ScaleNotTared(device=self.label)
            self._tare_grams = gross_grams
            self._changed.notify_all()

    def set_tare(self, milli_kg: int, timeout_ms: int) -> None:
        """Set a known tare, or clear it with 0; see `Scale.set_tare`."""
        if milli_kg < 0:
            message = f"a tare cannot be negative: {milli_kg}"
            raise ValueError(message)
        with self._changed:
            self._wait_until_it_answers(Deadline(timeout_ms))
            if milli_kg > self._capacity_grams:
                raise ScaleNotTared(device=self.label)
            self._tare_grams = milli_kg
            self._changed.notify_all()

    def wake(self) -> None:
        """End a running call early, or else the next one. Any thread."""
        with self._changed:
            self._is_woken = True
            self._changed.notify_all()

    def close(self) -> None:
        """Nothing to let go of."""

    def _settled(self, deadline: Deadline) -> Weight:
        reading = self._at_rest(deadline)
        if reading.state is not ScaleState.SETTLED or reading.weight is None:
            raise refusal(reading, self.label)
        return reading.weight

    def _at_rest(self, deadline: Deadline) -> Reading:
        while True:
            self._wait_until_it_answers(deadline)
            reading = self._reading()
            if reading.is_stable:
                return reading
            if deadline.is_over:
                raise refusal(reading, self.label)
            self._wait(deadline)

    def _wait_until_it_answers(self, deadline: Deadline) -> None:
        self._hear_the_bell()
        while not self._is_plugged:
            if deadline.is_over:
                raise DeviceAbsent(device=self.label)
            self._wait(deadline)
        while self._is_silent:
            if deadline.is_over:
                raise DeviceSilent(device=self.label)
            self._wait(deadline)
            if not self._is_plugged:
                raise DeviceAbsent(device=self.label)
        if self._is_babbling:
            raise ScaleUnreadable(device=self.label, got="3f 3f 3f")

    def _reading(self) -> Reading:
        gross_grams = self._load_grams - self._zero_grams
        is_stable = not self._is_moving
        if gross_grams > self._capacity_grams:
            return Reading(ScaleState.OVERLOADED, is_stable)
        net_grams = gross_grams - self._tare_grams
        minus = "-" if net_grams < 0 else ""
        kilograms, grams = divmod(abs(net_grams), 1000)
        weight = Weight(
            net_milli_kg=net_grams,
            shown=f"{minus}{kilograms:02d}.{grams:03d}",
            unit="kg",
            is_net=bool(self._tare_grams),
            tare_milli_kg=self._tare_grams,
        )
        if self._is_moving:
            return Reading(ScaleState.MOVING, is_stable, weight)
        state = ScaleState.UNDER_ZERO if minus else ScaleState.SETTLED
        return Reading(state, is_stable, weight)

    def _wait(self, deadline: Deadline) -> None:
        was_plugged = self._is_plugged
        self._changed.wait(deadline.left_s)
        self._hear_the_bell()
        if was_plugged and not self._is_plugged:
            raise DeviceAbsent(device=self.label)

    def _hear_the_bell(self) -> None:
        woken, self._is_woken = self._is_woken, False
        if woken:
            raise WeighingStopped(device=self.label)
