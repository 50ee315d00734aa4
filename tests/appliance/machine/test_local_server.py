"""This machine as the LAN server: started by its units, which a script plays, and inviting its own register."""

import json
import os
import stat
from pathlib import Path

import pytest

from appliance.__main__ import main
from appliance.config import load
from appliance.machine.local_server import Invitation, ServerNotStarted, SystemServer
from tests.appliance.lan_server.serving import serving

INVITED = {"qr": "OPOS1/127.0.0.1/8443/A/B", "url": "https://192.0.2.7:8443/", "code": "ABCD"}


def playing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> SystemServer:
    """A server whose `systemctl` is a script."""
    played = tmp_path / "bin" / "systemctl"
    played.parent.mkdir()
    played.write_text(f"#!/bin/sh\n{script}\n")
    played.chmod(0o755)
    monkeypatch.setenv("PATH", f"{played.parent}{os.pathsep}{os.environ['PATH']}")
    return SystemServer(tmp_path / "server.toml", tmp_path / "invitation.json", pause_s=0)


def test_it_is_set_up_started_and_invites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told, out = tmp_path / "told", tmp_path / "invitation.json"
    server = playing(
        tmp_path,
        monkeypatch,
        f'echo "$@" >> {told}\ncase "$*" in *invite*) echo \'{json.dumps(INVITED)}\' > {out};; esac',
    )
    assert server.begin() == Invitation(**INVITED)
    assert told.read_text().splitlines() == [
        "--no-ask-password start open-pos-server.service",
        "--no-ask-password start open-pos-server-invite.service",
    ]
    assert load(tmp_path / "server.toml").server.port == 8443
    assert "ABCD" not in repr(server.begin())


def test_a_server_toml_that_is_there_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "server.toml").write_text("[server]\nport = 9000\n")
    server = playing(tmp_path, monkeypatch, "exit 1")
    with pytest.raises(ServerNotStarted):
        server.begin()
    assert (tmp_path / "server.toml").read_text() == "[server]\nport = 9000\n"


@pytest.mark.parametrize(
    "script",
    [
        'case "$*" in *invite*) echo "Job failed." >&2; exit 1;; esac',
        "true",
        'case "$*" in *invite*) echo nonsense > INVITATION;; esac',
    ],
)
def test_why_it_does_not_invite_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    here = str(tmp_path / "invitation.json")
    server = playing(tmp_path, monkeypatch, script.replace("INVITATION", here))
    with pytest.raises(ServerNotStarted):
        server.begin()


@pytest.mark.timeout(120)
def test_the_invitation_of_a_server_that_runs_pairs_its_own_register(tmp_path: Path) -> None:
    out = tmp_path / "invitation.json"
    with serving(tmp_path / "server"):
        words = ["server", "--store", str(tmp_path / "server"), "invite", str(out)]
        assert main(words) == 0
        told = json.loads(out.read_text())
        assert told["qr"].startswith("OPOS1/127.0.0.1/")
        assert told["url"].startswith("https://")
        assert len(told["code"]) >= 12
        assert stat.S_IMODE(out.stat().st_mode) == 0o640
