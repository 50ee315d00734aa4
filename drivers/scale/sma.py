"""Scales that speak the protocol of the Scale Manufacturers Association, SMA SCP-0499.

Spoken by Fairbanks, Cardinal, Minebea (Sartorius), B-Tek and others; choose "SMA" in the scale's
set-up. A weight that is settled is asked for, not a stream.

Wiring: RS-232, 9600 baud, 8 data bits, no parity by default.

Wire format (SCP-0499, levels 1 and 2, as the manuals of Minebea PR 5210, Fairbanks FB2550 and
Cardinal 190 print it). A command is LF, a letter, perhaps a weight, CR. Each answer has 20 bytes:

    LF s r n m f xxxxxx.xxx uuu CR

    s   status: space, Z centre of zero, O over capacity, U under capacity (a weight below zero),
        E zero error, I initial zero error, T tare error, e no weight on the display (Cardinal)
    r   range, 1 to 9
    n   G gross, N net, T tare (answers M)
    m   M in motion, else space
    f   for the future; any printable character
    x   ten characters, right-justified; ten dashes with E, I and T
    u   unit in three characters; the standard writes "kg_", and scales send "kg " or "kg_"

    LF W CR     weight                       LF T CR           tare what lies on it
    LF Z CR     zero                         LF T weight CR    tare so much, in the scale's unit
    LF M CR     tell the tare                LF C CR           clear the tare
    LF ? CR     answers a command that the scale does not have

A net weight is followed by M, so that the tare can be shown. Level 1 scales do not know M, T and C.
"""

import re
from typing import Final

from drivers.scale import Reading, ScaleNotZeroed, ScaleState, Unit
from drivers.scale._serial_scale import Ask, Question, ScaleLine, SerialScale, Wire
from drivers.scale._units import Expected, Rounding, ShopUnit

__all__ = ["Driver", "Options"]


