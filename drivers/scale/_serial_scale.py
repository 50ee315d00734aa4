"""What all scales on a serial line share: the conversation, the deadlines, and twice the same.

A driver file gives its protocol as a `Wire`. Here a question is asked, an answer gathered, and
asked again until two answers in a row agree. An answer may be slow, byte by byte; only a silence
longer than `answer_ms` ends it. Bytes without end are cut off where the longest right answer would
be over.

Before each question whatever still came from an earlier one is thrown away. If that one was given
up, its answer is waited for as long as an answer may take. A scale that is slower still may have an
old answer taken for a new one: it can be the first of the two that must agree, and never both.
"""

import contextlib
import select
from collections.abc import Callable
from typing import Annotated, Final, Protocol

import msgspec
import serial

from drivers import DeviceAbsent, DeviceRefused, DeviceSilent, DeviceTrouble
from drivers._bell import Bell
from drivers._clock import Deadline
from drivers._serial_port import Line, open_port, read_now, send
from drivers.scale import (
    Reading,
    ScaleCannot,
    ScaleNotTared,
    ScaleNotZeroed,
    ScaleState,
    ScaleTooFine,
    ScaleUnreadable,
    WeighingStopped,
    Weight,
    WrongUnit,
    refusal,
)
from drivers.scale._units import Expected

_RETRY_MS: Final = 200
_OBEYS_WITHIN_MS: Final = 1500
_GAP_MS: Final = 50
_MOST_READS: Final = 256
_MOST_OWED: Final = 128

Wait = Annotated[int, msgspec.Meta(ge=10, le=10_000)]


