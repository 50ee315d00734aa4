"""Opening a store where the configuration says it is: in the folder, or on MariaDB by one URL."""

from pathlib import Path

from appliance.store.database import Database
from appliance.store.maria_shelf import MariaShelf, reader
from appliance.store.schema import Progress
from appliance.store.shelf import DiskLimits, Shelf
from appliance.store.sqlite import SqliteDatabase

AnyShelf = Shelf | MariaShelf


def open_store(
    folder: Path,
    url: str = "",
    *,
    limits: DiskLimits | None = None,
    progress: Progress = lambda _done, _total: None,
) -> AnyShelf:
    """The store, to write; without a `url` a file in `folder`. Blocks as opening does. Raises `StoreTrouble`."""
    if url:
        return MariaShelf(url, folder, progress=progress)
    return Shelf(folder, limits=limits, progress=progress)


def open_reader(folder: Path, url: str = "") -> Database:
    """The same store, only to be read; for one thread. Raises `StoreTrouble`."""
    return reader(url, folder) if url else SqliteDatabase(folder, read_only=True)
