"""Which chip has the header's pins, and what is said when there is none. The chips are in tests/hardware."""

import errno
from pathlib import Path

import gpiozero
import pytest
from gpiozero.pins.mock import MockFactory

from drivers import DeviceAbsent, DeviceBusy, DeviceRefused, _gpio


@pytest.mark.parametrize(
    ("labels", "chip"),
    [
        ({0: "pinctrl-rp1", 10: "gpio-brcmstb@107d508500"}, 0),
        ({0: "gpio-brcmstb@107d508500", 4: "pinctrl-rp1"}, 4),
        ({0: "pinctrl-bcm2711", 1: "raspberrypi-exp-gpio"}, 0),
        ({1: "pinctrl-bcm2835", 0: "raspberrypi-exp-gpio"}, 1),
    ],
)
def test_the_header_is_found_by_its_label_and_not_by_its_number(
    labels: dict[int, str], chip: int
) -> None:
    assert _gpio.choose_chip("drawer", labels) == chip


def test_a_machine_without_pins_says_so() -> None:
    with pytest.raises(DeviceAbsent) as trouble:
        _gpio.choose_chip("drawer", {})
    assert trouble.value.code == "no_pins"
    assert trouble.value.fields == {"device": "drawer", "why": "no GPIO chip"}


def test_a_machine_with_other_pins_only_names_them() -> None:
    with pytest.raises(DeviceAbsent, match="only ftdi-cbus, gpio-ich"):
        _gpio.choose_chip("drawer", {0: "gpio-ich", 1: "ftdi-cbus"})


def test_what_only_looks_like_a_chip_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "gpiochip0").write_text("no device")
    (tmp_path / "gpiochip-of-mine").write_text("no number")
    (tmp_path / "gpiochip1").symlink_to("/dev/null")
    (tmp_path / "gpiochip2").symlink_to(tmp_path / "gone")
    assert _gpio.read_chips("drawer", tmp_path) == {}


def test_a_factory_that_is_there_already_is_used(pins: MockFactory) -> None:
    assert _gpio.header_pins("drawer") is pins


@pytest.fixture
def _no_factory() -> object:
    before = gpiozero.Device.pin_factory
    gpiozero.Device.pin_factory = None
    yield
    gpiozero.Device.pin_factory = before


@pytest.mark.usefixtures("_no_factory")
def test_the_environment_may_name_a_factory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "mock")
    assert isinstance(_gpio.header_pins("drawer"), MockFactory)


@pytest.mark.usefixtures("_no_factory")
def test_a_factory_that_the_environment_names_wrongly_is_absent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "pebbles")
    with pytest.raises(DeviceAbsent, match="pebbles"):
        _gpio.header_pins("drawer")


def test_troubles_of_pins_have_the_drivers_names() -> None:
    assert isinstance(_gpio.why("drawer", gpiozero.GPIOPinInUse("17")), DeviceBusy)
    assert isinstance(_gpio.why("drawer", OSError("'GPIO busy'")), DeviceBusy)
    assert isinstance(_gpio.why("drawer", gpiozero.BadPinFactory("none")), DeviceAbsent)
    refused = _gpio.why("drawer", OSError(errno.EIO, "Input/output error"))
    assert isinstance(refused, DeviceRefused)
    assert "Input/output error" in str(refused.fields["why"])
