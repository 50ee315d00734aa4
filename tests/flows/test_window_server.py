"""The LAN server at the real window: paired by a scan, the strip says how it is, alone and back; a new register.

The scanner is a serial one on a pseudo-terminal, the server the process that a shop runs.
"""

import contextlib
import os
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.clock import ScriptedClock
from appliance.config import load
from appliance.journal.device_kinds import DeviceSet
from appliance.services import people, pepper
from appliance.store.shelf import Shelf
from tests.appliance.counter import COFFEE, set_up_shop
from tests.appliance.lan_server.serving import Server, serving
from tests.appliance.trading import ROOMY, START_MS
from tests.flows import window
from tests.flows.selling import lines, pay

pytestmark = [
    pytest.mark.skipif(
        bool(window.missing_programs()),
        reason=f"not installed: {', '.join(window.missing_programs())}",
    ),
    pytest.mark.timeout(300),
]


class Scanner:
    """A serial scanner in somebody's hand."""

    def __init__(self) -> None:
        self._far, self._near = os.openpty()
        tty.setraw(self._near)
        self.port = os.ttyname(self._near)

    def scan(self, text: str) -> None:
        os.write(self._far, text.encode() + b"\r")

    def close(self) -> None:
        os.close(self._far)
        os.close(self._near)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("lan") / "server") as one:
        yield one


@pytest.fixture
def scanner() -> Iterator[Scanner]:
    held = Scanner()
    yield held
    held.close()


@contextlib.contextmanager
def a_screen(size: tuple[int, int]) -> Iterator[window.Screen]:
    """A screen without room for a bench, which only the demo has."""
    shown = window.Screen(size)
    try:
        yield shown
    finally:
        shown.close()


def configured(tmp_path: Path, scanner: Scanner, size: tuple[int, int]) -> Path:
    """A configuration file of a register with this scanner."""
    file = tmp_path / "open-pos.toml"
    file.write_text(
        f'[store]\nfolder = "{tmp_path / "shop"}"\nwarn_mb = 1\nstop_mb = 1\nballast_mb = 1\n'
        f"[screen]\nwidth = {size[0]}\nheight = {size[1]}\nfullscreen = false\n"
        f'[[device]]\nname = "scanner"\nkind = "scanner"\ntype = "serial"\n'
        f'options = {{ port = "{scanner.port}" }}\n'
    )
    return file


def code_of(server: Server, name: str, replaces: str = "") -> str:
    """What stands in the square code that the server shows, as a scanner sends it."""
    offer = server.offer(name, replaces=replaces)
    return "]Q1" + str(offer["qr"]).replace(f"/{offer['host'].upper()}/", "/127.0.0.1/", 1)


def test_a_manager_pairs_by_a_scan_and_the_strip_says_how_the_server_is(
    tmp_path: Path, scanner: Scanner, server: Server
) -> None:
    size = (1280, 800)
    shelf = Shelf(tmp_path / "shop", limits=ROOMY)
    set_up_shop(shelf)
    shelf.close()
    file = configured(tmp_path, scanner, size)
    with (
        a_screen(size) as shown,
        window.till(shown, tmp_path / "shop", size, file=file) as till,
    ):
        till.sign_in("Ben", "2222")
        till.see(key="menu")
        # With the sheet shut, the code is no article, and it is said where it belongs.
        scanner.scan(code_of(server, "Till 1"))
        till.read("To pair, open Devices")
        till.tap("menu")
        till.tap("menu_devices")
        till.tap("server:")
        till.read("Waiting for the scan.")
        scanner.scan(code_of(server, "Till 1"))
        till.read("This register is called Till 1 there.")
        till.read("Connected. Everything is copied.")
        till.tap("server_done")
        till.tap("workshop_leave")
        till.read("connected")
        server.kill()
        till.read("alone since")
        scanner.scan(COFFEE)
        till.wait(lambda: len(lines(till)) == 1, "the scanned line")
        till.tap("mirror")
        till.read("not on the server yet")
        till.tap("devices_close")
        server.start()
        till.wait(lambda: not till.reads("alone since"), "the server's return")
        till.read("connected")
        assert till.end() == 0
        assert "Traceback" not in till.log.read_text()


def test_a_new_register_without_people_is_paired_and_has_the_shops_people(
    tmp_path: Path, scanner: Scanner, server: Server
) -> None:
    size = (800, 480)
    office = Shelf(tmp_path / "office", limits=ROOMY)
    set_up_shop(office)
    assert server.pair(office.origin).up(tuple(office.entries())).trouble == ""
    office.close()
    file = configured(tmp_path, scanner, size)
    with (
        a_screen(size) as shown,
        window.till(shown, tmp_path / "shop", size, file=file) as till,
    ):
        till.tap("language:en")
        till.tap("way:join")
        till.tap("country:DE")
        till.tap("first_go_on")
        till.tap("server:join")
        till.read("Waiting for the scan.")
        scanner.scan("4006381333931")
        till.read("This is not a code for pairing")
        scanner.scan(code_of(server, "Till 2"))
        till.read("This register is called Till 2 there.")
        till.tap("server_done")
        till.read("Paired with")
        till.tap("first_go_on")
        till.read("Find and test devices")
        till.tap("first_go_on")
        till.read("Ready to sell")
        till.tap("first_go_on")
        till.tap(till.key_of("person:", "Ana"))
        till.see(key="pin_back")
        assert till.end() == 0
        assert "Traceback" not in till.log.read_text()


@pytest.fixture
def of_its_own(tmp_path: Path) -> Iterator[Server]:
    """A server of a shop of its own: nobody else's Ana is there."""
    with serving(tmp_path / "server") as one:
        yield one


def test_a_register_that_replaces_another_takes_its_name_and_its_printer_and_sells(
    tmp_path: Path, scanner: Scanner, of_its_own: Server
) -> None:
    server, size = of_its_own, (800, 480)
    paper = tmp_path / "paper"
    paper.touch()
    broken = Shelf(tmp_path / "broken", limits=ROOMY)
    set_up_shop(broken)
    printer = DeviceSet("slips", "printer", "file", options={"path": str(paper)})
    broken.book(ScriptedClock(START_MS)).record("", printer)
    gone = broken.origin
    keys = pepper.to_hex(people.pins(broken.db.folder).ring.keys)
    let_in = server.pair(gone, "Front till", peppers=keys)
    assert let_in.up(tuple(broken.entries())).trouble == ""
    broken.close()
    file = configured(tmp_path, scanner, size)
    with (
        a_screen(size) as shown,
        window.till(shown, tmp_path / "shop", size, file=file) as till,
    ):
        till.tap("first_leave")
        till.read("Nobody works here yet.")
        till.tap("sign_in_pair")
        till.read("Waiting for the scan.")
        scanner.scan(code_of(server, "", replaces=gone))
        till.read("This register is called Front till there.")
        till.read("Set up as at Front till, which this register replaces: slips.")
        # Then everybody is on the page, and nobody's button moves under the finger any more.
        till.read("Connected. Everything is copied.")
        till.tap("server_done")
        till.sign_in("Ana", "1111")
        till.see(key="menu")
        scanner.scan(COFFEE)
        till.wait(lambda: len(lines(till)) == 1, "the scanned line")
        pay(till, 0)
        till.tap("receipt_print")
        till.wait(lambda: b"Flat white" in paper.read_bytes(), "the receipt")
        assert till.end() == 0
        assert "Traceback" not in till.log.read_text()
    assert [one.name for one in load(file).device] == ["scanner", "slips"]
