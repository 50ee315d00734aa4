"""Scales of Dibal in the cash register protocol TISA.

Choose "TISA" (Dibal DPOS-400: protocol 4.4) in the scale's set-up, and rather not "TISA with stable
weight send" (4.18), which says nothing while the goods move.

Wiring: RS-232, 9600 baud, 8 data bits, no parity by default.

Wire format (Dibal DPOS-400 test and adjustments manual 49-TGDP4, pages 15 and 28). C is the
exclusive or of all characters before it. A price of 0 is sent, since the register reckons prices:

    register   98 PPPPP C CR LF
    scale      99 S WWWWW E IIIIII C CR LF      net weight in grams, and an amount that is ignored

    98000001 CR LF     9900031600000004 CR LF    316 g

    S = 0          a stable weight
    S = 1, E = 1   with a weight: it moves
    S = 1, E = 0   with a weight: it has not changed since it was given
    S = 1          with 00000: below zero, out of range, or less than 20 steps where that is set

The scale gives each load once: between two answers of S = 0 the weight must change by 20 steps or
go through zero, until then it is sent with S = 1. So a weight that was given counts as settled
again when the scale says "unchanged" and the same weight. One that somebody else was given, such as
the register before it was started anew, is no weight to sell by (`ScaleGaveBefore`): the goods have
to be taken off and put on again.

S = 1 with 00000 does not tell which it is, so all of that is `ScaleNotReady`. The protocol has no
command for zero or tare, weighs in kilograms only and does not tell gross from net. The price that
is sent is shown by the scale as 0.
"""

import functools
import operator
import re
from typing import Final, Literal

from drivers.scale import Reading, ScaleState, Weight
from drivers.scale._serial_scale import Ask, Question, ScaleLine, SerialScale, Wire
from drivers.scale._units import Expected

__all__ = ["Driver", "Options"]


class Options(ScaleLine, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The line (`drivers._serial_port.Line`). The scale weighs in kilograms."""

    unit: Literal["kg"] = "kg"


class Driver(SerialScale):
    """A scale of Dibal. See `drivers.scale.Scale`."""

    def __init__(self, options: Options) -> None:
        """Touch no device yet."""
        super().__init__(options, DibalTisa(Expected(options.port)))


_LENGTH: Final = 18
_ANSWER: Final = re.compile(
    rb"(?P<checked>99(?P<status>[01])(?P<grams>[0-9]{5})(?P<amount>[01])[0-9]{6})(?P<check>.)\r\n",
    re.DOTALL,
)


class DibalTisa(Wire):
    """The question and the answer. Remembers the weight that was given last."""

    def __init__(self, expected: Expected) -> None:
        """Know what the configuration expects."""
        self.expected = expected
        self._given: Weight | None = None

    def look(self, ask: Ask) -> Reading:
        """Ask for the weight at a price of nothing."""
        reading = read(ask(_question()), self.expected)
        is_unchanged = reading.state is ScaleState.GIVEN_BEFORE
        if is_unchanged and reading.weight == self._given:
            return Reading(ScaleState.SETTLED, is_stable=True, weight=self._given)
        if reading.state is ScaleState.SETTLED:
            self._given = reading.weight
        return reading


def read(answer: bytes, expected: Expected) -> Reading:
    """What one answer says by itself. Raises `ScaleUnreadable`."""
    parts = _ANSWER.fullmatch(answer)
    if parts is None or check_character(parts["checked"]) != parts["check"]:
        raise expected.unreadable(answer)
    grams = parts["grams"].decode()
    weight = expected.weight(f"{grams[:2]}.{grams[2:]}", "kg", is_net=None)
    if parts["status"] == b"0":
        return Reading(ScaleState.SETTLED, is_stable=True, weight=weight)
    if not weight.net_milli_kg:
        return Reading(ScaleState.NOT_READY, is_stable=False)
    is_moving = parts["amount"] == b"1"
    state = ScaleState.MOVING if is_moving else ScaleState.GIVEN_BEFORE
    return Reading(state, is_stable=False, weight=weight)


def check_character(checked: bytes) -> bytes:
    """The exclusive or of all of them."""
    return bytes((functools.reduce(operator.xor, checked),))


def _question() -> Question:
    asked = b"9800000"
    return Question(sent=asked + check_character(asked) + b"\r\n", longest=_LENGTH)