class Options(ScaleLine, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The line (`drivers._serial_port.Line`), what the scale weighs in, and digits below a gram."""

    unit: ShopUnit = "kg"
    rounding: Rounding = "refuse"


class Driver(SerialScale):
    """A scale that speaks SMA. See `drivers.scale.Scale`."""

    def __init__(self, options: Options) -> None:
        """Touch no device yet."""
        super().__init__(options, Sma(Expected(options.port, options.unit, options.rounding)))


_LONGEST: Final = 20
_UNKNOWN: Final = b"\n?\r"
_ANSWER: Final = re.compile(
    rb"\n(?P<status>[ ZOUEITe])[1-9](?P<kind>[GNT])(?P<motion>[ M])[\x20-\x7e]"
    rb"(?P<field>[ 0-9.-]{10})(?P<unit>[a-z/ _]{3})\r"
)
_NUMBER: Final = re.compile(rb" *(?P<shown>-?[0-9]+(?:\.[0-9]+)?)")
_DASHES: Final = b"-" * 10
_UNITS: Final[dict[bytes, Unit]] = {b"kg": "kg", b"g": "g", b"lb": "lb", b"oz": "oz"}
# Section 7 of the standard knows these as well; no shop of ours sells by them.
_OTHER_UNITS: Final = (b"mg", b"t", b"ton", b"ct", b"gn", b"dwt", b"ozt", b"l/o")
_MOST_TARE: Final = 999_999_999

_ERRORS: Final = {
    b"E": ScaleState.NOT_ZEROED,
    b"I": ScaleState.NOT_ZEROED,
    b"T": ScaleState.FAULT,
    b"e": ScaleState.FAULT,
}


class Sma(Wire):
    """The questions and answers."""

    can_zero = True
    can_tare = True

    def __init__(self, expected: Expected) -> None:
        """A known tare can be sent to a metric scale only: pounds would have to be rounded."""
        self.expected = expected
        self.can_set_tare = expected.unit == "kg"

    def look(self, ask: Ask) -> Reading:
        """Ask for the weight."""
        return read(ask(_question(b"W")), self.expected)

    def zero(self, ask: Ask) -> None:
        """Ask for zero. The answer tells a refusal."""
        answer = ask(_question(b"Z"))
        if answer == _UNKNOWN:
            raise self.cannot("zero")
        if read(answer, self.expected).state is ScaleState.NOT_ZEROED:
            raise ScaleNotZeroed(device=self.expected.device)

    def tare(self, ask: Ask) -> None:
        """Tare what lies on it."""
        self._command(ask, b"T", "tare")

    def set_tare(self, ask: Ask, milli_kg: int) -> None:
        """Tare so much, in the unit that the scale shows now; then ask what it took."""
        if milli_kg > _MOST_TARE:
            raise self.not_tared()
        if milli_kg:
            now = self.look(ask)
            if now.weight is None:
                raise self.not_tared()
            self._command(ask, b"T" + _field(milli_kg, now.weight.unit), "set_tare")
        else:
            self._command(ask, b"C", "set_tare")
        if self.known_tare_milli_kg(ask) != milli_kg:
            raise self.not_tared()

    def known_tare_milli_kg(self, ask: Ask) -> int | None:
        """The tare that is set, or nothing if the scale does not know the question."""
        answer = ask(_question(b"M"))
        if answer == _UNKNOWN:
            return None
        weight = _parsed(answer, b"T", self.expected).weight
        return None if weight is None else weight.net_milli_kg

    def _command(self, ask: Ask, letter: bytes, command: str) -> None:
        answer = ask(_question(letter))
        if answer == _UNKNOWN:
            raise self.cannot(command)
        if read(answer, self.expected).state is ScaleState.FAULT:
            raise self.not_tared()


def read(answer: bytes, expected: Expected) -> Reading:
    """What an answer to `W`, `Z`, `T` or `C` says. Raises `ScaleUnreadable`, `WrongUnit`, `ScaleTooFine`."""
    return _parsed(answer, b"GN", expected)


def _parsed(answer: bytes, kinds: bytes, expected: Expected) -> Reading:
    parts = _ANSWER.fullmatch(answer)
    if parts is None or parts["kind"] not in kinds:
        raise expected.unreadable(answer)
    is_stable = parts["motion"] == b" "
    if state := _ERRORS.get(parts["status"]):
        if parts["field"] != _DASHES and parts["status"] != b"e":
            raise expected.unreadable(answer)
        return Reading(state, is_stable)
    number = _NUMBER.fullmatch(parts["field"])
    if number is None:
        raise expected.unreadable(answer)
    shown = number["shown"].decode()
    unit = _unit(parts["unit"], answer, expected)
    weight = expected.weight(shown, unit, is_net=parts["kind"] == b"N")
    if parts["status"] == b"O":
        return Reading(ScaleState.OVERLOADED, is_stable)
    if not is_stable:
        return Reading(ScaleState.MOVING, is_stable, weight)
    if parts["status"] == b"U" or shown.startswith("-"):
        return Reading(ScaleState.UNDER_ZERO, is_stable, weight)
    return Reading(ScaleState.SETTLED, is_stable, weight)


def _unit(field: bytes, answer: bytes, expected: Expected) -> Unit:
    name = field.rstrip(b" _")
    if name in _OTHER_UNITS:
        raise expected.wrong_unit(name.decode())
    if name not in _UNITS or field not in (name.ljust(3), name.ljust(3, b"_")):
        raise expected.unreadable(answer)
    return _UNITS[name]


def _field(milli_kg: int, unit: Unit) -> bytes:
    """A weight in the ten characters of the standard."""
    if unit == "g":
        return b"%10d" % milli_kg
    return (b"%d.%03d" % divmod(milli_kg, 1000)).rjust(10)


def _question(command: bytes) -> Question:
    return Question(sent=b"\n" + command + b"\r", end=b"\r", longest=_LONGEST)
