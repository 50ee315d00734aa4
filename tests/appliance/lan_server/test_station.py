"""A server that is half alive ends, and what it was put together from is closed in order."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.clock import SystemClock
from appliance.journal.pairing_wire import read_qr
from appliance.lan_server.authority import open_authority
from appliance.lan_server.invite import invitation, offer
from appliance.lan_server.pairing import Wish
from appliance.lan_server.room import ROOM, Room
from appliance.lan_server.scribe import ServerStopping
from appliance.lan_server.station import BROKEN_EXIT, Setting, Station
from appliance.services.origins import NoSuchPlace
from appliance.services.pairing import NoSuchDevice
from appliance.store.shelf import Shelf
from tests.appliance.trading import ROOMY

Opened = tuple[Station, Room, list[int]]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """A station, its room, and the codes with which it would have ended the process."""
    hook = threading.excepthook
    clock = SystemClock(always_ok=True)
    acts = {"correct": ("web",)}
    setting = Setting(tmp_path, ROOMY, 8443, name="shop.local", announce=False, acts=acts)
    station = Station(setting, clock, open_authority(tmp_path))
    ended: list[int] = []
    station.end = ended.append
    room = station.open().extensions[ROOM]
    yield station, room, ended
    station.close()
    threading.excepthook = hook


def test_a_thread_that_dies_ends_the_process(opened: Opened) -> None:
    _station, room, ended = opened

    def die(_desk: object) -> None:
        raise SystemError

    with pytest.raises(SystemError):
        room.scribe.do(die)
    assert ended == []
    dead = threading.Thread(target=lambda: die(None))
    dead.start()
    dead.join()
    assert ended == [BROKEN_EXIT]


def test_a_closed_station_has_given_back_its_store(opened: Opened, tmp_path: Path) -> None:
    station, room, ended = opened
    station.close()
    station.close()
    with pytest.raises(ServerStopping):
        room.scribe.do(lambda _desk: None)
    assert not (tmp_path / "server.sock").exists()
    assert not (tmp_path / "shop.db-wal").exists()
    Shelf(tmp_path, limits=ROOMY).close()
    assert ended == []


def test_pages_make_offers_as_the_console_does(opened: Opened) -> None:
    _station, room, _ended = opened
    assert room.network is not None
    made = offer(room, room.network, Wish("Till 2"))
    invited = read_qr(invitation(room.network, made))
    assert (invited.host, invited.port) == ("shop.local", 8443)
    assert invited.fingerprint == room.network.authority.fingerprint
    with pytest.raises(NoSuchPlace):
        offer(room, room.network, Wish("Till 2", "roof"))
    with pytest.raises(NoSuchDevice):
        offer(room, room.network, Wish("Till 2", replaces="K7Q2"))
    assert [one.wish.name for one in room.network.offers.waiting()] == ["Till 2"]


def test_the_shops_table_says_what_can_be_done_in_the_browser(opened: Opened) -> None:
    _station, room, _ended = opened
    assert room.place.allows("correct")
    assert not room.place.allows("ask")
