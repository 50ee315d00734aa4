"""A register that replaces another sets that one's devices up: when, which, once, and what it says of the rest."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from appliance import settings
from appliance.clock import ScriptedClock
from appliance.config import DeviceConfig, load
from appliance.journal.device_kinds import DeviceRemoved, DeviceSet
from appliance.journal.entry import Entry
from appliance.journal.mirror_kinds import OriginClosed, RegisterPaired
from appliance.messages import (
    EntriesCame,
    FindDevices,
    NoticeLevel,
    NoticeView,
    OpenWorkshop,
    RemoveDevice,
    SetDevice,
    SignIn,
    WorkshopView,
)
from appliance.parts import RegisterOptions
from appliance.services import set_up
from appliance.store.shelf import Shelf
from tests.appliance.counter import Counter, open_counter
from tests.appliance.test_mirroring import WithMirror
from tests.appliance.trading import ROOMY, START_MS

BEN = SignIn("2", "2222")

OLD = """\
[[device]]
name = "printer"
kind = "printer"
type = "network"
options = { host = "192.0.2.7" }

[[device]]
name = "drawer"
kind = "drawer"
type = "printer_kick"

[[device]]
name = "scale"
kind = "scale"
type = "toledo_8217"
options = { port = "/dev/ttyUSB0", baud = 4800 }

