"""All scales keep the contract: the simulated one, and each driver with a scale that speaks to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import drivers
from drivers import DeviceBusy, DeviceRefused, DeviceTrouble
from drivers.scale import (
    Scale,
    ScaleNotReady,
    ScaleOverloaded,
    ScaleUnderZero,
    ScaleUnreadable,
)
from drivers.scale.simulated import Driver as SimulatedDriver
from drivers.scale.simulated import Options as SimulatedOptions
from tests.drivers.scale.contract import ENOUGH_MS, SHORT_MS, ScaleContract
from tests.drivers.scale.scripted import SPEAKERS, Platter, ScriptedScale


class SimulatedBench:
    says_over: type[DeviceTrouble] = ScaleOverloaded
    says_under: type[DeviceTrouble] = ScaleUnderZero
    tells_net = True

    def __init__(self) -> None:
        scale = SimulatedDriver(SimulatedOptions())
        self.driver: Scale = scale
        self.put = scale.put
        self.shake, self.settle = scale.shake, scale.settle
        self.unplug, self.plug = scale.unplug, scale.plug
        self.silence, self.babble, self.answer = scale.silence, scale.babble, scale.answer


class TestSimulatedScale(ScaleContract):
    @pytest.fixture
    def bench(self) -> SimulatedBench:
        return SimulatedBench()


def make(type_name: str, port: Path, **options: object) -> Scale:
    """A driver whose questions follow each other quickly, on a line that a pseudo-terminal can be."""
    module = drivers.load("scale", type_name)
    line = {"port": str(port), "pause_ms": 10, "data_bits": 8, "parity": "none"}
    values = line | options
    scale: Scale = module.Driver(drivers.options_for(module, values))
    return scale


class SerialBench:
    says_over: type[DeviceTrouble] = ScaleOverloaded
    says_under: type[DeviceTrouble] = ScaleUnderZero

    def __init__(self, type_name: str, link: Path, **options: object) -> None:
        self.platter = Platter()
        self.far_end = ScriptedScale(link, SPEAKERS[type_name](self.platter))
        self.driver = make(type_name, link, **options)
        self.unplug, self.plug = self.far_end.unplug, self.far_end.plug
        # Toledo and NCI say that a weight is net, and not what the tare is.
        self.tells_net = type_name == "sma"
        if type_name == "dibal_tisa":
            self.says_over = self.says_under = ScaleNotReady

    def put(self, grams: int) -> None:
        self.platter.load = grams

    def shake(self) -> None:
        self.platter.is_moving = True

    def settle(self) -> None:
        self.platter.is_moving = False

    def silence(self) -> None:
        self.far_end.is_silent = True

    def babble(self) -> None:
        self.far_end.is_babbling = True

    def answer(self) -> None:
        self.far_end.is_silent = self.far_end.is_babbling = False

    def stop(self) -> None:
        self.driver.close()
        self.unplug()


class SerialContract(ScaleContract):
    """What is asked beside that of a scale at the end of a cable."""

    type_name = ""
    options: dict[str, object]

    @pytest.fixture
    def bench(self, tmp_path: Path) -> Iterator[SerialBench]:
        options = getattr(self, "options", {})
        bench = SerialBench(self.type_name, tmp_path / "usb-scale", **options)
        yield bench
        bench.stop()

    def test_an_answer_may_come_byte_by_byte(self, bench: SerialBench) -> None:
        bench.put(1250)
        bench.far_end.is_slow = True
        assert bench.driver.weigh(ENOUGH_MS).net_milli_kg == 1250

    def test_an_answer_to_nobody_is_not_the_answer(self, bench: SerialBench) -> None:
        bench.driver.look(ENOUGH_MS)
        bench.put(1250)
        bench.far_end.say(bench.far_end.speaker.frame(9995))
        reading = bench.driver.look(ENOUGH_MS)
        assert reading.weight is not None
        assert reading.weight.net_milli_kg == 1250

    def test_half_an_answer_is_no_answer(self, bench: SerialBench, tmp_path: Path) -> None:
        bench.stop()
        bench.far_end.plug()
        speaker = bench.far_end.speaker
        whole = speaker.frame(1250)
        bench.far_end.speaker = HalfSpoken(whole[: len(whole) // 2])
        driver = make(self.type_name, tmp_path / "usb-scale", answer_ms=60)
        with pytest.raises(ScaleUnreadable):
            driver.weigh(SHORT_MS)
        driver.close()

    def test_bytes_without_end_are_not_heard_out(self, bench: SerialBench) -> None:
        bench.babble()
        # The test's own time limit is shorter than this.
        with pytest.raises(ScaleUnreadable):
            bench.driver.weigh(3_600_000)

    def test_two_answers_at_once_are_none(self, bench: SerialBench) -> None:
        whole = bench.far_end.speaker.frame(1250)
        bench.far_end.speaker = HalfSpoken(whole + whole)
        with pytest.raises(ScaleUnreadable):
            bench.driver.weigh(ENOUGH_MS)

    def test_a_port_that_another_program_has_is_busy(
        self, bench: SerialBench, tmp_path: Path
    ) -> None:
        bench.driver.look(ENOUGH_MS)
        other = make(self.type_name, tmp_path / "usb-scale")
        with pytest.raises(DeviceBusy):
            other.look(0)
        bench.driver.close()
        other.look(ENOUGH_MS)
        other.close()


def test_a_port_that_cannot_do_the_line_is_refused(tmp_path: Path) -> None:
    bench = SerialBench("toledo_8217", tmp_path / "scale", data_bits=7, parity="even")
    # A pseudo-terminal has no parity, as some adapters have not.
    for _ in range(3):
        with pytest.raises(DeviceRefused) as trouble:
            bench.driver.weigh(ENOUGH_MS)
        assert "parity" in str(trouble.value.fields["why"])
    bench.stop()


class HalfSpoken:
    """Says the same to everything, but still acknowledges an enquiry."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer

    def frame(self, grams: int) -> bytes:
        raise NotImplementedError

    def hear(self, received: bytes) -> bytes:
        return b"\x06" if received == b"\x05" else self._answer


class TestToledo8217(SerialContract):
    type_name = "toledo_8217"


class TestSma(SerialContract):
    type_name = "sma"


class TestNci(SerialContract):
    type_name = "nci"


class TestNciWithTare(SerialContract):
    type_name = "nci"
    options: dict[str, object] = {"tare_command": True}  # noqa: RUF012


class TestCas(SerialContract):
    type_name = "cas"


class TestDibalTisa(SerialContract):
    type_name = "dibal_tisa"
