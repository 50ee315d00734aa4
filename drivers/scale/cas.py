"""Scales of CAS (AP-1, SW, PD and their likes), as they speak to cash registers.

Spoken by CAS scales set to the interface for ECRs, by Pinnacle and Aclas OS2, and by Ohaus Aviator
in its CAS mode.

Wiring: RS-232, 9600 baud, 8 data bits, no parity by default.

Wire format (CAS AP-1 protocol sheet; Ohaus Aviator 7000 service manual, page 36; Pinnacle OS2CX
manual, page 19):

    register   ENQ (05)
    scale      ACK (06), or NAK (15): nothing to tell now
    register   DC1 (11)
    scale      SOH STX status sign xx.xxx kg BCC ETX EOT     (01 02 ... 03 04), or NAK

    status     S when the weight is stable, U when not; F (Pinnacle): out of range, or no zero since
               it was switched on
    sign       blank, or "-" below zero, or (Ohaus) F over capacity
    xx.xxx     six characters with the point; some scales send blanks for zeros in front
    kg         two characters
    BCC        exclusive or of the ten characters from status to unit

The protocol has no command for zero or tare, and does not tell gross from net.
"""

import functools
import operator
import re
from typing import Final

from drivers.scale import Reading, ScaleState, Unit
from drivers.scale._serial_scale import Ask, Question, ScaleLine, SerialScale, Wire
from drivers.scale._units import Expected, Rounding, ShopUnit

__all__ = ["Driver", "Options"]


class Options(ScaleLine, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The line (`drivers._serial_port.Line`), what the scale weighs in, and digits below a gram."""

    unit: ShopUnit = "kg"
    rounding: Rounding = "refuse"


class Driver(SerialScale):
    """A scale of CAS. See `drivers.scale.Scale`."""

    def __init__(self, options: Options) -> None:
        """Touch no device yet."""
        super().__init__(options, Cas(Expected(options.port, options.unit, options.rounding)))


_ACK: Final = b"\x06"
_NAK: Final = b"\x15"
_ENQUIRY: Final = Question(sent=b"\x05", longest=1)
_LENGTH: Final = 15
# The check character may be any byte, so the length ends the answer; a NAK is ended by itself.
_WEIGHT: Final = Question(sent=b"\x11", longest=_LENGTH, sole=_NAK)
_ANSWER: Final = re.compile(
    rb"\x01\x02(?P<checked>(?P<status>[SUF])(?P<sign>[ F-])(?P<field>[ 0-9.]{6})(?P<unit>..))"
    rb"(?P<bcc>.)\x03\x04",
    re.DOTALL,
)
_NUMBER: Final = re.compile(rb" *(?P<shown>[0-9]+\.[0-9]+)")
_UNITS: Final[dict[bytes, Unit]] = {
    b"kg": "kg",
    b"Kg": "kg",
    b"KG": "kg",
    b"lb": "lb",
    b"LB": "lb",
    b"oz": "oz",
    b"OZ": "oz",
}


class Cas(Wire):
    """The questions and answers."""

    def look(self, ask: Ask) -> Reading:
        """Ask whether there is a weight, then for it."""
        ready = ask(_ENQUIRY)
        if ready == _ACK:
            answer = ask(_WEIGHT)
            return read(answer, self.expected)
        return read(ready, self.expected)


def read(answer: bytes, expected: Expected) -> Reading:
    """What an answer to `DC1` says. Raises `ScaleUnreadable`, `WrongUnit`, `ScaleTooFine`."""
    if answer == _NAK:
        return Reading(ScaleState.NOT_READY, is_stable=False)
    parts = _ANSWER.fullmatch(answer)
    if parts is None or check_character(parts["checked"]) != parts["bcc"]:
        raise expected.unreadable(answer)
    is_stable = parts["status"] == b"S"
    if parts["sign"] == b"F":
        return Reading(ScaleState.OVERLOADED, is_stable)
    if parts["status"] == b"F":
        return Reading(ScaleState.NOT_READY, is_stable)
    number = _NUMBER.fullmatch(parts["field"])
    if number is None or parts["unit"] not in _UNITS:
        raise expected.unreadable(answer)
    minus = parts["sign"].decode().strip()
    shown = minus + number["shown"].decode()
    weight = expected.weight(shown, _UNITS[parts["unit"]], is_net=None)
    if not is_stable:
        return Reading(ScaleState.MOVING, is_stable, weight)
    return Reading(ScaleState.UNDER_ZERO if minus else ScaleState.SETTLED, is_stable, weight)


def check_character(checked: bytes) -> bytes:
    """The exclusive or of all of them."""
    return bytes((functools.reduce(operator.xor, checked),))
