"""A copy of the server's keys makes a new machine the same server, and opens with its passphrase only.

Opening one takes seconds, on purpose: so there is one copy for all tests.
"""

import io
from pathlib import Path

import pytest

from appliance.__main__ import main
from appliance.lan_server import recovery
from appliance.lan_server.authority import open_authority
from appliance.lan_server.recovery import AuthorityThere, NoRecovery, PassphraseTooShort
from appliance.services import pepper
from appliance.store.database import StoreTrouble
from tests.appliance.test_whole_file import mode_of

PASSPHRASE = "correct horse battery"


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of a server."""
    store = tmp_path_factory.mktemp("old")
    open_authority(store)
    pepper.of_store(store)
    return store


@pytest.fixture(scope="module")
def copy(old: Path) -> str:
    return recovery.sealed(old, PASSPHRASE)


def test_the_command_line_makes_a_new_machine_the_same_server(
    old: Path, copy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "KEY" not in copy
    file, new = tmp_path / "recovery.age", tmp_path / "new"
    file.write_text(copy)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSPHRASE}\n"))
    assert main(["server", "recover", "--store", str(new), str(file)]) == 0
    assert open_authority(new).fingerprint == open_authority(old).fingerprint
    assert open_authority(new).sealing_key == open_authority(old).sealing_key
    assert pepper.of_store(new).keys == pepper.of_store(old).keys
    assert {mode_of(one) for one in (new / "authority").iterdir()} == {0o600}
    assert main(["server", "recover", "--store", str(new), str(tmp_path / "none")]) == 2


def test_keys_that_this_machine_had_stay_on_the_ring(old: Path, copy: str, tmp_path: Path) -> None:
    ours = pepper.of_store(tmp_path).keys
    recovery.put_back(tmp_path, copy, PASSPHRASE)
    assert pepper.of_store(tmp_path).keys == (*pepper.of_store(old).keys, *ours)


def test_nothing_is_overwritten_and_nothing_is_half_put_back(
    old: Path, copy: str, tmp_path: Path
) -> None:
    with pytest.raises(AuthorityThere):
        recovery.put_back(old, copy, PASSPHRASE)
    for wrong, phrase in ((copy, "another passphrase"), ("", PASSPHRASE), ("é", PASSPHRASE)):
        with pytest.raises(NoRecovery):
            recovery.put_back(tmp_path / "new", wrong, phrase)
    assert not (tmp_path / "new").exists()


def test_a_short_passphrase_protects_nothing(old: Path, tmp_path: Path) -> None:
    with pytest.raises(PassphraseTooShort):
        recovery.sealed(old, "short")
    with pytest.raises(StoreTrouble):
        recovery.sealed(tmp_path / "nothing here", PASSPHRASE)
