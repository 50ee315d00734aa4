"""Scales: from goods on a platter to one weight that may be sold.

A weight counts when the scale itself calls it stable, and says the same twice in a row. Whatever
does not read exactly as the scale's manual says (length, check character, unit, decimals) is
refused and never mended: a digit lost on the cable is another price.

The unit of a shop's goods is the thousandth of a kilogram, one gram. What the scale showed is kept
beside it, digit by digit, since the law wants weight and tare to be shown unedited (in the European
Union 2014/31/EU, in the United States NTEP). Nothing is lost in silence:

* Digits finer than a gram that are zero change nothing. Others are refused (`ScaleTooFine`), unless
  the driver's option `rounding = "half_up"` says to round them.
* Pounds and ounces are refused where kilograms are expected, and the other way round (`WrongUnit`).
  A shop that weighs in them says so (`unit = "lb"`); they become grams by their exact definition, 1
  lb = 453.59237 g and 1 oz = 28.349523125 g, rounded to the nearest gram, halves away from zero.
"""

import enum
from typing import Final, Literal, Protocol

import msgspec

from drivers import DeviceTrouble

Unit = Literal["kg", "g", "lb", "oz"]
"""A unit that a scale may show."""


class Weight(msgspec.Struct, frozen=True, kw_only=True):
    """What lies on the scale. `shown` and `unit` are what the scale showed, unedited.

    `is_net` says whether a tare is taken off, or nothing if the scale does not tell. The tare is
    known when the scale tells it, and is 0 when it says that it weighs gross.
    """

    net_milli_kg: int
    shown: str
    unit: Unit
    is_net: bool | None = None
    tare_milli_kg: int | None = None

    @property
    def gross_milli_kg(self) -> int | None:
        """Net and tare together, if the tare is known."""
        return None if self.tare_milli_kg is None else self.net_milli_kg + self.tare_milli_kg


class ScaleState(enum.StrEnum):
    """How a scale is at one moment."""

    SETTLED = "settled"
    MOVING = "moving"
    OVERLOADED = "overloaded"
    UNDER_ZERO = "under_zero"
    NOT_ZEROED = "not_zeroed"
    NOT_READY = "not_ready"
    GIVEN_BEFORE = "given_before"
    """The scale gives a load once, and gave this one before the register asked."""
    FAULT = "fault"


class Reading(msgspec.Struct, frozen=True):
    """One look at a scale, for a live display. Only a settled one may become a sale, and not alone.

    The weight is missing where the scale sends none.
    """

    state: ScaleState
    is_stable: bool
    weight: Weight | None = None


class Scale(Protocol):
    """A scale that one thread talks to; only `wake` may be called by another thread.

    Every method finds the scale by itself, also after its cable was out, and waits for that for at
    most its `timeout_ms`. They raise `DeviceAbsent`, `DeviceBusy`, `DeviceRefused`, `DeviceSilent`,
    `ScaleUnreadable`, `WrongUnit`, `ScaleTooFine` and `WeighingStopped`, and what stands below.
    """

    @property
    def label(self) -> str:
        """What the scale is called in logs and on the screen."""
        ...

    @property
    def can_zero(self) -> bool:
        """Whether its protocol has a command for `zero`."""
        ...

    @property
    def can_tare(self) -> bool:
        """Whether its protocol has a command for `tare`."""
        ...

    @property
    def can_set_tare(self) -> bool:
        """Whether its protocol has a command for `set_tare`."""
        ...

    def weigh(self, timeout_ms: int) -> Weight:
        """The weight, as soon as the scale called it stable and said it twice in a row.

        An empty scale weighs 0; whether that can be sold is the shop's business. Raises
        `ScaleInMotion` when it did not come to rest in time, and `ScaleOverloaded`,
        `ScaleUnderZero`, `ScaleNotZeroed`, `ScaleNotReady`, `ScaleGaveBefore` or `ScaleFault`.
        """
        ...

    def look(self, timeout_ms: int) -> Reading:
        """How the scale is now, whatever that is. Only for showing."""
        ...

    def zero(self, timeout_ms: int) -> None:
        """Make what lies on it the new zero, and see that it shows zero.

        The scale itself permits that only near its zero (4 % of its capacity, OIML R 76). Raises
        `ScaleCannot`, `ScaleNotZeroed`, `ScaleInMotion`, `ScaleOverloaded`, `ScaleFault`.
        """
        ...

    def tare(self, timeout_ms: int) -> None:
        """Make what lies on it the tare, and see that it shows zero net.

        Raises `ScaleCannot`, `ScaleNotTared`, and what `weigh` raises.
        """
        ...

    def set_tare(self, milli_kg: int, timeout_ms: int) -> None:
        """Set a known tare in thousandths of a kilogram; 0 clears it. A negative one is our mistake.

        Raises `ScaleCannot`, and `ScaleNotTared` when the scale did not take it as it is.
        """
        ...

    def wake(self) -> None:
        """End a running call early with `WeighingStopped`, or else the next one. Never blocks."""
        ...

    def close(self) -> None:
        """Let go of the scale. Twice is no mistake, and every method works again afterwards."""
        ...