[[device]]
name = "old scanner"
kind = "scanner"
type = "serial"
options = { port = "/dev/ttyUSB1" }
"""

NEW = """\
# A blank card, and the scanner that reads the code.
[[device]]
name = "scanner"
kind = "scanner"
type = "serial"
options = { port = "/dev/ttyACM0" }
"""


def register(folder: Path, text: str) -> Counter:
    folder.mkdir(exist_ok=True)
    file = folder / "open-pos.toml"
    if not file.exists():
        file.write_text(text)
    options = RegisterOptions(file=file, configured=load(file).device)
    return open_counter(folder / "store", options=options, devices=WithMirror())


def again(counter: Counter, folder: Path) -> Counter:
    counter.register.close()
    return register(folder, "")


def in_file(folder: Path) -> dict[str, DeviceConfig]:
    return {one.name: one for one in load(folder / "open-pos.toml").device}


@dataclass
class Office:
    """The server, which says that one register replaces another."""

    shelf: Shelf
    numbers: int = 0
    said: list[Entry] = field(default_factory=list)

    def closes(self, old: Counter, by: Counter) -> EntriesCame:
        book = old.shelf.book(ScriptedClock(START_MS))
        seq, head = book.head(book.origin)
        word = OriginClosed(book.origin, seq, head.hex(), "replaced", by.register.origin)
        self.said += self.shelf.book(ScriptedClock(START_MS)).record("", word)
        return self.hands_over(self.said)

    def hands_over(self, entries: list[Entry]) -> EntriesCame:
        self.numbers += 1
        return EntriesCame(self.numbers, tuple(entries))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    shelf = Shelf(tmp_path / "office", limits=ROOMY)
    yield Office(shelf)
    shelf.close()


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Counter]:
    counter = register(tmp_path / "old", OLD)
    yield counter
    counter.register.close()


@pytest.fixture
def new(tmp_path: Path) -> Counter:
    return register(tmp_path / "new", NEW)


def replaced(old: Counter, new: Counter, office: Office) -> None:
    new.do(office.closes(old, new), office.hands_over(list(old.shelf.entries())))


# --------------------------------------------------------------------------- what the journal says of devices


def test_what_stands_in_the_file_is_noted_once_with_all_options(old: Counter) -> None:
    noted = set_up.at(old.shelf.db, old.register.origin)
    assert [one.name for one in noted] == ["printer", "drawer", "scale", "old scanner"]
    assert noted[2].options == {"port": "/dev/ttyUSB0", "baud": 4800}


def test_a_start_with_the_same_file_notes_nothing(old: Counter, tmp_path: Path) -> None:
    kinds = [entry.kind for entry in old.shelf.entries()]
    next_time = again(old, tmp_path / "old")
    more = [entry.kind for entry in next_time.shelf.entries()][len(kinds) :]
    assert more == ["register_started"]


def test_what_a_hand_changed_is_noted_at_the_start_and_when_the_page_looks(
    old: Counter, tmp_path: Path
) -> None:
    file = tmp_path / "old" / "open-pos.toml"
    file.write_text(settings.without_device(file.read_text(), "scale"))
    counter = again(old, tmp_path / "old")
    origin = counter.register.origin
    assert "scale" not in {one.name for one in set_up.at(counter.shelf.db, origin)}
    file.write_text(file.read_text().replace("192.0.2.7", "192.0.2.8"))
    counter.do(BEN, OpenWorkshop(), FindDevices())
    noted = set_up.at(counter.shelf.db, origin)
    assert noted[0].options == {"host": "192.0.2.8"}


def test_what_the_page_changes_is_noted_with_who_did_it(old: Counter) -> None:
    moved = SetDevice("slips", "printer", "network", {"host": "192.0.2.9"}, was="printer")
    assert old.do(BEN, OpenWorkshop(), moved, RemoveDevice("scale")) == ""
    noted = set_up.at(old.shelf.db, old.register.origin)
    assert [(one.name, one.options) for one in noted[:2]] == [
        ("slips", {"host": "192.0.2.9"}),
        ("drawer", {"printer": "slips"}),
    ]
    assert "scale" not in {one.name for one in noted}
    (changed,) = [entry for entry in old.shelf.entries() if '"was":"printer"' in entry.body]
    assert changed.actor


def test_a_device_that_takes_the_name_of_one_before_is_there_once(office: Office) -> None:
    book = office.shelf.book(ScriptedClock(START_MS))
    book.record(
        "",
        DeviceSet("a", "printer", "usb"),
        DeviceSet("b", "scale", "toledo_8217"),
        DeviceRemoved("a"),
        DeviceSet("a", "scale", "toledo_8217", was="b", options={"port": "/dev/ttyUSB3"}),
        DeviceSet("b", "drawer", "relay"),
        DeviceSet("c", "printer", "usb"),
        DeviceSet("b", "scale", "cas", was="a"),
    )
    assert [(one.name, one.kind) for one in set_up.at(office.shelf.db, book.origin)] == [
        ("b", "scale"),
        ("c", "printer"),
    ]


def test_options_that_no_driver_takes_are_not_noted(tmp_path: Path) -> None:
    wild = OLD.replace(
        "baud = 4800", "baud = 4800.5, when = 2026-11-30, more = { a = 1 }, on = true"
    )
    counter = register(tmp_path / "wild", wild)
    noted = {one.name: one for one in set_up.at(counter.shelf.db, counter.register.origin)}
    assert noted["scale"].options == {"port": "/dev/ttyUSB0", "on": True}
    counter.register.close()


# --------------------------------------------------------------------------- taking over


def test_the_devices_of_which_there_is_none_here_are_taken_over(
    old: Counter, new: Counter, office: Office, tmp_path: Path
) -> None:
    new.do(BEN)
    replaced(old, new, office)
    here = in_file(tmp_path / "new")
    assert list(here) == ["scanner", "printer", "drawer", "scale"]
    assert here["scale"].options == {"port": "/dev/ttyUSB0", "baud": 4800}
    notice = new.show(NoticeView)
    assert (notice.code, notice.level) == ("devices_taken_over", NoticeLevel.DONE)
    assert dict(notice.fields)["devices"] == "printer, drawer, scale"
    noted = set_up.at(new.shelf.db, new.register.origin)
    assert {one.name for one in noted} == set(here)
    new.do(OpenWorkshop())
    assert [one.name for one in new.show(WorkshopView).devices] == list(here)
    new.register.close()


def test_a_blank_card_without_a_file_gets_one(old: Counter, office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "blank"
    folder.mkdir()
    options = RegisterOptions(file=folder / "open-pos.toml")
    blank = open_counter(folder / "store", options=options, devices=WithMirror())
    replaced(old, blank, office)
    assert list(in_file(folder)) == ["printer", "drawer", "scale", "old scanner"]
    blank.register.close()


def test_the_word_of_a_register_that_it_is_replaced_counts_for_nothing(
    old: Counter, new: Counter, tmp_path: Path
) -> None:
    book = old.shelf.book(ScriptedClock(START_MS))
    paired = RegisterPaired(book.origin, "old", "till", "ab" * 32)
    server = Shelf(tmp_path / "server", limits=ROOMY)
    said = server.book(ScriptedClock(START_MS)).record("", paired)
    new.do(EntriesCame(1, said))
    seq, head = book.head(book.origin)
    book.record("", OriginClosed(book.origin, seq, head.hex(), "replaced", new.register.origin))
    new.do(EntriesCame(2, tuple(old.shelf.entries())))
    assert list(in_file(tmp_path / "new")) == ["scanner"]
    for one in (server, new.register):
        one.close()


def test_not_before_all_of_its_entries_are_here(
    old: Counter, new: Counter, office: Office, tmp_path: Path
) -> None:
    entries = list(old.shelf.entries())
    new.do(office.closes(old, new), office.hands_over(entries[:-1]))
    assert list(in_file(tmp_path / "new")) == ["scanner"]
    new.do(office.hands_over(entries[-1:]))
    assert "printer" in in_file(tmp_path / "new")
    new.register.close()


def test_only_once_whatever_is_removed_afterwards(
    old: Counter, new: Counter, office: Office, tmp_path: Path
) -> None:
    new.do(BEN)
    replaced(old, new, office)
    assert new.do(OpenWorkshop(), RemoveDevice("drawer"), RemoveDevice("printer")) == ""
    next_time = again(new, tmp_path / "new")
    assert list(in_file(tmp_path / "new")) == ["scanner", "scale"]
    next_time.register.close()


def test_after_a_power_cut_in_between_it_is_done_at_the_next_start(
    old: Counter, new: Counter, office: Office, tmp_path: Path
) -> None:
    file = tmp_path / "new" / "open-pos.toml"
    before = file.read_bytes()
    file.unlink()
    replaced(old, new, office)
    assert new.show(NoticeView).code == "settings_gone"
    file.write_bytes(before)
    next_time = again(new, tmp_path / "new")
    assert list(in_file(tmp_path / "new")) == ["scanner", "printer", "drawer", "scale"]
    next_time.register.close()


def test_what_cannot_be_set_up_here_is_named_and_the_rest_taken(
    old: Counter, office: Office, tmp_path: Path
) -> None:
    own = (
        NEW
        + '\n[[device]]\nname = "scale"\nkind = "printer"\ntype = "network"\noptions = { host = "192.0.2.3" }\n'
    )
    new = register(tmp_path / "own", own)
    replaced(old, new, office)
    # Its name is that of another device here, and the drawer hangs on a printer that is not here.
    assert list(in_file(tmp_path / "own")) == ["scanner", "scale"]
    notice = new.show(NoticeView)
    assert (notice.code, notice.level) == ("devices_not_taken_over", NoticeLevel.WARN)
    assert dict(notice.fields)["devices"] == "drawer, scale"
    new.register.close()


def test_a_register_that_replaces_nobody_takes_nothing(
    old: Counter, new: Counter, office: Office, tmp_path: Path
) -> None:
    third = register(tmp_path / "third", NEW)
    new.do(office.closes(old, third), office.hands_over(list(old.shelf.entries())))
    assert list(in_file(tmp_path / "new")) == ["scanner"]
    for counter in (third, new):
        counter.register.close()


def test_without_a_file_nothing_is_noted_and_nothing_taken(
    old: Counter, office: Office, tmp_path: Path
) -> None:
    new = open_counter(tmp_path / "without", devices=WithMirror())
    replaced(old, new, office)
    assert set_up.at(new.shelf.db, new.register.origin) == ()
    new.register.close()
