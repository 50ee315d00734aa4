"""The check of the journal in the background: what it finds, and what it leaves alone when it cannot go on."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from appliance.clock import SystemClock
from appliance.lan_server.checking import Checker
from appliance.lan_server.room import Readers
from appliance.lan_server.scribe import ServerBusy
from appliance.store.database import Database
from appliance.store.shelf import Shelf
from appliance.store.sqlite import SqliteDatabase
from tests.appliance.lan_server.serving import entries_of
from tests.appliance.trading import ROOMY

PATIENCE_S = 20


class BusyReaders(Readers):
    """All of them are taken after the first question."""

    asked = 0

    @contextmanager
    def reading(self) -> Iterator[Database]:
        self.asked += 1
        if self.asked > 1:
            raise ServerBusy
        with super().reading() as db:
            yield db


@pytest.fixture
def store(tmp_path: Path) -> Path:
    shelf = Shelf(tmp_path, limits=ROOMY)
    entries_of(shelf.book(SystemClock(always_ok=True)), 3)
    shelf.close()
    return tmp_path


def checked(readers: Readers) -> str:
    checker = Checker(readers, lambda: 1)
    checker.begin()
    assert checker.wait(PATIENCE_S)
    readers.close()
    return checker.check.state


def test_a_check_that_finds_no_reader_is_broken_off_and_ends_nothing_else(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[object] = []
    # In the server this ends the process.
    monkeypatch.setattr(threading, "excepthook", ended.append)
    assert checked(Readers(lambda: SqliteDatabase(store, read_only=True))) == "done"
    assert checked(BusyReaders(lambda: SqliteDatabase(store, read_only=True))) == "broken"
    assert ended == []
