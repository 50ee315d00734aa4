"""Each trouble has the code whose sentence tells how to mend it: what is cured in another way has another code."""

import errno
import os
from pathlib import Path

import pytest
import serial

from drivers import DeviceAbsent, DeviceRefused, DeviceTrouble, _held_keyboard
from drivers._serial_port import Line, _why
from drivers.beeper import sound
from drivers.display import Shown, second_screen
from drivers.printer._transport import opening_trouble

DENIED = PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def serial_line() -> DeviceTrouble:
    trouble = serial.SerialException(errno.EACCES, "could not open port")
    return _why(Line(port="/dev/ttyUSB0"), trouble)


@pytest.mark.parametrize(
    ("trouble", "group"),
    [
        (serial_line(), "dialout"),
        (opening_trouble("printer", DENIED), "lp"),
        (_held_keyboard._why("scanner", DENIED), "input"),
    ],
)
def test_who_may_not_open_a_device_is_told_the_group(trouble: DeviceTrouble, group: str) -> None:
    assert isinstance(trouble, DeviceRefused)
    assert (trouble.code, trouble.fields["group"]) == ("no_permission", group)


def test_a_second_screen_without_its_program_is_no_matter_of_a_cable(tmp_path: Path) -> None:
    display = second_screen.Driver(second_screen.Options(path=str(tmp_path / "socket")))
    with pytest.raises(DeviceAbsent) as trouble:
        display.show(Shown(state="idle"), 100)
    display.close()
    assert trouble.value.code == "viewer_not_running"


def test_a_machine_without_the_player_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DeviceAbsent) as trouble:
        sound.Driver(sound.Options()).look(1000)
    assert trouble.value.code == "player_missing"