class ScaleInMotion(DeviceTrouble):
    """The weight did not come to rest in time."""

    code = "scale_in_motion"


class ScaleOverloaded(DeviceTrouble):
    """More lies on the scale than it can weigh."""

    code = "scale_overloaded"


class ScaleUnderZero(DeviceTrouble):
    """The scale shows less than nothing: a tare is set for something that was taken away."""

    code = "scale_under_zero"


class ScaleNotZeroed(DeviceTrouble):
    """The scale is not at its zero, or did not take the zero that it was told to take."""

    code = "scale_not_zeroed"


class ScaleNotTared(DeviceTrouble):
    """The scale did not take the tare."""

    code = "scale_not_tared"


class ScaleNotReady(DeviceTrouble):
    """The scale gives no weight and does not say why."""

    code = "scale_not_ready"


class ScaleGaveBefore(DeviceTrouble):
    """The scale gives each load once, and has given this one already: it has to be taken off and put on again."""

    code = "scale_gave_before"


class ScaleFault(DeviceTrouble):
    """The scale says that something in it is broken, or its display shows no weight."""

    code = "scale_fault"


class ScaleUnreadable(DeviceTrouble):
    """What came from the scale is not what its protocol says. `got` is what came, in hexadecimal."""

    code = "scale_unreadable"
    passing = ("got", "why")


class ScaleCannot(DeviceTrouble):
    """The scale, or its protocol, has no such command. `command` is "zero", "tare" or "set_tare"."""

    code = "scale_cannot"


class WrongUnit(DeviceTrouble):
    """The scale weighs in the unit `found` where the configuration expects `expected`."""

    code = "scale_wrong_unit"


class ScaleTooFine(DeviceTrouble):
    """The scale showed `shown`, which is finer than a gram, and the configuration does not round."""

    code = "scale_too_fine"
    passing = ("shown", "why")


class WeighingStopped(DeviceTrouble):
    """Another thread called `wake`. Nobody needs to be told."""

    code = "weighing_stopped"


_REFUSALS: Final[dict[ScaleState, type[DeviceTrouble]]] = {
    # A settled reading is refused only when the time was over before it came a second time.
    ScaleState.SETTLED: ScaleInMotion,
    ScaleState.MOVING: ScaleInMotion,
    ScaleState.OVERLOADED: ScaleOverloaded,
    ScaleState.UNDER_ZERO: ScaleUnderZero,
    ScaleState.NOT_ZEROED: ScaleNotZeroed,
    ScaleState.NOT_READY: ScaleNotReady,
    ScaleState.GIVEN_BEFORE: ScaleGaveBefore,
    ScaleState.FAULT: ScaleFault,
}


def refusal(reading: Reading, device: str) -> DeviceTrouble:
    """Why `reading` is no weight to sell by."""
    return _REFUSALS[reading.state](device=device)
