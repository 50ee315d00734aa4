"""Cash drawers: simulated, on a GPIO pin (gpiozero's own mock pins), and on a printer's socket."""

from collections.abc import Iterator

import gpiozero
import pytest
from gpiozero.pins.mock import MockFactory

import drivers
from drivers import DeviceAbsent, DeviceBusy, DeviceRefused
from drivers.drawer import (
    Drawer,
    DrawerResting,
    PrinterNotConnected,
    gpio_relay,
    learnt_polarity,
    printer_kick,
)
from drivers.drawer import simulated as simulated_drawer
from drivers.printer import DrawerPin, Status
from drivers.printer import simulated as simulated_printer
from tests.drivers.drawer.contract import ENOUGH_MS, DrawerContract
from tests.drivers.drawer.hand_clock import HandClock, levels

COIL, SWITCH = 17, 27


class SimulatedBench:
    def __init__(self, learnt: bool | None) -> None:
        options = simulated_drawer.Options(switch_open_high=False, sense_open_high=learnt)
        self.driver = drawer = simulated_drawer.Driver(options)
        self.push_shut = drawer.push_shut

    def pulses(self) -> int:
        return self.driver.kicks

    def spring_open(self) -> None:
        """It did."""

    def let_rest(self) -> None:
        """It needs none."""


class RelayBench:
    def __init__(self, pins: MockFactory, clock: HandClock, learnt: bool | None) -> None:
        self._pins, self._clock = pins, clock
        options = gpio_relay.Options(pin=COIL, sense_pin=SWITCH, sense_open_high=learnt)
        self.driver = gpio_relay.Driver(options, clock)
        self.push_shut()

    def pulses(self) -> int:
        return levels(self._pins, COIL).count(True)

    def spring_open(self) -> None:
        self._pins.pin(SWITCH).drive_high()

    def push_shut(self) -> None:
        self._pins.pin(SWITCH).drive_low()

    def let_rest(self) -> None:
        self._clock.ms += 2000


class PrinterBench:
    def __init__(self, learnt: bool | None) -> None:
        self._printer = simulated_printer.Driver(simulated_printer.Options())
        self.driver = printer_kick.Driver(printer_kick.Options(sense_open_high=learnt))
        self.driver.connect(self._printer)
        self.push_shut = self._printer.shut_drawer

    def pulses(self) -> int:
        return len(self._printer.kicks)

    def spring_open(self) -> None:
        """It did."""

    def let_rest(self) -> None:
        """The printer sees to it."""


class TestSimulatedDrawer(DrawerContract):
    @pytest.fixture
    def bench(self) -> SimulatedBench:
        return SimulatedBench(learnt=False)

    @pytest.fixture
    def unlearnt(self) -> SimulatedBench:
        return SimulatedBench(learnt=None)


class TestRelayDrawer(DrawerContract):
    @pytest.fixture
    def bench(self, pins: MockFactory, clock: HandClock) -> Iterator[RelayBench]:
        bench = RelayBench(pins, clock, learnt=True)
        yield bench
        bench.driver.close()

    @pytest.fixture
    def unlearnt(self, pins: MockFactory, clock: HandClock) -> Iterator[RelayBench]:
        bench = RelayBench(pins, clock, learnt=None)
        yield bench
        bench.driver.close()


class TestPrinterDrawer(DrawerContract):
    @pytest.fixture
    def bench(self) -> PrinterBench:
        return PrinterBench(learnt=True)

    @pytest.fixture
    def unlearnt(self) -> PrinterBench:
        return PrinterBench(learnt=None)


# ---------------------------------------------------------------------------------- simulated


def test_a_jammed_drawer_takes_the_pulse_and_stays_shut() -> None:
    drawer = simulated_drawer.Driver(simulated_drawer.Options())
    drawer.jam()
    drawer.kick(ENOUGH_MS)
    assert (drawer.kicks, drawer.opened) == (1, False)
    drawer.clear_jam()
    drawer.kick(ENOUGH_MS)
    assert drawer.opened


def test_a_drawer_without_a_switch_does_not_know() -> None:
    drawer: Drawer = simulated_drawer.Driver(simulated_drawer.Options(has_switch=False))
    drawer.kick(ENOUGH_MS)
    assert drawer.is_open(ENOUGH_MS) is None
    assert drawer.level(ENOUGH_MS) is None


def test_the_key_opens_it_without_a_pulse() -> None:
    drawer = simulated_drawer.Driver(simulated_drawer.Options())
    drawer.pull_open()
    assert drawer.is_open(ENOUGH_MS)
    assert drawer.kicks == 0


