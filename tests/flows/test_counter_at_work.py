"""Nothing on the counter loses or delays a sale: scales, displays, badge readers and beepers at their worst.

As `test_devices_at_work.py`: a real register, real drivers, far ends that misbehave.
"""

import os
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.config import DeviceConfig
from appliance.messages import BadgeRead, Scan, TicketView, WeighFailed
from tests.appliance.counter import APPLES
from tests.drivers.scale.scripted import Platter, Toledo
from tests.flows.at_work import PATIENCE_S, SALES, Shop, until
from tests.flows.far_ends import (
    Cable,
    Manners,
    babbling,
    on_every_byte,
    other_nonsense_each_time,
    serial_options,
    silent,
)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (silent, "device_silent"),
        (babbling, "scale_unreadable"),
        (other_nonsense_each_time(), "scale_unreadable"),
        (on_every_byte(lambda _received: b"\x02"), "scale_unreadable"),
        (on_every_byte(lambda _received: b"\x0202.75\r"), "scale_wrong_unit"),
    ],
    ids=["silent", "babbling", "ever other nonsense", "half", "in pounds"],
)
def test_a_serial_scale_at_its_worst_is_told_once_and_weighs_again_afterwards(
    open_shop: Callable[..., Shop], fault: Manners, code: str
) -> None:
    cable = Cable(fault)
    try:
        shop = open_shop(DeviceConfig("scale", "scale", "toledo_8217", serial_options(cable)))
        shop.owner.send(Scan(APPLES))
        for _ in range(SALES):
            shop.sell()
        until(lambda: len(shop.heard(WeighFailed)) == 1)
        platter = Platter()
        platter.load = 1500
        cable.manners = on_every_byte(Toledo(platter).hear)
        until(lambda: shop.is_well("scale"))
        shop.owner.send(Scan(APPLES))
        weighed = shop.see(TicketView, lambda ticket: len(ticket.lines) == 1)
        assert weighed.lines[0].qty_milli == 1500
        assert shop.troubles("scale") == [code]
        until(lambda: shop.warnings("scale") == [code])
        shop.close_and_count()
    finally:
        cable.close()


def test_a_scale_that_is_unplugged_is_told_once_and_weighs_again_when_it_is_back(
    open_shop: Callable[..., Shop], tmp_path: Path
) -> None:
    platter = Platter()
    platter.load = 1500
    cable = Cable(on_every_byte(Toledo(platter).hear), tmp_path / "scale")
    try:
        shop = open_shop(DeviceConfig("scale", "scale", "toledo_8217", serial_options(cable)))
        until(lambda: shop.is_well("scale"))
        cable.unplug()
        shop.owner.send(Scan(APPLES))
        for _ in range(SALES):
            shop.sell()
        until(lambda: len(shop.heard(WeighFailed)) == 1)
        assert shop.troubles("scale") == ["device_absent"]
        until(lambda: shop.warnings("scale") == ["device_absent"])
        cable.plug()
        until(lambda: shop.is_well("scale"))
        shop.owner.send(Scan(APPLES))
        weighed = shop.see(TicketView, lambda ticket: len(ticket.lines) == 1)
        assert weighed.lines[0].qty_milli == 1500
        assert shop.troubles("scale") == ["device_absent"]
        shop.close_and_count()
    finally:
        cable.close()


def test_a_slow_scale_holds_up_no_sale_and_is_no_trouble(open_shop: Callable[..., Shop]) -> None:
    platter = Platter()
    platter.load = 1500
    scale = Toledo(platter)

    def slow(received: bytes) -> bytes:
        # Nearly as long as the driver waits for an answer.
        time.sleep(0.6)
        return scale.hear(received)

    cable = Cable(on_every_byte(slow))
    try:
        shop = open_shop(DeviceConfig("scale", "scale", "toledo_8217", serial_options(cable)))
        for _ in range(SALES):
            shop.sell()
        until(lambda: shop.is_well("scale"))
        shop.owner.send(Scan(APPLES))
        weighed = shop.see(TicketView, lambda ticket: len(ticket.lines) == 1)
        assert weighed.lines[0].qty_milli == 1500
        assert shop.troubles("scale") == []
        assert shop.heard(WeighFailed) == []
        shop.close_and_count()
    finally:
        cable.close()


def test_a_pole_display_that_takes_nothing_is_told_once_and_shows_the_newest_afterwards(
    open_shop: Callable[..., Shop],
) -> None:
    cable = Cable(silent)
    cable.fill()
    try:
        shop = open_shop(DeviceConfig("pole", "display", "pole", {"port": cable.port}))
        for _ in range(SALES):
            shop.sell()
        until(lambda: shop.troubles("pole") != [])
        shop.sell()
        assert len(shop.troubles("pole")) == 1
        until(lambda: len(shop.warnings("pole")) == 1)
        shown: list[bytes] = []

        def look(received: bytes) -> bytes:
            shown.append(received)
            return b""

        cable.manners = look
        cable.reads = True
        until(lambda: shop.is_well("pole"))
        until(lambda: b"Corner" in b"".join(shown))
        shop.close_and_count()
    finally:
        cable.close()


def test_a_pole_display_that_is_unplugged_is_told_once_and_shows_the_newest_when_it_is_back(
    open_shop: Callable[..., Shop], tmp_path: Path
) -> None:
    shown: list[bytes] = []

    def look(received: bytes) -> bytes:
        shown.append(received)
        return b""

    cable = Cable(look, tmp_path / "pole")
    try:
        shop = open_shop(DeviceConfig("pole", "display", "pole", {"port": cable.port}))
        shop.sell()
        until(lambda: shop.is_well("pole"))
        cable.unplug()
        for _ in range(SALES):
            shop.sell()
        until(lambda: shop.troubles("pole") != [])
        assert shop.troubles("pole") == ["device_absent"]
        until(lambda: shop.warnings("pole") == ["device_absent"])
        shown.clear()
        cable.plug()
        until(lambda: shop.is_well("pole"))
        until(lambda: b"Corner" in b"".join(shown))
        shop.close_and_count()
    finally:
        cable.close()


