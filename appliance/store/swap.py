"""Another store in the place of the one that is there: put together beside it, and swapped in before anything opens it.

    coming/…          the store that is to come, whole, with a lock of its own
    coming.ready      it is complete: at the next start the old one makes way for it
    coming.moving     the old one has made way; what is left in `coming/` goes up
    before-swap-1/…   the old one, which nobody throws away

Each of these names appears at one stroke, and whatever a power cut leaves, the next start goes on from there: while
`coming.ready` stands, files go out; once it is `coming.moving`, files come in, the database last.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from appliance import whole_file
from appliance.store.sqlite import locked

COMING: Final = "coming"
READY: Final = "coming.ready"
MOVING: Final = "coming.moving"
BEFORE: Final = "before-swap"
_DATABASE: Final = "shop.db"
_STAYS: Final = frozenset({COMING, READY, MOVING, "shop.lock", "devices.toml", "backup.toml"})
"""What is no part of a store: this page's own files, the lock that is held, and what the demo lays beside."""

Move = Callable[[Path, Path], object]


def place(folder: Path) -> Path:
    """An empty folder for the store that is to come; what an earlier try left is thrown away."""
    coming = folder / COMING
    # First of all: what is half thrown away must not be taken for complete.
    (folder / READY).unlink(missing_ok=True)
    whole_file.sync_folder(folder)
    shutil.rmtree(coming, ignore_errors=True)
    coming.mkdir(mode=0o700)
    return coming


def ready(folder: Path) -> None:
    """The store in `coming/` is complete. Blocks for the disk."""
    whole_file.sync_folder(folder / COMING)
    whole_file.write(folder / READY, b"")


def take_in(folder: Path, move: Move = Path.replace) -> bool:
    """Put the store that is to come in its place, if one is ready; whether it was. For before a store is opened.

    Blocks for the disk. Raises `StoreInUse`, and `OSError`; then the next call goes on.
    """
    if not (folder / READY).exists() and not (folder / MOVING).exists():
        return False
    with locked(folder):
        if (folder / READY).exists():
            _make_way(folder, move)
        _come_in(folder, move)
    return True


def _make_way(folder: Path, move: Move) -> None:
    """The old store goes out, its database first: from then on there is none here."""
    full = len(list(folder.glob(f"{BEFORE}-*/{_DATABASE}")))
    # Where the database has gone already, the power was cut: the rest goes to where it is.
    number = full + 1 if (folder / _DATABASE).exists() else max(1, full)
    old = [
        one
        for one in folder.iterdir()
        if one.name not in _STAYS and not one.name.startswith(f"{BEFORE}-")
    ]
    for one in sorted(old, key=lambda one: (one.name != _DATABASE, one.name)):
        move(one, _free(folder, number, one.name))
    for before in folder.glob(f"{BEFORE}-*"):
        whole_file.sync_folder(before)
    move(folder / READY, folder / MOVING)
    whole_file.sync_folder(folder)


def _free(folder: Path, number: int, name: str) -> Path:
    """Where a file goes to: `before-swap-<number>`, or the next one in which nothing of that name lies."""
    while True:
        before = folder / f"{BEFORE}-{number}"
        before.mkdir(mode=0o700, exist_ok=True)
        if not (before / name).exists():
            return before / name
        number += 1


def _come_in(folder: Path, move: Move) -> None:
    coming = folder / COMING
    new = [one for one in coming.iterdir() if one.name != "shop.lock"] if coming.is_dir() else []
    for one in sorted(new, key=lambda one: (one.name == _DATABASE, one.name)):
        move(one, folder / one.name)
    whole_file.sync_folder(folder)
    shutil.rmtree(coming, ignore_errors=True)
    (folder / MOVING).unlink()
    whole_file.sync_folder(folder)
