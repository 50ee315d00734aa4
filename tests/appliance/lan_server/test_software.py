"""Bundles of software at a real server: what paired devices are told of, and what they may fetch."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from appliance.journal.wire import PIECE_BYTES, Offered, Shelf, Wanted
from tests.appliance.lan_server.serving import Device, Refused, Server, serving

NAME = "open-pos-1.2.3-raspios-arm64.raucb"
BUNDLE = b"hsqs" + bytes(range(256)) * 5000
SHA256 = hashlib.sha256(BUNDLE).hexdigest()
SAID = Offered(NAME, "1.2.3", "raspios-arm64", len(BUNDLE), SHA256)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("lan") / "server") as one:
        yield one


@pytest.fixture(scope="module")
def till(server: Server) -> Device:
    return server.pair("K7Q2")


@pytest.fixture
def folder(server: Server) -> Path:
    """The server's folder with one bundle."""
    folder = server.store / "software"
    folder.mkdir(exist_ok=True)
    for file in folder.iterdir():
        file.unlink()
    (folder / NAME).write_bytes(BUNDLE)
    return folder


def shelf(device: Device) -> tuple[Offered, ...]:
    return device.ask("/mirror/v1/software", {}, Shelf).bundles


def piece(device: Device, offset: int, file: str = NAME, sha256: str = SHA256) -> bytes:
    wanted = msgspec.json.encode(Wanted(file, sha256, offset))
    return device.post("/mirror/v1/software/piece", wanted)


def test_a_paired_register_is_told_of_bundles_and_fetches_one_in_pieces(
    till: Device, folder: Path
) -> None:
    (folder / "open-pos-1.2.3.raucb").write_bytes(b"no target")
    (folder / ".open-pos-1.2.4-raspios-arm64.raucb.ab.unfinished").write_bytes(b"on its way")
    assert shelf(till) == (SAID,)
    first = piece(till, 0)
    assert len(first) == PIECE_BYTES
    assert first + piece(till, PIECE_BYTES) == BUNDLE


def test_where_nothing_was_put_nothing_is_offered(till: Device, folder: Path) -> None:
    (folder / NAME).unlink()
    folder.rmdir()
    assert shelf(till) == ()


def test_nobody_but_paired_registers_is_told_or_given_anything(
    server: Server, till: Device, folder: Path
) -> None:
    del folder
    assert shelf(till)
    gone = server.pair("GNE1")
    server.revoke("GNE1")
    for device in (server.stranger(), gone):
        with pytest.raises(Refused) as no:
            shelf(device)
        assert (no.value.status, no.value.code) == (403, "not_paired")
        with pytest.raises(Refused) as no:
            piece(device, 0)
        assert (no.value.status, no.value.code) == (403, "not_paired")


@pytest.mark.parametrize(
    "file",
    ["../shop.lock", "../authority/ca.pem", "/etc/passwd", ".hidden.raucb", "gone.raucb", "", "."],
)
def test_nothing_but_a_bundle_is_given(till: Device, folder: Path, file: str) -> None:
    (folder / ".hidden.raucb").write_bytes(BUNDLE)
    with pytest.raises(Refused) as no:
        piece(till, 0, file)
    assert (no.value.status, no.value.code) == (404, "no_such_bundle")


@pytest.mark.parametrize("offset", [-1, len(BUNDLE), 1 << 62])
def test_a_piece_begins_within_the_bundle(till: Device, folder: Path, offset: int) -> None:
    del folder
    with pytest.raises(Refused) as no:
        piece(till, offset)
    assert no.value.code == "bad_message"


def test_a_bundle_that_was_replaced_is_another_one(till: Device, folder: Path) -> None:
    assert piece(till, 0)
    other = folder / "other"
    other.write_bytes(BUNDLE[::-1])
    other.replace(folder / NAME)
    with pytest.raises(Refused) as no:
        piece(till, 0)
    assert no.value.code == "no_such_bundle"
    assert [one.sha256 for one in shelf(till)] == [hashlib.sha256(BUNDLE[::-1]).hexdigest()]


def test_after_a_start_of_the_server_a_piece_is_given_though_nobody_asked_what_there_is(
    tmp_path: Path,
) -> None:
    with serving(tmp_path / "server") as server:
        till = server.pair("K7Q2")
        (server.store / "software").mkdir()
        (server.store / "software" / NAME).write_bytes(BUNDLE)
        assert piece(till, PIECE_BYTES) == BUNDLE[PIECE_BYTES:]
