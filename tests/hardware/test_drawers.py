"""Drawers on pins of a real kernel (gpio-sim): the relay by lgpio, and the LED whose pulse the kernel ends."""

import importlib.util
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers import DeviceAbsent, DeviceBusy, DeviceRefused, _gpio
from drivers.drawer import gpio_relay, led_pulse
from tests.hardware.bench import SOON_MS, eventually, put
from tests.hardware.pins import HEADER, LED, Chip, Meter, plug_led, unplug_led

NO_PINS = Path(os.environ["OPEN_POS_KERNEL"]) / "no-pins"
if NO_PINS.exists():
    pytest.skip(f"no pins: {NO_PINS.read_text().strip()}", allow_module_level=True)

needs_lgpio = pytest.mark.skipif(
    importlib.util.find_spec("lgpio") is None, reason="lgpio could not be installed for this Python"
)
LED_LINE, RELAY, SWITCH = 17, 22, 27
# Pins for programs of their own: lgpio keeps a pin for its program until that ends.
HELD, DYING = 23, 24
OTHER = "no-header"
SHIPPED = Path(__file__).parents[2] / "systemd" / "udev" / "70-open-pos.rules"

# A clock that dies in the middle of the pulse, after a look at the pin.
DIES = """
import os, signal, sys
from pathlib import Path
from drivers.drawer import {driver}

class Clock:
    def now_ms(self):
        return 0
    def sleep_ms(self, duration_ms):
        print(Path(sys.argv[1]).read_text().strip(), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

{driver}.Driver({driver}.Options({options}), Clock()).kick(20000)
"""
HOLDS = """
from drivers.drawer import gpio_relay
drawer = gpio_relay.Driver(gpio_relay.Options(pin=23))
print("held", flush=True)
input()
"""


@pytest.fixture(scope="module")
def chips() -> dict[str, Chip]:
    return {label: Chip(label) for label in (OTHER, HEADER)}


@pytest.fixture
def header(chips: dict[str, Chip]) -> Chip:
    return chips[HEADER]


@pytest.fixture
def led(header: Chip) -> Iterator[Path]:
    del header
    plug_led()
    yield LED
    unplug_led()