class ScaleLine(Line, frozen=True, kw_only=True):
    """A serial line to a scale. `answer_ms` is the longest silence, `pause_ms` lies between questions."""

    answer_ms: Wait = 1000
    pause_ms: Wait = 100


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes to send, and how to know that the answer is whole.

    That is by its last byte `end`, which counts from the byte `shortest` on, else by its length
    `longest`, or because it is just `sole`.
    """

    sent: bytes
    longest: int
    shortest: int = 1
    end: bytes = b""
    sole: bytes = b""

    def is_answered(self, received: bytes) -> bool:
        """Whether nothing more belongs to the answer."""
        if self.sole and received == self.sole:
            return True
        if self.end:
            return self.end in received[self.shortest - 1 :]
        return len(received) >= self.longest


Ask = Callable[[Question], bytes]
"""Sends a question and gives the whole answer. Raises `DeviceSilent`, `ScaleUnreadable`, `DeviceAbsent`."""


class Wire(Protocol):
    """One protocol. `look` is the least that it must have; the rest says that it cannot."""

    can_zero: bool = False
    can_tare: bool = False
    can_set_tare: bool = False
    expected: Expected

    def __init__(self, expected: Expected) -> None:
        """Know what the configuration expects."""
        self.expected = expected

    def look(self, ask: Ask) -> Reading:
        """Ask once how the scale is."""
        ...

    def zero(self, ask: Ask) -> None:
        """Send the command, and refuse what the scale refuses; whether it worked is seen later."""
        del ask
        raise self.cannot("zero")

    def tare(self, ask: Ask) -> None:
        """Send the command, and refuse what the scale refuses; whether it worked is seen later."""
        del ask
        raise self.cannot("tare")

    def set_tare(self, ask: Ask, milli_kg: int) -> None:
        """Set this tare, or clear it if it is 0, and see that it was taken."""
        del ask, milli_kg
        raise self.cannot("set_tare")

    def known_tare_milli_kg(self, ask: Ask) -> int | None:
        """The tare that is set, if the scale can be asked."""
        del ask
        return None

    def cannot(self, command: str) -> ScaleCannot:
        """The trouble that there is no such command."""
        return ScaleCannot(device=self.expected.device, command=command)

    def not_tared(self) -> ScaleNotTared:
        """The trouble that the scale did not take a tare."""
        return ScaleNotTared(device=self.expected.device)


class SerialScale:
    """A scale on a serial line. See `drivers.scale.Scale`."""

    def __init__(self, options: ScaleLine, wire: Wire) -> None:
        """Touch no device yet."""
        self.label = options.port
        self._options = options
        self._wire = wire
        self._bell = Bell()
        self._port: serial.Serial | None = None
        # How long the answer to a question that was given up may still come.
        self._owed = Deadline(0)

    @property
    def can_zero(self) -> bool:
        """Whether the protocol has a command for `zero`."""
        return self._wire.can_zero

    @property
    def can_tare(self) -> bool:
        """Whether the protocol has a command for `tare`."""
        return self._wire.can_tare

    @property
    def can_set_tare(self) -> bool:
        """Whether the protocol has a command for `set_tare`."""
        return self._wire.can_set_tare

    def weigh(self, timeout_ms: int) -> Weight:
        """The weight, stable and said twice; see `Scale.weigh`."""
        deadline = Deadline(timeout_ms)
        weight = self._settled(deadline)
        if not weight.is_net:
            return weight
        tare_milli_kg = None
        # A weight with an unknown tare is still the weight that the scale shows.
        with contextlib.suppress(DeviceSilent, ScaleUnreadable):
            tare_milli_kg = self._wire.known_tare_milli_kg(self._asking(deadline))
        return msgspec.structs.replace(weight, tare_milli_kg=tare_milli_kg)

    def look(self, timeout_ms: int) -> Reading:
        """How the scale is now; see `Scale.look`."""
        return self._wire.look(self._asking(Deadline(timeout_ms)))

    def zero(self, timeout_ms: int) -> None:
        """Make what lies on it the new zero; see `Scale.zero`."""
        if not self.can_zero:
            raise self._wire.cannot("zero")
        deadline = Deadline(timeout_ms)
        # A scale in motion would ignore the command.
        before = self._at_rest(deadline)
        if before.state in (ScaleState.OVERLOADED, ScaleState.FAULT):
            raise refusal(before, self.label)
        self._wire.zero(self._asking(deadline))
        if not self._comes_to_show_zero(deadline, is_net=False):
            raise ScaleNotZeroed(device=self.label)

    def tare(self, timeout_ms: int) -> None:
        """Make what lies on it the tare; see `Scale.tare`."""
        if not self.can_tare:
            raise self._wire.cannot("tare")
        deadline = Deadline(timeout_ms)
        self._settled(deadline)
        self._wire.tare(self._asking(deadline))
        if not self._comes_to_show_zero(deadline, is_net=True):
            raise self._wire.not_tared()

    def set_tare(self, milli_kg: int, timeout_ms: int) -> None:
        """Set a known tare, or clear it with 0; see `Scale.set_tare`."""
        if milli_kg < 0:
            message = f"a tare cannot be negative: {milli_kg}"
            raise ValueError(message)
        if not self.can_set_tare:
            raise self._wire.cannot("set_tare")
        self._wire.set_tare(self._asking(Deadline(timeout_ms)), milli_kg)

    def wake(self) -> None:
        """End a running call early, or else the next one. Any thread."""
        self._bell.ring()

    def close(self) -> None:
        """Give the port back."""
        if self._port is not None:
            with contextlib.suppress(OSError):
                self._port.close()
            self._port = None

    # ------------------------------------------------------------------ until two answers agree

    def _settled(self, deadline: Deadline) -> Weight:
        reading = self._at_rest(deadline)
        if reading.state is not ScaleState.SETTLED or reading.weight is None:
            raise refusal(reading, self.label)
        return reading.weight

    def _at_rest(self, deadline: Deadline) -> Reading:
        """A stable reading that came twice in a row. A trouble that came twice in a row is raised.

        When the time is over, raises why the last look was no weight.
        """
        last: Reading | DeviceTrouble | None = None
        while True:
            is_cut_short = deadline.left_ms < self._options.answer_ms
            found = self._found(deadline)
            if is_cut_short and last is not None and isinstance(found, DeviceTrouble):
                # It had no time to answer, so what was found before still tells most.
                found = last
            elif isinstance(found, DeviceTrouble):
                # Silence may be a scale that is just being switched on.
                if type(found) is type(last) and not isinstance(found, DeviceSilent):
                    raise found
            elif found == last and found.is_stable:
                return found
            last = found
            self._rest(deadline.at_most(self._options.pause_ms).left_ms)
            if deadline.is_over:
                raise last if isinstance(last, DeviceTrouble) else refusal(last, self.label)

    def _found(self, deadline: Deadline) -> Reading | DeviceTrouble:
        """One look, in which a trouble of the conversation is a finding like any other."""
        try:
            return self._wire.look(self._asking(deadline))
        except (DeviceSilent, ScaleUnreadable, WrongUnit, ScaleTooFine) as trouble:
            return trouble

    def _comes_to_show_zero(self, deadline: Deadline, *, is_net: bool) -> bool:
        """Whether the scale soon shows a stable zero. What does not tell if it is net, may be."""
        soon = deadline.at_most(_OBEYS_WITHIN_MS)
        while True:
            reading = self._at_rest(deadline)
            weight = reading.weight if reading.state is ScaleState.SETTLED else None
            if weight and weight.net_milli_kg == 0 and weight.is_net in (is_net, None):
                return True
            if soon.is_over:
                return False
            self._rest(soon.at_most(self._options.pause_ms).left_ms)

    # ------------------------------------------------------------------ the conversation

    def _asking(self, deadline: Deadline) -> Ask:
        port = self._opened(deadline)

        def ask(question: Question) -> bytes:
            try:
                self._throw_leftovers_away(port, deadline)
                send(port, question.sent, deadline)
                self._owed = Deadline(self._options.answer_ms)
                answer = self._answer(port, question, deadline)
            except (DeviceAbsent, DeviceRefused):
                # The next call opens the port anew: it may be another file by then.
                self.close()
                raise
            self._owed = Deadline(0)
            return answer

        return ask

    def _opened(self, deadline: Deadline) -> serial.Serial:
        while self._port is None:
            try:
                self._port = open_port(self._options, Deadline(0))
            except DeviceTrouble as trouble:
                if deadline.is_over or isinstance(trouble, DeviceRefused):
                    raise
                self._rest(deadline.at_most(_RETRY_MS).left_ms)
        return self._port

    def _throw_leftovers_away(self, port: serial.Serial, deadline: Deadline) -> None:
        """Take what lies on the line, and wait for an answer that may still be on its way."""
        owed = deadline.at_most(self._owed.left_ms)
        wait_ms, taken = owed.left_ms, 0
        for _ in range(_MOST_READS):
            if not self._hears(port, wait_ms):
                return
            taken += len(read_now(port))
            # A scale that never stops is heard out by the question, which then finds it unreadable.
            wait_ms = min(_GAP_MS, owed.left_ms) if taken < _MOST_OWED else 0

    def _answer(self, port: serial.Serial, question: Question, deadline: Deadline) -> bytes:
        answer = b""
        while not question.is_answered(answer):
            if len(answer) >= question.longest:
                raise self._wire.expected.unreadable(answer)
            if not self._hears(port, deadline.at_most(self._options.answer_ms).left_ms):
                if answer:
                    raise self._wire.expected.unreadable(answer)
                raise DeviceSilent(port=self.label, why="no answer")
            answer += read_now(port)
        return answer

    def _hears(self, port: serial.Serial, timeout_ms: int) -> bool:
        """Wait for the port to have something to say."""
        return port.fileno() in self._wait(timeout_ms, port.fileno())

    def _rest(self, timeout_ms: int) -> None:
        self._wait(timeout_ms)

    def _wait(self, timeout_ms: int, *fds: int) -> tuple[int, ...]:
        """Wait for one of `fds`. Raises `WeighingStopped` when the bell rings."""
        poll = select.poll()
        for fd in (self._bell.fileno(), *fds):
            poll.register(fd, select.POLLIN)
        ready = tuple(fd for fd, _ in poll.poll(timeout_ms))
        if self._bell.heard():
            raise WeighingStopped(device=self.label)
        return ready
