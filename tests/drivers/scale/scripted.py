"""Scales on pseudo-terminals. What they say is written here from the manuals, not from the drivers."""

import contextlib
import os
import select
import threading
import time
import tty
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

CAPACITY_GRAMS = 15_000
BETWEEN_BYTES_S = 0.004


class Platter:
    """What a scale knows: its load, its zero, its tare, and whether it moves."""

    def __init__(self) -> None:
        self.load = self.zero = self.tare = 0
        self.is_moving = False

    @property
    def gross(self) -> int:
        return self.load - self.zero

    @property
    def net(self) -> int:
        return self.gross - self.tare

    @property
    def is_over(self) -> bool:
        return self.gross > CAPACITY_GRAMS

    def take_zero(self) -> bool:
        """Near zero, at rest and without a tare, as OIML R 76 permits."""
        may = not self.is_moving and not self.tare and abs(self.load) <= CAPACITY_GRAMS // 25
        if may:
            self.zero = self.load
        return may

    def take_tare(self) -> bool:
        may = not self.is_moving and 0 < self.gross <= CAPACITY_GRAMS
        if may:
            self.tare = self.gross
        return may


class Speaker(Protocol):
    """A protocol as a scale speaks it."""

    def frame(self, grams: int) -> bytes:
        """The settled answer for a gross weight."""
        ...

    def hear(self, received: bytes) -> bytes:
        """What is said to these bytes."""
        ...


def kilograms(grams: int, width: int = 6) -> bytes:
    return (b"%d.%03d" % divmod(abs(grams), 1000)).rjust(width, b"0")


def exclusive_or(text: bytes) -> bytes:
    check = 0
    for byte in text:
        check ^= byte
    return bytes([check])


class Toledo:
    """PSC Magellan 8500 service manual, pages 44 and 45; bit 6 as Mettler Toledo has it."""

    def __init__(self, platter: Platter) -> None:
        self.platter = platter
        self._digits: bytes | None = None

    def frame(self, grams: int) -> bytes:
        return b"\x02" + kilograms(grams) + (b"N" if self.platter.tare else b"") + b"\r"

    def status(self) -> bytes:
        it = self.platter
        bits = it.is_moving | it.is_over << 1 | (it.net < 0) << 2 | bool(it.tare) << 5 | 1 << 6
        return bytes((0x02, 0x3F, bits | (it.gross == 0) << 4, 0x0D))

    def hear(self, received: bytes) -> bytes:
        return b"".join(self._hear(bytes((byte,))) for byte in received)

    def _hear(self, byte: bytes) -> bytes:
        it = self.platter
        if self._digits is not None:
            if byte != b"\r":
                self._digits += byte
                return b""
            digits, self._digits = self._digits, None
            if digits:
                it.tare = int(digits)
            else:
                it.take_tare()
            return self.status()
        if byte == b"T":
            self._digits = b""
            return b""
        if byte == b"C":
            it.tare = 0
        elif byte == b"Z":
            it.take_zero()
        elif byte == b"W" and not (it.is_moving or it.is_over or it.net < 0):
            return self.frame(it.net)
        return self.status()


class Sma:
    """SCP-0499 as in the manual of Minebea PR 5210, pages 34 to 38."""

    def __init__(self, platter: Platter) -> None:
        self.platter = platter
        self.unit = b"kg "
        self._heard = b""

    def frame(self, grams: int) -> bytes:
        return self.message(b" ", b"N" if self.platter.tare else b"G", self.number(grams))

    def message(self, status: bytes, kind: bytes, field: bytes) -> bytes:
        motion = b"M" if self.platter.is_moving else b" "
        return b"\n" + status + b"1" + kind + motion + b" " + field + self.unit + b"\r"

    def number(self, grams: int) -> bytes:
        digits = kilograms(grams, 1) if self.unit[:2] == b"kg" else b"%d" % abs(grams)
        return ((b"-" if grams < 0 else b"") + digits).rjust(10)

    def hear(self, received: bytes) -> bytes:
        self._heard += received
        answers = b""
        while b"\r" in self._heard:
            command, _, self._heard = self._heard.partition(b"\r")
            answers += self._obey(command.removeprefix(b"\n"))
        return answers

    def _obey(self, command: bytes) -> bytes:
        it = self.platter
        kind = b"N" if it.tare else b"G"
        dashes = b"-" * 10
        if command == b"Z" and not it.take_zero():
            return self.message(b"E", kind, dashes)
        if command == b"T" and not it.take_tare():
            return self.message(b"T", kind, dashes)
        if command == b"M":
            return self.message(b" ", b"T", self.number(it.tare))
        if command == b"C":
            it.tare = 0
        elif command[:1] == b"T" and command[1:]:
            assert len(command) == 11, command
            it.tare = int(command[1:].strip().replace(b".", b""))
        elif command not in (b"W", b"Z", b"T"):
            return b"\n?\r"
        status = b"O" if it.is_over else b"U" if it.net < 0 else b" " if it.gross else b"Z"
        return self.message(status, b"N" if it.tare else b"G", self.number(it.net))


