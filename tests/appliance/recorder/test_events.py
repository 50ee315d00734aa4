"""Entries of a real journal, and the clips that they ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.clock import ScriptedClock
from appliance.journal.device_kinds import DrawerForced
from appliance.journal.kinds import CategoryAdded, TicketAbandoned
from appliance.recorder.events import RULES, Follower, Rule
from appliance.recorder.index import Clip, Index
from appliance.store.shelf import DiskLimits, Shelf
from appliance.store.sqlite import SqliteDatabase

START_MS = 1_764_000_000_000
SECOND = 1_000_000_000
ROOMY = DiskLimits(0, 0, 0)


class Shop:
    """A till's store, and a recorder that reads it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = ScriptedClock(START_MS, "b00t")
        self.shelf = Shelf(folder / "shop", limits=ROOMY, clock=self.clock)
        self.book = self.shelf.book(self.clock)
        (folder / "recordings").mkdir()
        self.index = Index(folder / "recordings")
        self.index.tell_boot("b00t", START_MS, ok=True)
        self.begin()

    def begin(self, *cameras: str) -> None:
        """The recorder begins."""
        self.reader = SqliteDatabase(self.folder / "shop", read_only=True)
        self.follower = Follower(self.reader, self.index, cameras or ("door", "till"), RULES)

    def at(self, second: int) -> None:
        self.clock.set(START_MS + second * 1000)

    def look(self) -> list[tuple[str, str, int, int]]:
        """What is new, by entry and camera, in seconds."""
        return [
            (one.entry, one.camera, one.begin_ns // SECOND, one.end_ns // SECOND)
            for one in self.follower.look()
        ]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path)
    yield made
    made.reader.close()
    made.index.close()
    made.shelf.close()


def test_a_drawer_that_is_forced_is_kept_from_ten_seconds_before_to_twenty_after(
    shop: Shop,
) -> None:
    shop.at(100)
    (entry,) = shop.book.record("", DrawerForced("drawer"))
    assert shop.look() == [(entry.id, "door", 90, 120), (entry.id, "till", 90, 120)]
    assert [one.camera for one in shop.index.clips(entry.id)] == ["door", "till"]


def test_what_nobody_need_see_makes_no_clip(shop: Shop) -> None:
    shop.book.record("", CategoryAdded("Bread"))
    assert shop.look() == []


def test_each_entry_makes_its_clips_once(shop: Shop) -> None:
    shop.book.record("", DrawerForced("drawer"))
    assert len(shop.look()) == 2
    assert shop.look() == []
    shop.begin()
    assert shop.look() == []


def test_what_happened_while_the_recorder_was_down_is_caught_up_with(shop: Shop) -> None:
    shop.look()
    entries = [shop.book.record("", DrawerForced("drawer"))[0] for _ in range(450)]
    shop.begin("door")
    assert [one[0] for one in shop.look()] == [entry.id for entry in entries]


def test_a_recorder_that_is_new_does_not_go_through_the_years(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.book.record("", TicketAbandoned("K7Q2-1"))
    shop.index.close()
    for file in (tmp_path / "recordings").iterdir():
        file.unlink()
    shop.index = Index(tmp_path / "recordings")
    shop.index.tell_boot("b00t", START_MS, ok=True)
    shop.begin()
    assert shop.look() == []


def test_what_happened_before_this_machine_recorded_or_elsewhere_makes_no_clip(
    tmp_path: Path,
) -> None:
    shop = Shop(tmp_path)
    elsewhere = shop.shelf.book(ScriptedClock(START_MS, "e15e"))
    elsewhere.record("", DrawerForced("drawer"))
    assert shop.look() == []


def test_a_clip_never_begins_before_the_boot(shop: Shop) -> None:
    shop.at(4)
    shop.book.record("", DrawerForced("drawer"))
    assert [one[2] for one in shop.look()] == [0, 0]


def test_a_shop_may_ask_for_other_kinds(shop: Shop) -> None:
    shop.follower = Follower(
        shop.reader, shop.index, ("door",), {"category_added": Rule(SECOND, 2 * SECOND)}
    )
    shop.at(50)
    (entry,) = shop.book.record("", CategoryAdded("Bread"))
    shop.book.record("", DrawerForced("drawer"))
    assert shop.look() == [(entry.id, "door", 49, 52)]


def test_where_power_goes_between_the_clip_and_the_note_of_it_neither_is_there(shop: Shop) -> None:
    (entry,) = shop.book.record("", DrawerForced("drawer"))
    before = shop.index.followed()

    def cut_off() -> None:
        with shop.index.together():
            shop.index.keep(Clip(entry.id, entry.kind, "door", "b00t", 0, 1))
            shop.index.follow(entry.origin, entry.seq)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        cut_off()
    assert shop.index.followed() == before
    assert shop.index.clips(entry.id) == []
    assert len(shop.look()) == 2
