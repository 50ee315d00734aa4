"""Which sticks people may take, how much room they have, and letting go of one."""

import os
from pathlib import Path

import pytest

from appliance.machine.sticks import RealSticks, SimulatedSticks, StickInUse
from appliance.machine.systemd import MachineRefused
from tests.appliance.machine.played import play
from tests.appliance.test_removable import disk, mounts


def test_a_stick_says_its_room_and_one_that_cannot_be_read_has_no_place(tmp_path: Path) -> None:
    disk(tmp_path, "sda", removable="1", parts=("sda1",))
    disk(tmp_path, "sdb", removable="1", parts=("sdb1",))
    disk(tmp_path, "sdc", removable="1")
    mounts(tmp_path, f"/dev/sda1 {tmp_path}", f"/dev/sdb1 {tmp_path}/gone")
    one, gone, bare = RealSticks(tmp_path).look()
    room = os.statvfs(tmp_path)
    assert (one.device, one.name, one.place) == ("sda1", "Stick sda", tmp_path)
    assert one.size_bytes == room.f_blocks * room.f_frsize
    assert not one.is_read_only
    assert (gone.device, gone.place, gone.size_bytes) == ("sdb1", None, 0)
    assert (bare.device, bare.place) == ("sdc", None)


def test_a_disk_on_usb_from_which_the_machine_runs_is_no_stick(tmp_path: Path) -> None:
    disk(tmp_path, "sda", removable="0", bus="pci0/usb1/1-1", parts=("sda1", "sda5", "sda7"))
    disk(tmp_path, "sdb", removable="1", parts=("sdb1",))
    mounts(tmp_path, "/dev/sda1 /boot/open-pos", "/dev/sda7 /data", f"/dev/sdb1 {tmp_path}")
    assert [one.device for one in RealSticks(tmp_path).look()] == ["sdb1"]


def test_letting_go_stops_the_unit_and_sees_that_it_is_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    systemctl = play(monkeypatch, tmp_path / "bin")
    disk(tmp_path, "sda", removable="1", parts=("sda1",))
    mounts(tmp_path, f"/dev/sda1 {tmp_path}")
    sticks = RealSticks(tmp_path)
    (stick,) = sticks.look()
    with pytest.raises(StickInUse):
        sticks.let_go(stick)
    mounts(tmp_path)
    sticks.let_go(stick)
    assert systemctl.asked == ["stop open-pos-stick@sda1.service"] * 2
    systemctl.answers(5, "Failed to stop: Access denied")
    with pytest.raises(MachineRefused):
        sticks.let_go(stick)


def test_a_simulated_stick_goes_out_and_in(tmp_path: Path) -> None:
    sticks = SimulatedSticks(tmp_path / "stick")
    (stick,) = sticks.look()
    assert stick.place == tmp_path / "stick"
    sticks.let_go(stick)
    assert sticks.look()[0].place is None
    sticks.plug_in()
    assert sticks.look()[0].place is not None
