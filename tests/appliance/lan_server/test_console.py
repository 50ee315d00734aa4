"""The console reaches the running server, and nobody else does."""

import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from appliance.__main__ import main
from appliance.lan_server import console
from appliance.lan_server.console import Console, ServerNotRunning, Told
from appliance.services.pairing import NoSuchDevice
from tests.appliance.lan_server.serving import serving
from tests.appliance.test_whole_file import mode_of


def repeat(asked: Mapping[str, Any]) -> object:
    return asked["word"]


def refuse(_asked: Mapping[str, Any]) -> object:
    raise NoSuchDevice(device="K7Q2")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Path]:
    """A folder so deep that no socket's path would fit."""
    folder = tmp_path / ("deep" * 30)
    folder.mkdir()
    one = Console(folder, {"repeat": repeat, "refuse": refuse})
    one.start()
    yield folder
    one.close()


def test_a_question_is_answered(store: Path) -> None:
    assert console.ask(store, {"do": "repeat", "word": "hé"}) == "hé"
    assert mode_of(store / console.FILE) == 0o600


def test_a_refusal_comes_through_with_its_values(store: Path) -> None:
    with pytest.raises(Told) as caught:
        console.ask(store, {"do": "refuse"})
    assert (caught.value.code, caught.value.fields) == ("no_such_device", {"device": "K7Q2"})


@pytest.mark.parametrize("question", [{}, {"do": "unknown"}, {"do": ["repeat"]}, {"do": "repeat"}])
def test_what_is_not_understood_is_said(store: Path, question: dict[str, Any]) -> None:
    with pytest.raises(Told) as caught:
        console.ask(store, question)
    assert caught.value.code == "bad_message"


def test_rubbish_and_silence_keep_nobody_out(store: Path) -> None:
    for rubbish in (b"", b"\n", b"\xff\xfe\n", b"[]\n", b"x" * 200_000):
        with console._short(store) as path, socket.socket(socket.AF_UNIX) as one:
            one.connect(str(path))
            one.sendall(rubbish)
    assert console.ask(store, {"do": "repeat", "word": "still here"}) == "still here"


def test_without_a_server_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(ServerNotRunning):
        console.ask(tmp_path, {"do": "repeat"})
    (tmp_path / console.FILE).touch()
    with pytest.raises(ServerNotRunning):
        console.ask(tmp_path, {"do": "repeat"})


def test_a_socket_that_a_killed_server_left_is_replaced(store: Path) -> None:
    again = Console(store, {"repeat": repeat})
    again.start()
    assert console.ask(store, {"do": "repeat", "word": "new"}) == "new"
    again.close()


def test_the_command_line_shows_a_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "en")
    store = str(tmp_path / "store")
    assert main(["server", "pair", "--store", store]) == 2
    assert "server_not_running" in capsys.readouterr().err
    with serving(tmp_path / "store") as server:
        assert f":{server.port}/" in server.log
        assert main(["server", "code", "--store", store]) == 0
        assert "https://" in capsys.readouterr().out
        assert main(["server", "pair", "--store", store, "--name", "Till 2"]) == 0
        shown = capsys.readouterr().out
        assert "OPOS1/" in shown
        assert "█" in shown
        assert main(["server", "pair", "--store", store, "--replaces", "k7q2"]) == 2
        assert "K7Q2" in capsys.readouterr().err


def test_the_command_line_lists_devices_and_lets_them_in_no_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "en")
    store = ["--store", str(tmp_path / "store")]
    with serving(tmp_path / "store") as server:
        server.pair("K7Q2", "Till 1")
        server.pair("D00R", "Clock", "door").hello()
        assert main(["server", "devices", *store]) == 0
        shown = [line.split("\t")[:3] for line in capsys.readouterr().out.splitlines()]
        assert shown == [["K7Q2", "Till 1", "till"], ["D00R", "Clock", "door"]]
        assert main(["server", "revoke", *store, "k7q2", "--why", "stolen"]) == 0
        assert main(["server", "revoke", *store, "K7Q2"]) == 2
        assert "K7Q2" in capsys.readouterr().err
        assert main(["server", "devices", *store]) == 0
        assert "K7Q2" not in capsys.readouterr().out
