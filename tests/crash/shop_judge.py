"""Is a shop that lived through all this what it must be? Its stores are read, and held to what was acknowledged."""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

from appliance.clock import ScriptedClock
from appliance.store.shelf import Shelf
from tests.appliance.trading import ROOMY, START_MS, dump
from tests.crash.shop_register import NAME

_SERIALS: Final = """
    SELECT line.qty_milli FROM sale JOIN ticket_line AS line ON line.ticket = sale.ticket
    WHERE line.name = ? AND line.removed IS NULL
"""
_APART: Final = "SELECT line FROM quarantined WHERE line LIKE '%line_added%'"
_DEVICES: Final = "SELECT DISTINCT name FROM paired_device"
_QUANTITY: Final = re.compile(r'\\*"qty_milli\\*":([0-9]+)')
_PAIRED_AS: Final = "SELECT device FROM paired_device WHERE name = ?"
_LINES: Final = "SELECT device, was FROM origin_line"
_FORKED: Final = "SELECT was FROM origin_line WHERE why = 'forked'"
_HEADS: Final = "SELECT origin, max(seq) FROM entry GROUP BY origin"


def serials(store: Path) -> Counter[int]:
    """How often each serial number was sold, as a store has it, whoever writes it meanwhile."""
    with closing(_opened(store)) as db:
        return Counter(row[0] for row in db.execute(_SERIALS, (NAME,)))


def apart(store: Path) -> set[int]:
    """The serial numbers of the lines in a store's quarantine, as text: whatever they are part of."""
    with closing(_opened(store)) as db:
        lines = "".join(row[0] for row in db.execute(_APART))
    return {int(found) for found in _QUANTITY.findall(lines)}


def devices(store: Path) -> set[str]:
    """The names of the devices that were ever paired."""
    with closing(_opened(store)) as db:
        return {row[0] for row in db.execute(_DEVICES)}


def heads(store: Path) -> dict[str, int]:
    """How far each origin is held."""
    with closing(_opened(store)) as db:
        return dict(db.execute(_HEADS))


def lines(stores: Iterable[Path], name: str) -> set[str]:
    """The origins of the device that was paired under a name, as any of the stores knows them."""
    found: set[str] = set()
    steps: set[tuple[str, str]] = set()
    for store in stores:
        with closing(_opened(store)) as db:
            found |= {row[0] for row in db.execute(_PAIRED_AS, (name,))}
            steps |= set(db.execute(_LINES))
    while more := {now for now, was in steps if was in found} - found:
        found |= more
    return found


def forked(stores: Iterable[Path]) -> set[str]:
    """The origins that were left because of a fork, as any of the stores knows them."""
    found: set[str] = set()
    for store in stores:
        with closing(_opened(store)) as db:
            found |= {row[0] for row in db.execute(_FORKED)}
    return found


def acknowledged(file: Path) -> set[int]:
    """The serial numbers that a cashier wrote down; what the kill cut off within a line was not."""
    if not file.exists():
        return set()
    lines = file.read_text().splitlines(keepends=True)
    return {int(line.split()[0]) for line in lines if line.endswith("\n")}


def judge(
    stores: Mapping[str, Path],
    sold: set[int],
    paired: set[str],
    maybe: set[int | str],
) -> list[str]:
    """What is wrong with the stores of a shop at rest; nothing, if they are as they must be.

    `sold` and `paired` were acknowledged; of these `maybe` may be missing: the only disk that had them was thrown away.
    """
    wrong: list[str] = []
    shelves = {name: Shelf(store, limits=ROOMY) for name, store in stores.items()}
    try:
        first = next(iter(shelves))
        rows, ends = dump(shelves[first]), shelves[first].heads()
        for name, shelf in shelves.items():
            if shelf.heads() != ends:
                wrong.append(f"{name}: another journal than {first}")
            if (damaged := shelf.book(ScriptedClock(START_MS)).verify().bad) is not None:
                wrong.append(f"{name}: the chain is broken: {damaged}")
            if differing := shelf.differences():
                wrong.append(f"{name}: tables are not what the journal says: {differing}")
            if unapplied := shelf.unapplied():
                wrong.append(f"{name}: set aside: {unapplied}")
            found = dump(shelf)
            wrong += [
                f"{name}: table {table} is another than that of {first}"
                for table in rows
                if found[table] != rows[table]
            ]
            wrong += _counted(name, stores[name], sold, paired, maybe)
    finally:
        for shelf in shelves.values():
            shelf.close()
    return wrong


def _counted(
    name: str, store: Path, sold: set[int], paired: set[str], maybe: set[int | str]
) -> list[str]:
    found = serials(store)
    lost = sorted(sold - found.keys() - maybe)
    doubled = sorted(serial for serial, times in found.items() if times > 1)
    unpaired = sorted(paired - devices(store) - maybe)
    return [
        *([f"{name}: lost {lost}"] if lost else []),
        *([f"{name}: doubled {doubled}"] if doubled else []),
        *([f"{name}: forgot the devices {unpaired}"] if unpaired else []),
    ]


def _opened(store: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{store / 'shop.db'}?mode=ro", uri=True, timeout=30)
