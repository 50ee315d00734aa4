"""Updates, support, light and log, as the caretaker's files and the kernel tell them."""

import io
import json
import time
from pathlib import Path

import pytest

from appliance.machine.backlight import RealBacklight
from appliance.machine.kit import real_kit, simulated_kit
from appliance.machine.log import RealLog
from appliance.machine.power import OnlySimulated, RealPower
from appliance.machine.support import RealSupport
from appliance.machine.systemd import MachineRefused
from appliance.machine.updates import Image, RealUpdates, Update, is_plain, target_of
from tests.appliance.machine.played import play


def told(root: Path, name: str, text: str) -> None:
    file = root / "run/open-pos-caretaker" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_bundles_at_the_top_of_a_stick_are_offered_the_newest_first(tmp_path: Path) -> None:
    for name in (
        "open-pos-1.9.0.raucb",
        "open-pos_1.10.0_arm64.raucb",
        "._open-pos-2.0.raucb",
        "other.RAUCB",
        "photo.jpg",
    ):
        (tmp_path / name).write_text("x")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/open-pos-9.raucb").write_text("x")
    offered = RealUpdates(tmp_path).offered((tmp_path, tmp_path / "gone"))
    assert [(one.path.name, one.version) for one in offered] == [
        ("open-pos_1.10.0_arm64.raucb", "1.10.0"),
        ("open-pos-1.9.0.raucb", "1.9.0"),
        ("other.RAUCB", ""),
    ]


def test_the_image_says_what_it_is_and_another_system_says_nothing(tmp_path: Path) -> None:
    updates = RealUpdates(tmp_path)
    assert updates.image() is None
    file = tmp_path / "etc/open-pos-image"
    file.parent.mkdir()
    file.write_text('# made\nOPEN_POS_VERSION="1.2~rc1"\nOPEN_POS_TARGET="raspios-arm64"\n')
    assert updates.image() == Image("1.2~rc1", "raspios-arm64")
    for odd in ('OPEN_POS_VERSION="1.2"\n', 'OPEN_POS_TARGET="', "\n"):
        file.write_text(odd)
        assert updates.image() is None


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("open-pos-1.2.3-raspios-arm64.raucb", "raspios-arm64"),
        ("open-pos-1.2.3~dev4+g1a2b-debian-amd64.raucb", "debian-amd64"),
        ("open-pos_1.10.0_arm64.raucb", "arm64"),
        ("open-pos-1.2.3.raucb", ""),
        ("other.raucb", ""),
    ],
)
def test_the_name_of_a_bundle_says_for_which_machine_it_is(name: str, target: str) -> None:
    assert target_of(Path(name)) == target


def test_a_name_that_is_a_path_or_hidden_or_odd_is_not_plain() -> None:
    assert is_plain("open-pos-1.2.3~rc1+g1-raspios-arm64.raucb")
    for odd in ("../a.raucb", "a/b.raucb", ".a.raucb", "a b.raucb", "a.raucb\n", "a.exe", ".raucb"):
        assert not is_plain(odd), odd


def test_an_installation_is_a_unit_that_is_started_and_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    systemctl = play(monkeypatch, tmp_path / "bin")
    RealUpdates(tmp_path).install(Path("/media/open-pos/sda1/open-pos-1.2.raucb"))
    assert systemctl.asked == [
        r"start --no-block open-pos-update@media-open\x2dpos-sda1-open\x2dpos\x2d1.2.raucb.service"
    ]


def test_what_the_caretaker_says_of_an_installation_is_read_and_nonsense_is_not(
    tmp_path: Path,
) -> None:
    updates = RealUpdates(tmp_path)
    assert updates.progress() is None
    told(tmp_path, "update.json", '{"state": "installing", "percent": 40, "version": "1.2"}')
    assert updates.progress() == Update("installing", 40, "1.2")
    report = {"state": "returned", "percent": 100, "why": "no_screen", "fields": {"s": 3}, "new": 1}
    told(tmp_path, "update.json", json.dumps(report))
    assert updates.progress() == Update("returned", 100, "", "no_screen", {"s": 3})
    for nonsense in ("", "{", '{"percent": 3}', "[]"):
        told(tmp_path, "update.json", nonsense)
        assert updates.progress() is None