def killed_in_mid_pulse(chip: Chip, line: int, driver: str, options: str) -> str:
    """Let a process die in the middle of a pulse. Answers the level that the pin had at that moment."""
    program = DIES.format(driver=driver, options=options)
    pin = str(chip._lines / f"sim_gpio{line}/value")
    done = subprocess.run(
        [sys.executable, "-c", program, pin], stdout=subprocess.PIPE, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL
    return done.stdout.strip()


# ---------------------------------------------------------------------------------- the LED


def test_a_pulse_goes_on_and_off_by_the_kernel(header: Chip, led: Path) -> None:
    with Meter(header, LED_LINE) as meter:
        led_pulse.Driver(led_pulse.Options(pulse_ms=300)).kick(SOON_MS)
    assert meter.levels == [0, 1, 0]
    assert (led / "brightness").read_text() == "0\n"


@pytest.mark.usefixtures("led")
def test_a_pulse_ends_though_its_writer_was_killed(header: Chip) -> None:
    level = killed_in_mid_pulse(header, LED_LINE, "led_pulse", "pulse_ms=300")
    assert level == "1"
    eventually(lambda: header.value(LED_LINE) == 0, "the end of the pulse")


def test_a_line_that_somebody_left_on_is_turned_off_at_the_start(header: Chip, led: Path) -> None:
    put(led / "brightness", 1)
    assert header.value(LED_LINE) == 1
    drawer = led_pulse.Driver(led_pulse.Options())
    assert header.value(LED_LINE) == 0
    with Meter(header, LED_LINE) as meter:
        drawer.kick(SOON_MS)
    assert meter.levels == [0, 1, 0]


def test_a_pulse_that_somebody_left_running_is_ended_at_the_start(header: Chip, led: Path) -> None:
    put(led / "trigger", "transient")
    put(led / "duration", 3_600_000)
    put(led / "state", 1)
    put(led / "activate", 1)
    assert header.value(LED_LINE) == 1
    led_pulse.Driver(led_pulse.Options())
    assert header.value(LED_LINE) == 0


def test_an_interrupted_pulse_is_off_when_the_drawer_is_closed(header: Chip, led: Path) -> None:
    del led

    class Interrupted:
        def now_ms(self) -> int:
            return 0

        def sleep_ms(self, duration_ms: int) -> None:
            del duration_ms
            assert header.value(LED_LINE) == 1
            raise KeyboardInterrupt

    drawer = led_pulse.Driver(led_pulse.Options(pulse_ms=300), Interrupted())
    with pytest.raises(KeyboardInterrupt):
        drawer.kick(SOON_MS)
    assert header.value(LED_LINE) == 0


def test_an_led_that_went_away_is_absent_and_kicks_when_it_is_back(header: Chip) -> None:
    plug_led()
    drawer = led_pulse.Driver(led_pulse.Options())
    unplug_led()
    with pytest.raises(DeviceAbsent):
        drawer.kick(SOON_MS)
    plug_led()
    with Meter(header, LED_LINE) as meter:
        drawer.kick(SOON_MS)
    assert meter.levels == [0, 1, 0]
    unplug_led()


def kick_as_nobody(group: int) -> int:
    """Kick in a process that is not root. Answers 0, or 1 for a refusal."""
    if pid := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    code = 2
    try:
        os.setgroups([group])
        os.setgid(65534)
        os.setuid(65534)
        led_pulse.Driver(led_pulse.Options()).kick(SOON_MS)
        code = 0
    except DeviceRefused:
        code = 1
    finally:
        os._exit(code)


def test_the_shipped_udev_rules_let_the_group_kick(header: Chip) -> None:
    group = 4242
    subprocess.run(["groupadd", "--force", "--gid", str(group), "gpio"], check=True)
    plug_led()
    assert kick_as_nobody(group) == 1
    unplug_led()
    rules = Path("/run/udev/rules.d") / SHIPPED.name
    rules.parent.mkdir(parents=True, exist_ok=True)
    put(rules, SHIPPED.read_text(encoding="utf-8"))
    subprocess.run(["udevadm", "control", "--reload"], check=True)
    plug_led()
    subprocess.run(["udevadm", "settle"], check=True)
    with Meter(header, LED_LINE) as meter:
        assert kick_as_nobody(group) == 0
    assert meter.levels == [0, 1, 0]
    unplug_led()


# ---------------------------------------------------------------------------------- the relay


def test_the_header_is_found_by_its_label(chips: dict[str, Chip]) -> None:
    labels = _gpio.read_chips("drawer")
    numbers = {label: int(chip.name.removeprefix("gpiochip")) for label, chip in chips.items()}
    assert labels == {number: label for label, number in numbers.items()}
    assert numbers[HEADER] != 0
    assert _gpio.choose_chip("drawer", labels) == numbers[HEADER]


@needs_lgpio
def test_a_relay_is_pulsed_once(header: Chip) -> None:
    with Meter(header, RELAY) as meter:
        drawer = gpio_relay.Driver(gpio_relay.Options(pin=RELAY, pulse_ms=300))
        drawer.kick(SOON_MS)
        drawer.close()
    assert meter.levels == [0, 1, 0]


@needs_lgpio
def test_the_switch_is_pulled_up_and_followed(header: Chip) -> None:
    options = gpio_relay.Options(pin=RELAY, sense_pin=SWITCH, sense_open_high=True)
    drawer = gpio_relay.Driver(options)
    assert drawer.level(SOON_MS) is True
    header.pull(SWITCH, up=False)
    assert drawer.level(SOON_MS) is False
    assert drawer.is_open(SOON_MS) is False
    header.pull(SWITCH, up=True)
    assert drawer.is_open(SOON_MS) is True
    drawer.close()


@needs_lgpio
@pytest.mark.usefixtures("header")
def test_a_pin_that_another_program_holds_is_busy() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(DeviceBusy):
            gpio_relay.Driver(gpio_relay.Options(pin=HELD))
        holder.communicate(b"\n")
    gpio_relay.Driver(gpio_relay.Options(pin=HELD)).close()


@needs_lgpio
def test_a_killed_program_loses_its_relay_where_the_kernel_takes_pins_back(header: Chip) -> None:
    # Raspberry Pi's kernels do so only with dtparam=strict_gpiod; this is what that promises.
    level = killed_in_mid_pulse(header, DYING, "gpio_relay", f"pin={DYING}")
    assert level == "1"
    eventually(lambda: header.value(DYING) == 0, "the end of the pulse")
