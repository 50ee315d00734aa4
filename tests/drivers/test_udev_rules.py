"""The rules that let the register's user have its devices are such that udev reads them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

RULES = Path(__file__).parents[2] / "systemd" / "udev" / "70-open-pos.rules"
PART = re.compile(r'(?P<key>[A-Z]+(\{[A-Za-z_]+\})?)(?P<how>==|!=|=|\+=|:=)"(?P<value>[^"]*)"')
MATCHES = {"ACTION", "SUBSYSTEM", "KERNEL", "DRIVERS", "ENV{DEVTYPE}", "ENV{OPEN_POS_ONLY_DRAWS}"}
MATCHES |= {f"ENV{{ID_{name}}}" for name in ("BUS", "FS_USAGE", "INPUT_KEYBOARD", "PATH_TAG")}
MATCHES |= {"ENV{ID_SERIAL_SHORT}", "ENV{ID_USB_INTERFACES}"}
ASSIGNS = {"GROUP", "MODE", "RUN", "SYMLINK", "TAG", "IMPORT{builtin}"}
ASSIGNS |= {"ENV{OPEN_POS_ONLY_DRAWS}", "ENV{SYSTEMD_WANTS}"}


def rules() -> list[str]:
    lines = RULES.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("rule", rules())
def test_a_rule_first_says_what_it_is_for_and_then_what_is_done(rule: str) -> None:
    parts = [PART.fullmatch(part) for part in re.split(r", (?=[A-Z])", rule)]
    assert all(parts), rule
    found = [part for part in parts if part]
    for part in found:
        key, is_match = part["key"], part["how"] in {"==", "!="}
        assert key in (MATCHES if is_match else ASSIGNS), part
    hows = [part["how"] in {"==", "!="} for part in found]
    assert hows == sorted(hows, reverse=True)
    assert hows.count(False) >= 1


@pytest.mark.parametrize(
    ("interfaces", "is_printer"),
    [(":070102:", True), (":ff0000:070103:", True), (":030101:", False), (":080650:", False)],
)
def test_what_has_an_interface_of_class_7_is_a_printer(interfaces: str, is_printer: bool) -> None:
    (pattern,) = set(re.findall(r'ENV\{ID_USB_INTERFACES\}=="([^"]*)"', RULES.read_text("utf-8")))
    # As a shell matches, which is how udev does.
    as_regex = pattern.replace("*", ".*").replace("?", ".")
    assert bool(re.fullmatch(as_regex, interfaces)) is is_printer


def test_udev_itself_finds_no_fault() -> None:
    udevadm = shutil.which("udevadm") or "/usr/bin/udevadm"
    if not Path(udevadm).exists():
        pytest.skip("udevadm is not installed")
    help_text = subprocess.run([udevadm, "--help"], capture_output=True, text=True, check=True)
    if "verify" not in help_text.stdout:
        pytest.skip("this udevadm is too old to verify rules (before 254)")
    found = subprocess.run(
        [udevadm, "verify", str(RULES)], check=False, capture_output=True, text=True
    )
    # The group gpio is made with the machine's image and may be missing here.
    said = [
        line for line in (found.stdout + found.stderr).splitlines() if "nknown group" not in line
    ]
    assert not [line for line in said if RULES.name + ":" in line], said


def test_each_rule_is_shipped_once_and_where_the_driver_says() -> None:
    root = RULES.parents[2]
    for page in ("drivers/printer/usb.py", "drivers/drawer/led_pulse.py", "drivers/HARDWARE.md"):
        text = (root / page).read_text(encoding="utf-8")
        assert "systemd/udev" in text, page
        assert "SUBSYSTEM==" not in text, page
