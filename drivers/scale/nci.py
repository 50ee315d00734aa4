"""Scales that speak NCI, the SCP-01 of Weigh-Tronix: Avery Weigh-Tronix, Brecknell, Ohaus, B-Tek.

Choose "NCI" (on Ohaus "NCI-SCP01") in the scale's set-up.

Wiring: RS-232, 9600 baud, 7 data bits, even parity by default; some scales come with 8 bits and no
parity, the scale's set-up tells.

Wire format (Avery Weigh-Tronix SCP-01, as in the manuals of NCI 6702, page 14, NCI 7800, page 32,
Brecknell 3700LP, page 11, Ohaus Courier 7000, page 45, and the ECR form in the PSC Magellan 8500
service manual, pages 34 to 37):

    W CR      weight      LF xxxx.xxuu CR LF hh CR ETX
                          LF hh CR ETX           (ECR form: no weight while it is moving, over, ...)
    Z CR      zero        LF hh CR ETX
    T CR      tare        LF hh CR ETX           (Ohaus and B-Tek only; SCP-01 does not have it)
    others                LF ? CR ETX

    x    what the display shows, with a minus sign, blanks in front if there are any; the display's
         bars over capacity come as ^^^^^^, under capacity as ______, a zeroing error as ------
    uu   kg, lb, oz, or g, in small letters or (ECR form) capitals; g with or without a blank
    hh   two to four status bytes; an "S" in front of them in the ECR form

         bit      byte 1          byte 2               byte 3               byte 4
          0       in motion       under capacity       range                weight changed
          1       at zero         over capacity        range                zero was seen
          2       RAM error       ROM error            net                  metric
          3       EEPROM error    faulty calibration   initial zero error   unused
         4, 5     always 1        always 1             always 1             always 1
          6       always 0        a byte follows       a byte follows       a byte follows

A weight in pounds and ounces at once is refused. Whether the weight is net, only a third byte
tells; without it that stays unknown.
"""

import re
from typing import Final, Literal

from drivers._serial_port import Parity
from drivers.scale import Reading, ScaleState, Unit
from drivers.scale._serial_scale import Ask, Question, ScaleLine, SerialScale, Wire
from drivers.scale._units import Expected, Rounding, ShopUnit

__all__ = ["Driver", "Options"]