class Nci:
    """SCP-01 as in the manual of Ohaus Courier 7000, page 45, with three status bytes."""

    def __init__(self, platter: Platter) -> None:
        self.platter = platter
        self._heard = b""

    def frame(self, grams: int) -> bytes:
        sign = b"-" if grams < 0 else b" "
        return b"\n" + sign + kilograms(grams) + b"kg\r" + self.status()

    def status(self) -> bytes:
        it = self.platter
        first = 0x30 | it.is_moving | (it.gross == 0) << 1
        second = 0x70 | (it.net < 0) | it.is_over << 1
        return bytes((0x0A, first, second, 0x30 | bool(it.tare) << 2, 0x0D, 0x03))

    def hear(self, received: bytes) -> bytes:
        self._heard += received
        answers = b""
        while b"\r" in self._heard:
            command, _, self._heard = self._heard.partition(b"\r")
            answers += self._obey(command)
        return answers

    def _obey(self, command: bytes) -> bytes:
        it = self.platter
        if command == b"W":
            if it.is_over:
                return b"\n^^^^^^^kg\r" + self.status()
            return self.frame(it.net)
        if command == b"Z":
            it.take_zero()
        elif command == b"T":
            it.take_tare()
        elif command != b"S":
            return b"\n?\r\x03"
        return self.status()


class Cas:
    """Ohaus Aviator 7000 service manual, page 36."""

    def __init__(self, platter: Platter) -> None:
        self.platter = platter

    def frame(self, grams: int) -> bytes:
        it = self.platter
        sign = b"F" if it.is_over else b"-" if grams < 0 else b" "
        text = (b"U" if it.is_moving else b"S") + sign + kilograms(grams)[-6:] + b"kg"
        return b"\x01\x02" + text + exclusive_or(text) + b"\x03\x04"

    def hear(self, received: bytes) -> bytes:
        answers = {b"\x05": b"\x06", b"\x11": self.frame(self.platter.net)}
        return b"".join(answers.get(bytes((byte,)), b"\x15") for byte in received)


class Tisa:
    """Dibal DPOS-400 manual, page 15. Says a load once, and then that it has not changed."""

    def __init__(self, platter: Platter) -> None:
        self.platter = platter
        self._said = -1
        self._heard = b""

    def frame(self, grams: int, status: bytes = b"0", amount: bytes = b"0") -> bytes:
        text = b"99" + status + b"%05d" % grams + amount + b"000000"
        return text + exclusive_or(text) + b"\r\n"

    def hear(self, received: bytes) -> bytes:
        self._heard += received
        answers = b""
        while b"\r\n" in self._heard:
            command, _, self._heard = self._heard.partition(b"\r\n")
            if command == b"98000001":
                answers += self._answer()
        return answers

    def _answer(self) -> bytes:
        it = self.platter
        if it.net < 0 or it.is_over:
            return self.frame(0, b"1", b"1")
        if it.is_moving:
            return self.frame(it.net, b"1", b"1")
        if it.net and it.net == self._said:
            return self.frame(it.net, b"1")
        self._said = it.net
        return self.frame(it.net)


class Script:
    """A scale that says what stands in a list, and the last of it for ever."""

    def __init__(self, *answers: bytes) -> None:
        self._answers = list(answers)
        self.heard: list[bytes] = []

    def frame(self, grams: int) -> bytes:
        raise NotImplementedError

    def hear(self, received: bytes) -> bytes:
        self.heard.append(received)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


class ScriptedScale:
    """A speaker on a pseudo-terminal behind a stable link, as udev makes one."""

    def __init__(self, link: Path, speaker: Speaker) -> None:
        self.link = link
        self.speaker = speaker
        self.is_silent = self.is_babbling = self.is_slow = False
        self._is_plugged = False
        self.plug()

    def plug(self) -> None:
        self._far_end, near_end = os.openpty()
        tty.setraw(near_end)
        os.set_blocking(self._far_end, False)
        # Kept open, so that the far end does not fail while no driver has the port open.
        self._near_end = near_end
        self._is_plugged = True
        self._thread = threading.Thread(target=self._speak, daemon=True)
        self._thread.start()
        self.link.symlink_to(os.ttyname(near_end))

    def unplug(self) -> None:
        if self._is_plugged:
            self.link.unlink()
            self._is_plugged = False
            self._thread.join()
            os.close(self._far_end)
            os.close(self._near_end)

    def say(self, unasked: bytes) -> None:
        os.write(self._far_end, unasked)

    def _speak(self) -> None:
        while self._is_plugged:
            readable = select.select([self._far_end], [], [], 0.01)[0]
            if self.is_babbling:
                self._babble()
            elif readable:
                with contextlib.suppress(BlockingIOError):
                    self._answer(os.read(self._far_end, 4096))

    def _answer(self, received: bytes) -> None:
        answer = b"" if self.is_silent else self.speaker.hear(received)
        if not self.is_slow:
            os.write(self._far_end, answer)
            return
        for byte in answer:
            time.sleep(BETWEEN_BYTES_S)
            os.write(self._far_end, bytes((byte,)))

    def _babble(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self._far_end, 4096)
        with contextlib.suppress(BlockingIOError):
            os.write(self._far_end, b"ABRACADABRA\x00\xff8?" * 8)


SPEAKERS: dict[str, Callable[[Platter], Speaker]] = {
    "toledo_8217": Toledo,
    "sma": Sma,
    "nci": Nci,
    "cas": Cas,
    "dibal_tisa": Tisa,
}
