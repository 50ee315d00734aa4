"""Pairing over serial lines, which are pseudo-terminals here, and without any device.

Pairing of scanners that play keyboard is in `in_umockdev_pairing.py`.
"""

import gc
import os
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.scanner import Scan, serial
from drivers.scanner._code import CODE, Found, Misread
from drivers.scanner._found import found, serial_ports
from drivers.scanner._pairing import Listener
from drivers.scanner._pairing_simulated import Listener as SimulatedListener
from tests.drivers.scanner.contract import AT_ONCE_MS, SOON_MS
from tests.drivers.scanner.pairing_contract import ListenerContract


class Line:
    """A pseudo-terminal behind a stable link, as udev makes one under /dev/serial/by-id."""

    def __init__(self, link: Path) -> None:
        link.parent.mkdir(exist_ok=True)
        self._link = link
        self._far_end, self._near_end = os.openpty()
        tty.setraw(self._near_end)
        self.node = os.ttyname(self._near_end)
        link.symlink_to(self.node)

    def send(self, sent: bytes) -> None:
        os.write(self._far_end, sent)

    def pull(self) -> None:
        self._link.unlink()
        os.close(self._far_end)
        os.close(self._near_end)


class SerialBench:
    def __init__(self, folder: Path) -> None:
        self.patterns = (f"{folder}/by-id/*", f"{folder}/by-path/*")
        self.line = Line(folder / "by-id" / "usb-Datalogic_QD2400-if00")
        self.port = f"{folder}/by-id/usb-Datalogic_QD2400-if00"
        self.listener = Listener(ports=self.patterns)

    def scan(self, text: str) -> None:
        self.line.send(text.encode() + b"\r")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[SerialBench]:
    bench = SerialBench(tmp_path)
    yield bench
    bench.listener.close()


class TestSerialListener(ListenerContract):
    @pytest.fixture
    def bench(self, bench: SerialBench) -> SerialBench:
        return bench


class SimulatedBench:
    def __init__(self) -> None:
        self.listener = SimulatedListener()

    def scan(self, text: str) -> None:
        self.listener.feed(text + "\r")


class TestSimulatedListener(ListenerContract):
    @pytest.fixture
    def bench(self) -> SimulatedBench:
        return SimulatedBench()


# ---------------------------------------------------------------------------------- serial lines


@pytest.mark.parametrize(
    ("sent", "options"),
    [
        (CODE.encode(), {"suffix": "none"}),
        (CODE.encode() + b"\r", {"suffix": "enter"}),
        (CODE.encode() + b"\n", {"suffix": "enter"}),
        (CODE.encode() + b"\r\n", {"suffix": "enter"}),
        (CODE.encode() + b"\t", {"suffix": "tab"}),
        (b"\x02" + CODE.encode() + b"\r", {"prefix": "\x02", "suffix": "enter"}),
    ],
)
def test_what_is_learned_makes_the_driver_read(
    bench: SerialBench, sent: bytes, options: dict[str, object]
) -> None:
    bench.listener.open()
    bench.line.send(sent)
    heard = bench.listener.listen(SOON_MS)
    assert heard == Found(
        type="serial",
        label=f"Datalogic QD2400 [{bench.line.node}]",
        options={"port": bench.port, "baud": 9600, **options},
        aim=False,
        node=bench.line.node,
    )
    bench.listener.close()
    driver = serial.Driver(serial.Options(**heard.options))  # type: ignore[arg-type]
    driver.open(SOON_MS)
    bench.line.send(sent)
    assert driver.read(SOON_MS) == Scan(CODE, driver.label)
    driver.close()


def with_parity(text: str, *, odd: bool) -> bytes:
    return bytes(b | 0x80 if (b.bit_count() % 2 == 1) != odd else b for b in text.encode())