def test_a_second_screen_that_never_reads_is_hung_up_on_and_another_may_come(
    open_shop: Callable[..., Shop], tmp_path: Path
) -> None:
    path = str(tmp_path / "customer.sock")
    shop = open_shop(DeviceConfig("screen", "display", "second_screen", {"path": path}))
    shop.sell()
    until(lambda: Path(path).exists())
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.connect(path)
        for _ in range(SALES):
            shop.sell()
        until(lambda: shop.troubles("screen")[-1:] == ["device_silent"])
    with socket.socket(socket.AF_UNIX) as viewer:
        viewer.connect(path)
        viewer.settimeout(PATIENCE_S)
        assert b"Corner" in viewer.recv(65536)
        until(lambda: shop.is_well("screen"))
        shop.sell()
    shop.close_and_count()


VIEWER = """\
import socket, sys
with socket.socket(socket.AF_UNIX) as screen:
    screen.connect(sys.argv[1])
    while screen.recv(65536):
        pass
"""


def test_a_second_screen_whose_viewer_is_killed_is_told_once_and_another_may_come(
    open_shop: Callable[..., Shop], tmp_path: Path
) -> None:
    path = str(tmp_path / "customer.sock")
    shop = open_shop(DeviceConfig("screen", "display", "second_screen", {"path": path}))
    shop.sell()
    # Nobody has come yet.
    until(lambda: shop.troubles("screen") == ["viewer_not_running"])
    for times in (2, 3):
        viewer = subprocess.Popen([sys.executable, "-c", VIEWER, path])
        try:
            until(lambda: shop.is_well("screen"))
        finally:
            viewer.kill()
            viewer.wait()
        for _ in range(SALES):
            shop.sell()
        until(lambda: not shop.is_well("screen"))
        assert shop.troubles("screen") == ["viewer_not_running"] * times
    shop.close_and_count()


def test_a_badge_reader_that_babbles_signs_nobody_in_and_reads_again_afterwards(
    open_shop: Callable[..., Shop],
) -> None:
    cable = Cable(lambda _received: b"\x0262E3086CED00\x03\x02\xff62E3\x03")
    try:
        shop = open_shop(DeviceConfig("reader", "badge", "rdm6300", {"port": cable.port}))
        for _ in range(SALES):
            shop.sell()
        assert shop.heard(BadgeRead) == []
        cable.manners = silent
        until(lambda: shop.is_well("reader"))
        while not shop.heard(BadgeRead):
            cable.write(b"\x0262E3086CED08\x03")
            time.sleep(0.1)
        assert shop.troubles("reader") == []
        shop.close_and_count()
    finally:
        cable.close()


def test_a_badge_reader_that_is_unplugged_is_told_once_and_reads_again_when_it_is_back(
    open_shop: Callable[..., Shop], tmp_path: Path
) -> None:
    # A reader says nothing by itself: silence is no trouble.
    cable = Cable(silent, tmp_path / "reader")
    try:
        shop = open_shop(DeviceConfig("reader", "badge", "rdm6300", {"port": cable.port}))
        until(lambda: shop.is_well("reader"))
        shop.sell()
        assert shop.troubles("reader") == []
        cable.unplug()
        for _ in range(SALES):
            shop.sell()
        until(lambda: not shop.is_well("reader"))
        assert shop.troubles("reader") == ["device_absent"]
        until(lambda: shop.warnings("reader") == ["device_absent"])
        assert shop.heard(BadgeRead) == []
        cable.plug()
        until(lambda: shop.is_well("reader"))
        while not shop.heard(BadgeRead):
            cable.write(b"\x0262E3086CED08\x03")
            time.sleep(0.1)
        assert shop.troubles("reader") == ["device_absent"]
        shop.close_and_count()
    finally:
        cable.close()


def test_a_beeper_whose_player_hangs_or_is_gone_holds_up_no_sale_and_beeps_afterwards(
    open_shop: Callable[..., Shop], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    player = tmp_path / "aplay"
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

    def plays(text: str) -> None:
        new = tmp_path / "new"
        new.write_text(f"#!/bin/sh\n{text}\n")
        new.chmod(new.stat().st_mode | stat.S_IXUSR)
        new.rename(player)

    played = tmp_path / "played"
    plays("exec sleep 60")
    shop = open_shop(DeviceConfig("beeper", "beeper", "sound"))
    for _ in range(SALES):
        shop.sell()
    until(lambda: shop.troubles("beeper") != [])
    assert shop.troubles("beeper") == ["device_silent"]
    until(lambda: shop.warnings("beeper") == ["device_silent"])
    # As after half an update: the file is there, and may not be run.
    player.write_text("")
    until(lambda: shop.devices.waiting("beeper") == 0)
    until(lambda: beeps(shop) and shop.troubles("beeper")[-1] == "device_refused")
    plays(f"cat > {played}")
    until(lambda: beeps(shop) and shop.is_well("beeper"))
    assert played.stat().st_size
    assert shop.troubles("beeper") == ["device_silent", "device_refused"]
    shop.close_and_count()


def beeps(shop: Shop) -> bool:
    """Have one thing sold, which is heard."""
    shop.sell(receipt=False)
    return True
