"""A store takes the place of another, whatever moment the power chooses."""

from pathlib import Path

import pytest

from appliance.store import swap
from appliance.store.database import StoreInUse
from appliance.store.sqlite import locked


class PowerCut(Exception):
    """Everything stops here."""


def laid(folder: Path) -> None:
    """An old store, and a new one that is complete."""
    (folder / "labels").mkdir(parents=True)
    for name in ("shop.db", "shop.db-wal", "pepper.key", "incarnation", "labels/a.pdf"):
        (folder / name).write_text(f"old {name}")
    coming = swap.place(folder)
    (coming / "restored").mkdir()
    for name in ("shop.db", "pepper.key", "incarnation", "restored/open-pos.toml"):
        (coming / name).write_text(f"new {name}")
    (coming / "shop.lock").write_text("")


def seen(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): file.read_text()
        for file in folder.rglob("*")
        if file.is_file() and file.name != "shop.lock"
    }


WANTED = {
    "shop.db": "new shop.db",
    "pepper.key": "new pepper.key",
    "incarnation": "new incarnation",
    "restored/open-pos.toml": "new restored/open-pos.toml",
    "before-swap-1/shop.db": "old shop.db",
    "before-swap-1/shop.db-wal": "old shop.db-wal",
    "before-swap-1/pepper.key": "old pepper.key",
    "before-swap-1/incarnation": "old incarnation",
    "before-swap-1/labels/a.pdf": "old labels/a.pdf",
}


def test_the_old_one_makes_way_and_is_kept(tmp_path: Path) -> None:
    laid(tmp_path)
    swap.ready(tmp_path)
    assert swap.take_in(tmp_path)
    assert seen(tmp_path) == WANTED
    assert not swap.take_in(tmp_path)
    assert seen(tmp_path) == WANTED


def test_what_is_not_complete_is_not_taken(tmp_path: Path) -> None:
    laid(tmp_path)
    assert not swap.take_in(tmp_path)
    assert (tmp_path / "shop.db").read_text() == "old shop.db"
    swap.place(tmp_path)
    assert list((tmp_path / swap.COMING).iterdir()) == []


@pytest.mark.parametrize("cut", range(10))
@pytest.mark.parametrize("again", [False, True])
def test_a_power_cut_at_any_move_loses_nothing(tmp_path: Path, cut: int, *, again: bool) -> None:
    laid(tmp_path)
    swap.ready(tmp_path)
    if again:
        swap.take_in(tmp_path)
        for name in ("labels/b.pdf", "shop.db-wal"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(f"newer {name}")
        coming = swap.place(tmp_path)
        for name in ("shop.db", "pepper.key", "incarnation"):
            (coming / name).write_text(f"newest {name}")
        swap.ready(tmp_path)
    before = set(seen(tmp_path).values())
    moved = 0

    def move(one: Path, there: Path) -> None:
        nonlocal moved
        if moved == cut:
            raise PowerCut
        moved += 1
        one.replace(there)

    try:
        swap.take_in(tmp_path, move)
    except PowerCut:
        assert set(seen(tmp_path).values()) == before
        assert swap.take_in(tmp_path)
    assert set(seen(tmp_path).values()) | {""} == before
    assert (tmp_path / "shop.db").read_text() == ("newest shop.db" if again else "new shop.db")
    if not again:
        assert seen(tmp_path) == WANTED


def test_a_second_swap_keeps_both_old_ones(tmp_path: Path) -> None:
    laid(tmp_path)
    swap.ready(tmp_path)
    swap.take_in(tmp_path)
    coming = swap.place(tmp_path)
    (coming / "shop.db").write_text("newest")
    swap.ready(tmp_path)
    assert swap.take_in(tmp_path)
    found = seen(tmp_path)
    assert (found["shop.db"], found["before-swap-2/shop.db"]) == ("newest", "new shop.db")
    assert found["before-swap-1/shop.db"] == "old shop.db"


def test_what_made_way_before_is_never_written_over(tmp_path: Path) -> None:
    laid(tmp_path)
    swap.ready(tmp_path)
    swap.take_in(tmp_path)
    # Somebody moved the database away by hand; its keys are still here.
    (tmp_path / "shop.db").unlink()
    coming = swap.place(tmp_path)
    (coming / "shop.db").write_text("newest")
    swap.ready(tmp_path)
    assert swap.take_in(tmp_path)
    found = seen(tmp_path)
    assert found["before-swap-1/pepper.key"] == "old pepper.key"
    assert "new pepper.key" in found.values()


def test_what_is_put_together_anew_is_not_ready_any_more(tmp_path: Path) -> None:
    laid(tmp_path)
    swap.ready(tmp_path)
    swap.place(tmp_path)
    assert not swap.take_in(tmp_path)
    assert (tmp_path / "shop.db").read_text() == "old shop.db"


def test_nobody_swaps_a_store_that_is_open(tmp_path: Path) -> None:
    laid(tmp_path)
    swap.ready(tmp_path)
    with locked(tmp_path), pytest.raises(StoreInUse):
        swap.take_in(tmp_path)
    assert (tmp_path / "shop.db").read_text() == "old shop.db"
