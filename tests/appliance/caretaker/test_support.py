"""Support access: opened for a while, and closed wholly."""

import json
import os
import re
import stat
import time
from pathlib import Path

import pytest

from appliance.caretaker import support
from tests.appliance.caretaker.conftest import Play, calls

ADDRESSES = """[{"ifindex":2,"ifname":"eth0","operstate":"UP","addr_info":[
 {"family":"inet6","local":"2001:db8::20","prefixlen":64,"scope":"global"},
 {"family":"inet","local":"192.168.1.20","prefixlen":24,"scope":"global"},{}]}]"""
"""As iproute2 6.1 says it; the empty place is an address of that link alone."""


@pytest.fixture
def system(play: Play, called: Path) -> Path:
    for name in (
        "chpasswd",
        "usermod",
        "nft",
        "loginctl",
        "ssh-keygen",
        "systemctl",
        "systemd-run",
    ):
        play(name)
    play("ip", ADDRESSES)
    return called


def open_it(tmp_path: Path, *more: str) -> int:
    run = ["--run", str(tmp_path / "run"), "--host-key", str(tmp_path / "key")]
    return support.main(["open", *run, *more])


def close_it(tmp_path: Path) -> int:
    return support.main(["close", "--run", str(tmp_path / "run")])


def test_whoever_stands_at_the_till_is_told_how_to_be_helped(system: Path, tmp_path: Path) -> None:
    before = time.time_ns() // 1_000_000
    assert open_it(tmp_path, "--minutes", "30") == 0
    file = tmp_path / "run/support.json"
    told = json.loads(file.read_text())
    assert told["user"] == "support"
    assert re.fullmatch("[a-z]{4}-[a-z]{4}-[2-9]{4}", told["password"])
    assert told["addresses"] == ["192.168.1.20", "2001:db8::20"]
    assert 0 <= told["until_ms"] - before - 30 * 60_000 < 60_000
    assert stat.S_IMODE(file.stat().st_mode) & 0o007 == 0
    assert "nft add element inet open_pos tcp_open { 22 }" in calls(system)


def test_the_password_stands_on_no_command_line(system: Path, tmp_path: Path) -> None:
    assert open_it(tmp_path) == 0
    password = json.loads((tmp_path / "run/support.json").read_text())["password"]
    assert password not in (system / "calls").read_text()


def test_closing_locks_ends_and_shuts(system: Path, tmp_path: Path) -> None:
    assert open_it(tmp_path) == 0
    assert close_it(tmp_path) == 0
    assert not (tmp_path / "run/support.json").exists()
    assert calls(system)[-4:] == [
        "usermod --lock support",
        "nft delete element inet open_pos tcp_open { 22 }",
        "loginctl terminate-user support",
        "systemctl stop open-pos-support-end.timer",
    ]


def test_closing_what_is_closed_is_no_trouble(system: Path, tmp_path: Path, play: Play) -> None:
    del system
    play("nft", err="Error: Could not process rule: No such file or directory\n", code=1)
    play("loginctl", err="Failed to terminate: User ID 999 is not logged in or lingering\n", code=1)
    assert close_it(tmp_path) == 0


def test_what_cannot_be_closed_is_said_and_the_rest_is_closed(
    system: Path, tmp_path: Path, play: Play, capsys: pytest.CaptureFixture[str]
) -> None:
    play("usermod", err="usermod: cannot lock /etc/passwd; try again later.\n", code=1)
    assert close_it(tmp_path) == 1
    assert "cannot lock /etc/passwd" in capsys.readouterr().err
    assert "loginctl terminate-user support" in calls(system)


def test_an_access_that_cannot_be_opened_wholly_is_closed(
    system: Path, tmp_path: Path, play: Play, capsys: pytest.CaptureFixture[str]
) -> None:
    play("nft", err="Error: syntax error\n", code=1)
    assert open_it(tmp_path) == 1
    assert "was not opened: nft: Error: syntax error" in capsys.readouterr().err
    assert not (tmp_path / "run/support.json").exists()
    assert "usermod --lock support" in calls(system)


def test_passwords_are_new_each_time_and_can_be_read_out() -> None:
    made = {support.make_password() for _ in range(200)}
    assert len(made) == 200
    assert not set("".join(made)) & set("01lIOcjqwxy")


@pytest.mark.parametrize("minutes", ["0", "721", "-5", "soon"])
def test_nobody_is_let_in_for_longer_than_half_a_day(tmp_path: Path, minutes: str) -> None:
    with pytest.raises(SystemExit):
        open_it(tmp_path, "--minutes", minutes)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("4\n", 240),
        ("12", 720),
        ("13", 60),
        ("0", 60),
        ("", 60),
        ("soon", 60),
        ("-1", 60),
        ("9" * 99, 60),
    ],
)
def test_the_till_says_for_how_many_hours(
    system: Path, tmp_path: Path, text: str, minutes: int
) -> None:
    (tmp_path / "support-hours").write_text(text)
    assert open_it(tmp_path, "--wish", str(tmp_path / "support-hours")) == 0
    (timer,) = [line for line in calls(system) if line.startswith("systemd-run")]
    assert timer == (
        f"systemd-run --quiet --unit=open-pos-support-end --on-active={minutes}min "
        "systemctl --no-block stop open-pos-support.service"
    )


def test_without_a_word_it_is_an_hour(tmp_path: Path) -> None:
    assert support.wished(tmp_path / "none") == 60


def test_an_access_that_nobody_would_close_is_not_opened(
    system: Path, tmp_path: Path, play: Play
) -> None:
    play("systemd-run", err="Failed to connect to bus\n", code=1)
    assert open_it(tmp_path) == 1
    assert not [line for line in calls(system) if line.startswith("chpasswd")]
    assert not (tmp_path / "run/support.json").exists()


def test_the_wish_is_no_way_to_read_what_is_roots(tmp_path: Path) -> None:
    (tmp_path / "roots").write_text("3\n")
    (tmp_path / "link").symlink_to(tmp_path / "roots")
    assert support.wished(tmp_path / "link") == 60
    os.mkfifo(tmp_path / "pipe")
    assert support.wished(tmp_path / "pipe") == 60
    (tmp_path / "endless").write_text("3" + " " * 9)
    assert support.wished(tmp_path / "endless") == 60
