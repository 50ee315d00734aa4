"""A database that was put back goes on under a new origin; one that was only moved, or whose power failed, does not."""

import shutil
from pathlib import Path

import pytest

from appliance.clock import ScriptedClock
from appliance.journal.book import typed
from appliance.journal.kinds import ShopChanged
from appliance.journal.mirror_kinds import OriginBegun
from appliance.services import origins
from appliance.store import schema
from appliance.store.shelf import Shelf
from tests.appliance.trading import ROOMY, START_MS


def opened(folder: Path, name: str = "") -> tuple[str, Shelf]:
    """A store that was opened for writing, and in which something was recorded, if it has a `name`."""
    shelf = Shelf(folder, limits=ROOMY, clock=ScriptedClock(START_MS))
    if name:
        shelf.book(ScriptedClock(START_MS)).record("", ShopChanged(name=name))
    return shelf.origin, shelf


def origin_after(folder: Path, name: str = "") -> str:
    origin, shelf = opened(folder, name)
    shelf.close()
    return origin


def test_a_store_that_is_opened_again_and_again_keeps_its_origin(tmp_path: Path) -> None:
    assert len({origin_after(tmp_path, "Corner") for _ in range(5)}) == 1


def test_each_opening_leaves_another_mark_at_both_places(tmp_path: Path) -> None:
    seen = set()
    for number in range(1, 4):
        _, shelf = opened(tmp_path)
        mark = (tmp_path / "incarnation").read_text()
        assert (schema.meta(shelf.db, "incarnation") or "").split()[0] == mark
        assert mark.startswith(f"{number + 1}-")
        seen.add(mark)
        shelf.close()
    assert len(seen) == 3


def test_a_folder_that_is_moved_or_copied_as_a_whole_is_the_same_store(tmp_path: Path) -> None:
    first = origin_after(tmp_path / "a", "Corner")
    (tmp_path / "a").rename(tmp_path / "b")
    assert origin_after(tmp_path / "b") == first


@pytest.mark.parametrize("openings", [0, 1, 3])
def test_a_database_from_before_goes_on_under_a_new_origin(tmp_path: Path, openings: int) -> None:
    """It is copied while it is closed, the shop sells on, and somebody puts the copy back."""
    first = origin_after(tmp_path / "shop", "Corner")
    head = _head(tmp_path / "shop", first)
    shutil.copy(tmp_path / "shop" / "shop.db", tmp_path / "kept.db")
    for _ in range(openings):
        assert origin_after(tmp_path / "shop", "Later") == first
    shutil.copy(tmp_path / "kept.db", tmp_path / "shop" / "shop.db")
    second = origin_after(tmp_path / "shop")
    if not openings:
        assert second == first
        return
    assert second != first
    _, shelf = opened(tmp_path / "shop")
    (begun,) = [entry for entry in shelf.entries() if entry.origin == second]
    assert typed(begun) == OriginBegun(was=first, seq=1, head=head, why="restored")
    assert begun.seq == 1
    assert shelf.origin == second
    shelf.close()


def test_a_database_that_came_without_its_folder_goes_on_under_a_new_origin(tmp_path: Path) -> None:
    first = origin_after(tmp_path / "a", "Corner")
    (tmp_path / "b").mkdir()
    shutil.copy(tmp_path / "a" / "shop.db", tmp_path / "b" / "shop.db")
    assert origin_after(tmp_path / "b") != first
    assert origin_after(tmp_path / "a") == first


def test_a_store_of_a_version_that_knew_no_marks_keeps_its_origin(tmp_path: Path) -> None:
    first, shelf = opened(tmp_path, "Corner")
    shelf.db.sql("DELETE FROM meta WHERE key = 'incarnation'")
    shelf.close()
    (tmp_path / "incarnation").unlink()
    assert origin_after(tmp_path) == first


def test_a_mark_that_reached_the_database_alone_is_no_alarm(tmp_path: Path) -> None:
    """The power fails between the two places, twice in a row."""
    first = origin_after(tmp_path, "Corner")
    for _ in range(2):
        mark = (tmp_path / "incarnation").read_bytes()
        assert origin_after(tmp_path) == first
        (tmp_path / "incarnation").write_bytes(mark)
    assert origin_after(tmp_path) == first


def test_a_file_made_before_the_first_mark_is_no_alarm(tmp_path: Path) -> None:
    first, shelf = opened(tmp_path)
    shelf.db.sql("DELETE FROM meta WHERE key = 'incarnation'")
    shelf.close()
    assert (tmp_path / "incarnation").exists()
    assert origin_after(tmp_path) == first


def test_a_store_that_began_anew_trusts_itself_as_it_was(tmp_path: Path) -> None:
    first = origin_after(tmp_path, "Corner")
    (tmp_path / "incarnation").unlink()
    second, shelf = opened(tmp_path)
    assert second != first
    assert origins.strangers(shelf.db) == frozenset()
    assert set(origins.known(shelf.db)) == {first, second}
    shelf.close()
    (tmp_path / "incarnation").unlink()
    third, shelf = opened(tmp_path)
    assert set(origins.known(shelf.db)) == {first, second, third}
    assert shelf.differences() == ()
    shelf.close()


def _head(folder: Path, origin: str) -> str:
    _, shelf = opened(folder)
    try:
        return shelf.heads()[origin][1].hex()
    finally:
        shelf.close()
