"""Real badge readers at the time clock, from the frame on the wire to the greeting on the screen.

An RDM6300 on a serial line is a pseudo-terminal; a reader that plays keyboard lives on an emulated kernel, which must
be there before the program starts, so `in_umockdev_clock.py` runs in a pytest of its own.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.config import DeviceConfig
from tests.flows.at_work import Shop, until
from tests.flows.clocking import Counter, punches
from tests.flows.far_ends import Cable, silent

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FRAME = b"\x0262E3086CED08\x03"


def test_a_fob_at_a_serial_reader_clocks_in_during_a_sale(open_shop: Callable[..., Shop]) -> None:
    cable = Cable(silent)
    try:
        shop = open_shop(DeviceConfig("reader", "badge", "rdm6300", {"port": cable.port}))
        until(lambda: shop.is_well("reader"))
        counter = Counter(shop, lambda: cable.write(FRAME))
        counter.give_ana_the_badge()
        counter.ana_clocks_in_during_a_sale()
        shop.close()
        assert punches(shop) == [("in", "em4100", "reader")]
    finally:
        cable.close()


def test_a_frame_that_is_damaged_punches_nothing(open_shop: Callable[..., Shop]) -> None:
    cable = Cable(silent)
    try:
        shop = open_shop(DeviceConfig("reader", "badge", "rdm6300", {"port": cable.port}))
        until(lambda: shop.is_well("reader"))
        counter = Counter(shop, lambda: cable.write(FRAME))
        counter.give_ana_the_badge()
        for damaged in (FRAME[:-3] + b"09\x03", FRAME[2:], FRAME[:7]):
            cable.write(damaged)
        shop.sell()
        counter.look()
        assert not counter.presenters.banner.view.shown
        shop.close()
        assert punches(shop) == []
    finally:
        cable.close()


def test_a_reader_that_plays_keyboard_clocks_in_during_a_sale() -> None:
    if shutil.which("umockdev-wrapper") is None:
        pytest.skip("umockdev is not installed (Debian: umockdev libumockdev0)")
    command = (
        *("umockdev-wrapper", sys.executable, "-m", "pytest", "-q", "--color=no"),
        *("-p", "no:cacheprovider", "-p", "tests.drivers.scanner.kernel"),
        str(HERE / "in_umockdev_clock.py"),
    )
    run = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False
    )
    assert run.returncode == 0, f"\n{run.stdout}\n{run.stderr}"