def test_a_drawer_without_a_cable_is_absent() -> None:
    drawer = simulated_drawer.Driver(simulated_drawer.Options())
    drawer.unplug()
    with pytest.raises(DeviceAbsent):
        drawer.kick(ENOUGH_MS)
    with pytest.raises(DeviceAbsent):
        drawer.is_open(ENOUGH_MS)
    drawer.plug()
    drawer.kick(ENOUGH_MS)
    assert drawer.kicks == 1


def test_a_switch_that_chatters_tells_the_wrong_and_the_right_level_in_turn() -> None:
    drawer = simulated_drawer.Driver(simulated_drawer.Options())
    drawer.bounce(2)
    assert [drawer.is_open(ENOUGH_MS) for _ in range(5)] == [True, False, True, False, False]


def test_a_broken_switch_cannot_be_learnt() -> None:
    drawer = simulated_drawer.Driver(simulated_drawer.Options(sense_open_high=None))
    drawer.cut_switch()
    shut = drawer.level(ENOUGH_MS)
    drawer.pull_open()
    assert learnt_polarity(shut, drawer.level(ENOUGH_MS)) is None
    drawer.mend_switch()
    drawer.push_shut()
    shut = drawer.level(ENOUGH_MS)
    drawer.pull_open()
    assert learnt_polarity(shut, drawer.level(ENOUGH_MS)) is True


@pytest.mark.parametrize(
    ("shut", "opened", "learnt"),
    [
        (False, True, True),
        (True, False, False),
        (True, True, None),
        (False, False, None),
        (None, True, None),
        (False, None, None),
        (None, None, None),
    ],
)
def test_a_polarity_is_learnt_from_two_levels_that_differ(
    shut: bool | None, opened: bool | None, learnt: bool | None
) -> None:
    assert learnt_polarity(shut, opened) is learnt


# ---------------------------------------------------------------------------------- on a pin


def relay(clock: HandClock, **options: object) -> gpio_relay.Driver:
    return gpio_relay.Driver(gpio_relay.Options(pin=COIL, **options), clock)  # type: ignore[arg-type]


def test_the_coil_is_off_from_the_start(pins: MockFactory, clock: HandClock) -> None:
    relay(clock)
    assert levels(pins, COIL) == [False]


def test_a_pulse_goes_on_and_off(pins: MockFactory, clock: HandClock) -> None:
    during: list[bool] = []
    clock.at_sleep = lambda: during.append(pins.pin(COIL).state)
    relay(clock, pulse_ms=180).kick(ENOUGH_MS)
    assert during == [True]
    assert clock.slept == [180]
    assert levels(pins, COIL) == [False, True, False]


def test_a_relay_that_is_on_at_low_level_is_pulsed_low(pins: MockFactory, clock: HandClock) -> None:
    drawer = relay(clock, active_high=False)
    assert pins.pin(COIL).state is True
    drawer.kick(ENOUGH_MS)
    assert levels(pins, COIL)[-3:] == [True, False, True]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit, RuntimeError])
def test_whatever_interrupts_a_pulse_the_coil_goes_off(
    pins: MockFactory, clock: HandClock, interruption: type[BaseException]
) -> None:
    def interrupt() -> None:
        raise interruption

    drawer = relay(clock)
    clock.at_sleep = interrupt
    with pytest.raises(interruption):
        drawer.kick(ENOUGH_MS)
    assert levels(pins, COIL) == [False, True, False]
    with pytest.raises(DrawerResting):
        drawer.kick(ENOUGH_MS)


def test_a_warm_coil_is_not_kicked(pins: MockFactory, clock: HandClock) -> None:
    drawer = relay(clock, pulse_ms=150, rest_ms=1200)
    drawer.kick(ENOUGH_MS)
    clock.ms += 1199
    with pytest.raises(DrawerResting) as trouble:
        drawer.kick(ENOUGH_MS)
    assert trouble.value.fields == {"wait_ms": 1}
    assert levels(pins, COIL).count(True) == 1
    clock.ms += 1
    drawer.kick(ENOUGH_MS)
    assert levels(pins, COIL).count(True) == 2


def test_a_kick_without_time_for_its_pulse_is_our_mistake(
    pins: MockFactory, clock: HandClock
) -> None:
    drawer = relay(clock, pulse_ms=200)
    with pytest.raises(ValueError, match="timeout_ms 100"):
        drawer.kick(100)
    assert levels(pins, COIL) == [False]


def test_closing_leaves_the_coil_off_and_the_pins_free(pins: MockFactory, clock: HandClock) -> None:
    drawer = relay(clock, sense_pin=SWITCH)
    drawer.kick(ENOUGH_MS)
    drawer.close()
    assert levels(pins, COIL)[-1] is False
    relay(clock, sense_pin=SWITCH).close()


