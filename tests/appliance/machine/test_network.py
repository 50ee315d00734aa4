"""The network by nmcli: its terse answers, as NetworkManager gives them, are played by a script on PATH."""

import hashlib
import json
import os
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.machine import network as n
from appliance.machine.locality import LocalityTrouble, SystemLocality
from appliance.machine.programs import ProgramMissing, ProgramSilent, run
from appliance.problems import Refusal

PLAYED = """#!{python}
import json, pathlib, sys
here = pathlib.Path(__file__).parent
words = sys.argv[1:]
reads = "passwd-file" in words or "edit" in words
with (here / "asked").open("a") as out:
    out.write(json.dumps([words, sys.stdin.read() if reads else ""]) + "\\n")
for part, (code, said, complained) in json.loads((here / "plays.json").read_text()):
    if all(word in words for word in part.split()):
        sys.stdout.write(said)
        sys.stderr.write(complained)
        sys.exit(code)
sys.exit(0)
"""

STATUS = (
    "ethernet:unavailable::end0\n"
    "wifi:connected:open-pos Corner\\: \\\\Caf\u00e9:wlan0\n"
    "wifi-p2p:disconnected::p2p-dev-wlan0\n"
    "loopback:connected (externally):lo:lo\n"
)
LIST = (
    " :82:WPA2 WPA3:FRITZ!Box 7590 KX\n"
    "*:71:WPA2:Corner\\: \\\\Caf\u00e9\n"
    " :74:WPA2:Corner\\: \\\\Caf\u00e9\n"
    " :44::\u2615 Guests\n"
    " :30:WPA2 802.1X:office\n"
    " :60:WPA2:\n"
    " :12:WPA1 WPA2:two\n"
    "lines\n"
)
SHOWN = (
    "IP4.ADDRESS[1]:192.168.178.20/24\n"
    "IP6.ADDRESS[1]:2001\\:db8\\:\\:20/64\n"
    "IP6.ADDRESS[2]:fe80\\:\\:ba27\\:ebff\\:fe00\\:1/64\n"
)
LO = "IP4.ADDRESS[1]:127.0.0.1/8\nIP6.ADDRESS[1]:\\:\\:1/128\n"
FAILED = "Error: Connection activation failed: {why}.\nHint: use 'journalctl -xe NM_CONNECTION=…'\n"
SECRETS = "Secrets were required, but not provided"
PROFILES = (
    "802-3-ethernet:11111111-0000-0000-0000-000000000001:Wired connection 1\n"
    "802-11-wireless:11111111-0000-0000-0000-000000000002:open-pos old\n"
    "802-11-wireless:11111111-0000-0000-0000-000000000003:somebody's own\n"
)

Play = tuple[str, tuple[int, str, str]]


