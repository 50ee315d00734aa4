"""A dialogue on the /dev/ttyUSB0 of an emulated kernel. Run by `test_umockdev.py` under umockdev-run."""

from drivers.scale.toledo_8217 import Driver, Options
from tests.drivers.scale.contract import ENOUGH_MS


def test_the_driver_and_the_scale_say_what_the_manual_says() -> None:
    # The emulated port is a pseudo-terminal, which has no parity.
    options = Options(port="/dev/ttyUSB0", pause_ms=10, data_bits=8, parity="none")
    driver = Driver(options)
    assert driver.weigh(ENOUGH_MS).net_milli_kg == 1235
    driver.close()
