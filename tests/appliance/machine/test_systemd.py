"""Units are named as systemd names them, and what it says is handed on."""

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from appliance.machine import systemd
from appliance.machine.systemd import MachineRefused, escaped_path
from tests.appliance.machine.played import play


@pytest.mark.parametrize(
    ("path", "instance"),
    [
        ("/media/open-pos/sda1/open-pos-1.2.3.raucb", r"media-open\x2dpos-sda1-open\x2dpos\x2d1.2.3.raucb"),
        ("/media/open-pos/sda1/Mein Café (1).raucb", r"media-open\x2dpos-sda1-Mein\x20Caf\xc3\xa9\x20\x281\x29.raucb"),
        ("/", "-"),
        ("//a//b/", "a-b"),
        ("/.hidden/.x", r"\x2ehidden-.x"),
    ],
)  # fmt: skip
def test_a_path_becomes_the_instance_of_a_unit(path: str, instance: str) -> None:
    assert escaped_path(path) == instance


@pytest.mark.skipif(not shutil.which("systemd-escape"), reason="needs systemd")
@settings(max_examples=40, deadline=None)
@example("/a b/c-d")
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_systemd_itself_writes_the_same(name: str) -> None:
    path = f"/media/open-pos/sda1/x{name}".replace("..", "_").replace("/.", "/_")
    told = subprocess.run(
        ["systemd-escape", "--path", path], capture_output=True, text=True, check=False
    )
    if told.returncode == 0:
        assert escaped_path(path) == told.stdout.removesuffix("\n")


def test_what_systemd_refuses_is_said_with_its_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    systemctl = play(monkeypatch, tmp_path)
    systemctl.answers(4, "Failed to start open-pos-support.service: Access denied\n")
    with pytest.raises(MachineRefused) as refused:
        systemd.start("open-pos-support.service")
    assert refused.value.fields == {
        "what": "systemctl",
        "why": "Failed to start open-pos-support.service: Access denied",
    }
    assert systemctl.asked == ["start open-pos-support.service"]


def test_a_program_that_is_not_there_or_does_not_answer_is_a_refusal(tmp_path: Path) -> None:
    with pytest.raises(MachineRefused) as refused:
        systemd.run(str(tmp_path / "none"))
    assert refused.value.fields["why"] == "there is no such program"
    with pytest.raises(MachineRefused) as refused:
        systemd.run("sleep", "5", within_s=0.05)
    assert refused.value.fields["why"] == "no answer within 0.05 s"
