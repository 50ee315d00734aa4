"""Cash drawers: simulated, on a GPIO pin (gpiozero's own mock pins), and on a printer's socket."""

from collections.abc import Callable, Iterator

import gpiozero
import pytest
from gpiozero.pins.mock import MockFactory

from drivers import DeviceAbsent, DeviceBusy
from drivers.drawer import Drawer, DrawerResting, PrinterNotConnected, gpio_relay, printer_kick
from drivers.drawer import simulated as simulated_drawer
from drivers.printer import DrawerPin, Status
from drivers.printer import simulated as simulated_printer
from tests.drivers.drawer.contract import ENOUGH_MS, DrawerContract

COIL, SWITCH = 17, 27


class HandClock:
    """A clock that moves only when somebody sleeps or turns it. `at_sleep` happens in the middle."""

    def __init__(self) -> None:
        self.ms = 0
        self.slept: list[int] = []
        self.at_sleep: Callable[[], None] = lambda: None

    def now_ms(self) -> int:
        return self.ms

    def sleep_ms(self, duration_ms: int) -> None:
        self.slept.append(duration_ms)
        self.at_sleep()
        self.ms += duration_ms


@pytest.fixture
def pins() -> Iterator[MockFactory]:
    before = gpiozero.Device.pin_factory
    factory = gpiozero.Device.pin_factory = MockFactory()
    yield factory
    factory.close()
    gpiozero.Device.pin_factory = before


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def levels(pins: MockFactory, pin: int = COIL) -> list[bool]:
    """The levels that the coil's pin had, one after the other."""
    states = [state.state for state in pins.pin(pin).states]
    return [level for place, level in enumerate(states) if place == 0 or level != states[place - 1]]


class SimulatedBench:
    def __init__(self) -> None:
        self.driver = drawer = simulated_drawer.Driver(simulated_drawer.Options())
        self.push_shut = drawer.push_shut

    def pulses(self) -> int:
        return self.driver.kicks

    def spring_open(self) -> None:
        """It did."""

    def let_rest(self) -> None:
        """It needs none."""


class RelayBench:
    def __init__(self, pins: MockFactory, clock: HandClock) -> None:
        self._pins, self._clock = pins, clock
        options = gpio_relay.Options(pin=COIL, sense_pin=SWITCH, sense_open_high=True)
        self.driver = gpio_relay.Driver(options, clock)
        self.push_shut()

    def pulses(self) -> int:
        return levels(self._pins).count(True)

    def spring_open(self) -> None:
        self._pins.pin(SWITCH).drive_high()

    def push_shut(self) -> None:
        self._pins.pin(SWITCH).drive_low()

    def let_rest(self) -> None:
        self._clock.ms += 2000


class PrinterBench:
    def __init__(self) -> None:
        self._printer = simulated_printer.Driver(simulated_printer.Options())
        self.driver = printer_kick.Driver(printer_kick.Options(sense_open_high=True))
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
        return SimulatedBench()


class TestRelayDrawer(DrawerContract):
    @pytest.fixture
    def bench(self, pins: MockFactory, clock: HandClock) -> Iterator[RelayBench]:
        bench = RelayBench(pins, clock)
        yield bench
        bench.driver.close()


class TestPrinterDrawer(DrawerContract):
    @pytest.fixture
    def bench(self) -> PrinterBench:
        return PrinterBench()


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


# ---------------------------------------------------------------------------------- on a pin


def relay(clock: HandClock, **options: object) -> gpio_relay.Driver:
    return gpio_relay.Driver(gpio_relay.Options(pin=COIL, **options), clock)  # type: ignore[arg-type]


def test_the_coil_is_off_from_the_start(pins: MockFactory, clock: HandClock) -> None:
    relay(clock)
    assert levels(pins) == [False]


def test_a_pulse_goes_on_and_off(pins: MockFactory, clock: HandClock) -> None:
    during: list[bool] = []
    clock.at_sleep = lambda: during.append(pins.pin(COIL).state)
    relay(clock, pulse_ms=180).kick(ENOUGH_MS)
    assert during == [True]
    assert clock.slept == [180]
    assert levels(pins) == [False, True, False]


def test_a_relay_that_is_on_at_low_level_is_pulsed_low(pins: MockFactory, clock: HandClock) -> None:
    drawer = relay(clock, active_high=False)
    assert pins.pin(COIL).state is True
    drawer.kick(ENOUGH_MS)
    assert levels(pins)[-3:] == [True, False, True]


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
    assert levels(pins) == [False, True, False]
    with pytest.raises(DrawerResting):
        drawer.kick(ENOUGH_MS)


def test_a_warm_coil_is_not_kicked(pins: MockFactory, clock: HandClock) -> None:
    drawer = relay(clock, pulse_ms=150, rest_ms=1200)
    drawer.kick(ENOUGH_MS)
    clock.ms += 1199
    with pytest.raises(DrawerResting) as trouble:
        drawer.kick(ENOUGH_MS)
    assert trouble.value.fields == {"wait_ms": 1}
    assert levels(pins).count(True) == 1
    clock.ms += 1
    drawer.kick(ENOUGH_MS)
    assert levels(pins).count(True) == 2


def test_a_kick_without_time_for_its_pulse_is_our_mistake(
    pins: MockFactory, clock: HandClock
) -> None:
    drawer = relay(clock, pulse_ms=200)
    with pytest.raises(ValueError, match="timeout_ms 100"):
        drawer.kick(100)
    assert levels(pins) == [False]


def test_closing_leaves_the_coil_off_and_the_pins_free(pins: MockFactory, clock: HandClock) -> None:
    drawer = relay(clock, sense_pin=SWITCH)
    drawer.kick(ENOUGH_MS)
    drawer.close()
    assert levels(pins)[-1] is False
    relay(clock, sense_pin=SWITCH).close()


@pytest.mark.usefixtures("pins")
def test_a_pin_in_use_is_busy_and_the_coil_is_let_go(clock: HandClock) -> None:
    taken = gpiozero.DigitalInputDevice(SWITCH)
    with pytest.raises(DeviceBusy):
        relay(clock, sense_pin=SWITCH)
    taken.close()
    relay(clock, sense_pin=SWITCH).close()


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
    assert relay(clock).is_open(ENOUGH_MS) is None


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
    for use in (drawer.kick, drawer.is_open):
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