@pytest.mark.parametrize(("odd", "parity"), [(False, "even"), (True, "odd")])
def test_seven_bits_with_parity_are_learned(bench: SerialBench, odd: bool, parity: str) -> None:
    bench.listener.open()
    bench.line.send(with_parity("]C0" + CODE + "\r", odd=odd))
    heard = bench.listener.listen(SOON_MS)
    assert isinstance(heard, Found)
    assert (heard.options["data_bits"], heard.options["parity"], heard.aim) == (7, parity, True)


def test_a_wrong_parity_is_no_parity(bench: SerialBench) -> None:
    bench.listener.open()
    sent = bytearray(with_parity(CODE + "\r", odd=False))
    sent[3] ^= 0x80
    bench.line.send(bytes(sent))
    assert isinstance(bench.listener.listen(SOON_MS), Misread)


def test_after_garbage_another_speed_is_tried(bench: SerialBench) -> None:
    bench.listener.open()
    bench.line.send(b"\x00\xfe\x80\x00")
    misread = bench.listener.listen(SOON_MS)
    assert isinstance(misread, Misread)
    assert misread.why == "garbled"
    bench.scan(CODE)
    heard = bench.listener.listen(SOON_MS)
    assert isinstance(heard, Found)
    assert heard.options["baud"] == 115200


def test_all_speeds_are_tried_in_turn(bench: SerialBench) -> None:
    bench.listener.open()
    for _ in range(8):
        bench.line.send(b"\x00\xfe")
        assert isinstance(bench.listener.listen(SOON_MS), Misread)
    bench.scan(CODE)
    heard = bench.listener.listen(SOON_MS)
    assert isinstance(heard, Found)
    assert heard.options["baud"] == 9600


def test_a_gs1_code_is_another_code_and_no_garbage(bench: SerialBench) -> None:
    bench.listener.open()
    bench.line.send(b"]C110ABC\x1d21SER1\r")
    misread = bench.listener.listen(SOON_MS)
    assert isinstance(misread, Misread)
    assert (misread.why, misread.text) == ("another_code", "]C110ABC\x1d21SER1")


def test_half_a_code_and_the_rest_after_a_pause_is_not_the_code(bench: SerialBench) -> None:
    bench.listener.open()
    bench.line.send(CODE[:8].encode())
    assert isinstance(bench.listener.listen(SOON_MS), Misread)
    bench.line.send(CODE[8:].encode() + b"\r")
    assert isinstance(bench.listener.listen(SOON_MS), Misread)


def test_a_busy_port_is_never_opened(tmp_path: Path) -> None:
    scale = Line(tmp_path / "by-id" / "usb-Scale")
    alias = tmp_path / "scale"
    alias.symlink_to(scale.node)
    listener = Listener(busy_ports=[str(alias)], ports=(f"{tmp_path}/by-id/*",))
    listener.open()
    scale.send(CODE.encode() + b"\r")
    assert listener.listen(SOON_MS) is None
    assert listener.refused == ()
    # Another program can have it, so it was not even locked.
    other = serial.Driver(serial.Options(port=str(alias)))
    other.open(AT_ONCE_MS)
    other.close()
    listener.close()


def test_a_port_that_another_program_locked_is_left_alone_and_named(bench: SerialBench) -> None:
    driver = serial.Driver(serial.Options(port=bench.port))
    driver.open(SOON_MS)
    bench.listener.open()
    assert list(bench.listener.refused) == [bench.port]
    bench.scan(CODE)
    assert driver.read(SOON_MS) == Scan(CODE, driver.label)
    assert bench.listener.listen(AT_ONCE_MS) is None
    driver.close()
    assert bench.listener.listen(SOON_MS) is None
    assert not list(bench.listener.refused)
    bench.scan(CODE)
    assert isinstance(bench.listener.listen(SOON_MS), Found)


