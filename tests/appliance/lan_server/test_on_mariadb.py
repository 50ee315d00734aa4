"""The server process on a real MariaDB, alone and as one of two that share the database."""

import shutil
from pathlib import Path

import pytest

from appliance.clock import ScriptedClock
from appliance.journal.book import Book
from appliance.services.pepper import FILE as PEPPER
from appliance.store.maria_shelf import MariaShelf
from appliance.store.shelf import Shelf
from tests.appliance.lan_server.serving import SMALL, Device, Refused, Server, entries_of
from tests.appliance.trading import ROOMY, START_MS
from tests.mariadb import Server as MariaServer
from tests.mariadb import needs_mariadb
from tests.ports import free_port

pytestmark = needs_mariadb


def server_on(url: str, folder: Path) -> Server:
    """One open-pos server with a folder of its own, not started yet."""
    folder.with_name(f"{folder.name}.toml").write_text(
        f'{SMALL}[server]\nannounce = false\nthreads = 32\ndatabase = "{url}"\n'
    )
    return Server(folder, free_port())


def till_book(folder: Path) -> Book:
    shelf = Shelf(folder, limits=ROOMY)
    return Book(shelf, ScriptedClock(START_MS), "K7Q2")


def through(server: Server, device: Device) -> Device:
    """The same device with its certificate, talking to another server."""
    return Device(server, device.origin, device.folder, device.paired)


def test_two_servers_share_one_database_and_each_knows_what_the_other_did(
    maria_server: MariaServer, tmp_path: Path
) -> None:
    url = maria_server.new_url()
    one, two = (server_on(url, tmp_path / name) for name in ("one", "two"))
    try:
        one.start()
        two.store.mkdir()
        shutil.copytree(one.store / "authority", two.store / "authority")
        shutil.copy(one.store / PEPPER, two.store / PEPPER)
        two.start()
        at_one = one.pair("K7Q2", name="Till 1")
        at_two = through(two, at_one)
        entries = entries_of(till_book(tmp_path / "till"), 30)
        assert at_one.up(entries[:10]).seq == 10
        assert at_two.hello().marks["K7Q2"] == (10, entries[9].hash.hex())
        assert at_two.up(entries[5:20]).seq == 20
        assert at_one.up(entries[10:30]).seq == 30
        servers = {at_one.hello().server, at_two.hello().server}
        assert len(servers) == 2, "each server has an origin of its own"
        two.kill()
        assert at_one.up(entries).seq == 30
        two.start()
        assert at_two.hello().marks["K7Q2"] == (30, entries[29].hash.hex())
        one.revoke("K7Q2", "lost")
        for device in (at_one, at_two):
            with pytest.raises(Refused) as no:
                device.hello()
            assert no.value.code == "not_paired"
        one.stop()
        two.stop()
    finally:
        one.kill()
        two.kill()
    shelf = MariaShelf(url, tmp_path / "look")
    assert shelf.differences() == ()
    assert shelf.db.sql("SELECT count(*) FROM category") == [(30,)]
    shelf.close()


def test_a_database_that_does_not_answer_is_said_and_nothing_starts(tmp_path: Path) -> None:
    port = free_port()
    server = server_on(f"mysql://shop:secret-word@127.0.0.1:{port}/shop", tmp_path / "one")
    try:
        with pytest.raises(AssertionError, match="the server ended with 3") as told:
            server.start()
    finally:
        server.kill()
    assert "database_away" in str(told.value)
    assert "secret-word" not in str(told.value)
    assert "secret-word" not in server.log
