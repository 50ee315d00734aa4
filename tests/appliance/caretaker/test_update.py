"""An update from a bundle: RAUC's words become what the till tells. RAUC is played by a script with its true words."""

import json
from pathlib import Path
from typing import Any

import pytest

from appliance.caretaker import status, update

RAUC = """#!/bin/sh
if [ "$1" = info ]; then
    echo '{"compatible":"open-pos-raspios-arm64","version":"1.3.0"}'
    exit 0
fi
cat "$RAUC_SAYS"
exit "$RAUC_CODE"
"""
WELL = """installing
  0% Installing
  0% Determining slot states
 20% Determining slot states done.
 20% Checking bundle
 40% Checking bundle done.
 60% Copying image to system.1
 99% Copying image to start.1 done.
100% Installing done.
Installing `/media/open-pos/sda1/new.raucb` succeeded
"""
FOREIGN = """installing
  0% Installing
 40% Checking bundle failed.
LastError: signature verification failed: Verify error: self-signed certificate
Installing `/media/open-pos/sda1/new.raucb` failed
"""
OTHER = """installing
LastError: Compatible mismatch: Expected 'open-pos-raspios-arm64' but bundle manifest has 'open-pos-debian-amd64'
Installing `new.raucb` failed
"""
ODD = "LastError: the moon is full\nInstalling `new.raucb` failed\n"


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    program = tmp_path / "bin" / "rauc"
    program.parent.mkdir()
    program.write_text(RAUC)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    monkeypatch.setenv("RAUC_SAYS", str(tmp_path / "says"))
    return []


@pytest.mark.parametrize(
    ("said", "code", "why"),
    [
        (FOREIGN, "1", "update_not_ours"),
        (OTHER, "1", "update_for_another_machine"),
        (ODD, "1", "update_failed"),
        ("", "1", "update_failed"),
    ],
)
def test_what_went_wrong_has_a_code(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    told: list[dict[str, Any]],
    said: str,
    code: str,
    why: str,
) -> None:
    bundle = tmp_path / "new.raucb"
    bundle.write_bytes(b"bundle")
    (tmp_path / "says").write_text(said)
    monkeypatch.setenv("RAUC_CODE", code)

    def tell(state: str, **more: Any) -> None:  # noqa: ANN401
        told.append({"state": state, **more})

    assert update.main([str(bundle)], tell) == 1
    assert told[-1]["state"] == "failed"
    assert told[-1]["why"] == why
    assert told[-1]["fields"]["file"] == "new.raucb"


def test_progress_is_told_and_then_that_it_is_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: list[dict[str, Any]]
) -> None:
    bundle = tmp_path / "new.raucb"
    bundle.write_bytes(b"bundle")
    (tmp_path / "says").write_text(WELL)
    monkeypatch.setenv("RAUC_CODE", "0")
    run, kept = tmp_path / "run", tmp_path / "kept" / "update.json"

    def tell(state: str, **more: Any) -> None:  # noqa: ANN401
        status.tell(state, run=run, kept=kept, **more)
        told.append(json.loads((run / status.FILE).read_text()))

    assert update.main([str(bundle)], tell) == 0
    assert [one["percent"] for one in told] == [0, 20, 40, 60, 99, 99, 100][: len(told)]
    assert told[-1] == {
        "state": "ready",
        "percent": 100,
        "version": "1.3.0",
        "why": "",
        "fields": {},
    }
    assert status.last(kept) == told[-1]


def test_a_stick_that_was_pulled_out_is_told(tmp_path: Path, told: list[dict[str, Any]]) -> None:
    def tell(state: str, **more: Any) -> None:  # noqa: ANN401
        told.append({"state": state, **more})

    assert update.main([str(tmp_path / "gone.raucb")], tell) == 1
    assert told == [
        {"state": "failed", "why": "update_unreadable", "fields": {"file": "gone.raucb"}}
    ]


def test_what_cannot_be_read_was_told_never(tmp_path: Path) -> None:
    file = tmp_path / "update.json"
    assert status.last(file) == {}
    for rubbish in ("", "{", "[]", "7"):
        file.write_text(rubbish)
        assert status.last(file) == {}