def test_a_port_that_is_plugged_in_meanwhile_is_heard(tmp_path: Path, bench: SerialBench) -> None:
    bench.listener.open()
    bench.line.pull()
    assert bench.listener.listen(SOON_MS) is None
    second = Line(tmp_path / "by-id" / "usb-Zebra_DS2208-if00")
    assert bench.listener.listen(SOON_MS) is None
    second.send(CODE.encode() + b"\r")
    heard = bench.listener.listen(SOON_MS)
    assert isinstance(heard, Found)
    assert heard.options["port"] == f"{tmp_path}/by-id/usb-Zebra_DS2208-if00"
    second.pull()


def test_a_cable_that_is_pulled_in_the_middle_pairs_nothing(bench: SerialBench) -> None:
    bench.listener.open()
    bench.line.send(CODE[:9].encode())
    assert bench.listener.listen(AT_ONCE_MS) is None
    bench.line.pull()
    assert bench.listener.listen(SOON_MS) is None


def test_two_ports_at_once_are_kept_apart(tmp_path: Path, bench: SerialBench) -> None:
    other = Line(tmp_path / "by-id" / "usb-Other")
    bench.listener.open()
    for character in CODE + "\r":
        bench.line.send(character.encode())
        other.send(b"7" if character != "\r" else b"\r")
    heard = [bench.listener.listen(SOON_MS) for _ in range(2)]
    assert {type(one) for one in heard} == {Found, Misread}
    assert "7" * len(CODE) in [one.text for one in heard if isinstance(one, Misread)]


def test_a_port_that_loses_its_name_is_not_heard_any_more(bench: SerialBench) -> None:
    bench.listener.open()
    Path(bench.port).unlink()
    assert bench.listener.listen(SOON_MS) is None
    bench.scan(CODE)
    assert bench.listener.listen(SOON_MS) is None


def test_opening_and_closing_keeps_no_files(bench: SerialBench) -> None:
    counts = []
    for _ in range(2):
        for _ in range(4):
            bench.listener.open()
            bench.listener.listen(0)
            bench.listener.close()
        gc.collect()
        counts.append(sum(1 for _ in Path("/proc/self/fd").iterdir()))
    assert counts[1] < counts[0] + 3


@settings(
    deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(garbage=st.binary(min_size=30, max_size=200))
def test_no_bytes_pair_by_chance_or_break_the_listener(tmp_path: Path, garbage: bytes) -> None:
    with_line = tmp_path / f"{len(list(tmp_path.iterdir()))}"
    with_line.mkdir()
    bench = SerialBench(with_line)
    bench.listener.open()
    bench.line.send(garbage)
    assert not isinstance(bench.listener.listen(400), Found)
    bench.scan(CODE)
    heard = bench.listener.listen(SOON_MS)
    while heard is not None and not isinstance(heard, Found):
        heard = bench.listener.listen(SOON_MS)
    assert heard
    bench.listener.close()
    bench.line.pull()


# ---------------------------------------------------------------------------------- what is there


def test_a_port_goes_by_its_most_lasting_name(tmp_path: Path) -> None:
    line = Line(tmp_path / "by-id" / "usb-Zebra_DS2208_S123-if00")
    other = Line(tmp_path / "by-path" / "pci-0000:00:14.0-usb-0:2:1.0")
    (tmp_path / "by-path" / "pci-0000:00:14.0-usb-0:1:1.0").symlink_to(line.node)
    (tmp_path / "by-id" / "usb-gone").symlink_to("/dev/pts/none")
    patterns = (f"{tmp_path}/by-id/*", f"{tmp_path}/by-path/*")
    names = serial_ports(patterns)
    assert names == {
        line.node: f"{tmp_path}/by-id/usb-Zebra_DS2208_S123-if00",
        other.node: f"{tmp_path}/by-path/pci-0000:00:14.0-usb-0:2:1.0",
    }
    listed = [device for device in found(patterns) if device.type == "serial"]
    assert [(one.label, one.options) for one in listed] == [
        (f"Zebra DS2208 S123 [{line.node}]", {"port": names[line.node]}),
        (other.node, {"port": names[other.node]}),
    ]
