"""What the till's user may ask of the system, by the rules themselves, run in a JavaScript engine as polkit does."""

import json
import subprocess
from pathlib import Path

import playwright
import pytest

RULES = Path(__file__).parents[2] / "systemd/polkit/50-open-pos.rules"
ASKS = """
const [user, id, details] = JSON.parse(process.argv[1]);
var rule;
var polkit = {Result: {YES: "yes", NOT_HANDLED: "as ever"}, addRule: (one) => { rule = one; }};
RULES
process.stdout.write(rule({id: id, lookup: (key) => details[key]}, {user: user}));
"""
IMAGE = Path(__file__).parents[2] / "image-build/rootfs/etc/polkit-1/rules.d"
"""What the image adds. Debian's own rule of whose password counts is 40-debian-sudo.rules; the first answer holds."""
SYSTEMD = "org.freedesktop.systemd1.manage-units"


def ask(action: str, user: str = "open-pos", **details: str) -> str:
    # The browser's driver brings an engine along.
    node = Path(playwright.__file__).parent / "driver/node"
    script = ASKS.replace("RULES", RULES.read_text())
    given = json.dumps([user, action, details])
    ended = subprocess.run([node, "-e", script, given], check=True, capture_output=True, text=True)
    return ended.stdout


@pytest.mark.parametrize(
    "unit",
    [
        r"open-pos-update@media-open\x2dpos-sda1-till.raucb.service",
        r"open-pos-update@var-lib-open\x2dpos-software-open\x2dpos\x2d1.2\x7erc1\x2bg1\x2draspios\x2darm64.raucb.service",
        "open-pos-support.service",
        "open-pos-server.service",
        "open-pos-stick@sda1.service",
        "open-pos-register.service",
        "open-pos-back.service",
        "open-pos-first-start.service",
        "open-pos-server-invite.service",
        "open-pos-wifi-country.service",
    ],
)
def test_the_till_may_start_what_is_there_for_it(unit: str) -> None:
    assert ask(SYSTEMD, unit=unit, verb="start") == "yes"
    assert ask(SYSTEMD, user="open-pos-server", unit=unit, verb="start") == "as ever"


@pytest.mark.parametrize(
    ("unit", "verb"),
    [
        ("ssh.service", "start"),
        ("open-pos-support.service.evil.service", "start"),
        ("evil-open-pos-support.service", "start"),
        ("open-pos-support-sshd.service", "start"),
        ("open-pos-disk.service", "start"),
        ("open-pos-update@a b.service", "start"),
        ("open-pos-support.service\nssh.service", "start"),
        ("open-pos-server.service", "set-property"),
        ("open-pos-server.service", "kill"),
        ("", ""),
    ],
)
def test_it_may_start_nothing_else(unit: str, verb: str) -> None:
    assert ask(SYSTEMD, unit=unit, verb=verb) == "as ever"


@pytest.mark.parametrize(
    "action",
    [
        "org.freedesktop.login1.reboot",
        "org.freedesktop.login1.power-off",
        "org.freedesktop.timedate1.set-timezone",
        "org.freedesktop.hostname1.set-static-hostname",
        "org.freedesktop.NetworkManager.settings.modify.system",
    ],
)
def test_it_may_set_up_the_machine(action: str) -> None:
    assert ask(action) == "yes"
    assert ask(action, user="support") == "as ever"


@pytest.mark.parametrize(
    "action",
    [
        "org.freedesktop.systemd1.manage-unit-files",
        "org.freedesktop.systemd1.reload-daemon",
        "org.freedesktop.timedate1.set-time",
        "org.freedesktop.login1.halt",
        "org.freedesktop.policykit.exec",
        "org.freedesktop.NetworkManager.reload",
    ],
)
def test_it_may_do_nothing_that_is_not_listed(action: str) -> None:
    assert ask(action) == "as ever"


def test_in_the_image_no_password_that_the_till_can_read_answers_polkit() -> None:
    node = Path(playwright.__file__).parent / "driver/node"
    (file,) = IMAGE.iterdir()
    assert file.name < "40-debian-sudo.rules"
    script = "var polkit = {addAdminRule: (one) => process.stdout.write(one().join())};"
    script += file.read_text(encoding="utf-8")
    ended = subprocess.run([node, "-e", script], check=True, capture_output=True, text=True)
    assert ended.stdout == "unix-user:root"
