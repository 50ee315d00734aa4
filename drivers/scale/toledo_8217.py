"""Scales that speak Mettler Toledo 8217: the usual language of counter and checkout scales.

Spoken by Mettler Toledo Ariva-S, Viva and Diva, the scales in Datalogic (PSC) Magellan scanners,
Rice Lake BenchPro and many others; choose "8217" in the scale's set-up.

Wiring: RS-232, or USB as a virtual serial port. 9600 baud, 7 data bits, even parity by default. If
the line is set to 8 bits where the scale sends 7 and parity, half of all bytes have their top bit
set; such an answer is refused and not mended.

Wire format (PSC Magellan 8500 service manual, pages 44 and 45, "Mettler Toledo Diva"):

    W                 ask for the weight
    STX 01.250 CR     kilograms always have two and three digits
    STX 02.75 CR      pounds have two digits behind the point, and two or (page 44) three before it
    STX 01.250N CR    N: net, a tare is taken off (how much, it does not tell)
    STX ? status CR   no weight, because

    status bit 0      in motion
    status bit 1      over capacity
    status bit 2      under zero
    status bit 3      outside the range in which it can be zeroed
    status bit 4      at the centre of zero
    status bit 5      net
    status bit 6      always 1 in the manuals of Mettler Toledo; elsewhere 1 means "unknown
                      command", and 0 is usual. It tells nothing that one could rely on.
    status bit 7      parity, which the line takes off

A status of bits 0, 2 and 3 is 0D, the same byte as CR: an answer with a status has four bytes.

    Z                 zero; answered by a status
    T CR              tare what lies on it; answered by a status after 150 ms
    T 00250 CR        tare 0.250 kg; likewise
    C                 clear the tare; likewise

Rice Lake's BenchPro sends bit 5 as "always 1" (manual PN 180557, page 26), so it is believed only
where it must appear or vanish with a tare. T and C have to be switched on in the scale's set-up;
without that the scale says nothing, which is raised as `ScaleCannot`.

Whether Z and T worked is seen from the weight afterwards, since the answer comes before the deed.
"""

import re
from typing import Final, Literal

from drivers import DeviceSilent
from drivers._serial_port import Parity
from drivers.scale import Reading, ScaleState, ScaleUnreadable, Unit
from drivers.scale._serial_scale import Ask, Question, ScaleLine, SerialScale, Wire
from drivers.scale._units import Expected

__all__ = ["Driver", "Options"]


class Options(ScaleLine, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The line (`drivers._serial_port.Line`), and what the scale weighs in."""

    data_bits: Literal[7, 8] = 7
    parity: Parity = "even"
    unit: Literal["kg", "lb"] = "kg"


class Driver(SerialScale):
    """A scale that speaks Toledo 8217. See `drivers.scale.Scale`."""

    def __init__(self, options: Options) -> None:
        """Touch no device yet."""
        super().__init__(options, Toledo8217(Expected(options.port, options.unit)))


_LONGEST: Final = 9
_SHORTEST: Final = 4
"""A status may be 0x0D (moving, under zero, out of the zero's range), which is CR as well."""
_MOST_TARE: Final = 99_999
# The unit is not sent; the decimals tell it.
_WEIGHTS: Final[tuple[tuple[Unit, re.Pattern[bytes]], ...]] = (
    ("kg", re.compile(rb"\x02(?P<shown>[0-9]{2}\.[0-9]{3})(?P<net>N?)\r")),
    ("lb", re.compile(rb"\x02(?P<shown>[0-9]{2,3}\.[0-9]{2})(?P<net>N?)\r")),
)
_STATUS: Final = re.compile(rb"\x02\?(?P<status>[\x00-\x7f])\r")

_MOVING: Final = 1 << 0
_NET: Final = 1 << 5
# Too much goes before moving, since a scale at its end stop may call itself moving for ever.
_REASONS: Final = (
    (1 << 1, ScaleState.OVERLOADED),
    (_MOVING, ScaleState.MOVING),
    (1 << 2, ScaleState.UNDER_ZERO),
    (1 << 3, ScaleState.NOT_ZEROED),
)


class Toledo8217(Wire):
    """The questions and answers."""

    can_zero = True
    can_tare = True

    def __init__(self, expected: Expected) -> None:
        """A known tare can be sent in kilograms only: pounds would have to be rounded."""
        self.expected = expected
        self.can_set_tare = expected.unit == "kg"

    def look(self, ask: Ask) -> Reading:
        """Ask for the weight."""
        return read(ask(_question(b"W")), self.expected)

    def zero(self, ask: Ask) -> None:
        """Ask for zero."""
        self._status(ask(_question(b"Z")))

    def tare(self, ask: Ask) -> None:
        """Tare what lies on it."""
        self._command(ask, b"T\r", "tare")

    def set_tare(self, ask: Ask, milli_kg: int) -> None:
        """Tare so much, or clear the tare. The scale tells that it took one, and not how much."""
        if milli_kg > _MOST_TARE:
            raise self.not_tared()
        sent = b"T%05d\r" % milli_kg if milli_kg else b"C"
        try:
            status = self._command(ask, sent, "set_tare")
        except ScaleUnreadable as trouble:
            # A scale that does not know T answers each digit by itself.
            raise self.not_tared() from trouble
        if bool(status & _NET) != bool(milli_kg):
            raise self.not_tared()

    def _command(self, ask: Ask, sent: bytes, command: str) -> int:
        try:
            return self._status(ask(_question(sent)))
        except DeviceSilent as silence:
            raise self.cannot(command) from silence

    def _status(self, answer: bytes) -> int:
        found = _STATUS.fullmatch(answer)
        if found is None:
            raise self.expected.unreadable(answer)
        return found["status"][0]


def read(answer: bytes, expected: Expected) -> Reading:
    """What an answer to `W` says. Raises `ScaleUnreadable`, `WrongUnit`."""
    for unit, form in _WEIGHTS:
        if parts := form.fullmatch(answer):
            weight = expected.weight(parts["shown"].decode(), unit, is_net=bool(parts["net"]))
            return Reading(ScaleState.SETTLED, is_stable=True, weight=weight)
    if found := _STATUS.fullmatch(answer):
        status = found["status"][0]
        for bit, state in _REASONS:
            if status & bit:
                return Reading(state, is_stable=not status & _MOVING)
    raise expected.unreadable(answer)


def _question(sent: bytes) -> Question:
    return Question(sent=sent, end=b"\r", longest=_LONGEST, shortest=_SHORTEST)
