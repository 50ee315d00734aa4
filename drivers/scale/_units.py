"""From the digits that a scale sent to grams, in integers.

Pound and ounce are those of the international agreement of 1959: 0.45359237 kg and a sixteenth of
that.
"""

import re
from typing import Final, Literal

import msgspec

from drivers import DeviceTrouble
from drivers.scale import ScaleTooFine, ScaleUnreadable, Unit, Weight, WrongUnit

ShopUnit = Literal["kg", "lb", "oz"]
"""What the configuration says that the shop weighs in; kilograms include grams."""

Rounding = Literal["refuse", "half_up"]
"""What happens to digits that are finer than a gram."""

_NANO: Final = 10**9
_NANOGRAMS: Final[dict[Unit, int]] = {
    "kg": 1000 * _NANO,
    "g": _NANO,
    "lb": 453_592_370_000,
    "oz": 28_349_523_125,
}
_EXPECTED: Final[dict[ShopUnit, tuple[Unit, ...]]] = {
    "kg": ("kg", "g"),
    "lb": ("lb",),
    "oz": ("oz",),
}
_NUMBER: Final = re.compile(r"-?(?P<whole>[0-9]{1,8})(?:\.(?P<part>[0-9]{1,8}))?")


class Expected(msgspec.Struct, frozen=True):
    """What the configuration expects a scale to say, and the name that troubles give the scale."""

    device: str
    unit: ShopUnit = "kg"
    rounding: Rounding = "refuse"

    def weight(self, shown: str, unit: Unit, *, is_net: bool | None) -> Weight:
        """The weight that the scale showed. Raises `WrongUnit`, `ScaleTooFine`, `ScaleUnreadable`."""
        if unit not in _EXPECTED[self.unit]:
            raise self.wrong_unit(unit)
        number = _NUMBER.fullmatch(shown)
        if number is None:
            raise self.unreadable(shown.encode())
        part = number["part"] or ""
        nanograms = int(number["whole"] + part) * _NANOGRAMS[unit]
        divisor = 10 ** len(part) * _NANO
        if self.unit == "kg" and self.rounding == "refuse" and nanograms % divisor:
            raise ScaleTooFine(device=self.device, shown=f"{shown} {unit}")
        grams = half_up(nanograms, divisor)
        return Weight(
            net_milli_kg=-grams if shown.startswith("-") else grams,
            shown=shown,
            unit=unit,
            is_net=is_net,
            tare_milli_kg=0 if is_net is False else None,
        )

    def wrong_unit(self, found: str) -> DeviceTrouble:
        """The trouble that the scale weighs in `found`."""
        return WrongUnit(device=self.device, expected=self.unit, found=found)

    def unreadable(self, answer: bytes) -> ScaleUnreadable:
        """The trouble that `answer` is not what the protocol says."""
        return ScaleUnreadable(device=self.device, got=answer[:40].hex(" "))


def half_up(numerator: int, denominator: int) -> int:
    """Round a quotient that is not negative to the nearest whole number, halves up."""
    return (2 * numerator + denominator) // (2 * denominator)
