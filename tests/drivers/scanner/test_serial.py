"""Scanners on a serial line, which is a pseudo-terminal here."""

import os
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers import DeviceBusy
from drivers.scanner import GROUP_SEPARATOR, Scan
from drivers.scanner.serial import Driver, Options
from tests.drivers.scanner.contract import AT_ONCE_MS, SOON_MS, ScannerContract


class SerialBench:
    """A pseudo-terminal behind a stable link, as udev makes one under /dev/serial/by-id."""

    def __init__(self, link: Path, **options: object) -> None:
        self._link = link
        self.plug()
        self.driver = Driver(Options(port=str(link), **options))  # type: ignore[arg-type]

    def scan(self, text: str) -> None:
        self.send(text.encode() + b"\r")

    def half_scan(self, text: str) -> None:
        self.send(text.encode())

    def send(self, sent: bytes) -> None:
        os.write(self._far_end, sent)

    def unplug(self) -> None:
        self._link.unlink()
        os.close(self._far_end)

    def plug(self) -> None:
        self._far_end, near_end = os.openpty()
        tty.setraw(near_end)
        self._link.symlink_to(os.ttyname(near_end))
        self._near_end = near_end


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[SerialBench]:
    bench = SerialBench(tmp_path / "usb-Datalogic_QD2400-if00")
    yield bench
    bench.driver.close()


class TestSerialScanner(ScannerContract):
    @pytest.fixture
    def bench(self, bench: SerialBench) -> SerialBench:
        return bench


def opened(tmp_path: Path, **options: object) -> SerialBench:
    bench = SerialBench(tmp_path / "scanner", **options)
    bench.driver.open(SOON_MS)
    return bench


def texts(driver: Driver, count: int) -> list[str]:
    return [scan.text for _ in range(count) if (scan := driver.read(SOON_MS))]


@pytest.mark.parametrize("ending", [b"\r", b"\n", b"\r\n"])
def test_a_line_ends_with_cr_or_lf_or_both(tmp_path: Path, ending: bytes) -> None:
    bench = opened(tmp_path)
    bench.send(b"96385074" + ending + b"4006381333931" + ending)
    assert texts(bench.driver, 2) == ["96385074", "4006381333931"]
    assert bench.driver.read(AT_ONCE_MS) is None
    assert bench.driver.voided == 0


def test_the_gs1_separator_arrives_as_it_is(tmp_path: Path) -> None:
    bench = opened(tmp_path)
    bench.send(b"]C110ABC\x1d21SER1\r")
    assert texts(bench.driver, 1) == ["]C110ABC\x1d21SER1"]


def test_a_chosen_character_stands_for_the_gs1_separator(tmp_path: Path) -> None:
    bench = opened(tmp_path, group_separators=("|",))
    bench.send(b"]C110ABC|21SER1\r")
    assert texts(bench.driver, 1) == ["]C110ABC\x1d21SER1"]


def test_letters_of_two_bytes_may_come_in_two_parts(tmp_path: Path) -> None:
    bench = opened(tmp_path)
    bench.send("Käse".encode()[:2])
    assert bench.driver.read(AT_ONCE_MS) is None
    bench.send("Käse".encode()[2:] + b"\r")
    bench.send("Käse".encode("latin-1") + b"\r")
    assert texts(bench.driver, 2) == ["Käse", "Käse"]


def test_without_a_suffix_silence_ends_a_scan(tmp_path: Path) -> None:
    bench = opened(tmp_path, suffix="none", gap_ms=40)
    bench.send(b"96385074")
    assert texts(bench.driver, 1) == ["96385074"]


def test_without_a_suffix_two_scans_that_came_while_nobody_looked_are_none(tmp_path: Path) -> None:
    bench = opened(tmp_path, suffix="none", gap_ms=40)
    for text in (b"4006381333931", b"96385074"):
        bench.send(text)
        time.sleep(0.1)
    assert bench.driver.read(AT_ONCE_MS) is None
    assert bench.driver.voided == 1
    bench.send(b"96385074")
    assert texts(bench.driver, 1) == ["96385074"]
    assert bench.driver.voided == 1


def test_without_a_suffix_a_scan_that_goes_on_after_nobody_looked_is_none(tmp_path: Path) -> None:
    bench = opened(tmp_path, suffix="none", gap_ms=400)
    assert bench.driver.read(AT_ONCE_MS) is None
    bench.send(b"400638")
    assert bench.driver.read(AT_ONCE_MS) is None
    time.sleep(0.3)
    bench.send(b"1333931")
    time.sleep(0.3)
    assert bench.driver.read(1000) is None
    assert bench.driver.voided == 1


def test_a_prefix_is_expected_and_taken_off(tmp_path: Path) -> None:
    bench = opened(tmp_path, prefix="\x02", suffix="tab")
    bench.send(b"\x0296385074\t4006381333931\t\x024006381333931\t")
    assert texts(bench.driver, 2) == ["96385074", "4006381333931"]
    assert bench.driver.voided == 1


def test_a_stale_half_is_not_put_before_the_next_scan(tmp_path: Path) -> None:
    bench = opened(tmp_path, stale_ms=30)
    bench.send(b"40063813")
    assert bench.driver.read(AT_ONCE_MS) is None
    bench.send(b"96385074\r")
    assert texts(bench.driver, 1) == ["96385074"]
    assert bench.driver.voided == 1


def test_a_text_without_end_is_thrown_away(tmp_path: Path) -> None:
    bench = opened(tmp_path, max_length=20)
    bench.send(b"7" * 50 + b"\r" + b"7" * 20 + b"\r")
    assert texts(bench.driver, 1) == ["7" * 20]
    assert bench.driver.voided == 1


def test_a_port_that_another_program_has_is_busy(tmp_path: Path) -> None:
    bench = opened(tmp_path)
    other = Driver(Options(port=str(tmp_path / "scanner")))
    with pytest.raises(DeviceBusy):
        other.open(AT_ONCE_MS)
    bench.driver.close()
    other.open(SOON_MS)
    bench.send(b"96385074\r")
    assert other.read(SOON_MS) == Scan("96385074", other.label)
    other.close()


@pytest.mark.parametrize("suffix", ["enter", "tab"])
@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(parts=st.lists(st.binary(min_size=1, max_size=60), max_size=8))
def test_after_any_garbage_the_next_scan_is_whole(
    tmp_path: Path, suffix: str, parts: list[bytes]
) -> None:
    with_line = tmp_path / str(len(list(tmp_path.iterdir())))
    with_line.mkdir()
    bench = opened(with_line, suffix=suffix, max_length=40)
    ending = b"\r" if suffix == "enter" else b"\t"
    for part in parts:
        bench.send(part)
        while scan := bench.driver.read(0):
            assert 0 < len(scan.text) <= 40
    bench.send(ending + b"]E04006381333931" + ending)
    scans = []
    while scan := bench.driver.read(AT_ONCE_MS // 6):
        scans.append(scan.text)
    assert scans[-1] == "]E04006381333931"
    bench.driver.close()
    bench.unplug()
    os.close(bench._near_end)


@pytest.mark.parametrize("aim", ["]E0", "]E4", "]C0", "]C1", "]e0", "]d2", "]Q1", "]Q3", "]J1"])
def test_aim_identifiers_and_separators_arrive_as_they_are(tmp_path: Path, aim: str) -> None:
    bench = opened(tmp_path)
    bench.send(aim.encode() + b"10ABC\x1d21SER1\r")
    assert texts(bench.driver, 1) == [aim + "10ABC" + GROUP_SEPARATOR + "21SER1"]
