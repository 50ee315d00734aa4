"""The owner thread: commands in, snapshots out, defects contained, the watchdog fed only while all answer."""

import queue
import socket
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TypeVar

import pytest

from appliance import owner as owners
from appliance.messages import (
    Command,
    KeyQuantity,
    NoticeLevel,
    NoticeView,
    Scan,
    SignIn,
    Snapshot,
    StartingView,
    TicketView,
)
from appliance.owner import Owner
from appliance.play import InlineDevices
from appliance.problems import read_line
from appliance.register import Register
from appliance.store.database import StoreCorrupt
from appliance.store.shelf import Shelf
from tests.appliance.counter import COFFEE, set_up_shop
from tests.appliance.trading import ROOMY

PATIENCE_S = 20
_Topic = TypeVar("_Topic", bound=Snapshot)


class Screen:
    """Sees what a screen would see."""

    def __init__(self) -> None:
        self.seen: queue.Queue[Snapshot] = queue.Queue()

    def see(self, topic: type[_Topic]) -> _Topic:
        while True:
            snapshot = self.seen.get(timeout=PATIENCE_S)
            if isinstance(snapshot, topic):
                return snapshot


@pytest.fixture
def screen() -> Screen:
    return Screen()


def owner_of(folder: Path, screen: Screen, *, screened: bool = False) -> Owner:
    def build() -> Register:
        from appliance.clock import SystemClock

        shelf = Shelf(folder, limits=ROOMY)
        if shelf.top_lamport() == 0:
            set_up_shop(shelf)
        return Register(shelf, SystemClock(), InlineDevices(), screen.seen.put)

    return Owner(build, screen.seen.put, screen=screened)


def test_commands_go_in_and_snapshots_come_out(tmp_path: Path, screen: Screen) -> None:
    owner = owner_of(tmp_path, screen)
    owner.start()
    assert owner.send(SignIn("1", "1111"))
    owner.post(Scan(COFFEE))
    while not screen.see(TicketView).lines:
        pass
    owner.stop()
    # The store was closed by its own thread: the next program can open it.
    Shelf(tmp_path, limits=ROOMY).close()


def test_a_full_queue_is_told_to_the_screen(tmp_path: Path, screen: Screen) -> None:
    owner = owner_of(tmp_path, screen)
    assert [owner.send(KeyQuantity(0)) for _ in range(owners.QUEUE_LENGTH + 1)][-2:] == [
        True,
        False,
    ]


def test_a_store_that_cannot_be_opened_is_shown(tmp_path: Path, screen: Screen) -> None:
    (tmp_path / "shop.db").write_bytes(b"not a database" * 1000)
    owner = owner_of(tmp_path, screen)
    owner.start()
    starting = screen.see(StartingView)
    assert starting.problem == StoreCorrupt.code
    assert str(tmp_path) in str(dict(starting.fields)["path"])
    owner.stop()


class Unheard(Command, frozen=True):
    """A command that no register knows: the nearest thing to a mistake of ours."""


def test_a_defect_is_shown_with_a_code_and_selling_goes_on(tmp_path: Path, screen: Screen) -> None:
    owner = owner_of(tmp_path, screen)
    owner.start()
    owner.send(SignIn("1", "1111"))
    owner.send(Scan(COFFEE))
    while not screen.see(TicketView).lines:
        pass
    owner.send(Unheard())
    notice = screen.see(NoticeView)
    assert notice.level is NoticeLevel.DEFECT
    assert len(notice.code) == 4
    owner.send(KeyQuantity(2_000))
    ticket = screen.see(TicketView)
    assert len(ticket.lines) == 1
    owner.stop()


def test_the_same_defect_has_the_same_code_and_others_have_others() -> None:
    def code(value: object) -> str:
        try:
            return str(int(value))  # type: ignore[call-overload]
        except (TypeError, ValueError) as defect:
            return owners.defect_code(defect)

    assert code("x") == code("y") != code(None)


def test_the_watchdog_is_fed_while_screen_and_register_answer(
    tmp_path: Path, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(str(tmp_path / "notify"))
    listener.settimeout(PATIENCE_S)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    owner = owner_of(tmp_path / "store", screen, screened=True)
    owner.start()
    owner.beat()
    assert listener.recv(100) == b"READY=1"
    assert listener.recv(100) == b"WATCHDOG=1"
    owner.stop()
    listener.close()


def test_the_watchdog_starves_when_the_screen_is_silent(
    tmp_path: Path, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(str(tmp_path / "notify"))
    listener.settimeout(PATIENCE_S)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setattr(owners, "SCREEN_SILENT_S", -1.0)
    monkeypatch.setattr(owners, "TICK_S", 0.01)
    owner = owner_of(tmp_path / "store", screen, screened=True)
    owner.start()
    owner.send(SignIn("1", "1111"))
    owner.send(Scan(COFFEE))
    while not screen.see(TicketView).lines:
        pass
    owner.stop()
    listener.setblocking(False)
    assert listener.recv(100) == b"READY=1"
    with pytest.raises(BlockingIOError):
        listener.recv(100)
    listener.close()


def test_a_thread_that_dies_ends_the_process() -> None:
    program = """
        import threading, time
        from appliance.owner import Owner
        def build():
            raise MemoryError("no register can be built")
        owner = Owner(build, lambda _snapshot: None, screen=False)
        owner.start()
        time.sleep(30)
        print("still here")
    """
    said = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert said.returncode == owners.BROKEN_EXIT
    assert "thread register died" in said.stderr
    assert said.stdout == ""


def test_a_start_that_is_refused_ends_the_process_where_a_rescue_screen_waits() -> None:
    program = """
        import time
        from appliance.owner import Owner
        from appliance.store.database import StoreReadOnly
        def build():
            raise StoreReadOnly(path="/var/lib/open-pos")
        owner = Owner(build, lambda _snapshot: None, screen=True, end_when_refused=True)
        owner.start()
        time.sleep(30)
    """
    said = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert said.returncode == owners.REFUSED_EXIT
    told = [read_line(line) for line in said.stderr.splitlines()]
    assert ("store_read_only", {"path": "/var/lib/open-pos"}) in told
