"""Two registers and a server, and all that can happen to them: nothing lost, nothing doubled, all equal at the end.

`shop.py` is the shop, `shop_judge.py` says what is wrong with it. `OPEN_POS_CRASH_SEED` repeats the plan, though not
the machine's timing; `OPEN_POS_CRASH_ROUNDS` says how many things happen.
"""

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from appliance.clock import ScriptedClock
from appliance.journal.entry import Entry, seal
from appliance.store import fork, held
from appliance.store.shelf import Shelf
from tests.appliance.trading import ROOMY, START_MS
from tests.crash import shop_judge
from tests.crash.shop_register import NAME

# CI repeats itself, so that a red build is about the change; a developer looks further with each run.
_ANY: Final = 2026 if os.environ.get("CI") else random.SystemRandom().randrange(1 << 32)
SEED: Final = int(os.environ.get("OPEN_POS_CRASH_SEED") or _ANY)
ROUNDS: Final = int(os.environ.get("OPEN_POS_CRASH_ROUNDS", "3"))
ROOT: Final = Path(__file__).parents[2]
STORES: Final = ("server", "one", "two", "office")
ALONE: Final = ("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
"""Networks, disks and processes of its own, which all end with it."""

pytestmark = pytest.mark.timeout(600 + 30 * ROUNDS)


@dataclass
class Lived:
    """What a shop left: its verdict, and its stores."""

    folder: Path
    told: dict[str, Any]

    def judged(self) -> list[str]:
        """What the judge says of copies of the stores on which somebody laid hands."""
        told = self.told
        return shop_judge.judge(
            {name: self.store(name) for name in STORES},
            set(told["sold"]),
            set(told["paired"]),
            set(told["maybe"]),
        )

    def store(self, name: str) -> Path:
        return self.folder / name


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a shop lived. Its program's verdict is in it."""
    print(f"OPEN_POS_CRASH_SEED={SEED} OPEN_POS_CRASH_ROUNDS={ROUNDS}")
    folder = tmp_path_factory.mktemp("shop")
    program = [sys.executable, "-m", "tests.crash.shop", folder, "--seed", SEED, "--rounds", ROUNDS]
    alone = ALONE if _can_be_alone() else ()
    lived = subprocess.run(
        [str(part) for part in (*alone, *program)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    print(lived.stdout, lived.stderr[-6000:])
    assert (folder / "verdict.json").exists(), lived.stderr
    return folder


@pytest.fixture
def lived(shop: Path, tmp_path: Path) -> Lived:
    for name in STORES:
        found = shop / f"{name}.found"
        shutil.copytree(found if found.exists() else shop / name, tmp_path / name)
    return Lived(tmp_path, json.loads((shop / "verdict.json").read_text()))


def test_whatever_happens_nothing_is_lost_nothing_is_doubled_and_all_are_equal(
    lived: Lived,
) -> None:
    assert lived.told["wrong"] == []
    assert len(lived.told["sold"]) > len(lived.told["maybe"])
    assert lived.judged() == []


# --------------------------------------------------------------------------- would the judge see it?


def test_a_sale_that_everybody_forgot_is_seen(lived: Lived) -> None:
    origin, seq, serial = _a_sale(lived)
    for name in STORES:
        with _opened(lived.store(name)) as shelf:
            assert fork.set_apart(shelf, ScriptedClock(START_MS), origin, seq - 1, _silent)
    wrong = lived.judged()
    assert all(f"{name}: lost [" in " ".join(wrong) for name in STORES)
    assert str(serial) in wrong[0]


def test_a_sale_that_the_server_alone_forgot_is_seen(lived: Lived) -> None:
    origin, seq, _serial = _a_sale(lived)
    with _opened(lived.store("server")) as shelf:
        assert fork.set_apart(shelf, ScriptedClock(START_MS), origin, seq - 1, _silent)
    assert "one: another journal than server" in lived.judged()


def test_a_sale_that_was_recorded_again_and_stayed_is_seen(lived: Lived) -> None:
    """As a fork would leave it that forgets to take out what it records again; the same everywhere."""
    origin, seq, serial = _a_sale(lived)
    made: list[Entry] = []
    for name in STORES:
        with _opened(lived.store(name)) as shelf:
            made = made or _again(shelf, origin, seq)
            shelf.book(ScriptedClock(START_MS)).receive(made)
    wrong = lived.judged()
    assert all(any(one.startswith(f"{name}: doubled [") for one in wrong) for name in STORES)
    assert str(serial) in wrong[0]


def test_a_row_that_no_entry_wrote_is_seen(lived: Lived) -> None:
    _origin, _seq, serial = _a_sale(lived)
    with closing(sqlite3.connect(lived.store("one") / "shop.db")) as db, db:
        gone = db.execute(
            "DELETE FROM sale WHERE ticket IN (SELECT ticket FROM ticket_line WHERE qty_milli = ?)",
            (serial,),
        )
        assert gone.rowcount == 1
    wrong = " ".join(lived.judged())
    assert "one: tables are not what the journal says" in wrong
    assert "one: table sale is another than that of server" in wrong
    assert f"one: lost [{serial}]" in wrong


# --------------------------------------------------------------------------- parts


def _a_sale(lived: Lived) -> tuple[str, int, int]:
    """One that must be there: the origin and seq at which it was paid, and its serial number."""
    with closing(sqlite3.connect(lived.store("server") / "shop.db")) as db:
        rows = db.execute(
            "SELECT sale.id, qty_milli FROM sale JOIN ticket_line AS line ON line.ticket = sale.ticket"
            " WHERE name = ? ORDER BY sale.at_ms DESC",
            (NAME,),
        ).fetchall()
    must = set(lived.told["sold"]) - set(lived.told["maybe"])
    sale, serial = next((sale, serial) for sale, serial in rows if serial in must)
    origin, _, seq = sale.partition("-")
    return origin, int(seq), serial


def _again(shelf: Shelf, origin: str, seq: int) -> list[Entry]:
    """The whole history of an origin up to an entry, as another origin's; its first entry is the new one's second."""
    first = next(held.of_origin(shelf.db, origin, 0, 1))
    made = [seal(first._replace(origin="ZZZZ", kind="shop_changed", version=1, body="{}"))]
    for entry in held.of_origin(shelf.db, origin, 0, 500):
        if entry.seq <= seq:
            made.append(fork.again(entry, "ZZZZ", 0, made[-1].hash))
    return made


@contextmanager
def _opened(store: Path) -> Iterator[Shelf]:
    shelf = Shelf(store, limits=ROOMY)
    try:
        yield shelf
    finally:
        shelf.close()


def _silent(_done: int, _total: int) -> None:
    """Nobody watches."""


def _can_be_alone() -> bool:
    tried = subprocess.run(
        [*ALONE, "sh", "-c", "mount -t tmpfs none /run && mkdir /run/netns && ip netns add x"],
        capture_output=True,
        check=False,
    )
    return tried.returncode == 0
