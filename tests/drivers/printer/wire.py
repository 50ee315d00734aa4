"""ESC/POS read from the bytes, by Epson's command reference and not by our builder."""

import re
from typing import NamedTuple

from hypothesis import strategies as st

from drivers import DeviceSilent
from drivers._clock import Deadline
from drivers.printer import (
    CODE_PAGES,
    BarcodeLine,
    Blank,
    CodePageRow,
    Cut,
    LogoLine,
    PairLine,
    QrLine,
    Rule,
    Slip,
    TextLine,
)

REAL_TIME = re.compile(rb"\x10[\x04\x05\x14]")
PARAMETERS = {
    **{b"\x1b" + letter: 1 for letter in (b"t", b"a", b"!", b"M", b"E", b"-", b"d", b"{")},
    **{
        b"\x1d" + letter: 1
        for letter in (b"!", b"B", b"b", b"V", b"h", b"w", b"f", b"H", b"r", b"a")
    },
    b"\x1b@": 0,
    b"\x1bp": 3,
    b"\x1dk": 2,
    b"\x1d(k": 2,
    b"\x1dv0": 5,
    b"\x10\x04": 1,
    b"\x10\x14": 3,
}


class Command(NamedTuple):
    """`name` is "text" for printed characters, which are its data."""

    name: bytes
    parameters: bytes = b""
    data: bytes = b""


def read(stream: bytes) -> tuple[list[Command], bytes]:
    """The commands of a stream, and the beginning of one whose rest is still to come."""
    commands: list[Command] = []
    while stream:
        size, command = _first(stream)
        if command is None:
            return commands, stream
        commands.append(command)
        stream = stream[size:]
    return commands, b""


def _first(stream: bytes) -> tuple[int, Command | None]:
    if stream[0] >= 0x20:
        text = re.match(rb"[\x20-\xff]+", stream)
        assert text
        return text.end(), Command(b"text", data=text[0])
    if stream[0] in b"\n\x00":
        return 1, Command(stream[:1])
    name = next((stream[:n] for n in (3, 2) if stream[:n] in PARAMETERS), None)
    if name is None and b"\x00" in stream[1:3]:
        # A command that was torn and filled up: a printer drops what it does not know.
        return stream.index(b"\x00") + 1, Command(b"\x00")
    if name is None:
        assert len(stream) < 3, f"no such command: {stream[:8].hex(' ')}"
        return 0, None
    start = len(name) + PARAMETERS[name]
    parameters = stream[len(name) : start]
    if len(parameters) < PARAMETERS[name]:
        return 0, None
    end = start + _data_size(name, parameters)
    return (end, Command(name, parameters, stream[start:end])) if len(stream) >= end else (0, None)


def _data_size(name: bytes, parameters: bytes) -> int:
    if name == b"\x1dk":
        return parameters[1]
    if name == b"\x1d(k":
        return int.from_bytes(parameters, "little")
    if name == b"\x1dv0":
        across, down = (int.from_bytes(parameters[i : i + 2], "little") for i in (1, 3))
        return across * down
    return 0


def words(commands: list[Command]) -> str:
    """What a list of commands prints in the printer's own letters, as CP858."""
    shown = (c.data.decode("cp858") if c.name == b"text" else c.name.decode() for c in commands)
    return "".join(word for word in shown if word == "\n" or word.isprintable())


class KeptPower:
    """A printer at the end of a cable, as a transport. It never forgets a command that it began to read."""

    label, can_answer, is_shared, bytes_per_s = "a printer", True, False, 1000

    def __init__(self) -> None:
        self.printed: list[Command] = []
        self.pulses_at_once: list[bytes] = []
        self.tear_after: int | None = None
        self.is_open = False
        self.opened_within_ms = 0
        self._begun = b""
        self._answers = b""

    def open(self, deadline: Deadline) -> None:
        self.opened_within_ms = deadline.timeout_ms
        self.is_open = True

    def send(self, message: bytes, deadline: Deadline) -> None:
        del deadline
        if self.tear_after is not None and b"\x1b@" in message:
            torn, self.tear_after = message[: self.tear_after], None
            self._take(torn)
            raise DeviceSilent(why="takes no data")
        self._take(message)

    def receive(self, deadline: Deadline) -> bytes:
        del deadline
        answers, self._answers = self._answers, b""
        return answers

    def close(self) -> None:
        self.is_open = False

    def _take(self, message: bytes) -> None:
        # Real-time commands are obeyed wherever they stand.
        self._answers += b"\x12" * len(re.findall(rb"\x10\x04[\x01-\x04]", message))
        self.pulses_at_once += re.findall(rb"\x10\x14\x01[\x00\x01][\x01-\x08]", message)
        message = re.sub(rb"\x10\x04[\x01-\x04]|\x10\x14\x01[\x00\x01][\x01-\x08]", b"", message)
        commands, self._begun = read(self._begun + message)
        self._answers += b"\x00" * sum(command.name == b"\x1dr" for command in commands)
        self.printed += commands


def any_text(size: int = 60) -> st.SearchStrategy[str]:
    """Anything that Unicode has, and more often what a printer or a font stumbles over."""
    tricky = st.sampled_from(
        list("\x00\x10\x04\x14\x05\x1b\x1d@pé€茶Жعش\u05d0\u0301\u200d\u200c\u202e\ufe0f👩 ")
    )
    return st.text(st.one_of(st.characters(), tricky), max_size=size)


def any_line() -> st.SearchStrategy[object]:
    """A line of any kind with any text."""
    texts, flags = any_text(), st.booleans()
    align = st.sampled_from(["left", "center", "right"])
    return st.one_of(
        st.builds(TextLine, texts, align, flags, flags),
        st.builds(PairLine, texts, texts, flags, flags),
        st.builds(
            BarcodeLine, st.sampled_from(["ean13", "ean8", "upca", "code128", "gs1_128"]), texts
        ),
        st.builds(QrLine, texts),
        st.builds(CodePageRow, st.one_of(st.sampled_from(CODE_PAGES), texts), texts),
        st.sampled_from([Rule(), Blank(), LogoLine(), Cut()]),
    )


def any_slip() -> st.SearchStrategy[Slip]:
    """Some lines."""
    return st.builds(lambda lines: Slip(tuple(lines)), st.lists(any_line(), max_size=6))