def test_support_is_open_for_as_long_as_the_caretaker_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    systemctl = play(monkeypatch, tmp_path / "bin")
    support = RealSupport(tmp_path)
    support.open(8)
    assert (tmp_path / "run/open-pos/support-hours").read_text() == "8\n"
    assert support.state() is None
    until_ms = time.time_ns() // 1_000_000 + 60_000
    report = {"until_ms": until_ms, "user": "support", "password": "abc", "addresses": ["10.0.0.7"]}
    told(tmp_path, "support.json", json.dumps(report))
    access = support.state()
    assert access is not None
    assert (access.until_ms, access.password, access.addresses) == (until_ms, "abc", ("10.0.0.7",))
    assert "abc" not in repr(access)
    support.close()
    assert systemctl.asked == ["start open-pos-support.service", "stop open-pos-support.service"]
    told(tmp_path, "support.json", json.dumps(report | {"until_ms": 1}))
    assert support.state() is None


def test_the_light_is_set_between_readable_and_full(tmp_path: Path) -> None:
    light = RealBacklight(tmp_path)
    assert light.percent() is None
    with pytest.raises(MachineRefused):
        light.set_percent(50)
    folder = tmp_path / "sys/class/backlight/10-0045"
    folder.mkdir(parents=True)
    (folder / "max_brightness").write_text("31\n")
    (folder / "brightness").write_text("31\n")
    assert light.percent() == 100
    light.set_percent(1)
    assert (folder / "brightness").read_text() == "3"
    (folder / "max_brightness").write_text("what?\n")
    assert light.percent() is None
    with pytest.raises(MachineRefused):
        light.set_percent(50)


def test_power_is_asked_of_systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    systemctl = play(monkeypatch, tmp_path)
    RealPower().restart()
    RealPower().switch_off()
    assert systemctl.asked == ["reboot", "poweroff"]


def test_the_screen_begins_anew_with_its_unit_or_the_program_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    systemctl, ended = play(monkeypatch, tmp_path), list[str]()
    power = RealPower(lambda: ended.append("ended"))
    power.restart_screen()
    assert systemctl.asked == [
        "reset-failed open-pos-x.service",
        "reset-failed open-pos-register.service",
        "restart --no-block open-pos-x.service",
    ]
    assert ended == []
    systemctl.answers(5, "Unit open-pos-x.service not found.")
    power.restart_screen()
    assert ended == ["ended"]


def test_the_log_is_what_journalctl_prints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journalctl = play(monkeypatch, tmp_path, "journalctl")
    journalctl.answers(said="2026-11-30T12:00:00+0000 till open-pos[1]: started\n")
    with (tmp_path / "log.txt").open("w+b") as out:
        RealLog().write(out)
    assert b"started" in (tmp_path / "log.txt").read_bytes()
    journalctl.answers(1, "No journal files were found.")
    with (tmp_path / "log.txt").open("w+b") as out, pytest.raises(MachineRefused):
        RealLog().write(out)


def test_a_simulated_machine_does_nothing_and_says_so(tmp_path: Path) -> None:
    kit = simulated_kit(tmp_path / "stick")
    for act in (kit.power.restart, kit.power.switch_off, kit.power.restart_screen):
        with pytest.raises(OnlySimulated):
            act()
    kit.support.open(1)
    access = kit.support.state()
    assert access is not None
    assert access.password
    kit.support.close()
    assert kit.support.state() is None
    (bundle,) = kit.updates.offered([tmp_path])
    kit.updates.install(bundle.path)
    assert kit.updates.progress() == Update("installing", 0, "99.1")
    kit.backlight.set_percent(3)
    assert kit.backlight.percent() == 10
    out = io.BytesIO()
    kit.log.write(out)
    assert b"simulated" in out.getvalue()


def test_a_machine_without_any_of_it_can_be_asked(tmp_path: Path) -> None:
    kit = real_kit(tmp_path)
    assert kit.sticks.look() == ()
    assert kit.updates.progress() is None
    assert kit.support.state() is None
    assert kit.backlight.percent() is None