@pytest.mark.usefixtures("pins")
def test_a_pin_in_use_is_busy_and_the_coil_is_let_go(clock: HandClock) -> None:
    taken = gpiozero.DigitalInputDevice(SWITCH)
    # Keeping the trouble keeps what it came from: the coil is let go by the driver, not by chance.
    with pytest.raises(DeviceBusy) as trouble:
        relay(clock, sense_pin=SWITCH)
    taken.close()
    relay(clock, sense_pin=SWITCH).close()
    assert trouble.value.fields == {"device": f"GPIO{COIL}"}


@pytest.mark.parametrize("open_high", [True, False])
def test_either_level_of_the_switch_may_mean_open(
    pins: MockFactory, clock: HandClock, open_high: bool
) -> None:
    drawer = relay(clock, sense_pin=SWITCH, sense_open_high=open_high)
    pins.pin(SWITCH).drive_high()
    assert drawer.is_open(ENOUGH_MS) is open_high
    pins.pin(SWITCH).drive_low()
    assert drawer.is_open(ENOUGH_MS) is not open_high


@pytest.mark.usefixtures("pins")
def test_a_relay_without_a_switch_does_not_know(clock: HandClock) -> None:
    drawer = relay(clock)
    assert drawer.is_open(ENOUGH_MS) is None
    assert drawer.level(ENOUGH_MS) is None


@pytest.mark.usefixtures("pins")
def test_a_polarity_is_never_assumed(clock: HandClock) -> None:
    # A wrong guess would raise alarms about honest people, so unset means unknown.
    drawer = relay(clock, sense_pin=SWITCH)
    assert drawer.level(ENOUGH_MS) is True
    assert drawer.is_open(ENOUGH_MS) is None


def test_a_polarity_without_a_switch_is_refused() -> None:
    with pytest.raises(drivers.BadOptions, match="sense_open_high is True") as trouble:
        drivers.options_for(gpio_relay, {"pin": COIL, "sense_open_high": True})
    assert trouble.value.key == "sense_open_high"


def test_a_closed_drawer_refuses_to_be_kicked(pins: MockFactory, clock: HandClock) -> None:
    drawer = relay(clock)
    drawer.close()
    before = levels(pins, COIL)
    with pytest.raises(DeviceRefused):
        drawer.kick(ENOUGH_MS)
    assert levels(pins, COIL) == before


# ---------------------------------------------------------------------------------- on a printer


class Queue:
    """Stands where the printer's own thread takes jobs: it is all that the drawer ever sees."""

    def __init__(self, pin_high: bool | None) -> None:
        self.asked: list[tuple[object, ...]] = []
        self._pin_high = pin_high

    def kick(self, pin: DrawerPin, on_ms: int, off_ms: int, timeout_ms: int) -> None:
        self.asked.append((pin, on_ms, off_ms, timeout_ms))

    def status(self, timeout_ms: int) -> Status:
        self.asked.append((timeout_ms,))
        return Status(online=True, drawer_pin_high=self._pin_high)


def test_a_drawer_on_a_printer_goes_through_the_printers_queue() -> None:
    options = printer_kick.Options(printer="receipts", pin=5, on_ms=60, off_ms=240)
    drawer = printer_kick.Driver(options)
    assert drawer.printer == "receipts"
    queue = Queue(pin_high=True)
    drawer.connect(queue)
    drawer.kick(1234)
    assert queue.asked == [(5, 60, 240, 1234)]


def test_a_drawer_without_its_printer_says_so() -> None:
    drawer = printer_kick.Driver(printer_kick.Options(printer="receipts", sense_open_high=True))
    for use in (drawer.kick, drawer.is_open, drawer.level):
        with pytest.raises(PrinterNotConnected) as trouble:
            use(ENOUGH_MS)
        assert trouble.value.fields == {"printer": "receipts"}


@pytest.mark.parametrize(
    ("learnt", "pin_high", "answer"),
    [
        (None, True, None),
        (True, None, None),
        (True, True, True),
        (True, False, False),
        (False, False, True),
    ],
)
def test_the_printers_switch_is_believed_once_its_sense_was_learnt(
    learnt: bool | None, pin_high: bool | None, answer: bool | None
) -> None:
    drawer = printer_kick.Driver(printer_kick.Options(sense_open_high=learnt))
    drawer.connect(Queue(pin_high))
    assert drawer.is_open(ENOUGH_MS) is answer
    assert drawer.level(ENOUGH_MS) is pin_high