class Nmcli:
    """The script, what it answers and what it was asked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        file = folder / "nmcli"
        file.write_text(PLAYED.replace("{python}", sys.executable))
        file.chmod(file.stat().st_mode | stat.S_IXUSR)
        self.plays()

    def plays(self, *more: Play) -> None:
        usual: tuple[Play, ...] = (
            ("device status", (0, STATUS, "")),
            ("wifi list", (0, LIST, "")),
            ("show wlan0", (0, SHOWN, "")),
            ("show lo", (0, LO, "")),
            ("connection show", (0, PROFILES, "")),
        )
        (self._folder / "plays.json").write_text(json.dumps([*more, *usual]))

    @property
    def asked(self) -> list[tuple[list[str], str]]:
        lines = (self._folder / "asked").read_text().splitlines()
        return [tuple(json.loads(line)) for line in lines]

    def words(self, part: str) -> list[str]:
        return next(words for words, _ in self.asked if all(one in words for one in part.split()))


@pytest.fixture
def nmcli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Nmcli:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return Nmcli(folder)


def test_it_is_told_what_there_is(nmcli: Nmcli) -> None:
    seen = n.NetworkManager().look()
    assert (seen.wired, seen.wifi, seen.joined) == ("unplugged", "connected", "Corner: \\Café")
    assert seen.networks == (
        n.Wifi("Corner: \\Café", 74, "WPA2", joined=True),
        n.Wifi("FRITZ!Box 7590 KX", 82, "WPA2 WPA3"),
        n.Wifi("☕ Guests", 44, ""),
        n.Wifi("office", 30, "WPA2 802.1X"),
        n.Wifi("two", 12, "WPA1 WPA2"),
    )
    assert "auto" in nmcli.words("wifi list")
    assert nmcli.words("wifi list")[:3] == ["-t", "-e", "yes"]


def test_own_addresses_are_told_without_those_of_the_machine_itself(nmcli: Nmcli) -> None:
    assert n.NetworkManager().look().addresses == ("192.168.178.20", "2001:db8::20")
    del nmcli


def test_looking_again_listens_anew(nmcli: Nmcli) -> None:
    n.NetworkManager().look(again=True)
    assert nmcli.words("wifi list")[-2:] == ["--rescan", "yes"]


def test_a_machine_without_wifi_is_not_asked_for_networks(nmcli: Nmcli) -> None:
    nmcli.plays(("device status", (0, "ethernet:connected:Wired connection 1:end0\n", "")))
    seen = n.NetworkManager().look()
    assert (seen.wired, seen.wifi, seen.networks) == ("connected", "", ())
    assert not any("wifi" in words for words, _ in nmcli.asked)


def test_a_password_goes_by_standard_input_and_stands_on_no_command_line(nmcli: Nmcli) -> None:
    secret = " a:b\\c d é#"
    n.NetworkManager().join("Corner: \\Café", secret, "WPA2")
    assert not any(secret in word for words, _ in nmcli.asked for word in words)
    (line,) = [told for _, told in nmcli.asked if told]
    assert line == "802-11-wireless-security.psk:\\ a:b\\\\c\\ d\\ é#\n"
    added = nmcli.words("connection add")
    assert added[added.index("ssid") + 1] == "Corner: \\Café"
    assert "wpa-psk" in added
    profile = added[added.index("connection.uuid") + 1]
    assert nmcli.words("connection up")[2:6] == ["connection", "up", "uuid", profile]


def test_what_was_joined_here_before_is_forgotten_and_nothing_else(nmcli: Nmcli) -> None:
    n.NetworkManager().join("Corner", "password", "WPA2")
    gone = [words[-1] for words, _ in nmcli.asked if "delete" in words]
    assert gone == ["11111111-0000-0000-0000-000000000002"]


@pytest.mark.parametrize(
    ("security", "password", "expected"),
    [
        ("WPA3", "password", "sae"),
        ("WPA2 WPA3", "password", "wpa-psk"),
        ("WPA1 WPA2", "password", "wpa-psk"),
        ("", "", None),
        (None, "", None),
        (None, "password", "wpa-psk"),
    ],
)
def test_how_it_is_secured_follows_from_what_was_heard(
    nmcli: Nmcli, security: str | None, password: str, expected: str | None
) -> None:
    n.NetworkManager().join("x", password, security)
    added = nmcli.words("connection add")
    key = "802-11-wireless-security.key-mgmt"
    assert (added[added.index(key) + 1] if key in added else None) == expected
    assert ("passwd-file" in nmcli.words("connection up")) == (expected is not None)
    assert ("802-11-wireless.hidden" in added) == (security is None)


@pytest.mark.parametrize(
    ("why", "refusal"),
    [
        (SECRETS, n.WifiWrongPassword),
        ("802.1X supplicant took too long to authenticate", n.WifiWrongPassword),
        ("The Wi-Fi network could not be found", n.WifiNotThere),
        (
            "IP configuration could not be reserved (no available address, timeout, etc.)",
            n.WifiNoAddress,
        ),
        ("Timeout expired (90 seconds)", n.WifiNoAddress),
        ("The device could not be readied for configuration", n.NetworkTrouble),
    ],
)
def test_why_it_failed_is_told_and_no_profile_is_left(
    nmcli: Nmcli, why: str, refusal: type[Refusal]
) -> None:
    nmcli.plays(("connection up", (4, "", FAILED.replace("{why}", why))))
    with pytest.raises(refusal):
        n.NetworkManager().join("Corner", "password", "WPA2")
    profile = nmcli.words("connection up")[5]
    assert nmcli.words("delete")[-1] == profile
    assert not any("old" in word for words, _ in nmcli.asked for word in words)


NOT_NOW = ("The Wi-Fi network could not be found", "IP configuration could not be reserved")


@pytest.mark.parametrize("why", NOT_NOW)
def test_one_that_cannot_be_joined_now_is_kept_with_its_password_for_later(
    nmcli: Nmcli, why: str
) -> None:
    nmcli.plays(("connection up", (10, "", FAILED.replace("{why}", why))))
    with pytest.raises(n.WifiLater):
        n.NetworkManager().join("Corner", r"pass: word\\", "WPA2", keep=True)
    profile = nmcli.words("connection up")[5]
    (told,) = [
        told for words, told in nmcli.asked if words == ["connection", "edit", "uuid", profile]
    ]
    assert told == "set 802-11-wireless-security.psk pass: word\\\\\nsave persistent\nquit\n"
    gone = [words[-1] for words, _ in nmcli.asked if "delete" in words]
    assert gone == ["11111111-0000-0000-0000-000000000002"]


def test_one_with_blanks_at_its_ends_is_kept_as_its_key(nmcli: Nmcli) -> None:
    nmcli.plays(("connection up", (10, "", FAILED.replace("{why}", NOT_NOW[0]))))
    with pytest.raises(n.WifiLater):
        n.NetworkManager().join("IEEE", " password", None, keep=True)
    (told,) = [told for words, told in nmcli.asked if "edit" in words]
    key = hashlib.pbkdf2_hmac("sha1", b" password", b"IEEE", 4096, 32).hex()
    assert told.startswith(f"set 802-11-wireless-security.psk {key}\n")


def test_an_open_one_is_kept_as_it_is_and_a_wrong_password_never(nmcli: Nmcli) -> None:
    nmcli.plays(("connection up", (10, "", FAILED.replace("{why}", NOT_NOW[0]))))
    with pytest.raises(n.WifiLater):
        n.NetworkManager().join("Corner", "", None, keep=True)
    assert not any("edit" in words for words, _ in nmcli.asked)
    nmcli.plays(("connection up", (4, "", FAILED.replace("{why}", SECRETS))))
    with pytest.raises(n.WifiWrongPassword):
        n.NetworkManager().join("Corner", "password", "WPA2", keep=True)
    assert [words for words, _ in nmcli.asked if "delete" in words]


def test_one_that_cannot_be_kept_leaves_no_profile(nmcli: Nmcli) -> None:
    nmcli.plays(
        ("connection up", (10, "", FAILED.replace("{why}", NOT_NOW[0]))),
        ("connection edit", (1, "", "Error: Failed to save 'open-pos Corner': disk full.\n")),
    )
    with pytest.raises(n.NetworkTrouble):
        n.NetworkManager().join("Corner", "password", "WPA2", keep=True)
    assert nmcli.words("delete")[-1] == nmcli.words("connection up")[5]


@pytest.mark.parametrize(
    ("name", "password", "security", "refusal"),
    [
        ("x", "short", "WPA2", n.WifiPasswordLength),
        ("x", "", "WPA2", n.WifiPasswordLength),
        ("x", "x" * 64, "WPA2", n.WifiPasswordLength),
        ("x", "pass\nword", "WPA2", n.WifiPasswordLength),
        ("x", "password", "WPA2 802.1X", n.WifiForCompanies),
        ("x", "password", "WEP", n.WifiForCompanies),
        ("", "password", "WPA2", n.WifiNotThere),
        ("é" * 17, "password", "WPA2", n.WifiNotThere),
    ],
)
def test_what_cannot_be_is_not_tried(
    nmcli: Nmcli, name: str, password: str, security: str, refusal: type[Refusal]
) -> None:
    for network in (n.NetworkManager(), n.SimulatedNetwork()):
        with pytest.raises(refusal):
            network.join(name, password, security)
    assert not (Path(os.environ["PATH"].split(os.pathsep)[0]) / "asked").exists()
    del nmcli


def test_a_key_of_64_hex_digits_is_a_password_too(nmcli: Nmcli) -> None:
    n.NetworkManager().join("x", "0f" * 32, "WPA2")
    assert nmcli.words("connection up")


def test_a_network_manager_that_does_not_run_is_told(nmcli: Nmcli) -> None:
    nmcli.plays(("device status", (8, "", "Error: NetworkManager is not running.\n")))
    with pytest.raises(n.NetworkTrouble) as told:
        n.NetworkManager().look()
    assert told.value.fields == {"why": "NetworkManager is not running."}


def test_a_missing_program_and_a_silent_one_are_refusals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ProgramMissing):
        n.NetworkManager().look()
    with pytest.raises(ProgramSilent):
        run((sys.executable, "-c", "import time; time.sleep(9)"), timeout_s=0.2)


@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_terse_fields_are_read_as_they_were_written(fields: list[str]) -> None:
    line = ":".join(one.replace("\\", "\\\\").replace(":", "\\:") for one in fields)
    assert n.unescaped(line) == fields


@given(st.text())
def test_whatever_nmcli_says_is_read_without_a_fall(line: str) -> None:
    assert n.unescaped(line)


def test_the_twin_keeps_the_same_promises() -> None:
    twin = n.SimulatedNetwork()
    with pytest.raises(n.WifiWrongPassword):
        twin.join("Corner & Co.", "something else", "WPA2")
    with pytest.raises(n.WifiNoAddress):
        twin.join(twin.SILENT, "", "")
    for later in (twin.SILENT, "not heard"):
        with pytest.raises(n.WifiLater):
            twin.join(later, "", None, keep=True)
    twin.join("Corner & Co.", twin.PASSWORD, "WPA2")
    seen = twin.look()
    assert (seen.wifi, seen.joined, seen.addresses) == (
        "connected",
        "Corner & Co.",
        ("192.0.2.20",),
    )


def test_the_time_zone_and_the_country_of_the_wifi_are_told_to_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "told"
    for name in ("timedatectl", "systemctl"):
        file = tmp_path / name
        file.write_text(
            f'#!/bin/sh\necho {name} "$@" >> {told}\n'
            'case "$*" in *Mars*) echo "Failed to set time zone: Invalid time zone" >&2; exit 1;; esac\n'
        )
        file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    locality = SystemLocality(tmp_path / "wifi-country")
    locality.set_zone("Europe/Berlin")
    locality.set_country("DE")
    assert (tmp_path / "wifi-country").read_text() == "DE\n"
    assert told.read_text().splitlines() == [
        "timedatectl --no-ask-password set-timezone -- Europe/Berlin",
        "systemctl --no-ask-password restart open-pos-wifi-country.service",
    ]
    with pytest.raises(LocalityTrouble):
        locality.set_zone("Mars")
    for wrong in ("", "de", "../", "DEU"):
        with pytest.raises(LocalityTrouble):
            locality.set_country(wrong)