class Options(ScaleLine, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The line, what the scale weighs in, digits below a gram, and whether it knows the command T."""

    data_bits: Literal[7, 8] = 7
    parity: Parity = "even"
    unit: ShopUnit = "kg"
    rounding: Rounding = "refuse"
    tare_command: bool = False


class Driver(SerialScale):
    """A scale that speaks NCI. See `drivers.scale.Scale`."""

    def __init__(self, options: Options) -> None:
        """Touch no device yet."""
        expected = Expected(options.port, options.unit, options.rounding)
        super().__init__(options, Nci(expected, tare_command=options.tare_command))


_LONGEST: Final = 32
_UNKNOWN: Final = b"\n?\r\x03"
_STATUS: Final = rb"\nS?(?P<status>[\x30-\x3f][\x30-\x3f\x70-\x7f]{1,3})\r\x03"
_ANSWER: Final = re.compile(
    rb"(?:\n(?P<field>[ 0-9.^_-]{3,10})(?P<unit>kg|lb|oz|g ?|KG|LB|OZ|G ?)\r)?" + _STATUS
)
_POUNDS_AND_OUNCES: Final = re.compile(
    rb"\n *[0-9]+ ?(?:lb|LB) *[0-9]+(?:\.[0-9]+)?(?:oz|OZ)\r" + _STATUS
)
_STATUS_ONLY: Final = re.compile(_STATUS)
_UNITS: Final[dict[bytes, Unit]] = {b"kg": "kg", b"g": "g", b"lb": "lb", b"oz": "oz"}
_NUMBER: Final = re.compile(rb" *(?P<minus>-?) *(?P<digits>[0-9]+(?:\.[0-9]+)?)")
_BARS: Final = {
    b"^": ScaleState.OVERLOADED,
    b"_": ScaleState.UNDER_ZERO,
    b"-": ScaleState.NOT_ZEROED,
}
_FOLLOWS: Final = 1 << 6
_BROKEN: Final = 1 << 2 | 1 << 3


class Status:
    """The status bytes: which of them there are, and what they say."""

    def __init__(self, status: bytes) -> None:
        """Take bytes that `_STATUS` has let through."""
        follows = [bool(byte & _FOLLOWS) for byte in status[1:]]
        self.is_whole = not follows[-1] and all(follows[:-1])
        self.is_moving = bool(status[0] & 1)
        self.is_net = bool(status[2] & 1 << 2) if len(status) > 2 else None
        reasons = (
            ((status[0] | status[1]) & _BROKEN, ScaleState.FAULT),
            (status[1] & 1 << 1, ScaleState.OVERLOADED),
            (self.is_moving, ScaleState.MOVING),
            (status[1] & 1 << 0, ScaleState.UNDER_ZERO),
            (len(status) > 2 and status[2] & 1 << 3, ScaleState.NOT_ZEROED),
        )
        self.reason = next((state for bits, state in reasons if bits), None)


class Nci(Wire):
    """The questions and answers."""

    can_zero = True

    def __init__(self, expected: Expected, *, tare_command: bool = False) -> None:
        """Know what the configuration expects."""
        self.expected = expected
        self.can_tare = tare_command

    def look(self, ask: Ask) -> Reading:
        """Ask for the weight."""
        return read(ask(_question(b"W")), self.expected)

    def zero(self, ask: Ask) -> None:
        """Ask for zero."""
        self._command(ask, b"Z", "zero")

    def tare(self, ask: Ask) -> None:
        """Tare what lies on it."""
        self._command(ask, b"T", "tare")

    def _command(self, ask: Ask, letter: bytes, command: str) -> None:
        answer = ask(_question(letter))
        if answer == _UNKNOWN:
            raise self.cannot(command)
        found = _STATUS_ONLY.fullmatch(answer)
        if found is None or not Status(found["status"]).is_whole:
            raise self.expected.unreadable(answer)


def read(answer: bytes, expected: Expected) -> Reading:
    """What an answer to `W` says. Raises `ScaleUnreadable`, `WrongUnit`, `ScaleTooFine`."""
    if _POUNDS_AND_OUNCES.fullmatch(answer):
        raise expected.wrong_unit("lb oz")
    parts = _ANSWER.fullmatch(answer)
    if parts is None:
        raise expected.unreadable(answer)
    status = Status(parts["status"])
    if not status.is_whole:
        raise expected.unreadable(answer)
    is_stable = not status.is_moving
    field: bytes | None = parts["field"]
    if field is None:
        if status.reason is None:
            raise expected.unreadable(answer)
        return Reading(status.reason, is_stable)
    if bars := _bars(field):
        return Reading(status.reason or bars, is_stable)
    number = _NUMBER.fullmatch(field)
    if number is None:
        raise expected.unreadable(answer)
    unit = _UNITS[parts["unit"].strip().lower()]
    shown = (number["minus"] + number["digits"]).decode()
    weight = expected.weight(shown, unit, is_net=status.is_net)
    if status.reason in (ScaleState.FAULT, ScaleState.OVERLOADED, ScaleState.NOT_ZEROED):
        return Reading(status.reason, is_stable)
    if status.reason is None and number["minus"]:
        return Reading(ScaleState.UNDER_ZERO, is_stable, weight)
    return Reading(status.reason or ScaleState.SETTLED, is_stable, weight)


def _bars(field: bytes) -> ScaleState | None:
    """What a display full of bars says."""
    return _BARS.get(bytes(set(field.replace(b" ", b""))))


def _question(letter: bytes) -> Question:
    return Question(sent=letter + b"\r", end=b"\x03", longest=_LONGEST)
