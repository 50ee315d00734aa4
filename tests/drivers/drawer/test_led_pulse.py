"""The drawer whose pulse the kernel ends: what is written, in which order, and what is believed.

On files that look like an LED's; that the kernel keeps its part is tested in tests/hardware.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from gpiozero.pins.mock import MockFactory

import drivers
from drivers import DeviceAbsent, DeviceBusy, DeviceRefused
from drivers.drawer import DrawerResting, led_pulse
from tests.drivers.drawer.contract import ENOUGH_MS, DrawerContract
from tests.drivers.drawer.fake_led import FakeLed
from tests.drivers.drawer.hand_clock import HandClock

SWITCH = 27


@pytest.fixture
def led(tmp_path: Path, clock: HandClock) -> FakeLed:
    return FakeLed(tmp_path, clock)


def drawer_on(files: FakeLed, clock: HandClock, **options: object) -> led_pulse.Driver:
    return led_pulse.Driver(led_pulse.Options(**options), clock, files.root)  # type: ignore[arg-type]


class LedBench:
    def __init__(
        self, led: FakeLed, pins: MockFactory, clock: HandClock, learnt: bool | None
    ) -> None:
        self._led, self._pins, self._clock = led, pins, clock
        self.driver = drawer_on(led, clock, sense_pin=SWITCH, sense_open_high=learnt)
        self.push_shut()

    def pulses(self) -> int:
        return len(self._led.pulses)

    def spring_open(self) -> None:
        self._pins.pin(SWITCH).drive_low()

    def push_shut(self) -> None:
        self._pins.pin(SWITCH).drive_high()

    def let_rest(self) -> None:
        self._clock.ms += 2000


class TestLedDrawer(DrawerContract):
    @pytest.fixture
    def bench(self, led: FakeLed, pins: MockFactory, clock: HandClock) -> Iterator[LedBench]:
        bench = LedBench(led, pins, clock, learnt=False)
        yield bench
        bench.driver.close()

    @pytest.fixture
    def unlearnt(self, led: FakeLed, pins: MockFactory, clock: HandClock) -> Iterator[LedBench]:
        bench = LedBench(led, pins, clock, learnt=None)
        yield bench
        bench.driver.close()


# ---------------------------------------------------------------------------------- at the start


def test_at_the_start_the_kernels_timer_is_chosen_and_the_led_off(
    led: FakeLed, clock: HandClock
) -> None:
    led.write("brightness", "255")
    drawer_on(led, clock)
    assert led.read("trigger") == "transient"
    assert led.read("brightness") == "0"


def test_a_trigger_that_is_right_already_is_left_alone(led: FakeLed, clock: HandClock) -> None:
    led.write("trigger", "none timer [transient]")
    led.write("activate", "1")
    drawer_on(led, clock)
    assert led.read("trigger") == "none timer [transient]"
    assert led.read("activate") == "0"


def test_an_led_that_is_on_under_the_right_trigger_is_turned_off(
    led: FakeLed, clock: HandClock
) -> None:
    led.write("trigger", "none timer [transient]")
    led.write("brightness", "255")
    drawer_on(led, clock)
    assert led.read("brightness") == "0"
    assert led.read("trigger") == "transient"


def test_a_machine_without_the_led_has_no_drawer(led: FakeLed, clock: HandClock) -> None:
    with pytest.raises(DeviceAbsent) as trouble:
        drawer_on(led, clock, led="till")
    assert trouble.value.fields["device"] == "LED till"
    assert "gpio-led" in str(trouble.value.fields["why"])


def test_a_kernel_without_the_trigger_is_refused(led: FakeLed, clock: HandClock) -> None:
    led.write("trigger", "[none] timer")
    with pytest.raises(DeviceRefused) as trouble:
        drawer_on(led, clock)
    assert "ledtrig-transient" in str(trouble.value.fields["why"])


def test_an_led_that_stays_on_is_refused(led: FakeLed, clock: HandClock) -> None:
    # A file that takes everything and keeps nothing.
    led.remove("brightness")
    (led.root / "drawer" / "brightness").symlink_to("/dev/null")
    with pytest.raises(DeviceRefused) as trouble:
        drawer_on(led, clock)
    assert trouble.value.fields["why"] == "it cannot be turned off"


@pytest.mark.parametrize("name", ["", ".", "..", "../drawer", "a/b"])
def test_a_name_cannot_leave_the_folder_of_the_leds(name: str) -> None:
    with pytest.raises(drivers.BadOptions) as trouble:
        drivers.options_for(led_pulse, {"led": name})
    assert trouble.value.key == "led"


# ---------------------------------------------------------------------------------- a pulse


@pytest.mark.parametrize("pulse_ms", [20, 150, 300])
def test_the_kernel_is_told_how_long_the_pulse_is(
    led: FakeLed, clock: HandClock, pulse_ms: int
) -> None:
    drawer_on(led, clock, pulse_ms=pulse_ms).kick(ENOUGH_MS)
    assert led.pulses == [pulse_ms]
    assert clock.slept == [pulse_ms]
    assert led.read("brightness") == "0"


@pytest.mark.parametrize("pulse_ms", [0, 19, 301, 100_000])
def test_a_pulse_that_does_nothing_or_burns_is_no_option(pulse_ms: int) -> None:
    with pytest.raises(drivers.BadOptions) as trouble:
        drivers.options_for(led_pulse, {"pulse_ms": pulse_ms})
    assert trouble.value.key == "pulse_ms"


def test_a_kernel_that_is_a_little_late_is_waited_for(led: FakeLed, clock: HandClock) -> None:
    led.late_ms = 40
    drawer_on(led, clock).kick(ENOUGH_MS)
    assert led.read("brightness") == "0"
    assert sum(clock.slept) == 190


def test_a_pulse_that_does_not_end_is_ended_by_hand_and_told(
    led: FakeLed, clock: HandClock
) -> None:
    led.is_stuck = True
    with pytest.raises(DeviceRefused) as trouble:
        drawer_on(led, clock).kick(ENOUGH_MS)
    assert trouble.value.fields["why"] == "the kernel did not end the pulse"
    assert led.read("brightness") == "0"
    assert led.read("activate") == "0"


def test_waiting_for_the_kernel_keeps_to_the_time_given(led: FakeLed, clock: HandClock) -> None:
    led.is_stuck = True
    with pytest.raises(DeviceRefused):
        drawer_on(led, clock, pulse_ms=150).kick(180)
    assert sum(clock.slept) <= 180


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit, RuntimeError])
def test_whatever_interrupts_a_pulse_ends_it(
    led: FakeLed, clock: HandClock, interruption: type[BaseException]
) -> None:
    def interrupt() -> None:
        raise interruption

    drawer = drawer_on(led, clock)
    clock.at_sleep = interrupt
    with pytest.raises(interruption):
        drawer.kick(ENOUGH_MS)
    assert led.read("activate") == "0"
    with pytest.raises(DrawerResting):
        drawer.kick(ENOUGH_MS)


def test_a_warm_coil_is_not_kicked(led: FakeLed, clock: HandClock) -> None:
    drawer = drawer_on(led, clock, pulse_ms=150, rest_ms=1200)
    drawer.kick(ENOUGH_MS)
    clock.ms += 1199
    with pytest.raises(DrawerResting) as trouble:
        drawer.kick(ENOUGH_MS)
    assert trouble.value.fields == {"wait_ms": 1}
    clock.ms += 1
    drawer.kick(ENOUGH_MS)
    assert len(led.pulses) == 2


def test_a_pulse_that_another_program_gives_is_not_mixed_with(
    led: FakeLed, clock: HandClock
) -> None:
    drawer = drawer_on(led, clock)
    led.write("activate", "1")
    with pytest.raises(DeviceBusy):
        drawer.kick(ENOUGH_MS)
    assert led.pulses == []


def test_a_kick_without_time_for_its_pulse_is_our_mistake(led: FakeLed, clock: HandClock) -> None:
    drawer = drawer_on(led, clock, pulse_ms=200)
    with pytest.raises(ValueError, match="timeout_ms 100"):
        drawer.kick(100)
    assert led.read("activate") == "0"


def test_a_trigger_that_somebody_changed_is_chosen_again(led: FakeLed, clock: HandClock) -> None:
    drawer = drawer_on(led, clock)
    led.write("trigger", "[none] timer transient")
    led.remove("duration", "state", "activate")
    with pytest.raises(DeviceAbsent):
        drawer.kick(ENOUGH_MS)
    # The kernel makes the files anew when the trigger is chosen.
    assert led.read("trigger") == "transient"


def test_closing_ends_a_pulse(led: FakeLed, clock: HandClock) -> None:
    drawer = drawer_on(led, clock)
    led.write("activate", "1")
    drawer.close()
    assert led.read("activate") == "0"


# ---------------------------------------------------------------------------------- the switch


def test_an_led_without_a_switch_does_not_know(led: FakeLed, clock: HandClock) -> None:
    drawer = drawer_on(led, clock)
    assert drawer.is_open(ENOUGH_MS) is None
    assert drawer.level(ENOUGH_MS) is None


def test_a_polarity_needs_a_switch() -> None:
    with pytest.raises(drivers.BadOptions, match="sense_open_high is False") as trouble:
        drivers.options_for(led_pulse, {"sense_open_high": False})
    assert trouble.value.key == "sense_open_high"


def test_a_rest_that_is_too_short_is_refused() -> None:
    with pytest.raises(drivers.BadOptions) as trouble:
        drivers.options_for(led_pulse, {"pulse_ms": 300, "rest_ms": 1199})
    assert trouble.value.key == "rest_ms"
    assert isinstance(
        drivers.options_for(led_pulse, {"pulse_ms": 300, "rest_ms": 1200}), msgspec.Struct
    )
